//! Plain, quoted and block scalars.

use super::super::byte_set::{ByteSet, byte_set};
use super::super::tag::Style;
use super::super::text::Text;
use super::scan::Scanner;
use super::token::{Kind, Token};
use super::word;
use crate::error::{Error, Result};

/// How long most block texts are at most, so that there is room for them at once.
const SCRATCH: usize = 256;

/// Which bytes can end a run of a plain scalar.
const PLAIN_STOP: ByteSet = byte_set(b" \t\n\r\xC2\xE2:,?[]{}");
/// Which bytes of a double-quoted scalar are more than themselves.
const DOUBLE_STOP: ByteSet = byte_set(b" \t\n\r\xC2\xE2\"\\");
/// Which bytes of a single-quoted scalar are more than themselves.
const SINGLE_STOP: ByteSet = byte_set(b" \t\n\r\xC2\xE2'");

/// Marks what may end the line of a plain scalar in a block.
#[inline(always)]
fn ends_line(word: u64) -> u64 {
    word::is(word, b'\n') | word::is(word, b':') | word::is(word, b'#')
}

/// Line breaks and white space between two parts of a scalar that spans lines.
#[derive(Default)]
struct Gap {
    /// Whether there was a line break.
    broken: bool,
    /// Whether the first break is a line feed, which folds; U+2028 and U+2029 do not.
    folds: bool,
    /// The first break where it does not fold, then the others.
    breaks: Vec<u8>,
    /// How many of `breaks` there are besides the first.
    more: usize,
}

impl Gap {
    fn add_break(&mut self, bytes: &[u8]) {
        let feed = bytes[0] != 0xE2;
        if self.broken {
            self.more += 1;
            self.breaks
                .extend_from_slice(if feed { b"\n" } else { bytes });
        } else {
            self.broken = true;
            self.folds = feed;
            if !feed {
                self.breaks.extend_from_slice(bytes);
            }
        }
    }

    /// What a reader sees in its place.
    fn fold_into(&self, out: &mut Vec<u8>) {
        if self.folds && self.more == 0 {
            out.push(b' ');
        }
        out.extend_from_slice(&self.breaks);
    }
}

impl<'s> Scanner<'s> {
    /// Scans a plain scalar and the white space behind it, over line breaks.
    pub(super) fn scan_plain(&mut self) -> Result<Token> {
        let start = self.at;
        let (mut end, stop) = self.plain_part(start);
        self.at = stop;
        // Whether the text had to be put together in `scratch`, being more than one line.
        let mut joined = false;
        let mut broken = false;
        while self.break_len(self.at) > 0 {
            let gap = self.plain_gap()?;
            broken = true;
            let outdented = self.flow_level == 0 && (self.column() as isize) < self.indent + 1;
            if outdented || self.at_document_indicator() || self.byte(0) == b'#' {
                break;
            }
            let (next, stop) = self.plain_part(self.at);
            if next == self.at {
                break;
            }
            if !joined {
                joined = true;
                self.scratch.clear();
                self.scratch.extend_from_slice(&self.bytes[start..end]);
            }
            gap.fold_into(&mut self.scratch);
            self.scratch.extend_from_slice(&self.bytes[self.at..next]);
            (self.at, end, broken) = (stop, next, false);
        }
        if broken {
            self.key_allowed = true;
        }
        let text = if joined {
            self.scratch_text()
        } else {
            self.text(start..end)
        };
        Ok(Token::with_text(
            Kind::Scalar,
            start,
            end,
            Style::Plain,
            text,
        ))
    }

    /// Scans a plain scalar of a block that is all there is until the line ends and below which the
    /// next line stands further left, or as far; gives its end. Scans nothing where that is not so.
    /// Keys are allowed there as where it begins.
    #[inline(always)]
    pub(super) fn scan_plain_line(&mut self) -> Option<usize> {
        if self.odd_breaks {
            return None;
        }
        let mut end = word::find(self.bytes, self.at, ends_line);
        let mut stop = end;
        if self.bytes.get(end) != Some(&b'\n') || matches!(self.bytes[end - 1], b' ' | b'\t') {
            (end, stop) = self.plain_line(self.at);
            if self.bytes.get(stop) != Some(&b'\n') {
                return None;
            }
        }
        let line_start = stop + 1;
        let at = word::find(self.bytes, line_start, |word| word::is_not(word, b' '));
        let ends = match self.bytes.get(at) {
            Some(b'\n' | b'\t') => false,
            Some(_) => (at - line_start) as isize <= self.indent,
            None => at == line_start,
        };
        if !ends {
            return None;
        }
        self.line_start = line_start;
        self.at = at;
        Some(end)
    }

