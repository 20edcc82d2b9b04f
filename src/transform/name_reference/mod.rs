//! Name references: fields that name other resources follow when those are renamed.
//!
//! In comes the set of all resources, once, when all names have their last form; the same set goes
//! out with the names of ConfigMaps in Deployments and so on as they are now. What a name means is
//! found by the names that resources had, in an index made once; every resource that can name
//! others is walked once.

mod candidates;
mod plan;
mod referrer;
#[cfg(test)]
mod tests;
mod walk;

use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Resource, ResourceSet};
use crate::transform::field_spec::NameReference;
use crate::warning::Warning;
use crate::yaml::Node;
use candidates::Candidates;
use plan::Plans;
use referrer::Reach;
use walk::Walk;

/// Brings the fields that name other resources up to date
/// (`nameReferenceTransformer` and `nameref.Filter` in kustomize).
///
/// `table` says which fields of which types name what, in the order in which they are looked at.
/// A referrer's type is the one that it had when it was read. A name that is written gets the mark
/// of the name of the resource that is called so: that is the entry that renamed it. Names that
/// nothing had, or had before, stay; if a resource that had one is out of reach, or several had it
/// and none fits, that is a warning.
///
/// # Errors
/// [`ErrorKind::FieldSpec`] if a scalar is in the way to such a field, or if a field that should
/// have a `name` has none; [`ErrorKind::NotAResource`] if the reference could not read the former ids
/// of a resource, which it does for all; [`ErrorKind::Reference`] if a name may mean several resources that are
/// called differently now, or if it cannot be seen what a RoleBinding or its subjects are.
pub(crate) fn fix_name_references(
    set: &mut ResourceSet,
    table: &[NameReference],
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let plans = Plans::of(set, table)?;
    let candidates = Candidates::of(set, &plans);
    for at in 0..set.len() {
        let plan = plans.get(at);
        if plan.is_empty() {
            continue;
        }
        check_api_version(set.get(at))?;
        let reach = Reach::of(set.get(at))?;
        for step in plan {
            let mut walk = Walk::new(set, &candidates, set.get(at), &reach);
            walk.follow(set.get(at).node(), step, None)?;
            warnings.append(&mut walk.warnings);
            let edits = walk.edits;
            if edits.is_empty() {
                continue;
            }
            let concerns_id = edits.iter().any(|it| it.concerns_id(set.get(at)));
            let edit = |root: &mut Node| {
                let edits = edits.into_iter();
                edits.fold(false, |wrote, edit| edit.apply(root, warnings) | wrote)
            };
            let settle = |resource: &mut Resource, wrote_shared| {
                if wrote_shared {
                    resource.settle_shared();
                }
            };
            if concerns_id {
                set.update(at, |resource, schema| {
                    let wrote_shared = resource.edit(schema, edit);
                    settle(resource, wrote_shared);
                });
            } else {
                set.update_fields_of(at, |resource| {
                    let wrote_shared = resource.edit_fields(edit);
                    settle(resource, wrote_shared);
                });
            }
        }
    }
    Ok(())
}

/// Refuses an API version that the reference cannot put together again: it checks by that whether
/// it still looks at the same resource.
fn check_api_version(referrer: &Resource) -> Result<()> {
    let field = referrer
        .node()
        .as_mapping()
        .and_then(|root| root.get("apiVersion"));
    let Some(node) = field else { return Ok(()) };
    let text = node.text().unwrap_or_default();
    let is_lost = node.is_null() && !text.is_empty();
    if !is_lost && !text.starts_with('/') {
        return Ok(());
    }
    let message = format!(
        "the `apiVersion` of {} must be a version, or a group and a version with a slash between",
        referrer.id()
    );
    Err(Error::marked(ErrorKind::Reference, node.mark(), message))
}
