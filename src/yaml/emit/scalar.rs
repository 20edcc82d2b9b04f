//! In which style a scalar is printed, and its text in that style.

use super::{Emitter, Role};
use crate::yaml::node::{Node, Scalar, Value};
use crate::yaml::resolve::plain_tag;
use crate::yaml::tag::{self, Style};
pub(super) use crate::yaml::write::{is_break, is_printable};

/// The longest key that stands before its colon without a `?`, in bytes.
const SIMPLE_KEY: usize = 128;

/// A tag as it is printed: a handle (`!` or `!!`) and the rest, or a whole one without a handle.
#[derive(Clone, Copy, Default)]
pub(super) struct Tag<'a> {
    pub(super) handle: &'a str,
    pub(super) suffix: &'a str,
}

/// Splits a tag in its short form.
pub(super) fn split_tag(name: &str) -> Tag<'_> {
    let handle = if name.starts_with("!!") {
        "!!"
    } else if name.starts_with('!') {
        "!"
    } else {
        ""
    };
    Tag {
        handle,
        suffix: &name[handle.len()..],
    }
}

/// What a look at every character of a text finds (`yaml_emitter_analyze_scalar`).
struct Shape {
    multiline: bool,
    plain_in_flow: bool,
    plain_in_block: bool,
    single_quoted: bool,
    block: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self {
                multiline: false,
                plain_in_flow: false,
                plain_in_block: true,
                single_quoted: true,
                block: false,
            };
        }
        if is_words(text.as_bytes()) {
            return Self {
                multiline: false,
                plain_in_flow: true,
                plain_in_block: true,
                single_quoted: true,
                block: true,
            };
        }
        let document_end = text.starts_with("---") || text.starts_with("...");
        let (mut in_block, mut in_flow) = (document_end, document_end);
        let (mut special, mut tab, mut multiline) = (false, false, false);
        let (mut break_space, mut space_break) = (false, false);
        let mut previous: Option<char> = None;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let before_blank = chars.peek().is_none_or(|next| is_blank(*next));
            match (char, previous) {
                (',' | '[' | ']' | '{' | '}', None) => (in_flow, in_block) = (true, true),
                ('#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`', None) => {
                    (in_flow, in_block) = (true, true);
                }
                ('-', None) if before_blank => (in_flow, in_block) = (true, true),
                ('?', None) | (':', _) => {
                    in_flow = true;
                    in_block |= before_blank;
                }
                (',' | '?' | '[' | ']' | '{' | '}', Some(_)) => in_flow = true,
                ('#', Some(before)) if is_blank(before) || is_break(before) || before == '\0' => {
                    (in_flow, in_block) = (true, true);
                }
                _ => {}
            }
            tab |= char == '\t';
            special |= char != '\t' && !is_printable(char);
            multiline |= is_break(char);
            break_space |= char == ' ' && previous.is_some_and(is_break);
            space_break |= is_break(char) && previous == Some(' ');
            previous = Some(char);
        }
        let edge = |char: char| char == ' ' || is_break(char);
        let edges = text.starts_with(edge) || text.ends_with(edge);
        let single_quoted = !(break_space || space_break || tab || special);
        let plain = single_quoted && !edges && !multiline;
        Self {
            multiline,
            plain_in_flow: plain && !in_flow,
            plain_in_block: plain && !in_block,
            single_quoted,
            block: !(space_break || special || text.ends_with(' ')),
        }
    }
}

/// Whether a text is words in which no character can mean anything, as most are.
fn is_words(text: &[u8]) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_inside = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.' | b'/')
    };
    is_edge(text.first()) && is_edge(text.last()) && text.iter().all(is_inside)
}

