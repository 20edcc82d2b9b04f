//! Labels and annotations: keys and values set in maps.

use super::field_spec::{Creates, Obstacle, Table, edit};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Resource, ResourceSet};
use crate::source::Mark;
use crate::yaml::{Node, Tag, Text};

/// A label or an annotation.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) key: Text,
    pub(crate) value: Text,
    /// Where it was asked for.
    pub(crate) mark: Mark,
}

/// Sets labels or annotations in all fields of a table (`LabelTransformer` and
/// `AnnotationsTransformer` in kustomize). The table of an entry of `labels` comes from
/// [`Config::label_fields`](super::field_spec::Config::label_fields).
///
/// # Errors
/// [`ErrorKind::FieldSpec`] where a field is no mapping and cannot be made one.
pub(crate) fn pairs(set: &mut ResourceSet, pairs: &[Pair], fields: &Table) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let mut sorted: Vec<_> = pairs.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    if let Some(pair) = sorted.first().filter(|pair| pair.key.is_empty()) {
        let message = "a label or annotation needs a key";
        return Err(Error::marked(ErrorKind::FieldSpec, pair.mark, message));
    }
    if fields.rules().any(|rule| rule.path.may_change_id()) {
        return set.update_all(|resource, schema| {
            set_pairs(resource, &sorted, fields)?;
            resource.edit(schema, |_| ());
            Ok(())
        });
    }
    set.update_fields(|resource| set_pairs(resource, &sorted, fields))
}

fn set_pairs(resource: &mut Resource, pairs: &[&Pair], fields: &Table) -> Result<()> {
    let gvk = resource.gvk().clone();
    let mut wrote_shared = false;
    for pair in pairs {
        // The reference puts one node wherever the key is missing.
        let mut made = Vec::new();
        for rule in fields.matching(&gvk) {
            let creates = match rule.spec.create {
                true => Creates::Mapping,
                false => Creates::Nothing,
            };
            resource.edit_fields(|root| {
                edit(root, &rule.path, creates, pair.mark, wants, |node, way| {
                    let Some(mapping) = node.as_mapping_mut() else {
                        return;
                    };
                    let known = mapping.len();
                    mapping.set_scalar(&pair.key, Tag::Str, pair.value.clone(), pair.mark);
                    if mapping.len() > known {
                        made.push([way, &[known]].concat());
                    } else {
                        let value = mapping.get(&pair.key).and_then(Node::as_scalar);
                        wrote_shared |= value.is_some_and(|scalar| scalar.shared() != 0);
                    }
                })
            })?;
        }
        if made.len() > 1 {
            resource.share(&made);
        }
    }
    if wrote_shared {
        resource.settle_shared();
    }
    Ok(())
}

/// The reference sets keys of null, too, where they are not seen.
fn wants(node: &Node) -> Result<bool, Obstacle> {
    match node.as_mapping() {
        Some(_) => Ok(true),
        None if node.is_null() => Ok(false),
        None => Err(Obstacle::new(node, "it does not lead to a mapping")),
    }
}
