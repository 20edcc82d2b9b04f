//! What a build remembers of a resource. The reference keeps it in annotations of its own.

use smallvec::SmallVec;

use super::gvk::Gvk;
use super::res_id::{IdKey, ResId};
use crate::yaml::{Entry, Mapping, Node, Scalar, Style, Tag, Text};

/// Names that a resource had, and how it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// The oldest first; one for a namespace and one for a prefix is all that most resources get.
    pub(crate) previous: SmallVec<[Previous; 2]>,
    /// The innermost first.
    pub(crate) prefixes: SmallVec<[Text; 1]>,
    /// The innermost first.
    pub(crate) suffixes: SmallVec<[Text; 1]>,
    /// Ids of the resources that name this one, as far as an annotation says so: those found in
    /// the end show nowhere.
    pub(crate) referrers: Vec<Text>,
    /// Of what generators make, always; `Unspecified` is a word then.
    pub(crate) behavior: Option<Behavior>,
    pub(crate) needs_hash: bool,
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    /// Where the reference has the annotations if it was history that made them: behind the labels
    /// or before them.
    pub(super) follows_labels: Option<bool>,
    /// The vars that take their values from it. No annotation holds them.
    pub(crate) vars: Vec<Text>,
}

/// A name that a resource had. The API version is always the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Previous {
    pub(crate) name: Text,
    /// The effective one.
    pub(crate) namespace: Text,
    pub(crate) kind: Text,
}

impl History {
    /// Whether the reference could put the previous ids together again (`PrevIds` in
    /// `api/internal/utils/makeResIds.go`): it keeps names, namespaces and kinds in three lists
    /// divided by commas and leaves out what is empty, so that one may come out longer than another.
    pub(crate) fn has_whole_ids(&self) -> bool {
        let count = |text: fn(&Previous) -> &Text| -> usize {
            let texts = self.previous.iter().map(text).filter(|it| !it.is_empty());
            texts.map(|it| 1 + count_of_commas(it)).sum()
        };
        let names = count(|id| &id.name);
        // An empty list is read as one of an empty text, and without names nothing is read.
        let is_as_long = |other: usize| other.max(1) == names;
        names == 0 || is_as_long(count(|id| &id.namespace)) && is_as_long(count(|id| &id.kind))
    }
}

/// Names are short, so that a loop ends before a search has begun.
fn count_of_commas(text: &Text) -> usize {
    text.as_bytes().iter().filter(|byte| **byte == b',').count()
}

impl Previous {
    /// What [`id`](Self::id) is found by.
    pub(super) fn key<'i>(&'i self, current: &'i Gvk) -> IdKey<'i> {
        IdKey {
            name: &self.name,
            namespace: match self.namespace.is_empty() {
                true => "default",
                false => &self.namespace,
            },
            kind: &self.kind,
            version: current.version(),
            group: current.group(),
        }
    }

    /// The id with today's API version.
    pub(crate) fn id(&self, current: &Gvk) -> ResId {
        let gvk = Gvk::from_parts(current.group(), current.version(), self.kind.clone());
        ResId::new(gvk, self.name.clone(), self.namespace.clone())
    }
}

/// What a generated resource does where one of its name is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    #[default]
    Unspecified,
    Create,
    Replace,
    Merge,
}

impl Behavior {
    /// The names that say something.
    pub(crate) const NAMES: [&'static str; 3] = ["create", "merge", "replace"];

    /// The behavior of a name; the reference takes an unknown one for none.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "create" => Self::Create,
            "replace" => Self::Replace,
            "merge" => Self::Merge,
            _ => Self::Unspecified,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Merge => "merge",
        }
    }
}

/// The annotation of what Helm has put into its namespace already.
pub(crate) const HELM_GENERATED: &str = "internal.config.kubernetes.io/helm-generated";

const PREVIOUS_KINDS: &str = "internal.config.kubernetes.io/previousKinds";
const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";
const PREVIOUS_NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";
const PREFIXES: &str = "internal.config.kubernetes.io/prefixes";
const SUFFIXES: &str = "internal.config.kubernetes.io/suffixes";
const REFERRERS: &str = "internal.config.kubernetes.io/refBy";
const BEHAVIOR: &str = "internal.config.kubernetes.io/generatorBehavior";
const NEEDS_HASH: &str = "internal.config.kubernetes.io/needsHashSuffix";
const ALLOW_NAME_CHANGE: &str = "internal.config.kubernetes.io/allowNameChange";
const ALLOW_KIND_CHANGE: &str = "internal.config.kubernetes.io/allowKindChange";

