//! The block collections that nearly all manifests consist of, read past the token queue.
//!
//! Everything here does what the scanner and the builder would do with tokens, only sooner. It
//! stops, and leaves the rest to them, at whatever is not plain: anchors, tags, keys in quotes,
//! documents' ends, errors.

use super::super::byte_set::{self, ByteSet, byte_set};
use super::super::tag::Style;
use super::builder::{Builder, State};
use super::token::Kind;
use super::word;
use crate::error::Result;

/// How reading goes on.
enum Next {
    /// Somehow in the innermost collection, or with its end.
    Step,
    /// With an entry whose plain key begins here and ends there.
    Entry(usize),
    /// By tokens.
    Tokens,
}

impl Builder<'_> {
    /// Opens the mapping that a document without `---` is, if it begins with a plain key, and reads
    /// on as [`shortcut`](Self::shortcut) does. Opens nothing and returns `false` otherwise.
    pub(super) fn opens_without_tokens(&mut self) -> Result<bool> {
        if !self.scanner.is_idle() {
            return Ok(false);
        }
        self.scanner.skip_to_token(self.scanner.at)?;
        if !is_plain_start(self.scanner.byte(0)) {
            return Ok(false);
        }
        let Some(end) = self.key_end() else {
            return Ok(false);
        };
        let next = self.open_mapping(self.scanner.column(), end)?;
        self.read_on(next)?;
        Ok(true)
    }

    /// Reads on as far as it goes without tokens.
    pub(super) fn shortcut(&mut self) -> Result<()> {
        match self.scanner.is_idle() {
            true => self.read_on(Next::Step),
            false => Ok(()),
        }
    }

    fn read_on(&mut self, mut next: Next) -> Result<()> {
        loop {
            next = match next {
                Next::Step => self.step()?,
                Next::Entry(end) => self.entry(end)?,
                Next::Tokens => return Ok(()),
            };
        }
    }

    /// Looks for an entry, reads an item or closes a collection.
    #[inline(always)]
    fn step(&mut self) -> Result<Next> {
        let state = match self.state() {
            Some(
                state @ (State::BlockMappingKey | State::BlockSequence | State::IndentlessSequence),
            ) => state,
            _ => return Ok(Next::Tokens),
        };
        let mut byte = self.scanner.byte(0);
        if byte == b'\n' {
            byte = self.scanner.next_line();
        }
        if !is_plain_start(byte) && byte != b'-' {
            if !self.scanner.is_at_end() {
                self.scanner.skip_to_token(self.scanner.at)?;
            }
            if self.scanner.is_at_end() {
                return self.close_block(state);
            }
            byte = self.scanner.byte(0);
        }
        let is_plain = is_plain_start(byte);
        let is_entry = byte == b'-' && matches!(self.scanner.byte(1), b' ' | b'\n');
        if !self.scanner.key_allowed || !(is_plain || is_entry) {
            return Ok(Next::Tokens);
        }
        let column = self.scanner.column() as isize;
        if column != self.scanner.indent {
            return match column < self.scanner.indent {
                true => self.close_block(state),
                false => Ok(Next::Tokens),
            };
        }
        match state {
            State::BlockMappingKey if is_plain => {
                Ok(self.key_end().map_or(Next::Tokens, Next::Entry))
            }
            State::BlockMappingKey => Ok(Next::Tokens),
            _ if is_entry => self.item(state),
            State::IndentlessSequence => self.close_block(state),
            _ => Ok(Next::Tokens),
        }
    }

    /// Closes a block collection, whose state is at hand.
    #[inline]
    fn close_block(&mut self, state: State) -> Result<Next> {
        if state != State::IndentlessSequence {
            self.scanner.pop_indent();
        }
        self.close()?;
        Ok(Next::Step)
    }

    /// Opens the mapping that begins here with a plain key.
    #[inline(always)]
    fn open_mapping(&mut self, column: usize, key_end: usize) -> Result<Next> {
        self.scanner.push_indent(column);
        self.open_bare(State::BlockMappingKey, self.scanner.at)?;
        Ok(Next::Entry(key_end))
    }

    /// A plain key that ends at `end`, its `:` and its value.
    #[inline(always)]
    fn entry(&mut self, end: usize) -> Result<Next> {
        let start = self.scanner.at;
        self.scanner.at = end + 1;
        let byte = self.scanner.skip_gap();
        let at = self.scanner.at;
        if is_value_start(byte)
            && let Some(value_end) = self.scanner.scan_plain_line()
        {
            self.scanner.last[1] = (Kind::Scalar, at);
            self.plain_entry(start..end, at..value_end);
            return Ok(Next::Step);
        }
        self.scanner.last[1] = (Kind::Value, end);
        self.scanner.key_allowed = false;
        self.plain_key(start..end);
        if byte == b'\n' {
            return self.value_below(end + 1);
        }
        if self.whole_value(byte)? {
            return Ok(Next::Step);
        }
        self.value_after(end + 1)?;
        Ok(Next::Tokens)
    }

    /// Where the plain key ends that begins here, if it is one.
    #[inline(always)]
    fn key_end(&self) -> Option<usize> {
        let (bytes, start) = (self.scanner.bytes, self.scanner.at);
        let end = word::find(bytes, start, |word| {
            word::is(word, b':') | word::is_below(word, b'!')
        });
        let is_key = matches!(bytes.get(end..end + 2), Some([b':', b' ' | b'\n']))
            && end - start <= KEY_LENGTH
            && !self.scanner.odd_breaks;
        match is_key {
            true => Some(end),
            false => self.odd_key_end(),
        }
    }

    /// [`key_end`](Self::key_end) of a key that holds spaces or the like.
    #[inline(never)]
    fn odd_key_end(&self) -> Option<usize> {
        let start = self.scanner.at;
        let mut end = self.scanner.plain_run(start, false);
        while self.scanner.bytes.get(end) == Some(&b' ') {
            let next = self.scanner.plain_run(end + 1, false);
            if next == end + 1 || self.scanner.bytes[end + 1] == b'#' {
                return None;
            }
            end = next;
        }
        let is_key = self.scanner.bytes.get(end) == Some(&b':') && end - start <= KEY_LENGTH;
        is_key.then_some(end)
    }

    /// A value on the lines below its key, whose `:` ends at `end`.
    #[inline]
    fn value_below(&mut self, end: usize) -> Result<Next> {
        let mut byte = self.scanner.next_line();
        if !is_plain_start(byte) && byte != b'-' {
            self.scanner.skip_to_token(self.scanner.at)?;
            byte = self.scanner.byte(0);
        }
        let start = self.scanner.at;
        let column = self.scanner.column();
        let indent = self.scanner.indent;
        let is_plain = is_plain_start(byte);
        let is_entry = byte == b'-' && self.scanner.byte(1) == b' ';
        if column as isize > indent
            && is_plain
            && let Some(end) = self.key_end()
        {
            return self.open_mapping(column, end);
        }
        let state = if column as isize > indent && is_entry {
            self.scanner.push_indent(column);
            State::BlockSequence
        } else if column as isize == indent && is_entry {
            State::IndentlessSequence
        } else if column as isize <= indent && is_plain {
            self.empty_scalar(end)?;
            return Ok(Next::Step);
        } else {
            self.value_after(end)?;
            return Ok(Next::Tokens);
        };
        self.open_bare(state, start)?;
        self.item(state)
    }

    /// `-` and what it holds.
    #[inline]
    fn item(&mut self, state: State) -> Result<Next> {
        self.scanner.last[1] = (Kind::BlockEntry, self.scanner.at);
        self.scanner.at += 1;
        let end = self.scanner.at;
        let byte = self.scanner.skip_gap();
        let at = self.scanner.at;
        if is_plain_start(byte)
            && let Some(end) = self.key_end()
        {
            return self.open_mapping(self.scanner.column(), end);
        }
        if is_value_start(byte)
            && let Some(end) = self.scanner.scan_plain_line()
        {
            self.scanner.last[1] = (Kind::Scalar, at);
            self.plain_item(at..end);
            return Ok(Next::Step);
        }
        if self.whole_value(byte)? {
            return Ok(Next::Step);
        }
        match state {
            State::IndentlessSequence => self.indentless_item_after(end)?,
            _ => self.item_after(end)?,
        }
        Ok(Next::Tokens)
    }

    /// A value that begins here with `byte` and ends with its line, or is a text of several. Reads
    /// nothing and returns `false` if there is none.
    fn whole_value(&mut self, byte: u8) -> Result<bool> {
        let (at, line_start) = (self.scanner.at, self.scanner.line_start);
        let (token, whole) = match byte {
            b'"' | b'\'' => {
                let style = if byte == b'"' {
                    Style::DoubleQuoted
                } else {
                    Style::SingleQuoted
                };
                let token = self.scanner.scan_quoted(style)?;
                (token, self.scanner.byte(0) == b'\n')
            }
            b'|' => {
                self.scanner.key_allowed = true;
                (self.scanner.scan_block_scalar(Style::Literal)?, true)
            }
            b'>' => {
                self.scanner.key_allowed = true;
                (self.scanner.scan_block_scalar(Style::Folded)?, true)
            }
            b'[' | b'{' => return self.whole_flow(),
            _ if is_value_start(byte) => {
                let token = self.scanner.scan_plain()?;
                let is_spread = self.scanner.line_start != line_start;
                (token, is_spread && self.scanner.byte(0) != b':')
            }
            _ => return Ok(false),
        };
        if whole {
            self.scanner.last[1] = (Kind::Scalar, at);
            self.bare_scalar(at, token.style, token.text);
        } else {
            self.scanner.at = at;
            self.scanner.line_start = line_start;
        }
        Ok(whole)
    }
}

/// How far a key may reach before its `:` in bytes: less than the scanner allows in characters.
pub(super) const KEY_LENGTH: usize = 1000;

const PLAIN_START: ByteSet =
    byte_set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
const VALUE_START: ByteSet = byte_set::and(PLAIN_START, b"/.$<(~");

/// Whether a byte begins a plain scalar where a key has been.
#[inline]
pub(super) fn is_value_start(byte: u8) -> bool {
    VALUE_START[byte as usize]
}

/// Whether a byte begins a plain scalar and can begin nothing else.
#[inline]
pub(super) fn is_plain_start(byte: u8) -> bool {
    PLAIN_START[byte as usize]
}
