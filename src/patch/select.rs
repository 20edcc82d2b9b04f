//! Which resources the `target` of a patch means.

use super::labels::LabelSelector;
use super::pattern::Pattern;
use crate::error::{Error, Result};
use crate::kustomization::{Selector, Str};
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
    labels: LabelSelector,
    annotations: LabelSelector,
}

impl<'s> Selection<'s> {
    /// # Errors
    /// For a pattern or label selector that cannot be read, with its mark.
    pub(crate) fn new(selector: &'s Selector) -> Result<Self> {
        let labels = |text: &Str| LabelSelector::parse(text).map_err(|error| marked(error, text));
        Ok(Self {
            group: pattern(&selector.group)?,
            version: pattern(&selector.version)?,
            kind: pattern(&selector.kind)?,
            name: pattern(&selector.name)?,
            namespace: pattern(&selector.namespace)?,
            labels: labels(&selector.label_selector)?,
            annotations: labels(&selector.annotation_selector)?,
            selector,
        })
    }

    /// Where the resources are that it selects, in order.
    pub(crate) fn of(&self, set: &ResourceSet) -> Vec<usize> {
        let name = &self.selector.name;
        if !name.is_empty() && Pattern::is_literal(name) {
            let named = set.with_any_name(name).iter().copied();
            return named.filter(|at| self.selects(set.get(*at))).collect();
        }
        (0..set.len())
            .filter(|at| self.selects(set.get(*at)))
            .collect()
    }

    fn selects(&self, resource: &Resource) -> bool {
        let (current, gvk) = (resource.id(), resource.gvk());
        // The types first: they are what excludes most.
        let is_of_type = fits(&self.kind, gvk.kind())
            && fits(&self.group, gvk.group())
            && fits(&self.version, gvk.version());
        if !is_of_type {
            return false;
        }
        let original = resource.original_id();
        let either = |pattern: &Option<Pattern>, part: fn(&ResId) -> &str| {
            fits(pattern, part(&original)) || fits(pattern, part(current))
        };
        either(&self.namespace, ResId::effective_namespace)
            && either(&self.name, ResId::name)
            && self.labels.matches(|key| text(resource.labels(), key))
            && self
                .annotations
                .matches(|key| text(resource.annotations(), key))
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
