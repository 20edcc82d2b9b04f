//! Prefixes and suffixes of names.

use super::field_spec::{Creates, Table, edit, scalar};
use super::set_untyped;
use crate::error::Result;
use crate::resource::{Gvk, ResourceSet};
use crate::source::Mark;
use crate::warning::Warning;
use crate::yaml::{Tag, Text};

/// Puts a prefix before names (`PrefixTransformer` in kustomize).
///
/// # Errors
/// [`ErrorKind::FieldSpec`](crate::ErrorKind::FieldSpec) where a field is no scalar.
pub(crate) fn prefix(
    set: &mut ResourceSet,
    prefix: &Text,
    mark: Mark,
    fields: &Table,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    rename(set, End::Prefix, prefix, mark, fields, warnings)
}

/// Puts a suffix behind names (`SuffixTransformer` in kustomize).
///
/// # Errors
/// As [`prefix`].
pub(crate) fn suffix(
    set: &mut ResourceSet,
    suffix: &Text,
    mark: Mark,
    fields: &Table,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    rename(set, End::Suffix, suffix, mark, fields, warnings)
}

#[derive(Clone, Copy)]
enum End {
    Prefix,
    Suffix,
}

fn rename(
    set: &mut ResourceSet,
    end: End,
    affix: &Text,
    mark: Mark,
    fields: &Table,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    set.update_all(|resource, schema| {
        let original = resource.original_id();
        if keeps_its_name(original.gvk()) {
            return Ok(());
        }
        for rule in fields.matching(original.gvk()) {
            // What was written otherwise, with a slash before it for instance, does not count.
            if rule.spec.path == "metadata/name" && !affix.is_empty() {
                let history = resource.history_mut();
                match end {
                    End::Prefix => history.prefixes.push(affix.clone()),
                    End::Suffix => history.suffixes.push(affix.clone()),
                }
                resource.push_previous();
            }
            if !rule.spec.selects(resource.gvk()) {
                continue;
            }
            let creates = match rule.spec.create {
                true => Creates::Scalar(Tag::Str),
                false => Creates::Nothing,
            };
            resource.edit(schema, |root| {
                let wants = |node: &_| scalar(node).map(|_| true);
                edit(root, &rule.path, creates, mark, wants, |node, _| {
                    let text = node.text().unwrap_or_default();
                    let text = match end {
                        End::Prefix => format!("{affix}{text}"),
                        End::Suffix => format!("{text}{affix}"),
                    };
                    set_untyped(node, Text::from(text), mark, warnings);
                })
            })?;
        }
        Ok(())
    })
}

/// Types whose names mean something outside the tree.
fn keeps_its_name(gvk: &Gvk) -> bool {
    match gvk.kind() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group() == "apiregistration.k8s.io",
        _ => false,
    }
}
