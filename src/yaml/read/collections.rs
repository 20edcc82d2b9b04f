//! What may stand where in block and flow collections, state by state.

use super::builder::{Builder, State};
use super::token::Kind;
use crate::error::Result;

impl Builder<'_> {
    /// `- item` or the end of the list.
    pub(super) fn block_sequence_entry(&mut self) -> Result<()> {
        match self.scanner.peek_kind()? {
            Kind::BlockEntry => {
                let end = self.take_entry_indicator()?;
                self.item_after(end)
            }
            Kind::BlockEnd => {
                self.scanner.skip()?;
                self.close()
            }
            _ => {
                let (at, _) = self.scanner.peek_range()?;
                Err(self.scanner.error(
                    at,
                    "a list goes on here, so a `- ` is expected; check the indentation",
                ))
            }
        }
    }

    /// `- item` at the indentation of the key that holds the list.
    pub(super) fn indentless_sequence_entry(&mut self) -> Result<()> {
        if self.scanner.peek_kind()? != Kind::BlockEntry {
            return self.close();
        }
        let end = self.take_entry_indicator()?;
        self.indentless_item_after(end)
    }

    /// The item behind a `-` that ends at `end`.
    pub(super) fn item_after(&mut self, end: usize) -> Result<()> {
        match self.scanner.peek_kind()? {
            Kind::BlockEntry | Kind::BlockEnd => self.empty_scalar(end),
            _ => self.node(true, false),
        }
    }

    /// The item behind a `-` at the indentation of the key that holds the list.
    pub(super) fn indentless_item_after(&mut self, end: usize) -> Result<()> {
        match self.scanner.peek_kind()? {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_scalar(end),
            _ => self.node(true, false),
        }
    }

    /// Takes the `-`; comments before it belong to the collection inside the item, if there is one.
    fn take_entry_indicator(&mut self) -> Result<usize> {
        let (_, end) = self.scanner.peek_range()?;
        let head = self.scanner.pending_head_len();
        self.scanner.skip()?;
        let next = self.scanner.peek_kind()?;
        if head > 0 && matches!(next, Kind::BlockSequenceStart | Kind::BlockMappingStart) {
            self.scanner.split_stem(head);
        }
        Ok(end)
    }

    /// A key or the end of the mapping.
    pub(super) fn block_mapping_key(&mut self) -> Result<()> {
        match self.scanner.peek_kind()? {
            Kind::Key => {
                let (start, end) = self.scanner.peek_range()?;
                self.scanner.skip()?;
                self.expect_value(start);
                match self.scanner.peek_kind()? {
                    Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_scalar(end),
                    _ => self.node(true, true),
                }
            }
            // A `:` without a key, as in `: value`.
            Kind::Value => {
                let (start, _) = self.scanner.peek_range()?;
                Err(self
                    .scanner
                    .error(start, "a key is missing before this `:`"))
            }
            Kind::BlockEnd => {
                self.scanner.skip()?;
                self.close()
            }
            _ => {
                let (at, _) = self.scanner.peek_range()?;
                Err(self.scanner.error(
                    at,
                    "a key (`name: …`) is expected here; check the indentation, and quote a text that holds `: ` or ` #`",
                ))
            }
        }
    }

    /// The value of a key.
    pub(super) fn block_mapping_value(&mut self) -> Result<()> {
        self.go_on(State::BlockMappingKey);
        let (_, end) = self.scanner.peek_range()?;
        if self.scanner.peek_kind()? != Kind::Value {
            return self.missing_value();
        }
        self.scanner.skip()?;
        self.value_after(end)
    }

    /// The value behind a `:` that ends at `end`.
    pub(super) fn value_after(&mut self, end: usize) -> Result<()> {
        match self.scanner.peek_kind()? {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.empty_scalar(end),
            _ => self.node(true, true),
        }
    }

    /// An item of `[…]`, or its end.
    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Result<()> {
        self.go_on(State::FlowSequence);
        if !first && self.scanner.peek_kind()? != Kind::FlowSequenceEnd {
            self.expect_comma("`,` or `]`")?;
        }
        match self.scanner.peek_kind()? {
            Kind::FlowSequenceEnd => {
                self.scanner.skip()?;
                self.close()
            }
            Kind::Key => {
                let (start, _) = self.scanner.peek_range()?;
                self.scanner.skip()?;
                self.open_flow_pair(start)
            }
            _ => self.node(false, false),
        }
    }

    fn expect_comma(&mut self, expected: &str) -> Result<()> {
        if self.scanner.peek_kind()? == Kind::FlowEntry {
            return self.scanner.skip();
        }
        let (at, _) = self.scanner.peek_range()?;
        let message = match self.scanner.peek_kind()? {
            Kind::StreamEnd => format!("the text ends where {expected} is expected"),
            _ => format!(
                "{expected} is expected here; quote a text that holds `,`, `[`, `]`, `{{`, `}}` or `?`"
            ),
        };
        Err(self.scanner.error(at, &message))
    }

    /// The key of a single pair inside `[…]`.
    pub(super) fn flow_pair_key(&mut self) -> Result<()> {
        self.go_on(State::FlowPairValue);
        match self.scanner.peek_kind()? {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                let (_, end) = self.scanner.peek_range()?;
                // The reference loses this token, and so refuses what follows.
                self.scanner.skip()?;
                self.empty_scalar(end)
            }
            _ => self.node(false, false),
        }
    }

    /// The value of a single pair inside `[…]`.
    pub(super) fn flow_pair_value(&mut self) -> Result<()> {
        self.go_on(State::FlowPairEnd);
        self.flow_value(Kind::FlowSequenceEnd)
    }

    /// A key of `{…}`, or its end.
    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<()> {
        if !first && self.scanner.peek_kind()? != Kind::FlowMappingEnd {
            self.expect_comma("`,` or `}`")?;
        }
        match self.scanner.peek_kind()? {
            Kind::FlowMappingEnd => {
                self.scanner.skip()?;
                self.close()
            }
            Kind::Key => {
                self.scanner.skip()?;
                self.go_on(State::FlowMappingValue);
                match self.scanner.peek_kind()? {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                        let (start, _) = self.scanner.peek_range()?;
                        self.empty_scalar(start)
                    }
                    _ => self.node(false, false),
                }
            }
            _ => {
                self.go_on(State::FlowMappingNoValue);
                self.node(false, false)
            }
        }
    }

    /// The value of a key of `{…}`.
    pub(super) fn flow_mapping_value(&mut self) -> Result<()> {
        self.go_on(State::FlowMappingKey);
        self.flow_value(Kind::FlowMappingEnd)
    }

    fn flow_value(&mut self, end: Kind) -> Result<()> {
        if self.scanner.peek_kind()? == Kind::Value {
            self.scanner.skip()?;
            let kind = self.scanner.peek_kind()?;
            if kind != Kind::FlowEntry && kind != end {
                return self.node(false, false);
            }
        }
        let (start, _) = self.scanner.peek_range()?;
        self.empty_scalar(start)
    }
}
