//! The resource whose references are fixed, and what it can see.

use smallvec::{SmallVec, smallvec};

use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Gvk, NO_NAMESPACE, Resource};
use crate::yaml::{Mapping, Node, Resolved, Text};

/// Namespaces whose resources can be named, as they are written: empty where none is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Everywhere,
    /// Besides these, what has no namespace.
    Namespaces(SmallVec<[Text; 2]>),
}

/// The place of a resource as a [`Reach`] has it: its namespace as written, or the one that stands
/// for none.
pub(super) fn place(resource: &Resource) -> &str {
    if resource.id().is_cluster_scoped() {
        NO_NAMESPACE
    } else {
        resource.namespace()
    }
}

impl Reach {
    /// What a resource can name (`SubsetThatCouldBeReferencedByResource` in kustomize): what is in
    /// no namespace or in its own; if it is in none, everything. A RoleBinding also sees the
    /// namespaces of the service accounts that it binds.
    ///
    /// # Errors
    /// If the subjects of a RoleBinding cannot be read.
    pub(super) fn of(referrer: &Resource) -> Result<Self> {
        if referrer.id().is_cluster_scoped() {
            return Ok(Self::Everywhere);
        }
        let mut namespaces = match referrer.namespace() {
            "" | "default" => smallvec![Text::default(), Text::from_static("default")],
            own => smallvec![Text::from(own)],
        };
        if referrer.gvk().kind() == "RoleBinding" {
            add_subjects(referrer, &mut namespaces)?;
        }
        Ok(Self::Namespaces(namespaces))
    }

    pub(super) fn contains(&self, place: &str) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Namespaces(namespaces) => {
                place == NO_NAMESPACE || namespaces.iter().any(|namespace| namespace == place)
            }
        }
    }
}

fn add_subjects(binding: &Resource, namespaces: &mut SmallVec<[Text; 2]>) -> Result<()> {
    let subjects = binding.get("/subjects").and_then(Node::as_sequence);
    for subject in subjects.into_iter().flatten() {
        let Some(fields) = subject.as_mapping() else {
            let message = format!("a subject of {} must be a mapping", binding.id());
            return Err(fault(subject, message));
        };
        let (Some(namespace), Some(kind)) = (fields.get("namespace"), fields.get("kind")) else {
            continue;
        };
        let Some(kind) = string(kind) else {
            let message = format!("the `kind` of a subject of {} must be text", binding.id());
            return Err(fault(kind, message));
        };
        if kind != "ServiceAccount" {
            continue;
        }
        let Some(name) = string(namespace) else {
            let message = format!(
                "the `namespace` of a subject of {} must be text; put quotes around it",
                binding.id()
            );
            return Err(fault(namespace, message));
        };
        if !namespaces.contains(&name) {
            namespaces.push(name);
        }
    }
    Ok(())
}

fn fault(node: &Node, message: String) -> Error {
    Error::marked(ErrorKind::Reference, node.mark(), message)
}

/// The text of what go-yaml takes for a string.
fn string(node: &Node) -> Option<Text> {
    match node.as_scalar()?.resolve() {
        Ok(Resolved::Str(text)) => Some(Text::from(&*text)),
        _ => None,
    }
}

/// The type that `roleRef` gives; `None` if it does not say.
pub(super) fn role_ref(referrer: &Resource) -> Option<Gvk> {
    let role_ref = referrer.node().as_mapping()?.get("roleRef")?;
    let field = |mapping: &Mapping, key: &str| {
        // Of null it is the text that counts, `~` for instance.
        let node = mapping.get(key)?;
        Some(Text::from(node.text().unwrap_or_default()))
    };
    let fields = role_ref.as_mapping()?;
    let (group, kind) = (field(fields, "apiGroup")?, field(fields, "kind")?);
    Some(Gvk::from_parts(group, "", kind))
}
