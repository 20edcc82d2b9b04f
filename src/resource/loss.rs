//! What is lost without a word when a generator merges into a resource.
//!
//! The reference keeps the generated resource and takes over data and metadata of the other, so
//! whatever else that one had is gone.

use super::resource::Resource;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Mapping, Node};

/// Warns of the fields of a resource that a generated one, which takes its place, does not have or
/// has only because they are always generated.
pub(super) fn warn_of_fields(old: &Resource, new: &Resource, warnings: &mut Vec<Warning>) {
    let made = new.node().mark();
    for entry in old.node().as_mapping().into_iter().flatten() {
        let Some(key) = entry.key.text() else {
            continue;
        };
        if matches!(
            key,
            "apiVersion" | "kind" | "metadata" | "data" | "binaryData"
        ) {
            continue;
        }
        let value = new.node().as_mapping().and_then(|root| root.get(key));
        let is_kept = value.is_some_and(|value| {
            // What somebody asked for has a place of its own.
            value.mark() != made
                || value
                    .text()
                    .is_some_and(|_| value.text() == entry.value.text())
        });
        if !is_kept {
            let message = format!(
                "`{key}` of {} is lost when a generator merges into it: ask for it there again, or \
                 use a patch",
                old.id()
            );
            let mark = entry.key.mark();
            warnings.push(Warning::new(WarningKind::LostField, mark, message));
        }
    }
}

/// Warns of keys that stand in `data` and in `binaryData`, as they do after a change from text to
/// bytes or back.
pub(super) fn warn_of_keys(merged: &Resource, warnings: &mut Vec<Warning>) {
    let map = |field| {
        let root = merged.node().as_mapping()?;
        root.get(field).and_then(Node::as_mapping)
    };
    let (Some(data), Some(binary)): (Option<&Mapping>, Option<&Mapping>) =
        (map("data"), map("binaryData"))
    else {
        return;
    };
    for entry in binary {
        let Some(key) = entry.key.text().filter(|key| data.get(key).is_some()) else {
            continue;
        };
        let message = format!(
            "the key `{key}` of {} ends up in `data` and in `binaryData`, which Kubernetes refuses: \
             remove it from one of the generators",
            merged.id()
        );
        let mark = merged.node().mark();
        warnings.push(Warning::new(WarningKind::DuplicateKey, mark, message));
    }
}
