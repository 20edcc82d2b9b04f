//! Tokens to nodes: go-yaml v3's `parserc.go` and the node building of its `decode.go` in one pass
//! and with a stack of its own, so that deep input costs no recursion.

use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::super::node::{Dress, Entry, Mapping, Node, Scalar, Sequence};
use super::super::resolve::plain_tag;
use super::super::tag::{Style, Tag};
use super::super::text::Text;
use super::comments::{Comment, Comments, Place};
use super::merge;
use super::scan::Scanner;
use super::token::Kind;
use super::{Document, ReadOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Source;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// Reads documents off one piece of a source.
pub(super) struct Builder<'s> {
    pub(super) scanner: Scanner<'s>,
    options: ReadOptions,
    stack: Vec<Frame>,
    items: Vec<Node>,
    entries: Vec<Entry>,
    root: Option<Node>,
    anchors: HashMap<Text, Anchor>,
    /// Handle and prefix of each `%TAG` directive.
    tag_directives: Vec<(Box<str>, Text)>,
    /// How many nodes there are, counting what aliases stand for each time.
    nodes: usize,
    /// How many of them came from aliases.
    alias_nodes: usize,
    comments: Comments,
    /// What all untagged `{…}` and `[…]` show.
    flow: Dress,
    started: bool,
    /// A plain key that was seen ahead of its turn.
    pub(super) seen_key: Option<(usize, usize)>,
}

/// A collection that is not closed yet.
struct Frame {
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
pub(super) enum State {
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

enum Anchor {
    /// The collection it names is not closed yet.
    Open,
    Closed {
        node: Node,
        size: usize,
        height: usize,
    },
}

/// Tag and anchor before a node.
#[derive(Default)]
struct Properties {
    /// Whether there is any. A lone `!` is one and leaves no tag.
    any: bool,
    tag: Option<Text>,
    anchor: Option<Text>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(scanner: Scanner<'s>, options: ReadOptions) -> Self {
        Self {
            scanner,
            options,
            // Room for an ordinary manifest: growing step by step costs more than it saves.
            stack: Vec::with_capacity(8),
            items: Vec::with_capacity(8),
            entries: Vec::with_capacity(32),
            root: None,
            anchors: HashMap::new(),
            tag_directives: Vec::new(),
            nodes: 0,
            alias_nodes: 0,
            comments: Comments::default(),
            flow: Dress::new(true, None),
            started: false,
            seen_key: None,
        }
    }

    /// Goes to a piece of the source as if nothing had been read before; without comments.
    pub(super) fn begin(&mut self, piece: Range<usize>) {
        self.scanner.begin(piece);
        self.anchors.clear();
        self.nodes = 0;
        self.alias_nodes = 0;
        self.started = false;
    }

    fn source(&self) -> &'s Source {
        self.scanner.source
    }

    /// The next document, or `None` at the end of the text. go-yaml v3 looks at what follows its
    /// end, v2 does not.
    pub(super) fn document(&mut self, looks_ahead: bool) -> Result<Option<Document>> {
        let head = match !self.started && self.opens_without_tokens()? {
            true => String::new(),
            false => match self.document_start()? {
                Some(head) => head,
                None => return Ok(None),
            },
        };
        self.started = true;
        self.collections()?;
        let ended = self.scanner.peek_kind()? == Kind::DocumentEnd;
        if ended {
            self.scanner.skip()?;
        }
        if looks_ahead {
            // The reference reads the end of a document together with what follows it.
            self.scanner.look_past_end()?;
        }
        self.tag_directives.clear();
        let mut foot = self.scanner.take_comment();
        if foot.foot.is_empty() {
            foot.foot = std::mem::take(&mut foot.head);
        }
        let Some(node) = self.root.take() else {
            return Ok(None);
        };
        let mut comments = std::mem::take(&mut self.comments);
        comments.head = head;
        comments.foot = foot.foot;
        Ok(Some(Document { node, comments }))
    }

