//! Go's regular expressions (RE2, `regexp/syntax` with the flags of `regexp.Compile`) on the `regex`
//! crate.
//!
//! The syntaxes are close but not equal: in Go `\d`, `\w`, `\s` and `\b` know only ASCII, `{` is a
//! literal where no repetition can be read, and `\Q…\E`, octal escapes and `\pN` exist, while nested
//! classes, the flags `x` and `u`, and repetitions of repetitions do not. So a pattern is read by
//! Go's rules and written anew, flags resolved. Only whether a text matches is asked: laziness and
//! captures are dropped.

use std::fmt::Write as _;

use regex::{Regex, RegexBuilder};

use crate::error::{Error, ErrorKind, Result};

/// The highest number in a repetition, and the highest product of nested ones.
const MOST_REPETITIONS: u32 = 1000;

/// How deep groups may nest.
const MOST_GROUPS: usize = 999;

/// What a compiled pattern may take, in bytes; a program of a few Unicode classes, repeated a few
/// dozen times, fits.
const LARGEST: usize = 32 << 20;

/// A pattern that texts are matched with.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Matcher);

#[derive(Clone, Debug)]
enum Matcher {
    /// The text is this.
    Equals(String),
    /// The text holds this.
    Contains(String),
    Regex(Regex),
}

impl Pattern {
    /// A pattern for whole texts, `^(?:pattern)$`: what the targets of patches and replacements
    /// are. Whether an empty pattern means anything at all is the caller's to say: here it matches
    /// the empty text.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`] for what Go refuses, and for a pattern that grows too large.
    pub(crate) fn anchored(pattern: &str) -> Result<Self> {
        if is_literal(pattern) {
            return Ok(Self(Matcher::Equals(pattern.to_owned())));
        }
        Self::compile(pattern, &format!("^(?:{pattern})$"))
    }

    /// A pattern that may match anywhere in a text.
    ///
    /// # Errors
    /// Those of [`anchored`](Self::anchored).
    pub(crate) fn search(pattern: &str) -> Result<Self> {
        if is_literal(pattern) {
            return Ok(Self(Matcher::Contains(pattern.to_owned())));
        }
        Self::compile(pattern, pattern)
    }

    fn compile(shown: &str, pattern: &str) -> Result<Self> {
        let refused = |reason: &str| {
            Error::new(
                ErrorKind::Pattern,
                format!("the pattern `{shown}` {reason}"),
            )
        };
        let translated = translate(pattern).map_err(|reason| refused(&reason))?;
        RegexBuilder::new(&translated)
            .size_limit(LARGEST)
            .nest_limit(2 * MOST_GROUPS as u32 + 10)
            .build()
            .map(|regex| Self(Matcher::Regex(regex)))
            .map_err(|_| refused("grows too large: use smaller repetitions"))
    }

    /// Whether a pattern matches no text but itself.
    pub(crate) fn is_literal(pattern: &str) -> bool {
        is_literal(pattern)
    }

    /// Whether a text matches.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Matcher::Equals(literal) => literal == text,
            Matcher::Contains(literal) => {
                memchr::memmem::find(text.as_bytes(), literal.as_bytes()).is_some()
            }
            Matcher::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Whether no character of a pattern has a meaning.
fn is_literal(pattern: &str) -> bool {
    !pattern.contains([
        '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
    ])
}

/// Why a pattern is refused.
type Reason = String;

#[derive(Clone, Copy)]
struct Flags {
    /// `i`
    fold_case: bool,
    /// `m`
    multi_line: bool,
    /// `s`
    dot_all: bool,
}

struct Group {
    /// Where it begins in the output.
    start: usize,
    /// The flags around it.
    flags: Flags,
    /// The heaviest repetition before it in the group around it.
    heaviest: u32,
}

/// What a repetition would repeat.
#[derive(Clone, Copy)]
struct Operand {
    /// Where it begins in the output.
    start: usize,
    /// The highest product of nested repetitions in it.
    weight: u32,
    /// Whether it ends in a repetition that a second one would change.
    is_repeated: bool,
}

struct Translator<'p> {
    rest: &'p str,
    out: String,
    flags: Flags,
    groups: Vec<Group>,
    operand: Option<Operand>,
    /// The heaviest repetition so far in the innermost group.
    heaviest: u32,
}

