//! The whole chain of a value.

use kustody::{Author, Effect, Gvk, Layer, Options, Renderer, ResId};

fn id(api_version: &str, kind: &str, name: &str, namespace: &str) -> ResId {
    ResId::new(Gvk::new(api_version, kind), name, namespace)
}

/// The chain of a value of what a kustomization in memory builds, a line a step.
#[track_caller]
fn chain(files: &[(&str, &str)], id: &ResId, pointer: &str) -> String {
    let files = files.iter().map(|(path, text)| (path, (*text).to_owned()));
    let layer = Layer::from_files(files).unwrap();
    let steps = Renderer::new().trace(layer, [], id, pointer, &Options::default());
    let lines = steps.unwrap().into_iter().map(|step| format!("{step}\n"));
    lines.collect()
}

#[cfg(all(feature = "fs", feature = "sops"))]
#[test]
fn of_the_demo_tree() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = root.join("testdata/gitops/apps/overlays/prod");
    let renderer = Renderer::new();
    let layer = Layer::dir(&directory).unwrap();
    let options = crate::gitops::options();
    let manifests = renderer.render(layer.clone(), [], &options).unwrap();
    let mut all = String::new();
    for (kind, name, pointer) in [
        ("Deployment", "shop", "/spec/replicas"),
        (
            "Deployment",
            "shop",
            "/spec/template/spec/containers/0/image",
        ),
        (
            "Deployment",
            "shop",
            "/spec/template/spec/containers/0/env/0/value",
        ),
        (
            "Deployment",
            "shop",
            "/spec/template/spec/containers/0/env/2/value",
        ),
        (
            "Deployment",
            "shop",
            "/spec/template/spec/volumes/0/configMap/name",
        ),
        ("Deployment", "shop", "/metadata/labels"),
        ("Deployment", "shop", "/metadata/namespace"),
        ("Database", "main", "/spec/instances"),
        ("ConfigMap", "shop-settings", "/metadata/name"),
        ("ConfigMap", "shop-settings", "/data/LOG_LEVEL"),
        ("ConfigMap", "shop-settings", "/data"),
        ("Secret", "shop-database", "/data/password"),
        ("Namespace", "apps", "/metadata/name"),
    ] {
        let is_it = |it: &&kustody::Resource| {
            it.gvk().kind() == kind && it.name().starts_with(name) && it.get(pointer).is_some()
        };
        let resource = manifests.iter().find(is_it).unwrap();
        let steps = renderer
            .trace(layer.clone(), [], resource.id(), pointer, &options)
            .unwrap();
        all += &format!("{kind} {name} {pointer}\n");
        for step in &steps {
            all += &format!("  {step}\n");
        }
        let last = steps.last().unwrap();
        if resource.get(pointer).unwrap().text().is_some() {
            let last_writer = manifests.explain(resource.id(), pointer);
            assert_eq!(last.location, last_writer, "{kind} {name} {pointer}");
        }
    }
    insta::assert_snapshot!(all);
}

const BASE: &str = "resources: [pod.yaml, other.yaml]
namePrefix: base-
configMapGenerator:
- name: settings
  literals: [a=1]
";

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: pod}
spec:
  nodeName: one
  containers:
  - {name: web, image: 'web:1'}
";

const OTHER: &str = "apiVersion: v1
kind: Pod
metadata: {name: other}
spec: {nodeName: other}
";

const OVERLAY: &str = "resources: [a, b]
namePrefix: new-
patchesStrategicMerge:
- one.yaml
- two.yaml
patches:
- path: delete.yaml
";

