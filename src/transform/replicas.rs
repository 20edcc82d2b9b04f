//! How many replicas a workload has.

use foldhash::{HashMap, HashMapExt};

use super::each::Each;
use super::field_spec::{Creates, Table, Trail, Turn, edit, scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Gvk, Resource, ResourceSet};
use crate::schema::Schema;
use crate::source::Mark;
use crate::tree::nearest::nearest;
use crate::warning::Warning;
use crate::yaml::{Tag, Text};

/// An entry of `replicas`.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    pub(crate) name: Text,
    pub(crate) count: i64,
    /// Where it was asked for.
    pub(crate) mark: Mark,
}

/// Sets the counts of all entries (`ReplicaCountTransformer` in kustomize, once for each). An entry
/// may name a resource by any name that it has or had. It fails with [`ErrorKind::NoMatch`] for an
/// entry that names no resource of a type in the table, and with [`ErrorKind::FieldSpec`] where the
/// count would stand in no scalar.
pub(crate) fn replicas<'r>(entries: &'r [Replica], fields: &'r Table) -> impl Each + 'r {
    let mut by_name: HashMap<&Text, Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        by_name.entry(&entry.name).or_default().push(at);
    }
    Run {
        matched: vec![false; entries.len()],
        by_name,
        entries,
        fields,
    }
}

struct Run<'r> {
    entries: &'r [Replica],
    by_name: HashMap<&'r Text, Vec<usize>>,
    /// Which entries have named a resource.
    matched: Vec<bool>,
    fields: &'r Table,
}

impl Each for Run<'_> {
    fn may_change_ids(&self) -> bool {
        !self.entries.is_empty()
    }

    fn change(&mut self, resource: &mut Resource, schema: &Schema) -> Result<()> {
        let Self {
            entries,
            ref by_name,
            ref mut matched,
            fields,
        } = *self;
        let mut chosen: Vec<usize> = resource
            .names()
            .filter_map(|name| by_name.get(name))
            .flatten()
            .copied()
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        for at in chosen {
            let entry = &entries[at];
            let types: Vec<Gvk> = types(resource, &entry.name).collect();
            for rule in fields.rules() {
                if !types.iter().any(|gvk| rule.spec.selects(gvk)) {
                    continue;
                }
                matched[at] = true;
                if !rule.spec.selects(resource.gvk()) {
                    continue;
                }
                let creates = match rule.spec.create {
                    true => Creates::Scalar(Tag::Int),
                    false => Creates::Nothing,
                };
                let wants = |node: &_| scalar(node).map(|_| true);
                let mut wrote_shared = false;
                resource.edit(schema, |root| {
                    edit(
                        &mut Trail::default(),
                        root,
                        Turn::alone(&rule.path),
                        creates,
                        entry.mark,
                        wants,
                        |node, _| {
                            wrote_shared |= node.has_shared();
                            let count = Text::from(entry.count.to_string());
                            node.set_scalar(Tag::Int, count, entry.mark);
                        },
                    )
                })?;
                if wrote_shared {
                    resource.settle_shared();
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, set: &ResourceSet, _: &mut Vec<Warning>) -> Result<()> {
        let mut entries = self.entries.iter().zip(&self.matched);
        match entries.find(|(_, matched)| !**matched) {
            None => Ok(()),
            Some((entry, _)) => Err(no_match(entry, self.fields, set)),
        }
    }
}

/// The types that a resource has or had under a name.
fn types<'a>(resource: &'a Resource, name: &'a Text) -> impl Iterator<Item = Gvk> + 'a {
    let current = std::iter::once(resource.id().clone());
    resource
        .previous_ids()
        .chain(current)
        .filter(move |id| id.name() == &**name)
        .map(|id| id.gvk().clone())
}

#[cold]
fn no_match(entry: &Replica, fields: &Table, set: &ResourceSet) -> Error {
    let kinds: Vec<_> = fields.rules().map(|rule| rule.spec.gvk.kind()).collect();
    let scaled = set.iter().filter(|resource| {
        let mut rules = fields.rules();
        rules.any(|rule| rule.spec.selects(resource.gvk()))
    });
    let hint = match nearest(
        &entry.name,
        scaled.flat_map(Resource::names).map(Text::as_str),
    ) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    };
    let message = format!(
        "no resource of the kinds {} is or was named `{}`{hint}",
        kinds.join(", "),
        entry.name
    );
    Error::marked(ErrorKind::NoMatch, entry.mark, message)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{apply, build, print, set};
    use super::*;

    fn workload(kind: &str, replicas: &str) -> String {
        format!("apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{{replicas}}}\n")
    }

    #[test]
    fn keeps_the_style_of_what_was_there() {
        for (before, after) in [
            ("", "3"),
            ("replicas: 1", "3"),
            ("replicas: \"1\"", "\"3\""),
            ("replicas: null", "3"),
        ] {
            let text = build(
                "replicas: [{name: a, count: 3}]",
                &workload("Deployment", before),
            );
            let text = text.unwrap();
            assert!(text.ends_with(&format!("  replicas: {after}\n")), "{text}");
        }
    }

    #[test]
    fn finds_resources_by_any_name_that_they_had() {
        let mut built = set(&workload("StatefulSet", ""));
        apply(&mut built, "namePrefix: p-").unwrap();
        apply(
            &mut built,
            "replicas: [{name: a, count: 2}, {name: p-a, count: 4}]",
        )
        .unwrap();
        let text = print(built.into_resources()).unwrap();
        assert!(text.ends_with("replicas: 4\n"), "{text}");
    }

    #[test]
    fn an_entry_must_match() {
        for kind in ["DaemonSet", "Pod"] {
            let error = build("replicas: [{name: a, count: 3}]", &workload(kind, "")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NoMatch);
            assert!(error.message().contains("Deployment"), "{error}");
        }
        let map = workload("Deployment", "replicas: {}");
        let error = build("replicas: [{name: a, count: 3}]", &map).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldSpec);
    }
}
