//! Replacements and vars.

use serde_json::{Value, json};

use super::dice::Dice;
use super::forest::{Forest, Site};
use super::patches::some;
use super::resources::Item;

/// Paths of text in text, of things that are absent, and of things that many have.
const MORE_TARGETS: [&str; 17] = [
    "metadata.annotations.fresh",
    "metadata.labels.[example.com/x]",
    "metadata.name",
    "spec.template.spec.containers.*.image",
    "spec.template.spec.containers.[name=ma.*].image",
    "spec.template.spec.containers.[name=main].env.[name=PLAIN].value",
    "data.conf\\.yaml.b.c.0",
    "data.conf\\.json.b.c",
    "spec.items.[name=one].value",
    "spec.fresh.[name=new].value",
    "spec.fresh.0",
    "spec.words.2",
    "spec.words.-",
    "spec.words.[=alpha]",
    "spec.template.spec.containers.[image=nginx.*].name",
    "data.*",
    "spec.items.*.value",
];

/// An entry of `replacements`, in place or in a file.
pub(crate) fn replacement(forest: &mut Forest, site: &mut Site) {
    let Some(entry) = entry(&mut forest.dice, &site.items) else {
        return;
    };
    let entry = match forest.dice.below(10) {
        0 => json!({"path": forest.write(site, "replace", &entry)}),
        1 => json!({"path": forest.write(site, "replace", &json!([entry]))}),
        _ => entry,
    };
    site.append("replacements", entry);
}

pub(crate) fn entry(dice: &mut Dice, items: &[Item]) -> Option<Value> {
    let mut entry = json!({});
    if dice.chance(12) {
        entry["sourceValue"] = json!(dice.word(&["fixed", "'5'", "\"a b\""]));
    } else {
        let item = some(dice, items)?;
        entry["source"] = source(dice, &item);
    }
    let count = *dice.pick(&[1, 1, 2]);
    let mut targets = Vec::new();
    for _ in 0..count {
        let item = some(dice, items)?;
        targets.push(destination(dice, &item));
    }
    entry["targets"] = json!(targets);
    Some(entry)
}

fn source(dice: &mut Dice, item: &Item) -> Value {
    let mut source = json!({"kind": item.kind, "name": item.name});
    if dice.chance(70) {
        let whole = dice.chance(15);
        source["fieldPath"] = json!(field(dice, &item.value, whole));
    }
    if dice.chance(20) {
        source["options"] =
            json!({"delimiter": dice.word(&["':'", "'/'", "'-'"]), "index": dice.below(2)});
    }
    source
}

fn destination(dice: &mut Dice, item: &Item) -> Value {
    let select = match dice.below(6) {
        0 => json!({"kind": item.kind}),
        1 => json!({"name": item.name}),
        2 => json!({"name": format!("{}.*", &item.name[..3])}),
        _ => json!({"kind": item.kind, "name": item.name}),
    };
    let mut target = json!({"select": select});
    if dice.chance(12) {
        let reject = match dice.below(3) {
            0 => json!({"name": item.name}),
            1 => json!({"labelSelector": "app=web"}),
            _ => json!({"kind": "Secret|Service"}),
        };
        target["reject"] = json!([reject]);
    }
    let path = match dice.chance(40) {
        true => dice.word(&MORE_TARGETS),
        false => field(dice, &item.value, false),
    };
    target["fieldPaths"] = json!([path]);
    match dice.below(10) {
        0..=5 => target["options"] = json!({"create": true}),
        6 => {
            let index = [-1, 0, 1, 7][dice.below(4)];
            target["options"] =
                json!({"delimiter": dice.word(&["':'", "'/'", "'-'"]), "index": index});
        }
        _ => {}
    }
    target
}

/// The path of a scalar that an item has, or of anything.
fn field(dice: &mut Dice, value: &Value, whole: bool) -> String {
    let mut path = Vec::new();
    let mut at = value;
    loop {
        let next = match at {
            Value::Object(map) if !map.is_empty() => {
                let keys: Vec<_> = map
                    .keys()
                    .filter(|key| !matches!(key.as_str(), "apiVersion" | "kind"))
                    .collect();
                let key = *dice.pick(&keys);
                path.push(escaped(dice, key));
                &map[key]
            }
            Value::Array(list) if !list.is_empty() => {
                let index = dice.below(list.len());
                let name = list[index].get("name").and_then(Value::as_str);
                path.push(match name {
                    Some(name) if dice.chance(60) => format!("[name={name}]"),
                    _ => index.to_string(),
                });
                &list[index]
            }
            _ => break,
        };
        at = next;
        if whole && dice.chance(30) {
            break;
        }
    }
    path.join(".")
}

fn escaped(dice: &mut Dice, key: &str) -> String {
    match key.contains('.') {
        true if dice.chance(40) => format!("[{key}]"),
        true => key.replace('.', "\\."),
        false => key.to_owned(),
    }
}

/// An entry of `vars`.
pub(crate) fn variable(forest: &mut Forest, site: &mut Site) {
    let Some(item) = some(&mut forest.dice, &site.items) else {
        return;
    };
    let name = format!("V{}", forest.vars);
    forest.vars += 1;
    let object = json!({"apiVersion": item.api_version, "kind": item.kind, "name": item.name});
    let mut entry = json!({"name": name, "objref": object});
    if forest.dice.chance(60) {
        let paths = [
            "metadata.name",
            "metadata.namespace",
            "kind",
            "data.a",
            "spec.replicas",
            "spec.ports[0].port",
            "spec.template.spec.containers[0].image",
            "metadata.labels.app",
        ];
        let fits = paths.iter().filter(|path| has(&item.value, path));
        let fits: Vec<_> = fits.collect();
        entry["fieldref"] = json!({"fieldPath": forest.dice.pick(&fits)});
    }
    site.append("vars", entry);
}

fn has(value: &Value, path: &str) -> bool {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    value.pointer(&format!("/{pointer}")).is_some()
}
