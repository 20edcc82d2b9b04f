//! Tags and directives.

use super::super::tag::Style;
use super::super::text::Text;
use super::scan::{Scanner, is_word};
use super::token::{Kind, Token};
use crate::error::Result;

impl Scanner<'_> {
    /// Scans `!<uri>`, `!handle!suffix`, `!suffix` or `!`.
    pub(super) fn scan_tag(&mut self) -> Result<Token> {
        let start = self.at;
        let mut handle = None;
        let suffix;
        if self.byte(1) == b'<' {
            self.at += 2;
            suffix = self.scan_uri(String::new(), true)?;
            if self.byte(0) != b'>' {
                return Err(self.error(start, "a tag that begins with `!<` must end with `>`"));
            }
            self.at += 1;
        } else {
            let head = self.scan_tag_handle();
            if head.len() > 1 && head.ends_with('!') {
                handle = Some(head);
                suffix = self.scan_uri(String::new(), true)?;
            } else {
                let rest = self.scan_uri(head[1..].to_owned(), false)?;
                if rest.is_empty() {
                    suffix = "!".to_owned();
                } else {
                    handle = Some("!".to_owned());
                    suffix = rest;
                }
            }
        }
        if !self.is_blankz(self.at) {
            return Err(self.error(self.at, "a space must follow a tag"));
        }
        let mut token =
            Token::with_text(Kind::Tag, start, self.at, Style::Plain, Text::from(suffix));
        token.handle = handle.map(String::into_boxed_str);
        Ok(token)
    }

    /// Scans `!`, `!word` or `!word!`; the caller has seen the first `!`.
    fn scan_tag_handle(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while is_word(self.byte(0)) {
            self.at += 1;
        }
        if self.byte(0) == b'!' {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned()
    }

    /// Appends the characters of a URI that follow, with `%xx` decoded.
    fn scan_uri(&mut self, head: String, required: bool) -> Result<String> {
        let start = self.at;
        let mut uri = head.into_bytes();
        loop {
            match self.byte(0) {
                b'%' => {
                    let escape = self.bytes.get(self.at + 1..self.at + 3);
                    let hex = escape
                        .and_then(|digits| std::str::from_utf8(digits).ok())
                        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
                        .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                    match hex {
                        Some(byte) => uri.push(byte),
                        None => {
                            let message = "two hexadecimal digits must follow `%` in a tag";
                            return Err(self.error(self.at, message));
                        }
                    }
                    self.at += 3;
                }
                byte if is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.at += 1;
                }
                _ => break,
            }
        }
        if required && self.at == start {
            return Err(self.error(start, "the name of the tag is missing"));
        }
        String::from_utf8(uri)
            .map_err(|_| self.error(start, "the escapes of this tag are not UTF-8"))
    }

    /// Scans a `%YAML` or `%TAG` line.
    pub(super) fn scan_directive(&mut self) -> Result<Token> {
        let start = self.at;
        self.at += 1;
        let name = self.at;
        while is_word(self.byte(0)) {
            self.at += 1;
        }
        let token = match &self.bytes[name..self.at] {
            b"YAML" if self.is_blankz(self.at) => self.scan_version(start)?,
            b"TAG" if self.is_blankz(self.at) => self.scan_tag_directive(start)?,
            _ => {
                return Err(self.error(
                    start,
                    "a line that begins with `%` must be a `%YAML` or `%TAG` directive; put quotes around a text that begins with `%`",
                ));
            }
        };
        self.skip_blanks();
        if self.byte(0) == b'#' {
            while !self.is_breakz(self.at) {
                self.at += 1;
            }
        }
        if !self.is_breakz(self.at) {
            return Err(self.error(self.at, "nothing but a comment may follow a directive"));
        }
        let len = self.break_len(self.at);
        if len > 0 {
            self.skip_break(len);
        }
        Ok(token)
    }

    fn scan_version(&mut self, start: usize) -> Result<Token> {
        self.skip_blanks();
        let from = self.at;
        while matches!(self.byte(0), b'0'..=b'9' | b'.') {
            self.at += 1;
        }
        let is_number = |digits: &[u8]| (1..=2).contains(&digits.len());
        let version = &self.bytes[from..self.at];
        let parts: Vec<_> = version.split(|byte| *byte == b'.').collect();
        if parts.len() != 2 || !parts.iter().all(|digits| is_number(digits)) {
            return Err(self.error(from, "a version such as `1.1` must follow `%YAML`"));
        }
        let text = Text::from(String::from_utf8_lossy(version).into_owned());
        let kind = Kind::VersionDirective;
        Ok(Token::with_text(kind, start, self.at, Style::Plain, text))
    }

    fn scan_tag_directive(&mut self, start: usize) -> Result<Token> {
        self.skip_blanks();
        let from = self.at;
        if self.byte(0) != b'!' {
            return Err(self.error(from, "a handle such as `!e!` must follow `%TAG`"));
        }
        let handle = self.scan_tag_handle();
        if handle != "!" && !handle.ends_with('!') {
            return Err(self.error(from, "the handle of a `%TAG` directive must end with `!`"));
        }
        if !matches!(self.byte(0), b' ' | b'\t') {
            return Err(self.error(
                self.at,
                "a space must follow the handle of a `%TAG` directive",
            ));
        }
        self.skip_blanks();
        let prefix = self.scan_uri(String::new(), true)?;
        if !self.is_blankz(self.at) {
            return Err(self.error(
                self.at,
                "nothing may follow the prefix of a `%TAG` directive",
            ));
        }
        let mut token = Token::with_text(
            Kind::TagDirective,
            start,
            self.at,
            Style::Plain,
            Text::from(prefix),
        );
        token.handle = Some(handle.into_boxed_str());
        Ok(token)
    }
}
