//! Patches of every kind, made from what they shall change.

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::forest::{Forest, Site, unquoted};
use super::resources::Item;
use super::words;

/// What tells the elements of a list apart in some list or other.
const KEYS: [&str; 11] = [
    "name",
    "containerPort",
    "port",
    "protocol",
    "mountPath",
    "key",
    "ip",
    "topologyKey",
    "whenUnsatisfiable",
    "type",
    "devicePath",
];

/// An entry of `patches`.
pub(crate) fn patch(forest: &mut Forest, site: &mut Site) {
    let Some(item) = some(&mut forest.dice, &site.items) else {
        return;
    };
    let entry = entry(forest, site, &item);
    site.append("patches", entry);
}

/// A patch with its target, as `patches` and two plugins take it.
pub(crate) fn entry(forest: &mut Forest, site: &Site, item: &Item) -> Value {
    let is_json = forest.dice.chance(40);
    let has_target = is_json || forest.dice.chance(40);
    let is_broad = has_target && forest.dice.chance(40);
    let patch = match is_json {
        true if is_broad => for_any(&mut forest.dice),
        true => operations(&mut forest.dice, &item.value),
        false => merge(&mut forest.dice, item),
    };
    let mut entry = json!({});
    place(forest, site, &mut entry, &patch);
    if !has_target && forest.dice.chance(10) {
        // More than one resource in one text.
        let other = forest.dice.pick(&site.items).clone();
        let (first, second) = (forest.text(&patch), merge(&mut forest.dice, &other));
        let second = forest.text(&second);
        entry = json!({"patch": format!("{first}---\n{second}")});
    }
    if is_broad {
        entry["target"] = target(&mut forest.dice, item);
    } else if has_target {
        entry["target"] = json!({"kind": item.kind, "name": item.name});
    }
    if forest.dice.chance(10) {
        let option = forest.dice.word(&["allowNameChange", "allowKindChange"]);
        entry["options"] = json!({option: forest.dice.chance(70)});
    }
    entry
}

/// `path` or `patch`.
fn place(forest: &mut Forest, site: &Site, entry: &mut Value, patch: &Value) {
    if patch.is_array() && forest.dice.chance(15) {
        entry["patch"] = json!(format!("{:#}\n", unquoted(patch)));
    } else if forest.dice.chance(40) {
        entry["path"] = json!(forest.write(site, "patch", patch));
    } else {
        entry["patch"] = json!(forest.text(patch));
    }
}

/// An entry of `patchesStrategicMerge`.
pub(crate) fn strategic(forest: &mut Forest, site: &mut Site) {
    let Some(item) = some(&mut forest.dice, &site.items) else {
        return;
    };
    let patch = merge(&mut forest.dice, &item);
    let entry = match forest.dice.chance(50) {
        true => forest.write(site, "merge", &patch),
        false => forest.text(&patch),
    };
    site.append("patchesStrategicMerge", json!(entry));
}

/// An entry of `patchesJson6902`.
pub(crate) fn json6902(forest: &mut Forest, site: &mut Site) {
    let Some(item) = some(&mut forest.dice, &site.items) else {
        return;
    };
    let (group, version) = item.group_version();
    let mut target = json!({"version": version, "kind": item.kind, "name": item.name});
    if let Some(group) = group {
        target["group"] = json!(group);
    }
    let mut entry = json!({"target": target});
    let patch = operations(&mut forest.dice, &item.value);
    place(forest, site, &mut entry, &patch);
    site.append("patchesJson6902", entry);
}

pub(crate) fn some(dice: &mut Dice, items: &[Item]) -> Option<Item> {
    (!items.is_empty()).then(|| dice.pick(items).clone())
}

/// A selector that has the item, or used to.
pub(crate) fn target(dice: &mut Dice, item: &Item) -> Value {
    let (group, version) = item.group_version();
    match dice.below(9) {
        0 => json!({"kind": item.kind}),
        1 => json!({"kind": item.kind, "name": item.name}),
        2 => json!({"name": format!("{}.*", &item.name[..2])}),
        3 => json!({"group": group.unwrap_or("''"), "version": version}),
        4 => {
            json!({"labelSelector": dice.word(&["app=web", "'app in (web, db),!team'", "'tier!=db'", "env"])})
        }
        5 => {
            json!({"annotationSelector": dice.word(&["note=plain", "note", "'!note'"]), "kind": item.kind})
        }
        6 => {
            json!({"namespace": item.namespace.as_deref().unwrap_or("default"), "kind": item.kind})
        }
        7 => json!({"kind": "Deployment|StatefulSet|ConfigMap"}),
        _ => json!({"version": version, "kind": item.kind, "name": item.name}),
    }
}

