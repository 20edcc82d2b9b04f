//! Nodes as Go's `encoding/json` prints what go-yaml v3 made of them.

use super::node::{Mapping, Node, Scalar, Value};
use super::resolve::Resolved;
use super::tag::Tag;
use super::write::{is_zone_too_far, json_number, json_string, utf8};
use crate::error::{Error, ErrorKind, Result};

/// The JSON of a node that was just read: keys sorted by bytes, whole numbers exact, `<`, `>` and
/// `&` escaped; in one line, or with two columns a level.
///
/// # Errors
/// With a mark: a key that is not a string or stands twice, a text that does not fit its tag, and
/// infinities and NaN.
pub(crate) fn to_json(node: &Node, indented: bool) -> Result<Vec<u8>> {
    let mut printer = Printer {
        out: Vec::new(),
        indent: indented.then_some(0),
    };
    printer.value(node)?;
    Ok(printer.out)
}

struct Printer {
    out: Vec<u8>,
    /// The level, if each value gets a line of its own.
    indent: Option<usize>,
}

impl Printer {
    fn value(&mut self, node: &Node) -> Result<()> {
        match node.value() {
            Value::Mapping(mapping) if mapping.is_empty() => self.word("{}"),
            Value::Mapping(mapping) => {
                self.open(b'{');
                self.members(mapping)?;
                self.close(b'}');
            }
            Value::Sequence(list) if list.is_empty() => self.word("[]"),
            Value::Sequence(list) => {
                self.open(b'[');
                for (at, item) in list.iter().enumerate() {
                    self.separate(at);
                    self.value(item)?;
                }
                self.close(b']');
            }
            Value::Scalar(scalar) => self.scalar(node, scalar)?,
        }
        Ok(())
    }

    fn members(&mut self, mapping: &Mapping) -> Result<()> {
        let mut members = Vec::with_capacity(mapping.len());
        for entry in mapping {
            let is_string = |key: &&Node| {
                let key = key.as_scalar();
                key.is_some_and(|key| matches!(key.tag(), Tag::Str | Tag::Merge))
            };
            let Some(key) = Some(&entry.key).filter(is_string).and_then(Node::text) else {
                let message = "a key is not a string: quote it";
                let mark = entry.key.mark();
                return Err(Error::marked(ErrorKind::KeyNotString, mark, message));
            };
            members.push((key, entry));
        }
        members.sort_by_key(|(key, _)| *key);
        for (at, (key, entry)) in members.iter().enumerate() {
            if at > 0 && members[at - 1].0 == *key {
                let message = format!("key `{key}` stands twice in this mapping: remove one");
                let mark = entry.key.mark();
                return Err(Error::marked(ErrorKind::DuplicateKey, mark, message));
            }
            self.separate(at);
            json_string(key, &mut self.out);
            self.word(if self.indent.is_some() { ": " } else { ":" });
            self.value(&entry.value)?;
        }
        Ok(())
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.indent = self.indent.map(|indent| indent + 1);
    }

    fn close(&mut self, bracket: u8) {
        self.indent = self.indent.map(|indent| indent - 1);
        self.new_line();
        self.out.push(bracket);
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.out.push(b',');
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if let Some(indent) = self.indent {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * indent, b' ');
        }
    }

    fn scalar(&mut self, node: &Node, scalar: &Scalar) -> Result<()> {
        let resolved = scalar
            .resolve()
            .map_err(|error| error.mark_at(node.mark()))?;
        match resolved {
            Resolved::Null => self.word("null"),
            Resolved::Bool(value) => self.word(&value.to_string()),
            Resolved::Int(value) => self.word(&value.to_string()),
            Resolved::UInt(value) => self.word(&value.to_string()),
            Resolved::Float(value) if value.is_finite() => json_number(value, &mut self.out),
            Resolved::Float(_) => {
                let message = "JSON has no infinities and no NaN: quote the text or change it";
                return Err(Error::marked(ErrorKind::Value, node.mark(), message));
            }
            Resolved::Timestamp(time) if is_zone_too_far(&time) => {
                let message =
                    "a time zone must be less than 24 hours from UTC: quote the text or change it";
                return Err(Error::marked(ErrorKind::Value, node.mark(), message));
            }
            Resolved::Timestamp(time) => json_string(&time, &mut self.out),
            Resolved::Str(text) => json_string(&text, &mut self.out),
            Resolved::Binary(bytes) => json_string(&utf8(&bytes), &mut self.out),
        }
        Ok(())
    }

    fn word(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn json(text: &str, indented: bool) -> String {
        let node = yaml::read_str("a.yaml", text).unwrap().remove(0);
        String::from_utf8(to_json(&node, indented).unwrap()).unwrap()
    }

    #[test]
    fn prints_what_go_prints() {
        assert_eq!(
            json(
                "{b: [1e3, 0x10, 18446744073709551615, 1.50, 1e-7, 1e21, -0.0], a: <&>, n: ~}",
                false
            ),
            r#"{"a":"\u003c\u0026\u003e","b":[1000,16,18446744073709551615,1.5,1e-7,1e+21,-0],"n":null}"#
        );
        assert_eq!(
            json("{b: [], a: {x: [true, 2020-01-01]}, c: \"\\x01\\t\"}", true),
            "{\n  \"a\": {\n    \"x\": [\n      true,\n      \"2020-01-01T00:00:00Z\"\n    ]\n  },\n  \"b\": [],\n  \"c\": \"\\u0001\\t\"\n}"
        );
    }

    #[test]
    fn refuses_what_json_cannot_hold() {
        for (text, kind) in [
            ("{1: x}", ErrorKind::KeyNotString),
            ("{a: 1, a: 2}", ErrorKind::DuplicateKey),
            ("[.inf]", ErrorKind::Value),
            ("[!!int word]", ErrorKind::Value),
        ] {
            let node = yaml::read_str("a.yaml", text).unwrap().remove(0);
            assert_eq!(to_json(&node, false).unwrap_err().kind(), kind, "{text}");
        }
    }
}