/// The same pattern in the syntax of the `regex` crate.
fn translate(pattern: &str) -> Result<String, Reason> {
    let mut translator = Translator {
        rest: pattern,
        out: String::with_capacity(pattern.len() * 2),
        flags: Flags {
            fold_case: false,
            multi_line: false,
            dot_all: false,
        },
        groups: Vec::new(),
        operand: None,
        heaviest: 1,
    };
    let mut after_repetition = false;
    while let Some(first) = translator.rest.chars().next() {
        after_repetition = translator.item(first, after_repetition)?;
    }
    match translator.groups.is_empty() {
        true => Ok(translator.out),
        false => Err("has a `(` without its `)`".to_owned()),
    }
}

impl<'p> Translator<'p> {
    /// Translates what comes next. Returns whether it was a repetition.
    fn item(&mut self, first: char, after_repetition: bool) -> Result<bool, Reason> {
        match first {
            '(' => self.open()?,
            ')' => self.close()?,
            '|' => {
                self.skip(1);
                self.out.push('|');
                self.operand = None;
            }
            '^' => self.assertion(
                1,
                if self.flags.multi_line {
                    "(?m:^)"
                } else {
                    "\\A"
                },
            ),
            '$' => self.assertion(
                1,
                if self.flags.multi_line {
                    "(?m:$)"
                } else {
                    "\\z"
                },
            ),
            '.' => self.assertion(1, if self.flags.dot_all { "(?s:.)" } else { "." }),
            '[' => self.class()?,
            '*' | '+' | '?' => {
                self.skip(1);
                self.repeat(after_repetition, &first.to_string(), 1)?;
                return Ok(true);
            }
            '{' => return self.counted(after_repetition),
            '\\' => self.escape()?,
            char => {
                self.skip(char.len_utf8());
                self.literal(u32::from(char));
            }
        }
        Ok(false)
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let first = chars.next();
        self.rest = chars.as_str();
        first
    }

    /// Writes something that a repetition can repeat.
    fn operand(&mut self, text: &str) {
        self.operand = Some(Operand {
            start: self.out.len(),
            weight: 1,
            is_repeated: false,
        });
        self.out.push_str(text);
    }

    fn assertion(&mut self, bytes: usize, text: &str) {
        self.skip(bytes);
        self.operand(text);
    }

    fn literal(&mut self, code: u32) {
        let Some(char) = char::from_u32(code) else {
            // Half of a surrogate pair is in no text.
            return self.operand("[^\\x{0}-\\x{10FFFF}]");
        };
        let (start, end) = if self.flags.fold_case {
            ("(?i:", ")")
        } else {
            ("", "")
        };
        let text = match char.is_ascii_alphanumeric() || !char.is_ascii() {
            true => format!("{start}{char}{end}"),
            false => format!("\\x{:02X}", code),
        };
        self.operand(&text);
    }

    fn open(&mut self) -> Result<(), Reason> {
        let outer = self.flags;
        if self.rest.starts_with("(?") {
            if !self.group_head()? {
                return Ok(());
            }
        } else {
            self.skip(1);
        }
        if self.groups.len() == MOST_GROUPS {
            return Err("nests too many groups".to_owned());
        }
        self.groups.push(Group {
            start: self.out.len(),
            flags: outer,
            heaviest: self.heaviest,
        });
        self.heaviest = 1;
        self.operand = None;
        self.out.push_str("(?:");
        Ok(())
    }

