//! The hash that ends the names of generated resources (kustomize's `api/hasher`).

use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::yaml::{self, Mapping, Node, Value};

/// Ten letters and digits that stand for the content of a ConfigMap or Secret: of its data and a
/// Secret's type. The name does not count.
///
/// # Errors
/// With a mark: [`ErrorKind::Unsupported`] for other kinds, whose hash depends on comments and line
/// numbers; [`ErrorKind::Value`], [`ErrorKind::KeyNotString`] or [`ErrorKind::DuplicateKey`] for
/// what could not be printed either.
pub(crate) fn name_hash(node: &Node) -> Result<String> {
    let kind = node.as_mapping().and_then(|root| root.get("kind")?.text());
    let json = match (node.as_mapping(), kind) {
        (Some(root), Some("ConfigMap")) => text(root, CONFIG_MAP)?,
        (Some(root), Some("Secret")) => text(root, SECRET)?,
        _ => {
            let message = "only the names of ConfigMaps and Secrets can end with a hash, which kustomize \
                           makes of line numbers and comments for other kinds; set \
                           `disableNameSuffixHash: true` for what gets another kind";
            return Err(Error::marked(ErrorKind::Unsupported, node.mark(), message));
        }
    };
    let digest = Sha256::digest(&json);
    let digit = |half: u8| match half {
        0 => 'g',
        1 => 'h',
        3 => 'k',
        10 => 'm',
        14 => 't',
        half => char::from_digit(half.into(), 16).unwrap_or_default(),
    };
    Ok(digest[..5]
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect())
}

/// A member of the text that is hashed, in its place among the sorted names.
enum Part {
    /// The kind.
    Kind(&'static str),
    /// The field of this name; `""` if it is missing.
    Field(&'static str),
    /// The field of this name if it is a mapping or list.
    Collection(&'static str),
    /// The name: the reference looks for a field `metadata/name` at the top.
    Name,
}

const CONFIG_MAP: &[Part] = &[
    Part::Collection("binaryData"),
    Part::Field("data"),
    Part::Kind("ConfigMap"),
    Part::Name,
];

const SECRET: &[Part] = &[
    Part::Field("data"),
    Part::Kind("Secret"),
    Part::Name,
    Part::Collection("stringData"),
    Part::Field("type"),
];

fn text(root: &Mapping, parts: &[Part]) -> Result<Vec<u8>> {
    let mut json = Vec::new();
    for part in parts {
        let (name, value) = match part {
            Part::Kind(kind) => ("kind", Some(Node::string(*kind))),
            Part::Field(name) => (*name, root.get(name).cloned()),
            Part::Name => ("name", root.get("metadata/name").cloned()),
            Part::Collection(name) => match root.get(name) {
                Some(value) if value.as_scalar().is_none() => (*name, Some(value.clone())),
                _ => continue,
            },
        };
        json.push(if json.is_empty() { b'{' } else { b',' });
        yaml::write_json(&Node::string(name), &mut json)?;
        json.push(b':');
        match value.as_ref().map(Node::value) {
            None => json.extend_from_slice(b"\"\""),
            // Whatever its type, it counts as the text that it is.
            Some(Value::Scalar(scalar)) => {
                yaml::write_json(&Node::string(scalar.text().clone()), &mut json)?;
            }
            Some(Value::Mapping(_)) => {
                yaml::write_json(value.as_ref().unwrap_or(&Node::null()), &mut json)?;
            }
            // The reference wants a mapping and does not look whether it got one.
            Some(Value::Sequence(_)) => json.extend_from_slice(b"null"),
        }
    }
    json.push(b'}');
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> String {
        name_hash(&yaml::read_str("x", text).unwrap()[0]).unwrap()
    }

    fn json(text: &str, parts: &[Part]) -> String {
        let node = yaml::read_str("x", text).unwrap().remove(0);
        let json = super::text(node.as_mapping().unwrap(), parts).unwrap();
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn hashes_of_the_reference() {
        for (text, expected) in [
            ("kind: ConfigMap", "6ct58987ht"),
            (
                "{kind: ConfigMap, data: {s: '1', a: b, e: '', q: x y, html: '<a&b>'}}",
                "9hf2mdh6tb",
            ),
            (
                "kind: ConfigMap\nbinaryData: {bin.dat: //4AYmlu}\ndata: {f.txt: \"hello\\nworld\\n\", k: \"hello\\nworld\\n\"}",
                "k4dgcmttmf",
            ),
            (
                "{kind: Secret, type: Opaque, data: {a: Yg==}}",
                "k695gkmbtk",
            ),
            (
                "{kind: ConfigMap, data: {A: '1', B: x=y, C: '', D: '\"q\"'}}",
                "b6dkm24t6g",
            ),
        ] {
            assert_eq!(hash(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_hashed() {
        for (text, expected) in [
            (
                "{data: {b: 5, a: yes, c: 1e21, d: 0.0000001, e: 9007199254740993, f: ~, g: [true]}}",
                r#"{"data":{"a":"yes","b":5,"c":1e+21,"d":1e-7,"e":9007199254740992,"f":null,"g":[true]},"kind":"ConfigMap","name":""}"#,
            ),
            (
                "{binaryData: {}, data: [a], metadata/name: 5}",
                r#"{"binaryData":{},"data":null,"kind":"ConfigMap","name":"5"}"#,
            ),
            (
                "{binaryData: text, data: ~}",
                r#"{"data":"~","kind":"ConfigMap","name":""}"#,
            ),
            (
                "data: {a: \"\\b\\f\\r\\t\\x01\\\\\\u2028é\\x7F\"}",
                "{\"data\":{\"a\":\"\\b\\f\\r\\t\\u0001\\\\\\u2028é\u{7F}\"},\"kind\":\"ConfigMap\",\"name\":\"\"}",
            ),
        ] {
            assert_eq!(json(text, CONFIG_MAP), expected, "{text}");
        }
        assert_eq!(
            json("{stringData: {a: b}, type: 5}", SECRET),
            r#"{"data":"","kind":"Secret","name":"","stringData":{"a":"b"},"type":"5"}"#
        );
    }

    #[test]
    fn other_kinds_have_no_hash() {
        let node = yaml::read_str("x", "kind: Deployment").unwrap().remove(0);
        assert_eq!(name_hash(&node).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
