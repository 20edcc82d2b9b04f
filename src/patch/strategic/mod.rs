//! Strategic merge patches, as kyaml merges them (`yaml/merge2` and `yaml/walk`).
//!
//! A patch and a resource come in; the resource is changed in place. A patch is a partial object:
//! mappings are merged, nulls delete, lists are replaced or, where the [`Schema`] says so, merged
//! element by element. The reference works on shared nodes that it changes while it walks, and some
//! of its results come from that. Here a walk returns what became of a node instead ([`Merged`]).

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Schema, TypeRef};
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Mapping, Node, Sequence, Value};

mod directive;
mod edits;
mod irregular;
mod keys;
mod list;
mod regular;
mod style;

use directive::Directive;
use edits::Edits;
use keys::Keys;
use list::Origin;

/// What became of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Fate {
    /// It is still there.
    Kept,
    /// A patch deleted it, or took out all its fields: it leaves the build.
    Deleted,
}

/// Merges a patch into a resource. Whatever the patch says of kind, name and namespace is merged
/// too; to put them back is the caller's business (`ApplySmPatch` in `api/resource`).
///
/// Values that come from the patch keep its marks. Nothing that stays as it was is copied.
///
/// # Errors
/// [`ErrorKind::Merge`] if the patch has a list where the resource has a mapping and the like, or
/// for an unknown `$patch` directive; [`ErrorKind::Limit`] for a list of more than ten thousand
/// elements whose keys are incomplete. The resource is then unchanged.
///
/// ```ignore
/// let fate = strategic::apply(&patch, &mut deployment, &Schema::builtin(), &mut warnings)?;
/// assert_eq!(fate, Fate::Kept);
/// ```
pub(crate) fn apply(
    patch: &Node,
    resource: &mut Node,
    schema: &Schema,
    warnings: &mut Vec<Warning>,
) -> Result<Fate> {
    let mut merge = Merge { schema, warnings };
    match merge.pair(resource, patch, None)? {
        Merged::Same => {}
        Merged::Changed(node) => *resource = node,
        Merged::Other(_) => merge.warn(
            WarningKind::LostDirective,
            patch,
            "`$patch: replace` has no effect at the top of a resource: delete the resource and add another",
        ),
        Merged::Gone => return Ok(Fate::Deleted),
    }
    Ok(if is_nothing(resource) {
        Fate::Deleted
    } else {
        Fate::Kept
    })
}

/// What became of a node of the resource.
#[derive(Debug)]
enum Merged {
    /// The node itself, as it was.
    Same,
    /// The node itself, with other content.
    Changed(Node),
    /// Another node: that of the patch.
    Other(Node),
    /// Nothing.
    Gone,
}

/// On which side a node stands that has no counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// In the resource: what looks like a directive is none, and nulls that were spelled out stay.
    Resource,
    /// In the patch, below a node that was taken from there. The reference merges it with itself.
    Patch,
}

struct Merge<'a> {
    schema: &'a Schema,
    warnings: &'a mut Vec<Warning>,
}

impl<'a> Merge<'a> {
    /// A node of the resource and its counterpart in the patch.
    fn pair(&mut self, dest: &Node, patch: &Node, of: Option<TypeRef<'a>>) -> Result<Merged> {
        if patch.is_null() {
            return Ok(Merged::Gone);
        }
        if dest.is_null() {
            let added = self.added(patch, of)?;
            return Ok(added.map_or(Merged::Gone, Merged::Other));
        }
        let of = self.type_of(of, [dest, patch]);
        match (dest.value(), patch.value()) {
            (Value::Scalar(_), Value::Scalar(_)) => Ok(Merged::Other(patch.clone())),
            (Value::Mapping(to), Value::Mapping(from)) => {
                self.mappings((dest, to), (patch, from), of)
            }
            (Value::Sequence(to), Value::Sequence(from)) => {
                self.sequences((dest, to), (patch, from), of)
            }
            _ => Err(wrong_kind(dest, patch)),
        }
    }

    /// A node of the patch where the resource has nothing, or null.
    fn added(&mut self, patch: &Node, of: Option<TypeRef<'a>>) -> Result<Option<Node>> {
        if patch.is_null() {
            return Ok(None);
        }
        let of = self.type_of(of, [patch]);
        match patch.value() {
            Value::Scalar(_) => Ok(Some(patch.clone())),
            Value::Mapping(mapping) => {
                self.warn_of_leaks(mapping);
                // Here the reference prints a directive that it does not know.
                let directive = Directive::of_mapping(mapping).unwrap_or_default();
                if directive == Some(Directive::Delete) {
                    return Ok(None);
                }
                let edits = self.fields(mapping, directive, of, Side::Patch)?;
                Ok(Some(edits.apply(patch, mapping)))
            }
            Value::Sequence(sequence) => {
                // Here the reference does not look for a directive of the list.
                self.warn_of_leaks_in(sequence, merge_keys(of).is_some());
                let Some(keys) = merge_keys(of) else {
                    return Ok(Some(patch.clone()));
                };
                let elements = self.list(sequence.items(), Origin::Itself, &keys, of)?;
                if sequence.is_empty() {
                    return Ok(Some(patch.clone()));
                }
                let items = elements.unwrap_or_else(|| sequence.items().to_vec());
                Ok(Some(Node::new(Sequence::from(items), patch.mark())))
            }
        }
    }

