//! Nodes as Go's `encoding/json` prints what go-yaml v3 made of them.

use std::fmt::Write as _;

use super::node::{Mapping, Node, Value};
use super::resolve::Resolved;
use super::tag::Tag;
use super::write::{is_zone_too_far, utf8};
use crate::error::{Error, ErrorKind, Result};

/// The JSON of a node that was just read: keys sorted by bytes, whole numbers exact, `<`, `>` and
/// `&` escaped; in one line, or with two columns a level.
///
/// # Errors
/// With a mark: a key that is not a string or stands twice, a text that does not fit its tag, and
/// infinities and NaN.
pub(crate) fn to_json(node: &Node, indented: bool) -> Result<String> {
    let mut printer = Printer {
        out: String::new(),
        indent: indented.then_some(0),
    };
    printer.value(node)?;
    Ok(printer.out)
}

struct Printer {
    out: String,
    /// The level, if each value gets a line of its own.
    indent: Option<usize>,
}

impl Printer {
    fn value(&mut self, node: &Node) -> Result<()> {
        match node.value() {
            Value::Mapping(mapping) if mapping.is_empty() => self.out.push_str("{}"),
            Value::Mapping(mapping) => {
                self.open('{');
                self.members(mapping)?;
                self.close('}');
            }
            Value::Sequence(list) if list.is_empty() => self.out.push_str("[]"),
            Value::Sequence(list) => {
                self.open('[');
                for (at, item) in list.iter().enumerate() {
                    self.separate(at);
                    self.value(item)?;
                }
                self.close(']');
            }
            Value::Scalar(_) => self.scalar(node)?,
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
            self.string(key);
            self.out
                .push_str(if self.indent.is_some() { ": " } else { ":" });
            self.value(&entry.value)?;
        }
        Ok(())
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.indent = self.indent.map(|indent| indent + 1);
    }

    fn close(&mut self, bracket: char) {
        self.indent = self.indent.map(|indent| indent - 1);
        self.new_line();
        self.out.push(bracket);
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.out.push(',');
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if let Some(indent) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", indent));
        }
    }

    fn scalar(&mut self, node: &Node) -> Result<()> {
        let Some(scalar) = node.as_scalar() else {
            return Ok(());
        };
        let resolved = scalar
            .resolve()
            .map_err(|error| error.mark_at(node.mark()))?;
        // Writing to a string does not fail.
        let _ = match resolved {
            Resolved::Null => self.out.write_str("null"),
            Resolved::Bool(value) => write!(self.out, "{value}"),
            Resolved::Int(value) => write!(self.out, "{value}"),
            Resolved::UInt(value) => write!(self.out, "{value}"),
            Resolved::Float(value) if value.is_finite() => self.float(value),
            Resolved::Float(_) => {
                let message = "JSON has no infinities and no NaN: quote the text or change it";
                return Err(Error::marked(ErrorKind::Value, node.mark(), message));
            }
            Resolved::Timestamp(time) if is_zone_too_far(&time) => {
                let message =
                    "a time zone must be less than 24 hours from UTC: quote the text or change it";
                return Err(Error::marked(ErrorKind::Value, node.mark(), message));
            }
            Resolved::Timestamp(time) => {
                self.string(&time);
                Ok(())
            }
            Resolved::Str(text) => {
                self.string(&text);
                Ok(())
            }
            Resolved::Binary(bytes) => {
                self.string(&utf8(&bytes));
                Ok(())
            }
        };
        Ok(())
    }

    fn float(&mut self, value: f64) -> std::fmt::Result {
        if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
            return write!(self.out, "{value}");
        }
        let text = format!("{value:e}");
        match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                write!(self.out, "{mantissa}e+{exponent}")
            }
            _ => self.out.write_str(&text),
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{C}' => self.out.push_str("\\f"),
                '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    // Writing to a string does not fail.
                    let _ = write!(self.out, "\\u{:04x}", u32::from(char));
                }
                _ => self.out.push(char),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn json(text: &str, indented: bool) -> String {
        let node = yaml::read_str("a.yaml", text).unwrap().remove(0);
        to_json(&node, indented).unwrap()
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
