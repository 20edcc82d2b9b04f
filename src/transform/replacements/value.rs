//! What a replacement writes.

use super::DEFAULT_PATH;
use super::path::{self, Place};
use super::walk::Kind;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Replacement, SourceSelector};
use crate::limits::Limits;
use crate::resource::{Gvk, ResId, ResourceSet};
use crate::yaml::{Node, Scalar, Style, Tag, Text, Value};

/// The value of a source.
///
/// The reference holds the field itself, so that a replacement which writes to its own source goes
/// on with what it wrote.
pub(super) struct SourceValue {
    node: Node,
    /// Empty for what is not a scalar.
    text: Text,
    /// Where the field is that it changes with.
    origin: Option<Origin>,
}

struct Origin {
    resource: usize,
    place: Place,
    sees_history: bool,
}

impl SourceValue {
    pub(super) fn of(replacement: &Replacement, set: &ResourceSet) -> Result<Self> {
        match (&replacement.source, &replacement.source_value) {
            (Some(source), None) => Self::of_field(source, set),
            (None, Some(text)) => {
                let scalar = Scalar::new(Tag::None, Style::Plain, text.value.clone());
                Ok(Self::new(Node::new(scalar, text.mark), None))
            }
            _ => {
                let message = "a replacement has either a `source` or a `sourceValue`: remove one";
                Err(Error::marked(
                    ErrorKind::Replacement,
                    replacement.mark,
                    message,
                ))
            }
        }
    }

    fn new(node: Node, origin: Option<Origin>) -> Self {
        let text = node
            .as_scalar()
            .map(|scalar| scalar.text().clone())
            .unwrap_or_default();
        Self { node, text, origin }
    }

    fn of_field(source: &SourceSelector, set: &ResourceSet) -> Result<Self> {
        let fail = |message: String| Error::marked(ErrorKind::Replacement, source.mark, message);
        let resource = find(source, set)?;
        let path = match source.field_path.as_str() {
            "" => DEFAULT_PATH,
            path => path,
        };
        let id = set.get(resource).id();
        let names = path::split(path);
        let sees_history = path::sees_history(&names);
        let with_history = sees_history.then(|| set.get(resource).node_with_history());
        let root = with_history.as_ref().unwrap_or(set.get(resource).node());
        let place = path::lookup(root, &names).map_err(|error| {
            let message = format!("`{path}` of {id} {}", error.message());
            Error::marked(error.kind(), source.mark, message)
        })?;
        let found = place.and_then(|place| Some((path::node_at(root, &place)?, place)));
        let Some((node, place)) = found.filter(|(node, _)| !node.is_null_or_empty()) else {
            return Err(fail(format!(
                "`{path}` of {id}, the source of this replacement, is missing or empty{}",
                path::hint(root, &names)
            )));
        };
        let options = source.options.as_ref();
        let Some(options) = options.filter(|options| !options.delimiter.is_empty()) else {
            let origin = Origin {
                resource,
                place,
                sees_history,
            };
            return Ok(Self::new(node.clone(), Some(origin)));
        };
        let Some(scalar) = node.as_scalar() else {
            return Err(fail(format!(
                "`{path}` of {id} is a list or a mapping, which no `delimiter` splits"
            )));
        };
        let index = *options.index;
        let pieces = scalar.text().split(&**options.delimiter);
        let piece = usize::try_from(index)
            .ok()
            .and_then(|at| pieces.clone().nth(at));
        let Some(piece) = piece else {
            return Err(fail(format!(
                "`{path}` of {id} has {} pieces between delimiters; there is no index {index}",
                pieces.count()
            )));
        };
        let mut scalar = scalar.clone();
        scalar.set_text(piece);
        Ok(Self::new(Node::new(scalar, node.mark()), None))
    }

    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    pub(super) fn text(&self) -> &Text {
        &self.text
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::of(&self.node)
    }

