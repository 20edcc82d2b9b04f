//! Printing JSON as sops does: in order, a tab a level, Go's escapes (sops's
//! `stores/json/store.go`).

use crate::error::{Error, ErrorKind, Result};
use crate::sops::secret::{Output, SecretBytes};
use crate::sops::{comment, leaf};
use crate::yaml::{
    Mapping, Node, Scalar, Sequence, Tag, Value, is_zone_too_far, json_number, json_string,
};

/// The text of the first document.
///
/// # Errors
/// [`ErrorKind::Value`], with a mark, for infinities and NaN.
pub(super) fn write(documents: &[Node]) -> Result<SecretBytes> {
    let mut printer = Printer {
        out: Output::default(),
        level: 0,
    };
    if let Some(first) = documents.first() {
        printer.value(first)?;
    }
    printer.out.put(b"\n");
    Ok(printer.out.into_bytes())
}

struct Printer {
    out: Output,
    level: usize,
}

impl Printer {
    fn value(&mut self, node: &Node) -> Result<()> {
        match node.value() {
            Value::Mapping(mapping) => self.mapping(mapping),
            Value::Sequence(list) => self.list(list),
            Value::Scalar(scalar) => self.scalar(scalar, node),
        }
    }

    fn mapping(&mut self, mapping: &Mapping) -> Result<()> {
        let mut opened = false;
        for entry in mapping {
            let Some(key) = entry
                .key
                .as_scalar()
                .filter(|key| !comment::is_comment(key))
            else {
                continue;
            };
            self.separate(b"{", &mut opened);
            self.string(leaf::bytes(key));
            self.out.put(b": ");
            self.value(&entry.value)?;
        }
        self.close(b"{}", opened);
        Ok(())
    }

    fn list(&mut self, list: &Sequence) -> Result<()> {
        let mut opened = false;
        for item in list {
            if comment::of(item).is_none() {
                self.separate(b"[", &mut opened);
                self.value(item)?;
            }
        }
        self.close(b"[]", opened);
        Ok(())
    }

    fn separate(&mut self, bracket: &[u8], opened: &mut bool) {
        if *opened {
            self.out.put(b",");
        } else {
            self.out.put(bracket);
            self.level += 1;
            *opened = true;
        }
        self.new_line();
    }

    fn close(&mut self, brackets: &[u8], opened: bool) {
        if opened {
            self.level -= 1;
            self.new_line();
            self.out.put(&brackets[1..]);
        } else {
            self.out.put(brackets);
        }
    }

    fn new_line(&mut self) {
        self.out.put(b"\n");
        for _ in 0..self.level {
            self.out.put(b"\t");
        }
    }

    fn scalar(&mut self, scalar: &Scalar, node: &Node) -> Result<()> {
        let refused = |message| Err(Error::marked(ErrorKind::Value, node.mark(), message));
        match scalar.tag() {
            Tag::Null | Tag::Bool | Tag::Int => self.out.put(scalar.text().as_bytes()),
            Tag::Float => {
                let value = leaf::to_float(scalar);
                if !value.is_finite() {
                    return refused("JSON has no infinities and no NaN: choose another format");
                }
                let mut text = zeroize::Zeroizing::new(Vec::with_capacity(32));
                json_number(value, &mut text);
                self.out.put(&text);
            }
            Tag::Timestamp if is_zone_too_far(scalar.text()) => {
                return refused("a time zone must be less than 24 hours from UTC");
            }
            _ => self.string(leaf::bytes(scalar)),
        }
        Ok(())
    }

    /// A string as Go escapes it. Bytes that are not UTF-8 become the escape of U+FFFD.
    fn string(&mut self, bytes: &[u8]) {
        let mut quoted = zeroize::Zeroizing::new(Vec::with_capacity(6 * bytes.len() + 2));
        let text = std::str::from_utf8(bytes);
        match text {
            Ok(text) => json_string(text, &mut quoted),
            Err(_) => {
                quoted.push(b'"');
                for chunk in bytes.utf8_chunks() {
                    let mut valid =
                        zeroize::Zeroizing::new(Vec::with_capacity(6 * bytes.len() + 2));
                    json_string(chunk.valid(), &mut valid);
                    quoted.extend_from_slice(&valid[1..valid.len() - 1]);
                    for _ in chunk.invalid() {
                        quoted.extend_from_slice(b"\\ufffd");
                    }
                }
                quoted.push(b'"');
            }
        }
        self.out.put(&quoted);
    }
}