#[test]
fn names_change_and_bases_are_built_several_times() {
    let patch = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: base-pod, namespace: a}}\nspec: {spec}\n"
        )
    };
    let one = patch("{nodeName: two, containers: [{name: side, image: 'side:1'}]}");
    let two = patch("{nodeName: two, containers: [{name: web, image: 'web:2'}]}");
    let delete = patch("{nodeName: null}");
    let files = [
        ("base/kustomization.yaml", BASE),
        ("base/pod.yaml", POD),
        ("base/other.yaml", OTHER),
        (
            "a/kustomization.yaml",
            "resources: [../base]\nnamespace: a\n",
        ),
        (
            "b/kustomization.yaml",
            "resources: [../base]\nnamespace: b\n",
        ),
        ("kustomization.yaml", OVERLAY),
        ("one.yaml", &one),
        ("two.yaml", &two),
        ("delete.yaml", &delete),
    ];
    let (in_a, in_b) = (
        id("v1", "Pod", "new-base-pod", "a"),
        id("v1", "Pod", "new-base-pod", "b"),
    );
    insta::assert_snapshot!(chain(&files, &in_a, "/spec/nodeName"), @r"
    base/pod.yaml:5:13: set by manifest
    one.yaml:4:18: changed by patch
    two.yaml:4:18: repeated by patch
    kustomization.yaml:7:3: removed by patch
    ");
    insta::assert_snapshot!(chain(&files, &in_b, "/spec/nodeName"), @"base/pod.yaml:5:13: set by manifest");
    // Elements are followed by their names: a patch puts what it mentions first.
    insta::assert_snapshot!(chain(&files, &in_a, "/spec/containers/0/image"), @r"
    base/pod.yaml:7:24: set by manifest
    two.yaml:4:55: changed by patch
    ");
    insta::assert_snapshot!(chain(&files, &in_a, "spec.containers.[name=side].image"), @"one.yaml:4:56: set by patch");
    insta::assert_snapshot!(chain(&files, &in_a, "/metadata/name"), @r"
    base/pod.yaml:3:18: set by manifest
    base/kustomization.yaml:2:13: changed by name-prefix
    kustomization.yaml:2:13: changed by name-prefix
    ");
    insta::assert_snapshot!(chain(&files, &in_a, "/spec"), @r"
    base/pod.yaml:5:3: set by manifest
    one.yaml:4:18: changed by patch
    two.yaml:4:43: changed by patch
    kustomization.yaml:7:3: changed by patch
    ");
    // What it was called before, if it is clear what that means.
    let pod = id("v1", "Pod", "pod", "");
    assert_eq!(chain(&files, &pod, "/spec/nodeName"), "");
    let pod = id("v1", "Pod", "base-pod", "b");
    assert_eq!(
        chain(&files, &pod, "/spec/nodeName"),
        chain(&files, &in_b, "/spec/nodeName")
    );
    assert_eq!(chain(&files, &in_a, "/spec/none"), "");
}

#[test]
fn what_is_deleted_does_not_lead_astray() {
    let delete = "{apiVersion: v1, kind: Pod, metadata: {name: pod}, $patch: delete}";
    let files = [
        ("base/kustomization.yaml", BASE),
        ("base/pod.yaml", POD),
        ("base/other.yaml", OTHER),
        (
            "kustomization.yaml",
            "resources: [base]\npatches: [{path: delete.yaml}]\nnameSuffix: -x\n",
        ),
        ("delete.yaml", delete),
    ];
    let other = id("v1", "Pod", "base-other-x", "");
    insta::assert_snapshot!(chain(&files, &other, "/spec/nodeName"), @"base/other.yaml:4:18: set by manifest");
    insta::assert_snapshot!(chain(&files, &other, "/metadata/name"), @r"
    base/other.yaml:3:18: set by manifest
    base/kustomization.yaml:2:13: changed by name-prefix
    kustomization.yaml:3:13: changed by name-suffix
    ");
    assert_eq!(chain(&files, &id("v1", "Pod", "pod", ""), "/spec"), "");
}

#[test]
fn validators_leave_their_label() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [pod.yaml]\nvalidators: [look.yaml]\n",
        ),
        ("pod.yaml", POD),
        (
            "look.yaml",
            "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: look}\n\
             labels: {validated-by: look}\nfieldSpecs: [{path: metadata/labels, create: true}]\n",
        ),
    ];
    let pod = id("v1", "Pod", "pod", "");
    assert_eq!(
        chain(&files, &pod, "/metadata/labels/validated-by"),
        "look.yaml:4:10: set by labels\n"
    );
}

#[test]
fn steps_are_values() {
    let base = Layer::from_manifests(POD).unwrap();
    let overlay = Layer::from_files([("kustomization.yaml", "images: [{name: web, newTag: '2'}]")]);
    let pod = id("v1", "Pod", "pod", "");
    let image = "/spec/containers/0/image";
    let steps = Renderer::new()
        .trace(base, [overlay.unwrap()], &pod, image, &Options::default())
        .unwrap();
    let seen: Vec<_> = steps.iter().map(|it| (it.author, it.effect)).collect();
    let expected = [
        (Author::Manifest, Effect::Set),
        (Author::Images, Effect::Changed),
    ];
    assert_eq!(seen, expected);
    assert!(!format!("{steps:?}").contains("web:"), "no values");
}

#[test]
fn errors_are_those_of_rendering() {
    let layer = || Layer::from_files([("kustomization.yaml", "resources: [none.yaml]")]).unwrap();
    let options = Options::default();
    let pod = id("v1", "Pod", "pod", "");
    let trace = |pointer| Renderer::new().trace(layer(), [], &pod, pointer, &options);
    assert_eq!(
        trace("/spec").unwrap_err().kind(),
        kustody::ErrorKind::NotFound
    );
    assert_eq!(trace("/~2").unwrap_err().kind(), kustody::ErrorKind::Path);
}
