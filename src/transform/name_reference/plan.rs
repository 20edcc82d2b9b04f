//! Where resources of one type name others.

use foldhash::HashSet;

use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Gvk, Resource, ResourceSet, Types};
use crate::transform::field_spec::{NameReference, Part};
use crate::yaml::Text;

/// What a field may name.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) gvk: Gvk,
    /// Whether `roleRef` says which type it is.
    pub(super) in_role_ref: bool,
}

/// A part of the way to fields that name others. It ends in targets or goes on, never both.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) key: Text,
    /// Why no mapping can be asked for the key, if none can.
    pub(super) obstacle: Option<&'static str>,
    pub(super) steps: Vec<Self>,
    /// In the order of the table.
    pub(super) targets: Vec<Target>,
}

/// What a table says of the types of a set's resources.
#[derive(Debug)]
pub(super) struct Plans {
    /// The type of each resource, as its number in the other two.
    types: Vec<usize>,
    /// Where resources of a type name others.
    steps: Vec<Vec<Step>>,
    /// Whether any resource may name one of a type.
    are_targets: Vec<bool>,
}

impl Plans {
    /// A resource's type is the one that it had when it was read: the first kind under today's API
    /// version.
    ///
    /// # Errors
    /// If the history of a resource does not say what it was.
    pub(super) fn of(set: &ResourceSet, table: &[NameReference]) -> Result<Self> {
        let mut known = Types::new();
        let mut types = Vec::with_capacity(set.len());
        for resource in set.iter() {
            check_history(resource)?;
            let gvk = resource.gvk();
            let kind = resource.original_kind();
            types.push(known.number(gvk.group(), gvk.version(), kind));
        }
        let steps: Vec<_> = known.iter().map(|gvk| plan(table, &gvk)).collect();
        let mut targets = HashSet::default();
        for step in steps.iter().flatten() {
            step.add_targets(&mut targets);
        }
        let is_target = |gvk: Gvk| targets.iter().any(|target| gvk.is_selected_by(target));
        Ok(Self {
            are_targets: known.iter().map(is_target).collect(),
            steps,
            types,
        })
    }

    /// The ways to go in the resource at a position.
    pub(super) fn get(&self, at: usize) -> &[Step] {
        &self.steps[self.types[at]]
    }

    /// Whether others may name the resource at a position.
    pub(super) fn is_target(&self, at: usize, resource: &Resource) -> bool {
        let previous = &resource.history().previous;
        // What had several kinds may be named by each of them.
        self.are_targets[self.types[at]] || previous.iter().any(|it| it.kind != previous[0].kind)
    }
}

/// Refuses a resource whose former ids the reference cannot read.
fn check_history(resource: &Resource) -> Result<()> {
    if resource.history().has_whole_ids() {
        return Ok(());
    }
    let message = format!(
        "kustomize loses the former names of {}: no name, namespace or kind may hold a comma, and a \
         name must never be empty",
        resource.id()
    );
    let mark = resource.node().mark();
    Err(Error::marked(ErrorKind::NotAResource, mark, message))
}

/// The ways to go in a resource that had `original` as its type when it was read.
///
/// They are gone one after the other. Nearly always there is one, which visits every field once;
/// another begins where a path leads through the end of an earlier one, because then the earlier
/// one may change what the later one finds.
fn plan(table: &[NameReference], original: &Gvk) -> Vec<Step> {
    let mut roots: Vec<Step> = Vec::new();
    for reference in table {
        for rule in reference.referrers.matching(original) {
            let parts = rule.path.parts();
            let target = Target {
                gvk: reference.target.clone(),
                in_role_ref: rule.path.text().ends_with("roleRef/name"),
            };
            match roots.last_mut() {
                Some(root) if !root.collides(parts) => root.insert(parts, target),
                _ => {
                    let mut root = Step::default();
                    root.insert(parts, target);
                    roots.push(root);
                }
            }
        }
    }
    roots
}

impl Step {
    fn collides(&self, parts: &[Part]) -> bool {
        let Some((first, rest)) = parts.split_first() else {
            return !self.steps.is_empty();
        };
        let next = self.steps.iter().find(|step| step.key == first.name);
        !self.targets.is_empty() || next.is_some_and(|next| next.collides(rest))
    }

    fn insert(&mut self, parts: &[Part], target: Target) {
        let Some((first, rest)) = parts.split_first() else {
            self.targets.push(target);
            return;
        };
        let known = self.steps.iter().position(|step| step.key == first.name);
        let at = known.unwrap_or_else(|| {
            self.steps.push(Self {
                key: first.name.clone(),
                obstacle: first.obstacle,
                ..Self::default()
            });
            self.steps.len() - 1
        });
        self.steps[at].insert(rest, target);
    }

    fn add_targets<'a>(&'a self, targets: &mut HashSet<&'a Gvk>) {
        targets.extend(self.targets.iter().map(|target| &target.gvk));
        self.steps.iter().for_each(|step| step.add_targets(targets));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::reference;
    use super::*;

    fn shape(step: &Step) -> String {
        let inner: Vec<_> = step.steps.iter().map(shape).collect();
        let targets: Vec<_> = step.targets.iter().map(|t| t.gvk.kind()).collect();
        format!("{}({}{})", step.key, inner.join(" "), targets.join(","))
    }

    fn shapes(paths: &[(&str, &str)]) -> Vec<String> {
        let table: Vec<_> = paths
            .iter()
            .map(|(kind, path)| reference(kind, "Pod", path))
            .collect();
        assert!(plan(&table, &Gvk::new("v1", "Service")).is_empty());
        let roots = plan(&table, &Gvk::new("v1", "Pod"));
        roots.iter().map(shape).collect()
    }

    #[test]
    fn paths_that_begin_alike_share_their_steps() {
        let shapes = shapes(&[("A", "spec/a/b"), ("B", "spec[]/a/c"), ("C", "/spec/a/b")]);
        assert_eq!(shapes, ["(spec(a(b(A,C) c(B))))"]);
    }

    #[test]
    fn a_path_through_the_end_of_another_waits() {
        assert_eq!(
            shapes(&[("A", "a"), ("B", "a/name"), ("C", "b"), ("D", "a")]),
            ["(a(A))", "(a(name(B)) b(C))", "(a(D))"]
        );
    }
}
