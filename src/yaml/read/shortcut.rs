//! The block collections that nearly all manifests consist of, read past the token queue.
//!
//! Everything here does what the scanner and the builder would do with tokens, only sooner. It
//! stops, and leaves the rest to them, at whatever is not plain: anchors, tags, flow collections,
//! keys in quotes, documents' ends, errors.

use super::super::tag::Style;
use super::super::text::Text;
use super::builder::{Builder, State};
use super::token::Kind;
use crate::error::Result;

impl Builder<'_> {
    /// Opens the mapping that a document without `---` is, if it begins with a plain key. Opens
    /// nothing and returns `false` otherwise.
    pub(super) fn opens_without_tokens(&mut self) -> Result<bool> {
        if !self.scanner.is_idle() {
            return Ok(false);
        }
        self.scanner.skip_to_token(self.scanner.at)?;
        let opens = is_plain_start(self.scanner.byte(0)) && self.sees_key();
        if opens {
            self.scanner.push_indent(self.scanner.column());
            self.open_block(State::BlockMappingKey, self.scanner.at)?;
        }
        Ok(opens)
    }

    /// Reads on as far as it goes without tokens.
    pub(super) fn shortcut(&mut self) -> Result<()> {
        while self.scanner.is_idle() {
            let Some(state) = self.state() else {
                return Ok(());
            };
            let sequence = match state {
                State::BlockMappingKey => false,
                State::BlockSequence | State::IndentlessSequence => true,
                _ => return Ok(()),
            };
            if !is_plain_start(self.scanner.byte(0)) {
                self.scanner.skip_to_token(self.scanner.at)?;
                if self.scanner.at >= self.scanner.bytes.len() {
                    if state != State::IndentlessSequence {
                        self.scanner.pop_indent();
                    }
                    self.close()?;
                    continue;
                }
            }
            let byte = self.scanner.byte(0);
            let column = self.scanner.column() as isize;
            let is_plain = is_plain_start(byte);
            let is_entry = byte == b'-' && matches!(self.scanner.byte(1), b' ' | b'\n');
            if !self.scanner.key_allowed || !(is_plain || is_entry) {
                return Ok(());
            }
            if column < self.scanner.indent {
                if state != State::IndentlessSequence {
                    self.scanner.pop_indent();
                }
                self.close()?;
            } else if column > self.scanner.indent {
                return Ok(());
            } else if sequence && is_entry {
                self.item(state)?;
            } else if state == State::IndentlessSequence {
                self.close()?;
            } else if sequence || !is_plain || !self.entry()? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A plain key, its `:` and its value. Reads nothing and returns `false` if it is no such key.
    fn entry(&mut self) -> Result<bool> {
        let seen = self.seen_key.take();
        let seen = seen.filter(|(start, _)| *start == self.scanner.at);
        let Some((start, end)) = seen.or_else(|| self.plain_key()) else {
            return Ok(false);
        };
        self.scanner.at = end + 1;
        self.scanner.last[1] = (Kind::Value, end);
        self.scanner.key_allowed = false;
        self.scanner.skip_spaces();
        let (byte, at) = (self.scanner.byte(0), self.scanner.at);
        if is_value_start(byte)
            && let Some(value_end) = self.scanner.scan_plain_line()
        {
            self.scanner.last[1] = (Kind::Scalar, at);
            self.plain_entry(start..end, at..value_end);
            return Ok(true);
        }
        let key = Text::from_source(self.scanner.source, start..end);
        self.bare_scalar(start, Style::Plain, key)?;
        if byte == b'\n' {
            self.value_below(end + 1)?;
        } else if !self.whole_scalar(byte)? {
            self.value_after(end + 1)?;
        }
        Ok(true)
    }

    /// The range of the plain key that begins here, if it is one.
    fn plain_key(&self) -> Option<(usize, usize)> {
        let start = self.scanner.at;
        let mut end = self.scanner.plain_run(start);
        while self.scanner.bytes.get(end) == Some(&b' ') {
            let next = self.scanner.plain_run(end + 1);
            if next == end + 1 || self.scanner.bytes[end + 1] == b'#' {
                return None;
            }
            end = next;
        }
        let is_key = self.scanner.bytes.get(end) == Some(&b':') && end - start <= 1000;
        is_key.then_some((start, end))
    }

    /// Whether a plain key begins here.
    fn sees_key(&mut self) -> bool {
        self.seen_key = self.plain_key();
        self.seen_key.is_some()
    }

    /// A value on the lines below its key, whose `:` ends at `end`.
    fn value_below(&mut self, end: usize) -> Result<()> {
        self.scanner.skip_to_token(self.scanner.at)?;
        let start = self.scanner.at;
        let byte = self.scanner.byte(0);
        let column = self.scanner.column();
        let indent = self.scanner.indent;
        let is_plain = is_plain_start(byte);
        let is_entry = byte == b'-' && self.scanner.byte(1) == b' ';
        if column as isize > indent && is_entry {
            self.scanner.push_indent(column);
            self.open_block(State::BlockSequence, start)
        } else if column as isize == indent && is_entry {
            self.open_block(State::IndentlessSequence, start)
        } else if column as isize > indent && is_plain && self.sees_key() {
            self.scanner.push_indent(column);
            self.open_block(State::BlockMappingKey, start)
        } else if column as isize <= indent && is_plain {
            self.empty_scalar(end)
        } else {
            self.value_after(end)
        }
    }

    /// `-` and what it holds.
    fn item(&mut self, state: State) -> Result<()> {
        self.scanner.last[1] = (Kind::BlockEntry, self.scanner.at);
        self.scanner.at += 1;
        let end = self.scanner.at;
        self.scanner.skip_spaces();
        let byte = self.scanner.byte(0);
        if is_plain_start(byte) && self.sees_key() {
            let start = self.scanner.at;
            self.scanner.push_indent(self.scanner.column());
            return self.open_block(State::BlockMappingKey, start);
        }
        if self.whole_scalar(byte)? {
            return Ok(());
        }
        match state {
            State::IndentlessSequence => self.indentless_item_after(end),
            _ => self.item_after(end),
        }
    }

    /// A scalar that begins here with `byte` and ends with its line. Reads nothing and returns
    /// `false` if there is none.
    fn whole_scalar(&mut self, byte: u8) -> Result<bool> {
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
            _ if is_value_start(byte) => {
                if let Some(end) = self.scanner.scan_plain_line() {
                    self.scanner.last[1] = (Kind::Scalar, at);
                    let text = Text::from_source(self.scanner.source, at..end);
                    self.bare_scalar(at, Style::Plain, text)?;
                    return Ok(true);
                }
                let token = self.scanner.scan_plain()?;
                (token, self.scanner.line_start != line_start)
            }
            _ => return Ok(false),
        };
        if whole {
            self.scanner.last[1] = (Kind::Scalar, at);
            self.bare_scalar(token.start as usize, token.style, token.text)?;
        } else {
            self.scanner.at = at;
            self.scanner.line_start = line_start;
        }
        Ok(whole)
    }
}

/// Whether a byte begins a plain scalar where a key has been.
#[inline]
fn is_value_start(byte: u8) -> bool {
    is_plain_start(byte) || matches!(byte, b'/' | b'.' | b'$' | b'<' | b'(')
}

/// Whether a byte begins a plain scalar and can begin nothing else.
#[inline]
fn is_plain_start(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
