//! Prints strings: the choice of style and the five ways to write (`emitterc.go` of go-yaml v2).

use std::borrow::Cow;
use std::io::Write as _;

use super::shape::{self, Forbidden, Shape};
use super::{Writer, error};
use crate::error::Result;
use crate::yaml::node::Node;
use crate::yaml::resolve::is_special_in_yaml11;

/// A space is replaced by a line break once more than this many columns are written.
const WIDTH: usize = 80;

/// The longest key, in characters of its JSON form with the quotes, that the reference reads back.
const LONGEST_KEY: usize = 1024;

/// How a text is to be written where it stands.
#[derive(Clone, Copy)]
struct Layout {
    /// Where its further lines begin; `None` if it must stay on one line, as a simple key must.
    indent: Option<usize>,
    shape: Shape,
}

impl Writer {
    /// Writes a string as a value.
    pub(super) fn string(&mut self, node: &Node, text: &[u8], indent: usize) -> Result<()> {
        let (text, shape) = passed_through_json(node, text)?;
        let indent = Some(indent);
        self.text(&text, Layout { indent, shape });
        Ok(())
    }

    /// Writes a key. Returns whether it was simple: if not, its value goes on the colon's line.
    pub(super) fn key(&mut self, node: &Node, indent: usize) -> Result<bool> {
        let text = node
            .as_scalar()
            .map_or(&[][..], |key| key.text().as_bytes());
        if text.len() <= shape::SIMPLE_KEY && shape::is_trivial(text) {
            self.out.extend_from_slice(text);
            return Ok(true);
        }
        // U+0085 is a line break in JSON, which a key cannot hold.
        let shape = match shape::of(text) {
            Ok(shape) if !shape.next_line => shape,
            _ => return Err(control_character(node)),
        };
        if text.len() > LONGEST_KEY / 6 && json_length(text) > LONGEST_KEY {
            return Err(error(
                node,
                "the key is longer than 1,024 characters: shorten it",
            ));
        }
        let simple = !shape.multiline && text.len() <= shape::SIMPLE_KEY;
        if simple {
            self.text(
                text,
                Layout {
                    indent: None,
                    shape,
                },
            );
        } else {
            self.out.extend_from_slice(b"? ");
            let indent_of_text = Some(indent + 2);
            self.text(
                text,
                Layout {
                    indent: indent_of_text,
                    shape,
                },
            );
            self.end_line();
            self.pad(indent);
        }
        Ok(simple)
    }

    fn text(&mut self, text: &[u8], layout: Layout) {
        let shape = layout.shape;
        match layout.indent {
            Some(indent) if shape.newline && shape.literal => self.literal(text, layout, indent),
            _ if shape.newline => self.double_quoted(text, layout),
            _ if is_special_in_yaml11(text) => self.double_quoted(text, layout),
            _ if shape.plain => self.plain(text, layout),
            _ if shape.single => self.single_quoted(text, layout),
            _ => self.double_quoted(text, layout),
        }
    }

    fn plain(&mut self, text: &[u8], layout: Layout) {
        match self.fold_column(text.len(), layout) {
            None => self.out.extend_from_slice(text),
            Some((column, indent)) => self.folded(text, column, indent),
        }
    }

    fn single_quoted(&mut self, text: &[u8], layout: Layout) {
        let text = doubled_quotes(text);
        self.out.push(b'\'');
        if layout.shape.multiline {
            // Only U+2028 and U+2029 get here.
            self.separated_lines(&text, layout);
        } else if let Some((column, indent)) = self.fold_column(text.len(), layout) {
            self.folded(&text, column, indent);
        } else {
            self.out.extend_from_slice(&text);
        }
        self.out.push(b'\'');
    }

    /// Where the line stands and where the next would begin, if a text is long enough to fold.
    fn fold_column(&self, length: usize, layout: Layout) -> Option<(usize, usize)> {
        let indent = layout.indent?;
        if !layout.shape.spaces {
            return None;
        }
        let column = self.column();
        (column + length > WIDTH).then_some((column, indent))
    }

