//! Prints documents as go-yaml v3's encoder does (its `encode.go` and `emitterc.go`): in their own
//! order and styles, with their comments, anchors and written tags.
//!
//! The emitter of the reference is a machine that is fed events, and a comment waits in it until
//! some event comes by that prints it. The functions here walk the nodes in the order of those
//! events and keep the same waiting comments, because where they end up is visible.

use super::node::{Mapping, Node, Scalar, Sequence, Value};
use super::read::Comments;

mod scalar;
mod sink;
#[cfg(test)]
mod tests;

use sink::Sink;

/// How collections are indented, and what scalars look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Columns a level, from 2 to 9.
    pub(crate) indent: usize,
    /// Whether the dashes of a list count as a part of its indentation.
    pub(crate) compact_lists: bool,
    /// What each scalar is printed as, if it is not printed as it is. What this makes is wiped.
    pub(crate) form: Option<fn(&Scalar) -> Scalar>,
}

impl Layout {
    /// How kyaml prints, and with it kustomize.
    pub(crate) const KYAML: Self = Self {
        indent: 2,
        compact_lists: true,
        form: None,
    };
    /// How SOPS prints by default.
    #[cfg(any(test, feature = "sops"))]
    pub(crate) const SOPS: Self = Self {
        indent: 4,
        compact_lists: false,
        form: None,
    };
}

/// The text of documents, each with the comments and anchors that were read with it.
///
/// Nodes are known by their marks: what was written elsewhere has no comment here.
pub(crate) fn to_text<'c>(
    documents: impl IntoIterator<Item = (&'c Node, &'c Comments)>,
    layout: Layout,
) -> String {
    print(documents, layout, String::new())
}

/// [`to_text`] into a buffer: one that is large enough is never moved, which leaves no copy of a
/// secret behind.
pub(crate) fn print<'c>(
    documents: impl IntoIterator<Item = (&'c Node, &'c Comments)>,
    layout: Layout,
    buffer: String,
) -> String {
    let mut sink = Sink::new(buffer);
    for (at, (node, comments)) in documents.into_iter().enumerate() {
        let mut emitter = Emitter {
            sink,
            layout,
            comments,
            waiting: Waiting::default(),
            key_line: "",
            flow_level: 0,
        };
        emitter.document(node, at == 0);
        sink = emitter.sink;
    }
    sink.into_text()
}

struct Emitter<'c> {
    sink: Sink,
    layout: Layout,
    comments: &'c Comments,
    waiting: Waiting<'c>,
    /// The comment on the line of a key, which the value prints.
    key_line: &'c str,
    flow_level: usize,
}

/// Comments that were met and not printed yet; empty texts are none.
#[derive(Default)]
struct Waiting<'c> {
    head: &'c str,
    line: &'c str,
    foot: &'c str,
    /// The foot of the entry before, which the key behind it prints.
    tail: &'c str,
}

impl<'c> Waiting<'c> {
    fn add(&mut self, head: &'c str, line: &'c str, foot: &'c str, tail: &'c str) {
        let replace = |waiting: &mut &'c str, new: &'c str| {
            if !new.is_empty() {
                *waiting = new;
            }
        };
        replace(&mut self.head, head);
        replace(&mut self.line, line);
        replace(&mut self.foot, foot);
        replace(&mut self.tail, tail);
    }

    /// Whether something has to be printed behind a value.
    fn follows(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Root,
    BlockItem,
    FlowItem,
    /// A key that goes before its colon on the same line.
    SimpleKey,
    /// A key behind a `?`.
    Key,
    Value,
}

impl<'c> Emitter<'c> {
    fn document(&mut self, node: &'c Node, first: bool) {
        self.waiting.head = self.comments.document_head();
        if !first {
            self.sink.line_start();
            self.sink.indicator("---", true, false, false);
            self.sink.line_start();
        }
        if !self.waiting.head.is_empty() {
            self.print_head();
            self.sink.line_break();
        }
        self.announce(node, "");
        self.print_head();
        self.begin(node, Role::Root);
        self.print_line();
        self.print_foot();
        self.content(node, Role::Root);
        self.waiting.add("", "", self.comments.document_foot(), "");
        self.sink.foot_indent = 0;
        self.print_foot();
        self.sink.foot_indent = -1;
        self.sink.line_start();
    }

    /// Notes the comments that come before a node, and behind it if it is a scalar.
    fn announce(&mut self, node: &'c Node, tail: &'c str) {
        let Some(comment) = self.comments.of(node) else {
            if !matches!(node.value(), Value::Sequence(_)) && node.alias_name().is_none() {
                self.waiting.add("", "", "", tail);
            }
            return;
        };
        match node.value() {
            Value::Scalar(_) if node.alias_name().is_some() => {
                self.waiting
                    .add(&comment.head, &comment.line, &comment.foot, "");
            }
            Value::Scalar(_) => {
                self.waiting
                    .add(&comment.head, &comment.line, &comment.foot, tail);
            }
            Value::Sequence(_) => self.waiting.add(&comment.head, "", "", ""),
            Value::Mapping(_) => self.waiting.add(&comment.head, "", "", tail),
        }
    }

