//! The types that resources have, numbered.

use foldhash::{HashMap, HashMapExt};
use smallvec::SmallVec;

use super::gvk::Gvk;

/// The types of many resources, which have few: each has a number, from 0 on.
pub(crate) struct Types<'a> {
    /// Group, version and kind.
    parts: Vec<[&'a str; 3]>,
    /// Numbers by kind, which nearly always tells a type from all others.
    by_kind: HashMap<&'a str, SmallVec<[usize; 2]>>,
}

impl<'a> Types<'a> {
    pub(crate) fn new() -> Self {
        Self {
            parts: Vec::new(),
            by_kind: HashMap::new(),
        }
    }

    /// The number of a type, the next one if it is new.
    pub(crate) fn number(&mut self, group: &'a str, version: &'a str, kind: &'a str) -> usize {
        let numbers = self.by_kind.entry(kind).or_default();
        let is_it = |number: &&usize| self.parts[**number][..2] == [group, version];
        if let Some(number) = numbers.iter().find(is_it) {
            return *number;
        }
        let number = self.parts.len();
        numbers.push(number);
        self.parts.push([group, version, kind]);
        number
    }

    /// The types in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Gvk> {
        let parts = self.parts.iter();
        parts.map(|[group, version, kind]| Gvk::from_parts(*group, *version, *kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_types_have_one_number() {
        let mut types = Types::new();
        let numbers = [
            ("apps", "v1", "Deployment"),
            ("", "v1", "Service"),
            ("serving.knative.dev", "v1", "Service"),
            ("apps", "v1", "Deployment"),
            ("", "v1", "Service"),
        ]
        .map(|(group, version, kind)| types.number(group, version, kind));
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(types.iter().nth(1), Some(Gvk::new("v1", "Service")));
    }
}