    /// Whether it is a field of this resource that holds, or lies in, the annotations with its
    /// history.
    pub(super) fn sees_history(&self, resource: usize) -> bool {
        let origin = self.origin.as_ref();
        origin.is_some_and(|origin| origin.resource == resource && origin.sees_history)
    }

    /// Takes notice of what was written to a resource: whether it `replaces` the node that was at
    /// that place, which cuts the value off from what is below it now.
    pub(super) fn written(&mut self, root: &Node, resource: usize, at: &[usize], replaces: bool) {
        let is_below = |origin: &Origin| {
            origin.resource == resource
                && origin.place.len() > at.len()
                && origin.place.starts_with(at)
        };
        if replaces && self.origin.as_ref().is_some_and(is_below) {
            self.origin = None;
        }
        self.refresh(root, resource);
    }

    /// Follows its field in a resource that was changed.
    pub(super) fn refresh(&mut self, root: &Node, resource: usize) {
        let origin = self.origin.take();
        match origin {
            Some(origin) if origin.resource == resource => {
                if let Some(node) = path::node_at(root, &origin.place) {
                    *self = Self::new(node.clone(), Some(origin));
                }
            }
            other => self.origin = other,
        }
    }

    /// Refuses to put a value where it makes a tree too deep, or one that has grown by being copied
    /// into itself again and again.
    pub(super) fn check_growth(&self, depth: usize, limits: &Limits) -> Result<()> {
        let mut left = limits.alias_nodes;
        let fits = has_room(&self.node, limits.depth.saturating_sub(depth), &mut left);
        if fits {
            return Ok(());
        }
        let message = format!(
            "would become deeper than {} levels, the limit `depth`, or larger than {} nodes, the limit `alias_nodes`",
            limits.depth, limits.alias_nodes
        );
        Err(Error::new(ErrorKind::Limit, message))
    }
}

fn has_room(node: &Node, levels: usize, left: &mut usize) -> bool {
    if levels == 0 || *left == 0 {
        return false;
    }
    *left -= 1;
    match node.value() {
        Value::Scalar(_) => true,
        Value::Sequence(list) => list.iter().all(|item| has_room(item, levels - 1, left)),
        Value::Mapping(mapping) => mapping
            .iter()
            .all(|entry| has_room(&entry.value, levels - 1, left)),
    }
}

/// Where the one resource is that a source selects, by any id that it has or had.
fn find(source: &SourceSelector, set: &ResourceSet) -> Result<usize> {
    let gvk = Gvk::from_parts(
        source.group.value.clone(),
        source.version.value.clone(),
        source.kind.value.clone(),
    );
    // The scope of a type does not count here: the reference asks no schema.
    let namespace = |namespace: &'_ str| match namespace {
        "" => "default".to_owned(),
        namespace => namespace.to_owned(),
    };
    let is_selected = |id: &ResId| {
        (source.name.is_empty() || **source.name == *id.name())
            && (source.namespace.is_empty()
                || namespace(&source.namespace) == namespace(id.namespace()))
            && id.gvk().is_selected_by(&gvk)
    };
    let fits = |at: &usize| {
        let resource = set.get(*at);
        is_selected(resource.id()) || resource.previous_ids().any(|id| is_selected(&id))
    };
    let mut found: Vec<usize> = if source.name.is_empty() {
        (0..set.len()).filter(fits).take(2).collect()
    } else {
        let named = set.with_any_name(&source.name).iter().copied();
        named.filter(fits).take(2).collect()
    };
    let wanted = ResId::new(
        gvk,
        source.name.value.clone(),
        source.namespace.value.clone(),
    );
    let message = match (found.pop(), found.is_empty()) {
        (Some(at), true) => return Ok(at),
        (Some(_), false) => {
            format!("several resources are or were {wanted}, the source of this replacement")
        }
        (None, _) => format!(
            "no resource is or was {wanted}, the source of this replacement{}",
            set.hint(&wanted)
        ),
    };
    Err(Error::marked(ErrorKind::Replacement, source.mark, message))
}
