//! Tokens to nodes: go-yaml v3's `parserc.go` and the node building of its `decode.go` in one pass
//! and with a stack of its own, so that deep input costs no recursion.

mod frame;

use std::ops::Range;

use foldhash::{HashMap, HashMapExt};

use super::super::node::{Dress, Entry, Node, Scalar};
use super::super::resolve::plain_tag;
use super::super::tag::{Style, Tag};
use super::super::text::Text;
use super::comments::{Comments, Place};
use super::scan::Scanner;
use super::token::Kind;
use super::{Document, ReadOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Source, SourceId};
use frame::Frame;
pub(super) use frame::State;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// Reads documents off one piece of a source.
pub(super) struct Builder<'s> {
    pub(super) scanner: Scanner<'s>,
    options: ReadOptions,
    id: SourceId,
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
    /// What all untagged `{…}` and `[…]` show, once there is any.
    flow: Dress,
    started: bool,
}

/// The memory for what is open while a text is read, to be used again for the next text.
pub(crate) struct Room {
    stack: Vec<Frame>,
    items: Vec<Node>,
    entries: Vec<Entry>,
}

/// Enough for an ordinary manifest: growing step by step costs more than it saves.
impl Default for Room {
    fn default() -> Self {
        Self {
            stack: Vec::with_capacity(16),
            items: Vec::with_capacity(8),
            entries: Vec::with_capacity(32),
        }
    }
}

enum Anchor {
    /// The collection it names is not closed yet.
    Open,
    Closed {
        node: Node,
        size: usize,
        height: u32,
    },
}

/// Tag and anchor before a node.
#[derive(Default)]
struct Properties {
    /// Whether there is any. A lone `!` is one and leaves no tag.
    any: bool,
    /// Whether a lone `!` makes a plain scalar a string.
    is_string: bool,
    tag: Option<Text>,
    anchor: Option<Text>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(scanner: Scanner<'s>, options: ReadOptions) -> Self {
        Self::in_room(Room::default(), scanner, options)
    }

    /// Uses memory that another gave back as [`into_room`](Self::into_room).
    pub(super) fn in_room(room: Room, scanner: Scanner<'s>, options: ReadOptions) -> Self {
        Self {
            id: scanner.source.id(),
            scanner,
            options,
            stack: room.stack,
            items: room.items,
            entries: room.entries,
            root: None,
            anchors: HashMap::new(),
            tag_directives: Vec::new(),
            nodes: 0,
            alias_nodes: 0,
            comments: Comments::default(),
            flow: Dress::default(),
            started: false,
        }
    }

    /// The memory for what was open. Nothing is, once a document was read without an error.
    pub(super) fn into_room(self) -> Room {
        Room {
            stack: self.stack,
            items: self.items,
            entries: self.entries,
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
        // Where the text ends without tokens, there is nothing to look at.
        if !(self.scanner.is_idle() && self.scanner.is_at_end()) {
            if self.scanner.peek_kind()? == Kind::DocumentEnd {
                self.scanner.skip()?;
            }
            if looks_ahead {
                // The reference reads the end of a document together with what follows it.
                self.scanner.look_past_end()?;
            }
        }
        self.tag_directives.clear();
        let Some(node) = self.root.take() else {
            return Ok(None);
        };
        let comments = match self.options.comments {
            true => self.document_comments(head),
            false => std::mem::take(&mut self.comments),
        };
        Ok(Some(Document { node, comments }))
    }

    /// The comments of the document that was read.
    fn document_comments(&mut self, head: String) -> Comments {
        let foot = self.scanner.take_comment();
        let foot = match foot.foot.is_empty() {
            true => foot.head,
            false => foot.foot,
        };
        let mut comments = std::mem::take(&mut self.comments);
        comments.set_ends(head, foot);
        comments
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
                    // Not before: a document may end at a directive that nobody asks for.
                    let token = self.scanner.next()?;
                    if !token
                        .text
                        .split('.')
                        .all(|digits| matches!(digits, "1" | "01"))
                    {
                        let at = token.end as usize - token.text.len();
                        return Err(self.scanner.error(at, "only YAML 1.1 can be asked for"));
                    }
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
            let Some(state) = self.state() else {
                return Ok(());
            };
            match state {
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
                let mut token = self.scanner.next()?;
                self.attach_comment(start);
                if properties.is_string && token.style == Style::Plain {
                    token.style = Style::DoubleQuoted;
                }
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
                    None if properties.is_string => {
                        Scalar::new(Tag::Str, Style::DoubleQuoted, Text::default())
                    }
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
                    // A lone `!` says nothing, if it does not say that a plain scalar is a string.
                    properties.is_string = name == "!" && self.options.lone_tags;
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
            let node = Node::alias(token.text, self.id.mark(start));
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
        if self.stack.len() + height as usize > self.options.limits.depth {
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
            let place = Place::scalar(self.id.mark(start));
            self.comments.attach(place, comment);
        }
    }
}

/// `tag:yaml.org,2002:int` as `!!int`.
fn short_tag(tag: Text) -> Text {
    match tag.strip_prefix(YAML_TAGS) {
        Some(name) => Text::from(format!("!!{name}")),
        None => tag,
    }
}
