//! Patches of custom resources whose definitions say how they are merged.

use kustody::{Layer, Options, Renderer};

const KUSTOMIZATION: &str = "resources: [crd.yaml, app.yaml]\npatches: [{path: patch.yaml}]\n";

fn crd(versions: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: apps.example.org}}
spec:
  group: example.org
  names: {{kind: App, plural: apps}}
  versions:
{versions}"
    )
}

/// A version whose `spec` has these properties, a JSON object.
fn version(name: &str, properties: &str) -> String {
    let spec = format!("{{\"type\": \"object\", \"properties\": {properties}}}");
    let schema = format!("{{\"type\": \"object\", \"properties\": {{\"spec\": {spec}}}}}");
    format!("  - {{\"name\": {name}, \"schema\": {{\"openAPIV3Schema\": {schema}}}}}\n")
}

fn app(version: &str, spec: &str) -> String {
    format!("{{apiVersion: example.org/{version}, kind: App, metadata: {{name: a}}, spec: {spec}}}")
}

fn options(merge: bool) -> Options {
    let mut options = Options::default();
    options.merge_custom_resources = merge;
    options
}

/// What is printed of `spec` in one line a field: with the definitions, and without.
#[track_caller]
fn specs(crd: &str, app: &str, patch: &str) -> [String; 2] {
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("crd.yaml", crd),
        ("app.yaml", app),
        ("patch.yaml", patch),
    ];
    let layer = Layer::from_files(files.map(|(path, text)| (path, text.to_owned()))).unwrap();
    // One renderer for both: what it remembers of one must not count for the other.
    let renderer = Renderer::new();
    [true, false].map(|merge| {
        let rendered = renderer.render(layer.clone(), [], &options(merge));
        let manifests = rendered.unwrap();
        let spec = manifests.get("App", "a").unwrap().get("/spec").unwrap();
        let spec: serde_json::Value = kustody::yaml::from_node(spec).unwrap();
        spec.to_string()
    })
}

const LIST: &str = r#""type": "array", "x-kubernetes-list-type""#;
const OBJECT: &str = r#""items": {"type": "object"}"#;

#[test]
fn lists_are_merged_by_one_key() {
    let list = format!(
        r#"{{"parts": {{{LIST}: "map", "x-kubernetes-list-map-keys": ["name"], {OBJECT}}}}}"#
    );
    let crd = crd(&version("v1", &list));
    let app = app("v1", "{parts: [{name: x, size: 1, color: red}, {name: y}]}");
    let patch = |parts| self::app("v1", &format!("{{parts: {parts}}}"));
    for (parts, merged, replaced) in [
        (
            "[{name: x, size: 2}, {name: z}]",
            r#"{"parts":[{"color":"red","name":"x","size":2},{"name":"z"},{"name":"y"}]}"#,
            r#"{"parts":[{"name":"x","size":2},{"name":"z"}]}"#,
        ),
        (
            "[{name: x, $patch: delete}]",
            r#"{"parts":[{"name":"y"}]}"#,
            r#"{"parts":[{"$patch":"delete","name":"x"}]}"#,
        ),
        (
            "[{name: y, size: 3}, {$patch: replace}]",
            r#"{"parts":[{"name":"y","size":3}]}"#,
            r#"{"parts":[{"name":"y","size":3},{"$patch":"replace"}]}"#,
        ),
    ] {
        assert_eq!(specs(&crd, &app, &patch(parts)), [merged, replaced]);
    }
}

