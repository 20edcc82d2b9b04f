//! Printing YAML as sops does: go-yaml v3's encoder with an indentation of 4, comments above what
//! they stand before (sops's `stores/yaml/store.go`).

use base64::Engine as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Error, ErrorKind, Result};
use crate::sops::secret::SecretBytes;
use crate::sops::{comment, leaf};
use crate::source::{Mark, SourceId};
use crate::yaml::{
    self, BASE64, Comment, Comments, Entry, Layout, Mapping, Node, Scalar, Sequence, Style, Tag,
    Text, Value, is_block_allowed, is_plain_string, shortest,
};

/// The text of documents.
///
/// # Errors
/// [`ErrorKind::Value`], with a mark, for the one text that sops cannot print; see [`is_lost`].
pub(super) fn write(documents: &[Node]) -> Result<SecretBytes> {
    let mut survey = Survey::default();
    for document in documents {
        survey.look_at(document, 1);
    }
    // One buffer that is never outgrown: moving it would leave plaintext behind.
    let buffer = String::with_capacity(survey.size);
    let text = if survey.has_comments {
        let printed = documents.iter().map(document);
        let mut printed = printed.collect::<Result<Vec<(Node, Comments)>>>()?;
        let with_comments = printed.iter().map(|(node, comments)| (node, comments));
        let text = yaml::print(with_comments, Layout::SOPS, buffer);
        printed.iter_mut().for_each(|(node, _)| node.wipe());
        text
    } else {
        let layout = Layout {
            form: Some(printed_or_lost),
            ..Layout::SOPS
        };
        let none = Comments::default();
        yaml::print(documents.iter().map(|node| (node, &none)), layout, buffer)
    };
    Ok(SecretBytes::from(text.into_bytes()))
}

/// What is known of documents before they are printed.
#[derive(Default)]
struct Survey {
    /// No fewer bytes than they take.
    size: usize,
    has_comments: bool,
}

impl Survey {
    fn look_at(&mut self, node: &Node, depth: usize) {
        let indent = 4 * depth + 8;
        match node.value() {
            Value::Scalar(scalar) => {
                let text = leaf::bytes(scalar);
                let lines = match scalar.tag() {
                    Tag::Binary => text.len().div_ceil(BASE64_LINE / 4 * 3),
                    _ => text.iter().filter(|byte| **byte == b'\n').count(),
                };
                // The longest escape takes four bytes for one.
                self.size += 4 * text.len() + (1 + lines) * indent + 32;
                self.has_comments |= comment::is_comment(scalar);
            }
            Value::Sequence(list) => {
                self.size += indent;
                list.iter().for_each(|item| self.look_at(item, depth + 1));
            }
            Value::Mapping(mapping) => {
                self.size += indent;
                for entry in mapping {
                    self.look_at(&entry.key, depth);
                    self.look_at(&entry.value, depth + 1);
                }
            }
        }
    }
}

fn document(node: &Node) -> Result<(Node, Comments)> {
    let mut printer = Printer {
        comments: Comments::default(),
        next: 0,
        refused: None,
    };
    let mut node = printer.node(node, "");
    match printer.refused {
        None => Ok((node, printer.comments)),
        Some(mark) => {
            node.wipe();
            let message = "a text of several lines that begins with a tab cannot be printed next \
                           to a comment in a list: remove the tab or the comment";
            Err(Error::marked(ErrorKind::Value, mark, message))
        }
    }
}

/// The nodes that are printed, with marks of their own that comments are found by.
struct Printer {
    comments: Comments,
    next: u32,
    /// Where a text stands that cannot be printed.
    refused: Option<Mark>,
}

impl Printer {
    fn mark(&mut self) -> Mark {
        self.next += 1;
        Mark {
            source: SourceId(u32::MAX),
            offset: self.next,
        }
    }

    /// A node below a comment, which stands above the comments that begin the node.
    fn node(&mut self, node: &Node, above: &str) -> Node {
        if !above.is_empty() {
            self.refuse_lost(node);
        }
        let mark = self.mark();
        let mut comment = Comment::default();
        let value: Value = match node.value() {
            Value::Scalar(scalar) => printed_or_lost(scalar).into(),
            Value::Sequence(list) => self.list(list, &mut comment.head).into(),
            Value::Mapping(mapping) => self.mapping(mapping, &mut comment.head).into(),
        };
        join(above, &mut comment.head);
        let node = Node::new(value, mark);
        self.comments.set(&node, comment);
        node
    }

    fn list(&mut self, list: &Sequence, head: &mut String) -> Sequence {
        let mut items: Vec<Node> = Vec::with_capacity(list.len());
        let mut waiting = String::new();
        for item in list {
            if let Some(comment) = comment::of(item) {
                push_line(&mut waiting, comment);
                continue;
            }
            if items.is_empty() {
                *head = std::mem::take(&mut waiting);
            }
            let node = self.node(item, &waiting);
            waiting.clear();
            items.push(node);
        }
        match items.last() {
            None => *head = waiting,
            Some(last) => {
                let read = list.iter().rfind(|item| comment::of(item).is_none());
                self.add_foot(last, read, waiting);
            }
        }
        items.into()
    }

