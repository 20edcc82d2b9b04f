//! The text that an emitter writes, and what it must remember of its end.

use super::scalar::{Tag, is_break};

pub(super) struct Sink {
    text: String,
    column: usize,
    /// Whether white space stands at the end.
    whitespace: bool,
    /// Whether only indentation and dashes stand on the line.
    indention: bool,
    /// Where lines begin; negative before the first collection.
    pub(super) indent: isize,
    /// Where a foot comment was written last: what begins in the same column is set apart from it.
    pub(super) foot_indent: isize,
}

impl Sink {
    pub(super) fn new(text: String) -> Self {
        Self {
            text,
            column: 0,
            whitespace: true,
            indention: true,
            indent: -1,
            foot_indent: -1,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Whether the cursor stands behind indentation and dashes, and behind something.
    pub(super) fn is_inside_indent(&self) -> bool {
        self.column > 0 && self.indention
    }

    pub(super) fn put(&mut self, char: char) {
        self.text.push(char);
        self.column += 1;
    }

    pub(super) fn line_break(&mut self) {
        self.break_with('\n');
    }

    pub(super) fn break_with(&mut self, char: char) {
        self.text.push(char);
        self.column = 0;
        self.indention = true;
    }

    /// A character inside a text.
    pub(super) fn put_content(&mut self, char: char) {
        self.put(char);
        self.indention = false;
    }

    /// Goes to where a line begins, on a new line if this one holds something.
    pub(super) fn line_start(&mut self) {
        let indent = self.indent.max(0) as usize;
        let used = self.column > indent || self.column == indent && !self.whitespace;
        if !self.indention || used {
            self.line_break();
        }
        if self.foot_indent == indent as isize {
            self.line_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.foot_indent = -1;
    }

    pub(super) fn line_start_if_at_column_0(&mut self) {
        if self.column == 0 {
            self.line_start();
        }
    }

    /// A space, unless one stands there.
    pub(super) fn space(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    /// Punctuation: whether a space must stand before it, whether it counts as white space itself,
    /// and as indentation.
    pub(super) fn indicator(&mut self, text: &str, spaced: bool, white: bool, indention: bool) {
        if spaced {
            self.space();
        }
        text.chars().for_each(|char| self.put(char));
        self.whitespace = white;
        self.indention &= indention;
    }

    /// A text right behind what was written.
    pub(super) fn word(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
        self.end_word();
    }

    /// Notes that something stands here that is no white space.
    pub(super) fn end_word(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }

    /// Notes that a line of a block text begins.
    pub(super) fn begin_block(&mut self) {
        self.whitespace = true;
    }

    /// Notes that a plain text of no character was written.
    pub(super) fn end_empty(&mut self) {
        self.indention = false;
    }

    pub(super) fn tag(&mut self, tag: &Tag<'_>) {
        if tag.handle.is_empty() {
            self.indicator("!<", true, false, false);
            self.tag_content(tag.suffix);
            self.indicator(">", false, false, false);
        } else {
            self.space();
            self.word(tag.handle);
            self.tag_content(tag.suffix);
        }
    }

    fn tag_content(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$,.~*'()[]".contains(&byte) {
                self.put(char::from(byte));
            } else {
                format!("%{byte:02X}")
                    .chars()
                    .for_each(|char| self.put(char));
            }
        }
        self.end_word();
    }

    /// A comment to the end of its last line. Lines without a `#` get one.
    pub(super) fn comment(&mut self, text: &str) {
        let mut begins = false;
        let mut marked = false;
        for char in text.chars() {
            if is_break(char) {
                self.break_with(char);
                begins = true;
                marked = false;
                continue;
            }
            if begins {
                self.line_start();
            }
            if !marked && char != '#' {
                self.put('#');
                self.put(' ');
            }
            marked = true;
            begins = false;
            self.put_content(char);
        }
        if !begins {
            self.line_break();
        }
        self.whitespace = true;
    }
}
