//! Finding comments and the tokens they belong to, as go-yaml v3's scanner and parser do.

use super::comments::Comment;
use super::scan::Scanner;
use super::token::Kind;

/// How far the reference looks for a comment behind white space, in bytes.
const REACH: usize = 512;

/// Comments that were scanned, and those that wait for a node.
pub(super) struct CommentScan {
    queue: Vec<Scanned>,
    taken: usize,
    /// Where each line begins.
    lines: Vec<usize>,
    /// What the next node gets.
    pending: Comment,
    /// The head of the collection inside a list item, as opposed to the item's.
    stem: String,
}

/// A comment with the place that decides which token it belongs to.
#[derive(Default)]
struct Scanned {
    scan_from: usize,
    token: usize,
    start: Point,
    end: usize,
    comment: Comment,
}

#[derive(Clone, Copy, Default)]
struct Point {
    at: usize,
    line: isize,
    column: isize,
}

impl CommentScan {
    pub(super) fn new(bytes: &[u8], from: usize) -> Self {
        let mut lines = vec![from];
        let mut at = from;
        while at < bytes.len() {
            at += match &bytes[at..] {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                [0xC2, 0x85, ..] => 2,
                [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
                _ => {
                    at += 1;
                    continue;
                }
            };
            lines.push(at);
        }
        Self {
            queue: Vec::new(),
            taken: 0,
            lines,
            pending: Comment::default(),
            stem: String::new(),
        }
    }

    fn line(&self, at: usize) -> isize {
        self.lines.partition_point(|start| *start <= at) as isize - 1
    }

    /// Where a block collection at `indent` ends: before the comments at its own indentation that
    /// stand right before `end`.
    pub(super) fn block_end(&self, mut end: isize, indent: isize) -> isize {
        let mut stop = end;
        for comment in self.queue.iter().rev() {
            if (comment.end as isize) < stop {
                break;
            }
            if comment.start.column == indent + 1 {
                end = comment.start.at as isize;
            }
            stop = comment.scan_from as isize;
        }
        end
    }
}

fn join(to: &mut String, text: &str) {
    if !text.is_empty() {
        if !to.is_empty() {
            to.push('\n');
        }
        to.push_str(text);
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
        while let Some(next) = comments.queue.get_mut(comments.taken) {
            // A head waits for what follows the end of a collection.
            let waits = kind == Kind::BlockEnd && !next.comment.head.is_empty();
            if start < next.token || waits {
                break;
            }
            let Scanned { comment, .. } = std::mem::take(next);
            join(&mut comments.pending.head, &comment.head);
            join(&mut comments.pending.foot, &comment.foot);
            join(&mut comments.pending.line, &comment.line);
            comments.taken += 1;
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
    fn newlines(&self) -> usize {
        let Some(comments) = &self.comments else {
            return 0;
        };
        let white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let run = self.bytes[comments.lines[0]..self.at]
            .iter()
            .rev()
            .take_while(|byte| white(byte))
            .count();
        (comments.line(self.at) - comments.line(self.at - run)).max(0) as usize
    }

    fn point(&self) -> Point {
        let line = match &self.comments {
            None => 0,
            Some(comments) => comments.line(self.at),
        };
        let before = &self.bytes[self.line_start..self.at];
        let column = before.iter().filter(|byte| (**byte as i8) >= -0x40).count();
        Point {
            at: self.at,
            line,
            column: column as isize,
        }
    }

    /// `- # text` over a nested list: the comment is the head of what follows.
    pub(super) fn turn_line_comment_into_head(&mut self) {
        if [self.last[0].0, self.last[1].0] != [Kind::BlockSequenceStart, Kind::BlockEntry]
            || self.break_len(self.at) > 0
        {
            return;
        }
        let at = self.at;
        if let Some(comments) = &mut self.comments {
            let line = comments.line(at);
            if let Some(last) = comments.queue.last_mut()
                && !last.comment.line.is_empty()
            {
                last.comment.head = std::mem::take(&mut last.comment.line);
                if last.start.line == line - 1 {
                    last.token = at;
                }
            }
        }
    }

    fn queue(&mut self, scanned: Scanned) {
        if let Some(comments) = &mut self.comments {
            comments.queue.push(scanned);
        }
    }

    /// Steps to the byte `to` over line breaks, then to the end of its line; returns that rest.
    fn read_comment_line(&mut self, to: usize) -> String {
        while self.at < to {
            match self.break_len(self.at) {
                0 => self.at += 1,
                len => self.skip_break(len),
            }
        }
        let start = self.at;
        while !self.is_breakz(self.at) {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned()
    }

    /// Scans a comment on the line of the token at `token`.
    pub(super) fn scan_line_comment(&mut self, token: usize) {
        if self.newlines() > 0 {
            return;
        }
        let blanks = self.bytes[self.at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if blanks >= REACH || self.byte(blanks) != b'#' {
            return;
        }
        self.at += blanks;
        let start = self.point();
        let line = self.read_comment_line(self.at);
        self.queue(Scanned {
            token,
            start,
            comment: Comment {
                line,
                ..Comment::default()
            },
            ..Scanned::default()
        });
    }

    /// Scans the comment here and those that follow it with only white space between, and decides
    /// which lines are the foot of what stands before and which the head of what follows.
    pub(super) fn scan_comments(&mut self, mut scan_from: usize) {
        let (token_kind, mut token) = match self.last {
            [before, (Kind::FlowEntry, _)] => before,
            [_, last] => last,
        };
        let here = self.point();
        let newlines = self.newlines() as isize;
        let indent = self.indent.max(0);
        let first_line = match &self.comments {
            None => 0,
            Some(comments) => comments.line(scan_from),
        };
        // The line on which a comment must begin to be the foot of what stands before it.
        let foot_line = if first_line > 0 {
            let below = newlines == 0 && here.column > 1;
            here.line - newlines + 1 + isize::from(below)
        } else {
            -1
        };
        let mut no_empty_line = newlines <= 1;
        let mut after_empty_line = false;
        let (mut line, mut column) = (here.line, here.column);
        let mut start = Point::default();
        let mut text = String::new();
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
            let outdented = start.column - 1 < indent;
            if closes || self.is_breakz(at) {
                if closes || !after_empty_line {
                    let is_foot = no_empty_line
                        && (start.line == foot_line && token_kind != Kind::Value || outdented);
                    if closes || is_foot {
                        if !text.is_empty() {
                            if outdented {
                                // It has nothing to do with the token before it.
                                token = start.at;
                            }
                            self.queue_foot(scan_from, token, start, at, &mut text);
                            (scan_from, token) = (at, at);
                        }
                    } else if !text.is_empty() && at < self.bytes.len() {
                        text.push('\n');
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
            if !text.is_empty() && column - 1 < indent && column != start.column {
                self.queue_foot(scan_from, token, start, at, &mut text);
                (scan_from, token) = (at, at);
            }
            if byte != b'#' {
                break;
            }
            if text.is_empty() {
                start = Point { at, line, column };
            } else {
                text.push('\n');
            }
            after_empty_line = false;
            text.push_str(&self.read_comment_line(at));
            column = 0;
            line = self.point().line;
            // The search goes on behind the line break.
            ahead = 1;
        }
        if !text.is_empty() {
            self.queue(Scanned {
                scan_from,
                token: start.at,
                start,
                end: (self.at + ahead).saturating_sub(1),
                comment: Comment {
                    head: text,
                    ..Comment::default()
                },
            });
        }
    }

    fn queue_foot(
        &mut self,
        scan_from: usize,
        token: usize,
        start: Point,
        end: usize,
        text: &mut String,
    ) {
        self.queue(Scanned {
            scan_from,
            token,
            start,
            end,
            comment: Comment {
                foot: std::mem::take(text),
                ..Comment::default()
            },
        });
    }
}
