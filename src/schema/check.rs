//! What the reference can decode as an OpenAPI 2.0 document (`spec.Swagger` and `spec.Schema` of
//! kube-openapi): keys that it knows must hold what they should, all others may hold anything.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::yaml::{Mapping, Node, Value};

/// What a key may hold, besides null.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    /// A text; whatever else stands there does not count.
    Url,
    Flag,
    Number,
    Whole,
    Texts,
    /// A text or several.
    TextOrTexts,
    List,
    Object,
    Schema,
    Schemas,
    /// Names with descriptions.
    SchemaMap,
    SchemaOrSchemas,
    SchemaOrFlag,
}

use Shape::{
    Flag, List, Number, Object, Schema, SchemaMap, SchemaOrFlag, SchemaOrSchemas, Schemas, Text,
    TextOrTexts, Texts, Url, Whole,
};

const SCHEMA: [(&str, Shape); 37] = [
    ("$ref", Url),
    ("$schema", Text),
    ("additionalItems", SchemaOrFlag),
    ("additionalProperties", SchemaOrFlag),
    ("allOf", Schemas),
    ("anyOf", Schemas),
    ("definitions", SchemaMap),
    ("dependencies", Object),
    ("description", Text),
    ("discriminator", Text),
    ("enum", List),
    ("exclusiveMaximum", Flag),
    ("exclusiveMinimum", Flag),
    ("externalDocs", Object),
    ("format", Text),
    ("id", Text),
    ("items", SchemaOrSchemas),
    ("maxItems", Whole),
    ("maxLength", Whole),
    ("maxProperties", Whole),
    ("maximum", Number),
    ("minItems", Whole),
    ("minLength", Whole),
    ("minProperties", Whole),
    ("minimum", Number),
    ("multipleOf", Number),
    ("not", Schema),
    ("nullable", Flag),
    ("oneOf", Schemas),
    ("pattern", Text),
    ("patternProperties", SchemaMap),
    ("properties", SchemaMap),
    ("readOnly", Flag),
    ("required", Texts),
    ("title", Text),
    ("type", TextOrTexts),
    ("uniqueItems", Flag),
];

const DOCUMENT: [(&str, Shape); 16] = [
    ("basePath", Text),
    ("consumes", Texts),
    ("definitions", SchemaMap),
    ("externalDocs", Object),
    ("host", Text),
    ("id", Text),
    ("info", Object),
    ("parameters", Object),
    ("paths", Object),
    ("produces", Texts),
    ("responses", Object),
    ("schemes", Texts),
    ("security", List),
    ("securityDefinitions", Object),
    ("swagger", Text),
    ("tags", List),
];

const PATH: [(&str, Shape); 9] = [
    ("$ref", Text),
    ("delete", Object),
    ("get", Object),
    ("head", Object),
    ("options", Object),
    ("parameters", List),
    ("patch", Object),
    ("post", Object),
    ("put", Object),
];

/// Refuses a document that the reference cannot decode.
///
/// # Errors
/// [`ErrorKind::Schema`] at the part that has the wrong type.
pub(super) fn check_document(document: &Mapping) -> Result<()> {
    fields(document, &DOCUMENT)?;
    let paths = document.get("paths").and_then(Node::as_mapping);
    for entry in paths.into_iter().flatten() {
        // Other keys are extensions.
        let is_path = entry.key.text().is_some_and(|key| key.starts_with('/'));
        if is_path && !entry.value.is_null() {
            fields(mapping(&entry.value, "a path")?, &PATH)?;
        }
    }
    Ok(())
}

/// Refuses a description of a type that the reference cannot decode. Its depth is that of the
/// document.
///
/// # Errors
/// [`ErrorKind::Schema`] at the part that has the wrong type.
pub(crate) fn check(schema: &Mapping) -> Result<()> {
    fields(schema, &SCHEMA)
}

