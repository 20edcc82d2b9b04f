use serde_json::Value as Json;

use super::{Schema, TypeRef};
use crate::error::ErrorKind;
use crate::yaml;

fn custom(text: &str) -> Schema {
    chosen(Schema::builtin(), text)
}

fn chosen(schema: Schema, text: &str) -> Schema {
    let document = &yaml::read_str("schema.yaml", text).unwrap()[0];
    schema.choose_custom(document).unwrap();
    schema
}

/// A document that is chosen after the rules of a type were used.
fn over_builtin(text: &str) -> Schema {
    let schema = Schema::builtin();
    schema.root("v1", "Pod");
    chosen(schema, text)
}

/// A document that is chosen after the scope of an unknown type was asked for.
fn under_builtin(text: &str) -> Schema {
    let schema = Schema::builtin();
    schema.is_cluster_scoped("example.com/v1", "Car");
    chosen(schema, text)
}

fn keys(schema: &Schema, of: (&str, &str), path: &str) -> Option<Vec<String>> {
    let mut at = schema.root(of.0, of.1)?;
    for step in path.split('.') {
        at = match step {
            "[]" => at.element()?,
            name => at.field(name)?,
        };
    }
    Some(at.merge_keys()?.iter().map(|key| (*key).into()).collect())
}

/// Follows the data and the tables side by side.
fn compare(types: &Json, others: &Json, name: &str, at: TypeRef<'_>, seen: &mut Vec<String>) {
    if seen.iter().any(|seen| seen == name) {
        return;
    }
    seen.push(name.into());
    for (field, rule) in types[name].as_object().unwrap() {
        let found = at.field(field).unwrap();
        let inner = if let Some(list) = rule.get("list") {
            let keys: Vec<_> = list["keys"].as_array().unwrap().iter().collect();
            assert_eq!(*found.merge_keys().unwrap(), *keys, "{name}.{field}");
            found.element().zip(list.get("elem"))
        } else {
            assert!(found.merge_keys().is_none(), "{name}.{field}");
            Some((found, &rule["map"]))
        };
        if let Some((found, inner)) = inner {
            compare(types, others, inner.as_str().unwrap(), found, seen);
        }
    }
    for field in others[name].as_array().into_iter().flatten() {
        let found = at.field(field.as_str().unwrap()).unwrap();
        assert!(found.merge_keys().is_none() && found.field("a").is_none());
    }
    assert!(at.field("no such field").is_none());
}

#[test]
fn the_tables_say_what_the_data_say() {
    let data: Json = serde_json::from_str(include_str!("data/merge_schema.json")).unwrap();
    let others: Json = serde_json::from_str(include_str!("data/other_fields.json")).unwrap();
    let schema = Schema::builtin();
    let mut seen = Vec::new();
    for (of, name) in data["roots"].as_object().unwrap() {
        let (api_version, kind) = of.split_once('|').unwrap();
        let root = schema.root(api_version, kind).unwrap();
        compare(
            &data["types"],
            &others,
            name.as_str().unwrap(),
            root,
            &mut seen,
        );
    }
    assert_eq!(seen.len(), data["types"].as_object().unwrap().len());
    for (of, namespaced) in data["namespaced"].as_object().unwrap() {
        let (api_version, kind) = of.split_once('|').unwrap();
        let found = schema.is_cluster_scoped(api_version, kind);
        assert_eq!(found, !namespaced.as_bool().unwrap(), "{of}");
    }
}

#[test]
fn types_that_nobody_described() {
    let schema = Schema::builtin();
    assert!(schema.root("example.com/v1", "Deployment").is_none());
    assert!(!schema.is_cluster_scoped("example.com/v1", "Namespace"));
    assert!(!schema.is_cluster_scoped("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"));
}

#[test]
fn lists_of_built_in_types() {
    let schema = Schema::builtin();
    let deployment = ("apps/v1", "Deployment");
    for (path, expected) in [
        ("spec.template.spec.containers", Some(vec!["name"])),
        (
            "spec.template.spec.containers.[].ports",
            Some(vec!["containerPort", "protocol"]),
        ),
        ("spec.template.spec.tolerations", None),
        ("metadata.finalizers", Some(vec![])),
    ] {
        let expected = expected.map(|keys| keys.into_iter().map(String::from).collect());
        assert_eq!(keys(&schema, deployment, path), expected, "{path}");
    }
}

const DOCUMENT: &str = r##"
definitions:
  com.example.Car:
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Car}]
    properties:
      metadata: {$ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
      spec: {$ref: "#/definitions/com.example.CarSpec", x-kubernetes-patch-strategy: merge}
      loop: {$ref: "#/definitions/com.example.Loop"}
      nowhere: {$ref: "#/definitions/com.example.Nowhere"}
  com.example.Loop: {$ref: "#/definitions/com.example.Loop"}
  com.example.CarSpec:
    properties:
      wheels:
        type: array
        x-kubernetes-patch-strategy: "retainKeys,merge"
        x-kubernetes-list-map-keys: [side, axle]
        items: {$ref: "#/definitions/com.example.CarSpec/properties/wheel"}
      wheel:
        properties:
          bolts: {x-kubernetes-patch-strategy: merge, x-kubernetes-patch-merge-key: id}
      untyped: {x-kubernetes-patch-strategy: merge, items: {type: object}}
      keyed: {type: array, x-kubernetes-list-map-keys: [name]}
    additionalProperties:
      x-kubernetes-patch-strategy: merge
paths:
  /apis/example.com/v1/cars:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Car}}
  /apis/example.com/v1/namespaces/{namespace}/boats:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Boat}}
  /apis/example.com/v1/boats:
    get: {x-kubernetes-group-version-kind: {group: example.com, version: v1, kind: Boat}}
  /apis/v1/pods:
    get: {x-kubernetes-group-version-kind: {version: v1, kind: Pod}}
