//! Writing into JSON or YAML that is the text of a field.

use super::path::{self, FieldPath, Part, Place};
use super::walk::{Found, Kind, Walk};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Mark, Source, SourceId};
use crate::yaml::{self, Document, Layout, Node, ReadOptions, Text};

/// What was written.
pub(super) struct Written {
    /// Where the field is whose text was changed.
    pub(super) place: Place,
    /// Whether the value went to a text inside the text, from which it is not put back.
    pub(super) is_lost: bool,
}

/// Writes a value into the first text on the way of a path, if there is one and that is possible.
///
/// A delimiter has no meaning here: the reference does not pass it on.
pub(super) fn write(
    root: &mut Node,
    value: &Node,
    path: &FieldPath<'_>,
    create: Option<Kind>,
) -> Option<Written> {
    let (place, mut document, rest) = find(root, path)?;
    let is_lost = set(&mut document.node, value, rest, create, path.mark()).ok()?;
    let old = path::node_at(root, &place)?.text()?;
    let new = print(&document, old).ok()?;
    let node = path::node_at_mut(root, &place)?;
    node.as_scalar_mut()?.set_text(new);
    let mark = path.mark().made_of(value.mark());
    node.set_mark(mark.made_of(node.mark()));
    Some(Written { place, is_lost })
}

/// The first text on the way that is YAML, which most are, what it holds, and the path inside it.
fn find<'p>(root: &Node, path: &'p FieldPath<'_>) -> Option<(Place, Document, &'p [Part])> {
    let names = path.names();
    let (place, document, rest) = (1..names.len()).find_map(|end| {
        let place = path::lookup(root, &names[..end]).ok()??;
        let scalar = path::node_at(root, &place)?.as_scalar()?;
        let document = read(scalar.text()).ok()?;
        Some((place, document, &path.parts()[end..]))
    })?;
    Some((place, document?, rest))
}

/// Reads a text as go-yaml v3 does for this; `None` if it holds no document.
///
/// # Errors
/// [`ErrorKind::Field`] for what is no YAML, without its words.
pub(super) fn read(text: &str) -> Result<Option<Document>> {
    let options = ReadOptions {
        comments: true,
        merges: false,
        aliases: false,
        ..ReadOptions::default()
    };
    let source = Source::value(TEXT, text.to_owned());
    source
        .and_then(|source| yaml::read_first_document(&source, &options))
        .map_err(|_| {
            let message = "leads into a text that is no YAML";
            Error::new(ErrorKind::Field, message)
        })
}

/// No other source has this number, so that comments are known by their marks.
const TEXT: SourceId = SourceId(u32::MAX);

/// Writes to what the path means in a document; returns whether any of it is lost.
fn set(
    root: &mut Node,
    value: &Node,
    path: &[Part],
    create: Option<Kind>,
    mark: Mark,
) -> Result<bool> {
    let mut walk = Walk::new(root, create, mark);
    walk.follow(path)?;
    let found = walk.into_found();
    if found.is_empty() {
        return Err(Error::new(ErrorKind::Field, "leads to nothing in the text"));
    }
    let mut is_lost = false;
    for found in found {
        let Found::At(place) = found else {
            is_lost = true;
            continue;
        };
        let Some(node) = path::node_at_mut(root, &place) else {
            continue;
        };
        let is_alias = node.alias_name().is_some();
        match node.as_scalar_mut().filter(|_| !is_alias) {
            // Its comments, its tag and its style stay.
            Some(scalar) => scalar.set_text(value.text().unwrap_or_default()),
            None => {
                *node = value.clone();
                node.set_mark(mark);
            }
        }
    }
    Ok(is_lost)
}

/// The new text: JSON where the old one began like JSON, in one line unless it had several and was
/// indented, else YAML.
fn print(document: &Document, old: &str) -> Result<Text> {
    let text = yaml::to_text([(&document.node, &document.comments)], Layout::KYAML);
    if !old.trim_start().starts_with(['{', '[']) {
        return Ok(Text::from(text.trim()));
    }
    let source = Source::new(TEXT, "", text)?;
    let document = yaml::read_first_document(&source, &ReadOptions::default())?;
    let indented = old.contains('\n') && old.contains("  ");
    let json = match document {
        Some(document) => yaml::to_json(&document.node, indented)?,
        None => b"null".to_vec(),
    };
    Ok(Text::from(String::from_utf8(json).unwrap_or_default()))
}
