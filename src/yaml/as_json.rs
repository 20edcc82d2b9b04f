//! A node as a reader of YAML 1.1 hands it to Go's JSON (`YAMLToJSON` of sigs.k8s.io/yaml, which
//! reads with go-yaml v2): `yes` is a boolean, dates stay text, keys become strings.

use super::node::{Entry, Mapping, Node, Scalar, Sequence, Value};
use super::resolve::Resolved;
use super::tag::{Style, Tag};
use super::text::Text;
use super::write::{shortest, utf8};
use super::yaml11::merged;
use crate::error::{Error, ErrorKind, Result};

/// The same node with the types that YAML 1.1 gives it: every scalar has the tag of its JSON type,
/// every key is a string, and of equal keys the last stays. Marks stay.
///
/// # Errors
/// [`ErrorKind::Value`] for a text that does not fit its tag, an infinity or NaN;
/// [`ErrorKind::KeyNotString`] for a key that JSON cannot hold.
pub(crate) fn as_json(node: &Node) -> Result<Node> {
    let value = match node.value() {
        Value::Scalar(scalar) => scalar_as_json(node, scalar)?.into(),
        Value::Sequence(list) => {
            let items: Result<Sequence> = list.iter().map(as_json).collect();
            Value::from(items?)
        }
        Value::Mapping(mapping) => Value::from(mapping_as_json(mapping)?),
    };
    Ok(Node::new(value, node.mark()))
}

fn mapping_as_json(mapping: &Mapping) -> Result<Mapping> {
    let mut entries = Vec::with_capacity(mapping.len());
    for entry in mapping {
        let Entry { key, value } = entry;
        if let Some(mappings) = merged(entry)? {
            for mapping in mappings {
                entries.extend(mapping_as_json(mapping)?.into_entries());
            }
            continue;
        }
        let text = key_as_json(key)?;
        entries.push(Entry {
            key: Node::new(Scalar::new(Tag::Str, Style::Plain, text), key.mark()),
            value: as_json(value)?,
        });
    }
    Ok(last_of_equal_keys(entries))
}

/// A mapping that holds, as a Go map does, the last of each key's values.
pub(crate) fn last_of_equal_keys(mut entries: Vec<Entry>) -> Mapping {
    // A stable sort keeps equal keys in order, and the last of each run is the one that counts.
    let key = |entry: &Entry| entry.key.text().unwrap_or_default().to_owned();
    let is_sorted = entries
        .windows(2)
        .all(|pair| pair[0].key.text() < pair[1].key.text());
    if !is_sorted {
        entries.sort_by_cached_key(key);
        entries.reverse();
        entries.dedup_by(|later, earlier| later.key.text() == earlier.key.text());
        entries.reverse();
    }
    Mapping::from(entries)
}

fn scalar_as_json(node: &Node, scalar: &Scalar) -> Result<Scalar> {
    let resolved = scalar
        .resolve_yaml11()
        .map_err(|error| error.mark_at(node.mark()))?;
    let plain = |tag, text: Text| Scalar::new(tag, Style::Plain, text);
    Ok(match resolved {
        Resolved::Null => plain(Tag::Null, Text::from_static("null")),
        Resolved::Bool(true) => plain(Tag::Bool, Text::from_static("true")),
        Resolved::Bool(false) => plain(Tag::Bool, Text::from_static("false")),
        Resolved::Int(value) => plain(Tag::Int, value.to_string().into()),
        Resolved::UInt(value) => plain(Tag::Int, value.to_string().into()),
        // Without a point it would be an integer, which has no such zero.
        Resolved::Float(value) if value == 0.0 && value.is_sign_negative() => {
            plain(Tag::Float, Text::from_static("-0.0"))
        }
        Resolved::Float(value) if value.is_finite() => plain(Tag::Float, shortest(value).into()),
        Resolved::Float(_) => {
            return Err(Error::marked(
                ErrorKind::Value,
                node.mark(),
                "infinities and NaN have no place in JSON: quote the text or change it",
            ));
        }
        Resolved::Binary(bytes) => plain(Tag::Str, utf8(&bytes).into()),
        Resolved::Str(_) | Resolved::Timestamp(_) => plain(Tag::Str, plain_text(scalar)),
    })
}

fn plain_text(scalar: &Scalar) -> Text {
    match scalar.tag() {
        // The text carries the name of its tag, which ends here.
        Tag::Other => Text::from(scalar.text().as_str()),
        _ => scalar.text().clone(),
    }
}

fn key_as_json(key: &Node) -> Result<Text> {
    let refused = |message: &str| Error::marked(ErrorKind::KeyNotString, key.mark(), message);
    let Some(scalar) = key.as_scalar() else {
        return Err(refused("a list or a mapping cannot be a key: use a string"));
    };
    let resolved = scalar
        .resolve_yaml11()
        .map_err(|error| error.mark_at(key.mark()))?;
    Ok(match resolved {
        Resolved::Str(_) | Resolved::Timestamp(_) => plain_text(scalar),
        Resolved::Bool(value) => Text::from_static(if value { "true" } else { "false" }),
        Resolved::Int(value) => value.to_string().into(),
        // The reference prints the keys that are floats as if they had 32 bits.
        Resolved::Float(value) => match value as f32 {
            narrow if narrow.is_nan() => Text::from_static(".nan"),
            f32::INFINITY => Text::from_static(".inf"),
            f32::NEG_INFINITY => Text::from_static("-.inf"),
            narrow => shortest(narrow).into(),
        },
        Resolved::Binary(bytes) => utf8(&bytes).into(),
        Resolved::Null | Resolved::UInt(_) => {
            return Err(refused(
                "null and numbers above 9223372036854775807 cannot be keys: quote them",
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::read_str;

    fn json(text: &str) -> Result<Node> {
        as_json(&read_str("x.yaml", text).unwrap()[0])
    }

    #[test]
    fn types_are_those_of_yaml_1_1() {
        let node = json(
            "y: on\n2: 010\n1.1: 1:30\n'n': 'y'\nd: 2001-01-01\nf: 1e3\nb: !!binary aGk=\nd: !x 5\n",
        )
        .unwrap();
        let shown: Vec<_> = (node.as_mapping().unwrap().iter())
            .map(|entry| {
                let value = entry.value.as_scalar().unwrap();
                let key = entry.key.as_str().unwrap();
                format!("{key} {} {}", value.tag_name(), value.text())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "1.1 !!str 1:30",
                "2 !!int 8",
                "b !!str hi",
                "d !!str 5",
                "f !!float 1000",
                "n !!str y",
                "true !!bool true"
            ]
        );
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        for (text, kind) in [
            ("a: .nan", ErrorKind::Value),
            ("a: !!int x", ErrorKind::Value),
            ("~: x", ErrorKind::KeyNotString),
            ("a: {18446744073709551615: x}", ErrorKind::KeyNotString),
            ("[a]: x", ErrorKind::KeyNotString),
        ] {
            let error = json(text).unwrap_err();
            assert_eq!(error.kind(), kind, "{text}");
            assert!(error.mark().is_some(), "{text}");
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let node = json("b: 1\na: 2\nb: 3\nyes: 4\ntrue: 5").unwrap();
        assert_eq!(node.get("/b").unwrap().as_i64(), Some(3));
        assert_eq!(node.get("/true").unwrap().as_i64(), Some(5));
        assert_eq!(node.as_mapping().unwrap().len(), 3);
    }
}