#[test]
fn lists_are_merged_by_two_keys() {
    let keys = r#""x-kubernetes-list-map-keys": ["port", "protocol"]"#;
    let list = format!(r#"{{"ports": {{{LIST}: "map", {keys}, {OBJECT}}}}}"#);
    let ports = "[{port: 1, protocol: TCP, name: a}, {port: 1, protocol: UDP, name: b}]";
    let [merged, _] = specs(
        &crd(&version("v1", &list)),
        &app("v1", &format!("{{ports: {ports}}}")),
        &app("v1", "{ports: [{port: 1, protocol: UDP, name: c}]}"),
    );
    let expected = r#"{"ports":[{"name":"a","port":1,"protocol":"TCP"},{"name":"c","port":1,"protocol":"UDP"}]}"#;
    assert_eq!(merged, expected);
}

#[test]
fn sets_and_atomic_collections() {
    let text = r#""items": {"type": "string"}"#;
    let properties = format!(
        r#"{{
          "tags": {{{LIST}: "set", {text}}},
          "args": {{{LIST}: "atomic", {text}}},
          "plain": {{"type": "array", "x-kubernetes-list-map-keys": ["name"], {OBJECT}}},
          "objects": {{{LIST}: "set", {OBJECT}}},
          "whole": {{"type": "object", "x-kubernetes-map-type": "atomic"}},
          "fields": {{"type": "object", "x-kubernetes-map-type": "granular"}}
        }}"#
    )
    .replace('\n', " ");
    let crd = crd(&version("v1", &properties));
    for (spec, patch, merged) in [
        (
            "{tags: [a, b]}",
            "{tags: [c, a]}",
            r#"{"tags":["c","a","b"]}"#,
        ),
        ("{args: [a, b]}", "{args: [c]}", r#"{"args":["c"]}"#),
        (
            "{plain: [{name: a}]}",
            "{plain: [{name: b}]}",
            r#"{"plain":[{"name":"b"}]}"#,
        ),
        (
            "{objects: [{a: 1}]}",
            "{objects: [{b: 1}]}",
            r#"{"objects":[{"b":1}]}"#,
        ),
        (
            "{whole: {a: 1, b: 2}}",
            "{whole: {a: 3, c: null}}",
            r#"{"whole":{"a":3}}"#,
        ),
        ("{whole: {a: 1}}", "{whole: null}", "{}"),
        (
            "{whole: {a: 1, b: 2}}",
            "{other: 1}",
            r#"{"other":1,"whole":{"a":1,"b":2}}"#,
        ),
        (
            "{fields: {a: 1, b: 2}}",
            "{fields: {a: 3}}",
            r#"{"fields":{"a":3,"b":2}}"#,
        ),
    ] {
        let [found, _] = specs(&crd, &app("v1", spec), &app("v1", patch));
        assert_eq!(found, merged, "{spec} {patch}");
    }
}

