//! How layers extend each other, whatever trees they come from.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use kustody::tree::TreePath;
use kustody::{DirTree, ErrorKind, FileTree, Layer, MemoryTree, Options, Renderer, Result, render};

const APP: &str = "apiVersion: v1
kind: Service
metadata:
  name: app
";

/// A base, an overlay that lists it, one on top of that, and two that list nothing.
const FILES: [(&str, &str); 7] = [
    ("base/kustomization.yaml", "resources: [app.yaml]\n"),
    ("base/app.yaml", APP),
    (
        "dev/kustomization.yaml",
        "resources: [../base]\nnamePrefix: dev-\n",
    ),
    (
        "region/kustomization.yaml",
        "resources: [../dev]\nnameSuffix: -eu\n",
    ),
    (
        "skipping/kustomization.yaml",
        "resources: [../base]\nnamespace: prod\n",
    ),
    ("alone/kustomization.yaml", "namespace: alone\n"),
    (
        "component/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator: [{name: extra, literals: [a=b]}]
patches:
- target: {kind: Service}
  patch: '- {op: add, path: /spec, value: {type: NodePort}}'
",
    ),
];

fn memory() -> Arc<dyn FileTree> {
    Arc::new(MemoryTree::from_files(FILES).unwrap())
}

/// The same files on the disk, in a folder of the test's own.
fn disk(test: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("layers-{test}"));
    for (path, text) in FILES {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn layer(tree: &Arc<dyn FileTree>, directory: &str) -> Layer {
    Layer::new(Arc::clone(tree), TreePath::new(directory).unwrap())
}

/// Renders directories of one tree, the base first.
fn stack(tree: &Arc<dyn FileTree>, directories: &[&str]) -> Result<String> {
    let mut layers = directories.iter().map(|directory| layer(tree, directory));
    let base = layers.next().unwrap();
    Ok(render(base, layers)?.to_string())
}

fn service(name: &str, rest: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n{rest}")
}

#[test]
fn a_base_alone_is_built() {
    assert_eq!(stack(&memory(), &["base"]).unwrap(), APP);
}

#[test]
fn an_overlay_that_lists_its_base_is_built_as_written() {
    let tree = memory();
    let expected = service("dev-app", "");
    assert_eq!(stack(&tree, &["dev"]).unwrap(), expected);
    assert_eq!(stack(&tree, &["base", "dev"]).unwrap(), expected);
}

#[test]
fn an_overlay_that_lists_no_base_is_built_on_it() {
    let expected = service("app", "  namespace: alone\n");
    assert_eq!(stack(&memory(), &["base", "alone"]).unwrap(), expected);
}

#[test]
fn several_overlays_are_built_in_order() {
    let tree = memory();
    let all = stack(&tree, &["base", "dev", "region"]).unwrap();
    assert_eq!(all, service("dev-app-eu", ""));
    assert_eq!(all, stack(&tree, &["region"]).unwrap());

    let mixed = stack(&tree, &["base", "dev", "alone"]).unwrap();
    assert_eq!(mixed, service("dev-app", "  namespace: alone\n"));

    // A layer counts as listed however far down: `region` reaches `base` through `dev`.
    assert_eq!(stack(&tree, &["base", "region"]).unwrap(), all);
}

#[test]
fn a_listed_layer_stands_on_the_one_before_it() {
    let tree: Arc<dyn FileTree> = Arc::new(
        MemoryTree::from_files([
            ("base/kustomization.yaml", "resources: [app.yaml]\n"),
            ("base/app.yaml", APP),
            ("middle/kustomization.yaml", "namePrefix: middle-\n"),
            (
                "top/kustomization.yaml",
                "resources: [../middle]\nnameSuffix: -top\n",
            ),
        ])
        .unwrap(),
    );
    let expected = service("middle-app-top", "");
    assert_eq!(stack(&tree, &["base", "middle", "top"]).unwrap(), expected);
}

#[test]
fn an_overlay_that_skips_a_layer_is_an_error() {
    let error = stack(&memory(), &["base", "dev", "skipping"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LayerSkipped);
    assert_eq!(
        error.message(),
        "skipping lists the layer base and not dev, which stands between them"
    );
    let place = error.location().unwrap().to_string();
    assert_eq!(place, "skipping/kustomization.yaml:1:13");
}

#[test]
fn a_component_works_on_the_layer_before_it() {
    let found = stack(&memory(), &["base", "component"]).unwrap();
    let (map, rest) = found.split_once("---\n").unwrap();
    assert!(map.contains("  name: extra-"), "{map}");
    assert_eq!(rest, service("app", "spec:\n  type: NodePort\n"));
}

#[test]
fn an_overlay_may_exist_only_in_memory() {
    let overlay = || {
        let kustomization = "namePrefix: mine-\npatches: [{path: patch.yaml}]\n";
        let patch = service("app", "spec: {type: LoadBalancer}\n");
        let files = [
            ("kustomization.yaml", kustomization.to_owned()),
            ("patch.yaml", patch),
        ];
        let files = files.map(|(path, text)| (path, text.into_bytes()));
        Layer::from_files(files).unwrap()
    };
    let expected = service("mine-app", "spec:\n  type: LoadBalancer\n");
    let on_memory = render(layer(&memory(), "base"), [overlay()]).unwrap();
    assert_eq!(on_memory.to_string(), expected);
    let base = Layer::dir(disk("overlay").join("base")).unwrap();
    assert_eq!(render(base, [overlay()]).unwrap().to_string(), expected);
    let base = Layer::from_manifests(APP).unwrap();
    assert_eq!(render(base, [overlay()]).unwrap().to_string(), expected);
}

#[test]
fn equal_paths_of_different_trees_are_different_directories() {
    // `../base` of the second tree is not the base that was handed in, which is added.
    let other = MemoryTree::from_files(
        [
            (
                "over/kustomization.yaml",
                "resources: [../base]\nnamespace: both\n",
            ),
            ("base/kustomization.yaml", "resources: [other.yaml]\n"),
            ("base/other.yaml", &APP.replace("name: app", "name: other")),
        ]
        .map(|(path, text)| (path, text.as_bytes().to_vec())),
    );
    let other: Arc<dyn FileTree> = Arc::new(other.unwrap());
    let found = render(layer(&memory(), "base"), [layer(&other, "over")]).unwrap();
    let names: Vec<_> = found.iter().map(|resource| resource.name()).collect();
    assert_eq!(names, ["app", "other"]);
}

#[test]
fn trees_of_memory_and_disk_give_the_same() {
    let memory = memory();
    let root = disk("same");
    let jail: Arc<dyn FileTree> = Arc::new(DirTree::open(&root).unwrap());
    for directories in [
        &["base"][..],
        &["base", "dev", "region"],
        &["base", "alone"],
        &["base", "component"],
    ] {
        let expected = stack(&memory, directories).unwrap();
        assert_eq!(stack(&jail, directories).unwrap(), expected);
        // Each `Layer::dir` is a tree of its own; what it lists itself is the same there.
        let last = directories.last().unwrap();
        if directories.len() != 2 {
            let host = Layer::dir(root.join(last)).unwrap();
            assert_eq!(render(host, []).unwrap().to_string(), expected);
        }
    }
    let skipped = |tree| {
        stack(tree, &["base", "dev", "skipping"])
            .unwrap_err()
            .to_string()
    };
    assert_eq!(skipped(&jail), skipped(&memory));
}

#[test]
fn layers_of_the_disk_extend_each_other() {
    let root = disk("host");
    let dir = |directory| Layer::dir(root.join(directory)).unwrap();
    let found = render(dir("base"), [dir("dev"), dir("region")]).unwrap();
    assert_eq!(found.to_string(), service("dev-app-eu", ""));
}

#[test]
fn threads_that_share_a_renderer_give_the_same_bytes() {
    let tree = memory();
    let renderer = Renderer::new();
    let options = Options::default();
    let one = || {
        let overlays = [layer(&tree, "dev"), layer(&tree, "component")];
        let found = renderer.render(layer(&tree, "base"), overlays, &options);
        found.unwrap().to_string()
    };
    let expected = one();
    thread::scope(|scope| {
        let work = || (0..20).for_each(|_| assert_eq!(one(), expected));
        for _ in 0..8 {
            scope.spawn(work);
        }
    });
}

/// Files are found before those listed above them are read, which shows nowhere.
#[test]
fn long_lists_are_read_in_their_order() {
    let pod = |n: usize| format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{n}\n");
    let mut tree = MemoryTree::new();
    let mut list = String::from("sortOptions: {order: fifo}\nresources:\n");
    for n in 0..150 {
        let path = match n % 50 {
            49 => format!("part{n}"),
            _ => format!("p{n}.yaml"),
        };
        list += &format!("- {path}\n");
        if n % 50 == 49 {
            tree.insert(
                &format!("{path}/kustomization.yaml"),
                "resources: [p.yaml]\n",
            )
            .unwrap();
            tree.insert(&format!("{path}/p.yaml"), pod(n)).unwrap();
        } else {
            tree.insert(&path, pod(n)).unwrap();
        }
    }
    tree.insert("kustomization.yaml", list.clone()).unwrap();
    let build = |tree: &MemoryTree| {
        let tree: Arc<dyn FileTree> = Arc::new(tree.clone());
        render(Layer::new(tree, TreePath::root()), [])
    };
    let manifests = build(&tree).unwrap();
    let names: Vec<_> = manifests.iter().map(|it| it.name().to_owned()).collect();
    assert_eq!(names, (0..150).map(|n| format!("p{n}")).collect::<Vec<_>>());

    // The steps that find a mistake come in another order than the files that have one.
    let missing = list.replace("p71.yaml", "none.yaml");
    tree.insert("kustomization.yaml", missing).unwrap();
    for (path, content) in [
        ("p70.yaml", "kind: [".to_owned()),
        ("p69.yaml", "kind: Pod".to_owned()),
        ("p68.yaml", pod(67)),
    ] {
        tree.insert(path, content).unwrap();
        let location = build(&tree).unwrap_err().location().cloned().unwrap();
        assert_eq!(&*location.file, path);
    }
}
