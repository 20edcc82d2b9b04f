//! Text to tokens: indentation, simple keys and indicators, after go-yaml v3's `scannerc.go`.

mod fetch;

use std::collections::VecDeque;
use std::ops::Range;

use smallvec::SmallVec;

use super::comment_scan::CommentScan;
use super::token::{Kind, Token};
use super::word;
use crate::error::{Error, ErrorKind, Result};
use crate::source::Source;
use crate::yaml::text::Text;

/// How far a key may reach before its `:`, in characters.
const KEY_LENGTH: usize = 1024;

pub(super) struct Scanner<'s> {
    pub(super) source: &'s Source,
    text: &'s str,
    /// The source's text up to the end of the document.
    pub(super) bytes: &'s [u8],
    pub(super) at: usize,
    pub(super) line_start: usize,
    /// Whether a line may end in anything but `\n`.
    pub(super) odd_breaks: bool,
    /// The column of the innermost block collection, -1 outside of all.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    max_depth: usize,
    pub(super) key_allowed: bool,
    /// For each flow level the place where a key may have begun.
    keys: SmallVec<[SimpleKey; 1]>,
    tokens: VecDeque<Token>,
    /// Whether the first of `tokens` is known to be no key.
    ready: bool,
    taken: usize,
    /// The kinds and starts of the last two tokens queued, for comments.
    pub(super) last: [(Kind, usize); 2],
    ended: bool,
    pub(super) comments: Option<Box<CommentScan>>,
    pub(super) scratch: Vec<u8>,
}

/// A token that turns out to be a key if a `:` follows.
#[derive(Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    token: usize,
    at: usize,
    line_start: usize,
}

impl<'s> Scanner<'s> {
    /// Scans one document's piece of a source.
    pub(super) fn new(
        source: &'s Source,
        piece: Range<usize>,
        max_depth: usize,
        comments: bool,
    ) -> Self {
        let mut scanner = Self {
            source,
            text: source.text(),
            bytes: &[],
            at: 0,
            line_start: 0,
            odd_breaks: source.has_odd_breaks(),
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            max_depth,
            key_allowed: true,
            keys: SmallVec::new(),
            tokens: VecDeque::new(),
            ready: false,
            taken: 0,
            last: [(Kind::DocumentStart, 0); 2],
            ended: false,
            comments: None,
            scratch: Vec::new(),
        };
        scanner.begin(piece);
        if comments {
            let comments = CommentScan::new(scanner.bytes, scanner.at);
            scanner.comments = Some(Box::new(comments));
        }
        scanner
    }

    /// Goes to a piece of the source as if nothing had been scanned before; without comments.
    pub(super) fn begin(&mut self, piece: Range<usize>) {
        self.bytes = &self.source.bytes()[..piece.end];
        self.at = piece.start;
        if self.bytes[self.at..].starts_with(b"\xEF\xBB\xBF") {
            self.at += 3;
        }
        self.line_start = self.at;
        self.indent = -1;
        self.indents.clear();
        self.flow_level = 0;
        self.key_allowed = true;
        self.keys.clear();
        self.keys.push(SimpleKey::default());
        self.tokens.clear();
        self.ready = false;
        self.taken = 0;
        self.last = [(Kind::DocumentStart, self.at); 2];
        self.ended = false;
        self.comments = None;
    }

