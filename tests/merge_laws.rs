//! What holds for every strategic merge patch, tried from outside on thousands of made-up ones.
//!
//! The resources hold no nulls and no empty collections, which a merge may drop, and the patches no
//! directives, unless a law is about them.

use std::collections::BTreeMap;

use kustody::{Layer, Manifests, Result, render, yaml};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// A type without merge keys: lists are replaced.
const THING: [&str; 2] = ["example.org/v1", "Thing"];

/// A type whose containers are merged by name.
const POD: [&str; 2] = ["v1", "Pod"];

fn object([api_version, kind]: [&str; 2], spec: Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec})
}

/// A resource after patches, one after the other.
fn patched(resource: &Value, patches: &[&Value]) -> Result<Manifests> {
    let mut kustomization = "resources: [r.json]\npatches:\n".to_owned();
    let mut files = vec![("r.json".to_owned(), resource.to_string())];
    for (at, patch) in patches.iter().enumerate() {
        kustomization.push_str(&format!("- path: p{at}.json\n"));
        files.push((format!("p{at}.json"), patch.to_string()));
    }
    if patches.is_empty() {
        kustomization.truncate(kustomization.len() - "patches:\n".len());
    }
    files.push(("kustomization.yaml".to_owned(), kustomization));
    let files = files
        .into_iter()
        .map(|(path, text)| (path, text.into_bytes()));
    render(Layer::from_files(files)?, [])
}

fn text(resource: &Value, patches: &[&Value]) -> Result<String> {
    Ok(patched(resource, patches)?.to_string())
}

/// What is left of `spec`.
fn spec(resource: &Value, patches: &[&Value]) -> Value {
    let manifests = patched(resource, patches).unwrap();
    let all: Value = manifests.resources()[0].deserialize().unwrap();
    all.get("spec").cloned().unwrap_or(Value::Null)
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-9..9i64).prop_map(Value::from),
        select(vec!["", "a", "1", "on", "null", "x: y", "two\nlines\n"]).prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "c", "d"]).prop_map(str::to_owned)
}

fn map(fields: BTreeMap<String, Value>) -> Value {
    Value::Object(fields.into_iter().collect())
}

/// Mappings within mappings, and at their ends scalars and lists.
fn tree() -> impl Strategy<Value = Value> {
    let list = vec(leaf(), 1..4).prop_map(Value::from);
    let inner = prop_oneof![4 => leaf(), 1 => list].prop_recursive(3, 24, 4, |inner| {
        btree_map(key(), inner, 1..4).prop_map(map)
    });
    btree_map(key(), inner, 1..4).prop_map(map)
}

fn containers() -> impl Strategy<Value = Value> {
    let container = (
        select(vec!["x", "y", "z"]),
        proptest::option::of(leaf_text()),
    );
    btree_map(container.0, container.1, 1..4).prop_map(|named| {
        let container = |(name, image): (&str, Option<String>)| match image {
            Some(image) => json!({"name": name, "image": image}),
            None => json!({"name": name}),
        };
        json!({"containers": named.into_iter().map(container).collect::<Vec<_>>()})
    })
}

fn leaf_text() -> impl Strategy<Value = String> {
    "[a-c]{1,3}"
}

/// A resource and two patches of it, of either type.
fn resource_and_patches() -> impl Strategy<Value = [Value; 3]> {
    prop_oneof![
        (tree(), tree(), tree())
            .prop_map(|specs| [specs.0, specs.1, specs.2].map(|spec| object(THING, spec))),
        (containers(), containers(), containers())
            .prop_map(|specs| [specs.0, specs.1, specs.2].map(|spec| object(POD, spec))),
    ]
}

/// RFC 7386, for patches without nulls: what a merge of mappings means where there is no schema.
/// But a text keeps its quotes, which in JSON it has, so that what replaces it becomes a text.
fn merged(target: &Value, patch: &Value) -> Value {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            let mut all = target.clone();
            for (key, value) in patch {
                let new = match all.get(key) {
                    Some(old) => merged(old, value),
                    None => value.clone(),
                };
                all.insert(key.clone(), new);
            }
            all.into()
        }
        (Value::String(_), Value::Bool(_) | Value::Number(_)) => patch.to_string().into(),
        _ => patch.clone(),
    }
}