    /// Reads up to the first scalar or collection of the next document, and that scalar; returns
    /// the comment before all of it, or `None` at the end of the text.
    fn document_start(&mut self) -> Result<Option<String>> {
        if self.started {
            while self.scanner.peek_kind()? == Kind::DocumentEnd {
                self.scanner.skip()?;
            }
        }
        let mut kind = self.scanner.peek_kind()?;
        if kind == Kind::StreamEnd {
            return Ok(None);
        }
        let directives = matches!(kind, Kind::VersionDirective | Kind::TagDirective);
        let explicit = self.started || directives || kind == Kind::DocumentStart;
        self.directives()?;
        let head = if explicit {
            let (start, _) = self.scanner.peek_range()?;
            if self.scanner.peek_kind()? != Kind::DocumentStart {
                return Err(self.scanner.error(
                    start,
                    "a `---` line must stand before this; only one document was expected",
                ));
            }
            self.scanner.skip()?;
            String::new()
        } else {
            self.scanner.take_document_head()
        };
        kind = self.scanner.peek_kind()?;
        let empty = explicit
            && matches!(
                kind,
                Kind::VersionDirective
                    | Kind::TagDirective
                    | Kind::DocumentStart
                    | Kind::DocumentEnd
                    | Kind::StreamEnd
            );
        if empty {
            let (start, _) = self.scanner.peek_range()?;
            self.empty_scalar(start)?;
        } else {
            self.node(true, false)?;
        }
        Ok(Some(head))
    }

    fn directives(&mut self) -> Result<()> {
        let mut version = false;
        loop {
            let (start, _) = self.scanner.peek_range()?;
            match self.scanner.peek_kind()? {
                Kind::VersionDirective => {
                    if version {
                        return Err(self.scanner.error(start, "a second `%YAML` directive"));
                    }
                    version = true;
                    self.scanner.skip()?;
                }
                Kind::TagDirective => {
                    let token = self.scanner.next()?;
                    let handle = token.handle.unwrap_or_default();
                    if self
                        .tag_directives
                        .iter()
                        .any(|(known, _)| *known == handle)
                    {
                        let message = format!("a second `%TAG` directive for `{handle}`");
                        return Err(self.scanner.error(start, &message));
                    }
                    self.tag_directives.push((handle, token.text));
                }
                _ => return Ok(()),
            }
        }
    }

    /// Reads on until every open collection is closed.
    fn collections(&mut self) -> Result<()> {
        loop {
            self.shortcut()?;
            let Some(frame) = self.stack.last() else {
                return Ok(());
            };
            match frame.state {
                State::BlockSequence => self.block_sequence_entry()?,
                State::IndentlessSequence => self.indentless_sequence_entry()?,
                State::BlockMappingKey => self.block_mapping_key()?,
                State::BlockMappingValue => self.block_mapping_value()?,
                State::FlowSequenceFirst => self.flow_sequence_entry(true)?,
                State::FlowSequence => self.flow_sequence_entry(false)?,
                State::FlowPairKey => self.flow_pair_key()?,
                State::FlowPairValue => self.flow_pair_value()?,
                State::FlowPairEnd => self.close()?,
                State::FlowMappingFirst => self.flow_mapping_key(true)?,
                State::FlowMappingKey => self.flow_mapping_key(false)?,
                State::FlowMappingValue => self.flow_mapping_value()?,
                State::FlowMappingNoValue => {
                    self.go_on(State::FlowMappingKey);
                    let (start, _) = self.scanner.peek_range()?;
                    self.empty_scalar(start)?;
                }
            }
        }
    }

