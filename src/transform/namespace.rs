//! The namespace of everything that can have one.

use super::each::Each;
use super::field_spec::{Creates, FieldPath, Obstacle, Rule, Table, Trail, Turn, edit, scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Gvk, HELM_GENERATED, Resource, ResourceSet, Twins};
use crate::schema::Schema;
use crate::source::Mark;
use crate::warning::Warning;
use crate::yaml::{Node, Scalar, Style, Tag, Text};

/// What the transformer is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Namespace {
    pub(crate) name: Text,
    /// Where it was asked for.
    pub(crate) mark: Mark,
    /// Whether fields that have a text keep it.
    pub(crate) unset_only: bool,
    pub(crate) subjects: Subjects,
}

/// Which subjects of role bindings get the namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Those whose name is `default`.
    #[default]
    NamedDefault,
    /// Those of kind `ServiceAccount`.
    ServiceAccounts,
    /// No subject.
    None,
}

/// Puts resources into a namespace (`NamespaceTransformer` in kustomize). It fails with
/// [`ErrorKind::FieldSpec`] where a field is no scalar, and with [`ErrorKind::Conflict`] if two
/// resources have the same id then.
pub(crate) fn namespace<'e>(entry: &'e Namespace, fields: &'e Table) -> impl Each + 'e {
    Run {
        writer: Writer::new(entry, fields),
        twins: Twins::default(),
        twin: None,
    }
}

struct Run<'e> {
    writer: Writer<'e>,
    twins: Twins,
    /// That a resource has the id of one before it.
    twin: Option<Error>,
}

impl Each for Run<'_> {
    fn may_change_ids(&self) -> bool {
        true
    }

    fn change(&mut self, resource: &mut Resource, schema: &Schema) -> Result<()> {
        let entry = self.writer.entry;
        if resource.is_empty() || entry.name.is_empty() {
            return Ok(());
        }
        let annotations = resource.annotations();
        let helm = annotations.and_then(|annotations| annotations.get(HELM_GENERATED)?.text());
        if helm != Some("true") {
            resource.push_previous();
            self.writer.write_all(resource, schema)?;
        }
        if !self.twins.is_new(resource.id()) && self.twin.is_none() {
            let message = format!(
                "the namespace makes two resources {}; rename or remove one",
                resource.id()
            );
            let error = Error::marked(ErrorKind::Conflict, entry.mark, message);
            self.twin = Some(error.with_other("the second", resource.node().mark()));
        }
        Ok(())
    }

    fn end(&mut self, _: &ResourceSet, _: &mut Vec<Warning>) -> Result<()> {
        self.twin.take().map_or(Ok(()), Err)
    }
}

/// Writes a namespace to one resource, without further ado (`api/filters/namespace` in kustomize).
pub(super) struct Writer<'e> {
    entry: &'e Namespace,
    fields: &'e Table,
    may_change_type: bool,
    own: FieldPath,
    subjects: FieldPath,
}

impl<'e> Writer<'e> {
    pub(super) fn new(entry: &'e Namespace, fields: &'e Table) -> Self {
        let mut rules = fields.rules();
        Self {
            entry,
            fields,
            may_change_type: rules.any(|rule| rule.path.may_change_type()),
            own: FieldPath::new(&Text::from_static("metadata/namespace")),
            subjects: FieldPath::new(&Text::from_static("subjects/namespace")),
        }
    }

