//! JSON as Go's `encoding/json` reads it: strict, and a lone half of a surrogate pair replaced.
//! What numbers and repeated keys become is up to who asks.

use foldhash::{HashSet, HashSetExt};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::Source;
use crate::yaml::write::utf8;
use crate::yaml::{self, Entry, Node, Scalar, Sequence, Style, Tag, Text, Value};

/// Reads a file that may be JSON, which then begins with `{`, or YAML, of which the first document
/// becomes JSON: what the reference does with an OpenAPI document. An empty text is null.
///
/// `strict_from` says how deep in JSON the objects are that a stricter reader (kube-openapi's) gets
/// to see; 1 is the whole document.
///
/// # Errors
/// Located in `source`: those of [`read_json`], [`read_first`](yaml::read_first) and
/// [`as_json`](yaml::as_json); in strict objects [`ErrorKind::DuplicateKey`] for a key that stands
/// twice, [`ErrorKind::Encoding`] for half a surrogate pair.
pub(crate) fn read_json_or_yaml(
    source: &Source,
    limits: &Limits,
    strict_from: usize,
) -> Result<Node> {
    if source.bytes().first() == Some(&b'{') {
        let dialect = JsonDialect {
            strict_from,
            ..EXACT
        };
        return read_json_as(&dialect, source, limits);
    }
    match yaml::read_first(source, limits)? {
        Some(node) => yaml::as_json(&node).map_err(|error| error.locate_in(source)),
        None => Ok(Node::null()),
    }
}

/// What a program in Go makes of JSON.
pub(crate) struct JsonDialect {
    /// A number from its text and value, and whether it was written without fraction and exponent.
    pub(crate) number: fn(&str, f64, bool) -> Scalar,
    /// Whether of equal keys all stay, and not the last alone.
    pub(crate) keeps_repeated_keys: bool,
    /// How deep the objects are in which neither repeated keys nor half a surrogate pair may
    /// stand.
    pub(crate) strict_from: usize,
    /// What an error says behind what is wrong.
    pub(crate) advice: &'static str,
}

/// Whole numbers stay exact as far as 64 bits go.
const EXACT: JsonDialect = JsonDialect {
    number: |text, value, is_whole| {
        if is_whole && (text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok()) {
            Scalar::new(Tag::Int, Style::Plain, text)
        } else {
            Scalar::new(Tag::Float, Style::Plain, format!("{value:e}"))
        }
    },
    keeps_repeated_keys: false,
    strict_from: usize::MAX,
    advice: "what begins with `[` or `{` is read as JSON here; quote its keys and texts, or write it \
             as a YAML block",
};

/// Reads the one value of a text. Of equal keys the last stays.
///
/// # Errors
/// Those of [`read_json_as`].
pub(crate) fn read_json(source: &Source, limits: &Limits) -> Result<Node> {
    read_json_as(&EXACT, source, limits)
}

/// Reads the one value of a text, which need not be UTF-8: Go replaces what is not.
///
/// # Errors
/// [`ErrorKind::Syntax`] for what is not JSON, [`ErrorKind::Value`] for a number beyond what 64-bit
/// floats hold, [`ErrorKind::Limit`] for too deep nesting or too large a text.
pub(crate) fn read_json_as(
    dialect: &JsonDialect,
    source: &Source,
    limits: &Limits,
) -> Result<Node> {
    if source.bytes().len() > limits.file_bytes {
        let message = format!(
            "the text is larger than {} bytes, the limit `file_bytes`",
            limits.file_bytes
        );
        return Err(Error::at(ErrorKind::Limit, source, 0, message));
    }
    let mut reader = Reader {
        dialect,
        source,
        text: source.bytes(),
        at: 0,
        depth: 0,
        depth_limit: limits.depth,
    };
    let node = reader.value()?;
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.error("nothing may follow the first value")),
    }
}

struct Reader<'s> {
    dialect: &'s JsonDialect,
    source: &'s Source,
    text: &'s [u8],
    at: usize,
    /// How many collections the place is in.
    depth: usize,
    depth_limit: usize,
}

