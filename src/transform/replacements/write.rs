//! Writing to what one field path means in one resource.

use super::path::{self, FieldPath};
use super::structured;
use super::value::SourceValue;
use super::walk::{Found, Walk};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::FieldOptions;
use crate::limits::Limits;
use crate::yaml::{Node, Text};

pub(super) struct Write<'w> {
    path: &'w FieldPath<'w>,
    options: Option<&'w FieldOptions>,
    value: &'w mut SourceValue,
    /// Where the resource is.
    at: usize,
    limits: &'w Limits,
}

impl<'w> Write<'w> {
    pub(super) fn new(
        path: &'w FieldPath<'w>,
        options: Option<&'w FieldOptions>,
        value: &'w mut SourceValue,
        at: usize,
        limits: &'w Limits,
    ) -> Self {
        Self {
            path,
            options,
            value,
            at,
            limits,
        }
    }

    /// Writes, and returns whether any of it went to a copy that is lost.
    ///
    /// # Errors
    /// In words that go on where the path and the resource were named.
    pub(super) fn run(&mut self, root: &mut Node) -> Result<bool> {
        let creates = self.options.is_some_and(|options| options.create);
        let create = creates.then(|| self.value.kind());
        if let Some(written) = structured::write(root, self.value.node(), self.path, create) {
            self.value.written(root, self.at, &written.place, false);
            return Ok(written.is_lost);
        }
        // Whatever kept that from being written, the reference goes on as if it had not tried.
        let mut walk = Walk::new(root, create, self.path.mark());
        walk.follow(self.path.parts())?;
        let found = walk.into_found();
        if found.is_empty() {
            let message = "is not there; `create: true` in the target's options creates it";
            return Err(Error::new(ErrorKind::Field, message));
        }
        self.value.refresh(root, self.at);
        let mut is_lost = false;
        for found in found {
            match found {
                Found::At(place) => self.write(root, &place)?,
                Found::Lost { is_text } => {
                    self.check_delimiter(is_text)?;
                    is_lost = true;
                }
            }
        }
        Ok(is_lost)
    }

    fn write(&mut self, root: &mut Node, place: &[usize]) -> Result<()> {
        let old = path::node_at(root, place).and_then(Node::as_scalar);
        self.check_delimiter(old.is_some())?;
        let text = old.map(|old| self.text(old.text()));
        let replaces = text.is_none();
        if replaces {
            self.value.check_growth(place.len(), self.limits)?;
        }
        let Some(node) = path::node_at_mut(root, place) else {
            return Ok(());
        };
        match (text, node.as_scalar_mut()) {
            // Tag and style stay, so that the new text has the type of the old one.
            (Some(text), Some(scalar)) => scalar.set_text(text),
            _ => *node = self.value.node().deep_copy(),
        }
        node.set_mark(self.path.mark());
        self.value.written(root, self.at, place, replaces);
        Ok(())
    }

    /// The new text of a field.
    fn text(&self, old: &str) -> Text {
        let new = self.value.text();
        let Some((delimiter, index)) = self.delimiter() else {
            return new.clone();
        };
        let mut pieces: Vec<&str> = old.split(delimiter).collect();
        match usize::try_from(index) {
            Err(_) => pieces.insert(0, new),
            Ok(index) if index >= pieces.len() => pieces.push(new),
            Ok(index) => pieces[index] = new,
        }
        Text::from(pieces.join(delimiter))
    }

    /// The delimiter and the index, if there is a delimiter.
    fn delimiter(&self) -> Option<(&'w str, i64)> {
        let options = self
            .options
            .filter(|options| !options.delimiter.is_empty())?;
        Some((&options.delimiter, *options.index))
    }

    fn check_delimiter(&self, is_text: bool) -> Result<()> {
        if is_text || self.delimiter().is_none() {
            return Ok(());
        }
        let message = "is a list or a mapping, which no `delimiter` splits";
        Err(Error::new(ErrorKind::Field, message))
    }
}
