//! Patches of the `json-patch` crate.

use json_patch::PatchOperation;
use serde_json::Value as Json;

use super::{Action, Operation, Patch};
use crate::limits::Limits;
use crate::source::Mark;
use crate::yaml::{self, Node, Numbers, Text};

/// The operations keep their order; they have no place in a text, so that errors name none.
impl From<json_patch::Patch> for Patch {
    fn from(patch: json_patch::Patch) -> Self {
        let operations = patch.0.into_iter().map(Operation::from).collect();
        Self::new(operations, &Limits::default())
    }
}

impl From<PatchOperation> for Operation {
    fn from(operation: PatchOperation) -> Self {
        let path = Ok(Text::from(operation.path().as_str()));
        let (action, from, value) = match operation {
            PatchOperation::Add(add) => (Action::Add, None, Some(add.value)),
            PatchOperation::Remove(_) => (Action::Remove, None, None),
            PatchOperation::Replace(replace) => (Action::Replace, None, Some(replace.value)),
            PatchOperation::Move(r#move) => (Action::Move, Some(r#move.from), None),
            PatchOperation::Copy(copy) => (Action::Copy, Some(copy.from), None),
            PatchOperation::Test(test) => (Action::Test, None, Some(test.value)),
        };
        let value = value.map(|value| {
            let mut node = node(value);
            let _ = yaml::through_json(&mut node, Numbers::Exact);
            node
        });
        Self {
            action,
            path,
            from: from
                .map(|from| Text::from(from.as_str()))
                .ok_or(Mark::default()),
            value,
            mark: Mark::default(),
        }
    }
}

fn node(value: Json) -> Node {
    match value {
        Json::Null => Node::null(),
        Json::Bool(value) => Node::bool(value),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Node::int(number),
            (_, Some(number)) => Node::uint(number),
            _ => Node::float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Node::string(text),
        Json::Array(items) => items
            .into_iter()
            .map(node)
            .collect::<yaml::Sequence>()
            .into(),
        Json::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| (key, node(value)));
            fields.collect::<yaml::Mapping>().into()
        }
    }
}