impl Reader<'_> {
    #[cold]
    fn error(&self, message: &str) -> Error {
        Error::at(
            ErrorKind::Syntax,
            self.source,
            self.at,
            format!("{message}: {}", self.dialect.advice),
        )
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn value(&mut self) -> Result<Node> {
        let first = self.peek();
        let mark = self.source.mark(self.at);
        let value: Value = match first {
            Some(b'[') => self.nested(Self::list)?,
            Some(b'{') => self.nested(Self::mapping)?,
            Some(b'"') => Scalar::new(Tag::Str, Style::Plain, self.string()?).into(),
            Some(b'-' | b'0'..=b'9') => self.number()?.into(),
            Some(b't') => self.word("true", Tag::Bool)?.into(),
            Some(b'f') => self.word("false", Tag::Bool)?.into(),
            Some(b'n') => self.word("null", Tag::Null)?.into(),
            _ => return Err(self.error("a value is expected here")),
        };
        Ok(Node::new(value, mark))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value>) -> Result<Value> {
        if self.depth == self.depth_limit {
            let message = "collections nest too deep, beyond the limit `depth`";
            return Err(Error::at(ErrorKind::Limit, self.source, self.at, message));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Sequence::default().into());
        }
        loop {
            items.push(self.value()?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.error("`,` or `]` is expected here")),
            }
        }
        self.at += 1;
        Ok(Sequence::from(items).into())
    }

    fn mapping(&mut self) -> Result<Value> {
        let mut entries = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(yaml::Mapping::default().into());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("a key in double quotes is expected here"));
            }
            let mark = self.source.mark(self.at);
            let key = Scalar::new(Tag::Str, Style::Plain, self.string()?);
            if self.peek() != Some(b':') {
                return Err(self.error("`:` is expected here"));
            }
            self.at += 1;
            entries.push(Entry {
                key: Node::new(key, mark),
                value: self.value()?,
            });
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.error("`,` or `}` is expected here")),
            }
        }
        self.at += 1;
        if self.is_strict() {
            self.refuse_repeated_keys(&entries)?;
        }
        Ok(match self.dialect.keeps_repeated_keys {
            true => yaml::Mapping::from(entries).into(),
            false => yaml::last_of_equal_keys(entries).into(),
        })
    }

    fn is_strict(&self) -> bool {
        self.depth >= self.dialect.strict_from
    }

    fn refuse_repeated_keys(&self, entries: &[Entry]) -> Result<()> {
        let mut known = HashSet::with_capacity(entries.len());
        let twice = entries
            .iter()
            .find(|entry| !known.insert(entry.key.text().unwrap_or_default()));
        match twice {
            None => Ok(()),
            Some(Entry { key, .. }) => {
                let message = format!(
                    "key `{}` stands twice in this object: remove one",
                    key.text().unwrap_or_default()
                );
                let error = Error::marked(ErrorKind::DuplicateKey, key.mark(), message);
                Err(error.locate_in(self.source))
            }
        }
    }

    fn word(&mut self, word: &'static str, tag: Tag) -> Result<Scalar> {
        if !self.text[self.at..].starts_with(word.as_bytes()) {
            return Err(self.error("a value is expected here"));
        }
        self.at += word.len();
        Ok(Scalar::new(tag, Style::Plain, Text::from_static(word)))
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.text.get(self.at) {
            self.at += 1;
        }
        match self.at > start {
            true => Ok(()),
            false => Err(self.error("a digit is expected here")),
        }
    }

    fn number(&mut self) -> Result<Scalar> {
        let start = self.at;
        let mut is_whole = true;
        if self.text[self.at] == b'-' {
            self.at += 1;
        }
        match self.text.get(self.at) {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.text.get(self.at) == Some(&b'.') {
            is_whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            is_whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok((self.dialect.number)(text, value, is_whole)),
            _ => Err(Error::at(
                ErrorKind::Value,
                self.source,
                start,
                "the number is too large for a 64-bit float: quote it or change it",
            )),
        }
    }

    fn string(&mut self) -> Result<Text> {
        self.at += 1;
        let start = self.at;
        let end = self.unescaped_end()?;
        if self.text[end] == b'"' {
            self.at = end + 1;
            let bytes = &self.text[start..end];
            return Ok(match std::str::from_utf8(bytes) {
                Ok(_) => Text::from_source(self.source, start..end),
                Err(_) => utf8(bytes).into(),
            });
        }
        let mut out = Vec::with_capacity(end - start + 16);
        loop {
            let start = self.at;
            let end = self.unescaped_end()?;
            out.extend_from_slice(&self.text[start..end]);
            self.at = end + 1;
            if self.text[end] == b'"' {
                return Ok(utf8(&out).into());
            }
            self.escape(&mut out)?;
        }
    }

    /// Where the quote or backslash is that ends a run of characters.
    fn unescaped_end(&mut self) -> Result<usize> {
        let end = self.at + run_length(&self.text[self.at..]);
        match self.text.get(end) {
            Some(b'"' | b'\\') => Ok(end),
            Some(_) => {
                self.at = end;
                Err(self.error("control characters and line breaks need an escape in strings"))
            }
            None => Err(self.error("the string has no closing quote")),
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let char = match self.text.get(self.at) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0C',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(out),
            _ => return Err(self.error("this escape is unknown")),
        };
        self.at += 1;
        push(out, char);
        Ok(())
    }

    fn unicode_escape(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let first = self.hex_at(self.at + 1);
        let first = first.ok_or_else(|| self.error("four hexadecimal digits must follow `\\u`"))?;
        self.at += 5;
        let is_pair = (0xD800..0xDC00).contains(&first);
        let second = (is_pair && self.text[self.at..].starts_with(b"\\u"))
            .then(|| self.hex_at(self.at + 2))
            .flatten()
            .filter(|second| (0xDC00..0xE000).contains(second));
        let code = match second {
            Some(second) => {
                self.at += 6;
                0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            None => first,
        };
        match char::from_u32(code) {
            Some(char) => push(out, char),
            None if self.is_strict() => {
                let message = "half a surrogate pair is no character: write the other half too";
                let at = self.at - 6;
                return Err(Error::at(ErrorKind::Encoding, self.source, at, message));
            }
            None => push(out, char::REPLACEMENT_CHARACTER),
        }
        Ok(())
    }

    fn hex_at(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4)?;
        digits.iter().try_fold(0, |code, digit| {
            Some(code * 16 + char::from(*digit).to_digit(16)?)
        })
    }
}