    fn mapping(&mut self, mapping: &Mapping, head: &mut String) -> Mapping {
        let mut entries: Vec<Entry> = Vec::with_capacity(mapping.len());
        let mut waiting = String::new();
        for entry in mapping {
            if let Some(comment) = comment::of(&entry.key) {
                push_line(&mut waiting, comment);
                continue;
            }
            if entries.is_empty() {
                *head = std::mem::take(&mut waiting);
            }
            let key = self.node(&entry.key, &waiting);
            waiting.clear();
            let value = self.node(&entry.value, "");
            entries.push(Entry { key, value });
        }
        match entries.last() {
            None => *head = waiting,
            Some(last) => {
                let is_entry = |entry: &&Entry| comment::of(&entry.key).is_none();
                let read = mapping.iter().rfind(is_entry).map(|entry| &entry.key);
                self.add_foot(&last.key, read, waiting);
            }
        }
        entries.into()
    }

    /// sops loses a text without a trace only where no comment belongs to it.
    fn refuse_lost(&mut self, node: &Node) {
        if node.as_scalar().is_some_and(is_lost) {
            self.refused.get_or_insert(node.mark());
        }
    }

    /// Puts a comment below the last of a collection's nodes, which was made of `read`.
    fn add_foot(&mut self, node: &Node, read: Option<&Node>, foot: String) {
        if !foot.is_empty() {
            read.into_iter().for_each(|read| self.refuse_lost(read));
            let mut comment = self.comments.of(node).cloned().unwrap_or_default();
            comment.foot = foot;
            self.comments.set(node, comment);
        }
    }
}

/// Whether sops prints null for a text: one of several lines that begins with a tab. Its encoder
/// prints such a text in a way that it cannot read, and sops does not notice.
fn is_lost(scalar: &Scalar) -> bool {
    let text = scalar.text();
    scalar.tag() == Tag::Str
        && text.as_bytes().first() == Some(&b'\t')
        && memchr::memchr(b'\n', text.as_bytes()).is_some()
        && is_block_allowed(text)
}

/// Where texts stand that are printed as null.
pub(in crate::sops) fn lost(node: &Node, marks: &mut Vec<Mark>) {
    match node.value() {
        Value::Scalar(scalar) if is_lost(scalar) => marks.push(node.mark()),
        Value::Scalar(_) => {}
        Value::Sequence(list) => list.iter().for_each(|item| lost(item, marks)),
        Value::Mapping(mapping) => {
            for entry in mapping {
                lost(&entry.key, marks);
                lost(&entry.value, marks);
            }
        }
    }
}

/// Puts a comment above another.
fn join(above: &str, head: &mut String) {
    if !above.is_empty() {
        if !head.is_empty() {
            head.insert(0, '\n');
        }
        head.insert_str(0, above);
    }
}

fn push_line(lines: &mut String, comment: &Scalar) {
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines.push('#');
    lines.push_str(&String::from_utf8_lossy(leaf::bytes(comment)));
}

/// What a scalar is printed as.
fn printed_or_lost(scalar: &Scalar) -> Scalar {
    match is_lost(scalar) {
        true => leaf::null(),
        false => printed(scalar),
    }
}

/// A scalar in the style that go-yaml v3's encoder gives its value, and that a reader of the text
/// would find.
pub(in crate::sops) fn printed(scalar: &Scalar) -> Scalar {
    match scalar.tag() {
        Tag::Str => string(scalar.text()),
        Tag::Binary => {
            let text = base64(leaf::bytes(scalar));
            let style = match text.contains('\n') {
                true => Style::Literal,
                false => Style::Plain,
            };
            Scalar::with_explicit_tag("!!binary", style, text)
        }
        Tag::Float => {
            let value = leaf::to_float(scalar);
            let text = match value {
                _ if value.is_nan() => ".nan".to_owned(),
                f64::INFINITY => ".inf".to_owned(),
                f64::NEG_INFINITY => "-.inf".to_owned(),
                value => shortest(value),
            };
            // What it looks like is what it is read as: 1 is a whole number.
            Scalar::new(Tag::None, Style::Plain, text)
        }
        _ => scalar.clone(),
    }
}

fn string(text: &Text) -> Scalar {
    let bytes = text.as_bytes();
    if bytes == b"<<" {
        // The encoder does not know this text, and its printer takes it for a merge key.
        return Scalar::new(Tag::Merge, Style::Plain, text.clone());
    }
    let style = if memchr::memchr(b'\n', bytes).is_some() {
        Style::Literal
    } else if is_plain_string(bytes) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    };
    Scalar::new(Tag::Str, style, text.clone())
}

/// How many characters of base64 stand on a line.
const BASE64_LINE: usize = 70;

/// Base64, in lines if it takes more than one.
fn base64(bytes: &[u8]) -> Text {
    let base64 = Zeroizing::new(BASE64.encode(bytes));
    let length = base64.len();
    if length < BASE64_LINE {
        return Text::from(base64.as_str());
    }
    let mut lines = String::with_capacity(length + length / BASE64_LINE + 1);
    for line in base64.as_bytes().chunks(BASE64_LINE) {
        lines.extend(line.iter().map(|byte| char::from(*byte)));
        lines.push('\n');
    }
    let text = Text::from(lines.as_str());
    lines.zeroize();
    text
}
