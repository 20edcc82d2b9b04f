//! The node model: a tree of (tag, style, text) scalars in shared containers.

use std::fmt;
use std::sync::Arc;

use super::tag::{Style, Tag};
use super::text::Text;
use crate::source::Mark;

/// A YAML value that knows where it was written.
///
/// Cloning is cheap: containers are shared and copied only when one of the owners writes to its
/// own. Equality looks at tags, styles, texts and order, and not at marks.
///
/// ```
/// use kustody::yaml::{self, Node};
/// let mut node = yaml::read_str("a.yaml", "spec: {replicas: 1}")?.remove(0);
/// let before = node.clone();
/// let spec = node.as_mapping_mut().unwrap().get_mut("spec").unwrap();
/// spec.as_mapping_mut().unwrap().set("replicas", Node::int(3));
/// assert_ne!(before, node);
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Node {
    value: Value,
    mark: Mark,
}

// Trees of a hundred thousand nodes are common; every byte here is paid that often.
const _: () = assert!(size_of::<Node>() <= 40);

/// The three kinds of nodes.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A text with a tag and a style; null, numbers and booleans are scalars too.
    Scalar(Scalar),
    /// A list.
    Sequence(Sequence),
    /// Keys and values in the order of the text.
    Mapping(Mapping),
}

impl Node {
    /// A node that was made at `mark`, for instance at the field that asked for it.
    pub fn new(value: impl Into<Value>, mark: Mark) -> Self {
        Self {
            value: value.into(),
            mark,
        }
    }

    /// A string, whatever its text looks like.
    pub fn string(text: impl Into<Text>) -> Self {
        Scalar::new(Tag::Str, Style::Plain, text).into()
    }

    /// A whole number.
    pub fn int(number: i64) -> Self {
        Scalar::new(Tag::Int, Style::Plain, number.to_string()).into()
    }

    /// `true` or `false`.
    pub fn bool(value: bool) -> Self {
        let text = Text::from_static(if value { "true" } else { "false" });
        Scalar::new(Tag::Bool, Style::Plain, text).into()
    }

    /// `null`.
    pub fn null() -> Self {
        Scalar::new(Tag::Null, Style::Plain, Text::from_static("null")).into()
    }

    /// What kind of node it is, and its content.
    #[inline]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The content for writing.
    pub fn value_mut(&mut self) -> &mut Value {
        &mut self.value
    }

    /// Takes the content out.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// Where it was written.
    #[inline]
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// Says that it was written elsewhere.
    pub fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }

    /// The scalar, if it is one.
    #[inline]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar for writing, if it is one.
    pub fn as_scalar_mut(&mut self) -> Option<&mut Scalar> {
        match &mut self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[inline]
    pub fn as_sequence(&self) -> Option<&Sequence> {
        match &self.value {
            Value::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The list for writing, if it is one.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Sequence> {
        match &mut self.value {
            Value::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    #[inline]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The mapping for writing, if it is one.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The text of a scalar of any type, `"3"` for the number 3.
    #[inline]
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.text.as_str())
    }

    /// Whether it is tagged as null: what kustomize takes for absent.
    pub fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.tag == Tag::Null,
            Value::Sequence(sequence) => sequence.tag() == Some("!!null"),
            Value::Mapping(mapping) => mapping.tag() == Some("!!null"),
        }
    }
}

/// An untagged empty scalar: nothing.
impl Default for Node {
    fn default() -> Self {
        Scalar::new(Tag::None, Style::Plain, Text::default()).into()
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node {}

impl<V: Into<Value>> From<V> for Node {
    fn from(value: V) -> Self {
        Self::new(value, Mark::default())
    }
}

/// The shape and the keys; never a value, which may be secret.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::Sequence(sequence) => sequence.fmt(f),
            Self::Mapping(mapping) => mapping.fmt(f),
        }
    }
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}

impl From<Sequence> for Value {
    fn from(sequence: Sequence) -> Self {
        Self::Sequence(sequence)
    }
}

impl From<Mapping> for Value {
    fn from(mapping: Mapping) -> Self {
        Self::Mapping(mapping)
    }
}

/// A text, what it stands for and how it was written.
#[derive(Clone)]
pub struct Scalar {
    text: Text,
    /// Which scalars of a resource are one node in the reference; 0 for nearly all, which are not.
    shared: u16,
    tag: Tag,
    style: Style,
    /// Whether the tag was written out, which a writer then repeats.
    tagged: bool,
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.tag == other.tag
            && self.style == other.style
            && self.tagged == other.tagged
    }
}