    /// The end of what a plain scalar holds of the line from `at` on, and where the search for more
    /// of it goes on: behind the white space after that.
    fn plain_part(&self, at: usize) -> (usize, usize) {
        if self.flow_level == 0 && !self.odd_breaks {
            return self.plain_line(at);
        }
        let in_flow = self.flow_level > 0;
        let mut end = self.plain_run(at, in_flow);
        loop {
            let blanks = self.bytes[end..]
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            let stop = end + blanks;
            let next = self.plain_run(stop, in_flow);
            if blanks == 0 || next == stop || self.bytes[stop] == b'#' {
                return (end, stop);
            }
            end = next;
        }
    }

    /// The end of the run of a plain scalar that begins at `at`: up to white space, a `: ` or, in
    /// flow collections, an indicator.
    #[inline]
    pub(super) fn plain_run(&self, mut at: usize, in_flow: bool) -> usize {
        loop {
            let rest = &self.bytes[at..];
            at += rest
                .iter()
                .position(|byte| PLAIN_STOP[*byte as usize])
                .unwrap_or(rest.len());
            match self.bytes.get(at) {
                None | Some(b' ' | b'\t' | b'\n') => return at,
                Some(b':') if self.is_blankz(at + 1) => return at,
                Some(b',' | b'?' | b'[' | b']' | b'{' | b'}') if in_flow => return at,
                Some(b'\r' | 0xC2 | 0xE2) if self.break_len(at) > 0 => return at,
                Some(_) => at += 1,
            }
        }
    }

