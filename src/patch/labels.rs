//! Label selectors: `app=web,tier in (front, back),!legacy`.
//!
//! The grammar is that of apimachinery's `labels.Parse` (kyaml carries a copy of v0.19.8), with its
//! lexer's habits: blanks are free, `in` and `notin` are also names and values, and a missing value
//! is the empty one.

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;

/// The longest name or value of a label, in bytes.
const LONGEST_NAME: usize = 63;

/// The longest prefix of a label's key, in bytes.
const LONGEST_PREFIX: usize = 253;

/// The label selector of a kustomization. The reference reads it anew for each resource that has
/// passed the tests before, so that what is wrong with it is an error only then.
pub(crate) struct WrittenSelector<'s> {
    text: &'s Str,
    read: Result<LabelSelector>,
}

impl<'s> WrittenSelector<'s> {
    pub(crate) fn new(text: &'s Str) -> Self {
        Self {
            text,
            read: LabelSelector::parse(text),
        }
    }

    /// Whether it is an error to ask.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.read.is_err()
    }

    /// Whether labels satisfy it; `value` looks a label up.
    ///
    /// # Errors
    /// If it cannot be read, with its mark.
    pub(crate) fn matches<'l>(&self, value: impl Fn(&str) -> Option<&'l str>) -> Result<bool> {
        match &self.read {
            Ok(selector) => Ok(selector.matches(value)),
            Err(error) => Err(Error::marked(error.kind(), self.text.mark, error.message())),
        }
    }
}

/// Which labels, or annotations, a resource must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Exists,
    Missing,
    /// Also `=` and `==`.
    In(Vec<String>),
    /// Also `!=`; holds for what has no such label.
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