    /// The same for a key, whose foot comes behind its value.
    fn announce_key(&mut self, node: &'c Node, tail: &'c str) -> &'c str {
        let waiting = self.waiting.foot;
        self.announce(node, tail);
        self.waiting.foot = waiting;
        self.comments
            .of(node)
            .map_or("", |comment| comment.foot.as_str())
    }

    /// Notes the comments behind a collection.
    fn announce_end(&mut self, node: &'c Node, tail: &'c str, is_key: bool) {
        match self.comments.of(node) {
            Some(comment) => {
                let foot = if is_key { "" } else { comment.foot.as_str() };
                self.waiting.add("", &comment.line, foot, tail);
            }
            None => self.waiting.add("", "", "", tail),
        }
    }

    fn print_head(&mut self) {
        let tail = std::mem::take(&mut self.waiting.tail);
        if !tail.is_empty() {
            self.sink.line_start();
            self.sink.comment(tail);
            self.sink.foot_indent = self.sink.indent.max(0);
        }
        let head = std::mem::take(&mut self.waiting.head);
        if !head.is_empty() {
            self.sink.line_start();
            self.sink.comment(head);
        }
    }

    fn print_line(&mut self) {
        let line = std::mem::take(&mut self.waiting.line);
        if !line.is_empty() {
            self.sink.space();
            self.sink.comment(line);
        }
    }

    fn print_foot(&mut self) {
        let foot = std::mem::take(&mut self.waiting.foot);
        if !foot.is_empty() {
            self.sink.line_start();
            self.sink.comment(foot);
            self.sink.foot_indent = self.sink.indent.max(0);
        }
    }

    /// A scalar whole; of a collection what stands before its first bracket or item.
    fn begin(&mut self, node: &'c Node, role: Role) {
        if let Some(name) = node.alias_name() {
            self.sink.indicator("*", true, false, false);
            self.sink.word(name);
            return;
        }
        if let Some(name) = self.comments.anchor_of(node) {
            self.sink.indicator("&", true, false, false);
            self.sink.word(name);
        }
        match node.value() {
            Value::Scalar(scalar) => match self.layout.form {
                None => self.scalar(scalar, role),
                Some(form) => self.formed_scalar(form(scalar), role),
            },
            Value::Sequence(list) => self.collection_tag(list.tag()),
            Value::Mapping(mapping) => self.collection_tag(mapping.tag()),
        }
    }

    #[cfg_attr(not(feature = "sops"), allow(unused_mut))]
    fn formed_scalar(&mut self, mut scalar: Scalar, role: Role) {
        self.scalar(&scalar, role);
        #[cfg(feature = "sops")]
        scalar.wipe();
    }

    fn collection_tag(&mut self, tag: Option<&str>) {
        if let Some(tag) = tag {
            self.sink.tag(&scalar::split_tag(tag));
        }
    }

    /// What is inside a collection.
    fn content(&mut self, node: &'c Node, role: Role) {
        match node.value() {
            Value::Scalar(_) => {}
            Value::Sequence(list) if self.flow_level > 0 || list.is_flow() || list.is_empty() => {
                self.flow_sequence(node, list, role);
            }
            Value::Sequence(list) => self.block_sequence(node, list, role),
            Value::Mapping(mapping)
                if self.flow_level > 0 || mapping.is_flow() || mapping.is_empty() =>
            {
                self.flow_mapping(node, mapping, role);
            }
            Value::Mapping(mapping) => self.block_mapping(node, mapping, role),
        }
    }

    /// Goes one level deeper and returns where it was.
    fn deeper(&mut self, flow: bool, role: Role, compact: bool) -> isize {
        let before = self.sink.indent;
        let step = self.layout.indent as isize;
        self.sink.indent = match role {
            _ if before < 0 => step * isize::from(flow),
            // A dash takes two columns, whatever a level takes.
            Role::BlockItem => before + 2,
            _ => step * ((before + step) / step) - if compact { 2 } else { 0 },
        };
        before
    }

    fn block_sequence(&mut self, node: &'c Node, list: &'c Sequence, role: Role) {
        let in_mapping = matches!(role, Role::SimpleKey | Role::Key | Role::Value);
        let compact = in_mapping && !self.sink.is_inside_indent() && self.layout.compact_lists;
        let before = self.deeper(false, role, compact);
        for item in list {
            self.announce(item, "");
            self.print_head();
            self.sink.line_start();
            self.sink.indicator("-", true, false, true);
            self.begin(item, Role::BlockItem);
            self.print_line();
            self.print_foot();
            self.content(item, Role::BlockItem);
        }
        self.announce_end(node, "", is_key(role));
        self.sink.indent = before;
    }