    /// Reads `(?P<name>`, `(?flags:` or `(?flags)`. Returns whether it opens a group.
    fn group_head(&mut self) -> Result<bool, Reason> {
        let head = self.rest;
        for start in ["(?P<", "(?<"] {
            let Some(rest) = head.strip_prefix(start) else {
                continue;
            };
            let is_name = |name: &&str| {
                let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                !name.is_empty() && name.bytes().all(is_word)
            };
            let name = rest.split_once('>').map(|(name, _)| name).filter(is_name);
            let name = name.ok_or("has a group whose name is not letters, digits and `_`")?;
            self.skip(start.len() + name.len() + 1);
            return Ok(true);
        }
        self.skip(2);
        let (mut flags, mut set, mut saw_flag) = (self.flags, true, true);
        loop {
            match self.take() {
                Some('i') => flags.fold_case = set,
                Some('m') => flags.multi_line = set,
                Some('s') => flags.dot_all = set,
                // It swaps greedy and lazy, which find the same texts.
                Some('U') => {}
                Some('-') if set => {
                    (set, saw_flag) = (false, false);
                    continue;
                }
                Some(end @ (':' | ')')) if saw_flag => {
                    self.flags = flags;
                    return Ok(end == ':');
                }
                _ => {
                    return Err(
                        "has a `(?` that is neither a name, nor flags of `imsU`: there is no \
                                looking ahead or behind"
                            .to_owned(),
                    );
                }
            }
            saw_flag = true;
        }
    }

    fn close(&mut self) -> Result<(), Reason> {
        self.skip(1);
        let group = self.groups.pop().ok_or("has a `)` without its `(`")?;
        self.out.push(')');
        self.operand = Some(Operand {
            start: group.start,
            weight: self.heaviest,
            is_repeated: false,
        });
        self.flags = group.flags;
        self.heaviest = self.heaviest.max(group.heaviest);
        Ok(())
    }