impl Eq for Scalar {}

impl Scalar {
    /// A scalar whose tag was not written out.
    pub fn new(tag: Tag, style: Style, text: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            shared: 0,
            tag,
            style,
            tagged: false,
        }
    }

    /// A scalar whose tag was written out; `name` is in its short form, `!!int` or `!local`.
    pub fn with_explicit_tag(name: &str, style: Style, text: impl Into<Text>) -> Self {
        let tag = Tag::from_name(name);
        let mut text = text.into();
        if tag == Tag::Other {
            text = text.with_tag(Text::from(name));
        }
        Self {
            text,
            shared: 0,
            tag,
            style,
            tagged: true,
        }
    }

    /// The number of the node that the reference shows in several places; 0 if it does not.
    pub(crate) fn shared(&self) -> u16 {
        self.shared
    }

    /// Says that it is one node with all scalars of this resource that have this number.
    pub(crate) fn set_shared(&mut self, number: u16) {
        self.shared = number;
    }

    /// The text, unquoted and unescaped.
    #[inline]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Replaces the text; tag and style stay.
    pub fn set_text(&mut self, text: impl Into<Text>) {
        let text = text.into();
        self.text = match self.text.tag_name() {
            Some(name) => text.with_tag(Text::from(name)),
            None => text,
        };
    }

    /// The tag.
    #[inline]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// Sets or clears a tag that is not written out.
    pub fn set_tag(&mut self, tag: Tag) {
        if self.tag == Tag::Other {
            self.text = Text::from(self.text.as_str());
        }
        self.tag = tag;
        self.tagged = false;
    }

    /// The short name of the tag, `!!int` or `!local`; empty if there is none.
    pub fn tag_name(&self) -> &str {
        self.text.tag_name().unwrap_or_else(|| self.tag.name())
    }

    /// Whether the tag was written out.
    #[inline]
    pub fn has_explicit_tag(&self) -> bool {
        self.tagged
    }

    /// How it was written.
    #[inline]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Changes how it counts as written, and so how an untagged text is understood.
    pub fn set_style(&mut self, style: Style) {
        self.style = style;
    }

    /// Overwrites the text, as far as nobody else holds it.
    #[cfg(feature = "sops")]
    pub(crate) fn wipe(&mut self) {
        self.text.wipe();
    }

    /// Takes over how another counts as written, whether its tag was written out, and what it is
    /// one node with: what kyaml leaves of a node when it sets another in its place.
    pub(crate) fn take_style(&mut self, from: &Self) {
        self.style = from.style;
        self.tagged = from.tagged;
        self.shared = from.shared;
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Scalar({} {:?}, {} bytes)",
            self.tag_name(),
            self.style,
            self.text.len()
        )
    }
}

/// A list of nodes, shared until it is written to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    items: Arc<[Node]>,
    dress: Dress,
}

/// Keys and values in the order of the text, shared until they are written to.
///
/// A text may repeat a key; the reader keeps both, lookups find the first, and only printing
/// refuses, as in the reference.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    entries: Arc<[Entry]>,
    dress: Dress,
}

/// A key and its value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Nearly always a scalar.
    pub key: Node,
    /// What the key holds.
    pub value: Node,
}

/// What a container shows besides its content: nothing, in all but a few.
///
/// One pointer, so that a node stays small; the reader shares one among all `{…}` and `[…]`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Dress(Option<Arc<Shown>>);

#[derive(PartialEq, Eq)]
struct Shown {
    flow: bool,
    tag: Option<Text>,
}

impl Dress {
    pub(super) fn new(flow: bool, tag: Option<Text>) -> Self {
        Self((flow || tag.is_some()).then(|| Arc::new(Shown { flow, tag })))
    }

    fn is_flow(&self) -> bool {
        self.0.as_ref().is_some_and(|shown| shown.flow)
    }

    fn tag(&self) -> Option<&str> {
        self.0.as_ref()?.tag.as_deref()
    }
}

/// The content of a shared slice, moved where nobody else holds it.
fn take<T: Clone + Default>(shared: &mut Arc<[T]>) -> Vec<T> {
    match Arc::get_mut(shared) {
        Some(items) => items.iter_mut().map(std::mem::take).collect(),
        None => shared.to_vec(),
    }
}

/// Removes from a shared slice, which allocates once.
fn remove<T: Clone + Default>(shared: &mut Arc<[T]>, at: usize) -> T {
    let items = Arc::make_mut(shared);
    let removed = std::mem::take(&mut items[at]);
    let (before, behind) = items.split_at_mut(at);
    let rest = before.iter_mut().chain(&mut behind[1..]);
    *shared = rest.map(std::mem::take).collect();
    removed
}

