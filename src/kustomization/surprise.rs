//! What a kustomization says and the reference passes over in silence.

use super::decode::Str;
use crate::source::Source;
use crate::tree::nearest::nearest;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Mapping, Node, Value};

/// Warns of keys that stand twice and of a document that is not the first.
pub(super) fn warn(source: &Source, node: &Node, warnings: &mut Vec<Warning>) {
    warn_of_keys(node, warnings);
    if let Some(offset) = yaml::second_document(source) {
        let message = "only the first document of a kustomization counts, and this is never read: \
                       remove it, or move it to a file that is listed";
        let mark = source.mark(offset);
        warnings.push(Warning::new(WarningKind::IgnoredText, mark, message));
    }
}

fn warn_of_keys(node: &Node, warnings: &mut Vec<Warning>) {
    match node.value() {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| warn_of_keys(item, warnings)),
        Value::Mapping(mapping) => {
            warn_of_repeated(mapping, warnings);
            for entry in mapping {
                warn_of_keys(&entry.value, warnings);
            }
        }
    }
}

fn warn_of_repeated(mapping: &Mapping, warnings: &mut Vec<Warning>) {
    let mut keys: Vec<_> = mapping
        .iter()
        .filter_map(|entry| Some((entry.key.text()?, entry.key.mark())))
        .filter(|(key, _)| *key != "<<")
        .collect();
    // Stable, so that of equal keys the last that was written is the last.
    keys.sort_by_key(|(key, _)| *key);
    for pair in keys.windows(2) {
        if let [(key, mark), (next, _)] = pair
            && key == next
        {
            let message = format!(
                "`{key}` is set again below, and only the last of them counts: write it once"
            );
            warnings.push(Warning::new(WarningKind::DuplicateKey, *mark, message));
        }
    }
}

/// Warns of options that say nothing.
pub(super) fn warn_of_build_metadata(options: &[Str], warnings: &mut Vec<Warning>) {
    const KNOWN: [&str; 3] = [
        "originAnnotations",
        "transformerAnnotations",
        "managedByLabel",
    ];
    for option in options {
        if KNOWN.contains(&option.as_str()) {
            continue;
        }
        let hint = match nearest(option, KNOWN) {
            Some(name) => format!("; did you mean `{name}`?"),
            None => String::new(),
        };
        let message = format!("`buildMetadata` has no such option{hint}");
        warnings.push(Warning::new(
            WarningKind::UnknownValue,
            option.mark,
            message,
        ));
    }
}
