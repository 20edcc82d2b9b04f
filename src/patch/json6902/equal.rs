//! Equality as `test` understands it: lists and mappings by their content, scalars by their text in
//! JSON.
//!
//! The text is the one that Go prints, but for a value that the patch itself wrote as JSON: there
//! `1.0` is not `1`, and `"<"` not the `"\u003c"` that Go prints. Null is equal to null also in a list,
//! where the reference crashes.

use std::borrow::Cow;

use foldhash::HashMap;

use crate::source::Source;
use crate::yaml::{Mapping, Node, Resolved, Value};

/// Where the texts of scalars come from.
#[derive(Clone, Copy)]
pub(super) struct Texts<'p> {
    json: Option<&'p Source>,
}

impl<'p> Texts<'p> {
    pub(super) fn new(json: Option<&'p Source>) -> Self {
        Self { json }
    }

    pub(super) fn equal(self, one: &Node, two: &Node) -> bool {
        match (one.value(), two.value()) {
            (Value::Sequence(one), Value::Sequence(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| self.equal(one, two))
            }
            (Value::Mapping(one), Value::Mapping(two)) => self.equal_mappings(one, two),
            (Value::Scalar(first), Value::Scalar(second)) => {
                match (self.written(one), self.written(two)) {
                    (None, None) if first == second => true,
                    (first, second) => {
                        first.unwrap_or_else(|| printed(one))
                            == second.unwrap_or_else(|| printed(two))
                    }
                }
            }
            _ => false,
        }
    }

    fn equal_mappings(self, one: &Mapping, two: &Mapping) -> bool {
        if one.len() != two.len() {
            return false;
        }
        let values: HashMap<_, _> = (two.iter())
            .map(|entry| (entry.key.text(), &entry.value))
            .collect();
        one.iter().all(|entry| {
            let value = values.get(&entry.key.text());
            value.is_some_and(|value| self.equal(&entry.value, value))
        })
    }

    /// The text that a scalar has in the patch.
    fn written(self, node: &Node) -> Option<Cow<'p, [u8]>> {
        let json = self.json.filter(|json| json.id() == node.mark().source)?;
        let text = json.bytes().get(node.mark().offset as usize..)?;
        let len = match text.first()? {
            b'"' => string_len(text)?,
            b'-' | b'0'..=b'9' => text
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
                .count(),
            _ => return None,
        };
        Some(Cow::Borrowed(&text[..len]))
    }
}

/// The length of a JSON string with its quotes.
fn string_len(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        match text[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// The text of a scalar as Go's JSON prints it.
fn printed(node: &Node) -> Cow<'static, [u8]> {
    let resolved = node.as_scalar().and_then(|scalar| scalar.resolve().ok());
    let text = match resolved {
        None | Some(Resolved::Null) => "null".to_owned(),
        Some(Resolved::Bool(value)) => value.to_string(),
        // Go prints a float that is minus zero so, and what is an integer has no sign here.
        Some(Resolved::Int(0)) if node.text().is_some_and(|text| text.starts_with('-')) => {
            "-0".to_owned()
        }
        Some(Resolved::Int(value)) => value.to_string(),
        Some(Resolved::UInt(value)) => value.to_string(),
        Some(Resolved::Float(value)) => float(value),
        Some(Resolved::Str(text)) => string(&text),
        Some(Resolved::Timestamp(text)) => string(&text),
        Some(Resolved::Binary(bytes)) => string(&String::from_utf8_lossy(&bytes)),
    };
    Cow::Owned(text.into_bytes())
}

fn float(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    match text.contains("e-") {
        true => text,
        false => text.replace('e', "e+"),
    }
}

fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0C' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\x1F' => {
                out.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_print_as_go_prints_them() {
        for (value, expected) in [
            (0.5, "0.5"),
            (-0.0, "-0"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (0.000001, "0.000001"),
        ] {
            assert_eq!(float(value), expected);
        }
        assert_eq!(
            string("a<\u{1}\n\"é\u{7f}"),
            "\"a\\u003c\\u0001\\n\\\"é\u{7f}\""
        );
    }
}
