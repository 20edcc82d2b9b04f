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

/// What of a value does not arrive, without a word of the reference.
#[derive(Clone, Copy)]
pub(super) enum Loss {
    /// What is written in a text inside the resource.
    InText,
    /// All of it: where a text stands, a list or mapping writes the empty text.
    Content,
    /// The delimiter: in a text inside the resource there is none.
    Delimiter,
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

    /// Writes, and returns what of it is lost.
    ///
    /// # Errors
    /// In words that go on where the path and the resource were named.
    pub(super) fn run(&mut self, root: &mut Node) -> Result<Option<Loss>> {
        let creates = self.options.is_some_and(|options| options.create);
        let create = creates.then(|| self.value.kind());
        if let Some(written) = structured::write(root, self.value.node(), self.path, create) {
            self.value.written(root, self.at, &written.place, false);
            return Ok(match written.is_lost {
                true => Some(Loss::InText),
                false => self.delimiter().map(|_| Loss::Delimiter),
            });
        }
        // Whatever kept that from being written, the reference goes on as if it had not tried.
        let mut walk = Walk::new(root, create, self.path.mark());
        walk.follow(self.path.parts())?;
        let found = walk.into_found();
        if found.is_empty() {
            let message = format!(
                "is not there; `create: true` in the target's options creates it{}",
                path::hint(root, self.path.names())
            );
            return Err(Error::new(ErrorKind::Field, message));
        }
        self.value.refresh(root, self.at);
        let mut loss = None;
        for found in found {
            match found {
                Found::At(place) => {
                    if self.write(root, &place)? {
                        loss.get_or_insert(Loss::Content);
                    }
                }
                Found::Lost { is_text } => {
                    self.check_delimiter(is_text)?;
                    loss = Some(Loss::InText);
                }
            }
        }
        Ok(loss)
    }

    /// Writes to one field, and returns whether that emptied it.
    fn write(&mut self, root: &mut Node, place: &[usize]) -> Result<bool> {
        let old = path::node_at(root, place).and_then(Node::as_scalar);
        self.check_delimiter(old.is_some())?;
        let text = old.map(|old| self.text(old.text()));
        let replaces = text.is_none();
        if replaces {
            self.value.check_growth(place.len(), self.limits)?;
        }
        let Some(node) = path::node_at_mut(root, place) else {
            return Ok(false);
        };
        let mark = self.path.mark().made_of(self.value.node().mark());
        // What a secret is a part of is secret.
        let mark = match self.delimiter() {
            Some(_) => mark.made_of(node.mark()),
            None => mark,
        };
        match (text, node.as_scalar_mut()) {
            // Tag and style stay, so that the new text has the type of the old one.
            (Some(text), Some(scalar)) => scalar.set_text(text),
            _ => *node = self.value.node().deep_copy(),
        }
        node.set_mark(mark);
        let is_emptied = !replaces && self.value.node().as_scalar().is_none();
        self.value.written(root, self.at, place, replaces);
        Ok(is_emptied)
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
