//! Putting values into the fields of a resource.

use foldhash::HashMap;

use super::Known;
use super::expand::expand;
use super::value::Value;
use crate::error::Result;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::source::Mark;
use crate::transform::field_spec::{Creates, Obstacle, Table, Trail, Turn, sites};
use crate::yaml::{Mapping, Node, Scalar, Sequence, Style, Tag, Text, Value as NodeValue};

/// Puts values into every field of a table.
///
/// # Errors
/// [`ErrorKind::FieldSpec`](crate::ErrorKind::FieldSpec) where a field holds what has no place in
/// it.
pub(super) fn write(
    resource: &mut Resource,
    schema: &Schema,
    fields: &Table,
    values: &mut HashMap<Text, Known>,
) -> Result<()> {
    let gvk = resource.gvk().clone();
    for rule in fields.matching(&gvk) {
        let mut changed = false;
        for mut site in sites(
            &mut Trail::default(),
            resource.node(),
            Turn::alone(&rule.path),
            Creates::Nothing,
        )? {
            if !site.is_there() {
                let mark = resource.node().mark();
                resource.edit_fields(|root| site.open(root, Creates::Nothing, mark).is_some());
                continue;
            }
            let Some(node) = resource.node().at(&site.way) else {
                continue;
            };
            let written = expanded(node, values).map_err(|obstacle| obstacle.on(&rule.path))?;
            let Some(written) = written else { continue };
            changed = true;
            let put = |root: &mut Node| {
                if let Some(node) = root.at_mut(&site.way) {
                    *node = written;
                }
            };
            match rule.path.may_change_id() {
                true => resource.edit(schema, put),
                false => resource.edit_fields(put),
            }
        }
        // A label or annotation that stands in several places is written once for each of them.
        if changed {
            resource.settle_shared();
        }
    }
    Ok(())
}

/// What a field becomes; `None` if it stays as it is. Of containers only what stands directly in
/// them counts.
fn expanded(node: &Node, values: &mut HashMap<Text, Known>) -> Result<Option<Node>, Obstacle> {
    if node.is_null() {
        return Ok(None);
    }
    match node.value() {
        NodeValue::Scalar(_) => Ok(text(node, values)),
        NodeValue::Sequence(items) => list(node, items, values),
        NodeValue::Mapping(mapping) => map(node, mapping, values),
    }
}

fn list(
    node: &Node,
    items: &Sequence,
    values: &mut HashMap<Text, Known>,
) -> Result<Option<Node>, Obstacle> {
    if let Some(item) = items.iter().find(|item| !is_text(item)) {
        let what = "it leads to a list, with vars around, of what are not all strings; quote them";
        return Err(Obstacle::new(item, what));
    }
    let mut written = None;
    for (at, item) in items.iter().enumerate() {
        if let Some(text) = text(item, values) {
            let all = written.get_or_insert_with(|| items.clone());
            all.items_mut()[at] = text;
        }
    }
    Ok(written.map(|items| Node::new(items, node.mark())))
}

fn map(
    node: &Node,
    mapping: &Mapping,
    values: &mut HashMap<Text, Known>,
) -> Result<Option<Node>, Obstacle> {
    if let Some(entry) = mapping.iter().find(|entry| !is_text(&entry.key)) {
        let what = "it leads to a mapping, with vars around, whose keys are not all strings; \
                    quote them";
        return Err(Obstacle::new(&entry.key, what));
    }
    let mut written = None;
    for (at, entry) in mapping.iter().enumerate() {
        if let Some(text) = text(&entry.value, values) {
            let all = written.get_or_insert_with(|| mapping.clone());
            all.entries_mut()[at].value = text;
        }
    }
    Ok(written.map(|mapping| Node::new(mapping, node.mark())))
}

fn is_text(node: &Node) -> bool {
    let tag = node.as_scalar().map(Scalar::tag);
    matches!(tag, Some(Tag::Str | Tag::None))
}

/// What a string becomes; `None` if it stays as it is. The reference writes every string anew, with
/// or without a name in it: its style is gone, and it is a string for good.
fn text(node: &Node, values: &mut HashMap<Text, Known>) -> Option<Node> {
    let scalar = node.as_scalar().filter(|_| is_text(node))?;
    let mut mark: Option<Mark> = None;
    let expanded = expand(
        scalar.text(),
        |name| {
            let known = values.get_mut(name)?;
            if known.value == Value::Collection {
                return None;
            }
            known.used = true;
            mark = Some(mark.unwrap_or(known.mark).made_of(known.mark));
            Some(known.value.clone())
        },
        Value::to_text,
    );
    let (tag, text) = expanded.into_scalar(|value| value.to_scalar());
    let is_same = tag == scalar.tag() && scalar.style() == Style::Plain;
    if is_same && mark.is_none() && text == *scalar.text() {
        return None;
    }
    let mut written = Scalar::new(tag, Style::Plain, text);
    written.set_shared(scalar.shared());
    let mark = mark.unwrap_or(node.mark()).made_of(node.mark());
    Some(Node::new(written, mark))
}
