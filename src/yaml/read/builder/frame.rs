//! The collections that are open: how nodes get into them, and what they become when they close.

use std::ops::Range;
use std::sync::Arc;

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
    start: usize,
    /// Where its children begin in `items` or `entries`.
    base: usize,
    key: Option<Node>,
    /// Where the last key begins, or its `?`.
    question: usize,
    /// How many levels of collections its children hold.
    height: usize,
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
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequence,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingNoValue,
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
            frame.question = start;
        }
    }

    /// The value of a `? key` without a `:`. Its place is the `?`, where nothing else stands.
    pub(in crate::yaml::read) fn missing_value(&mut self) -> Result<()> {
        let start = self.stack.last().map_or(0, |frame| frame.question);
        self.empty_scalar(start)
    }

    /// A scalar without tag or anchor.
    pub(in crate::yaml::read) fn bare_scalar(
        &mut self,
        start: usize,
        style: Style,
        text: Text,
    ) -> Result<()> {
        let tag = match style {
            Style::Plain => plain_tag(text.as_bytes()),
            _ => Tag::Str,
        };
        self.scalar(Scalar::new(tag, style, text), start, None)
    }

    /// A key and its value, both plain, in the innermost mapping, where no comments are kept. The
    /// key is no `<<`.
    pub(in crate::yaml::read) fn plain_entry(&mut self, key: Range<usize>, value: Range<usize>) {
        let source = self.source();
        let node = |range: Range<usize>| {
            let mark = source.mark(range.start);
            let text = Text::from_source(source, range);
            let tag = plain_tag(text.as_bytes());
            Node::new(Scalar::new(tag, Style::Plain, text), mark)
        };
        self.nodes += 2;
        self.entries.push(Entry {
            key: node(key),
            value: node(value),
        });
    }

    /// Opens a block collection without tag or anchor.
    pub(in crate::yaml::read) fn open_block(&mut self, state: State, start: usize) -> Result<()> {
        self.open(state, false, start, Properties::default())
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
        let node = Node::new(scalar, self.source().mark(start));
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
        if self.stack.len() >= self.options.limits.depth {
            return Err(self.scanner.too_deep(start));
        }
        if let Some(name) = &properties.anchor {
            self.anchors.insert(name.clone(), Anchor::Open);
        }
        let sequence = matches!(
            state,
            State::BlockSequence | State::IndentlessSequence | State::FlowSequenceFirst
        );
        let aside = properties.any.then(|| {
            Box::new(Aside {
                tag: properties.tag,
                anchor: properties.anchor,
                ..Aside::default()
            })
        });
        self.stack.push(Frame {
            state,
            flow,
            merges: false,
            start,
            base: if sequence {
                self.items.len()
            } else {
                self.entries.len()
            },
            key: None,
            question: start,
            height: 0,
            nodes_before: self.nodes,
            aside,
        });
        Ok(())
    }

    /// Opens the mapping of a single `key: value` inside `[…]`.
    pub(in crate::yaml::read) fn open_flow_pair(&mut self, start: usize) -> Result<()> {
        self.open(State::FlowPairKey, true, start, Properties::default())
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
    #[inline]
    pub(super) fn complete(&mut self, node: Node, height: usize, alias: Option<usize>) {
        let place = match (self.options.comments, alias) {
            (false, _) => None,
            (true, Some(start)) => Some(Place::scalar(self.source().mark(start))),
            (true, None) => Some(Place::of(&node)),
        };
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.height = frame.height.max(height);
        match frame.state {
            State::BlockSequence
            | State::IndentlessSequence
            | State::FlowSequenceFirst
            | State::FlowSequence => self.items.push(node),
            _ => match frame.key.take() {
                None => {
                    frame.merges |= node.as_scalar().is_some_and(|key| *key.text() == *"<<");
                    frame.key = Some(node);
                    if let Some(place) = place {
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
                }
                Some(key) => {
                    self.entries.push(Entry { key, value: node });
                    let places = frame.aside.as_ref().and_then(|aside| aside.places);
                    if let (Some(place), Some((key, _))) = (place, places) {
                        // The foot of an entry is kept with its key.
                        if self.comments.has_foot(place) && !self.comments.has_foot(key) {
                            let foot = self.comments.take_foot(place);
                            self.comments.set_foot(key, foot);
                        }
                    }
                }
            },
        }
    }

    /// Closes the innermost collection.
    pub(in crate::yaml::read) fn close(&mut self) -> Result<()> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let mark = self.source().mark(frame.start);
        let sequence = matches!(
            frame.state,
            State::BlockSequence
                | State::IndentlessSequence
                | State::FlowSequenceFirst
                | State::FlowSequence
        );
        let aside = frame.aside.map(|aside| *aside).unwrap_or_default();
        let dress = match aside.tag {
            None if frame.flow => self.flow.clone(),
            tag => Dress::new(frame.flow, tag),
        };
        let node = if sequence {
            let items: Arc<[Node]> = self.items.drain(frame.base..).collect();
            Node::new(Sequence::read(items, dress), mark)
        } else {
            let entries = self.entries.drain(frame.base..);
            let entries: Arc<[Entry]> = if frame.merges && self.options.merges {
                merge::expand(entries.collect(), self.scanner.source)?.into()
            } else {
                entries.collect()
            };
            Node::new(Mapping::read(entries, dress), mark)
        };
        self.nodes += 1;
        if let Some(comment) = aside.comment {
            self.close_comment(comment, &node, frame.flow, aside.places);
        }
        let height = frame.height + 1;
        if let Some(name) = aside.anchor {
            self.keep_anchor(&name, &node);
            let closed = Anchor::Closed {
                node: node.clone(),
                size: self.nodes - frame.nodes_before,
                height,
            };
            self.anchors.insert(name, closed);
        }
        self.complete(node, height, None);
        Ok(())
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