/// How many bytes stand before the first quote, backslash or control character.
fn run_length(text: &[u8]) -> usize {
    // Without a branch for each byte, so that the loop over a chunk becomes vector code.
    let stops = |byte: u8| (byte == b'"') | (byte == b'\\') | (byte <= 0x1F);
    let (chunks, _) = text.as_chunks::<32>();
    let is_clean = |chunk: &&[u8; 32]| !chunk.iter().fold(false, |any, byte| any | stops(*byte));
    let clean = 32 * chunks.iter().take_while(is_clean).count();
    let rest = &text[clean..];
    clean
        + rest
            .iter()
            .position(|byte| stops(*byte))
            .unwrap_or(rest.len())
}

fn push(out: &mut Vec<u8>, char: char) {
    out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn value(text: &str) -> Result<Node> {
        let source = Source::new(SourceId(1), "p.json", format!("[{text}]"))?;
        let list = read_json(&source, &Limits::default())?;
        Ok(list.as_sequence().unwrap().items()[0].clone())
    }

    #[test]
    fn values_have_their_types() {
        for (text, tag, expected) in [
            ("\"a\\u00e9\\n\\/\\\"\"", Tag::Str, "aé\n/\""),
            ("\"\\ud83d\\ude00\"", Tag::Str, "😀"),
            ("\"\\ud83d\\u0041\"", Tag::Str, "\u{FFFD}A"),
            ("\"\\ude00\"", Tag::Str, "\u{FFFD}"),
            (" true ", Tag::Bool, "true"),
            ("null", Tag::Null, "null"),
            ("-12", Tag::Int, "-12"),
            ("18446744073709551615", Tag::Int, "18446744073709551615"),
            ("18446744073709551616", Tag::Float, "1.8446744073709552e19"),
            ("1.0", Tag::Float, "1e0"),
            ("2E-3", Tag::Float, "2e-3"),
        ] {
            let node = value(text).unwrap();
            let scalar = node.as_scalar().unwrap();
            assert_eq!((scalar.tag(), &**scalar.text()), (tag, expected));
        }
        let node = value("{\"b\": [], \"a\": {\"x\": 1}, \"b\": 2}").unwrap();
        assert_eq!(node.get("/b").unwrap().as_i64(), Some(2));
        assert_eq!(node.get("/a/x").unwrap().mark().offset, 22);
    }

    #[test]
    fn strict_objects_lie_deep_enough() {
        let read = |text: &str, strict_from| {
            let source = Source::new(SourceId(1), "s.json", text.to_owned()).unwrap();
            let read = read_json_or_yaml(&source, &Limits::default(), strict_from);
            read.map_err(|error| (error.kind(), error.location().unwrap().column))
        };
        let twice = r#"{"a": {"b": 1, "\u0062": 2}}"#;
        assert_eq!(read(twice, 1), Err((ErrorKind::DuplicateKey, 16)));
        assert_eq!(read(twice, 2), Err((ErrorKind::DuplicateKey, 16)));
        assert!(read(twice, 3).is_ok());
        let half = r#"{"a": [{"b": "\ud83d"}]}"#;
        assert_eq!(read(half, 3), Err((ErrorKind::Encoding, 15)));
        assert!(read(half, 4).is_ok());
        assert!(read(r#"{"a": "\ud83d\ude00"}"#, 1).is_ok());
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        for text in [
            "a",
            "'a'",
            "{a: 1}",
            "{\"a\" 1}",
            "{\"a\": 1,}",
            "1,",
            "1 2",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "-",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\nb\"",
            "\"a",
            "tru",
            "nul",
            "[",
            "{",
            "1]]",
            "{\"a\": 1]",
        ] {
            let error = value(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Syntax, "{text}");
            assert!(error.location().is_some());
        }
        assert_eq!(value("1e400").unwrap_err().kind(), ErrorKind::Value);
        let deep = "[".repeat(100_000);
        assert_eq!(value(&deep).unwrap_err().kind(), ErrorKind::Limit);
    }
}
