//! Annotations at the end of a build, and those that are no mapping.

use super::fields::{Texts, metadata, set_metadata_map, texts};
use super::history::is_build_annotation;
use super::resource::Resource;
use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::yaml::{Node, Sequence};

/// The annotation that tells where a resource comes from, kept only where `buildMetadata` asks for
/// it.
pub(crate) const ORIGIN: &str = "config.kubernetes.io/origin";

/// The annotation that tells what changed a resource, kept only where `buildMetadata` asks for it.
pub(crate) const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

impl Resource {
    /// Takes the build's own annotations away and writes the others as the reference does at the
    /// end: sorted, every value a string, and none at all if there are none. Of those that tell of
    /// its making, `kept` stay.
    ///
    /// # Errors
    /// [`ErrorKind::KeyNotString`] for an annotation with an empty key.
    pub(crate) fn finish(&mut self, kept_origins: &[&str]) -> Result<()> {
        self.take_end();
        let root = self.node().as_mapping();
        let metadata = root.and_then(|root| root.get("metadata"));
        match metadata.map(Node::as_mapping) {
            // What is no mapping the reference leaves alone, but it makes one where none is.
            Some(None) => return Ok(()),
            Some(Some(metadata)) if metadata.get("annotations").is_none() => return Ok(()),
            _ => {}
        }
        let mut kept = match self.listed_annotations() {
            Some(list) if self.history().has_annotations() => return Err(no_mapping(list)),
            Some(list) => pairs_of(list)?,
            None => texts(self.annotations()),
        };
        if let Some((_, mark)) = kept.get("") {
            return Err(no_key(*mark));
        }
        kept.retain(|key, _| match key.as_str() {
            key @ (ORIGIN | TRANSFORMATIONS) => kept_origins.contains(&key),
            key => !is_build_annotation(key),
        });
        let mark = self.node().mark();
        self.edit_fields(|root| set_metadata_map(root, "annotations", kept, mark));
        Ok(())
    }

    /// `metadata.annotations`, if it is a list that holds anything.
    pub(super) fn listed_annotations(&self) -> Option<&Sequence> {
        let annotations = metadata(self.node())?.get("annotations")?;
        annotations.as_sequence().filter(|list| !list.is_empty())
    }
}

/// The annotations of a list, which the reference takes for keys and values in turns
/// (`visitFieldsWhileTrue` in `kyaml/yaml/rnode.go`).
pub(super) fn pairs_of(list: &Sequence) -> Result<Texts> {
    let text = |node: &Node| node.as_scalar().map(|scalar| scalar.text().clone());
    let (pairs, rest) = list.items().as_chunks();
    if !rest.is_empty() {
        return Err(no_mapping(list));
    }
    let pair = |[key, value]: &[Node; 2]| {
        let place = (text(value).unwrap_or_default(), value.mark());
        (text(key).unwrap_or_default(), place)
    };
    Ok(pairs.iter().map(pair).collect())
}

/// That an annotation has an empty key, which to the reference's `FieldSetter` means the annotations
/// themselves.
#[cold]
pub(crate) fn no_key(mark: Mark) -> Error {
    let message = "an annotation needs a key that is not empty";
    Error::marked(ErrorKind::KeyNotString, mark, message)
}

#[cold]
pub(super) fn no_mapping(list: &Sequence) -> Error {
    let mark = list.items().first().map(Node::mark).unwrap_or_default();
    let message = "annotations must be a mapping, and this is an item of a list";
    Error::marked(ErrorKind::KeyNotString, mark, message)
}