    /// A node without a counterpart.
    fn alone(&mut self, node: &Node, of: Option<TypeRef<'a>>, side: Side) -> Result<Merged> {
        if node.is_null() {
            let spelled_out = node.text().is_some_and(|text| !text.is_empty());
            return Ok(if side == Side::Resource && spelled_out {
                Merged::Same
            } else {
                Merged::Gone
            });
        }
        let of = self.type_of(of, [node]);
        match node.value() {
            Value::Scalar(_) => Ok(Merged::Same),
            Value::Mapping(mapping) => {
                let directive = match side {
                    Side::Resource => None,
                    Side::Patch => {
                        self.warn_of_leaks(mapping);
                        Directive::of_mapping(mapping)?
                    }
                };
                if directive == Some(Directive::Delete) {
                    return Ok(Merged::Gone);
                }
                let edits = self.fields(mapping, directive, of, side)?;
                Ok(edits.merged(node, mapping))
            }
            Value::Sequence(sequence) => {
                let Some(keys) = merge_keys(of) else {
                    if side == Side::Patch {
                        self.warn_of_leaks_in(sequence, false);
                    }
                    return Ok(Merged::Same);
                };
                let mut items = Cow::Borrowed(sequence.items());
                let mut origin = Origin::Nothing;
                if side == Side::Patch {
                    let directive = Directive::of_list(&mut items)?;
                    if directive == Some(Directive::Delete) {
                        return Ok(Merged::Gone);
                    }
                    origin = Origin::Itself;
                }
                let elided = matches!(items, Cow::Owned(_));
                let merged = self.list(&items, origin, &keys, of)?;
                let items = merged.or_else(|| elided.then(|| items.into_owned()));
                Ok(items.map_or(Merged::Same, |items| {
                    Merged::Changed(list_like(node, sequence, items))
                }))
            }
        }
    }

    fn mappings(
        &mut self,
        (node, dest): (&Node, &Mapping),
        (patch_node, patch): (&Node, &Mapping),
        of: Option<TypeRef<'a>>,
    ) -> Result<Merged> {
        self.warn_of_leaks(patch);
        let directive = Directive::of_mapping(patch)?;
        match directive {
            Some(Directive::Delete) => return Ok(Merged::Gone),
            Some(Directive::Replace) => {
                let edits = self.fields(patch, directive, of, Side::Patch)?;
                return Ok(Merged::Other(edits.apply(patch_node, patch)));
            }
            Some(Directive::Merge) | None => {}
        }
        let (dest_keys, patch_keys) = (Keys::of(dest), Keys::of(patch));
        let skipped = directive.and_then(|_| patch_keys.first(directive::KEY));
        let mut edits = Edits::default();
        if dest.is_empty() && !patch.is_empty() {
            edits.set_flow(patch.is_flow());
        }
        for (at, entry) in dest.iter().enumerate() {
            let Some(key) = entry.key.text() else {
                continue;
            };
            let field = of.and_then(|of| of.field(key));
            let counterpart = patch_keys.first(key).filter(|at| Some(*at) != skipped);
            let merged = match counterpart {
                Some(at) => self.pair(&entry.value, &patch.entries()[at].value, field),
                None => self.alone(&entry.value, field, Side::Resource),
            };
            let merged = merged.map_err(|error| error.inside(key))?;
            // Of equal keys the reference sees only the first.
            if let Some(edit) = style::placed(merged, &entry.value)
                && dest_keys.first(key) == Some(at)
            {
                edits.push(at, edit);
            }
        }
        for (at, entry) in patch.iter().enumerate() {
            let Some(key) = entry.key.text() else {
                edits.add(entry.clone());
                continue;
            };
            if Some(at) == skipped
                || patch_keys.first(key) != Some(at)
                || dest_keys.first(key).is_some()
            {
                continue;
            }
            let field = of.and_then(|of| of.field(key));
            let added = self.added(&entry.value, field);
            if let Some(value) = added.map_err(|error| error.inside(key))? {
                let is_rebuilt = merge_keys(field).is_some()
                    && value.as_sequence().is_some_and(|list| !list.is_empty());
                edits.add(style::new_entry(&entry.key, value, is_rebuilt));
            }
        }
        Ok(edits.merged(node, dest))
    }