    /// The next token, which stays the next.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<&Token> {
        if !self.ready {
            self.fill()?;
            self.ready = true;
            if self.comments.is_some() {
                self.unfold_comments();
            }
        }
        // `fill` leaves at least one token.
        Ok(&self.tokens[0])
    }

    /// The kind of the next token.
    #[inline]
    pub(super) fn peek_kind(&mut self) -> Result<Kind> {
        Ok(self.peek()?.kind)
    }

    /// The first and last byte of the next token.
    pub(super) fn peek_range(&mut self) -> Result<(usize, usize)> {
        let token = self.peek()?;
        Ok((token.start as usize, token.end as usize))
    }

    /// The kind and start of the next token, if one is there.
    pub(super) fn head(&self) -> Option<(Kind, usize)> {
        self.tokens
            .front()
            .map(|token| (token.kind, token.start as usize))
    }

    /// Takes the next token.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token> {
        self.peek()?;
        self.taken += 1;
        self.ready = false;
        match self.tokens.pop_front() {
            Some(token) => {
                if token.kind == Kind::StreamEnd {
                    // The end can be taken again and again.
                    self.tokens.push_front(token.clone());
                    self.taken -= 1;
                }
                Ok(token)
            }
            None => Ok(Token::new(Kind::StreamEnd, self.at, self.at)),
        }
    }

    /// Drops the next token.
    #[inline]
    pub(super) fn skip(&mut self) -> Result<()> {
        self.next().map(drop)
    }

    /// Scans what the reference has scanned when it sees the end of a document: two tokens more.
    pub(super) fn look_past_end(&mut self) -> Result<()> {
        while self.tokens.len() < 3 && !self.ended {
            self.fetch()?;
        }
        Ok(())
    }

    /// Makes sure of a next token that cannot turn out to be a key later.
    #[inline]
    fn fill(&mut self) -> Result<()> {
        // Comments belong to tokens before and after them, so those look two tokens ahead.
        let ahead = if self.comments.is_some() { 2 } else { 0 };
        while !self.ended {
            if self.tokens.len() > ahead && !self.head_may_be_key()? {
                break;
            }
            self.fetch()?;
        }
        Ok(())
    }

    fn head_may_be_key(&mut self) -> Result<bool> {
        // Keys stand in the order of their tokens, so the head's is the first not taken yet.
        let level = self.keys.partition_point(|key| key.token < self.taken);
        match self.keys.get(level) {
            Some(key) if key.possible && key.token == self.taken => self.is_valid_key(level),
            _ => Ok(false),
        }
    }

    fn is_valid_key(&mut self, level: usize) -> Result<bool> {
        let key = self.keys[level];
        if !key.possible {
            return Ok(false);
        }
        let far =
            self.at > key.at + KEY_LENGTH && count_chars(&self.bytes[key.at..self.at]) > KEY_LENGTH;
        if key.line_start != self.line_start || far {
            if key.required {
                return Err(self.missing_colon(key));
            }
            self.keys[level].possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn missing_colon(&self, key: SimpleKey) -> Error {
        self.error(
            key.at,
            "this line is neither `key: value` nor a part of what stands before it; a `:` with a space after it is missing, or the indentation is wrong",
        )
    }

    #[cold]
    pub(super) fn error(&self, at: usize, message: &str) -> Error {
        Error::at(ErrorKind::Syntax, self.source, at, message)
    }

    fn push(&mut self, token: Token) {
        self.last = [self.last[1], (token.kind, token.start as usize)];
        self.tokens.push_back(token);
    }

    fn insert(&mut self, number: usize, token: Token) {
        self.tokens.insert(number - self.taken, token);
    }

    /// A part of the source.
    #[inline]
    pub(super) fn part(&self, range: &Range<usize>) -> &'s str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// A part of the source as the text of a scalar.
    #[inline]
    pub(super) fn text(&self, range: Range<usize>) -> Text {
        Text::part(self.source, self.part(&range), range.start)
    }

    /// The byte `ahead` of the current one; 0, which no text holds, past the end.
    #[inline]
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    #[inline]
    pub(super) fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// How many bytes of line break stand at `at`; `\r\n` counts as one break.
    #[inline]
    pub(super) fn break_len(&self, at: usize) -> usize {
        match self.bytes.get(at) {
            Some(b'\n') => 1,
            Some(b'\r' | 0xC2 | 0xE2) if self.odd_breaks => odd_break_len(&self.bytes[at..]),
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn is_blankz(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => true,
            Some(b' ' | b'\t') => true,
            Some(_) => self.break_len(at) > 0,
        }
    }

    #[inline]
    pub(super) fn is_breakz(&self, at: usize) -> bool {
        at >= self.bytes.len() || self.break_len(at) > 0
    }

    /// Steps over the line break at the current byte.
    #[inline]
    pub(super) fn skip_break(&mut self, len: usize) {
        self.at += len;
        self.line_start = self.at;
    }

    /// Steps over spaces: a third of a manifest is indentation.
    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        self.at = word::find(self.bytes, self.at, |word| word::is_not(word, b' '));
    }

    /// Steps over the spaces behind an indicator, of which there is one as a rule; gives the byte
    /// that it comes to.
    #[inline(always)]
    pub(super) fn skip_gap(&mut self) -> u8 {
        let mut byte = self.byte(0);
        if byte == b' ' {
            self.at += 1;
            byte = self.byte(0);
            if byte == b' ' {
                self.skip_spaces();
                byte = self.byte(0);
            }
        }
        byte
    }

    /// Steps over a `\n` and the spaces below it, in a block; gives the byte that it comes to.
    #[inline]
    pub(super) fn next_line(&mut self) -> u8 {
        self.skip_break(1);
        self.skip_spaces();
        self.key_allowed = true;
        self.byte(0)
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.byte(0), b' ' | b'\t') {
            self.at += 1;
        }
    }

    pub(super) fn skip_to_line_end(&mut self) {
        if self.odd_breaks {
            while !self.is_breakz(self.at) {
                self.at += 1;
            }
        } else {
            let rest = &self.bytes[self.at..];
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
    }

    /// Steps over white space and comments.
    pub(super) fn skip_to_token(&mut self, scan_from: usize) -> Result<()> {
        loop {
            let tabs = self.flow_level > 0 || !self.key_allowed;
            self.skip_spaces();
            while tabs && matches!(self.byte(0), b' ' | b'\t') {
                self.at += 1;
            }
            if self.comments.is_some() {
                self.turn_line_comment_into_head();
            }
            if self.byte(0) == b'#' {
                if self.comments.is_some() {
                    self.scan_comments(scan_from);
                } else {
                    self.skip_comments();
                }
            }
            match self.break_len(self.at) {
                0 => return Ok(()),
                len => self.skip_break(len),
            }
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Steps over a comment and those that follow it with nothing but white space between, tabs
    /// too, which are refused before other tokens and behind a comment at the end of a token's line.
    fn skip_comments(&mut self) {
        let before = self.bytes[self.line_start..self.at]
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t'));
        let alone = before
            || matches!(
                self.last[1].0,
                Kind::BlockEntry | Kind::DocumentStart | Kind::DocumentEnd
            );
        loop {
            self.skip_to_line_end();
            if !alone {
                return;
            }
            let mut at = self.at;
            let mut line_start = None;
            loop {
                match self.bytes.get(at) {
                    Some(b' ' | b'\t') => at += 1,
                    Some(b'\n' | b'\r') => {
                        at += 1;
                        line_start = Some(at);
                    }
                    _ => break,
                }
                // As far as the reference looks.
                if at - self.at >= 512 {
                    return;
                }
            }
            if self.bytes.get(at) != Some(&b'#') {
                return;
            }
            self.at = at;
            self.line_start = line_start.unwrap_or(self.line_start);
        }
    }

    /// Steps over a comment after `?` or `:`. A tab may precede it there, and not elsewhere.
    fn skip_comment_after_indicator(&mut self) {
        if self.comments.is_some() || !self.key_allowed {
            return;
        }
        let blanks = self.bytes[self.at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if blanks < 512 && self.byte(blanks) == b'#' {
            self.skip_to_line_end();
        }
    }

    fn document_indicator(&self) -> Option<Kind> {
        let kind = match self.bytes.get(self.at..self.at + 3)? {
            b"---" => Kind::DocumentStart,
            b"..." => Kind::DocumentEnd,
            _ => return None,
        };
        self.is_blankz(self.at + 3).then_some(kind)
    }

    /// Whether `---` or `...` begins the current line.
    pub(super) fn at_document_indicator(&self) -> bool {
        self.column() == 0 && self.document_indicator().is_some()
    }

    fn save_key(&mut self) -> Result<()> {
        let required = self.flow_level == 0 && self.indent == self.column() as isize;
        if self.key_allowed {
            let key = SimpleKey {
                possible: true,
                required,
                token: self.taken + self.tokens.len(),
                at: self.at,
                line_start: self.line_start,
            };
            self.remove_key()?;
            self.keys[self.flow_level] = key;
        }
        Ok(())
    }

    fn remove_key(&mut self) -> Result<()> {
        let key = &mut self.keys[self.flow_level];
        if key.possible {
            if key.required {
                let key = *key;
                return Err(self.missing_colon(key));
            }
            key.possible = false;
        }
        Ok(())
    }

    /// Opens a block collection at `column` if it is deeper than the current one.
    fn roll_indent(
        &mut self,
        column: usize,
        token: Option<usize>,
        kind: Kind,
        at: usize,
    ) -> Result<()> {
        if self.flow_level > 0 || self.indent >= column as isize {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column as isize;
        if self.indents.len() > self.max_depth {
            return Err(self.too_deep(at));
        }
        let start = Token::new(kind, at, at);
        match token {
            Some(number) => self.insert(number, start),
            None => self.push(start),
        }
        Ok(())
    }

    #[cold]
    pub(super) fn too_deep(&self, at: usize) -> Error {
        let message = format!(
            "nested deeper than {} levels, the limit `depth`",
            self.max_depth
        );
        Error::at(ErrorKind::Limit, self.source, at, message)
    }

    /// Closes the block collections that are deeper than `column`.
    fn unroll_indent(&mut self, column: isize, scan_from: usize) {
        if self.flow_level > 0 || self.indent <= column {
            return;
        }
        let starts_char = |byte: &u8| (*byte as i8) >= -0x40;
        let last = self.bytes[..scan_from].iter().rposition(starts_char);
        let mut end = last.map_or(-1, |last| last as isize);
        let ends = self.comments.as_ref().map(|all| all.block_ends(end));
        while self.indent > column {
            if let Some(start) = ends.as_ref().and_then(|ends| ends.get(&self.indent)) {
                end = *start as isize;
            }
            let at = end.max(0) as usize;
            self.push(Token::new(Kind::BlockEnd, at, at));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Whether nothing is queued and no key is open, so that the builder may read on by itself.
    pub(super) fn is_idle(&self) -> bool {
        self.tokens.is_empty()
            && self.flow_level == 0
            && !self.keys[0].possible
            && self.comments.is_none()
    }

    /// Opens a block collection at `column` without a token.
    pub(super) fn push_indent(&mut self, column: usize) {
        self.indents.push(self.indent);
        self.indent = column as isize;
    }

    /// Closes the innermost block collection without a token.
    pub(super) fn pop_indent(&mut self) {
        self.indent = self.indents.pop().unwrap_or(-1);
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cold]
pub(super) fn odd_break_len(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r', ..] => 1,
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}
