//! The paths of sources and targets, and looking up what one leads to.

use std::cell::OnceCell;

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;
use crate::pattern::Pattern;
use crate::source::Mark;
use crate::tree::nearest::nearest;
use crate::yaml::path::split_bracketed;
use crate::yaml::{Node, Value};

/// A path as it was written, split once.
pub(super) struct FieldPath<'p> {
    written: &'p Str,
    names: Vec<String>,
    parts: Vec<Part>,
}

/// A part of the path to a target (`PathMatcher` in kyaml).
pub(super) enum Part {
    Field(String),
    Index(usize),
    /// `*`
    Every,
    /// `[field=pattern]`
    Elements(Elements),
    /// Brackets without a `=`, which lead nowhere.
    Brackets,
}

/// Elements of a list.
pub(super) struct Elements {
    /// Empty where the elements themselves are matched.
    pub(super) field: String,
    pub(super) wanted: String,
    pattern: OnceCell<Result<Pattern>>,
}

/// The way from a root to a node: which entry or element at each level.
pub(in crate::transform) type Place = Vec<usize>;

impl<'p> FieldPath<'p> {
    pub(super) fn new(written: &'p Str) -> Self {
        let names = split(written);
        Self {
            written,
            parts: names.iter().map(|name| Part::new(name)).collect(),
            names,
        }
    }

    pub(super) fn text(&self) -> &str {
        self.written
    }

    pub(super) fn mark(&self) -> Mark {
        self.written.mark
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it reaches the annotations in which the reference keeps the history of a resource.
    pub(super) fn sees_history(&self) -> bool {
        sees_history(&self.names)
    }
}

/// Splits a path at its dots.
pub(in crate::transform) fn split(path: &str) -> Vec<String> {
    let pieces = split_bracketed(path, '.').into_iter();
    pieces.map(|piece| piece.text.into_owned()).collect()
}

/// Whether a path reaches the annotations in which the reference keeps the history of a resource.
pub(super) fn sees_history(names: &[String]) -> bool {
    let mut names = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty());
    let mut next_is = |wanted| names.next().is_none_or(|name| name == wanted);
    next_is("metadata") && next_is("annotations")
}

impl Part {
    fn new(name: &str) -> Self {
        let index = name.parse::<i64>().ok();
        if let Some(index) = index.and_then(|index| usize::try_from(index).ok()) {
            return Self::Index(index);
        }
        match in_brackets(name) {
            Some(inner) => match inner.split_once('=') {
                Some((field, wanted)) => Self::Elements(Elements {
                    field: field.to_owned(),
                    wanted: wanted.to_owned(),
                    pattern: OnceCell::new(),
                }),
                None => Self::Brackets,
            },
            None if name == "*" => Self::Every,
            None => Self::Field(name.to_owned()),
        }
    }
}

impl Elements {
    /// The pattern; a bad one is none as long as nobody needs it.
    pub(super) fn pattern(&self) -> Result<&Pattern> {
        let pattern = self.pattern.get_or_init(|| Pattern::search(&self.wanted));
        pattern.as_ref().map_err(|error| {
            let message = format!("has a selector that cannot be read: {}", error.message());
            Error::new(error.kind(), message)
        })
    }
}

fn in_brackets(name: &str) -> Option<&str> {
    name.strip_prefix('[')?.strip_suffix(']')
}

/// What a name leads to in a mapping (`FieldMatcher` in kyaml).
pub(super) enum Got {
    Nothing,
    Entry(usize),
    /// An empty name finds an empty text.
    Itself,
}

/// Looks a field up.
///
/// # Errors
/// If the node is no mapping; null is an empty one.
pub(super) fn field(node: &Node, name: &str) -> Result<Got> {
    if node.is_null() {
        return Ok(Got::Nothing);
    }
    if name.is_empty() {
        return match node.as_own_scalar() {
            Some(scalar) if scalar.text().is_empty() => Ok(Got::Itself),
            Some(_) => Ok(Got::Nothing),
            None => Err(wrong_kind(node)),
        };
    }
    let mapping = node.as_mapping().ok_or_else(|| wrong_kind(node))?;
    let at = mapping.iter().position(|entry| entry.has_key(name));
    Ok(at.map_or(Got::Nothing, Got::Entry))
}

/// The elements of a list; null has none.
///
/// # Errors
/// If the node is anything else.
pub(super) fn elements(node: &Node) -> Result<&[Node]> {
    match node.as_sequence() {
        _ if node.is_null() => Ok(&[]),
        Some(list) => Ok(list.items()),
        None => Err(wrong_kind(node)),
    }
}

