//! What tells kustomize about types that it does not know.

use serde_json::{Value, json};

use super::dice::Dice;
use super::forest::{self, Forest, Site};
use super::words;

/// A file of field specifications.
pub(crate) fn configurations(forest: &mut Forest, site: &mut Site) {
    let dice = &mut forest.dice;
    let sections = [
        (
            "namePrefix",
            json!([{"path": "spec/any/a", "kind": "Widget"}]),
        ),
        (
            "nameSuffix",
            json!([{"path": "spec/any/b", "kind": "Widget"}]),
        ),
        (
            "namespace",
            json!([{"path": "spec/any/ns", "kind": "Widget", "create": true}]),
        ),
        (
            "commonLabels",
            json!([{"path": "spec/template/metadata/labels", "group": "example.com", "create": true}]),
        ),
        (
            "labels",
            json!([{"path": "spec/items[]/labels", "kind": "Gadget", "create": true}]),
        ),
        (
            "templateLabels",
            json!([{"path": "spec/template/metadata/labels", "kind": "Widget"}]),
        ),
        (
            "commonAnnotations",
            json!([{"path": "spec/any/notes", "kind": "Gadget", "create": dice.chance(50)}]),
        ),
        ("images", json!([{"path": "spec/image"}])),
        (
            "replicas",
            json!([{"path": "spec/replicas", "kind": "Widget", "create": true}]),
        ),
        (
            "varReference",
            json!([{"path": "spec/words", "kind": "Widget"}, {"path": "spec/any", "kind": "Gadget"}]),
        ),
        (
            "nameReference",
            json!([{"kind": "ConfigMap", "version": "v1", "fieldSpecs": [
            {"path": "spec/configRef/name", "kind": "Widget"}, {"path": "spec/words", "kind": "Gadget"}]}]),
        ),
    ];
    let mut config = json!({});
    for (section, specs) in sections {
        if dice.chance(30) {
            config[section] = specs;
        }
    }
    for section in [
        "namePrefix",
        "nameSuffix",
        "namespace",
        "images",
        "replicas",
    ] {
        if dice.chance(15) {
            let specs = (0..dice.between(1, 3)).map(|_| label_field(dice));
            config[section] = specs.collect();
        }
    }
    let name = forest.write(site, "config", &config);
    site.append("configurations", json!(name));
}

/// The field of a label or an annotation, which may stand in several places at once.
fn label_field(dice: &mut Dice) -> Value {
    let places = [
        "metadata/labels",
        "metadata/annotations",
        "spec/selector",
        "spec/selector/matchLabels",
        "spec/template/metadata/labels",
        "spec/template/metadata/annotations",
        "spec/jobTemplate/metadata/labels",
        "spec/volumeClaimTemplates[]/metadata/labels",
    ];
    // A slash in a key would divide it.
    let key = words::label_key(dice).replace('/', "\\/");
    let mut spec = json!({"path": format!("{}/{key}", dice.pick(&places))});
    if dice.chance(30) {
        spec["kind"] = json!(dice.word(&["Deployment", "StatefulSet", "Service", "CronJob"]));
    }
    if dice.chance(20) {
        spec["create"] = json!(true);
    }
    spec
}

/// A definition with references, labels and a name in it.
pub(crate) fn crds(forest: &mut Forest, site: &mut Site) {
    let definition = json!({
        "github.com/example/v1.Widget": {"Schema": {"properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
            "spec": {"$ref": "github.com/example/v1.WidgetSpec"}}}, "Dependencies": []},
        "github.com/example/v1.WidgetSpec": {"Schema": {"properties": {
            "configRef": {"type": "object", "x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap"},
            "any": {"type": "object", "x-kubernetes-annotation": "\"\""},
            "labels": {"type": "object", "x-kubernetes-label-selector": "\"\""},
            "image": {"type": "string", "x-kubernetes-identity": "\"\""}}}},
    });
    let name = forest.next();
    let text = definition
        .to_string()
        .replace("\\\"", "")
        .replace("\"\"\"\"", "\"\"");
    let name = forest.write_text(site, &format!("crd{name}.json"), text);
    site.append("crds", json!(name));
}

/// A schema with merge keys for a custom type, or the one that is built in.
pub(crate) fn openapi(forest: &mut Forest, site: &mut Site) {
    if forest.dice.chance(40) {
        site.set("openapi", json!({"version": "v1.21.2"}));
        return;
    }
    let mut schema = json!({"definitions": {
        "v1.Widget": {
            "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "spec": {"$ref": "'#/definitions/v1.WidgetSpec'"}},
            "x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Widget", "version": "v1"}]},
        "v1.WidgetSpec": {"properties": {
            "items": {"type": "array", "items": {"$ref": "'#/definitions/v1.Part'"},
                "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"},
            "words": {"type": "array", "items": {"type": "string"}, "x-kubernetes-patch-strategy": "merge"}}},
        "v1.Part": {"properties": {"name": {"type": "string"}}},
    }});
    let items = &mut schema["definitions"]["v1.WidgetSpec"]["properties"]["items"];
    match forest.dice.below(4) {
        0 => items["x-kubernetes-list-map-keys"] = json!(["name"]),
        1 => items["x-kubernetes-list-map-keys"] = json!(["name", "value"]),
        2 => items["x-kubernetes-list-type"] = json!("map"),
        _ => {}
    }
    let name = match forest.dice.chance(30) {
        true => {
            let text = forest::unquoted(&schema).to_string();
            let name = format!("schema{}.json", forest.next());
            forest.write_text(site, &name, text)
        }
        false => forest.write(site, "schema", &schema),
    };
    site.set("openapi", json!({"path": name}));
}
