//! Finding comments and the tokens they belong to, as go-yaml v3's scanner and parser do.

use std::collections::VecDeque;

use foldhash::{HashMap, HashMapExt};

use super::comments::Comment;
use super::scan::{Scanner, odd_break_len};
use super::token::Kind;

/// How far the reference looks for a comment behind white space, in bytes.
const REACH: usize = 512;

/// Comments that were scanned, and those that wait for a node.
pub(super) struct CommentScan {
    queue: VecDeque<Scanned>,
    /// Where the text begins.
    from: usize,
    /// Where its first line ends.
    first_break: usize,
    /// What the next node gets.
    pending: Comment,
    /// The head of the collection inside a list item, as opposed to the item's.
    stem: String,
}

/// A comment with the places that decide which token it belongs to.
#[derive(Default)]
struct Scanned {
    part: Part,
    text: String,
    /// Where the search that found it began: behind a token or behind the comment before it.
    scan_from: usize,
    /// It goes to the node of the first token that begins here or later.
    token: usize,
    start: usize,
    /// Counted from 1. Like `scan_from` and `end`, not known of those at the end of a line.
    column: isize,
    end: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Head,
    Line,
    Foot,
}

impl CommentScan {
    pub(super) fn new(bytes: &[u8], from: usize) -> Self {
        let is_break = |at: &usize| bytes[*at] == b'\n' || odd_break_len(&bytes[*at..]) > 0;
        let first_break = (from..bytes.len()).find(is_break);
        Self {
            queue: VecDeque::new(),
            from,
            first_break: first_break.unwrap_or(bytes.len()),
            pending: Comment::default(),
            stem: String::new(),
        }
    }

    /// Where block collections end that would end at `end`, by their indentation: before the first
    /// comment at that indentation that stands between the token before and here.
    pub(super) fn block_ends(&self, end: isize) -> HashMap<isize, usize> {
        let mut first = HashMap::new();
        let mut stop = end;
        for comment in self.queue.iter().rev() {
            if (comment.end as isize) < stop {
                break;
            }
            first.insert(comment.column - 1, comment.start);
            stop = comment.scan_from as isize;
        }
        first
    }
}

fn join(to: &mut String, text: String) {
    if to.is_empty() {
        *to = text;
    } else {
        to.push('\n');
        to.push_str(&text);
    }
}