    /// Writes to `metadata.namespace`, to the subjects of role bindings and to all fields of a
    /// table.
    pub(super) fn write_all(&self, resource: &mut Resource, schema: &Schema) -> Result<()> {
        let Self { entry, fields, .. } = *self;
        let cluster_scoped = resource.id().is_cluster_scoped();
        let has_rules = fields.matching(resource.gvk()).next().is_some();
        let is_v1 = has_rules && resource.api_version() == "v1";
        let is_binding = is_role_binding(resource.gvk().kind());
        let mut wrote_shared = false;
        let mut edit = |gvk: &Gvk, root: &mut Node| {
            if !cluster_scoped {
                write(root, &self.own, Creates::Scalar(Tag::None), entry)?;
            }
            if is_binding {
                set_subjects(root, entry).map_err(|obstacle| obstacle.on(&self.subjects))?;
            }
            if !has_rules {
                return Ok(());
            }
            for rule in fields.matching(gvk) {
                if is_known_better(rule, is_v1, is_binding) {
                    continue;
                }
                let creates = match rule.spec.create {
                    true => Creates::Scalar(Tag::Str),
                    false => Creates::Nothing,
                };
                wrote_shared |= write(root, &rule.path, creates, entry)?;
            }
            Ok(())
        };
        match has_rules && self.may_change_type {
            true => {
                let gvk = resource.gvk().clone();
                resource.edit(schema, |root| edit(&gvk, root))?;
            }
            false => resource.edit_names(edit)?,
        }
        // All fields get the same text.
        if wrote_shared {
            resource.settle_shared();
        }
        Ok(())
    }
}

/// Whether a field spec is left out because the transformer knows better.
fn is_known_better(rule: &Rule, is_v1: bool, is_binding: bool) -> bool {
    match &*rule.spec.path {
        "metadata/namespace" => true,
        "metadata/name" => !is_v1,
        "subjects/namespace" => is_binding && is_role_binding(rule.spec.gvk.kind()),
        _ => false,
    }
}

fn is_role_binding(kind: &str) -> bool {
    matches!(kind, "RoleBinding" | "ClusterRoleBinding")
}

/// Writes to the fields at a path; whether one of them stands in several places.
fn write(root: &mut Node, path: &FieldPath, creates: Creates, entry: &Namespace) -> Result<bool> {
    let mut wrote_shared = false;
    let wants = |node: &Node| scalar(node).map(|_| !keeps(node, entry));
    edit(
        &mut Trail::default(),
        root,
        Turn::alone(path),
        creates,
        entry.mark,
        wants,
        |node, _| {
            // A null node has its text back by now.
            if !keeps(node, entry) {
                wrote_shared |= node.has_shared();
                node.set_scalar(Tag::Str, entry.name.clone(), entry.mark);
            }
        },
    )?;
    Ok(wrote_shared)
}

/// Whether a field is left alone because it is set.
fn keeps(node: &Node, entry: &Namespace) -> bool {
    entry.unset_only && !node.is_null() && node.text().is_some_and(|text| !text.is_empty())
}

/// Sets the namespace of the subjects of a role binding.
fn set_subjects(root: &mut Node, entry: &Namespace) -> Result<(), Obstacle> {
    let (key, text) = match entry.subjects {
        Subjects::NamedDefault => ("name", "default"),
        Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
        Subjects::None => return Ok(()),
    };
    let Some(at) = root.as_mapping().and_then(|root| root.position("subjects")) else {
        return Ok(());
    };
    let mut chosen = Vec::new();
    match root.at(&[at]) {
        Some(subjects) if !subjects.is_null() => {
            let list = subjects.as_sequence();
            let list = list.ok_or_else(|| Obstacle::new(subjects, "`subjects` is no list"))?;
            for (index, subject) in list.iter().enumerate() {
                if is_chosen(subject, key, text, entry)? {
                    chosen.push(index);
                }
            }
        }
        _ => return Ok(()),
    }
    for index in chosen {
        if let Some(subject) = root.at_mut(&[at, index]).and_then(Node::as_mapping_mut) {
            if subject.get("namespace").is_none() {
                let empty = Scalar::new(Tag::None, Style::Plain, "");
                subject.append("namespace", Node::new(empty, entry.mark));
            }
            if let Some(namespace) = subject.get_mut("namespace") {
                namespace.set_scalar(Tag::Str, entry.name.clone(), entry.mark);
            }
        }
    }
    Ok(())
}

