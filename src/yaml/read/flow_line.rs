//! Flow collections that stand on one line, read past the token queue as
//! [`shortcut`](super::shortcut) reads block collections.

use super::super::tag::Style;
use super::builder::{Builder, State};
use super::shortcut::{KEY_LENGTH, is_plain_start, is_value_start};
use super::token::Kind;
use crate::error::Result;

impl Builder<'_> {
    /// A flow collection that begins here and ends with its line. Reads nothing and returns `false`
    /// if it does not, or if it holds more than plain and quoted scalars and further collections.
    pub(super) fn whole_flow(&mut self) -> Result<bool> {
        let (at, line_start) = (self.scanner.at, self.scanner.line_start);
        let state = self.progress();
        let whole = self.flow_line().is_some() && self.scanner.byte(0) == b'\n';
        if whole {
            self.scanner.last[1] = (Kind::FlowMappingEnd, self.scanner.at - 1);
            self.close()?;
        } else {
            self.rewind(state);
            self.scanner.at = at;
            self.scanner.line_start = line_start;
        }
        Ok(whole)
    }

    /// Reads a flow collection to its last bracket, and leaves it open.
    fn flow_line(&mut self) -> Option<()> {
        let mut level = 0;
        loop {
            let byte = self.scanner.byte(0);
            let (state, closing) = match byte {
                b'[' => (State::FlowSequenceFirst, b']'),
                _ => (State::FlowMappingFirst, b'}'),
            };
            if matches!(byte, b'[' | b'{') {
                self.open_bare(state, self.scanner.at).ok()?;
                level += 1;
                self.scanner.at += 1;
                self.scanner.skip_spaces();
                if self.scanner.byte(0) != closing {
                    self.flow_key()?;
                    continue;
                }
            } else {
                self.flow_scalar()?;
            }
            loop {
                self.scanner.skip_spaces();
                let mapping = self.state() == Some(State::FlowMappingFirst);
                let byte = self.scanner.byte(0);
                self.scanner.at += 1;
                match (byte, mapping) {
                    (b',', _) => break,
                    (b']', false) | (b'}', true) => level -= 1,
                    _ => return None,
                }
                if level == 0 {
                    return Some(());
                }
                self.close().ok()?;
            }
            self.scanner.skip_spaces();
            self.flow_key()?;
        }
    }

    /// A key and its `: ` if the innermost collection is a mapping.
    fn flow_key(&mut self) -> Option<()> {
        if self.state() != Some(State::FlowMappingFirst) {
            return Some(());
        }
        let start = self.scanner.at;
        self.flow_scalar()?;
        let is_key = self.scanner.byte(0) == b':'
            && self.scanner.byte(1) == b' '
            && self.scanner.at - start <= KEY_LENGTH;
        self.scanner.at += 1;
        self.scanner.skip_spaces();
        is_key.then_some(())
    }

    fn flow_scalar(&mut self) -> Option<()> {
        let at = self.scanner.at;
        let next = self.scanner.byte(1);
        match self.scanner.byte(0) {
            byte @ (b'"' | b'\'') => {
                let style = match byte {
                    b'"' => Style::DoubleQuoted,
                    _ => Style::SingleQuoted,
                };
                let line_start = self.scanner.line_start;
                let token = self.scanner.scan_quoted(style).ok()?;
                self.bare_scalar(at, style, token.text);
                (self.scanner.line_start == line_start).then_some(())
            }
            byte if is_value_start(byte)
                || byte == b'-' && (is_plain_start(next) || next == b'-') =>
            {
                let end = self.scanner.plain_run(at, true);
                self.scanner.at = end;
                let text = self.scanner.text(at..end);
                self.bare_scalar(at, Style::Plain, text);
                Some(())
            }
            _ => None,
        }
    }
}
