//! An OpenAPI document that a kustomization brings.

use std::borrow::Cow;

use foldhash::HashMap;

use super::check::{check_document, error, mapping, percent_decoded};
use crate::error::Result;
use crate::yaml::{Mapping, Node, Text, Value};

const TYPES: &str = "x-kubernetes-group-version-kind";
const STRATEGY: &str = "x-kubernetes-patch-strategy";
const MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const MERGE_KEYS: &str = "x-kubernetes-list-map-keys";

/// The document, with indices.
#[derive(Debug, Default)]
pub(super) struct Custom {
    definitions: HashMap<Text, Mapping>,
    /// By kind and API version.
    roots: HashMap<(Text, Text), Mapping>,
    namespaced: HashMap<(Text, Text), bool>,
}

impl Custom {
    pub(super) fn read(document: &Node) -> Result<Self> {
        let mut custom = Self::default();
        if document.is_null() {
            return Ok(custom);
        }
        let document = mapping(document, "the document")?;
        check_document(document)?;
        for (name, node) in fields(document, "definitions")? {
            let Some(definition) = node.as_mapping() else {
                continue;
            };
            for of in definition
                .get(TYPES)
                .and_then(Node::as_sequence)
                .into_iter()
                .flatten()
            {
                if let Some(of) = resource_type(of)? {
                    custom.roots.insert(of, definition.clone());
                }
            }
            custom.definitions.insert(name.clone(), definition.clone());
        }
        for (path, node) in fields(document, "paths")? {
            // Other keys are extensions of the document.
            if !path.starts_with('/') {
                continue;
            }
            let get = node.as_mapping().and_then(|path| path.get("get"));
            let Some(of) = get.and_then(|get| get.as_mapping()?.get(TYPES)) else {
                continue;
            };
            let Some(of) = resource_type(of)? else {
                continue;
            };
            let namespaced = path.contains("namespaces/{namespace}");
            *custom.namespaced.entry(of).or_default() |= namespaced;
        }
        Ok(custom)
    }

    pub(super) fn root(&self, api_version: &str, kind: &str) -> Option<&Mapping> {
        self.roots.get(&(Text::from(kind), Text::from(api_version)))
    }

    pub(super) fn is_namespaced(&self, api_version: &str, kind: &str) -> Option<bool> {
        let of = (Text::from(kind), Text::from(api_version));
        self.namespaced.get(&of).copied()
    }

    pub(super) fn definition(&self, name: &str) -> Option<&Mapping> {
        self.definitions.get(name)
    }

    /// The description that a `$ref` points to: a definition or a part of one.
    pub(super) fn find(&self, pointer: &str) -> Option<&Mapping> {
        let mut steps = pointer.strip_prefix("/definitions/")?.split('/');
        let mut found = self.definition(&unescaped(steps.next()?))?;
        for step in steps {
            found = found.get(&unescaped(step))?.as_mapping()?;
        }
        Some(found)
    }
}

fn unescaped(step: &str) -> Cow<'_, str> {
    if step.contains('~') {
        Cow::Owned(step.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(step)
    }
}

/// Where the `$ref` of a description points to; whatever stands beside it does not count. It is a
/// URL, of which only the fragment does.
pub(super) fn reference(schema: &Mapping) -> Option<Cow<'_, str>> {
    let url = schema.get("$ref")?.as_str().filter(|url| !url.is_empty())?;
    let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
    // What is no URL points nowhere.
    Some(percent_decoded(fragment).unwrap_or_default())
}

/// What a description says of a field.
pub(super) fn field<'s>(schema: &'s Mapping, name: &str) -> Option<&'s Mapping> {
    schema
        .get("properties")
        .and_then(Node::as_mapping)
        .and_then(|properties| properties.get(name))
        .or_else(|| schema.get("additionalProperties"))?
        .as_mapping()
}

/// What a description says of the elements of a list: nothing if it is not of type `array` alone,
/// or has a description for each place.
pub(super) fn element(schema: &Mapping) -> Option<&Mapping> {
    let is_array = match schema.get("type")?.value() {
        Value::Sequence(types) => types.len() == 1 && types.items()[0].text() == Some("array"),
        _ => text(schema, "type") == Some("array"),
    };
    schema
        .get("items")
        .filter(|_| is_array)
        .and_then(Node::as_mapping)
}

/// The keys by which a list is merged; `None` if it is not.
pub(super) fn merge_keys(schema: &Mapping) -> Option<Vec<&str>> {
    let mut strategies = text(schema, STRATEGY)?.split(',');
    if !strategies.any(|strategy| strategy == "merge") {
        return None;
    }
    Some(match schema.get(MERGE_KEYS).and_then(Node::as_sequence) {
        Some(keys) => keys.iter().filter_map(Node::text).collect(),
        None => text(schema, MERGE_KEY).into_iter().collect(),
    })
}

pub(super) fn text<'s>(schema: &'s Mapping, key: &str) -> Option<&'s str> {
    schema.get(key)?.text()
}

/// Kind and API version of an `x-kubernetes-group-version-kind`; `None` if it is no mapping.
fn resource_type(node: &Node) -> Result<Option<(Text, Text)>> {
    let Some(of) = node.as_mapping() else {
        return Ok(None);
    };
    let (Some(version), Some(kind)) = (of.get("version"), of.get("kind")) else {
        return Err(error(
            node,
            "`x-kubernetes-group-version-kind` needs `version` and `kind`",
        ));
    };
    let version = string(version, "`version`")?;
    // Another group than a text counts as none.
    let api_version = match of.get("group").and_then(Node::as_str) {
        Some(group) if !group.is_empty() => Text::from(format!("{group}/{version}")),
        _ => version,
    };
    Ok(Some((string(kind, "`kind`")?, api_version)))
}

/// The fields of a mapping that may be missing.
fn fields<'s>(parent: &'s Mapping, key: &str) -> Result<Vec<(&'s Text, &'s Node)>> {
    let Some(node) = parent.get(key).filter(|node| !node.is_null()) else {
        return Ok(Vec::new());
    };
    let fields = mapping(node, &format!("`{key}`"))?.iter();
    Ok(fields
        .filter_map(|entry| Some((entry.key.as_scalar()?.text(), &entry.value)))
        .collect())
}

fn string(node: &Node, what: &str) -> Result<Text> {
    match node.as_scalar() {
        Some(scalar) if node.as_str().is_some() => Ok(scalar.text().clone()),
        _ => Err(error(node, &format!("{what} must be a string"))),
    }
}
