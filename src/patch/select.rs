//! Which resources the `target` of a patch means.

use super::labels::WrittenSelector;
use crate::error::{Error, Result};
use crate::kustomization::{Selector, Str};
use crate::pattern::Pattern;
use crate::resource::{ResId, Resource, ResourceSet};
use crate::yaml::{Mapping, Node};

/// A selector whose patterns were compiled (`types.SelectorRegex` and `resWrangler.Select`).
pub(crate) struct Selection<'s> {
    selector: &'s Selector,
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: WrittenSelector<'s>,
    annotations: WrittenSelector<'s>,
}

impl<'s> Selection<'s> {
    /// # Errors
    /// For a pattern that cannot be read, with its mark.
    pub(crate) fn new(selector: &'s Selector) -> Result<Self> {
        Ok(Self {
            group: pattern(&selector.group)?,
            version: pattern(&selector.version)?,
            kind: pattern(&selector.kind)?,
            name: pattern(&selector.name)?,
            namespace: pattern(&selector.namespace)?,
            labels: WrittenSelector::new(&selector.label_selector),
            annotations: WrittenSelector::new(&selector.annotation_selector),
            selector,
        })
    }

    /// Where the resources are that it selects, in order.
    ///
    /// # Errors
    /// For a label selector that cannot be read, if a resource gets as far.
    pub(crate) fn of(&self, set: &ResourceSet) -> Result<Vec<usize>> {
        let name = &self.selector.name;
        if !name.is_empty() && Pattern::is_literal(name) {
            return self.among(set, set.with_any_name(name).iter().copied());
        }
        self.among(set, 0..set.len())
    }

    fn among(&self, set: &ResourceSet, places: impl Iterator<Item = usize>) -> Result<Vec<usize>> {
        let mut selected = Vec::new();
        for at in places {
            if self.selects(set.get(at))? {
                selected.push(at);
            }
        }
        Ok(selected)
    }

    fn selects(&self, resource: &Resource) -> Result<bool> {
        let (current, gvk) = (resource.id(), resource.gvk());
        // The types first: they are what excludes most.
        let is_of_type = fits(&self.kind, gvk.kind())
            && fits(&self.group, gvk.group())
            && fits(&self.version, gvk.version());
        if !is_of_type {
            return Ok(false);
        }
        let original = resource.original_id();
        let either = |pattern: &Option<Pattern>, part: fn(&ResId) -> &str| {
            fits(pattern, part(&original)) || fits(pattern, part(current))
        };
        Ok(either(&self.namespace, ResId::effective_namespace)
            && either(&self.name, ResId::name)
            && self.labels.matches(|key| text(resource.labels(), key))?
            && self
                .annotations
                .matches(|key| text(resource.annotations(), key))?)
    }
}

fn pattern(text: &Str) -> Result<Option<Pattern>> {
    if text.is_empty() {
        return Ok(None);
    }
    let pattern = Pattern::anchored(text).map_err(|error| marked(error, text))?;
    Ok(Some(pattern))
}

fn marked(error: Error, text: &Str) -> Error {
    Error::marked(error.kind(), text.mark, error.message())
}

fn fits(pattern: &Option<Pattern>, text: &str) -> bool {
    pattern
        .as_ref()
        .is_none_or(|pattern| pattern.is_match(text))
}

fn text<'m>(map: Option<&'m Mapping>, key: &str) -> Option<&'m str> {
    map?.get(key).and_then(Node::text)
}
