//! Reading JSON as Go's `encoding/json` reads it into sops's tree: in order, with repeated keys,
//! every number a float (sops's `stores/json/store.go`).

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::sops::leaf;
use crate::sops::tree::{KEY, Tree, not_encrypted, without_metadata};
#[cfg(feature = "encrypt")]
use crate::sops::tree::{already_encrypted, is_metadata};
use crate::source::Source;
use crate::yaml::{Entry, Mapping, Node, Scalar, Sequence, Style, Tag, Text, Value, utf8};

/// Reads the one object of a text.
///
/// # Errors
/// [`ErrorKind::Syntax`] for what is not JSON, [`ErrorKind::Value`] for a number beyond 64-bit
/// floats, [`ErrorKind::Limit`] for too deep nesting; those of the metadata.
pub(super) fn read(source: &Source, limits: &Limits) -> Result<Tree> {
    let node = object(source, limits)?;
    let mark = node.mark();
    let Value::Mapping(mut mapping) = node.into_value() else {
        return Err(not_encrypted(source));
    };
    // Of repeated keys Go takes the last.
    let metadata = mapping.iter().rfind(|entry| entry.has_key(KEY));
    let metadata = metadata.map(|entry| entry.value.clone());
    without_metadata(&mut mapping);
    Tree::new(source, vec![Node::new(mapping, mark)], metadata.as_ref())
}

/// Reads a text that is to be encrypted.
///
/// # Errors
/// Those of [`read`] but for the metadata's; [`ErrorKind::SopsMetadata`] if there is any, and
/// [`ErrorKind::Value`] if there is no object.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source, limits: &Limits) -> Result<Vec<Node>> {
    let node = object(source, limits)?;
    let Some(mapping) = node.as_mapping() else {
        let message = "the text must be a JSON object: sops takes no other";
        return Err(Error::marked(ErrorKind::Value, node.mark(), message));
    };
    match mapping.iter().find(|entry| is_metadata(entry)) {
        None => Ok(vec![node]),
        Some(entry) => Err(already_encrypted(entry.key.mark())),
    }
}

/// The one value of a text.
fn object(source: &Source, limits: &Limits) -> Result<Node> {
    let mut reader = Reader {
        source,
        text: source.bytes(),
        at: 0,
        depth_left: limits.depth,
    };
    let node = reader.value()?;
    if reader.peek().is_some() {
        return Err(reader.error("nothing may follow the object"));
    }
    Ok(node)
}

struct Reader<'s> {
    source: &'s Source,
    text: &'s [u8],
    at: usize,
    depth_left: usize,
}

impl Reader<'_> {
    #[cold]
    fn error(&self, message: &str) -> Error {
        Error::at(
            ErrorKind::Syntax,
            self.source,
            self.at,
            format!("the text is not JSON: {message}"),
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
            Some(b't') => self.word("true", leaf::boolean(true))?.into(),
            Some(b'f') => self.word("false", leaf::boolean(false))?.into(),
            Some(b'n') => self.word("null", leaf::null())?.into(),
            _ => return Err(self.error("a value is expected here")),
        };
        Ok(Node::new(value, mark))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value>) -> Result<Value> {
        if self.depth_left == 0 {
            let message = "collections nest too deep, beyond the limit `depth`";
            return Err(Error::at(ErrorKind::Limit, self.source, self.at, message));
        }
        self.depth_left -= 1;
        self.at += 1;
        let value = read(self)?;
        self.depth_left += 1;
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
            return Ok(Mapping::default().into());
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
        Ok(Mapping::from(entries).into())
    }

    fn word(&mut self, word: &str, scalar: Scalar) -> Result<Scalar> {
        if !self.text[self.at..].starts_with(word.as_bytes()) {
            return Err(self.error("a value is expected here"));
        }
        self.at += word.len();
        Ok(scalar)
    }

    fn number(&mut self) -> Result<Scalar> {
        let start = self.at;
        if self.text[self.at] == b'-' {
            self.at += 1;
        }
        let leading_zero = self.text.get(self.at) == Some(&b'0');
        let whole = self.digits();
        if whole == 0 || leading_zero && whole > 1 {
            return Err(self.error("this is no number"));
        }
        let mut is_whole = true;
        if self.text.get(self.at) == Some(&b'.') {
            is_whole = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.error("this is no number"));
            }
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            is_whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.error("this is no number"));
            }
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        let value: f64 = text.parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            let message = "this number is beyond what a 64-bit float holds: quote it";
            return Err(Error::at(ErrorKind::Value, self.source, start, message));
        }
        match text.parse::<i64>() {
            Ok(whole) if is_whole && whole != 0 => Ok(leaf::json_integer(whole)),
            _ => Ok(leaf::float(value)),
        }
    }

    fn digits(&mut self) -> usize {
        let rest = &self.text[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    /// Reads a string, which begins here.
    fn string(&mut self) -> Result<Text> {
        self.at += 1;
        let start = self.at;
        let rest = &self.text[start..];
        let Some(end) = memchr::memchr2(b'"', b'\\', rest) else {
            return Err(self.error("a string is not closed"));
        };
        let is_control = |byte: &u8| *byte < b' ';
        if rest[end] == b'"' && !rest[..end].iter().any(is_control) {
            self.at += end + 1;
            return Ok(match std::str::from_utf8(&rest[..end]) {
                Ok(_) => Text::from_source(self.source, start..start + end),
                Err(_) => Text::from(utf8(&rest[..end])),
            });
        }
        let mut text = Vec::with_capacity(end + 16);
        loop {
            match self.text.get(self.at).copied() {
                None => return Err(self.error("a string is not closed")),
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut text)?,
                Some(..b' ') => {
                    return Err(self.error("a control character must be written as an escape"));
                }
                Some(byte) => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        Ok(Text::from(utf8(&text)))
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<()> {
        let byte = match self.text.get(self.at + 1) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'u') => {
                let char = self.unicode()?;
                text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err(self.error("this is no escape")),
        };
        text.push(byte);
        self.at += 2;
        Ok(())
    }

    /// Reads `\uXXXX`, two of them where they are a pair; a lone half is replaced.
    fn unicode(&mut self) -> Result<char> {
        let Some(high) = self.unit(self.at) else {
            return Err(self.error("`\\u` needs four hexadecimal digits"));
        };
        let low = self.unit(self.at + 6);
        self.at += 6;
        if let Some(char) = char::from_u32(high) {
            return Ok(char);
        }
        if let (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) = (high, low) {
            self.at += 6;
            let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// The four digits behind a `\u` at `at`.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |code, digit| {
            let digit = char::from(*digit).to_digit(16)?;
            Some(code << 4 | digit)
        })
    }
}