"##;

#[test]
fn a_custom_document_replaces_the_built_in_one() {
    let schema = custom(DOCUMENT);
    let car = ("example.com/v1", "Car");
    for (path, expected) in [
        ("spec.wheels", Some(vec!["side", "axle"])),
        ("spec.wheels.[].bolts", Some(vec!["id"])),
        ("spec.keyed", None),
        ("spec.anything", Some(vec![])),
        ("spec.untyped", Some(vec![])),
        ("spec.untyped.[]", None),
        ("spec", None),
        ("loop", None),
        ("nowhere", None),
        ("metadata.finalizers", None),
    ] {
        let expected = expected.map(|keys| keys.into_iter().map(String::from).collect());
        assert_eq!(keys(&schema, car, path), expected, "{path}");
    }
    assert!(schema.root("v1", "Pod").is_none());
    let own = ("kustomize.config.k8s.io/v1beta1", "Kustomization");
    assert!(keys(&schema, own, "configMapGenerator").is_some());
    assert!(schema.is_cluster_scoped("example.com/v1", "Car"));
    assert!(!schema.is_cluster_scoped("example.com/v1", "Boat"));
    assert!(!schema.is_cluster_scoped("v1", "Pod"));
    assert!(schema.is_cluster_scoped("v1", "Node"));
}

#[test]
fn a_custom_document_beside_the_built_in_one() {
    const OBJECT_META: &str = r##"
definitions:
  io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta:
    properties: {labels: {x-kubernetes-patch-strategy: merge}}
  com.example.Car:
    x-kubernetes-group-version-kind: [{group: example.com, version: v1, kind: Car}]
    properties:
      metadata: {$ref: "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
"##;
    let over = over_builtin(OBJECT_META);
    let under = under_builtin(OBJECT_META);
    for of in [("v1", "Pod"), ("example.com/v1", "Car")] {
        assert!(keys(&over, of, "metadata.labels").is_some());
        assert!(keys(&over, of, "metadata.finalizers").is_none());
        assert!(keys(&under, of, "metadata.labels").is_none());
        assert!(keys(&under, of, "metadata.finalizers").is_some());
    }
    let schema = over_builtin(DOCUMENT);
    let car = ("example.com/v1", "Car");
    assert!(keys(&schema, car, "metadata.finalizers").is_some());
    assert!(keys(&schema, ("v1", "Pod"), "spec.containers").is_some());
}

#[test]
fn what_is_no_openapi_document() {
    for text in [
        "[]",
        "definitions: 1",
        "definitions: {A: 1}",
        "definitions: {A: {properties: []}}",
        "definitions: {A: {properties: {a: 1}}}",
        "definitions: {A: {items: [1]}}",
        "definitions: {A: {additionalProperties: 1}}",
        "definitions: {A: {maxItems: 1.5}}",
        "definitions: {A: {x-kubernetes-group-version-kind: [{kind: A}]}}",
        "definitions: {A: {type: 1}}",
        "definitions: {A: {type: [1]}}",
        "definitions: {A: {description: {}}}",
        "definitions: {A: {required: a}}",
        "definitions: {A: {maximum: a}}",
        "definitions: {A: {allOf: {}}}",
        "definitions: {A: {not: 1}}",
        "definitions: {A: {items: [true]}}",
        "definitions: {A: {$ref: '#/definitions/%4'}}",
        "definitions: {A: {$ref: '#/definitions/%+4'}}",
        "swagger: 2.0",
        "info: x",
        "paths: {/a: {parameters: {}}}",
        "paths: {/a: 1}",
        "paths: {/a: {get: 1}}",
        "paths: {/a: {get: {x-kubernetes-group-version-kind: {version: v1}}}}",
    ] {
        let node = &yaml::read_str("schema.yaml", text).unwrap()[0];
        let error = Schema::builtin().choose_custom(node).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema, "{text}");
        assert!(error.mark().is_some(), "{text}");
    }
    let harmless = "definitions: {A: {x-kubernetes-group-version-kind: [1], additionalProperties: true}, B: {properties: null, items: true, $ref: 5}, C: null}\npaths: {/a: {get: null}, /b: {get: {}}, x-a: 1, /c: null}";
    custom(harmless);
    Schema::builtin()
        .choose_custom(&yaml::Node::null())
        .unwrap();
}

#[test]
fn it_is_known_whether_anybody_used_it() {
    let schema = Schema::builtin();
    schema.is_cluster_scoped("v1", "Pod");
    assert!(!schema.is_used() && !schema.is_chosen());
    schema.is_cluster_scoped("example.com/v1", "Car");
    assert!(schema.is_used());
    let schema = chosen(schema, DOCUMENT);
    assert!(!schema.is_used() && schema.is_chosen());
    schema.root("v1", "Pod");
    assert!(schema.is_used());
    let schema = Schema::builtin();
    schema.choose_builtin();
    assert!(schema.is_chosen() && schema.root("v1", "Pod").is_some());
}
