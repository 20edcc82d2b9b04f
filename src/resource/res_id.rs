//! What a resource is called: type, name and namespace.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::gvk::Gvk;
use crate::yaml::Text;

/// The namespace that kustomize gives to what is in none.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";

/// Type, name and namespace of a resource (`resid.ResId` in kyaml).
///
/// Two ids are equal if type and name are and the *effective* namespace is: no namespace means
/// `default`, and of cluster-scoped types none counts.
///
/// ```
/// use kustody::{Gvk, ResId};
/// let pod = |namespace: &str| ResId::new(Gvk::new("v1", "Pod"), "web", namespace);
/// assert_eq!(pod(""), pod("default"));
/// assert_ne!(pod(""), pod("prod"));
/// assert_eq!(pod("").to_string(), "Pod.v1.[noGrp]/web.[noNs]");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResId {
    gvk: Gvk,
    name: Text,
    namespace: Text,
    cluster_scoped: bool,
}

impl ResId {
    /// The id of something that has a namespace, be it the default one.
    pub fn new(gvk: Gvk, name: impl Into<Text>, namespace: impl Into<Text>) -> Self {
        Self {
            gvk,
            name: name.into(),
            namespace: namespace.into(),
            cluster_scoped: false,
        }
    }

    pub(crate) fn cluster_scoped(mut self, cluster_scoped: bool) -> Self {
        self.cluster_scoped = cluster_scoped;
        self
    }

    pub(super) fn set_names(&mut self, name: Text, namespace: Text) {
        self.name = name;
        self.namespace = namespace;
    }

    /// The type.
    pub fn gvk(&self) -> &Gvk {
        &self.gvk
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn name_text(&self) -> &Text {
        &self.name
    }

    /// `metadata.namespace` as written; empty if there is none.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Whether the schema knows the type as one that has no namespace.
    pub fn is_cluster_scoped(&self) -> bool {
        self.cluster_scoped
    }

    /// The namespace that counts when ids are compared.
    pub(crate) fn effective_namespace(&self) -> &str {
        if self.cluster_scoped {
            NO_NAMESPACE
        } else if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    pub(crate) fn effective_namespace_text(&self) -> Text {
        if self.cluster_scoped {
            Text::from_static(NO_NAMESPACE)
        } else if self.namespace.is_empty() {
            Text::from_static("default")
        } else {
            self.namespace.clone()
        }
    }
}

/// What makes an id equal to another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct IdKey<'i> {
    pub(super) name: &'i str,
    pub(super) namespace: &'i str,
    pub(super) kind: &'i str,
    pub(super) version: &'i str,
    pub(super) group: &'i str,
}

impl ResId {
    #[inline]
    pub(super) fn key(&self) -> IdKey<'_> {
        IdKey {
            name: &self.name,
            namespace: self.effective_namespace(),
            kind: &self.gvk.kind,
            version: &self.gvk.version,
            group: &self.gvk.group,
        }
    }
}

/// The parts in which ids nearly always differ.
impl Hash for IdKey<'_> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.name.as_bytes());
        state.write(self.namespace.as_bytes());
        state.write(self.kind.as_bytes());
    }
}

impl PartialEq for ResId {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ResId {}

impl Hash for ResId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// `Deployment.v1.apps/web.prod`, with `[noNs]` and the like for what is empty.
impl fmt::Display for ResId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |part: &Text, none: &'static str| match part.is_empty() {
            true => Text::from_static(none),
            false => part.clone(),
        };
        write!(
            f,
            "{}/{}.{}",
            self.gvk,
            or(&self.name, "[noName]"),
            or(&self.namespace, "[noNs]")
        )
    }
}
