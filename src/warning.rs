//! What went well in the reference's eyes and yet surprises users.

use std::fmt;

use crate::source::{Location, Mark};

/// What a warning is about, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// A field that kustomize has replaced by another.
    DeprecatedField,
    /// A patch, image, replacement target or selector that matched nothing.
    NoMatch,
    /// A directive of a strategic merge patch that has no effect where it stands.
    LostDirective,
    /// A directive that kustomize does not know and prints as a field.
    LeakedDirective,
    /// A list element that a strategic merge loses.
    LostElement,
    /// A patch of a list element that a strategic merge loses.
    LostPatch,
    /// A value that is silently not written.
    LostWrite,
    /// A field that names a resource by a name it no longer has.
    LostReference,
    /// A value whose type kustomize changes.
    TypeChanged,
    /// A comment of a SOPS file that is not encrypted, or not by this file's key.
    PlainComment,
    /// A key that stands twice where only one counts, or in two places that exclude each other.
    DuplicateKey,
    /// A text that is never read: what stands behind the first document, say.
    IgnoredText,
    /// A field, or a row of a table, that kustomize does not look at.
    IgnoredField,
    /// A word that is none of those that a field knows, and says nothing.
    UnknownValue,
    /// A field of a resource that is lost when a generator merges into it.
    LostField,
    /// A key of a ConfigMap or Secret that Kubernetes refuses.
    InvalidKey,
    /// A value of an env file that is not what other readers of such files take it for.
    EnvValue,
    /// A change that is made twice.
    ChangedTwice,
    /// A SOPS file or resource that passes through a render as it is.
    Encrypted,
}

impl WarningKind {
    /// A stable name, fit for tables and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::DeprecatedField => "deprecated-field",
            Self::NoMatch => "no-match",
            Self::LostDirective => "lost-directive",
            Self::LeakedDirective => "leaked-directive",
            Self::LostElement => "lost-element",
            Self::LostPatch => "lost-patch",
            Self::LostWrite => "lost-write",
            Self::LostReference => "lost-reference",
            Self::TypeChanged => "type-changed",
            Self::PlainComment => "plain-comment",
            Self::DuplicateKey => "duplicate-key",
            Self::IgnoredText => "ignored-text",
            Self::IgnoredField => "ignored-field",
            Self::UnknownValue => "unknown-value",
            Self::LostField => "lost-field",
            Self::InvalidKey => "invalid-key",
            Self::EnvValue => "env-value",
            Self::ChangedTwice => "changed-twice",
            Self::Encrypted => "encrypted",
        }
    }
}

/// A surprise that is no error: a kind, a sentence and a place. It prints as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    kind: WarningKind,
    message: String,
    mark: Option<Mark>,
    location: Option<Location>,
}

impl Warning {
    pub(crate) fn new(kind: WarningKind, mark: Mark, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            mark: Some(mark),
            location: None,
        }
    }

    /// What it is about, for programs.
    pub fn kind(&self) -> WarningKind {
        self.kind
    }

    /// The sentence alone, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// File, line and column.
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    pub(crate) fn mark(&self) -> Option<Mark> {
        self.mark
    }

    pub(crate) fn located(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message)
    }
}
