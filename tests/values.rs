//! What a kustomization says about values, types and origins; the answers are those of the real
//! tool.

use kustody::{ErrorKind, Layer, Result, WarningKind, render};

/// Builds `top` of some files.
fn build(files: &[(&str, &str)]) -> Result<kustody::Manifests> {
    let tree = kustody::MemoryTree::from_files(
        files.iter().map(|(path, text)| (*path, (*text).to_owned())),
    )?;
    let top = kustody::tree::TreePath::new("top")?;
    render(Layer::new(std::sync::Arc::new(tree), top), [])
}

const COMPONENT: &str =
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonLabels: {a: b}\n";

const RESOURCES: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: cm, annotations: {x: $(A)}}
---
apiVersion: v1
kind: Pod
metadata: {name: pod, annotations: {x: $$(A)}}
";

/// Both rows write to the Pod, which is expanded twice; a component loses the one for any kind.
#[test]
fn a_component_loses_rows_of_tables() {
    let vars = "vars: [{name: A, objref: {apiVersion: v1, kind: ConfigMap, name: cm}}]";
    let top = format!("resources: [../base, r.yaml]\nconfigurations: [c.yaml]\n{vars}\n");
    let with_component = format!("{top}components: [../comp]\n");
    let build = |top: &str| {
        let manifests = build(&[
            ("top/kustomization.yaml", top),
            ("top/r.yaml", RESOURCES),
            (
                "top/c.yaml",
                "varReference: [{path: metadata/annotations, kind: Pod}]",
            ),
            ("base/kustomization.yaml", "resources: []\n"),
            ("comp/kustomization.yaml", COMPONENT),
        ])
        .unwrap();
        let annotation = |kind, name| {
            let resource = manifests.get(kind, name).unwrap();
            let value = resource.get("/metadata/annotations/x").unwrap();
            value.text().unwrap().to_owned()
        };
        (annotation("ConfigMap", "cm"), annotation("Pod", "pod"))
    };
    assert_eq!(build(&top), ("cm".into(), "cm".into()));
    assert_eq!(build(&with_component), ("$(A)".into(), "$(A)".into()));
}

#[test]
fn an_unused_var_is_a_warning() {
    let top = "resources: [r.yaml]\n\
               vars: [{name: B, objref: {apiVersion: v1, kind: Pod, name: pod}}]\n";
    let manifests = build(&[("top/kustomization.yaml", top), ("top/r.yaml", RESOURCES)]).unwrap();
    let [_, warning] = manifests.warnings() else {
        panic!("vars are deprecated, and this one is not used");
    };
    assert_eq!(warning.kind(), WarningKind::NoMatch);
    assert_eq!(
        warning.location().unwrap().to_string(),
        "top/kustomization.yaml:2:8"
    );
}

#[test]
fn a_broken_schema_counts_where_it_is_needed() {
    let build = |kind: &str, schema: &str| {
        let resource = format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n");
        build(&[
            (
                "top/kustomization.yaml",
                "resources: [r.yaml]\nopenapi: {path: s.json}\n",
            ),
            ("top/r.yaml", &resource),
            ("top/s.json", schema),
        ])
    };
    for schema in ["{", "[]", "", "{definitions: {}}"] {
        assert!(build("ConfigMap", schema).is_ok(), "{schema}");
        let error = build("Widget", schema).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Schema | ErrorKind::Syntax),
            "{error:?}"
        );
    }
    assert!(build("Widget", "# nothing").is_ok());
}

#[test]
fn origins_are_told_from_the_root() {
    let manifests = build(&[
        (
            "top/kustomization.yaml",
            "resources: [../base]\nnamePrefix: p-\nlabels: [{pairs: {l: m}}]\n\
             buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n",
        ),
        (
            "base/kustomization.yaml",
            "resources: [./r.yaml]\nconfigMapGenerator: [{name: cm, behavior: merge}]\n",
        ),
        (
            "base/r.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n",
        ),
    ])
    .unwrap();
    let step = |kind| {
        format!(
            "      - configuredIn: kustomization.yaml\n        configuredBy:\n          \
             apiVersion: builtin\n          kind: {kind}\n"
        )
    };
    let expected = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    \
         alpha.config.kubernetes.io/transformations: |\n{}{}{}    \
         config.kubernetes.io/origin: |\n      path: ../base/r.yaml\n  labels:\n    \
         app.kubernetes.io/managed-by: kustomize-v5.8.1\n    l: m\n  name: p-cm\n",
        step("PrefixTransformer"),
        step("LabelTransformer"),
        step("LabelTransformer"),
    );
    assert_eq!(manifests.to_string(), expected);
}

/// A base that the overlay does not list has the paths of its own tree.
#[test]
fn origins_of_a_layer_below() {
    let base = Layer::from_files([
        ("kustomization.yaml", "resources: [r.yaml]\n"),
        ("r.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"),
    ])
    .unwrap();
    let overlay =
        Layer::from_files([("kustomization.yaml", "buildMetadata: [originAnnotations]\n")]);
    let manifests = render(base, [overlay.unwrap()]).unwrap();
    let pod = manifests.get("Pod", "p").unwrap();
    let origin = pod.get("/metadata/annotations/config.kubernetes.io~1origin");
    assert_eq!(origin.unwrap().text(), Some("path: r.yaml\n"));
}