/// A strategic merge patch for an item.
pub(crate) fn merge(dice: &mut Dice, item: &Item) -> Value {
    let metadata = &item.value["metadata"];
    let mut patch = json!({
        "apiVersion": item.value["apiVersion"],
        "kind": item.value["kind"],
        "metadata": {"name": metadata["name"]},
    });
    if let Some(namespace) = metadata.get("namespace") {
        patch["metadata"]["namespace"] = namespace.clone();
    }
    if dice.chance(4) {
        patch["$patch"] = json!(dice.word(&["delete", "delete", "replace", "merge"]));
        return patch;
    }
    let mut fields: Vec<_> = item.value.as_object().unwrap().keys().collect();
    fields.retain(|key| !matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
    if dice.chance(25) || fields.is_empty() {
        let field = dice.word(&["labels", "annotations"]);
        let mut pairs = words::labels(dice);
        if dice.chance(20) {
            pairs["app"] = Value::Null;
        }
        patch["metadata"][field] = pairs;
    }
    if !fields.is_empty() {
        let field = *dice.pick(&fields);
        patch[field] = changed(dice, &item.value[field]);
    }
    patch
}

/// Part of a value, with something else in it.
fn changed(dice: &mut Dice, value: &Value) -> Value {
    match value {
        Value::Object(map) if !map.is_empty() => changed_map(dice, map),
        Value::Array(list) if list.iter().all(Value::is_object) && !list.is_empty() => {
            changed_list(dice, list)
        }
        Value::Array(_) => json!([words::string(dice), words::word(dice)]),
        Value::Number(_) => json!(dice.below(100)),
        Value::Bool(old) => json!(!old),
        _ if dice.chance(10) => words::scalar(dice),
        _ => words::string(dice),
    }
}

fn changed_map(dice: &mut Dice, map: &Map<String, Value>) -> Value {
    let mut patch = Map::new();
    let keys: Vec<_> = map.keys().collect();
    for _ in 0..dice.between(1, 2) {
        let key = *dice.pick(&keys);
        let value = match dice.chance(8) {
            true => Value::Null,
            false => changed(dice, &map[key]),
        };
        patch.insert(key.clone(), value);
    }
    if dice.chance(10) {
        patch.insert(
            "fresh".to_owned(),
            json!({"x": words::scalar(dice), "no": null}),
        );
    }
    if dice.chance(2) {
        let leaked = [
            "$retainKeys",
            "$setElementOrder/containers",
            "$deleteFromPrimitiveList/args",
        ];
        patch.insert(dice.word(&leaked), json!(["type"]));
    }
    if dice.chance(4) {
        let directive = dice.word(&["delete", "replace", "merge"]);
        patch.insert("$patch".to_owned(), json!(directive));
    }
    Value::Object(patch)
}

fn changed_list(dice: &mut Dice, list: &[Value]) -> Value {
    if dice.chance(3) {
        return json!([]);
    }
    let mut patch = Vec::new();
    let element = dice.pick(list).as_object().unwrap();
    let keys = element
        .iter()
        .filter(|(key, _)| KEYS.contains(&key.as_str()));
    let mut changed = match changed_map(dice, element) {
        Value::Object(changed) => changed,
        _ => Map::new(),
    };
    if !dice.chance(4) {
        changed.extend(keys.map(|(key, value)| (key.clone(), value.clone())));
    }
    patch.push(Value::Object(changed));
    if dice.chance(25) {
        let mut another = element.clone();
        let key = dice.word(&["name", "containerPort", "protocol"]);
        another.insert(key, json!(words::word(dice)));
        patch.push(Value::Object(another));
    }
    if dice.chance(5) {
        patch.push(json!({"$patch": dice.word(&["replace", "delete"])}));
    }
    dice.shuffle(&mut patch);
    json!(patch)
}

/// A JSON patch that mostly applies.
pub(crate) fn operations(dice: &mut Dice, value: &Value) -> Value {
    let mut paths = Vec::new();
    pointers(value, "", &mut paths);
    paths.retain(|path| {
        !matches!(
            path.as_str(),
            "/apiVersion" | "/kind" | "/metadata" | "/metadata/name"
        )
    });
    if paths.is_empty() {
        paths.push("/metadata/labels".to_owned());
    }
    let count = *dice.pick(&[1, 1, 2]);
    (0..count).map(|_| operation(dice, &paths)).collect()
}

/// A JSON patch that applies to every resource.
fn for_any(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!([{"op": "add", "path": "/metadata/labels", "value": words::labels(dice)}]),
        1 => json!([{"op": "test", "path": "/metadata/absent", "value": null},
            {"op": "add", "path": "/any", "value": [words::scalar(dice), {"a": words::scalar(dice)}]}]),
        _ => json!([{"op": "replace", "path": "/metadata", "value": {"name": words::word(dice)}}]),
    }
}

fn operation(dice: &mut Dice, paths: &[String]) -> Value {
    let path = dice.pick(paths).clone();
    let lists: Vec<_> = paths
        .iter()
        .filter_map(|path| path.strip_suffix("/0"))
        .collect();
    match dice.below(10) {
        0 | 1 => json!({"op": "remove", "path": path}),
        2..=4 => json!({"op": "replace", "path": path, "value": words::scalar(dice)}),
        5 => {
            json!({"op": "add", "path": "/metadata/annotations", "value": {"j": words::string(dice)}})
        }
        6 if !lists.is_empty() => {
            let list = *dice.pick(&lists);
            let end = dice.word(&["-", "0", "1"]);
            json!({"op": "add", "path": format!("{list}/{end}"), "value": {"name": "added", "v": words::scalar(dice)}})
        }
        7 => json!({"op": "copy", "from": path, "path": "/metadata/copied"}),
        8 => json!({"op": "move", "from": path, "path": "/moved"}),
        _ => json!({"op": "add", "path": path, "value": {"a": words::scalar(dice), "b": [1, "x"]}}),
    }
}

fn pointers(value: &Value, path: &str, paths: &mut Vec<String>) {
    if !path.is_empty() {
        paths.push(path.to_owned());
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{path}/{key}"), paths);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                pointers(value, &format!("{path}/{at}"), paths);
            }
        }
        _ => {}
    }
}
