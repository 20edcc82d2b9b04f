//! Writes values as YAML in many layouts.
//!
//! A text in a value is the YAML source of a scalar, quotes and all. Only a text with line ends
//! means itself, and becomes a block scalar or a quoted one.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::dice::Dice;

/// A document, which ends with a line end.
pub(crate) fn document(dice: &mut Dice, value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(dice, &mut text, map, 0),
        Value::Array(list) if !list.is_empty() => sequence(dice, &mut text, list, 0),
        _ => flow(&mut text, value),
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Entries in any order, each at `indent` and with a line end.
fn mapping(dice: &mut Dice, text: &mut String, map: &Map<String, Value>, indent: usize) {
    let mut entries: Vec<_> = map.iter().collect();
    if dice.chance(30) {
        dice.shuffle(&mut entries);
    }
    let mut anchor = None;
    for (name, value) in entries {
        if dice.chance(1) {
            let _ = writeln!(text, "{:indent$}# why {name}", "");
        }
        let key = match dice.below(150) {
            0 if is_plain(name) => format!("\"{name}\""),
            1 if is_plain(name) => format!("'{name}'"),
            _ => name.clone(),
        };
        let _ = write!(text, "{:indent$}{key}:", "");
        if PAIRED.contains(&name.as_str()) && !value.is_string() {
            if let Some(anchor) = anchor.take() {
                let _ = writeln!(text, " *{anchor}");
                continue;
            }
            if dice.chance(4) {
                let new = format!("map{}", text.len());
                let _ = write!(text, " &{new}");
                anchor = Some(new);
            }
        }
        below(dice, text, value, indent, list_indent(name));
    }
}

/// What may be an alias of its neighbour.
const PAIRED: [&str; 6] = [
    "labels",
    "annotations",
    "matchLabels",
    "limits",
    "requests",
    "selector",
];

/// Lists stand as deep as their key under most keys, deeper under some.
fn list_indent(key: &str) -> usize {
    if key.len().is_multiple_of(3) { 2 } else { 0 }
}

fn below(dice: &mut Dice, text: &mut String, value: &Value, indent: usize, deeper: usize) {
    match value {
        Value::Object(map) if !map.is_empty() && !dice.chance(5) => {
            text.push('\n');
            mapping(dice, text, map, indent + 2);
        }
        Value::Array(list) if !list.is_empty() && !dice.chance(5) => {
            text.push('\n');
            sequence(dice, text, list, indent + deeper);
        }
        Value::String(scalar) if scalar.contains('\n') => block(dice, text, scalar, indent + 2),
        _ => {
            text.push(' ');
            if value.is_string() {
                match dice.below(400) {
                    0 | 1 => {
                        let _ = write!(text, "&one{} ", text.len());
                    }
                    2..=5 => {
                        if let Some(anchor) = last_anchor(text) {
                            let _ = writeln!(text, "*{anchor}");
                            return;
                        }
                    }
                    6 => text.push_str("# note\n"),
                    _ => {}
                }
            }
            if text.ends_with('\n') {
                let _ = write!(text, "{:1$}", "", indent + 2);
            }
            flow(text, value);
            text.push_str(match dice.below(150) {
                0 => " # so\n",
                1 => "  \n",
                2 => "\n\n",
                _ => "\n",
            });
        }
    }
}

fn sequence(dice: &mut Dice, text: &mut String, list: &[Value], indent: usize) {
    for value in list {
        let start = text.len();
        match value {
            Value::Object(map) if !map.is_empty() && !dice.chance(5) => {
                mapping(dice, text, map, indent + 2);
                // A comment may stand before the first entry; the dash takes the place of blanks.
                text.replace_range(start + indent..=start + indent, "-");
            }
            Value::Array(inner) if !inner.is_empty() => {
                sequence(dice, text, inner, indent + 2);
                text.replace_range(start + indent..=start + indent, "-");
            }
            _ => {
                let _ = write!(text, "{:indent$}-", "");
                below(dice, text, value, indent, 2);
            }
        }
    }
}

/// The last anchor of a scalar in the text so far.
fn last_anchor(text: &str) -> Option<String> {
    let start = text.rfind("&one")? + 1;
    let name = text[start..].split(' ').next();
    name.map(str::to_owned)
}

/// A block, literal in most cases, with the end that says how many line ends the text has.
fn block(dice: &mut Dice, text: &mut String, scalar: &str, indent: usize) {
    let body = scalar.trim_end_matches('\n');
    let chomping = match scalar.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    // Folding makes nonsense of what is YAML or JSON itself.
    let folds = !scalar.contains([':', '{']) && dice.chance(30);
    let style = if folds { '>' } else { '|' };
    let _ = writeln!(text, " {style}{chomping}");
    for line in scalar.strip_suffix('\n').unwrap_or(scalar).split('\n') {
        match line {
            "" => text.push('\n'),
            line => {
                let _ = writeln!(text, "{:indent$}{line}", "");
            }
        }
    }
}

fn flow(text: &mut String, value: &Value) {
    match value {
        Value::String(scalar) if scalar.contains('\n') => {
            let _ = write!(text, "{}", Value::String(scalar.clone()));
        }
        Value::String(scalar) if is_plain(scalar) && scalar.contains([',', '[', ']', '{', '}']) => {
            let _ = write!(text, "'{scalar}'");
        }
        Value::String(scalar) => text.push_str(scalar),
        Value::Array(list) => {
            text.push('[');
            for (at, value) in list.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                flow(text, value);
            }
            text.push(']');
        }
        Value::Object(map) => {
            text.push('{');
            for (at, (key, value)) in map.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                let _ = write!(text, "{key}: ");
                flow(text, value);
            }
            text.push('}');
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

fn is_plain(scalar: &str) -> bool {
    !scalar.starts_with(['"', '\'', '!'])
}