/// Whether a description of a type is to the reference as if it were not there. What it does not
/// know counts.
pub(super) fn says_nothing(schema: &Mapping) -> bool {
    schema.iter().all(|entry| {
        let key = entry.key.text().unwrap_or_default();
        let Ok(at) = SCHEMA.binary_search_by_key(&key, |(name, _)| name) else {
            return false;
        };
        entry.value.is_null()
            || match SCHEMA[at].1 {
                Text => entry.value.as_str() == Some(""),
                // Even an empty one is something.
                Url => entry.value.as_str().is_none(),
                Flag => entry.value.as_bool() == Some(false),
                _ => false,
            }
    })
}

fn fields(mapping: &Mapping, shapes: &[(&str, Shape)]) -> Result<()> {
    for entry in mapping {
        let Some(key) = entry.key.text().filter(|_| !entry.value.is_null()) else {
            continue;
        };
        if let Ok(at) = shapes.binary_search_by(|(name, _)| (*name).cmp(key)) {
            field(key, &entry.value, shapes[at].1)?;
        }
    }
    Ok(())
}

fn field(key: &str, node: &Node, shape: Shape) -> Result<()> {
    let is_text = |node: &Node| node.is_null() || node.as_str().is_some();
    let refuse = |what: &str| Err(error(node, &format!("`{key}` must be {what}")));
    match (shape, node.value()) {
        (Text, _) if !is_text(node) => refuse("a string"),
        (Url, _)
            if node
                .as_str()
                .is_some_and(|url| percent_decoded(url).is_none()) =>
        {
            refuse("a URL, in which two hexadecimal digits follow each `%`")
        }
        (Flag, _) if node.as_bool().is_none() => refuse("a boolean"),
        (Whole, _) if node.as_i64().is_none() => refuse("a whole number"),
        (Number, _) if node.as_f64().is_none() => refuse("a number"),
        (Texts | TextOrTexts, Value::Sequence(items)) if items.iter().all(is_text) => Ok(()),
        (Texts, _) => refuse("a list of strings"),
        (TextOrTexts, _) if !is_text(node) => refuse("a string or a list of strings"),
        (List | Schemas, Value::Scalar(_) | Value::Mapping(_)) => refuse("a list"),
        (Schemas | SchemaOrSchemas, Value::Sequence(items)) => {
            items.iter().try_for_each(|item| described(key, item))
        }
        (Object | SchemaMap, Value::Scalar(_) | Value::Sequence(_)) => refuse("a mapping"),
        (SchemaMap, Value::Mapping(schemas)) => {
            let mut schemas = schemas.iter();
            schemas.try_for_each(|entry| described(key, &entry.value))
        }
        (SchemaOrFlag, _) if node.as_bool().is_some() => Ok(()),
        // The reference looks for the first bracket and takes what has none for nothing.
        (SchemaOrSchemas, Value::Scalar(_)) => Ok(()),
        (Schema | SchemaOrSchemas | SchemaOrFlag, _) => described(key, node),
        _ => Ok(()),
    }
}

fn described(key: &str, node: &Node) -> Result<()> {
    match node.is_null() {
        true => Ok(()),
        false => check(mapping(node, &format!("what `{key}` describes"))?),
    }
}

/// A part of a URL with what its `%xx` stand for; `None` where the digits are missing.
pub(super) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    if bytes.len() == text.len() {
        return Some(Cow::Borrowed(text));
    }
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

pub(super) fn mapping<'s>(node: &'s Node, what: &str) -> Result<&'s Mapping> {
    node.as_mapping()
        .ok_or_else(|| error(node, &format!("{what} must be a mapping")))
}

#[cold]
pub(super) fn error(node: &Node, what: &str) -> Error {
    let message = format!("not an OpenAPI document: {what}");
    Error::marked(ErrorKind::Schema, node.mark(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted() {
        assert!(SCHEMA.is_sorted_by_key(|(key, _)| *key));
        assert!(DOCUMENT.is_sorted_by_key(|(key, _)| *key));
        assert!(PATH.is_sorted_by_key(|(key, _)| *key));
    }
}