impl LabelSelector {
    /// Reads a selector; an empty one selects everything.
    ///
    /// # Errors
    /// [`ErrorKind::LabelSelector`] for what the reference refuses, keys and values that no label
    /// can have among it.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut parser = Parser {
            text,
            at: 0,
            next: Token::End,
        };
        parser.next = parser.token();
        Ok(Self {
            requirements: parser.requirements()?,
        })
    }

    /// Whether labels satisfy it; `value` looks a label up.
    pub(crate) fn matches<'l>(&self, value: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.condition.holds(value(&requirement.key)))
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> bool {
        let number = || value?.parse::<i64>().ok();
        match self {
            Self::Exists => value.is_some(),
            Self::Missing => value.is_none(),
            Self::In(values) => value.is_some_and(|value| values.iter().any(|one| one == value)),
            Self::NotIn(values) => value.is_none_or(|value| values.iter().all(|one| one != value)),
            Self::Above(bound) => number().is_some_and(|number| number > *bound),
            Self::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    End,
    Word(&'t str),
    Symbol(&'static str),
}

/// Longer symbols before those that begin them.
const SYMBOLS: [&str; 9] = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];

struct Parser<'t> {
    text: &'t str,
    at: usize,
    next: Token<'t>,
}

impl<'t> Parser<'t> {
    fn token(&mut self) -> Token<'t> {
        let is_blank = |char: char| matches!(char, ' ' | '\t' | '\r' | '\n');
        let rest = self.text[self.at..].trim_start_matches(is_blank);
        self.at = self.text.len() - rest.len();
        // The reference takes a NUL for the end of the text, or of the token that it follows.
        let end_of = |len: usize| len + usize::from(rest[len..].starts_with('\0'));
        if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            self.at += end_of(symbol.len());
            return Token::Symbol(symbol);
        }
        let ends = |char: char| is_blank(char) || "=!(),><\0".contains(char);
        let len = rest.find(ends).unwrap_or(rest.len());
        if len == 0 {
            return Token::End;
        }
        self.at += end_of(len);
        Token::Word(&rest[..len])
    }

    fn take(&mut self) -> Token<'t> {
        let token = self.next;
        if token != Token::End {
            self.next = self.token();
        }
        token
    }

    fn requirements(&mut self) -> Result<Vec<Requirement>> {
        let mut requirements = Vec::new();
        if self.next == Token::End {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.take() {
                Token::End => return Ok(requirements),
                Token::Symbol(",") => {}
                other => return Err(unexpected(other, "`,` or the end")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement> {
        let is_negated = self.next == Token::Symbol("!");
        if is_negated {
            self.take();
        }
        let key = match self.take() {
            Token::Word(key) => key,
            other => return Err(unexpected(other, "the key of a label")),
        };
        check_key(key)?;
        let condition = match self.next {
            _ if is_negated => Condition::Missing,
            Token::End | Token::Symbol(",") => Condition::Exists,
            _ => self.condition(key)?,
        };
        Ok(Requirement {
            key: key.to_owned(),
            condition,
        })
    }

    fn condition(&mut self, key: &str) -> Result<Condition> {
        Ok(match self.take() {
            Token::Symbol("=" | "==") => Condition::In(vec![self.value(key)?]),
            Token::Symbol("!=") => Condition::NotIn(vec![self.value(key)?]),
            Token::Symbol(">") => Condition::Above(self.number(key)?),
            Token::Symbol("<") => Condition::Below(self.number(key)?),
            Token::Word("in") => Condition::In(self.values(key)?),
            Token::Word("notin") => Condition::NotIn(self.values(key)?),
            other => {
                return Err(unexpected(
                    other,
                    "`=`, `==`, `!=`, `<`, `>`, `in` or `notin`",
                ));
            }
        })
    }

    fn value(&mut self, key: &str) -> Result<String> {
        if matches!(self.next, Token::End | Token::Symbol(",")) {
            return Ok(String::new());
        }
        match self.take() {
            Token::Word(value) => checked_value(key, value),
            other => Err(unexpected(other, "a value")),
        }
    }

    fn number(&mut self, key: &str) -> Result<i64> {
        self.value(key)?.parse().map_err(|_| {
            error(format!(
                "the value that `{key}` is compared with must be a whole number"
            ))
        })
    }

    /// The values in parentheses; what is left out between commas is the empty value.
    fn values(&mut self, key: &str) -> Result<Vec<String>> {
        match self.take() {
            Token::Symbol("(") => {}
            other => return Err(unexpected(other, "`(`")),
        }
        let mut values = Vec::new();
        if self.next == Token::Symbol(")") {
            values.push(String::new());
        }
        while self.next != Token::Symbol(")") {
            match self.take() {
                Token::Word(value) => {
                    values.push(checked_value(key, value)?);
                    if !matches!(self.next, Token::Symbol("," | ")")) {
                        return Err(unexpected(self.next, "`,` or `)`"));
                    }
                }
                Token::Symbol(",") => match self.next {
                    Token::Symbol(")") => values.push(String::new()),
                    // The reference takes commas by twos and wants more behind them.
                    Token::Symbol(",") => {
                        self.take();
                        values.push(String::new());
                        if self.next == Token::Symbol(")") {
                            return Err(unexpected(self.next, "a value or `,`"));
                        }
                    }
                    _ if values.is_empty() => values.push(String::new()),
                    _ => {}
                },
                other => return Err(unexpected(other, "a value, `,` or `)`")),
            }
        }
        self.take();
        Ok(values)
    }
}

/// `[prefix/]name`: a DNS subdomain, and letters, digits, `-`, `_` and `.` between letters or digits.
fn check_key(key: &str) -> Result<()> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_prefix = prefix.is_none_or(is_subdomain);
    if is_prefix && !name.is_empty() && is_name(name) {
        return Ok(());
    }
    Err(error(format!(
        "`{key}` is no key of a label: it must be letters, digits, `-`, `_` and `.` that begin and \
         end with a letter or digit, at most {LONGEST_NAME}, behind an optional DNS name and `/`"
    )))
}

fn is_subdomain(text: &str) -> bool {
    let is_inner = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let is_label = |label: &[u8]| {
        label.iter().all(is_inner)
            && label.first().is_some_and(|byte| *byte != b'-')
            && label.last().is_some_and(|byte| *byte != b'-')
    };
    text.len() <= LONGEST_PREFIX && text.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

/// Whether it can be the name or the value of a label; a value may be empty.
fn is_name(text: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let bytes = text.as_bytes();
    text.len() <= LONGEST_NAME
        && bytes.iter().all(is_inner)
        && bytes.first().is_none_or(u8::is_ascii_alphanumeric)
        && bytes.last().is_none_or(u8::is_ascii_alphanumeric)
}

fn checked_value(key: &str, value: &str) -> Result<String> {
    if is_name(value) {
        return Ok(value.to_owned());
    }
    Err(error(format!(
        "the value for `{key}` is no value of a label: it must be letters, digits, `-`, `_` and `.` \
         that begin and end with a letter or digit, at most {LONGEST_NAME}"
    )))
}

#[cold]
fn unexpected(token: Token<'_>, expected: &str) -> Error {
    error(match token {
        Token::End => format!("the label selector ends where {expected} is expected"),
        Token::Word(_) => format!("the label selector has a word where {expected} is expected"),
        Token::Symbol(symbol) => {
            format!("the label selector has `{symbol}` where {expected} is expected")
        }
    })
}

#[cold]
fn error(message: String) -> Error {
    Error::new(ErrorKind::LabelSelector, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [(&str, &str); 5] = [
        ("app", "web"),
        ("tier", ""),
        ("x.io/n", "7"),
        ("in", "notin"),
        ("neg", "-5"),
    ];

    fn matches(selector: &str) -> bool {
        let selector = LabelSelector::parse(selector).unwrap();
        selector.matches(|key| {
            let label = LABELS.iter().find(|(name, _)| *name == key);
            label.map(|(_, value)| *value)
        })
    }

    #[test]
    fn selects_what_apimachinery_selects() {
        for selector in [
            "",
            " \t",
            "app",
            "app=web",
            " app == web , tier ",
            "app!=db",
            "other!=db",
            "other notin (a)",
            "app in (db,web)",
            "app in (db , web)",
            "app notin (db)",
            "!other",
            "! other",
            "tier=",
            "tier=,app",
            "tier in ()",
            "tier in (a,)",
            "tier in (,a)",
            "tier in (a,,b)",
            "x.io/n>6",
            "x.io/n<8,x.io/n > 06",
            "in",
            "in in (in,notin)",
            "in=notin",
            "notin notin (x)",
            "neg<0",
            "tier in (,)",
            "tier in (,,,)",
            "app in (,,web)",
            "app=\0web",
            "app\0\0,",
        ] {
            assert!(matches(selector), "{selector:?}");
        }
        for selector in [
            "other",
            "!app",
            "app=db",
            "app!=web",
            "app in (db)",
            "app in ()",
            "app notin (web,db)",
            "tier!=",
            "app>1",
            "other<5",
            "x.io/n>7",
            "app,other",
            "other in (a)",
        ] {
            assert!(!matches(selector), "{selector}");
        }
        assert!(LabelSelector::parse("").unwrap().requirements.is_empty());
        assert!(!LabelSelector::parse("a").unwrap().requirements.is_empty());
    }

    #[test]
    fn what_apimachinery_refuses_is_an_error() {
        let long = "a".repeat(64);
        let long_prefix = format!("{}/a", "a.".repeat(126) + "aa");
        for selector in [
            ",",
            "a,",
            ",a",
            "a,,b",
            "=",
            "=a",
            "!",
            "!!a",
            "!a=b",
            "a b",
            "a=b c",
            "a = = b",
            "a=(b)",
            "a===b",
            "a=!b",
            "a in",
            "a in b",
            "a in (",
            "a in (b",
            "a in (b,",
            "a in (b c)",
            "a in (=)",
            "a in (b))",
            "a in ((b))",
            "a>",
            "a>b",
            "a>1.5",
            "a>-1",
            "a>9223372036854775808",
            "-a",
            "a-",
            "a/",
            "/a",
            "a/b/c",
            "A.b/c",
            "a..b/c",
            "-a/b",
            "ä",
            "a=ä",
            "a=-b",
            "a=b/c",
            "a in (b,,)",
            "a in (,,)",
            "a\0b",
            "a in (b/c)",
            "a@b",
            "a&b",
            "(a)",
            &long,
            &long_prefix,
            &format!("a={long}"),
        ] {
            let error = LabelSelector::parse(selector).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::LabelSelector, "{selector}");
        }
        for selector in [
            &long[1..],
            &format!("{}/a", "a.".repeat(126) + "a"),
            &format!("a={}", &long[1..]),
            "A_b.C-d",
            "0/0",
        ] {
            LabelSelector::parse(selector).unwrap();
        }
    }
}