    /// How many characters the last line has.
    fn column(&self) -> usize {
        let start = memchr::memrchr(b'\n', &self.out).map_or(0, |at| at + 1);
        let line = &self.out[start..];
        let separator = line.windows(3).rposition(is_separator);
        columns(&line[separator.map_or(0, |at| at + 3)..])
    }

    /// Writes a text with breaks for single spaces beyond the width. Neither its first nor its last
    /// character is a space that can break: a plain text has none there, a quoted one keeps them.
    fn folded(&mut self, text: &[u8], mut column: usize, indent: usize) {
        let mut written = 0;
        for at in memchr::memchr_iter(b' ', text) {
            let single = at > 0
                && text[at - 1] != b' '
                && text.get(at + 1).is_some_and(|next| *next != b' ');
            if !single {
                continue;
            }
            column += columns(&text[written..at]);
            self.out.extend_from_slice(&text[written..at]);
            written = at;
            if column > WIDTH {
                self.out.push(b'\n');
                self.pad(indent);
                column = indent;
                written += 1;
            }
        }
        self.out.extend_from_slice(&text[written..]);
    }

    /// The inside of single quotes when the text holds U+2028 or U+2029, which begin a new line.
    #[cold]
    fn separated_lines(&mut self, text: &[u8], layout: Layout) {
        let text = std::str::from_utf8(text).unwrap_or_default();
        let indent = layout.indent.unwrap_or_default();
        let mut column = self.column();
        for line in text.split_inclusive(shape::is_break) {
            let content = line.trim_end_matches(shape::is_break);
            if column == 0 && !content.is_empty() {
                self.pad(indent);
                column = indent;
            }
            self.folded(content.as_bytes(), column, indent);
            self.out
                .extend_from_slice(&line.as_bytes()[content.len()..]);
            column = 0;
        }
    }

    fn double_quoted(&mut self, text: &[u8], layout: Layout) {
        self.out.push(b'"');
        let folds = layout.indent.is_some() && layout.shape.spaces;
        if layout.shape.ascii && !layout.shape.newline && !folds {
            for &byte in text {
                if matches!(byte, b'"' | b'\\') {
                    self.out.push(b'\\');
                }
                self.out.push(byte);
            }
        } else {
            self.escaped(text, layout.indent);
        }
        self.out.push(b'"');
    }

    fn escaped(&mut self, text: &[u8], indent: Option<usize>) {
        let text = std::str::from_utf8(text).unwrap_or_default();
        // The reference asks of every character whether the text begins with a byte order mark.
        let escape_all = text.starts_with('\u{FEFF}');
        let mut column = self.column();
        let mut after_space = true;
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let raw = shape::is_printable(char)
                && !shape::is_break(char)
                && !matches!(char, '"' | '\\')
                && !escape_all;
            if !raw {
                let before = self.out.len();
                self.escape(char);
                column += self.out.len() - before;
                after_space = false;
                continue;
            }
            if let Some(indent) = indent
                && char == ' '
                && !after_space
                && column > WIDTH
                && let Some(next) = chars.peek()
            {
                self.out.push(b'\n');
                self.pad(indent);
                column = indent;
                if *next == ' ' {
                    self.out.push(b'\\');
                    column += 1;
                }
            } else {
                let mut buffer = [0; 4];
                self.out
                    .extend_from_slice(char.encode_utf8(&mut buffer).as_bytes());
                column += 1;
            }
            after_space = char == ' ';
        }
    }

    fn escape(&mut self, char: char) {
        let short = match char {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0B' => 'v',
            '\x0C' => 'f',
            '\r' => 'r',
            '\x1B' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{A0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                // Writing to a vector does not fail.
                let _ = match u32::from(char) {
                    code @ ..=0xFF => write!(self.out, "\\x{code:02X}"),
                    code @ ..=0xFFFF => write!(self.out, "\\u{code:04X}"),
                    code => write!(self.out, "\\U{code:08X}"),
                };
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short as u8]);
    }

    fn literal(&mut self, text: &[u8], layout: Layout, indent: usize) {
        self.out.push(b'|');
        if text.starts_with(b" ") || first_break(text) > 0 {
            self.out.push(b'2');
        }
        let end = last_break(text);
        if end == 0 {
            self.out.push(b'-');
        } else if end == text.len() || last_break(&text[..text.len() - end]) > 0 {
            self.out.push(b'+');
        }
        self.out.push(b'\n');
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            if layout.shape.ascii {
                self.literal_line(line, indent);
            } else {
                let line = std::str::from_utf8(line).unwrap_or_default();
                for line in line.split_inclusive(shape::is_break) {
                    self.literal_line(line.as_bytes(), indent);
                }
            }
        }
    }

    /// A line with its break; an empty one is not indented.
    fn literal_line(&mut self, line: &[u8], indent: usize) {
        if first_break(line) == 0 {
            self.pad(indent);
        }
        self.out.extend_from_slice(line);
    }

    /// Ends the line, unless a block text brought its own end.
    pub(super) fn end_line(&mut self) {
        if last_break(&self.out) == 0 {
            self.out.push(b'\n');
        }
    }
}