    /// The end of what a plain scalar holds of the line from `at` on, and where the search for more
    /// of it goes on: at the line's end, at a `: ` or at a comment.
    ///
    /// The same as runs with white space between them, for blocks whose lines end in `\n`.
    fn plain_line(&self, at: usize) -> (usize, usize) {
        let bytes = self.bytes;
        let mut stop = at;
        loop {
            stop = word::find(bytes, stop, ends_line);
            let is_blank = |at: usize| matches!(bytes[at], b' ' | b'\t');
            match bytes.get(stop) {
                None | Some(b'\n') => break,
                Some(b':') if self.is_blankz(stop + 1) => break,
                Some(b'#') if stop > at && is_blank(stop - 1) => break,
                Some(_) => stop += 1,
            }
        }
        let mut end = stop;
        while end > at && matches!(bytes[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        (end, stop)
    }

    /// Steps over the line breaks and the indentation behind a line of a plain scalar.
    fn plain_gap(&mut self) -> Result<Gap> {
        let mut gap = Gap::default();
        loop {
            match self.byte(0) {
                b'\t' if gap.broken && (self.column() as isize) < self.indent + 1 => {
                    return Err(self.tab());
                }
                b' ' | b'\t' => self.at += 1,
                _ => match self.break_len(self.at) {
                    0 => return Ok(gap),
                    len => {
                        gap.add_break(&self.bytes[self.at..self.at + len]);
                        self.skip_break(len);
                    }
                },
            }
        }
    }

    #[cold]
    fn tab(&self) -> Error {
        self.error(self.at, "a tab cannot indent YAML; use spaces")
    }

    /// Scans a scalar in single or double quotes.
    pub(super) fn scan_quoted(&mut self, style: Style) -> Result<Token> {
        let start = self.at;
        let double = style == Style::DoubleQuoted;
        let (quote, stop) = if double {
            (b'"', &DOUBLE_STOP)
        } else {
            (b'\'', &SINGLE_STOP)
        };
        self.at += 1;
        // The common text has neither escapes nor line breaks and is a slice of the source.
        let mut at = self.at;
        loop {
            let rest = &self.bytes[at..];
            match rest.iter().position(|byte| stop[*byte as usize]) {
                None => break,
                Some(run) => at += run,
            }
            match self.bytes[at] {
                b' ' | b'\t' => at += 1,
                b'\r' | 0xC2 | 0xE2 if self.break_len(at) == 0 => at += 1,
                byte if byte == quote && (double || self.bytes.get(at + 1) != Some(&b'\'')) => {
                    let text = self.text(start + 1..at);
                    self.at = at + 1;
                    return Ok(Token::with_text(Kind::Scalar, start, self.at, style, text));
                }
                _ => break,
            }
        }
        self.scan_quoted_lines(start, style, stop)
    }

    fn scan_quoted_lines(
        &mut self,
        start: usize,
        style: Style,
        stop: &[bool; 256],
    ) -> Result<Token> {
        let double = style == Style::DoubleQuoted;
        self.scratch.clear();
        loop {
            if self.at_document_indicator() {
                return Err(self.error(
                    start,
                    "this quoted text is not closed before the end of the document",
                ));
            }
            let mut gap = Gap::default();
            loop {
                let rest = &self.bytes[self.at..];
                let run = rest
                    .iter()
                    .position(|byte| stop[*byte as usize])
                    .unwrap_or(rest.len());
                self.scratch.extend_from_slice(&rest[..run]);
                self.at += run;
                match self.byte(0) {
                    b'\'' if !double && self.byte(1) == b'\'' => {
                        self.scratch.push(b'\'');
                        self.at += 2;
                    }
                    b'\\' if double => match self.break_len(self.at + 1) {
                        0 => self.scan_escape()?,
                        len => {
                            self.at += 1;
                            self.skip_break(len);
                            gap.broken = true;
                            break;
                        }
                    },
                    byte @ (b'\r' | 0xC2 | 0xE2) if self.break_len(self.at) == 0 => {
                        self.scratch.push(byte);
                        self.at += 1;
                    }
                    _ => break,
                }
            }
            if self.at >= self.bytes.len() {
                return Err(self.error(start, "this quoted text is not closed"));
            }
            if self.byte(0) == if double { b'"' } else { b'\'' } {
                break;
            }
            self.quoted_gap(gap);
        }
        self.at += 1;
        let text = self.scratch_text();
        Ok(Token::with_text(Kind::Scalar, start, self.at, style, text))
    }

    /// Steps over white space in quotes, folding line breaks. `gap` is broken from the start where
    /// an escaped line break stands before it.
    fn quoted_gap(&mut self, mut gap: Gap) {
        let escaped = gap.broken;
        let blanks = self.at;
        loop {
            match self.byte(0) {
                b' ' | b'\t' => self.at += 1,
                _ => match self.break_len(self.at) {
                    0 => break,
                    len => {
                        gap.add_break(&self.bytes[self.at..self.at + len]);
                        self.skip_break(len);
                    }
                },
            }
        }
        if gap.broken {
            // An escaped break folds to nothing, and those after it stay.
            if escaped {
                self.scratch.extend_from_slice(&gap.breaks);
            } else {
                gap.fold_into(&mut self.scratch);
            }
        } else {
            self.scratch.extend_from_slice(&self.bytes[blanks..self.at]);
        }
    }

    /// Scans an escape of a double-quoted scalar.
    fn scan_escape(&mut self) -> Result<()> {
        let plain: &[u8] = match self.byte(1) {
            b'0' => b"\0",
            b'a' => b"\x07",
            b'b' => b"\x08",
            b't' | b'\t' => b"\t",
            b'n' => b"\n",
            b'v' => b"\x0B",
            b'f' => b"\x0C",
            b'r' => b"\r",
            b'e' => b"\x1B",
            b' ' => b" ",
            b'"' => b"\"",
            b'\'' => b"'",
            b'\\' => b"\\",
            b'N' => "\u{85}".as_bytes(),
            b'_' => "\u{A0}".as_bytes(),
            b'L' => "\u{2028}".as_bytes(),
            b'P' => "\u{2029}".as_bytes(),
            b'x' => return self.scan_code(2),
            b'u' => return self.scan_code(4),
            b'U' => return self.scan_code(8),
            _ => {
                return Err(self.error(
                    self.at,
                    "an unknown escape; write `\\\\` for a backslash, or use single quotes",
                ));
            }
        };
        self.scratch.extend_from_slice(plain);
        self.at += 2;
        Ok(())
    }

    /// Scans the hexadecimal digits of an escape.
    fn scan_code(&mut self, digits: usize) -> Result<()> {
        let start = self.at + 2;
        let code = self
            .bytes
            .get(start..start + digits)
            .filter(|code| code.iter().all(u8::is_ascii_hexdigit))
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u32::from_str_radix(code, 16).ok());
        let Some(code) = code else {
            let message = format!("{digits} hexadecimal digits must follow this escape");
            return Err(self.error(self.at, &message));
        };
        let Some(char) = char::from_u32(code) else {
            return Err(self.error(
                self.at,
                "this escape is no Unicode character; write one above U+FFFF as `\\U` with eight digits",
            ));
        };
        let mut buffer = [0; 4];
        self.scratch
            .extend_from_slice(char.encode_utf8(&mut buffer).as_bytes());
        self.at = start + digits;
        Ok(())
    }

    /// Scans a `|` or `>` scalar.
    pub(super) fn scan_block_scalar(&mut self, style: Style) -> Result<Token> {
        let start = self.at;
        self.at += 1;
        let (chomp, increment) = self.scan_block_header(start)?;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) as usize + increment,
        };
        let literal = style == Style::Literal;
        self.scratch.clear();
        self.scratch.reserve(SCRATCH);
        let mut end = self.at;
        // Breaks not written yet: the one behind the last line and those of empty lines after it.
        let mut leading: &[u8] = b"";
        let mut trailing = Vec::new();
        self.block_breaks(&mut indent, &mut trailing, &mut end)?;
        let mut after_blank = false;
        while self.column() == indent && self.at < self.bytes.len() {
            let blank = matches!(self.byte(0), b' ' | b'\t');
            if !literal && !after_blank && !blank && leading.first() == Some(&b'\n') {
                if trailing.is_empty() {
                    self.scratch.push(b' ');
                }
            } else {
                self.scratch.extend_from_slice(leading);
            }
            self.scratch.append(&mut trailing);
            after_blank = blank;
            let line = self.at;
            self.at = self.line_end();
            self.scratch.extend_from_slice(&self.bytes[line..self.at]);
            leading = self.read_break();
            self.block_breaks(&mut indent, &mut trailing, &mut end)?;
        }
        if chomp != Chomp::Strip {
            self.scratch.extend_from_slice(leading);
        }
        if chomp == Chomp::Keep {
            self.scratch.extend_from_slice(&trailing);
        }
        let text = self.scratch_text();
        Ok(Token::with_text(Kind::Scalar, start, end, style, text))
    }

    fn line_end(&self) -> usize {
        if self.odd_breaks {
            let mut at = self.at;
            while !self.is_breakz(at) {
                at += 1;
            }
            at
        } else {
            let rest = &self.bytes[self.at..];
            self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        }
    }

    fn scan_block_header(&mut self, start: usize) -> Result<(Chomp, usize)> {
        let mut chomp = Chomp::Clip;
        let mut increment = 0;
        let mut signs = 0;
        let mut numbers = 0;
        loop {
            match self.byte(0) {
                sign @ (b'+' | b'-') if signs == 0 => {
                    signs += 1;
                    chomp = if sign == b'+' {
                        Chomp::Keep
                    } else {
                        Chomp::Strip
                    };
                }
                b'0' if numbers == 0 => {
                    let message = "the indentation of a block text cannot be 0";
                    return Err(self.error(self.at, message));
                }
                digit @ b'1'..=b'9' if numbers == 0 => {
                    numbers += 1;
                    increment = usize::from(digit - b'0');
                }
                _ => break,
            }
            self.at += 1;
        }
        self.skip_blanks();
        if self.byte(0) == b'#' {
            if self.comments.is_some() {
                self.scan_line_comment(start);
            }
            while !self.is_breakz(self.at) {
                self.at += 1;
            }
        }
        if !self.is_breakz(self.at) {
            return Err(self.error(
                self.at,
                "nothing but a comment may follow `|` or `>` on its line",
            ));
        }
        let len = self.break_len(self.at);
        if len > 0 {
            self.skip_break(len);
        }
        Ok((chomp, increment))
    }

    /// Steps over a line break, if there is one, and gives what a reader sees of it.
    #[inline]
    fn read_break(&mut self) -> &'s [u8] {
        let seen = &self.bytes[self.at..];
        let len = self.break_len(self.at);
        if len == 0 {
            return b"";
        }
        self.skip_break(len);
        match seen[0] {
            0xE2 => &seen[..len],
            _ => b"\n",
        }
    }

    /// Steps over the indentation of a block scalar's next line and the empty lines before it; an
    /// `indent` of 0 is found out from them.
    fn block_breaks(
        &mut self,
        indent: &mut usize,
        breaks: &mut Vec<u8>,
        end: &mut usize,
    ) -> Result<()> {
        *end = self.at;
        let mut deepest = 0;
        loop {
            let line = self.at;
            self.skip_spaces();
            if *indent > 0 {
                let missing = indent.saturating_sub(line - self.line_start);
                self.at = self.at.min(line + missing);
            }
            deepest = deepest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(0) == b'\t' {
                return Err(self.tab());
            }
            if self.break_len(self.at) == 0 {
                break;
            }
            breaks.extend_from_slice(self.read_break());
            *end = self.at;
        }
        if *indent == 0 {
            *indent = deepest.max((self.indent + 1).max(1) as usize);
        }
        Ok(())
    }

    /// What was put together in `scratch`.
    fn scratch_text(&self) -> Text {
        // Parts of UTF-8 texts cut at ASCII characters, and whole characters: always UTF-8.
        Text::from(std::str::from_utf8(&self.scratch).unwrap_or_default())
    }
}

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}