    fn block_mapping(&mut self, node: &'c Node, mapping: &'c Mapping, role: Role) {
        let before = self.deeper(false, role, false);
        let mut tail = "";
        for entry in mapping {
            tail = self.announce_key(&entry.key, tail);
            self.print_head();
            self.sink.line_start();
            if !self.waiting.line.is_empty() {
                self.key_line = std::mem::take(&mut self.waiting.line);
            }
            let simple = self.is_simple(&entry.key);
            let key_role = if simple {
                Role::SimpleKey
            } else {
                self.sink.indicator("?", true, false, true);
                Role::Key
            };
            self.begin(&entry.key, key_role);
            self.content(&entry.key, key_role);
            self.announce(&entry.value, "");
            if simple {
                self.sink.indicator(":", false, false, false);
            } else {
                self.sink.line_start();
                self.sink.indicator(":", true, false, true);
            }
            self.print_key_line(&entry.value);
            self.begin(&entry.value, Role::Value);
            self.print_line();
            self.print_foot();
            self.content(&entry.value, Role::Value);
        }
        self.announce_end(node, tail, is_key(role));
        self.print_head();
        self.sink.indent = before;
    }

    /// Gives the comment on the line of a key to the value, or prints it before a block.
    fn print_key_line(&mut self, value: &Node) {
        if self.key_line.is_empty() {
            return;
        }
        match value.value() {
            Value::Scalar(_) if value.alias_name().is_some() => {}
            Value::Scalar(_) => {
                if self.waiting.line.is_empty() {
                    self.waiting.line = std::mem::take(&mut self.key_line);
                }
            }
            Value::Sequence(list) if list.is_flow() => {}
            Value::Mapping(mapping) if mapping.is_flow() => {}
            _ => {
                std::mem::swap(&mut self.waiting.line, &mut self.key_line);
                self.print_line();
                std::mem::swap(&mut self.waiting.line, &mut self.key_line);
            }
        }
    }

    fn flow_sequence(&mut self, node: &'c Node, list: &'c Sequence, role: Role) {
        self.sink.indicator("[", true, true, false);
        let before = self.deeper(true, role, false);
        self.flow_level += 1;
        let mut comma = false;
        for item in list {
            self.announce(item, "");
            if comma {
                self.sink.indicator(",", false, false, false);
            }
            self.print_head();
            self.sink.line_start_if_at_column_0();
            // A comma stands before a comment, not behind it.
            comma = !self.waiting.follows();
            self.begin(item, Role::FlowItem);
            self.end_flow_value();
            self.content(item, Role::FlowItem);
        }
        self.announce_end(node, "", is_key(role));
        self.flow_level -= 1;
        self.sink.indent = before;
        self.sink.line_start_if_at_column_0();
        self.sink.indicator("]", false, false, false);
        self.print_line();
        self.print_foot();
    }

    fn flow_mapping(&mut self, node: &'c Node, mapping: &'c Mapping, role: Role) {
        self.sink.indicator("{", true, true, false);
        let before = self.deeper(true, role, false);
        self.flow_level += 1;
        let mut comma = false;
        let mut tail = "";
        for entry in mapping {
            tail = self.announce_key(&entry.key, tail);
            if comma {
                self.sink.indicator(",", false, false, false);
            }
            self.print_head();
            self.sink.line_start_if_at_column_0();
            let simple = self.is_simple(&entry.key);
            let key_role = if simple {
                Role::SimpleKey
            } else {
                self.sink.indicator("?", true, false, false);
                Role::Key
            };
            self.begin(&entry.key, key_role);
            self.content(&entry.key, key_role);
            self.announce(&entry.value, "");
            self.sink.indicator(":", !simple, false, false);
            comma = !self.waiting.follows();
            self.begin(&entry.value, Role::Value);
            self.end_flow_value();
            self.content(&entry.value, Role::Value);
        }
        self.announce_end(node, tail, is_key(role));
        let Waiting {
            head, foot, tail, ..
        } = &self.waiting;
        if comma && !(head.is_empty() && foot.is_empty() && tail.is_empty()) {
            self.sink.indicator(",", false, false, false);
        }
        self.print_head();
        self.flow_level -= 1;
        self.sink.indent = before;
        self.sink.indicator("}", false, false, false);
        self.print_line();
        self.print_foot();
    }

    fn end_flow_value(&mut self) {
        if self.waiting.follows() {
            self.sink.indicator(",", false, false, false);
        }
        self.print_line();
        self.print_foot();
    }
}

fn is_key(role: Role) -> bool {
    matches!(role, Role::SimpleKey | Role::Key)
}
