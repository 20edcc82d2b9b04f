//! Builtin plugins as generators, transformers and validators.

use serde_json::{Value, json};

use super::dice::Dice;
use super::forest::{Forest, Site};
use super::patches::{self, some};
use super::{fields, values, words};

pub(crate) fn transformers(forest: &mut Forest, site: &mut Site) {
    if let Some(body) = transformer(forest, site) {
        list(forest, site, "transformers", body);
    }
}

pub(crate) fn generators(forest: &mut Forest, site: &mut Site) {
    let kind = forest
        .dice
        .word(&["ConfigMap", "ConfigMap", "Secret", "IAMPolicy"]);
    let mut body = match kind.as_str() {
        "IAMPolicy" => json!({
            "cloud": "gke",
            "kubernetesService": {"name": format!("sa-{}", forest.next())},
            "serviceAccount": {"name": "acc", "projectId": "proj"},
        }),
        kind => {
            let body = fields::generated(forest, site, kind);
            site.items.push(fields::item(kind, &body));
            body
        }
    };
    body["kind"] = json!(format!("{kind}Generator"));
    if forest.dice.chance(30) && kind != "IAMPolicy" {
        body["metadata"] = json!({"name": body["name"]});
        body.as_object_mut().unwrap().remove("name");
    }
    list(forest, site, "generators", body);
}

pub(crate) fn validators(forest: &mut Forest, site: &mut Site) {
    let mut body = json!({"kind": "LabelTransformer", "labels": {"validated-by": words::label(&mut forest.dice)},
        "fieldSpecs": [{"path": "metadata/labels", "create": true}]});
    if forest.dice.chance(80) {
        // Changes nothing, so that it passes.
        body = json!({"kind": "LabelTransformer", "labels": {}});
    }
    list(forest, site, "validators", body);
}

/// Lists a plugin: in place, in a file, or in a directory.
fn list(forest: &mut Forest, site: &mut Site, field: &str, mut body: Value) {
    let number = forest.next();
    body["apiVersion"] = json!("builtin");
    if body.get("metadata").is_none() {
        body["metadata"] = json!({"name": format!("plugin-{number}")});
    }
    let entry = match forest.dice.below(5) {
        0 | 1 => forest.text(&body),
        2 => {
            let directory = format!("plugin{number}");
            let mut inner = json!({"resources": ["plugin.yaml"]});
            if forest.dice.chance(20) {
                inner["namePrefix"] = json!("inner-");
            }
            let (body, inner) = (forest.text(&body), forest.text(&inner));
            forest.write_text(site, &format!("{directory}/plugin.yaml"), body);
            forest.write_text(site, &format!("{directory}/kustomization.yaml"), inner);
            directory
        }
        _ => forest.write(site, "plugin", &body),
    };
    site.append(field, json!(entry));
}

fn specs(dice: &mut Dice, path: &str) -> Value {
    let mut specs = vec![json!({"path": path})];
    if dice.chance(40) {
        specs.push(json!({"path": "spec/any/a", "kind": "Widget", "create": dice.chance(50)}));
    }
    json!(specs)
}

fn transformer(forest: &mut Forest, site: &Site) -> Option<Value> {
    let item = some(&mut forest.dice, &site.items)?;
    let dice = &mut forest.dice;
    Some(match dice.below(13) {
        0 => {
            json!({"kind": "PrefixTransformer", "prefix": "t-", "fieldSpecs": specs(dice, "metadata/name")})
        }
        1 => {
            json!({"kind": "SuffixTransformer", "suffix": dice.word(&["-t", "5"]), "fieldSpecs": specs(dice, "metadata/name")})
        }
        2 => {
            json!({"kind": "PrefixSuffixTransformer", "prefix": "ps-", "suffix": "-ps", "fieldSpecs": specs(dice, "metadata/name")})
        }
        3 => {
            let created = json!([{"path": "metadata/labels", "create": true}, {"path": "spec/template/metadata/labels", "create": dice.chance(50)}]);
            json!({"kind": "LabelTransformer", "labels": words::labels(dice), "fieldSpecs": created})
        }
        4 => json!({"kind": "AnnotationsTransformer", "annotations": {"t": words::string(dice)},
            "fieldSpecs": [{"path": "metadata/annotations", "create": true}]}),
        5 => {
            let mut body = json!({"kind": "NamespaceTransformer", "metadata": {"name": "ns", "namespace": "third"},
                "fieldSpecs": [{"path": "metadata/name", "kind": "Namespace", "create": true}]});
            if dice.chance(60) {
                body["setRoleBindingSubjects"] =
                    json!(dice.word(&["none", "defaultOnly", "allServiceAccounts"]));
            }
            if dice.chance(30) {
                body["unsetOnly"] = json!(true);
            }
            body
        }
        6 => {
            json!({"kind": "ImageTagTransformer", "imageTag": fields::image(dice), "fieldSpecs": [{"path": "spec/image"}]})
        }
        7 => {
            let item = fields::scalable(dice, &site.items)?;
            json!({"kind": "ReplicaCountTransformer", "replica": {"name": item.name, "count": dice.below(9)},
                "fieldSpecs": [{"path": "spec/replicas", "kind": item.kind, "create": true}]})
        }
        8 => {
            let mut body = patches::entry(forest, site, &item);
            body["kind"] = json!("PatchTransformer");
            body
        }
        9 => {
            let (group, version) = item.group_version();
            let target = json!({"group": group.unwrap_or("\"\""), "version": version, "kind": item.kind, "name": item.name});
            let operations = patches::operations(dice, &item.value);
            json!({"kind": "PatchJson6902Transformer", "target": target, "jsonOp": forest.text(&operations)})
        }
        10 => {
            let patch = patches::merge(dice, &item);
            json!({"kind": "PatchStrategicMergeTransformer", "patches": forest.text(&patch)})
        }
        11 => {
            json!({"kind": "ReplacementTransformer", "replacements": [values::entry(dice, &site.items)?]})
        }
        _ => {
            let path = dice.word(&[
                "metadata/annotations/added",
                "metadata/namespace",
                "spec/any/added",
                "metadata/labels/example.com\\/x",
            ]);
            let mut target = json!({"fieldPath": path});
            if dice.chance(70) {
                target["selector"] = patches::target(dice, &item);
            }
            json!({"kind": "ValueAddTransformer", "value": words::scalar(dice), "targets": [target]})
        }
    })
}