/// The paths of all ends that are no mappings.
fn ends(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                ends(value, &format!("{path}/{key}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

/// A patch that sets the key at the end of a path to null.
fn null_at(path: &str) -> Value {
    path.split('/')
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .fold(Value::Null, |inner, key| json!({ key: inner }))
}

/// Takes the value at a path away, and the mappings that this leaves empty.
fn without(value: &mut Value, path: &[&str]) {
    let (Some(fields), Some((key, rest))) = (value.as_object_mut(), path.split_first()) else {
        return;
    };
    match (rest, fields.get_mut(*key)) {
        ([], _) => {
            fields.remove(*key);
        }
        (_, Some(inner)) => without(inner, rest),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_empty_patch_changes_nothing([resource, ..] in resource_and_patches()) {
        let mut empty = resource.clone();
        empty.as_object_mut().unwrap().remove("spec");
        prop_assert_eq!(text(&resource, &[&empty]).unwrap(), text(&resource, &[]).unwrap());
    }

    #[test]
    fn a_patch_like_the_resource_changes_nothing([resource, ..] in resource_and_patches()) {
        prop_assert_eq!(text(&resource, &[&resource]).unwrap(), text(&resource, &[]).unwrap());
    }

    #[test]
    fn a_patch_counts_once([resource, patch, _] in resource_and_patches()) {
        if let Ok(once) = text(&resource, &[&patch]) {
            prop_assert_eq!(text(&resource, &[&patch, &patch]).unwrap(), once);
        }
    }

    #[test]
    fn patches_of_different_keys_commute(base in tree(), one in tree(), two in tree()) {
        let under = |key: &str, spec: Value| object(THING, json!({ key: spec }));
        let (resource, one, two) = (object(THING, base), under("one", one), under("two", two));
        let both = text(&resource, &[&one, &two]).unwrap();
        prop_assert_eq!(text(&resource, &[&two, &one]).unwrap(), both);
    }

    #[test]
    fn what_was_printed_is_printed_again([resource, patch, _] in resource_and_patches()) {
        if let Ok(manifests) = patched(&resource, &[&patch]) {
            let read = yaml::read_str("printed.yaml", &manifests.to_string()).unwrap();
            let printed: Value = yaml::from_node(&read[0]).unwrap();
            prop_assert_eq!(manifests.resources()[0].deserialize::<Value>().unwrap(), printed);
            let layer = Layer::from_manifests(manifests.to_string()).unwrap();
            prop_assert_eq!(render(layer, []).unwrap().to_string(), manifests.to_string());
        }
    }

    /// Without merge keys and nulls the merge is that of RFC 7386, if all kinds fit.
    #[test]
    fn mappings_merge_as_json_does(base in tree(), patch in tree()) {
        let (resource, change) = (object(THING, base.clone()), object(THING, patch.clone()));
        if text(&resource, &[&change]).is_ok() {
            let expected = merged(&base, &patch);
            prop_assert_eq!(spec(&resource, &[&change]), expected);
        }
    }

    #[test]
    fn a_null_takes_its_key_away_and_no_other(base in tree(), at in any::<prop::sample::Index>()) {
        let mut paths = Vec::new();
        ends(&base, "", &mut paths);
        let path = at.get(&paths);
        let patch = object(THING, null_at(path));
        let mut expected = base.clone();
        without(&mut expected, &path.split('/').skip(1).collect::<Vec<_>>());
        let found = spec(&object(THING, base), &[&patch]);
        prop_assert_eq!(pruned(found), pruned(expected));
    }

    /// Containers are merged by name: every name is there once, and a patch's fields win.
    #[test]
    fn lists_with_a_merge_key_are_merged(base in containers(), patch in containers()) {
        let by_name = |spec: &Value| -> BTreeMap<String, Value> {
            let containers = spec["containers"].as_array().unwrap().iter();
            containers
                .map(|one| (one["name"].as_str().unwrap().to_owned(), one.clone()))
                .collect()
        };
        let found = spec(&object(POD, base.clone()), &[&object(POD, patch.clone())]);
        let (base, patch) = (by_name(&base), by_name(&patch));
        let mut expected = base;
        for (name, container) in patch {
            let old = expected.remove(&name).unwrap_or_else(|| Map::new().into());
            expected.insert(name, merged(&old, &container));
        }
        prop_assert_eq!(found["containers"].as_array().unwrap().len(), expected.len());
        prop_assert_eq!(by_name(&found), expected);
    }
}

/// Without empty mappings: whether the last null of a mapping takes the mapping along is not what
/// the law is about.
fn pruned(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let fields: Map<_, _> = fields
        .into_iter()
        .map(|(key, value)| (key, pruned(value)))
        .filter(|(_, value)| value.as_object().is_none_or(|fields| !fields.is_empty()))
        .collect();
    match fields.is_empty() {
        true => Value::Null,
        false => fields.into(),
    }
}