/// Annotations that the reference removes at the end although it does not keep history in them.
const OTHERS: [&str; 10] = [
    HELM_GENERATED,
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "config.kubernetes.io/id",
];

/// Whether the reference takes an annotation for its own and removes it at the end.
pub(crate) fn is_build_annotation(key: &str) -> bool {
    is_history_annotation(key) || OTHERS.contains(&key)
}

/// Whether the reference puts an annotation back that a JSON patch takes away; some of those it
/// leaves in the result.
pub(crate) fn is_internal_annotation(key: &str) -> bool {
    let legacy = [
        "config.kubernetes.io/path",
        "config.kubernetes.io/index",
        "config.k8s.io/id",
    ];
    key.starts_with("internal.config.kubernetes.io/") || legacy.contains(&key)
}

/// Whether an annotation is one in which the reference keeps history.
pub(crate) fn is_history_annotation(key: &str) -> bool {
    matches!(
        key,
        PREVIOUS_KINDS
            | PREVIOUS_NAMES
            | PREVIOUS_NAMESPACES
            | PREFIXES
            | SUFFIXES
            | REFERRERS
            | BEHAVIOR
            | NEEDS_HASH
            | ALLOW_NAME_CHANGE
            | ALLOW_KIND_CHANGE
    )
}

impl History {
    /// The history as the annotations in which the reference keeps it, for what can see them:
    /// patches that write to `metadata.annotations` as a whole.
    pub(crate) fn to_annotations(&self) -> Vec<Entry> {
        let csv = |texts: &mut dyn Iterator<Item = &Text>| {
            texts.map(Text::as_str).collect::<Vec<_>>().join(",")
        };
        let flag = |set: bool| if set { "enabled" } else { "" }.to_owned();
        let previous = &self.previous;
        let behavior = self.behavior.map_or("", Behavior::name);
        [
            (PREVIOUS_NAMES, csv(&mut previous.iter().map(|id| &id.name))),
            (
                PREVIOUS_NAMESPACES,
                csv(&mut previous.iter().map(|id| &id.namespace)),
            ),
            (PREVIOUS_KINDS, csv(&mut previous.iter().map(|id| &id.kind))),
            (PREFIXES, csv(&mut self.prefixes.iter())),
            (SUFFIXES, csv(&mut self.suffixes.iter())),
            (REFERRERS, csv(&mut self.referrers.iter())),
            (BEHAVIOR, behavior.to_owned()),
            (NEEDS_HASH, flag(self.needs_hash)),
            (ALLOW_NAME_CHANGE, flag(self.allow_name_change)),
            (ALLOW_KIND_CHANGE, flag(self.allow_kind_change)),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| Entry {
            key: Scalar::new(Tag::None, Style::Plain, Text::from_static(key)).into(),
            value: Node::string(value),
        })
        .collect()
    }

    /// Whether the reference keeps any of it in annotations.
    pub(crate) fn has_annotations(&self) -> bool {
        !self.previous.is_empty()
            || !self.prefixes.is_empty()
            || !self.suffixes.is_empty()
            || !self.referrers.is_empty()
            || self.behavior.is_some()
            || self.needs_hash
            || self.allow_name_change
            || self.allow_kind_change
    }

    /// The history that annotations hold.
    pub(crate) fn from_annotations(annotations: &Mapping) -> Self {
        let text = |key: &str| {
            annotations
                .get(key)
                .and_then(Node::text)
                .unwrap_or_default()
        };
        let csv = |key: &str| {
            let text = text(key);
            let parts = text.split(',').filter(|_| !text.is_empty());
            parts.map(Text::from).collect::<Vec<_>>()
        };
        let ids = csv(PREVIOUS_NAMES)
            .into_iter()
            .zip(csv(PREVIOUS_NAMESPACES))
            .zip(csv(PREVIOUS_KINDS));
        Self {
            previous: ids
                .map(|((name, namespace), kind)| Previous {
                    name,
                    namespace,
                    kind,
                })
                .collect(),
            prefixes: csv(PREFIXES).into(),
            suffixes: csv(SUFFIXES).into(),
            referrers: csv(REFERRERS),
            behavior: Some(text(BEHAVIOR))
                .filter(|text| !text.is_empty())
                .map(Behavior::from_name),
            needs_hash: text(NEEDS_HASH) == "enabled",
            allow_name_change: text(ALLOW_NAME_CHANGE) == "enabled",
            allow_kind_change: text(ALLOW_KIND_CHANGE) == "enabled",
            follows_labels: None,
            vars: Vec::new(),
        }
    }
}