/// Appends to a shared slice, which allocates once.
fn push<T: Clone + Default>(shared: &mut Arc<[T]>, item: T) {
    *shared = match Arc::get_mut(shared) {
        Some(items) => {
            let items = items.iter_mut().map(std::mem::take);
            items.chain(std::iter::once(item)).collect()
        }
        None => shared
            .iter()
            .cloned()
            .chain(std::iter::once(item))
            .collect(),
    };
}

impl Sequence {
    pub(super) fn read(items: impl Into<Arc<[Node]>>, dress: Dress) -> Self {
        Self {
            items: items.into(),
            dress,
        }
    }

    /// The elements.
    #[inline]
    pub fn items(&self) -> &[Node] {
        &self.items
    }

    /// The elements for writing in place; copies the list if it is shared.
    pub fn items_mut(&mut self) -> &mut [Node] {
        Arc::make_mut(&mut self.items)
    }

    /// Adds, removes or reorders elements. Costs as much as the list is long, so many changes are
    /// best made in one call.
    pub fn edit<R>(&mut self, edit: impl FnOnce(&mut Vec<Node>) -> R) -> R {
        let mut items = take(&mut self.items);
        let result = edit(&mut items);
        self.items = items.into();
        result
    }

    /// The elements, if nobody else holds the list.
    #[cfg(feature = "sops")]
    pub(super) fn own_items(&mut self) -> Option<&mut [Node]> {
        Arc::get_mut(&mut self.items)
    }

    /// Forgets how it was written: in brackets, under a tag.
    #[cfg(feature = "sops")]
    pub(crate) fn undress(&mut self) {
        self.dress = Dress::default();
    }

    /// Appends an element. Costs as much as the list is long.
    pub fn push(&mut self, item: Node) {
        push(&mut self.items, item);
    }

    /// Takes the elements out, without copying where nobody else holds them.
    pub fn into_items(mut self) -> Vec<Node> {
        take(&mut self.items)
    }

    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The elements in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.items.iter()
    }

    /// Whether it was written as `[…]`.
    pub fn is_flow(&self) -> bool {
        self.dress.is_flow()
    }

    /// Says that it was written as `[…]`, or that it was not.
    pub(crate) fn set_flow(&mut self, flow: bool) {
        if self.is_flow() != flow {
            self.dress = Dress::new(flow, self.tag().map(Text::from));
        }
    }

    /// A tag that was written out, in its short form.
    pub fn tag(&self) -> Option<&str> {
        self.dress.tag()
    }
}

impl From<Vec<Node>> for Sequence {
    fn from(items: Vec<Node>) -> Self {
        Self::read(items, Dress::default())
    }
}

impl FromIterator<Node> for Sequence {
    fn from_iter<I: IntoIterator<Item = Node>>(items: I) -> Self {
        Self::read(Arc::from_iter(items), Dress::default())
    }
}

impl<'a> IntoIterator for &'a Sequence {
    type Item = &'a Node;
    type IntoIter = std::slice::Iter<'a, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.items()).finish()
    }
}

impl Mapping {
    pub(super) fn read(entries: impl Into<Arc<[Entry]>>, dress: Dress) -> Self {
        Self {
            entries: entries.into(),
            dress,
        }
    }