impl Scanner<'_> {
    /// Moves the comments that stand before the next token to what the next node gets.
    pub(super) fn unfold_comments(&mut self) {
        let Some((kind, start)) = self.head() else {
            return;
        };
        let Some(comments) = &mut self.comments else {
            return;
        };
        while let Some(next) = comments.queue.front() {
            // A head waits for what follows the end of a collection.
            let waits = kind == Kind::BlockEnd && next.part == Part::Head;
            if start < next.token || waits {
                break;
            }
            if let Some(Scanned { part, text, .. }) = comments.queue.pop_front() {
                let pending = match part {
                    Part::Head => &mut comments.pending.head,
                    Part::Line => &mut comments.pending.line,
                    Part::Foot => &mut comments.pending.foot,
                };
                join(pending, text);
            }
        }
    }

    /// The comments for the node just read.
    #[inline]
    pub(super) fn take_comment(&mut self) -> Comment {
        match &mut self.comments {
            None => Comment::default(),
            Some(comments) => {
                comments.stem.clear();
                std::mem::take(&mut comments.pending)
            }
        }
    }

    pub(super) fn take_stem(&mut self) -> String {
        match &mut self.comments {
            None => String::new(),
            Some(comments) => std::mem::take(&mut comments.stem),
        }
    }

    /// How much of a head comment waits.
    pub(super) fn pending_head_len(&self) -> usize {
        match &self.comments {
            None => 0,
            Some(comments) => comments.pending.head.len(),
        }
    }

    /// Sets the head of a list item aside for the collection inside it.
    pub(super) fn split_stem(&mut self, len: usize) {
        if let Some(comments) = &mut self.comments {
            let head = std::mem::take(&mut comments.pending.head);
            comments.pending.head = head.get(len + 1..).unwrap_or_default().to_owned();
            comments.stem = head.get(..len).unwrap_or_default().to_owned();
        }
    }

    /// Splits off the part of the first head comment that belongs to the document: what stands
    /// before its last empty line.
    pub(super) fn take_document_head(&mut self) -> String {
        let Some(comments) = &mut self.comments else {
            return String::new();
        };
        let head = &mut comments.pending.head;
        let bytes = head.as_bytes();
        let split = (1..bytes.len()).rev().find_map(|at| {
            let last = at == bytes.len() - 1;
            match (bytes[at] == b'\n', last, bytes[at - 1] == b'\n') {
                (true, true, _) => Some((at, at + 1)),
                (true, false, true) => Some((at - 1, at + 1)),
                _ => None,
            }
        });
        match split {
            None => String::new(),
            Some((end, rest)) => {
                let document = head[..end].to_owned();
                *head = head[rest..].to_owned();
                document
            }
        }
    }

    /// How many line breaks stand between the last character that is not white space and here.
    fn newlines(&self) -> isize {
        let from = match &self.comments {
            None => self.at,
            Some(comments) => comments.from,
        };
        let mut before = &self.bytes[from..self.at];
        let mut newlines = 0;
        loop {
            before = match before {
                [rest @ .., b' ' | b'\t'] => {
                    before = rest;
                    continue;
                }
                [rest @ .., b'\r', b'\n'] => rest,
                [rest @ .., b'\r' | b'\n'] => rest,
                [rest @ .., 0xC2, 0x85] => rest,
                [rest @ .., 0xE2, 0x80, 0xA8 | 0xA9] => rest,
                _ => return newlines,
            };
            newlines += 1;
        }
    }

    /// Whether `at` is on a line below the first.
    fn is_below_first_line(&self, at: usize) -> bool {
        self.comments
            .as_ref()
            .is_some_and(|comments| comments.first_break < at)
    }

    fn breaks_between(&self, mut at: usize, to: usize) -> usize {
        let mut breaks = 0;
        while at < to {
            let len = self.break_len(at);
            breaks += usize::from(len > 0);
            at += len.max(1);
        }
        breaks
    }

    /// `- # text` over a nested list: the comment is the head of what follows.
    pub(super) fn turn_line_comment_into_head(&mut self) {
        if [self.last[0].0, self.last[1].0] != [Kind::BlockSequenceStart, Kind::BlockEntry]
            || self.break_len(self.at) > 0
        {
            return;
        }
        let Some(last) = self.comments.as_ref().and_then(|all| all.queue.back()) else {
            return;
        };
        if last.part != Part::Line {
            return;
        }
        let breaks = self.breaks_between(last.start, self.at);
        let at = self.at;
        if let Some(last) = self.comments.as_mut().and_then(|all| all.queue.back_mut()) {
            last.part = Part::Head;
            if breaks == 1 {
                last.token = at;
            }
        }
    }

    fn queue(&mut self, scanned: Scanned) {
        if let Some(comments) = &mut self.comments {
            comments.queue.push_back(scanned);
        }
    }

    /// Reads the comment here to the end of its line.
    fn read_comment(&mut self, text: &mut String) {
        let start = self.at;
        self.skip_to_line_end();
        text.push_str(&String::from_utf8_lossy(&self.bytes[start..self.at]));
    }

    /// Scans a comment on the line of the token at `token`.
    pub(super) fn scan_line_comment(&mut self, token: usize) {
        let blanks = self.bytes[self.at..]
            .iter()
            .take(REACH)
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if blanks == REACH || self.byte(blanks) != b'#' || self.newlines() > 0 {
            return;
        }
        self.at += blanks;
        let start = self.at;
        let mut text = String::new();
        self.read_comment(&mut text);
        self.queue(Scanned {
            part: Part::Line,
            text,
            token,
            start,
            ..Scanned::default()
        });
    }

    /// Scans the comment here and those that follow it with only white space between, and decides
    /// which lines are the foot of what stands before and which the head of what follows.
    pub(super) fn scan_comments(&mut self, scan_from: usize) {
        let (token_kind, token) = match self.last {
            [before, (Kind::FlowEntry, _)] => before,
            [_, last] => last,
        };
        let newlines = self.newlines();
        let indent = self.indent.max(0);
        let mut column = self.column_in_chars();
        // Lines are counted from this one. To be the foot of what stands before it, a comment must
        // begin on the line below that.
        let mut line = 0;
        let is_alone = newlines > 0 || column <= 1;
        let foot_line = 1 - newlines + isize::from(!is_alone);
        let may_be_foot = token_kind != Kind::Value && self.is_below_first_line(scan_from);
        let mut no_empty_line = newlines <= 1;
        let mut after_empty_line = false;
        let mut here_line = 0;
        let mut start_line = 0;
        let mut found = Scanned {
            scan_from,
            token,
            ..Scanned::default()
        };
        let mut ahead = 0;
        while ahead < REACH {
            let at = self.at + ahead;
            column += 1;
            let byte = self.byte(ahead);
            if matches!(byte, b' ' | b'\t') {
                ahead += 1;
                continue;
            }
            let closes = self.flow_level > 0 && matches!(byte, b']' | b'}');
            if closes || self.is_breakz(at) {
                if !found.text.is_empty() && (closes || !after_empty_line) {
                    let is_outdented = found.column - 1 < indent;
                    let is_below = may_be_foot && start_line == foot_line;
                    if closes || no_empty_line && (is_below || is_outdented) {
                        if is_outdented {
                            // It has nothing to do with the token before it.
                            found.token = found.start;
                        }
                        found = self.queue_foot(found, at);
                    } else if at < self.bytes.len() {
                        found.text.push('\n');
                    }
                }
                if self.break_len(at) == 0 {
                    break;
                }
                no_empty_line = false;
                after_empty_line = true;
                column = 0;
                line += 1;
                ahead += 1;
                continue;
            }
            if !found.text.is_empty() && column - 1 < indent && column != found.column {
                found = self.queue_foot(found, at);
            }
            if byte != b'#' {
                break;
            }
            if found.text.is_empty() {
                (found.start, found.column, start_line) = (at, column, line);
            } else {
                found.text.push('\n');
            }
            while self.at < at {
                match self.break_len(self.at) {
                    0 => self.at += 1,
                    len => {
                        self.skip_break(len);
                        here_line += 1;
                    }
                }
            }
            self.read_comment(&mut found.text);
            after_empty_line = false;
            column = 0;
            line = here_line;
            // The search goes on behind the line break.
            ahead = 1;
        }
        if !found.text.is_empty() {
            found.token = found.start;
            found.end = (self.at + ahead).saturating_sub(1);
            self.queue(found);
        }
    }

    /// Queues what was found up to `end` as a foot; returns what the search goes on with.
    fn queue_foot(&mut self, found: Scanned, end: usize) -> Scanned {
        let rest = Scanned {
            scan_from: end,
            token: end,
            ..Scanned::default()
        };
        self.queue(Scanned {
            part: Part::Foot,
            end,
            ..found
        });
        rest
    }

    /// The column in characters, counted from 0.
    pub(super) fn column_in_chars(&self) -> isize {
        let before = &self.bytes[self.line_start..self.at];
        before.iter().filter(|byte| (**byte as i8) >= -0x40).count() as isize
    }
}
