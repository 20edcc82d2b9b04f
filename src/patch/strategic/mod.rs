//! Strategic merge patches, as kyaml merges them (`yaml/merge2` and `yaml/walk`).
//!
//! A patch and a resource come in; the resource is changed in place. A patch is a partial object:
//! mappings are merged, nulls delete, lists are replaced or, where the [`Schema`] says so, merged
//! element by element. The reference works on shared nodes that it changes while it walks, and some
//! of its results come from that. Here a walk returns what became of a node instead ([`Merged`]).

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Notes, Schema, TypeRef};
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Mapping, Node, Sequence, Value};

mod directive;
mod fields;
mod irregular;
mod keys;
mod list;
mod regular;
mod settled;
mod style;

use directive::Directive;
use fields::Fields;
use list::List;

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
/// The notes are those at the resource and those at the patch; of two at one place the first counts.
///
/// Values that come from the patch keep its marks. Nothing that stays as it was is copied.
///
/// # Errors
/// [`ErrorKind::Merge`] if the patch has a list where the resource has a mapping and the like, or
/// for an unknown `$patch` directive; [`ErrorKind::Limit`] for a list of more than ten thousand
/// elements whose keys are incomplete. The resource is then unchanged.
///
/// ```ignore
/// let (schema, notes) = (Schema::builtin(), Notes::default());
/// let fate = strategic::apply(&patch, &mut deployment, &schema, [&notes; 2], &mut warnings)?;
/// assert_eq!(fate, Fate::Kept);
/// ```
pub(crate) fn apply(
    patch: &Node,
    resource: &mut Node,
    schema: &Schema,
    notes: [&Notes; 2],
    warnings: &mut Vec<Warning>,
) -> Result<Fate> {
    let mut merge = Merge {
        schema,
        notes,
        warnings,
    };
    let begun = merge.begin(Sides::Both(resource, patch), None);
    match merge.walk(begun)? {
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

/// What became of a node.
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

/// What there is to merge at one place.
#[derive(Clone, Copy, Debug)]
enum Sides<'n> {
    /// A node of the resource, and its counterpart in the patch.
    Both(&'n Node, &'n Node),
    /// A node of the patch where the resource has nothing, or null.
    Added(&'n Node),
    /// A node of the patch below one that was added. The reference merges it with itself.
    Patch(&'n Node),
    /// A node of the resource of which the patch says nothing. What looks like a directive is
    /// none, and nulls that were spelled out stay.
    Resource(&'n Node),
}

impl<'n> Sides<'n> {
    /// The node of the resource and that of the patch.
    fn nodes(self) -> [Option<&'n Node>; 2] {
        match self {
            Self::Both(dest, patch) => [Some(dest), Some(patch)],
            Self::Added(node) | Self::Patch(node) => [None, Some(node)],
            Self::Resource(node) => [Some(node), None],
        }
    }
}

/// The beginning of a walk.
enum Begun<'n, 'a> {
    /// It has ended, too.
    Done(Result<Merged>),
    /// There is content to walk over.
    Open(Open<'n, 'a>),
}

/// A walk over the content of a collection.
enum Open<'n, 'a> {
    Fields(Box<Fields<'n, 'a>>),
    List(Box<List<'n, 'a>>),
}

/// Whose place the result of a walk takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is the node that was there.
    Kept,
    /// It is the patch's.
    Other,
}

impl Open<'_, '_> {
    fn record(&mut self, merged: Result<Merged>) -> Result<()> {
        match self {
            Self::Fields(fields) => fields.record(merged),
            Self::List(list) => list.record(merged),
        }
    }
}

struct Merge<'a> {
    schema: &'a Schema,
    notes: [&'a Notes; 2],
    warnings: &'a mut Vec<Warning>,
}

impl<'a> Merge<'a> {
    /// The only function that calls itself. What a walk must keep stands on the heap, so that the
    /// deepest object fits a small stack.
    fn walk(&mut self, begun: Begun<'_, 'a>) -> Result<Merged> {
        let mut open = match begun {
            Begun::Done(merged) => return merged,
            Begun::Open(open) => open,
        };
        loop {
            let merged = match self.next(&mut open) {
                Some(Begun::Done(merged)) => merged,
                Some(begun) => self.walk(begun),
                None => return self.finish(open),
            };
            open.record(merged)?;
        }
    }

    fn next<'o>(&mut self, open: &'o mut Open<'_, 'a>) -> Option<Begun<'o, 'a>> {
        match open {
            Open::Fields(fields) => {
                let (sides, of) = fields.next()?;
                let of = self.noted(|| fields.keys()).or(of);
                Some(match sides {
                    Sides::Resource(node) if fields.is_of_both() && self.is_settled(node, of) => {
                        Begun::Done(Ok(Merged::Same))
                    }
                    sides => self.begin(sides, of),
                })
            }
            Open::List(list) => {
                list.next()?;
                let of = list.element_type();
                Some(match list.sides() {
                    Some(Sides::Resource(node))
                        if list.is_of_both() && self.is_settled(node, of) =>
                    {
                        Begun::Done(Ok(Merged::Same))
                    }
                    Some(sides) => self.begin(sides, of),
                    None => Begun::Done(Ok(Merged::Gone)),
                })
            }
        }
    }

    fn finish(&mut self, open: Open<'_, 'a>) -> Result<Merged> {
        match open {
            Open::Fields(fields) => Ok(fields.finish()),
            Open::List(list) => list.finish(self),
        }
    }

    fn begin<'n>(&mut self, sides: Sides<'n>, of: Option<TypeRef<'a>>) -> Begun<'n, 'a> {
        let begun = self.try_begin(sides, of);
        begun.unwrap_or_else(|error| Begun::Done(Err(error)))
    }

    fn try_begin<'n>(
        &mut self,
        sides: Sides<'n>,
        of: Option<TypeRef<'a>>,
    ) -> Result<Begun<'n, 'a>> {
        let sides = match sides {
            Sides::Both(_, patch) | Sides::Added(patch) | Sides::Patch(patch)
                if patch.is_null() =>
            {
                return Ok(Begun::Done(Ok(Merged::Gone)));
            }
            Sides::Both(dest, patch) if dest.is_null() => Sides::Added(patch),
            Sides::Resource(dest) if dest.is_null() => {
                let is_spelled_out = dest.text().is_some_and(|text| !text.is_empty());
                return Ok(Begun::Done(Ok(if is_spelled_out {
                    Merged::Same
                } else {
                    Merged::Gone
                })));
            }
            sides => sides,
        };
        let of = self.noted(|| sides.nodes()).or(of);
        let of = of.or_else(|| self.type_of(sides));
        let node = match sides {
            Sides::Both(_, node) | Sides::Added(node) | Sides::Patch(node) => node,
            Sides::Resource(node) => node,
        };
        match node.value() {
            Value::Scalar(_) => Ok(Begun::Done(scalar(sides))),
            Value::Mapping(mapping) => self.mapping(sides, (node, mapping), of),
            Value::Sequence(sequence) => self.sequence(sides, (node, sequence), of),
        }
    }

    fn mapping<'n>(
        &mut self,
        sides: Sides<'n>,
        (node, mapping): (&'n Node, &'n Mapping),
        of: Option<TypeRef<'a>>,
    ) -> Result<Begun<'n, 'a>> {
        let directive = match sides {
            Sides::Resource(_) => None,
            // Here the reference prints a directive that it does not know.
            Sides::Added(_) => Directive::of_mapping(mapping).unwrap_or_default(),
            Sides::Both(..) | Sides::Patch(_) => Directive::of_mapping(mapping)?,
        };
        if !matches!(sides, Sides::Resource(_)) {
            self.warn_of_leaks(mapping);
        }
        if let Some(key) = empty_key(sides, directive) {
            return Err(cannot_merge(key));
        }
        let fields = match (sides, directive) {
            (Sides::Both(dest, _), _) if dest.as_mapping().is_none() => {
                return Err(wrong_kind(dest, node));
            }
            (_, Some(Directive::Delete)) => return Ok(Begun::Done(Ok(Merged::Gone))),
            (Sides::Both(dest, _), Some(Directive::Merge) | None)
                if !of.is_some_and(TypeRef::is_atomic) =>
            {
                Fields::of_both(dest, mapping, directive, of)
            }
            (Sides::Both(..) | Sides::Added(_), _) => {
                Fields::of_patch(node, directive, End::Other, of)
            }
            (Sides::Patch(_), _) => Fields::of_patch(node, directive, End::Kept, of),
            (Sides::Resource(_), _) => Fields::of_resource(node, of),
        };
        Ok(Begun::Open(Open::Fields(Box::new(fields))))
    }

    fn sequence<'n>(
        &mut self,
        sides: Sides<'n>,
        (node, sequence): (&'n Node, &'n Sequence),
        of: Option<TypeRef<'a>>,
    ) -> Result<Begun<'n, 'a>> {
        if let Sides::Both(dest, _) = sides
            && dest.as_sequence().is_none()
        {
            return Err(wrong_kind(dest, node));
        }
        let keys = of.and_then(TypeRef::merge_keys);
        let is_added = matches!(sides, Sides::Added(_));
        if !matches!(sides, Sides::Resource(_)) && (keys.is_none() || is_added) {
            self.warn_of_leaks_in(sequence, keys.is_some());
        }
        let Some(keys) = keys else {
            return Ok(Begun::Done(Ok(match sides {
                Sides::Both(..) | Sides::Added(_) => Merged::Other(node.clone()),
                Sides::Patch(_) | Sides::Resource(_) => Merged::Same,
            })));
        };
        let mut items = Cow::Borrowed(sequence.items());
        let directive = match sides {
            Sides::Both(..) | Sides::Patch(_) => Directive::of_list(&mut items)?,
            // Where a list is added the reference does not look for its directive.
            Sides::Added(_) | Sides::Resource(_) => None,
        };
        let list = match (sides, directive) {
            (_, Some(Directive::Delete)) => return Ok(Begun::Done(Ok(Merged::Gone))),
            (Sides::Both(dest, _), Some(Directive::Merge) | None) => {
                List::of_both(dest, (sequence, items), keys, of)?
            }
            (Sides::Both(..) | Sides::Added(_), _) => {
                List::of_patch(node, items, End::Other, keys, of)?
            }
            (Sides::Patch(_), _) => List::of_patch(node, items, End::Kept, keys, of)?,
            (Sides::Resource(_), _) => List::of_resource(node, items, keys, of)?,
        };
        Ok(Begun::Open(Open::List(Box::new(list))))
    }

    /// Whether no comment describes anything, as usual.
    fn is_without_notes(&self) -> bool {
        self.notes.iter().all(|notes| notes.is_empty())
    }

    /// The type that a comment describes at a node of the resource or at one of the patch.
    fn noted<'n>(&self, nodes: impl FnOnce() -> [Option<&'n Node>; 2]) -> Option<TypeRef<'a>> {
        if self.is_without_notes() {
            return None;
        }
        let mut both = self.notes.into_iter().zip(nodes());
        let note = both.find_map(|(notes, node)| notes.of(node?))?;
        Some(self.schema.noted(note))
    }

    /// The type that an object names where no rules lead: the resource's, else the patch's.
    fn type_of(&self, sides: Sides<'_>) -> Option<TypeRef<'a>> {
        let named = |node: &Node| {
            let mapping = node.as_mapping()?;
            let api_version = mapping.get("apiVersion")?;
            let kind = mapping.get("kind")?;
            if api_version.is_null() || kind.is_null() {
                return None;
            }
            self.schema.root(api_version.text()?, kind.text()?)
        };
        match sides {
            Sides::Both(dest, patch) => named(dest).or_else(|| named(patch)),
            Sides::Added(node) | Sides::Patch(node) | Sides::Resource(node) => named(node),
        }
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

fn scalar(sides: Sides<'_>) -> Result<Merged> {
    match sides {
        Sides::Both(dest, patch) if dest.as_scalar().is_none() => Err(wrong_kind(dest, patch)),
        Sides::Both(_, patch) | Sides::Added(patch) => Ok(Merged::Other(patch.clone())),
        Sides::Patch(_) | Sides::Resource(_) => Ok(Merged::Same),
    }
}

/// Whether kyaml takes a node for nothing where it merges elements: null or `{}`.
fn is_nothing(node: &Node) -> bool {
    node.is_null() || node.as_mapping().is_some_and(Mapping::is_empty)
}

/// A key without text, which to the reference's `FieldSetter` (`yaml/fns.go`) means the mapping
/// itself.
fn empty_key(sides: Sides<'_>, directive: Option<Directive>) -> Option<&Node> {
    let nodes = match (sides, directive) {
        (_, Some(Directive::Delete)) => [None; 2],
        (Sides::Both(_, patch), Some(Directive::Replace)) => [Some(patch), None],
        _ => sides.nodes(),
    };
    let entries = nodes.into_iter().flatten().filter_map(Node::as_mapping);
    let mut keys = entries.flatten().map(|entry| &entry.key);
    keys.find(|key| key.text() == Some(""))
}

#[cold]
fn cannot_merge(key: &Node) -> Error {
    let message = "kustomize cannot merge a mapping with an empty key: give the key a name";
    Error::marked(ErrorKind::Merge, key.mark(), message)
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
    Error::marked(ErrorKind::Merge, patch.mark(), message).with_other("the other", dest.mark())
}

#[cfg(test)]
mod tests;