    /// Repeats the operand; `factor` is how often at most, or at least if there is no most.
    fn repeat(&mut self, after_repetition: bool, text: &str, factor: u32) -> Result<(), Reason> {
        if self.rest.starts_with('?') {
            self.skip(1);
        }
        if after_repetition {
            return Err(format!(
                "repeats a repetition with `{text}`: put it in a group first"
            ));
        }
        let Some(operand) = &mut self.operand else {
            return Err(format!("has a `{text}` with nothing before it to repeat"));
        };
        operand.weight *= factor;
        if operand.weight > MOST_REPETITIONS {
            return Err(format!("repeats more than {MOST_REPETITIONS} times"));
        }
        // Only flags can stand between two repetitions.
        if operand.is_repeated {
            self.out.insert_str(operand.start, "(?:");
            self.out.push(')');
        }
        operand.is_repeated = true;
        self.heaviest = self.heaviest.max(operand.weight);
        self.out.push_str(text);
        Ok(())
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; anything else that begins with `{` is a literal. Returns
    /// whether it was a repetition.
    fn counted(&mut self, after_repetition: bool) -> Result<bool, Reason> {
        let Some((least, most, len)) = counts(self.rest) else {
            self.skip(1);
            self.literal(u32::from('{'));
            return Ok(false);
        };
        let text = &self.rest[..len];
        self.skip(len);
        let is_valid = least <= MOST_REPETITIONS
            && most.is_none_or(|most| (least..=MOST_REPETITIONS).contains(&most));
        if !is_valid {
            return Err(format!(
                "has a repetition `{text}` that is not up to {MOST_REPETITIONS} and in order"
            ));
        }
        self.repeat(after_repetition, text, most.unwrap_or(least).max(1))?;
        Ok(true)
    }

    fn escape(&mut self) -> Result<(), Reason> {
        let second = self.rest[1..].chars().next();
        match second {
            Some('A') => self.assertion(2, "\\A"),
            Some('z') => self.assertion(2, "\\z"),
            Some('b') => self.assertion(2, "(?-u:\\b)"),
            Some('B') => self.assertion(2, "(?-u:\\B)"),
            Some('Q') => {
                let quoted = &self.rest[2..];
                let (quoted, rest) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                self.rest = rest;
                for char in quoted.chars() {
                    self.literal(u32::from(char));
                }
            }
            _ => match self.class_escape()? {
                Some(class) => self.operand(&self.folded(&class)),
                None => {
                    let code = self.char_escape()?;
                    self.literal(code);
                }
            },
        }
        Ok(())
    }

    fn folded(&self, class: &str) -> String {
        match self.flags.fold_case {
            true => format!("(?i:{class})"),
            false => class.to_owned(),
        }
    }

    /// Reads `\d` and its like, `\pN`, `\p{Greek}`, and gives it as a class in brackets.
    fn class_escape(&mut self) -> Result<Option<String>, Reason> {
        let Some(letter) = self
            .rest
            .strip_prefix('\\')
            .and_then(|rest| rest.chars().next())
        else {
            return Ok(None);
        };
        let class = match letter {
            'd' => "[0-9]",
            'D' => "[^0-9]",
            's' => "[\\t\\n\\x0C\\r ]",
            'S' => "[^\\t\\n\\x0C\\r ]",
            'w' => "[0-9A-Za-z_]",
            'W' => "[^0-9A-Za-z_]",
            'p' | 'P' => return self.unicode_class(letter == 'P').map(Some),
            _ => return Ok(None),
        };
        self.skip(2);
        Ok(Some(class.to_owned()))
    }

    fn unicode_class(&mut self, mut is_negated: bool) -> Result<String, Reason> {
        let whole = self.rest;
        self.skip(2);
        let name = match self.take() {
            Some('{') => {
                let end = self.rest.find('}').ok_or("has a `\\p{` without its `}`")?;
                let name = &self.rest[..end];
                self.skip(end + 1);
                name
            }
            Some(char) => &whole[2..2 + char.len_utf8()],
            None => return Err("ends in `\\p`".to_owned()),
        };
        let name = match name.strip_prefix('^') {
            Some(name) => {
                is_negated = !is_negated;
                name
            }
            None => name,
        };
        let class = known_class(name)
            .ok_or_else(|| format!("asks for `\\p{{{name}}}`, which is no Unicode class"))?;
        let sign = if is_negated { "^" } else { "" };
        Ok(format!("[{sign}{class}]"))
    }

    /// Reads an escape that stands for one character, which may be half of a surrogate pair.
    fn char_escape(&mut self) -> Result<u32, Reason> {
        let whole = self.rest;
        self.skip(1);
        let Some(char) = self.take() else {
            return Err("ends in `\\`".to_owned());
        };
        let code = match char {
            'a' => Some(0x07),
            'f' => Some(0x0C),
            'n' => Some(0x0A),
            'r' => Some(0x0D),
            't' => Some(0x09),
            'v' => Some(0x0B),
            'x' => self.hexadecimal(),
            '1'..='7' if !self.rest.starts_with(|next: char| next.is_digit(8)) => None,
            '0'..='7' => {
                self.rest = &whole[1..];
                let is_octal = |at: &usize| {
                    whole
                        .as_bytes()
                        .get(at + 1)
                        .is_some_and(|byte| matches!(byte, b'0'..=b'7'))
                };
                let len = (0..3).take_while(is_octal).count();
                let digits = &self.rest[..len];
                self.skip(len);
                u32::from_str_radix(digits, 8).ok()
            }
            char if char.is_ascii() && !char.is_ascii_alphanumeric() => Some(u32::from(char)),
            _ => None,
        };
        code.ok_or_else(|| format!("has an escape `\\{char}` that Go does not know"))
    }

    /// Reads the two digits or the braces behind `\x`.
    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = match self.rest.strip_prefix('{') {
            Some(rest) => {
                let (digits, _) = rest.split_once('}')?;
                self.skip(digits.len() + 2);
                digits
            }
            None => {
                let digits = self.rest.get(..2)?;
                self.skip(2);
                digits
            }
        };
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = digits.trim_start_matches('0');
        let code = match code {
            "" if !digits.is_empty() => Some(0),
            _ => u32::from_str_radix(code, 16).ok(),
        };
        code.filter(|code| is_hexadecimal && *code <= u32::from(char::MAX))
    }

