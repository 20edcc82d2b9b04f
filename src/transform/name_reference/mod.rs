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

use foldhash::{HashMap, HashMapExt};

use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Gvk, Resource, ResourceSet};
use crate::transform::field_spec::NameReference;
use crate::warning::Warning;
use crate::yaml::Text;
use candidates::Candidates;
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
/// have a `name` has none; [`ErrorKind::Reference`] if a name may mean several resources that are
/// called differently now, or if it cannot be seen what a RoleBinding or its subjects are.
pub(crate) fn fix_name_references(
    set: &mut ResourceSet,
    table: &[NameReference],
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let candidates = Candidates::of(set);
    let mut plans = HashMap::new();
    for at in 0..set.len() {
        let original = original_type(set.get(at));
        let plan = plans
            .entry(original)
            .or_insert_with_key(|original| plan::plan(table, original));
        if plan.is_empty() {
            continue;
        }
        check_api_version(set.get(at))?;
        let reach = Reach::of(set.get(at))?;
        for step in plan.iter() {
            let referrer = set.get(at);
            let mut walk = Walk::new(set, &candidates, referrer, &reach);
            walk.follow(referrer.node(), step)?;
            let outcome = walk.outcome;
            warnings.extend(outcome.warnings);
            if !outcome.named.is_empty() {
                let id = Text::from(referrer.id().to_string());
                for named in outcome.named {
                    set.update(named, |resource, _| {
                        resource.history_mut().referrers.push(id.clone());
                    });
                }
            }
            if !outcome.edits.is_empty() {
                set.update(at, |resource, schema| {
                    let wrote_shared = resource.edit(schema, |root| {
                        let edits = outcome.edits.into_iter();
                        edits.fold(false, |wrote, edit| edit.apply(root, warnings) | wrote)
                    });
                    if wrote_shared {
                        resource.settle_shared();
                    }
                });
            }
        }
    }
    Ok(())
}

/// The type of the original id: the first kind under today's API version.
fn original_type(resource: &Resource) -> Gvk {
    let gvk = resource.gvk();
    match resource.history().previous.first() {
        Some(first) if *first.kind != *gvk.kind() => {
            Gvk::from_parts(gvk.group(), gvk.version(), first.kind.clone())
        }
        _ => gvk.clone(),
    }
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