fn is_chosen(subject: &Node, key: &str, text: &str, entry: &Namespace) -> Result<bool, Obstacle> {
    if subject.is_null() {
        return Ok(false);
    }
    let fields = subject.as_mapping();
    let fields = fields.ok_or_else(|| Obstacle::new(subject, "a subject is no mapping"))?;
    let Some(value) = fields.get(key).filter(|value| !value.is_null()) else {
        return Ok(false);
    };
    if *scalar(value)?.text() != *text {
        return Ok(false);
    }
    match fields.get("namespace") {
        None => Ok(true),
        Some(namespace) => scalar(namespace).map(|_| !keeps(namespace, entry)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::field_spec::Config;
    use super::super::testing::{build, print, run, set};
    use super::*;

    fn placed(text: &str, unset_only: bool, subjects: Subjects) -> String {
        let entry = Namespace {
            name: Text::from("new"),
            mark: Mark::default(),
            unset_only,
            subjects,
        };
        let mut built = set(text);
        let config = Config::default();
        run(&mut built, namespace(&entry, &config.namespace)).unwrap();
        print(built.into_resources()).unwrap()
    }

    #[test]
    fn only_types_that_can_have_one_get_one() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: old}\n---\n\
                    apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: c}\n---\n\
                    apiVersion: v1\nkind: Namespace\nmetadata: {name: old}\n";
        let text = placed(text, false, Subjects::default());
        assert_eq!(text.matches("namespace: new\n").count(), 1, "{text}");
        assert!(
            text.ends_with("kind: Namespace\nmetadata:\n  name: new\n"),
            "{text}"
        );
    }

    const BINDING: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n\
                           metadata: {name: b}\nsubjects:\n\
                           - {kind: ServiceAccount, name: default, namespace: old}\n\
                           - {kind: ServiceAccount, name: sa}\n- {kind: User, name: default}\n- null\n";

    #[test]
    fn subjects_of_role_bindings() {
        let count = |unset_only, subjects| {
            let text = placed(BINDING, unset_only, subjects);
            text.matches("  namespace: new\n").count() - 1
        };
        assert_eq!(count(false, Subjects::NamedDefault), 2);
        assert_eq!(count(false, Subjects::ServiceAccounts), 2);
        assert_eq!(count(false, Subjects::None), 0);
        assert_eq!(count(true, Subjects::NamedDefault), 1);
        assert_eq!(count(true, Subjects::ServiceAccounts), 1);
    }

    #[test]
    fn what_is_set_may_be_kept() {
        let pod = |namespace: &str| {
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: {namespace}}}\n")
        };
        for (namespace, is_kept) in [("old", true), ("\"\"", false), ("\"~\"", true)] {
            let text = placed(&pod(namespace), true, Subjects::default());
            assert_eq!(!text.contains("new"), is_kept, "{text}");
        }
        // The reference takes the text of null for a namespace that is there.
        assert!(placed(&pod("null"), true, Subjects::default()).contains("namespace: null"));
    }

    #[test]
    fn what_helm_placed_is_left_alone() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations: {internal.config.kubernetes.io/helm-generated: \"true\"}\n";
        assert!(!placed(text, false, Subjects::default()).contains("namespace"));
    }

    #[test]
    fn two_resources_must_not_become_one() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\n---\n\
                    apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: b}\n";
        let error = build("namespace: c", text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        let other = text.replace(
            "v1\nkind: Pod\nmetadata: {name: p, namespace: b}",
            "x/v1\nkind: Pod\nmetadata: {name: p}",
        );
        assert_ne!(other, text);
        assert!(build("namespace: c", &other).is_ok());
        let two = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n\
                   apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n";
        assert_eq!(
            build("namespace: c", two).unwrap_err().kind(),
            ErrorKind::Conflict
        );
    }

    #[test]
    fn broken_bindings_are_errors() {
        for subjects in [
            "x",
            "{}",
            "[x]",
            "[{name: []}]",
            "[{name: default, namespace: {}}]",
        ] {
            let text = format!(
                "apiVersion: v1\nkind: RoleBinding\nmetadata: {{name: b}}\nsubjects: {subjects}\n"
            );
            let error = build("namespace: c", &text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::FieldSpec, "{subjects}");
        }
        for subjects in ["null", "[]", "[null]", "[{name: null}]", "[{}]"] {
            let text = format!(
                "apiVersion: v1\nkind: RoleBinding\nmetadata: {{name: b}}\nsubjects: {subjects}\n"
            );
            assert!(build("namespace: c", &text).is_ok(), "{subjects}");
        }
    }
}