    /// The fields of a mapping without a counterpart, and without its directive.
    fn fields(
        &mut self,
        mapping: &Mapping,
        directive: Option<Directive>,
        of: Option<TypeRef<'a>>,
        side: Side,
    ) -> Result<Edits> {
        let mut edits = Edits::default();
        let keys = Keys::of(mapping);
        let skipped = directive.and_then(|_| keys.first(directive::KEY));
        for (at, entry) in mapping.iter().enumerate() {
            if Some(at) == skipped {
                edits.push(at, None);
                continue;
            }
            let Some(key) = entry.key.text() else {
                continue;
            };
            let field = of.and_then(|of| of.field(key));
            let merged = self.alone(&entry.value, field, side);
            let merged = merged.map_err(|error| error.inside(key))?;
            if let Some(edit) = style::placed(merged, &entry.value)
                && keys.first(key) == Some(at)
            {
                edits.push(at, edit);
            }
        }
        Ok(edits)
    }

    fn sequences(
        &mut self,
        (node, dest): (&Node, &Sequence),
        (patch_node, patch): (&Node, &Sequence),
        of: Option<TypeRef<'a>>,
    ) -> Result<Merged> {
        let Some(keys) = merge_keys(of) else {
            self.warn_of_leaks_in(patch, false);
            return Ok(Merged::Other(patch_node.clone()));
        };
        let mut items = Cow::Borrowed(patch.items());
        match Directive::of_list(&mut items)? {
            Some(Directive::Delete) => Ok(Merged::Gone),
            Some(Directive::Replace) => {
                let merged = self.list(&items, Origin::Itself, &keys, of)?;
                let items = merged.unwrap_or_else(|| items.into_owned());
                Ok(Merged::Other(list_like(patch_node, patch, items)))
            }
            Some(Directive::Merge) | None => {
                let merged = self.list(dest.items(), Origin::Patch(&items), &keys, of)?;
                let flow = if dest.is_empty() { patch } else { dest };
                Ok(merged.map_or(Merged::Same, |items| {
                    Merged::Changed(list_like(node, flow, items))
                }))
            }
        }
    }

    /// The rules of a place: those of the field that leads there, else those of the type that an
    /// object there names.
    fn type_of<const N: usize>(
        &self,
        of: Option<TypeRef<'a>>,
        nodes: [&Node; N],
    ) -> Option<TypeRef<'a>> {
        of.or_else(|| {
            nodes.iter().find_map(|node| {
                let mapping = node.as_mapping()?;
                let api_version = mapping.get("apiVersion")?;
                let kind = mapping.get("kind")?;
                if api_version.is_null() || kind.is_null() {
                    return None;
                }
                self.schema.root(api_version.text()?, kind.text()?)
            })
        })
    }

    /// Other tools know these directives; the reference prints them as fields.
    fn warn_of_leaks(&mut self, patch: &Mapping) {
        for entry in patch {
            let Some(key) = entry.key.text().filter(|key| key.starts_with('$')) else {
                continue;
            };
            if key == "$retainKeys"
                || key.starts_with("$setElementOrder/")
                || key.starts_with("$deleteFromPrimitiveList/")
            {
                let message = format!("kustomize does not know `{key}`: it stays as a field");
                self.warn(WarningKind::LeakedDirective, &entry.key, message);
            }
        }
    }

    /// In a list that is not merged, or that the resource does not have, `$patch` stays: in the
    /// first everywhere, in the second as the directive of the list.
    fn warn_of_leaks_in(&mut self, list: &Sequence, is_merged: bool) {
        for element in list {
            let leaks = element.as_mapping().is_some_and(|mapping| {
                (!is_merged || mapping.len() == 1) && mapping.get(directive::KEY).is_some()
            });
            if leaks {
                let message = "`$patch` has no effect in this list: it stays as a field";
                self.warn(WarningKind::LeakedDirective, element, message);
            }
        }
    }

    #[cold]
    fn warn(&mut self, kind: WarningKind, node: &Node, message: impl Into<String>) {
        self.warnings.push(Warning::new(kind, node.mark(), message));
    }
}

fn merge_keys(of: Option<TypeRef<'_>>) -> Option<Cow<'_, [&str]>> {
    of?.merge_keys()
}

/// A list in the place of another, written in the way of `style`.
fn list_like(node: &Node, style: &Sequence, items: Vec<Node>) -> Node {
    let mut list = Sequence::from(items);
    list.set_flow(style.is_flow());
    Node::new(list, node.mark())
}

/// Whether kyaml takes a node for nothing where it merges elements: null or `{}`.
fn is_nothing(node: &Node) -> bool {
    node.is_null() || node.as_mapping().is_some_and(Mapping::is_empty)
}

#[cold]
fn wrong_kind(dest: &Node, patch: &Node) -> Error {
    let name = |node: &Node| match node.value() {
        Value::Scalar(_) => "a scalar",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
    };
    let message = format!(
        "the patch has {} where the resource has {}: change one of them",
        name(patch),
        name(dest)
    );
    Error::marked(ErrorKind::Merge, patch.mark(), message)
}

#[cfg(test)]
mod tests;