    /// Translates a class in brackets, item by item.
    fn class(&mut self) -> Result<(), Reason> {
        const UNCLOSED: &str = "has a `[` without its `]`";
        self.skip(1);
        let mut class = "[".to_owned();
        if self.rest.starts_with('^') {
            self.skip(1);
            class.push('^');
        }
        let before = class.len();
        let mut is_first = true;
        loop {
            if self.rest.is_empty() {
                return Err(UNCLOSED.to_owned());
            }
            if self.rest.starts_with(']') && !is_first {
                break;
            }
            is_first = false;
            if let Some(named) = self.named_class()? {
                class.push_str(named);
                continue;
            }
            if let Some(escape) = self.class_escape()? {
                class.push_str(&escape);
                continue;
            }
            let low = self.class_char()?.ok_or(UNCLOSED)?;
            let mut high = low;
            if self.rest.len() > 1 && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.skip(1);
                high = self.class_char()?.ok_or(UNCLOSED)?;
            }
            if high < low {
                return Err("has a class with a range that ends before it begins".to_owned());
            }
            push_range(&mut class, low, high);
        }
        self.skip(1);
        if class.len() == before {
            // Only halves of surrogate pairs: in no text, and anything else is in every.
            class.push_str(if before == 1 {
                "^\\x{0}-\\x{10FFFF}"
            } else {
                ""
            });
        }
        class.push(']');
        if class == "[^]" {
            class = "[\\x{0}-\\x{10FFFF}]".to_owned();
        }
        let class = self.folded(&class);
        self.operand(&class);
        Ok(())
    }

    fn class_char(&mut self) -> Result<Option<u32>, Reason> {
        match self.rest.starts_with('\\') {
            true => self.char_escape().map(Some),
            false => Ok(self.take().map(u32::from)),
        }
    }

    /// Reads `[:alpha:]` or `[:^alpha:]` in a class.
    fn named_class(&mut self) -> Result<Option<&'p str>, Reason> {
        const NAMES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print",
            "punct", "space", "upper", "word", "xdigit",
        ];
        let Some(inner) = self.rest.strip_prefix("[:") else {
            return Ok(None);
        };
        let Some(len) = inner.find(":]") else {
            return Ok(None);
        };
        let (class, rest) = self.rest.split_at(len + 4);
        let name = &inner[..len];
        if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(format!("has a class `{class}` that does not exist"));
        }
        self.rest = rest;
        Ok(Some(class))
    }
}

/// Adds a range of characters to a class; no text holds halves of surrogate pairs.
fn push_range(class: &mut String, low: u32, high: u32) {
    let low = if (0xD800..0xE000).contains(&low) {
        0xE000
    } else {
        low
    };
    let high = if (0xD800..0xE000).contains(&high) {
        0xD7FF
    } else {
        high
    };
    if low <= high {
        // Writing to a string does not fail.
        let _ = write!(class, "\\x{{{low:X}}}-\\x{{{high:X}}}");
    }
}