/// Whether three bytes are U+2028 or U+2029.
fn is_separator(text: &[u8]) -> bool {
    matches!(text, [0xE2, 0x80, 0xA8 | 0xA9])
}

/// The length of the line break that a literal text begins with.
fn first_break(text: &[u8]) -> usize {
    match text {
        [b'\n', ..] => 1,
        [a, b, c, ..] if is_separator(&[*a, *b, *c]) => 3,
        _ => 0,
    }
}

/// The length of the line break that a literal text ends with.
fn last_break(text: &[u8]) -> usize {
    match text {
        [.., b'\n'] => 1,
        [.., a, b, c] if is_separator(&[*a, *b, *c]) => 3,
        _ => 0,
    }
}

/// The text as the reference's JSON hands it on, and its shape.
#[inline]
fn passed_through_json<'a>(node: &Node, text: &'a [u8]) -> Result<(Cow<'a, [u8]>, Shape)> {
    match shape::of(text) {
        Ok(shape) if !shape.next_line => Ok((Cow::Borrowed(text), shape)),
        Ok(_) => without_next_lines(node, text),
        Err(Forbidden) => Err(control_character(node)),
    }
}

#[cold]
fn without_next_lines<'a>(node: &Node, text: &[u8]) -> Result<(Cow<'a, [u8]>, Shape)> {
    let text = std::str::from_utf8(text).unwrap_or_default();
    shape::without_next_lines(text)
        .and_then(|text| {
            let shape = shape::of(text.as_bytes())?;
            Ok((Cow::Owned(text.into_owned().into_bytes()), shape))
        })
        .map_err(|Forbidden| control_character(node))
}

#[cold]
fn control_character(node: &Node) -> crate::error::Error {
    error(
        node,
        "the text holds a control character that cannot be printed: remove it or encode the text",
    )
}

fn doubled_quotes(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\'') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    for &byte in text {
        if byte == b'\'' {
            out.push(b'\'');
        }
        out.push(byte);
    }
    Cow::Owned(out)
}

/// How many characters a text has.
fn columns(text: &[u8]) -> usize {
    text.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

/// How many characters a text takes as a JSON string that Go printed.
fn json_length(text: &[u8]) -> usize {
    let text = std::str::from_utf8(text).unwrap_or_default();
    let length = |char| match char {
        '"' | '\\' | '\n' | '\r' | '\t' | '\x08' | '\x0C' => 2,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\x1F' => 6,
        _ => 1,
    };
    2 + text.chars().map(length).sum::<usize>()
}
