//! Which resources a target means (`types.TargetSelectorRegex`).

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Selector, Str, TargetSelector};
use crate::patch::labels::WrittenSelector;
use crate::pattern::Pattern;
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
    /// For a target that selects nothing, and patterns that cannot be read, each with its mark.
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

    /// Where the resources are that it may select or fail on, in order.
    pub(super) fn candidates(&self, set: &ResourceSet) -> Vec<usize> {
        let name = &self.select.selector.name;
        let selections = [&self.select].into_iter().chain(&self.reject);
        // Labels are looked at before names, so that every resource may find an error in them.
        let can_fail = selections.into_iter().any(Selection::is_unreadable);
        if !can_fail && !name.is_empty() && Pattern::is_literal(name) {
            set.with_any_name(name).to_vec()
        } else {
            (0..set.len()).collect()
        }
    }

    /// # Errors
    /// For a label selector that cannot be read, if the labels were not excluded before.
    pub(super) fn judge(&self, resource: &Resource) -> Result<Verdict> {
        // The reference looks at all labels first; ids do not matter for what is an error.
        let has_labels = self.select.fits_labels(resource)?;
        let mut is_rejected = false;
        for reject in &self.reject {
            if has_labels && !is_rejected && reject.has_labels() {
                is_rejected = reject.fits_labels(resource)?;
            }
        }
        if !has_labels || !self.select.fits_any_id(resource) {
            return Ok(Verdict::Other);
        }
        // Labels and ids of one entry reject each on their own.
        let rejects = |reject: &Selection<'_>| reject.has_id() && reject.fits_any_id(resource);
        if is_rejected || self.reject.iter().any(rejects) {
            return Ok(Verdict::Rejected);
        }
        Ok(Verdict::Selected)
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
    labels: WrittenSelector<'s>,
    annotations: WrittenSelector<'s>,
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
            labels: WrittenSelector::new(&selector.label_selector),
            annotations: WrittenSelector::new(&selector.annotation_selector),
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

    fn is_unreadable(&self) -> bool {
        self.labels.is_unreadable() || self.annotations.is_unreadable()
    }

    fn fits_labels(&self, resource: &Resource) -> Result<bool> {
        let annotations = resource.annotations();
        let labels = resource.labels();
        // Both are read, whatever the first says.
        let fits_annotations = self.annotations.matches(|key| text(annotations, key))?;
        Ok(self.labels.matches(|key| text(labels, key))? && fits_annotations)
    }
}

fn pattern(text: &Str) -> Result<Option<Pattern>> {
    if text.is_empty() {
        return Ok(None);
    }
    let pattern = Pattern::anchored(text).map_err(|error| error.mark_at(text.mark))?;
    Ok(Some(pattern))
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
