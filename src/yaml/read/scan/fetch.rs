//! The next token, by the character that it begins with.

use super::{KEY_LENGTH, Scanner, SimpleKey, is_word};
use crate::error::{Error, Result};
use crate::yaml::read::token::{Kind, Token};
use crate::yaml::tag::Style;

impl Scanner<'_> {
    /// Scans one token, and those that it implies, into the queue.
    pub(super) fn fetch(&mut self) -> Result<()> {
        let scan_from = self.at;
        self.skip_to_token(scan_from)?;
        if self.at >= self.bytes.len() {
            // A comment without a line break may stand before this, and the reference counts its
            // characters.
            self.unroll_indent(self.column_in_chars(), scan_from);
            return self.fetch_stream_end();
        }
        self.unroll_indent(self.column() as isize, scan_from);
        let byte = self.byte(0);
        if self.column() == 0 {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if let Some(kind) = self.document_indicator() {
                return self.fetch_document_indicator(kind);
            }
        }
        let comment_from = match (self.flow_level, byte) {
            // What follows `:` and `,` belongs to the token before them.
            (0, b':') | (1.., b',') => self.last[1].1,
            _ => self.at,
        };
        match byte {
            b'[' => self.fetch_flow_start(Kind::FlowSequenceStart)?,
            b'{' => self.fetch_flow_start(Kind::FlowMappingStart)?,
            b']' => self.fetch_flow_end(Kind::FlowSequenceEnd)?,
            b'}' => self.fetch_flow_end(Kind::FlowMappingEnd)?,
            b',' => self.fetch_flow_entry()?,
            b'-' if self.is_blankz(self.at + 1) => self.fetch_block_entry()?,
            b'?' if self.flow_level > 0 || self.is_blankz(self.at + 1) => self.fetch_key()?,
            b':' if self.flow_level > 0 || self.is_blankz(self.at + 1) => self.fetch_value()?,
            b'*' => self.fetch_anchor(Kind::Alias)?,
            b'&' => self.fetch_anchor(Kind::Anchor)?,
            b'!' => self.fetch_tag()?,
            b'|' if self.flow_level == 0 => self.fetch_block_scalar(Style::Literal)?,
            b'>' if self.flow_level == 0 => self.fetch_block_scalar(Style::Folded)?,
            b'\'' => self.fetch_quoted(Style::SingleQuoted)?,
            b'"' => self.fetch_quoted(Style::DoubleQuoted)?,
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b' ' | b'\t' => {
                return Err(self.cannot_start(byte));
            }
            _ => self.fetch_plain()?,
        }
        if self.comments.is_some() && self.last[1].0 != Kind::BlockEntry {
            self.scan_line_comment(comment_from);
        }
        Ok(())
    }

    #[cold]
    pub(super) fn cannot_start(&self, byte: u8) -> Error {
        match byte {
            b'\t' => self.error(self.at, "a tab cannot indent YAML; use spaces"),
            b'|' | b'>' => self.error(
                self.at,
                "a block text (`|` or `>`) cannot stand inside `[…]` or `{…}`; put quotes around the text",
            ),
            byte => self.error(
                self.at,
                &format!(
                    "a plain text cannot begin with `{}`; put quotes around it",
                    char::from(byte)
                ),
            ),
        }
    }

    pub(super) fn fetch_stream_end(&mut self) -> Result<()> {
        self.line_start = self.at;
        self.unroll_indent(-1, self.at);
        self.remove_key()?;
        self.key_allowed = false;
        self.push(Token::new(Kind::StreamEnd, self.at, self.at));
        self.ended = true;
        Ok(())
    }

    pub(super) fn fetch_directive(&mut self) -> Result<()> {
        self.unroll_indent(-1, self.at);
        self.remove_key()?;
        self.key_allowed = false;
        let token = self.scan_directive()?;
        self.push(token);
        Ok(())
    }

    pub(super) fn fetch_document_indicator(&mut self, kind: Kind) -> Result<()> {
        self.unroll_indent(-1, self.at);
        self.remove_key()?;
        self.key_allowed = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    pub(super) fn push_indicator(&mut self, kind: Kind, len: usize) {
        let start = self.at;
        self.at += len;
        self.push(Token::new(kind, start, self.at));
    }

    pub(super) fn fetch_flow_start(&mut self, kind: Kind) -> Result<()> {
        self.save_key()?;
        self.flow_level += 1;
        if self.flow_level > self.max_depth {
            return Err(self.too_deep(self.at));
        }
        self.keys.push(SimpleKey {
            token: self.taken + self.tokens.len(),
            ..SimpleKey::default()
        });
        self.key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    pub(super) fn fetch_flow_end(&mut self, kind: Kind) -> Result<()> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.keys.pop();
        }
        self.key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    pub(super) fn fetch_flow_entry(&mut self) -> Result<()> {
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(Kind::FlowEntry, 1);
        Ok(())
    }

    pub(super) fn fetch_block_entry(&mut self) -> Result<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return Err(self.error(
                    self.at,
                    "a list item (`- `) cannot begin here; put it on a line of its own",
                ));
            }
            self.roll_indent(self.column(), None, Kind::BlockSequenceStart, self.at)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    pub(super) fn fetch_key(&mut self) -> Result<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return Err(self.error(self.at, "a key (`? `) cannot begin here"));
            }
            self.roll_indent(self.column(), None, Kind::BlockMappingStart, self.at)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow_level == 0;
        self.push_indicator(Kind::Key, 1);
        self.skip_comment_after_indicator();
        Ok(())
    }

    pub(super) fn fetch_value(&mut self) -> Result<()> {
        let level = self.flow_level;
        if self.is_valid_key(level)? {
            let SimpleKey {
                token,
                at,
                line_start,
                ..
            } = self.keys[level];
            self.insert(token, Token::new(Kind::Key, at, at));
            self.roll_indent(at - line_start, Some(token), Kind::BlockMappingStart, at)?;
            self.keys[level].possible = false;
            self.key_allowed = false;
        } else {
            if level == 0 {
                if !self.key_allowed {
                    return Err(self.error(
                        self.at,
                        "a `: ` cannot stand here; put quotes around the text that holds it, or the key on a line of its own",
                    ));
                }
                self.roll_indent(self.column(), None, Kind::BlockMappingStart, self.at)?;
            }
            self.key_allowed = level == 0;
        }
        self.push_indicator(Kind::Value, 1);
        self.skip_comment_after_indicator();
        Ok(())
    }

    pub(super) fn fetch_anchor(&mut self, kind: Kind) -> Result<()> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.at;
        self.at += 1;
        while is_word(self.byte(0)) {
            self.at += 1;
        }
        let ends_well = self.is_blankz(self.at)
            || matches!(
                self.byte(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if self.at == start + 1 || !ends_well {
            let sign = char::from(self.bytes[start]);
            return Err(self.error(
                start,
                &format!("the name after `{sign}` must be of letters, digits, `-` and `_`; put quotes around a text that begins with `{sign}`"),
            ));
        }
        let name = self.text(start + 1..self.at);
        self.push(Token::with_text(kind, start, self.at, Style::Plain, name));
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Result<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.scan_tag()?;
        self.push(token);
        Ok(())
    }

    pub(super) fn fetch_block_scalar(&mut self, style: Style) -> Result<()> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar(style)?;
        self.push(token);
        Ok(())
    }

    pub(super) fn fetch_quoted(&mut self, style: Style) -> Result<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.scan_quoted(style)?;
        self.push_scalar(token)
    }

    pub(super) fn fetch_plain(&mut self) -> Result<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.scan_plain()?;
        self.push_scalar(token)
    }

    /// Queues a scalar. Where a `:` follows at once, which makes it a key, that is settled here:
    /// the tokens come out as if the `:` had been found later, without being inserted.
    #[inline]
    pub(super) fn push_scalar(&mut self, token: Token) -> Result<()> {
        let level = self.flow_level;
        let start = token.start as usize;
        let key = self.keys[level];
        let settled = self.byte(0) == b':'
            && key.possible
            && key.at == start
            && key.line_start == self.line_start
            && self.at - start <= KEY_LENGTH
            && (level > 0 || self.is_blankz(self.at + 1))
            && self.comments.is_none();
        if !settled {
            self.push(token);
            return Ok(());
        }
        self.roll_indent(
            start - self.line_start,
            None,
            Kind::BlockMappingStart,
            start,
        )?;
        self.push(Token::new(Kind::Key, start, start));
        self.push(token);
        self.keys[level].possible = false;
        self.key_allowed = false;
        self.push_indicator(Kind::Value, 1);
        Ok(())
    }
}