    /// Sets what the innermost collection expects next.
    pub(super) fn go_on(&mut self, state: State) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = state;
        }
    }

    /// Notes that a key begins at `start`, with a `?` if its value may be missing.
    pub(super) fn expect_value(&mut self, start: usize) {
        if let Some(frame) = self.stack.last_mut() {
            frame.state = State::BlockMappingValue;
            frame.question = start;
        }
    }

    /// The value of a `? key` without a `:`. Its place is the `?`, where nothing else stands.
    pub(super) fn missing_value(&mut self) -> Result<()> {
        let start = self.stack.last().map_or(0, |frame| frame.question);
        self.empty_scalar(start)
    }

    /// Reads a scalar or alias whole, or the start of a collection.
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Result<()> {
        let mut kind = self.scanner.peek_kind()?;
        if kind == Kind::Alias {
            return self.alias();
        }
        let (start, _) = self.scanner.peek_range()?;
        let mut properties = Properties::default();
        if matches!(kind, Kind::Anchor | Kind::Tag) {
            properties = self.properties()?;
            kind = self.scanner.peek_kind()?;
        }
        match kind {
            Kind::Scalar => {
                let token = self.scanner.next()?;
                self.attach_comment(start);
                let scalar = match properties.tag {
                    None if token.style == Style::Plain => {
                        Scalar::new(plain_tag(token.text.as_bytes()), token.style, token.text)
                    }
                    None => Scalar::new(Tag::Str, token.style, token.text),
                    Some(tag) => Scalar::with_explicit_tag(&tag, token.style, token.text),
                };
                self.scalar(scalar, start, properties.anchor)
            }
            Kind::BlockEntry if indentless => {
                self.open(State::IndentlessSequence, false, start, properties)
            }
            Kind::FlowSequenceStart => {
                self.open(State::FlowSequenceFirst, true, start, properties)?;
                self.keep_start_comment();
                self.scanner.skip()
            }
            Kind::FlowMappingStart => {
                self.open(State::FlowMappingFirst, true, start, properties)?;
                self.keep_start_comment();
                self.scanner.skip()
            }
            Kind::BlockSequenceStart if block => {
                self.open(State::BlockSequence, false, start, properties)?;
                self.keep_stem_comment();
                self.scanner.skip()
            }
            Kind::BlockMappingStart if block => {
                self.open(State::BlockMappingKey, false, start, properties)?;
                self.keep_stem_comment();
                self.scanner.skip()
            }
            _ if properties.any => {
                let scalar = match properties.tag {
                    None => Scalar::new(Tag::Null, Style::Plain, Text::default()),
                    Some(tag) => Scalar::with_explicit_tag(&tag, Style::Plain, Text::default()),
                };
                self.scalar(scalar, start, properties.anchor)
            }
            _ => {
                let (at, _) = self.scanner.peek_range()?;
                Err(self.no_content(at, kind))
            }
        }
    }

    #[cold]
    fn no_content(&self, at: usize, kind: Kind) -> Error {
        let message = match kind {
            Kind::FlowEntry => "a value is missing before this `,`",
            Kind::FlowSequenceEnd => "a `]` without its `[`, or a value is missing before it",
            Kind::FlowMappingEnd => "a `}` without its `{`, or a value is missing before it",
            Kind::BlockEntry => "a list item (`- `) cannot stand inside `[…]` or `{…}`",
            Kind::StreamEnd => "the text ends where a value is missing",
            _ => "a value is missing here",
        };
        self.scanner.error(at, message)
    }

    fn properties(&mut self) -> Result<Properties> {
        let mut properties = Properties {
            any: true,
            ..Properties::default()
        };
        let mut tagged = false;
        for _ in 0..2 {
            match self.scanner.peek_kind()? {
                Kind::Anchor if properties.anchor.is_none() => {
                    properties.anchor = Some(self.scanner.next()?.text);
                }
                Kind::Tag if !tagged => {
                    tagged = true;
                    let token = self.scanner.next()?;
                    let name = self.tag_name(token.handle, token.text, token.start as usize)?;
                    // A lone `!` says nothing about a plain scalar and little else of use.
                    properties.tag = Some(name).filter(|name| *name != "!");
                }
                _ => break,
            }
        }
        Ok(properties)
    }

    /// The short name of a tag.
    fn tag_name(&self, handle: Option<Box<str>>, suffix: Text, at: usize) -> Result<Text> {
        let Some(handle) = handle else {
            return Ok(short_tag(suffix));
        };
        let declared = self
            .tag_directives
            .iter()
            .find(|(known, _)| *known == handle);
        let prefix = match (declared, &*handle) {
            (Some((_, prefix)), _) => prefix.as_str(),
            (None, "!") => "!",
            (None, "!!") => YAML_TAGS,
            (None, handle) => {
                let message = format!("no `%TAG` directive declares the tag handle `{handle}`");
                return Err(self.scanner.error(at, &message));
            }
        };
        Ok(short_tag(Text::from(format!("{prefix}{suffix}"))))
    }

    fn alias(&mut self) -> Result<()> {
        let token = self.scanner.next()?;
        let start = token.start as usize;
        self.attach_comment(start);
        if !self.options.aliases && self.anchors.contains_key(&token.text) {
            self.nodes += 1;
            let node = Node::alias(token.text, self.source().mark(start));
            self.complete(node, 0, Some(start));
            return Ok(());
        }
        let (node, size, height) = match self.anchors.get(&token.text) {
            None => {
                // Its name may be a password that lacks its quotes.
                let message = "no anchor of this name stands before this alias; put quotes around \
                               a text that begins with `*`";
                return Err(Error::at(ErrorKind::Alias, self.source(), start, message));
            }
            Some(Anchor::Open) => {
                let message = format!(
                    "the alias `*{}` stands inside what it stands for",
                    token.text
                );
                return Err(Error::at(ErrorKind::Alias, self.source(), start, message));
            }
            Some(Anchor::Closed { node, size, height }) => (node.clone(), *size, *height),
        };
        self.nodes += size;
        self.alias_nodes += size;
        if self.alias_nodes > self.options.limits.alias_nodes {
            let message = format!(
                "the aliases of this document stand for more than {} nodes, the limit `alias_nodes`",
                self.options.limits.alias_nodes
            );
            return Err(Error::at(ErrorKind::Limit, self.source(), start, message));
        }
        if self.stack.len() + height > self.options.limits.depth {
            return Err(self.scanner.too_deep(start));
        }
        self.complete(node, height, Some(start));
        Ok(())
    }

    fn keep_anchor(&mut self, name: &Text, node: &Node) {
        if !self.options.aliases {
            self.comments.set_anchor(Place::of(node), name.clone());
        }
    }

    /// Gives what waits as comments to the scalar or alias at `start`.
    #[inline]
    fn attach_comment(&mut self, start: usize) {
        if self.options.comments {
            let comment = self.scanner.take_comment();
            let place = Place::scalar(self.source().mark(start));
            self.comments.attach(place, comment);
        }
    }

    /// A scalar without tag or anchor.
    pub(super) fn bare_scalar(&mut self, start: usize, style: Style, text: Text) -> Result<()> {
        let tag = match style {
            Style::Plain => plain_tag(text.as_bytes()),
            _ => Tag::Str,
        };
        self.scalar(Scalar::new(tag, style, text), start, None)
    }

    /// Opens a block collection without tag or anchor.
    pub(super) fn open_block(&mut self, state: State, start: usize) -> Result<()> {
        self.open(state, false, start, Properties::default())
    }

    /// What the innermost collection expects next.
    #[inline]
    pub(super) fn state(&self) -> Option<State> {
        self.stack.last().map(|frame| frame.state)
    }

    fn scalar(&mut self, scalar: Scalar, start: usize, anchor: Option<Text>) -> Result<()> {
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
    pub(super) fn empty_scalar(&mut self, at: usize) -> Result<()> {
        self.scalar(
            Scalar::new(Tag::Null, Style::Plain, Text::default()),
            at,
            None,
        )
    }

    fn open(
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
    pub(super) fn open_flow_pair(&mut self, start: usize) -> Result<()> {
        self.open(State::FlowPairKey, true, start, Properties::default())
    }

    fn keep_start_comment(&mut self) {
        if self.options.comments {
            // Line and foot are taken from the collection's end instead.
            let comment = self.scanner.take_comment();
            if let Some(frame) = self.stack.last_mut() {
                frame.aside.get_or_insert_default().comment = Some(comment);
            }
        }
    }

    fn keep_stem_comment(&mut self) {
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
    fn complete(&mut self, node: Node, height: usize, alias: Option<usize>) {
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
    pub(super) fn close(&mut self) -> Result<()> {
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

/// `tag:yaml.org,2002:int` as `!!int`.
fn short_tag(tag: Text) -> Text {
    match tag.strip_prefix(YAML_TAGS) {
        Some(name) => Text::from(format!("!!{name}")),
        None => tag,
    }
}