#[cold]
pub(super) fn wrong_kind(node: &Node) -> Error {
    let kind = match node.value() {
        Value::Mapping(_) => "a mapping",
        Value::Sequence(_) => "a list",
        Value::Scalar(_) if node.alias_name().is_some() => "an alias",
        Value::Scalar(_) => "a single value",
    };
    let message = format!("goes on below {kind}, where its next part leads nowhere");
    Error::new(ErrorKind::Field, message)
}

#[cold]
pub(super) fn no_equals_sign() -> Error {
    let message = "has brackets that hold neither a `=` nor a dot: write the key without them, or `[field=value]` for an element";
    Error::new(ErrorKind::Field, message)
}

/// The place that a path leads to by exact names, indices and `-` (`PathGetter` in kyaml), which is
/// how the field of a source is found. Blank parts are skipped.
///
/// # Errors
/// If a part does not fit the kind of node that it meets.
pub(in crate::transform) fn lookup(root: &Node, names: &[String]) -> Result<Option<Place>> {
    let mut place = Place::new();
    let mut node = root;
    let names = names.iter().map(|name| name.trim());
    for name in names.filter(|name| !name.is_empty()) {
        let at = step(node, name)?;
        let Some((at, child)) = at.and_then(|at| Some((at, child(node, at)?))) else {
            return Ok(None);
        };
        place.push(at);
        node = child;
    }
    Ok(Some(place))
}

fn step(node: &Node, name: &str) -> Result<Option<usize>> {
    let fail = |message| Err(Error::new(ErrorKind::Field, message));
    match name.parse::<i64>() {
        Ok(..0) => return fail("has a negative index; `-` is the last element"),
        Ok(index) => {
            elements(node)?;
            return Ok(usize::try_from(index).ok());
        }
        Err(_) => {}
    }
    match name {
        // The reference crashes where there is none.
        "-" => match elements(node)?.len() {
            0 => fail("asks for the last element of an empty list"),
            len => Ok(Some(len - 1)),
        },
        "*" => fail("has a `*`, which leads to many fields where one is asked for"),
        _ => match in_brackets(name) {
            Some(inner) => element(node, inner),
            None => match field(node, name)? {
                Got::Entry(at) => Ok(Some(at)),
                Got::Nothing | Got::Itself => Ok(None),
            },
        },
    }
}

/// The key that was probably meant where a path ends too early, as the end of a sentence.
pub(super) fn hint(root: &Node, names: &[String]) -> String {
    let mut node = root;
    for name in names.iter().map(|name| name.trim()) {
        let next = step(node, name).ok().flatten();
        if let Some(next) = next.and_then(|at| child(node, at)) {
            node = next;
            continue;
        }
        let keys = node.as_mapping().into_iter().flatten();
        return match nearest(name, keys.filter_map(|entry| entry.key.text())) {
            Some(key) => format!("; did you mean `{key}` for its part `{name}`?"),
            None => String::new(),
        };
    }
    String::new()
}

/// The first element that is the text, or whose field is. A collection has the empty text.
fn element(node: &Node, selector: &str) -> Result<Option<usize>> {
    let (field, wanted) = selector.split_once('=').ok_or_else(no_equals_sign)?;
    let is_wanted = |node: &Node| node.text().unwrap_or_default() == wanted;
    Ok(elements(node)?.iter().position(|element| {
        if field.is_empty() {
            return is_wanted(element);
        }
        let mapping = element.as_mapping().filter(|_| !element.is_null());
        mapping
            .and_then(|mapping| mapping.get(field))
            .is_some_and(is_wanted)
    }))
}

fn child(node: &Node, at: usize) -> Option<&Node> {
    match node.value() {
        Value::Scalar(_) => None,
        Value::Sequence(list) => list.items().get(at),
        Value::Mapping(mapping) => mapping.entries().get(at).map(|entry| &entry.value),
    }
}

/// The node at a place.
pub(super) fn node_at<'n>(root: &'n Node, place: &[usize]) -> Option<&'n Node> {
    place.iter().try_fold(root, |node, at| child(node, *at))
}

/// The node at a place, for writing.
pub(super) fn node_at_mut<'n>(root: &'n mut Node, place: &[usize]) -> Option<&'n mut Node> {
    let child = |node: &'n mut Node, at: usize| match node.value_mut() {
        Value::Scalar(_) => None,
        Value::Sequence(list) => list.items_mut().get_mut(at),
        Value::Mapping(mapping) => {
            let entry = mapping.entries_mut().get_mut(at)?;
            Some(&mut entry.value)
        }
    };
    place.iter().try_fold(root, |node, at| child(node, *at))
}
