//! Lookups in the prebuilt tables.

use super::tables::{NAMESPACED, ROOTS, TYPES};

/// A type from which a list that is merged can be reached, with its fields that hold objects or
/// such lists.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) name: &'static str,
    /// Sorted by name.
    pub(super) fields: &'static [(&'static str, Shape)],
}

/// What a field holds. A number is a place in the table of types.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Map(u16),
    /// A list that is merged: by these keys, or by its values if there are none.
    List(&'static [&'static str], Option<u16>),
    /// An object from which no such list can be reached.
    Other,
}

impl Type {
    pub(super) fn field(&self, name: &str) -> Option<Shape> {
        let fields = self.fields;
        let at = fields.binary_search_by_key(&name, |(name, _)| name).ok()?;
        Some(fields[at].1)
    }
}

pub(super) fn at(at: u16) -> &'static Type {
    &TYPES[usize::from(at)]
}

pub(super) fn by_name(name: &str) -> Option<&'static Type> {
    let at = TYPES.binary_search_by_key(&name, |of| of.name).ok()?;
    Some(&TYPES[at])
}

pub(super) fn root(api_version: &str, kind: &str) -> Option<u16> {
    find(&ROOTS, api_version, kind)
}

pub(super) fn is_namespaced(api_version: &str, kind: &str) -> Option<bool> {
    find(&NAMESPACED, api_version, kind)
}

/// Whether a type is one of kustomize's own.
pub(super) fn is_own(api_version: &str) -> bool {
    api_version == "kustomize.config.k8s.io/v1beta1"
}

fn find<T: Copy>(table: &[(&str, &str, T)], api_version: &str, kind: &str) -> Option<T> {
    let wanted = (kind, api_version);
    let at = table
        .binary_search_by_key(&wanted, |(kind, api_version, _)| (kind, api_version))
        .ok()?;
    Some(table[at].2)
}
