//! What the text of a patch says and the reference takes for something else.

use crate::source::Source;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Node, Resolved, Value};

/// Words such as `yes`, which YAML 1.1 takes for booleans and the resources themselves do not, in
/// the values that are written; and a document that is not the first.
pub(super) fn of(source: &Source, operations: &Node) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for operation in operations.as_sequence().into_iter().flatten() {
        let value = operation
            .as_mapping()
            .and_then(|fields| fields.get("value"));
        if let Some(value) = value {
            warn_of_words(value, &mut warnings);
        }
    }
    if let Some(offset) = yaml::second_document(source) {
        let message = "only the first document of a JSON 6902 patch counts, and this is never read: \
                       make it an entry of its own";
        let mark = source.mark(offset);
        warnings.push(Warning::new(WarningKind::IgnoredText, mark, message));
    }
    warnings
}

fn warn_of_words(node: &Node, warnings: &mut Vec<Warning>) {
    match node.value() {
        Value::Scalar(scalar) => {
            let is_word = matches!(scalar.resolve(), Ok(Resolved::Str(_)));
            if let (true, Ok(Resolved::Bool(value))) = (is_word, scalar.resolve_yaml11()) {
                let message = format!(
                    "a JSON 6902 patch is YAML 1.1, in which this word is the boolean `{value}`: \
                     quote it, or write `{value}`"
                );
                let mark = node.mark();
                warnings.push(Warning::new(WarningKind::TypeChanged, mark, message));
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| warn_of_words(item, warnings)),
        Value::Mapping(mapping) => {
            let values = mapping.iter().map(|entry| &entry.value);
            values.for_each(|value| warn_of_words(value, warnings));
        }
    }
}
