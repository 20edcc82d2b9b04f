//! The six operations, as evanphx/json-patch v4 does them: `replace` also adds a key, a copy of a
//! missing key is null, a missing value is null, and `test` takes null and missing for the same.

use super::equal::Texts;
use super::pointer::{self, Pointer};
use super::{Action, Field, Operation, Patch};
use crate::error::{Error, ErrorKind, Result};
use crate::yaml::{Node, Value};

/// A resource that is being patched.
pub(super) struct Document<'p> {
    root: Node,
    patch: &'p Patch,
    /// How many nodes may still be copied.
    copies: usize,
}

/// A place in a container that exists.
struct Place<'p> {
    /// What the operation calls it.
    path: &'p str,
    pointer: Pointer<'p>,
    steps: Vec<usize>,
}

impl<'p> Document<'p> {
    /// `root` has the form that it has in JSON.
    pub(super) fn new(root: Node, patch: &'p Patch) -> Self {
        Self {
            root,
            patch,
            copies: patch.limits.alias_nodes,
        }
    }

    pub(super) fn into_root(self) -> Node {
        self.root
    }

    pub(super) fn run(&mut self, operation: &Operation) -> Result<()> {
        match operation.action {
            Action::Add => {
                let place = self.place(operation, path(operation)?)?;
                self.add(operation, &place, operation.value_or_null())
            }
            Action::Remove => {
                let place = self.place(operation, path(operation)?)?;
                self.remove(operation, &place).map(drop)
            }
            Action::Replace => self.replace(operation),
            Action::Move => {
                let from = self.place(operation, from(operation)?)?;
                let node = self.remove(operation, &from)?;
                let place = self.place(operation, path(operation)?)?;
                self.add(operation, &place, node)
            }
            Action::Copy => self.copy(operation),
            Action::Test => self.test(operation),
            Action::Unknown => Err(Error::marked(
                ErrorKind::JsonPatchOperation,
                operation.mark,
                "`op` must be one of add, copy, move, remove, replace and test",
            )),
        }
    }

    fn replace(&mut self, operation: &Operation) -> Result<()> {
        let path = path(operation)?;
        if path.is_empty() {
            return match &operation.value {
                Some(value) if value.as_scalar().is_none() => {
                    self.root = value.clone();
                    Ok(())
                }
                _ => Err(failed(
                    operation,
                    path,
                    "the whole resource can be replaced only by a mapping",
                )),
            };
        }
        let place = self.place(operation, path)?;
        let value = operation.value_or_null();
        self.check_depth(operation, &place, &value)?;
        let key = &place.pointer.key;
        let Some(container) = pointer::follow_mut(&mut self.root, &place.steps) else {
            return Err(place.missing(operation, &self.root));
        };
        match (pointer::position(container, key), container.value_mut()) {
            (Some(at), Value::Mapping(mapping)) => mapping.entries_mut()[at].value = value,
            (None, Value::Mapping(mapping)) => drop(mapping.set(key, value)),
            (Some(at), Value::Sequence(list)) => list.items_mut()[at] = value,
            _ => return Err(place.missing(operation, container)),
        }
        Ok(())
    }

    fn copy(&mut self, operation: &Operation) -> Result<()> {
        let source = self.place(operation, from(operation)?)?;
        let mut node = match self.get(operation, &source)? {
            Some(node) => node.clone(),
            None => operation.null(),
        };
        if measure(&node, &mut self.copies).is_none() {
            let message = format!(
                "a patch may copy {} nodes at most, the limit `alias_nodes`",
                self.patch.limits.alias_nodes
            );
            return Err(Error::marked(ErrorKind::Limit, operation.mark, message));
        }
        node.set_mark(operation.mark.made_of(node.mark()));
        let place = self.place(operation, path(operation)?)?;
        self.add(operation, &place, node)
    }

    fn test(&self, operation: &Operation) -> Result<()> {
        let path = path(operation)?;
        let texts = Texts::new(self.patch.json.as_ref());
        let wanted = operation.value.as_ref();
        let found = match path {
            "" => Some(&self.root),
            _ => self.get(operation, &self.place(operation, path)?)?,
        };
        let is_equal = match (found, wanted) {
            (None, wanted) => wanted.is_none_or(Node::is_null),
            (Some(found), None) => found.is_null(),
            (Some(found), Some(wanted)) => texts.equal(found, wanted),
        };
        if is_equal {
            return Ok(());
        }
        let reason = match found {
            None => "there is no such key",
            Some(_) => "the value is not the one that is asked for",
        };
        let message = format!("`test` at `{path}`: {reason}");
        Err(Error::marked(
            ErrorKind::JsonPatchTest,
            operation.mark,
            message,
        ))
    }

