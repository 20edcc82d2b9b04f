//! What differs between the ways in which the reference decodes configurations.

use std::borrow::Cow;

use super::value::{Dialect, Kind, Value};
use crate::error::Result;
use crate::source::Mark;
use crate::yaml::{self, Text};

/// What a reading of a configuration insists on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    pub(super) dialect: Dialect,
    /// Unknown fields are an error.
    pub(super) strict: bool,
    /// Numbers and booleans are made strings where a string is needed.
    pub(super) converts: bool,
    /// Texts go through one more printing and reading before they are used.
    reprints: bool,
    /// go-yaml v3 decodes without a way through JSON: keys are written as they are, and words of
    /// YAML 1.1 are booleans where one is needed.
    pub(super) direct: bool,
}

impl Mode {
    /// `kustomization.yaml`: exact types, known fields (`Kustomization.Unmarshal`).
    pub(crate) const KUSTOMIZATION: Self = Self {
        dialect: Dialect::Yaml11,
        strict: true,
        converts: false,
        reprints: true,
        direct: false,
    };
    /// The files of `configurations` (sigs.k8s.io/yaml's `UnmarshalStrict`).
    pub(crate) const CONFIGURATION: Self = Self {
        dialect: Dialect::Yaml11Unique,
        strict: true,
        converts: true,
        reprints: false,
        direct: false,
    };
    /// Any other file that a kustomization names (sigs.k8s.io/yaml's `Unmarshal`).
    pub(crate) const FILE: Self = Self {
        dialect: Dialect::Yaml11,
        strict: false,
        converts: true,
        reprints: false,
        direct: false,
    };
    /// The configuration of a builtin plugin, which was read as a resource.
    pub(crate) const PLUGIN: Self = Self {
        dialect: Dialect::Resource,
        strict: false,
        converts: true,
        reprints: false,
        direct: false,
    };

    /// The configuration of a builtin plugin that kyaml's `Unmarshal` reads.
    pub(crate) const DIRECT_PLUGIN: Self = Self {
        direct: true,
        ..Self::PLUGIN
    };

    /// For the fields of a Go struct that is embedded in another: sigs.k8s.io/yaml looks for the
    /// type of such a field in the wrong place, finds none and converts nothing.
    pub(super) fn embedded(self, embedded: bool) -> Self {
        Self {
            converts: self.converts && (self.direct || !embedded),
            ..self
        }
    }

    /// The field that Go takes a key for.
    pub(super) fn known(self, names: &'static [&'static str], key: &str) -> Option<&'static str> {
        match self.direct {
            true => names.iter().find(|name| **name == key).copied(),
            false => known(names, key),
        }
    }

    /// The items that count: of null go-yaml v3 makes none, not even an empty one.
    pub(super) fn items(self, all: &[Value]) -> impl Iterator<Item = &Value> + Clone {
        all.iter()
            .filter(move |item| !self.direct || item.kind != Kind::Null)
    }

    pub(super) fn text(self, text: &Text, mark: Mark) -> Result<Text> {
        if !self.reprints {
            return Ok(text.clone());
        }
        match yaml::json_text(text).map_err(|error| error.mark_at(mark))? {
            Cow::Borrowed(_) => Ok(text.clone()),
            Cow::Owned(changed) => Ok(changed.into()),
        }
    }
}

/// The field that Go takes a key for: that of this name, else the first that differs from it in
/// case only.
pub(super) fn known(names: &'static [&'static str], key: &str) -> Option<&'static str> {
    let folds = |name: &&&str| {
        let folded = |char| match char {
            // The two letters beyond ASCII that fold to one of ASCII.
            'ſ' => 's',
            '\u{212A}' => 'k',
            char => char.to_ascii_lowercase(),
        };
        name.chars()
            .map(|char| char.to_ascii_lowercase())
            .eq(key.chars().map(folded))
    };
    let exact = names.iter().find(|name| **name == key);
    exact.or_else(|| names.iter().find(folds)).copied()
}