/// Reads a repetition's least and most, and how long it is; `None` if it cannot be one.
fn counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let (least, rest) = number(text.strip_prefix('{')?)?;
    let (most, rest) = match rest.strip_prefix(',') {
        None => (Some(least), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => {
            let (most, rest) = number(rest)?;
            (Some(most), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    Some((least, most, text.len() - rest.len()))
}

/// A number without leading zeros, or more than can be repeated if it is large.
fn number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(len);
    if len == 0 || len > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}

/// A Unicode class by the names that Go knows: categories and scripts, but no other properties.
fn known_class(name: &str) -> Option<String> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_name) {
        return None;
    }
    let is_special = ["any", "ascii", "assigned"]
        .iter()
        .any(|special| name.eq_ignore_ascii_case(special));
    if is_special {
        return Some(format!("\\p{{{name}}}"));
    }
    ["gc", "sc"]
        .into_iter()
        .map(|property| format!("\\p{{{property}={name}}}"))
        .find(|class| Regex::new(class).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, text: &str) -> bool {
        Pattern::anchored(pattern).unwrap().is_match(text)
    }

    #[test]
    fn what_go_matches_matches() {
        for (pattern, texts) in [
            ("", &[""][..]),
            ("web", &["web"]),
            ("web-.*", &["web-", "web-1"]),
            ("a|b", &["a", "b"]),
            (".*", &["", "a\u{e9}"]),
            ("(?s).", &["\n"]),
            ("(?s:.)x(?-s:.)", &["\nxy"]),
            ("a{2}", &["aa"]),
            ("a{2,}", &["aa", "aaaa"]),
            ("a{0,1}b{0}", &["", "a"]),
            ("a{", &["a{"]),
            ("a{,5}", &["a{,5}"]),
            ("a{1", &["a{1"]),
            ("a{01}", &["a{01}"]),
            ("{a}", &["{a}"]),
            ("{1", &["{1"]),
            ("]}", &["]}"]),
            ("\\Qa.b\\E+", &["a.b", "a.bb"]),
            ("\\Qa.b", &["a.b"]),
            ("\\Q\\\\E", &["\\"]),
            ("\\pL\\PL", &["\u{e9}1"]),
            ("\\p{Greek}+", &["\u{3b1}\u{3b2}"]),
            ("\\p{^Greek}", &["a"]),
            ("\\P{^Lu}", &["A"]),
            ("[\\p{Nd}\\-_]+", &["1-_\u{663}"]),
            ("[^\\pL]", &["1"]),
            ("\\p{any}", &["x"]),
            ("\\d\\w\\s", &["1_ "]),
            ("\\D\\W\\S", &["\u{663}\u{e9}x"]),
            ("[\\d\\s]+", &["1 2"]),
            ("[\\D]", &["a"]),
            ("[[:alpha:]_]+", &["a_B"]),
            ("[[:^alpha:]]", &["1"]),
            ("[[:x]+", &["[:x"]),
            ("[]a]+", &["]a"]),
            ("[^]a]", &["b"]),
            ("[a-]+", &["a-"]),
            ("[-a]+", &["a-"]),
            ("[a-c-e]+", &["b-e"]),
            ("[a&&b~~c[]+", &["a&b~c["]),
            ("[\\]\\\\^]+", &["]\\^"]),
            ("\\x41\\x{1F600}\\101\\0\\a", &["A\u{1f600}A\0\x07"]),
            ("[\\x41-\\x{43}\\060]+", &["ABC0"]),
            ("\\_\\-\\/", &["_-/"]),
            ("(?P<n>a)(?<m>b)", &["ab"]),
            ("(?P<n>a)(?P<n>b)", &["ab"]),
            ("(?i)ABC", &["abc", "aBc"]),
            ("(?i:a)B", &["aB", "AB"]),
            ("(?i:a(?-i)b)c", &["Abc"]),
            ("(?i)[a-c]\\pL", &["Bz"]),
            ("(?i)k\\w", &["\u{212a}\u{17f}"]),
            ("(?U)a*", &["aaa"]),
            ("a*?b+?c??d{1,2}?", &["aabcdd"]),
            ("a(?i)*", &["aaa"]),
            ("a+(?i)?", &["", "aa"]),
            ("^*a$?", &["a"]),
            ("\\Aa\\z", &["a"]),
            ("()*|x", &["", "x"]),
            ("|a", &["", "a"]),
            ("(|a)*", &["", "a"]),
            ("a\\b.*", &["a\u{e9}"]),
            ("a\\B.*", &["ab"]),
            (".\\B.", &["\u{e9}\u{e9}"]),
            ("(?m)a$\n^b", &["a\nb"]),
            ("a)|(b", &["ax", "xb"]),
            ("(a{30}){30}|b", &["b"]),
            ("[\\x{D800}-\\x{E000}]", &["\u{e000}"]),
            ("[^\\x{D800}]", &["a"]),
            ("\\x{D800}|[\\x{D800}]|b", &["b"]),
            ("\u{e9} #{2}", &["\u{e9} ##"]),
            ("a b", &["a b"]),
        ] {
            for text in texts {
                assert!(is_match(pattern, text), "{pattern} {text:?}");
            }
        }
    }

    #[test]
    fn what_go_does_not_match_does_not() {
        for (pattern, texts) in [
            ("", &["a"][..]),
            ("web", &["web-1", "aweb", ""]),
            ("w.b", &["w\nb", "wb"]),
            ("\\d", &["\u{663}"]),
            ("\\w", &["\u{e9}"]),
            ("\\s", &["\u{a0}", "\x0B"]),
            ("a\\B.*", &["a\u{e9}"]),
            ("a$\nb", &["a\nb"]),
            ("a{0}", &["a"]),
            ("(?i:a)b", &["AB"]),
            ("[^a]", &["a"]),
            ("[^\\x{0}-\\x{10FFFF}]", &["a", ""]),
            ("\\x{D800}", &["a", "\u{fffd}"]),
            ("a\\z.", &["ab"]),
        ] {
            for text in texts {
                assert!(!is_match(pattern, text), "{pattern} {text:?}");
            }
        }
    }

    #[test]
    fn a_search_finds_any_part() {
        for (pattern, text, found) in [
            ("", "a", true),
            ("b", "abc", true),
            ("d", "abc", false),
            ("^b", "abc", false),
            ("^nginx(:[a-z{}]*)?$", "nginx:{}", true),
            ("b.$", "abc", true),
            ("a|^$", "", true),
        ] {
            let pattern = Pattern::search(pattern).unwrap();
            assert_eq!(pattern.is_match(text), found, "{pattern:?} {text}");
        }
    }

    #[test]
    fn what_go_refuses_is_an_error() {
        let nested = "(".repeat(1000) + &")".repeat(1000);
        let towers = "((((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}){2})";
        for pattern in [
            "(",
            ")",
            "(a",
            "a)",
            "(?i",
            "*",
            "+a",
            "|*",
            "(*)",
            "(?:+)",
            "a**",
            "a*+",
            "a+?*",
            "a{2}{3}",
            "a{2}*",
            "{2}",
            "a{1001}",
            "a{2,1}",
            "a{1001,}",
            "a{99999999999}",
            towers,
            "[",
            "[a",
            "[]",
            "[^]",
            "[a-",
            "[b-a]",
            "[[:foo:]]",
            "[\\",
            "[a-\\d]",
            "\\",
            "\\8",
            "\\1",
            "\\C",
            "\\Z",
            "\\E",
            "\\q",
            "\\x",
            "\\xg0",
            "\\x{}",
            "\\x{110000}",
            "\\x{4",
            "\\\u{e9}",
            "\\p",
            "\\pZZ\\p{",
            "\\p{Foo}",
            "\\pX",
            "\\p{Alphabetic}",
            "\\p{sc=Greek}",
            "\\Q\\E*",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
            "(?P=n)",
            "(?P<>a)",
            "(?P<x y>a)",
            "(?P<n",
            "(?x)a",
            "(?u)a",
            "(?i-)a",
            "(?--i)a",
            "(?",
            "(?i-i-i)",
            &nested,
        ] {
            for pattern in [Pattern::search(pattern), Pattern::anchored(pattern)] {
                let Err(error) = pattern else {
                    continue;
                };
                assert_eq!(error.kind(), ErrorKind::Pattern);
                assert!(error.message().starts_with("the pattern `"));
            }
            assert!(Pattern::search(pattern).is_err(), "{pattern}");
        }
        let error = Pattern::anchored("a**").unwrap_err();
        assert_eq!(
            error.message(),
            "the pattern `a**` repeats a repetition with `*`: put it in a group first"
        );
    }

    #[test]
    fn size_and_depth_are_bounded() {
        let error = Pattern::anchored(&"\\pL{1000}".repeat(20)).unwrap_err();
        assert!(
            error
                .message()
                .ends_with("grows too large: use smaller repetitions")
        );
        let deep = "(".repeat(990) + "a" + &")*".repeat(990);
        std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || assert!(is_match(&deep, "aa")))
            .unwrap()
            .join()
            .unwrap();
    }
}
