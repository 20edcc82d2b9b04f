//! Reads a pattern by the rules of Go (RE2, `regexp/syntax` with the flags of `regexp.Compile`) and
//! writes it in the syntax of the `regex` crate.
//!
//! The syntaxes are close but not equal: in Go `\d`, `\w`, `\s` and `\b` know only ASCII, `{` is a
//! literal where no repetition can be read, and `\Q…\E`, octal escapes and `\pN` exist, while nested
//! classes, the flags `x` and `u`, and repetitions of repetitions do not. Flags are resolved on the
//! way. Only whether a text matches is asked: laziness and captures are dropped.

use std::fmt::Write as _;

use regex::Regex;

use crate::error::Result;

/// The highest number in a repetition, and the highest product of nested ones.
const MOST_REPETITIONS: u32 = 1000;

/// How deep groups may nest.
pub(super) const MOST_GROUPS: usize = 999;

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
pub(super) fn translate(pattern: &str) -> Result<String, Reason> {
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
    let is_known = |class: &String| Regex::new(class).is_ok();
    let category = Some(format!("\\p{{gc={name}}}")).filter(is_known);
    category.or_else(|| {
        // Other four letters are the codes of scripts, by which Go does not know them.
        const SHORT_SCRIPTS: [&str; 8] = [
            "ahom", "cham", "kawi", "lisu", "modi", "newa", "thai", "toto",
        ];
        let letters = name.replace(['_', '-', ' '], "").to_ascii_lowercase();
        let is_code = letters.len() == 4 && !SHORT_SCRIPTS.contains(&letters.as_str());
        Some(format!("\\p{{sc={name}}}")).filter(|class| !is_code && is_known(class))
    })
}
