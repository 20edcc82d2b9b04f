//! A tree from the events of saphyr-parser: as plain as it can be, so that the parser is measured.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, Span, Tag};

/// What kustody's node holds too: text, tag and place.
#[derive(Clone)]
#[allow(dead_code)]
pub struct Node<'a> {
    tag: Option<Cow<'a, Tag>>,
    span: Span,
    value: Value<'a>,
}

#[derive(Clone)]
#[allow(dead_code)]
enum Value<'a> {
    Scalar(Cow<'a, str>),
    Sequence(Vec<Node<'a>>),
    Mapping(Vec<(Node<'a>, Node<'a>)>),
}

/// A collection whose end has not come yet.
struct Open<'a> {
    node: Node<'a>,
    anchor: usize,
    key: Option<Node<'a>>,
}

/// All documents, or nothing if one is refused.
pub fn read(text: &str) -> Option<Vec<Node<'_>>> {
    let mut documents = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut anchors: HashMap<usize, Node<'_>> = HashMap::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let node = |tag, value| Node { tag, span, value };
        let (done, anchor) = match event {
            Event::Scalar(text, _, anchor, tag) => (node(tag, Value::Scalar(text)), anchor),
            Event::Alias(anchor) => (anchors.get(&anchor)?.clone(), 0),
            Event::SequenceStart(anchor, tag) => {
                let node = node(tag, Value::Sequence(Vec::new()));
                open.push(Open {
                    node,
                    anchor,
                    key: None,
                });
                continue;
            }
            Event::MappingStart(anchor, tag) => {
                let node = node(tag, Value::Mapping(Vec::new()));
                open.push(Open {
                    node,
                    anchor,
                    key: None,
                });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { node, anchor, .. } = open.pop()?;
                (node, anchor)
            }
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, done.clone());
        }
        let Some(parent) = open.last_mut() else {
            documents.push(done);
            continue;
        };
        match &mut parent.node.value {
            Value::Sequence(items) => items.push(done),
            Value::Mapping(entries) => match parent.key.take() {
                Some(key) => entries.push((key, done)),
                None => parent.key = Some(done),
            },
            Value::Scalar(_) => return None,
        }
    }
    Some(documents)
}