#[test]
fn lists_in_lists_and_in_maps() {
    let inner = format!(r#"{{{LIST}: "map", "x-kubernetes-list-map-keys": ["id"], {OBJECT}}}"#);
    let element = format!(r#"{{"type": "object", "properties": {{"inner": {inner}}}}}"#);
    let keys = r#""x-kubernetes-list-map-keys": ["name"]"#;
    let properties = format!(
        r#"{{"outer": {{{LIST}: "map", {keys}, "items": {element}}},
            "by": {{"type": "object", "additionalProperties": {inner}}}}}"#
    )
    .replace('\n', " ");
    let crd = crd(&version("v1", &properties));
    let [merged, _] = specs(
        &crd,
        &app(
            "v1",
            "{outer: [{name: x, inner: [{id: 1, a: 1}, {id: 2}]}]}",
        ),
        &app("v1", "{outer: [{name: x, inner: [{id: 1, b: 1}]}]}"),
    );
    let expected = r#"{"outer":[{"inner":[{"a":1,"b":1,"id":1},{"id":2}],"name":"x"}]}"#;
    assert_eq!(merged, expected);
    let [merged, _] = specs(
        &crd,
        &app("v1", "{by: {any: [{id: 1, a: 1}]}}"),
        &app("v1", "{by: {any: [{id: 2}]}}"),
    );
    assert_eq!(merged, r#"{"by":{"any":[{"id":2},{"a":1,"id":1}]}}"#);
}

#[test]
fn each_version_has_its_own_rules() {
    let list = format!(
        r#"{{"parts": {{{LIST}: "map", "x-kubernetes-list-map-keys": ["name"], {OBJECT}}}}}"#
    );
    let both = version("v1", "{}") + &version("v2", &list) + "  - {name: v3}\n";
    let merged = |version| {
        let [found, replaced] = specs(
            &crd(&both),
            &app(version, "{parts: [{name: x}]}"),
            &app(version, "{parts: [{name: y}]}"),
        );
        assert_eq!(replaced, r#"{"parts":[{"name":"y"}]}"#);
        found
    };
    assert_eq!(merged("v1"), r#"{"parts":[{"name":"y"}]}"#);
    assert_eq!(merged("v2"), r#"{"parts":[{"name":"y"},{"name":"x"}]}"#);
    assert_eq!(merged("v3"), r#"{"parts":[{"name":"y"}]}"#);
    let old = format!(
        "apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata: {{name: apps.example.org}}
spec:
  group: example.org
  version: v1
  names: {{kind: App}}
  validation: {{openAPIV3Schema: {{properties: {{spec: {{properties: {list}}}}}}}}}
"
    );
    let [found, _] = specs(
        &old,
        &app("v1", "{parts: [{name: x}]}"),
        &app("v1", "{parts: [{name: y}]}"),
    );
    assert_eq!(found, r#"{"parts":[{"name":"y"},{"name":"x"}]}"#);
}

/// A definition counts where it is among the resources that a patch can reach.
#[test]
fn definitions_of_bases_count_and_those_of_siblings_do_not() {
    let list = format!(
        r#"{{"parts": {{{LIST}: "map", "x-kubernetes-list-map-keys": ["name"], {OBJECT}}}}}"#
    );
    let crd = crd(&version("v1", &list));
    let app = app("v1", "{parts: [{name: x}]}");
    let patch = self::app("v1", "{parts: [{name: y}]}");
    let build = |kustomizations: &[(&str, &str)]| {
        let mut files = vec![
            ("crds/crd.yaml", crd.as_str()),
            ("crds/kustomization.yaml", "resources: [crd.yaml]\n"),
            ("app/app.yaml", &app),
            ("app/patch.yaml", &patch),
            ("patch.yaml", &patch),
        ];
        files.extend(kustomizations);
        let files = files
            .into_iter()
            .map(|(path, text)| (path, text.to_owned()));
        let layer = Layer::from_files(files).unwrap();
        let renderer = Renderer::new();
        // The second time from memory.
        let [first, second] = [0, 1].map(|_| {
            let manifests = renderer.render(layer.clone(), [], &options(true)).unwrap();
            let parts = manifests.get("App", "a").unwrap().get("/spec/parts");
            parts.unwrap().as_sequence().unwrap().len()
        });
        assert_eq!(first, second);
        first
    };
    let plain = "resources: [app.yaml]\n";
    let patched = "resources: [app.yaml]\npatches: [{path: patch.yaml}]\n";
    let of_bases = [
        ("app/kustomization.yaml", plain),
        (
            "kustomization.yaml",
            "resources: [crds, app]\npatches: [{path: patch.yaml}]\n",
        ),
    ];
    assert_eq!(build(&of_bases), 2);
    let of_siblings = [
        ("app/kustomization.yaml", patched),
        ("kustomization.yaml", "resources: [crds, app]\n"),
    ];
    assert_eq!(build(&of_siblings), 1);
    let of_components = [
        ("app/kustomization.yaml", plain),
        (
            "kustomization.yaml",
            "resources: [crds, app]\ncomponents: [part]\n",
        ),
        (
            "part/kustomization.yaml",
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches: [{path: patch.yaml}]\n",
        ),
        ("part/patch.yaml", &patch),
    ];
    assert_eq!(build(&of_components), 2);
}
