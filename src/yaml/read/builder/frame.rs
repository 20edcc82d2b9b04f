//! The collections that are open: how nodes get into them, and what they become when they close.

use std::ops::Range;

use ecow::EcoVec;

use super::{Anchor, Builder, Properties};
use crate::error::Result;
use crate::yaml::node::{Dress, Entry, Mapping, Node, Scalar, Sequence};
use crate::yaml::read::comments::{Comment, Place};
use crate::yaml::read::merge;
use crate::yaml::resolve::plain_tag;
use crate::yaml::tag::{Style, Tag};
use crate::yaml::text::Text;

/// A collection that is not closed yet.
pub(super) struct Frame {
    state: State,
    flow: bool,
    /// Whether a key may ask for a merge.
    merges: bool,
    /// Whether the last of its entries waits for its value.
    keyed: bool,
    /// Where it begins; a source is shorter than 4 GiB.
    start: u32,
    /// Where the last key begins, or its `?`.
    question: u32,
    /// How many levels of collections its children hold.
    height: u32,
    /// Where its children begin in `items` or `entries`.
    base: usize,
    nodes_before: usize,
    aside: Option<Box<Aside>>,
}

/// What only few collections have.
#[derive(Default)]
struct Aside {
    tag: Option<Text>,
    anchor: Option<Text>,
    /// What was collected as comments at its start.
    comment: Option<Comment>,
    /// Where its last key stands, and the one before.
    places: Option<(Place, Option<Place>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::yaml::read) enum State {
    BlockSequence,
    IndentlessSequence,
    FlowSequenceFirst,
    FlowSequence,
    BlockMappingKey,
    BlockMappingValue,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingNoValue,
}

/// How many collections are open, and how much there is in them.
pub(in crate::yaml::read) struct Progress {
    stack: usize,
    items: usize,
    entries: usize,
    nodes: usize,
}

impl State {
    #[inline]
    fn is_sequence(self) -> bool {
        matches!(
            self,
            Self::BlockSequence
                | Self::IndentlessSequence
                | Self::FlowSequenceFirst
                | Self::FlowSequence
        )
    }
}

impl Builder<'_> {
    /// Sets what the innermost collection expects next.
    pub(in crate::yaml::read) fn go_on(&mut self, state: State) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = state;
        }
    }

    /// Notes that a key begins at `start`, with a `?` if its value may be missing.
    pub(in crate::yaml::read) fn expect_value(&mut self, start: usize) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = State::BlockMappingValue;
            frame.question = start as u32;
        }
    }

    /// The value of a `? key` without a `:`. Its place is the `?`, where nothing else stands.
    pub(in crate::yaml::read) fn missing_value(&mut self) -> Result<()> {
        let start = self.stack.last().map_or(0, |frame| frame.question);
        self.empty_scalar(start as usize)
    }

    /// A scalar without tag or anchor.
    #[inline]
    pub(in crate::yaml::read) fn bare_scalar(&mut self, start: usize, style: Style, text: Text) {
        let tag = match style {
            Style::Plain => plain_tag(text.as_bytes()),
            _ => Tag::Str,
        };
        let node = Node::new(Scalar::new(tag, style, text), self.id.mark(start));
        self.nodes += 1;
        self.complete(node, 0, None);
    }

    /// A plain text as a node.
    #[inline(always)]
    fn plain_node(&self, range: Range<usize>) -> Node {
        let part = self.scanner.part(&range);
        let tag = plain_tag(part.as_bytes());
        let text = Text::part(self.source(), part, range.start);
        Node::new(
            Scalar::new(tag, Style::Plain, text),
            self.id.mark(range.start),
        )
    }

    /// A plain key of the innermost mapping, where no comments are kept. It is no `<<`.
    #[inline]
    pub(in crate::yaml::read) fn plain_key(&mut self, key: Range<usize>) {
        self.nodes += 1;
        if let Some(frame) = self.stack.last_mut() {
            frame.keyed = true;
        }
        let entry = Entry {
            key: self.plain_node(key),
            value: Node::default(),
        };
        self.entries.push(entry);
    }

    /// A key and its value, both plain, in the innermost mapping, where no comments are kept. The
    /// key is no `<<`.
    #[inline]
    pub(in crate::yaml::read) fn plain_entry(&mut self, key: Range<usize>, value: Range<usize>) {
        self.nodes += 2;
        let entry = Entry {
            key: self.plain_node(key),
            value: self.plain_node(value),
        };
        self.entries.push(entry);
    }

    /// A plain item of the innermost list, where no comments are kept.
    #[inline]
    pub(in crate::yaml::read) fn plain_item(&mut self, item: Range<usize>) {
        self.nodes += 1;
        self.items.push(self.plain_node(item));
    }

    /// Opens a collection without tag or anchor.
    #[inline]
    pub(in crate::yaml::read) fn open_bare(&mut self, state: State, start: usize) -> Result<()> {
        let flow = matches!(
            state,
            State::FlowSequenceFirst | State::FlowMappingFirst | State::FlowPairKey
        );
        self.push_frame(state, flow, start, None)
    }

    /// What the innermost collection expects next.
    #[inline]
    pub(in crate::yaml::read) fn state(&self) -> Option<State> {
        self.stack.last().map(|frame| frame.state)
    }

    pub(super) fn scalar(
        &mut self,
        scalar: Scalar,
        start: usize,
        anchor: Option<Text>,
    ) -> Result<()> {
        let node = Node::new(scalar, self.id.mark(start));
        self.nodes += 1;
        if let Some(name) = anchor {
            self.keep_anchor(&name, &node);
            let closed = Anchor::Closed {
                node: node.clone(),
                size: 1,
                height: 0,
            };
            self.anchors.insert(name, closed);
        }
        self.complete(node, 0, None);
        Ok(())
    }

    /// A value that is not there: null.
    pub(in crate::yaml::read) fn empty_scalar(&mut self, at: usize) -> Result<()> {
        self.scalar(
            Scalar::new(Tag::Null, Style::Plain, Text::default()),
            at,
            None,
        )
    }

    pub(super) fn open(
        &mut self,
        state: State,
        flow: bool,
        start: usize,
        properties: Properties,
    ) -> Result<()> {
        if let Some(name) = &properties.anchor {
            self.anchors.insert(name.clone(), Anchor::Open);
        }
        let aside = properties.any.then(|| {
            Box::new(Aside {
                tag: properties.tag,
                anchor: properties.anchor,
                ..Aside::default()
            })
        });
        self.push_frame(state, flow, start, aside)
    }

    #[inline(always)]
    fn push_frame(
        &mut self,
        state: State,
        flow: bool,
        start: usize,
        aside: Option<Box<Aside>>,
    ) -> Result<()> {
        if self.stack.len() >= self.options.limits.depth {
            return Err(self.scanner.too_deep(start));
        }
        let base = match state.is_sequence() {
            true => self.items.len(),
            false => self.entries.len(),
        };
        self.stack.push(Frame {
            state,
            flow,
            merges: false,
            keyed: false,
            start: start as u32,
            question: start as u32,
            height: 0,
            base,
            nodes_before: self.nodes,
            aside,
        });
        Ok(())
    }

    /// Opens the mapping of a single `key: value` inside `[…]`.
    pub(in crate::yaml::read) fn open_flow_pair(&mut self, start: usize) -> Result<()> {
        self.open_bare(State::FlowPairKey, start)
    }

    pub(super) fn keep_start_comment(&mut self) {
        if self.options.comments {
            // Line and foot are taken from the collection's end instead.
            let comment = self.scanner.take_comment();
            if let Some(frame) = self.stack.last_mut() {
                frame.aside.get_or_insert_default().comment = Some(comment);
            }
        }
    }

    pub(super) fn keep_stem_comment(&mut self) {
        if self.options.comments {
            let head = self.scanner.take_stem();
            if let Some(frame) = self.stack.last_mut() {
                frame.aside.get_or_insert_default().comment = Some(Comment {
                    head,
                    ..Comment::default()
                });
            }
        }
    }

    /// Gives a node that is whole to the collection around it; `alias` is where the alias begins
    /// that it stands in for.
    #[inline(always)]
    pub(super) fn complete(&mut self, node: Node, height: u32, alias: Option<usize>) {
        if self.options.comments {
            self.move_comments(&node, alias);
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.height = frame.height.max(height);
        if frame.state.is_sequence() {
            self.items.push(node);
        } else if frame.keyed {
            frame.keyed = false;
            if let Some(entry) = self.entries.last_mut() {
                // What stood there owns nothing, so that there is nothing to drop.
                std::mem::forget(std::mem::replace(&mut entry.value, node));
            }
        } else {
            frame.merges |= node.as_scalar().is_some_and(|key| *key.text() == *"<<");
            frame.keyed = true;
            self.entries.push(Entry {
                key: node,
                value: Node::default(),
            });
        }
    }

    /// Gives comments below keys and values of the innermost mapping, of which `node` is the next,
    /// to the keys that they belong to.
    #[cold]
    fn move_comments(&mut self, node: &Node, alias: Option<usize>) {
        let place = match alias {
            Some(start) => Place::scalar(self.id.mark(start)),
            None => Place::of(node),
        };
        let Some(frame) = self.stack.last_mut() else {
            return;
        };
        if frame.state.is_sequence() {
            return;
        }
        if frame.keyed {
            let places = frame.aside.as_ref().and_then(|aside| aside.places);
            // The foot of an entry is kept with its key.
            if let Some((key, _)) = places
                && self.comments.has_foot(place)
                && !self.comments.has_foot(key)
            {
                let foot = self.comments.take_foot(place);
                self.comments.set_foot(key, foot);
            }
            return;
        }
        let places = &mut frame.aside.get_or_insert_default().places;
        let before = places.map(|(key, _)| key);
        *places = Some((place, before));
        if let Some(before) = before.filter(|_| !frame.flow) {
            // What stands below the value before it.
            if self.comments.has_foot(place) {
                let foot = self.comments.take_foot(place);
                self.comments.set_foot(before, foot);
            }
        }
    }

    /// Closes the innermost collection.
    pub(in crate::yaml::read) fn close(&mut self) -> Result<()> {
        let Some(mut frame) = self.stack.pop() else {
            return Ok(());
        };
        let mark = self.id.mark(frame.start as usize);
        let tag = frame.aside.as_mut().and_then(|aside| aside.tag.take());
        let dress = match (tag, frame.flow) {
            (None, false) => Dress::default(),
            (None, true) => self.flow_dress(),
            (tag, flow) => Dress::new(flow, tag),
        };
        let node = if frame.state.is_sequence() {
            let items: EcoVec<Node> = self.items.drain(frame.base..).collect();
            Node::new(Sequence::read(items, dress), mark)
        } else {
            let entries: EcoVec<Entry> = match frame.merges && self.options.merges {
                true => self.merged(frame.base)?,
                false => self.entries.drain(frame.base..).collect(),
            };
            Node::new(Mapping::read(entries, dress), mark)
        };
        self.nodes += 1;
        let height = frame.height + 1;
        if let Some(aside) = frame.aside {
            self.close_aside(*aside, &node, frame.flow, height, frame.nodes_before);
        }
        self.complete(node, height, None);
        Ok(())
    }

    /// What an untagged `{…}` or `[…]` shows.
    fn flow_dress(&mut self) -> Dress {
        if !self.flow.is_flow() {
            self.flow = Dress::new(true, None);
        }
        self.flow.clone()
    }

    /// The entries from `base` on with what their merge key asks for.
    #[cold]
    fn merged(&mut self, base: usize) -> Result<EcoVec<Entry>> {
        let entries = self.entries.drain(base..).collect();
        Ok(merge::expand(entries, self.scanner.source)?.into())
    }

    /// Notes what only few collections have, when they close.
    #[cold]
    fn close_aside(
        &mut self,
        aside: Aside,
        node: &Node,
        flow: bool,
        height: u32,
        nodes_before: usize,
    ) {
        if let Some(comment) = aside.comment {
            self.close_comment(comment, node, flow, aside.places);
        }
        if let Some(name) = aside.anchor {
            self.keep_anchor(&name, node);
            let closed = Anchor::Closed {
                node: node.clone(),
                size: self.nodes - nodes_before,
                height,
            };
            self.anchors.insert(name, closed);
        }
    }

    /// How far building has come.
    pub(in crate::yaml::read) fn progress(&self) -> Progress {
        Progress {
            stack: self.stack.len(),
            items: self.items.len(),
            entries: self.entries.len(),
            nodes: self.nodes,
        }
    }

    /// Forgets the collections that were opened since then, and what they hold.
    pub(in crate::yaml::read) fn rewind(&mut self, to: Progress) {
        self.stack.truncate(to.stack);
        self.items.truncate(to.items);
        self.entries.truncate(to.entries);
        self.nodes = to.nodes;
    }

    /// Attaches the comments of a collection: those of its start and those of its end.
    fn close_comment(
        &mut self,
        start: Comment,
        node: &Node,
        flow: bool,
        places: Option<(Place, Option<Place>)>,
    ) {
        // The end of a block sequence has none: what stands there belongs to what follows.
        let ends = flow || node.as_mapping().is_some();
        let mut end = if ends {
            self.scanner.take_comment()
        } else {
            Comment::default()
        };
        if let (false, Some((key, _))) = (flow, places)
            && !end.foot.is_empty()
        {
            self.comments.set_foot(key, std::mem::take(&mut end.foot));
        }
        end.head = start.head;
        self.comments.attach(Place::of(node), end);
    }
}
