//! What the scanner cuts a text into.

use super::super::tag::Style;
use super::super::text::Text;

/// The kinds of tokens, as in go-yaml's scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// A piece of the text with a meaning.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) style: Style,
    /// The first byte; a token that the scanner puts in has an empty range.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The text of a scalar, the name of an anchor or alias, the suffix of a tag, the prefix of a
    /// tag directive, or a version.
    pub(super) text: Text,
    /// The handle of a tag or tag directive.
    pub(super) handle: Option<Box<str>>,
}

impl Token {
    pub(super) fn new(kind: Kind, start: usize, end: usize) -> Self {
        Self::with_text(kind, start, end, Style::Plain, Text::default())
    }

    pub(super) fn with_text(
        kind: Kind,
        start: usize,
        end: usize,
        style: Style,
        text: Text,
    ) -> Self {
        Self {
            kind,
            style,
            // A source is shorter than 4 GiB.
            start: start as u32,
            end: end as u32,
            text,
            handle: None,
        }
    }
}