    /// The container that a path leads to, and the place in it.
    fn place<'o>(&self, operation: &Operation, path: &'o str) -> Result<Place<'o>> {
        let Some(pointer) = Pointer::new(path) else {
            return Err(failed(operation, path, "the path must begin with `/`"));
        };
        match pointer.steps(&self.root) {
            Some(steps) => Ok(Place {
                path,
                pointer,
                steps,
            }),
            None => Err(failed(operation, path, &pointer.dead_end(&self.root))),
        }
    }

    /// The node at a place; `None` for a key that its mapping does not have.
    fn get(&self, operation: &Operation, place: &Place<'_>) -> Result<Option<&Node>> {
        let container = pointer::follow(&self.root, &place.steps).unwrap_or(&self.root);
        match pointer::position(container, &place.pointer.key) {
            Some(at) => Ok(pointer::child(container, at)),
            None if container.as_mapping().is_some() => Ok(None),
            None => Err(place.missing(operation, container)),
        }
    }

    fn add(&mut self, operation: &Operation, place: &Place<'_>, node: Node) -> Result<()> {
        self.check_depth(operation, place, &node)?;
        let key = &place.pointer.key;
        let Some(container) = pointer::follow_mut(&mut self.root, &place.steps) else {
            return Err(place.missing(operation, &self.root));
        };
        if let Some(mapping) = container.as_mapping_mut() {
            mapping.set(key, node);
            return Ok(());
        }
        let len = container.as_sequence().map_or(0, |list| list.len());
        match (pointer::insertion(key, len), container.as_sequence_mut()) {
            (Some(at), Some(list)) => list.insert(at, node),
            _ => return Err(place.missing(operation, container)),
        }
        Ok(())
    }

    fn remove(&mut self, operation: &Operation, place: &Place<'_>) -> Result<Node> {
        let Some(container) = pointer::follow_mut(&mut self.root, &place.steps) else {
            return Err(place.missing(operation, &self.root));
        };
        match (
            pointer::position(container, &place.pointer.key),
            container.value_mut(),
        ) {
            (Some(at), Value::Mapping(mapping)) => Ok(mapping.remove_at(at).value),
            (Some(at), Value::Sequence(list)) => Ok(list.remove_at(at)),
            _ => Err(place.missing(operation, container)),
        }
    }

    /// Later walks recurse, so what is written must not nest more deeply than what is read.
    fn check_depth(&self, operation: &Operation, place: &Place<'_>, node: &Node) -> Result<()> {
        let limit = self.patch.limits.depth;
        let depth = measure(node, &mut { usize::MAX }).unwrap_or(limit);
        if place.steps.len() + 1 + depth <= limit {
            return Ok(());
        }
        let message = format!("collections nest more than {limit} deep, the limit `depth`");
        Err(Error::marked(ErrorKind::Limit, operation.mark, message))
    }
}

impl Place<'_> {
    fn missing(&self, operation: &Operation, container: &Node) -> Error {
        failed(operation, self.path, &self.pointer.missing(container))
    }
}

/// How deep collections nest in a node, unless it has more nodes than are left.
fn measure(node: &Node, left: &mut usize) -> Option<usize> {
    *left = left.checked_sub(1)?;
    let mut deepest = 0;
    match node.value() {
        Value::Scalar(_) => return Some(0),
        Value::Sequence(list) => {
            for item in list {
                deepest = deepest.max(measure(item, left)?);
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping {
                deepest = deepest.max(measure(&entry.value, left)?);
            }
        }
    }
    Some(deepest + 1)
}

fn path(operation: &Operation) -> Result<&str> {
    field(operation, "path", &operation.path)
}

fn from(operation: &Operation) -> Result<&str> {
    field(operation, "from", &operation.from)
}

fn field<'o>(operation: &Operation, name: &str, field: &'o Field) -> Result<&'o str> {
    field.as_deref().map_err(|place| {
        let message = format!("`{}` needs `{name}`, a string", operation.action.name());
        Error::marked(ErrorKind::JsonPatchOperation, *place, message)
    })
}

#[cold]
fn failed(operation: &Operation, path: &str, reason: &str) -> Error {
    let is = |field: &Field| field.as_deref() == Ok(path);
    let at = match is(&operation.from) && !is(&operation.path) {
        true => "from",
        false => "at",
    };
    let message = format!("`{}` {at} `{path}`: {reason}", operation.action.name());
    Error::marked(ErrorKind::JsonPatchOperation, operation.mark, message)
}
