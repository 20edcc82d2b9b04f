//! The fields of a mapping (`walk/map.go`).

use super::directive::{self, Directive};
use super::keys::Keys;
use super::{End, Merged, Sides, style};
use crate::error::Result;
use crate::schema::TypeRef;
use crate::yaml::{Entry, Mapping, Node};

/// A walk over the fields of a mapping, and then over those that only the patch has. What changes
/// is collected, so that a mapping that stays as it is is not copied.
pub(super) struct Fields<'n, 'a> {
    node: &'n Node,
    keys: Keys<'n>,
    patch: Option<Keys<'n>>,
    /// Which of the first entries of the patch are counterparts, as bits.
    matched: u64,
    /// The directive, which is no field; in the patch if there is one.
    skipped: Option<usize>,
    of: Option<TypeRef<'a>>,
    /// Whether the mapping itself comes from the patch.
    is_patch: bool,
    end: End,
    /// The next place: in the mapping, then in the patch.
    at: usize,
    field: Field<'n>,
    edits: Edits,
}

/// The field that is merged now.
#[derive(Clone, Copy)]
enum Field<'n> {
    Known(usize, &'n Entry),
    /// One that the mapping does not have; whether it is a list that the merge builds anew.
    New(&'n Entry, bool),
    None,
}

#[derive(Default)]
struct Edits {
    /// Places in ascending order, with the new value; `None` takes the entry out.
    changed: Vec<(usize, Option<Node>)>,
    added: Vec<Entry>,
    flow: Option<bool>,
}

impl<'n, 'a> Fields<'n, 'a> {
    pub(super) fn of_both(
        node: &'n Node,
        patch: &'n Mapping,
        directive: Option<Directive>,
        of: Option<TypeRef<'a>>,
    ) -> Self {
        let keys = Keys::of(node);
        let patch_keys = Keys::of_mapping(patch);
        let mut edits = Edits::default();
        // An empty mapping has no style of its own.
        if keys.entries().is_empty() && !patch.is_empty() {
            edits.flow = Some(patch.is_flow());
        }
        Self {
            node,
            keys,
            skipped: directive.and_then(|_| patch_keys.first(directive::KEY)),
            patch: Some(patch_keys),
            matched: 0,
            of,
            is_patch: false,
            end: End::Kept,
            at: 0,
            field: Field::None,
            edits,
        }
    }

    pub(super) fn of_patch(
        node: &'n Node,
        directive: Option<Directive>,
        end: End,
        of: Option<TypeRef<'a>>,
    ) -> Self {
        let mut fields = Self::of_resource(node, of);
        fields.skipped = directive.and_then(|_| fields.keys.first(directive::KEY));
        fields.is_patch = true;
        fields.end = end;
        fields
    }

    pub(super) fn of_resource(node: &'n Node, of: Option<TypeRef<'a>>) -> Self {
        Self {
            node,
            keys: Keys::of(node),
            patch: None,
            matched: 0,
            skipped: None,
            of,
            is_patch: false,
            end: End::Kept,
            at: 0,
            field: Field::None,
            edits: Edits::default(),
        }
    }

    /// Whether the patch has a counterpart of the mapping.
    pub(super) fn is_of_both(&self) -> bool {
        self.patch.is_some()
    }

    /// What to merge next, and by which rules.
    pub(super) fn next(&mut self) -> Option<(Sides<'n>, Option<TypeRef<'a>>)> {
        while let Some(entry) = self.keys.entries().get(self.at) {
            let at = self.at;
            self.at += 1;
            if self.is_patch && self.skipped == Some(at) {
                self.edits.changed.push((at, None));
                continue;
            }
            let Some(key) = entry.key.text() else {
                continue;
            };
            self.field = Field::Known(at, entry);
            let is_text = entry.value.as_scalar().is_some() && !entry.value.is_null();
            let sides = match self.counterpart(key) {
                Some(patch) => Sides::Both(&entry.value, patch),
                None if self.is_patch => Sides::Patch(&entry.value),
                // Most fields are such.
                None if is_text => {
                    self.known(at, entry, key, Merged::Same);
                    continue;
                }
                None => Sides::Resource(&entry.value),
            };
            // No rules are about scalars, but null stands for what the patch has.
            let of = if is_text { None } else { self.rules(key) };
            return Some((sides, of));
        }
        self.next_new()
    }

    /// Takes down what became of a field that was there.
    fn known(&mut self, at: usize, entry: &Entry, key: &str, merged: Merged) {
        // Of equal keys the reference sees only the first.
        if let Some(value) = style::placed(merged, &entry.value)
            && self.keys.first(key) == Some(at)
        {
            self.edits.changed.push((at, value));
        }
    }

    fn next_new(&mut self) -> Option<(Sides<'n>, Option<TypeRef<'a>>)> {
        let known = self.keys.entries().len();
        while let Some(entry) = self
            .patch
            .as_ref()
            .and_then(|patch| patch.entries().get(self.at - known))
        {
            let at = self.at - known;
            self.at += 1;
            if self.matched & bit(at) != 0 {
                continue;
            }
            let Some(key) = entry.key.text() else {
                self.edits.added.push(entry.clone());
                continue;
            };
            let first = self.patch.as_ref().and_then(|patch| patch.first(key));
            if self.skipped == Some(at) || first != Some(at) || self.keys.first(key).is_some() {
                continue;
            }
            let of = self.rules(key);
            let is_merged = of.and_then(TypeRef::merge_keys).is_some();
            let is_rebuilt = is_merged
                && entry
                    .value
                    .as_sequence()
                    .is_some_and(|list| !list.is_empty());
            self.field = Field::New(entry, is_rebuilt);
            return Some((Sides::Added(&entry.value), of));
        }
        None
    }

    fn counterpart(&mut self, key: &str) -> Option<&'n Node> {
        let patch = self.patch.as_ref()?;
        let at = patch.first(key).filter(|at| Some(*at) != self.skipped)?;
        self.matched |= bit(at);
        Some(&patch.entries()[at].value)
    }

    /// The key of the field that is merged now in the resource, and that in the patch.
    pub(super) fn keys(&self) -> [Option<&'n Node>; 2] {
        match self.field {
            Field::Known(_, entry) if self.is_patch => [None, Some(&entry.key)],
            Field::Known(_, entry) => {
                let key = entry.key.text().unwrap_or_default();
                let patch = self.patch.as_ref();
                let other = patch.and_then(|patch| Some(&patch.entries()[patch.first(key)?].key));
                [Some(&entry.key), other]
            }
            Field::New(entry, _) => [None, Some(&entry.key)],
            Field::None => [None; 2],
        }
    }

    fn rules(&self, key: &str) -> Option<TypeRef<'a>> {
        self.of?.field(key)
    }

    /// Takes down what became of the field that [`next`](Self::next) gave.
    pub(super) fn record(&mut self, merged: Result<Merged>) -> Result<()> {
        let (Field::Known(_, entry) | Field::New(entry, _)) = self.field else {
            return Ok(());
        };
        let key = entry.key.text().unwrap_or_default();
        let merged = merged.map_err(|error| error.inside(key))?;
        match (self.field, merged) {
            (Field::Known(at, _), merged) => self.known(at, entry, key, merged),
            (Field::New(_, is_rebuilt), Merged::Changed(value) | Merged::Other(value)) => {
                let entry = style::new_entry(&entry.key, value, is_rebuilt);
                self.edits.added.push(entry);
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Merged {
        let is_same = self.edits.changed.is_empty() && self.edits.added.is_empty();
        match self.end {
            End::Kept if is_same => Merged::Same,
            End::Kept => Merged::Changed(self.edits.apply(self.node)),
            End::Other => Merged::Other(self.edits.apply(self.node)),
        }
    }
}

/// The bit of a place; none for those that are too far.
fn bit(at: usize) -> u64 {
    u32::try_from(at).map_or(0, |at| 1_u64.checked_shl(at).unwrap_or(0))
}

impl Edits {
    fn apply(self, node: &Node) -> Node {
        let mut node = node.clone();
        let Some(mapping) = node.as_mapping_mut() else {
            return node;
        };
        if let Some(flow) = self.flow {
            mapping.set_flow(flow);
        }
        if self.changed.is_empty() && self.added.is_empty() {
            return node;
        }
        let mut removed = Vec::new();
        if self.changed.iter().any(|(_, value)| value.is_some()) {
            let entries = mapping.entries_mut();
            for (at, value) in self.changed {
                match value {
                    Some(value) => entries[at].value = value,
                    None => removed.push(at),
                }
            }
        } else {
            removed.extend(self.changed.into_iter().map(|(at, _)| at));
        }
        if removed.is_empty() && self.added.is_empty() {
            return node;
        }
        if !removed.is_empty() {
            let mut removed = removed.into_iter().peekable();
            let mut at = 0;
            mapping.retain(|_| {
                let goes = removed.next_if_eq(&at).is_some();
                at += 1;
                !goes
            });
        }
        mapping.extend(self.added);
        node
    }
}
