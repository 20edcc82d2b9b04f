//! What CustomResourceDefinitions say of how their resources are merged.
//!
//! The reference does not look at them; servers do (server-side apply). The names of what they say
//! are those of Kubernetes: `x-kubernetes-list-type`, `x-kubernetes-list-map-keys` and
//! `x-kubernetes-map-type`.

use foldhash::HashMap;

use super::custom::{element, text};
use crate::yaml::{Mapping, Node, Text};

const GROUP: &str = "apiextensions.k8s.io/";
const LIST_TYPE: &str = "x-kubernetes-list-type";
const LIST_KEYS: &str = "x-kubernetes-list-map-keys";
const MAP_TYPE: &str = "x-kubernetes-map-type";

/// The types that some definitions describe.
#[derive(Debug, Default)]
pub(crate) struct Crds {
    /// By kind and API version.
    roots: HashMap<(Text, Text), Mapping>,
}

impl Crds {
    /// What the definitions among resources say; of two of one type the first counts. Versions
    /// without a schema are left out.
    pub(crate) fn of<'n>(resources: impl IntoIterator<Item = &'n Node>) -> Self {
        let mut crds = Self::default();
        for resource in resources {
            crds.add(resource);
        }
        crds
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    pub(super) fn root(&self, api_version: &str, kind: &str) -> Option<&Mapping> {
        self.roots.get(&(Text::from(kind), Text::from(api_version)))
    }

    fn add(&mut self, resource: &Node) -> Option<()> {
        let root = resource.as_mapping()?;
        let is_crd = text(root, "kind") == Some("CustomResourceDefinition")
            && text(root, "apiVersion")?.starts_with(GROUP);
        let spec = root.get("spec").filter(|_| is_crd)?;
        let group = spec.get("/group")?.text()?;
        let kind = spec.get("/names/kind")?.text()?;
        // In v1beta1 all versions may share a schema, and the only version may stand alone.
        let common = spec.get("/validation/openAPIV3Schema");
        let only = spec.get("/version").and_then(Node::text);
        let versions = spec.get("/versions").and_then(Node::as_sequence);
        let versions = versions.into_iter().flatten().filter_map(|version| {
            let name = version.get("/name")?.text()?;
            Some((name, version.get("/schema/openAPIV3Schema").or(common)))
        });
        for (version, schema) in versions.chain(only.map(|only| (only, common))) {
            if let Some(schema) = schema.and_then(Node::as_mapping) {
                let api_version = Text::from(format!("{group}/{version}"));
                let of = (Text::from(kind), api_version);
                self.roots.entry(of).or_insert_with(|| schema.clone());
            }
        }
        Some(())
    }
}

/// The keys by which a list is merged, none for a set of scalars; `None` if it is replaced.
pub(super) fn merge_keys(schema: &Mapping) -> Option<Vec<&str>> {
    match text(schema, LIST_TYPE)? {
        "map" => {
            let keys = schema.get(LIST_KEYS)?.as_sequence()?;
            let keys: Vec<_> = keys.iter().filter_map(Node::text).collect();
            Some(keys).filter(|keys| !keys.is_empty())
        }
        "set" => {
            let of = text(element(schema)?, "type")?;
            matches!(of, "string" | "integer" | "number" | "boolean").then(Vec::new)
        }
        _ => None,
    }
}

/// Whether a mapping is replaced as a whole.
pub(super) fn is_atomic(schema: &Mapping) -> bool {
    text(schema, MAP_TYPE) == Some("atomic")
}
