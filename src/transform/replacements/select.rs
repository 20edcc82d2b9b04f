//! Which resources a target means (`types.TargetSelectorRegex`).

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Selector, Str, TargetSelector};
use crate::patch::labels::LabelSelector;
use crate::patch::pattern::Pattern;
use crate::resource::{ResId, Resource, ResourceSet};
use crate::source::Mark;
use crate::yaml::Mapping;

pub(super) struct TargetSelection<'t> {
    select: Selection<'t>,
    reject: Vec<Selection<'t>>,
}

/// What a target makes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Selected,
    Rejected,
    /// It is not selected in the first place.
    Other,
}

impl<'t> TargetSelection<'t> {
    /// # Errors
    /// For a target that selects nothing, and patterns and label selectors that cannot be read,
    /// each with its mark.
    pub(super) fn new(target: &'t TargetSelector) -> Result<Self> {
        let Some(select) = &target.select else {
            let message = "a target needs a `select` that says which resources are written to";
            return Err(Error::marked(ErrorKind::Replacement, target.mark, message));
        };
        Ok(Self {
            select: Selection::new(select)?,
            reject: target
                .reject
                .iter()
                .map(Selection::new)
                .collect::<Result<_>>()?,
        })
    }

    /// Where the resources are that it may select, in order.
    pub(super) fn candidates(&self, set: &ResourceSet) -> Vec<usize> {
        let name = &self.select.selector.name;
        if !name.is_empty() && Pattern::is_literal(name) {
            set.with_any_name(name).to_vec()
        } else {
            (0..set.len()).collect()
        }
    }

    pub(super) fn judge(&self, resource: &Resource) -> Verdict {
        if !self.select.fits_any_id(resource) || !self.select.fits_labels(resource) {
            return Verdict::Other;
        }
        // Labels and ids of one entry reject each on their own.
        let rejects = |reject: &Selection<'_>| {
            reject.has_labels() && reject.fits_labels(resource)
                || reject.has_id() && reject.fits_any_id(resource)
        };
        if self.reject.iter().any(rejects) {
            return Verdict::Rejected;
        }
        Verdict::Selected
    }

    /// Where its `select` was written.
    pub(super) fn mark(&self) -> Mark {
        self.select.selector.mark
    }
}

/// A selector whose patterns were read.
struct Selection<'s> {
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
    fn new(selector: &'s Selector) -> Result<Self> {
        Ok(Self {
            selector,
            group: pattern(&selector.group)?,
            version: pattern(&selector.version)?,
            kind: pattern(&selector.kind)?,
            name: pattern(&selector.name)?,
            namespace: pattern(&selector.namespace)?,
            labels: labels(&selector.label_selector)?,
            annotations: labels(&selector.annotation_selector)?,
        })
    }

    fn has_id(&self) -> bool {
        let parts = [
            &self.group,
            &self.version,
            &self.kind,
            &self.name,
            &self.namespace,
        ];
        parts.iter().any(|part| part.is_some())
    }

    fn has_labels(&self) -> bool {
        !self.selector.label_selector.is_empty() || !self.selector.annotation_selector.is_empty()
    }

    fn fits_any_id(&self, resource: &Resource) -> bool {
        self.fits_id(resource.id()) || resource.previous_ids().any(|id| self.fits_id(&id))
    }

    /// The namespace is compared as it stands there, which for a previous id is the effective one.
    fn fits_id(&self, id: &ResId) -> bool {
        fits(&self.name, id.name())
            && fits(&self.kind, id.gvk().kind())
            && fits(&self.group, id.gvk().group())
            && fits(&self.version, id.gvk().version())
            && fits(&self.namespace, id.namespace())
    }

    fn fits_labels(&self, resource: &Resource) -> bool {
        let labels = resource.labels();
        let annotations = resource.annotations();
        self.annotations.matches(|key| text(annotations, key))
            && self.labels.matches(|key| text(labels, key))
    }
}

fn pattern(text: &Str) -> Result<Option<Pattern>> {
    if text.is_empty() {
        return Ok(None);
    }
    let pattern = Pattern::anchored(text).map_err(|error| error.mark_at(text.mark))?;
    Ok(Some(pattern))
}

fn labels(text: &Str) -> Result<LabelSelector> {
    LabelSelector::parse(text).map_err(|error| error.mark_at(text.mark))
}

fn fits(pattern: &Option<Pattern>, text: &str) -> bool {
    pattern
        .as_ref()
        .is_none_or(|pattern| pattern.is_match(text))
}

/// The text of a label of any type; a collection has an empty one.
fn text<'m>(labels: Option<&'m Mapping>, key: &str) -> Option<&'m str> {
    let value = labels?.get(key)?;
    Some(value.text().unwrap_or_default())
}
