//! `replacements`: the value of one field, or a text, is copied into others
//! (`api/filters/replacement` in the reference).
//!
//! In come the resources and the entries, in place go the values. [`select`] says which resources
//! are written to, [`walk`] finds or creates the fields that a path means, [`structured`] writes
//! into JSON or YAML that is the text of a field.

pub(super) mod path;
mod select;
mod structured;
#[cfg(test)]
mod tests;
mod value;
mod walk;
mod write;

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Replacement, Str, TargetSelector};
use crate::limits::Limits;
use crate::resource::ResourceSet;
use crate::warning::{Warning, WarningKind};
use crate::yaml::Text;
use path::FieldPath;
use select::{TargetSelection, Verdict};
use value::SourceValue;
use write::{Loss, Write};

/// What a target without field paths, and a source without one, means.
const DEFAULT_PATH: &str = "metadata.name";

/// Carries out replacements in order. What is written has the mark of the field path that asked for
/// it.
///
/// An entry without a list of targets is refused, one with an empty list does nothing. (Of the
/// entries that stand in the kustomization itself, not in a file of their own, the reference
/// refuses both: that is for the caller to see to.)
///
/// # Errors
/// With a mark in the kustomization: [`ErrorKind::Replacement`] for a source that is no resource or
/// several, or has no value, and if a resource had an empty name; [`ErrorKind::Field`] for a path that leads to no field or through one
/// of another kind; patterns and label selectors that cannot be read; [`ErrorKind::Limit`] for what
/// grows too deep or too large by being copied into itself.
pub(crate) fn replace<'r>(
    set: &mut ResourceSet,
    replacements: impl IntoIterator<Item = &'r Replacement>,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    // Whether all resources are known to have whole ids, which only who writes to history changes.
    let mut have_whole_ids = false;
    for replacement in replacements {
        let has_source = replacement.source.is_some() || replacement.source_value.is_some();
        if !has_source || replacement.targets.mark().is_none() {
            let message = "a replacement needs a `source` or a `sourceValue`, and `targets`";
            return Err(Error::marked(
                ErrorKind::Replacement,
                replacement.mark,
                message,
            ));
        }
        let mut broken = set.iter().filter(|it| !it.history().has_whole_ids());
        if !have_whole_ids && let Some(resource) = broken.next() {
            let message = format!(
                "kustomize loses the former names of {}, after which no replacement can find it: no \
                 name, namespace or kind may hold a comma, and a name must never be empty",
                resource.id()
            );
            let error = Error::marked(ErrorKind::Replacement, replacement.mark, message);
            return Err(error.with_other("the resource", resource.node().mark()));
        }
        have_whole_ids = true;
        let mut value = SourceValue::of(replacement, set)?;
        for target in &replacement.targets {
            have_whole_ids &= !write_target(set, target, &mut value, limits, warnings)?;
        }
    }
    Ok(())
}

/// Writes a value to the fields of every resource that a target selects; returns whether their
/// history was among them.
fn write_target(
    set: &mut ResourceSet,
    target: &TargetSelector,
    value: &mut SourceValue,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<bool> {
    let default_path = [Str {
        value: Text::from_static(DEFAULT_PATH),
        mark: target.mark,
    }];
    let written: &[Str] = if target.field_paths.is_empty() {
        &default_path
    } else {
        &target.field_paths
    };
    let paths: Vec<FieldPath<'_>> = written.iter().map(FieldPath::new).collect();
    let selection = TargetSelection::new(target)?;
    let (mut selects_any, mut sees_history) = (false, false);
    for at in selection.candidates(set) {
        let verdict = selection.judge(set.get(at))?;
        selects_any |= verdict != Verdict::Other;
        if verdict != Verdict::Selected {
            continue;
        }
        for path in &paths {
            sees_history |= path.sees_history() || value.sees_history(at);
            if let Some(loss) = write_path(set, at, path, target, value, limits)? {
                warnings.push(lost(set, at, path, loss));
            }
        }
    }
    if !selects_any && !set.is_empty() {
        let message = "this target selects no resource";
        warnings.push(Warning::new(
            WarningKind::NoMatch,
            selection.mark(),
            message,
        ));
    }
    Ok(sees_history)
}

/// Writes a value to the fields that a path means in one resource; returns what of it is lost.
fn write_path(
    set: &mut ResourceSet,
    at: usize,
    path: &FieldPath<'_>,
    target: &TargetSelector,
    value: &mut SourceValue,
    limits: &Limits,
) -> Result<Option<Loss>> {
    if path.parts().len() > limits.depth {
        let message = format!(
            "this path has more than {} parts, the limit `depth`",
            limits.depth
        );
        return Err(Error::marked(ErrorKind::Limit, path.mark(), message));
    }
    let sees_history = path.sees_history() || value.sees_history(at);
    let mut write = Write::new(path, target.options.as_ref(), value, at, limits);
    let written = set.update(at, |resource, schema| {
        if sees_history {
            let written = resource.edit_with_annotations(schema, |node| write.run(node));
            resource.settle_shared();
            written
        } else {
            resource.edit(schema, |node| write.run(node))
        }
    });
    written.map_err(|error| {
        let id = set.get(at).id();
        let message = format!("`{}` of {id} {}", path.text(), error.message());
        Error::marked(error.kind(), path.mark(), message)
    })
}

fn lost(set: &ResourceSet, at: usize, path: &FieldPath<'_>, loss: Loss) -> Warning {
    let what = match loss {
        Loss::InText => {
            "leads into a text, and what is written there is lost: lead to the text by names and \
             indices alone, and give a field of the text a value of its type"
        }
        Loss::Content => {
            "is a single value and becomes empty, because the source is a list or a mapping: name \
             one value as the source"
        }
        Loss::Delimiter => {
            "leads into a text, where `delimiter` and `index` have no effect: all of its value is \
             replaced"
        }
    };
    let message = format!("`{}` of {} {what}", path.text(), set.get(at).id());
    Warning::new(WarningKind::LostWrite, path.mark(), message)
}