    /// Keys and values.
    #[inline]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Keys and values for writing in place; copies the mapping if it is shared.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        Arc::make_mut(&mut self.entries)
    }

    /// Adds, removes or reorders entries. Costs as much as there are, so many changes are best
    /// made in one call.
    pub fn edit<R>(&mut self, edit: impl FnOnce(&mut Vec<Entry>) -> R) -> R {
        let mut entries = take(&mut self.entries);
        let result = edit(&mut entries);
        self.entries = entries.into();
        result
    }

    /// Keys and values, if nobody else holds the mapping.
    #[cfg(feature = "sops")]
    pub(super) fn own_entries(&mut self) -> Option<&mut [Entry]> {
        Arc::get_mut(&mut self.entries)
    }

    /// Forgets how it was written: in brackets, under a tag.
    #[cfg(feature = "sops")]
    pub(crate) fn undress(&mut self) {
        self.dress = Dress::default();
    }

    /// Appends an entry, whether or not its key is there. Costs as much as there are entries.
    pub fn push(&mut self, entry: Entry) {
        push(&mut self.entries, entry);
    }

    /// Takes keys and values out, without copying where nobody else holds them.
    pub fn into_entries(mut self) -> Vec<Entry> {
        take(&mut self.entries)
    }

    /// How many keys there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys and values in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The value of the first key with this text, whatever the key's type.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The first key with this text, and its value.
    #[inline]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.has_key(key))
    }

    /// The value of the first key with this text for writing; copies the mapping if it is shared.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.position(key)?;
        Some(&mut self.entries_mut()[at].value)
    }

    /// Sets the value of the first key with this text, or appends the key.
    /// Returns the value that was there.
    pub fn set(&mut self, key: &str, value: Node) -> Option<Node> {
        match self.position(key) {
            Some(at) => Some(std::mem::replace(&mut self.entries_mut()[at].value, value)),
            None => {
                let mut new_key = Node::string(key);
                new_key.set_mark(value.mark());
                self.push(Entry {
                    key: new_key,
                    value,
                });
                None
            }
        }
    }

    /// Removes the first key with this text.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.position(key)?;
        Some(self.remove_at(at))
    }

    /// Removes the key at a position. Costs as much as there are entries.
    pub(crate) fn remove_at(&mut self, at: usize) -> Entry {
        remove(&mut self.entries, at)
    }

    /// Where the first key with this text stands.
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.has_key(key))
    }

    /// Whether it was written as `{…}`.
    pub fn is_flow(&self) -> bool {
        self.dress.is_flow()
    }

    /// Says that it was written as `{…}`, or that it was not.
    pub(crate) fn set_flow(&mut self, flow: bool) {
        if self.is_flow() != flow {
            self.dress = Dress::new(flow, self.tag().map(Text::from));
        }
    }

    /// A tag that was written out, in its short form.
    pub fn tag(&self) -> Option<&str> {
        self.dress.tag()
    }
}

impl Entry {
    /// Whether the key is a scalar with this text, whatever its type.
    #[inline]
    pub fn has_key(&self, key: &str) -> bool {
        match &self.key.value {
            Value::Scalar(scalar) => scalar.text == *key,
            _ => false,
        }
    }
}

impl From<Vec<Entry>> for Mapping {
    fn from(entries: Vec<Entry>) -> Self {
        Self::read(entries, Dress::default())
    }
}

impl<K: Into<Text>> FromIterator<(K, Node)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        let entry = |(key, value): (K, Node)| Entry {
            key: Node::string(key),
            value,
        };
        Self::read(
            entries.into_iter().map(entry).collect::<Arc<[_]>>(),
            Dress::default(),
        )
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|entry| (entry.shown(), &entry.value)))
            .finish()
    }
}

impl Entry {
    /// The key, unless it was decrypted: the lines of a decrypted env file can be keys.
    fn shown(&self) -> &str {
        match self.key.mark().source.is_secret() {
            true => "?",
            false => self.key.text().unwrap_or("?"),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.shown(), self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_until_one_is_written_to() {
        let mut first: Mapping = [("a", Node::int(1)), ("b", Node::int(2))]
            .into_iter()
            .collect();
        let second = first.clone();
        assert!(Arc::ptr_eq(&first.entries, &second.entries));
        assert_eq!(first.set("a", Node::int(7)), Some(Node::int(1)));
        assert_eq!(second.get("a"), Some(&Node::int(1)));
        assert_eq!(first.get("a"), Some(&Node::int(7)));
    }

    #[test]
    fn lookups_find_the_first_of_equal_keys() {
        let mut mapping: Mapping = [("a", Node::int(1)), ("a", Node::int(2))]
            .into_iter()
            .collect();
        assert_eq!(mapping.get("a"), Some(&Node::int(1)));
        mapping.remove("a");
        assert_eq!(mapping.get("a"), Some(&Node::int(2)));
    }

    #[test]
    fn a_local_tag_survives_a_new_text() {
        let mut scalar = Scalar::with_explicit_tag("!vault", Style::Plain, "one");
        scalar.set_text("two");
        assert_eq!(
            (scalar.tag_name(), scalar.text().as_str()),
            ("!vault", "two")
        );
        scalar.set_tag(Tag::Str);
        assert_eq!(
            (scalar.tag_name(), scalar.text().as_str()),
            ("!!str", "two")
        );
    }

    #[test]
    fn debug_shows_keys_and_no_values() {
        let node = Node::from(
            [("password", Node::string("hunter2"))]
                .into_iter()
                .collect::<Mapping>(),
        );
        let shown = format!("{node:?}");
        assert!(
            shown.contains("password") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