/// Whether there is a byte that a line break can begin with.
fn may_hold_break(text: &str) -> bool {
    let is_other = |byte: u8| !(b' '..=b'~').contains(&byte);
    text.bytes().fold(false, |any, byte| any | is_other(byte))
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

/// The tag that is printed with a scalar, and whether its text must be quoted to stay a string.
fn printed_tag(scalar: &Scalar) -> (Option<Tag<'_>>, bool) {
    let name = scalar.tag_name();
    if name.is_empty() {
        return (None, false);
    }
    let is_string = scalar.tag() == tag::Tag::Str;
    if !scalar.has_explicit_tag() {
        let quoted = scalar.style() != Style::Plain;
        // The printer, unlike the reader, does not know a merge key by its text.
        let is_merge = scalar.tag() == tag::Tag::Merge;
        if is_string && quoted || !is_merge && plain_tag(scalar.text().as_bytes()) == scalar.tag() {
            return (None, false);
        }
        if is_string {
            return (None, true);
        }
    }
    (Some(split_tag(name)), false)
}

impl Emitter<'_> {
    /// Whether a key stands before its colon without a `?`.
    pub(super) fn is_simple(&self, key: &Node) -> bool {
        let mut length = self.comments.anchor_of(key).map_or(0, |name| name.len());
        if let Some(name) = key.alias_name() {
            return name.len() <= SIMPLE_KEY;
        }
        let tag = |tag: Tag<'_>| tag.handle.len() + tag.suffix.len();
        match key.value() {
            Value::Scalar(scalar) => {
                let formed = self.layout.form.map(|form| form(scalar));
                let scalar = formed.as_ref().unwrap_or(scalar);
                let text = scalar.text().as_str();
                length += text.len() + printed_tag(scalar).0.map_or(0, tag);
                length <= SIMPLE_KEY && !(may_hold_break(text) && text.contains(is_break))
            }
            Value::Sequence(list) => {
                length += list.tag().map_or(0, |name| tag(split_tag(name)));
                list.is_empty() && length <= SIMPLE_KEY
            }
            Value::Mapping(mapping) => {
                length += mapping.tag().map_or(0, |name| tag(split_tag(name)));
                mapping.is_empty() && length <= SIMPLE_KEY
            }
        }
    }

    pub(super) fn scalar(&mut self, scalar: &Scalar, role: Role) {
        let text = scalar.text().as_str();
        let (tag, quote) = printed_tag(scalar);
        let asked = match scalar.style() {
            Style::Plain if text.contains('\n') => Style::Literal,
            Style::Plain if quote => Style::DoubleQuoted,
            style => style,
        };
        let style = self.possible_style(asked, text, role == Role::SimpleKey);
        if let Some(tag) = tag {
            self.sink.tag(&tag);
        }
        let before = self.deeper(true, role, false);
        match style {
            Style::Plain => self.plain(text),
            Style::SingleQuoted => self.single_quoted(text),
            Style::DoubleQuoted => self.double_quoted(text),
            Style::Literal => self.literal(text),
            Style::Folded => self.folded(text),
        }
        self.sink.indent = before;
    }

    /// The style that was asked for, or the next one that can hold the text.
    fn possible_style(&self, asked: Style, text: &str, simple_key: bool) -> Style {
        let shape = Shape::of(text);
        let in_flow = self.flow_level > 0;
        let mut style = asked;
        if simple_key && shape.multiline {
            style = Style::DoubleQuoted;
        }
        if style == Style::Plain {
            let allowed = if in_flow {
                shape.plain_in_flow
            } else {
                shape.plain_in_block
            };
            if !allowed || text.is_empty() && (in_flow || simple_key) {
                style = Style::SingleQuoted;
            }
        }
        match style {
            Style::SingleQuoted if !shape.single_quoted => Style::DoubleQuoted,
            Style::Literal | Style::Folded if !shape.block || in_flow || simple_key => {
                Style::DoubleQuoted
            }
            style => style,
        }
    }

    fn plain(&mut self, text: &str) {
        if text.is_empty() {
            self.sink.end_empty();
        } else {
            self.sink.space();
            self.sink.word(text);
        }
    }

    fn single_quoted(&mut self, text: &str) {
        self.sink.indicator("'", true, false, false);
        let mut after_break = false;
        for char in text.chars() {
            if is_break(char) {
                if !after_break && char == '\n' {
                    self.sink.line_break();
                }
                self.sink.break_with(char);
                after_break = true;
            } else if char == ' ' {
                // No space stands next to a break, or the text would not be in single quotes.
                self.sink.put(char);
                after_break = false;
            } else {
                if after_break {
                    self.sink.line_start();
                }
                if char == '\'' {
                    self.sink.put('\'');
                }
                self.sink.put_content(char);
                after_break = false;
            }
        }
        self.sink.indicator("'", false, false, false);
        self.sink.end_word();
    }

    fn double_quoted(&mut self, text: &str) {
        self.sink.indicator("\"", true, false, false);
        // The reference asks of every character whether the text begins with a byte order mark.
        let escape_all = text.starts_with('\u{FEFF}');
        for char in text.chars() {
            let raw = is_printable(char) && !is_break(char) && !matches!(char, '"' | '\\');
            if raw && !escape_all {
                self.sink.put(char);
                continue;
            }
            self.sink.put('\\');
            let code = u32::from(char);
            let escape = match char {
                '\0' => "0".to_owned(),
                '\x07' => "a".to_owned(),
                '\x08' => "b".to_owned(),
                '\t' => "t".to_owned(),
                '\n' => "n".to_owned(),
                '\x0B' => "v".to_owned(),
                '\x0C' => "f".to_owned(),
                '\r' => "r".to_owned(),
                '\x1B' => "e".to_owned(),
                '"' | '\\' => char.to_string(),
                '\u{85}' => "N".to_owned(),
                '\u{A0}' => "_".to_owned(),
                '\u{2028}' => "L".to_owned(),
                '\u{2029}' => "P".to_owned(),
                _ if code <= 0xFF => format!("x{code:02X}"),
                _ if code <= 0xFFFF => format!("u{code:04X}"),
                _ => format!("U{code:08X}"),
            };
            escape.chars().for_each(|char| self.sink.put(char));
        }
        self.sink.indicator("\"", false, false, false);
        self.sink.end_word();
    }

    /// What stands behind `|` or `>`, and the end of that line with the comment on it.
    fn block_header(&mut self, indicator: &str, text: &str) {
        self.sink.indicator(indicator, true, false, false);
        if text.starts_with(' ') || text.starts_with(is_break) {
            let hint = self.layout.indent.to_string();
            self.sink.indicator(&hint, false, false, false);
        }
        let mut ends = text.chars().rev().map(is_break);
        match (ends.next(), ends.next()) {
            (Some(true), None | Some(true)) => self.sink.indicator("+", false, false, false),
            (Some(true), Some(false)) => {}
            _ => self.sink.indicator("-", false, false, false),
        }
        if self.waiting.line.is_empty() {
            self.sink.line_break();
        } else {
            self.print_line();
        }
        self.sink.begin_block();
    }

    fn literal(&mut self, text: &str) {
        self.block_header("|", text);
        let mut at_start = true;
        for char in text.chars() {
            if is_break(char) {
                self.sink.break_with(char);
                at_start = true;
            } else {
                if at_start {
                    self.sink.line_start();
                }
                self.sink.put_content(char);
                at_start = false;
            }
        }
    }

    fn folded(&mut self, text: &str) {
        self.block_header(">", text);
        let (mut at_start, mut indented) = (true, true);
        // The reference looks behind the breaks at the beginning of the text, wherever it is.
        let first = text.chars().find(|char| !is_break(*char));
        let doubles = first.is_some_and(|char| !is_blank(char) && char != '\0');
        for char in text.chars() {
            if is_break(char) {
                if !at_start && !indented && char == '\n' && doubles {
                    self.sink.line_break();
                }
                self.sink.break_with(char);
                at_start = true;
            } else {
                if at_start {
                    self.sink.line_start();
                    indented = is_blank(char);
                }
                self.sink.put_content(char);
                at_start = false;
            }
        }
    }
}
