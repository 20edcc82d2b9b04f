//! What a renderer remembers, and that nobody can tell from what it renders.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kustody::tree::{FileTree, Kind, MemoryTree, TreePath};
use kustody::{Content, ErrorKind, Layer, Manifests, Options, Renderer, Result};

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";

/// A tree that changes, and counts what is read of it.
#[derive(Default)]
struct Counting {
    tree: Mutex<MemoryTree>,
    reads: Mutex<BTreeMap<String, usize>>,
    has_digests: bool,
}

impl Counting {
    fn new(files: &[(&str, &str)]) -> Self {
        let counting = Self::default();
        files
            .iter()
            .for_each(|(path, text)| counting.insert(path, text));
        counting
    }

    fn insert(&self, path: &str, text: &str) {
        let mut tree = self.tree.lock().unwrap();
        tree.insert(path, text.as_bytes().to_vec()).unwrap();
    }

    fn insert_link(&self, path: &str, target: &str) {
        self.tree.lock().unwrap().insert_link(path, target).unwrap();
    }

    fn tree(&self) -> MemoryTree {
        self.tree.lock().unwrap().clone()
    }

    /// How often files below a directory were read since it was asked last.
    fn reads(&self, directory: &str) -> usize {
        let reads = std::mem::take(&mut *self.reads.lock().unwrap());
        let below = reads.iter().filter(|(path, _)| path.starts_with(directory));
        below.map(|(_, reads)| reads).sum()
    }
}

impl FileTree for Counting {
    fn kind(&self, path: &TreePath) -> Result<Option<Kind>> {
        self.tree().kind(path)
    }

    fn read(&self, path: &TreePath, limit: usize) -> Result<Content> {
        let mut reads = self.reads.lock().unwrap();
        *reads.entry(path.to_string()).or_default() += 1;
        self.tree().read(path, limit)
    }

    fn list(&self, dir: &TreePath) -> Result<Vec<(String, Kind)>> {
        self.tree().list(dir)
    }

    fn link(&self, path: &TreePath) -> Result<String> {
        self.tree().link(path)
    }

    fn digest(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        let content = self.tree().read(path, usize::MAX).ok()?;
        self.has_digests.then(|| content.as_bytes().into())
    }
}

fn layer<T: FileTree + 'static>(tree: &Arc<T>, directory: &str) -> Layer {
    let tree: Arc<dyn FileTree> = tree.clone();
    Layer::new(tree, TreePath::new(directory).unwrap())
}

/// A base of two files under many overlays.
fn overlays(count: usize) -> Counting {
    let tree = Counting::new(&[
        (
            "base/kustomization.yaml",
            "resources: [web.yaml, deep]\nnamePrefix: '12'\n",
        ),
        ("base/web.yaml", SERVICE),
        (
            "base/deep/kustomization.yaml",
            "bases: [../../shared]\nimages: [{name: none, newTag: b}]\n",
        ),
        ("shared/kustomization.yaml", "resources: [app.yaml]\n"),
        (
            "shared/app.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: e4}\n",
        ),
    ]);
    for at in 0..count {
        let text = format!("resources: [../base]\nnameSuffix: -x{at}\nnamespace: n{at}\n");
        tree.insert(&format!("o{at}/kustomization.yaml"), &text);
    }
    tree
}

fn render(renderer: &Renderer, layer: Layer) -> Result<Manifests> {
    renderer.render(layer, [], &Options::default())
}

/// All that a render says, places of values included.
fn all_of(rendered: Result<Manifests>) -> String {
    let manifests = match rendered {
        Err(error) => return format!("{error:#}"),
        Ok(manifests) => manifests,
    };
    let mut all = manifests.to_string();
    for warning in manifests.warnings() {
        all.push_str(&format!("{warning}\n"));
    }
    all.push_str(&manifests.inputs().join(" "));
    for resource in &manifests {
        for pointer in ["/kind", "/metadata/name", "/metadata/namespace"] {
            let place = resource
                .get(pointer)
                .and_then(|node| manifests.locate(node));
            all.push_str(&format!("\n{place:?}"));
        }
    }
    all
}

/// Renders with a renderer and without, and compares everything.
#[track_caller]
fn check(renderer: &Renderer, layer: Layer) -> String {
    let alone = all_of(render(&Renderer::with_memory(0), layer.clone()));
    assert_eq!(all_of(render(renderer, layer)), alone);
    alone
}

#[test]
fn a_base_is_read_once_in_a_call() {
    let tree = Arc::new(overlays(20));
    let layers: Vec<_> = (0..20).map(|at| layer(&tree, &format!("o{at}"))).collect();
    let renderer = Renderer::new();
    let all = renderer.render_all(layers.clone(), &Options::default());
    assert_eq!(tree.reads("/base") + tree.reads("/shared"), 3);
    for (shared, layer) in all.into_iter().zip(layers.clone()) {
        let alone = all_of(render(&Renderer::with_memory(0), layer));
        assert!(alone.contains("warning") || alone.contains("`bases` is deprecated"));
        assert_eq!(all_of(shared), alone);
    }
    tree.reads("/");
    // In another call every file is looked at once more, and that is all.
    renderer.render_all(layers, &Options::default());
    assert_eq!(tree.reads("/"), 5 + 20);
}

#[test]
fn a_file_whose_digest_is_known_is_not_read() {
    let tree = Arc::new(Counting {
        has_digests: true,
        ..overlays(2)
    });
    let renderer = Renderer::new();
    check(&renderer, layer(&tree, "o0"));
    tree.reads("/");
    check_reads(&renderer, &tree, "o1", 0);
    tree.insert("base/web.yaml", &SERVICE.replace("web", "other"));
    check_reads(&renderer, &tree, "o1", 2);
    check_reads(&renderer, &tree, "o0", 0);
}

/// Renders, and compares how much was read below `/base`.
#[track_caller]
fn check_reads(renderer: &Renderer, tree: &Arc<Counting>, directory: &str, reads: usize) {
    let shared = all_of(render(renderer, layer(tree, directory)));
    let found = tree.reads("/base");
    let alone = all_of(render(&Renderer::with_memory(0), layer(tree, directory)));
    tree.reads("/");
    assert_eq!((shared, found), (alone, reads));
}

#[test]
fn what_changed_is_built_anew() {
    let tree = Arc::new(overlays(2));
    let renderer = Renderer::new();
    let mut seen = vec![check(&renderer, layer(&tree, "o0"))];
    let mut changed = |what: &str| {
        let now = check(&renderer, layer(&tree, "o0"));
        assert!(!seen.contains(&now), "{what} changed nothing");
        seen.push(now);
    };
    tree.insert("shared/app.yaml", &SERVICE.replace("web", "app"));
    changed("a file of a base of a base");
    tree.insert("base/kustomization.yaml", "resources: [web.yaml]\n");
    changed("a kustomization");
    tree.insert("base/kustomization.yml", "resources: [web.yaml]\n");
    changed("a second kustomization");
    let tree = Arc::new(overlays(2));
    let mut changed = |what: &str| {
        let now = check(&renderer, layer(&tree, "o0"));
        assert!(!seen.contains(&now), "{what} changed nothing");
        seen.push(now);
    };
    tree.insert("base/one.yaml", &SERVICE.replace("web", "one"));
    tree.insert_link("base/web.yaml", "one.yaml");
    changed("a link");
    tree.insert("base/two.yaml", &SERVICE.replace("web", "two"));
    tree.insert_link("base/web.yaml", "two.yaml");
    changed("the target of a link");
    tree.insert("base/web.yaml", "kind: Pod\n");
    changed("an error");
    tree.insert("base/web.yaml", &SERVICE.replace("web", "three"));
    changed("its mending");
    renderer.clear();
    check(&renderer, layer(&tree, "o0"));
}

#[test]
fn equal_paths_and_bytes_of_two_trees_are_two() {
    let renderer = Renderer::new();
    for name in ["a", "b", "a"] {
        let tree = Arc::new(overlays(1));
        tree.insert("shared/app.yaml", &SERVICE.replace("web", name));
        check(&renderer, layer(&tree, "o0"));
    }
}

#[test]
fn a_base_that_contains_what_lists_it_is_a_cycle_however_well_it_is_known() {
    let tree = Arc::new(Counting::new(&[
        ("other/kustomization.yaml", "resources: [../base]\n"),
        ("base/kustomization.yaml", "resources: [../x]\n"),
        ("x/kustomization.yaml", "resources: [web.yaml]\n"),
        ("x/web.yaml", SERVICE),
        ("x/o/kustomization.yaml", "resources: [../../base]\n"),
    ]));
    let renderer = Renderer::new();
    assert!(render(&renderer, layer(&tree, "other")).is_ok());
    let error = render(&renderer, layer(&tree, "x/o")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cycle);
    check(&renderer, layer(&tree, "x/o"));
}

#[test]
fn layers_between_are_built_as_they_are_asked_for() {
    let tree = Arc::new(Counting::new(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", SERVICE),
        ("middle/kustomization.yaml", "namePrefix: middle-\n"),
        ("between/kustomization.yaml", "resources: [../middle]\n"),
        (
            "top/kustomization.yaml",
            "resources: [../between]\nnameSuffix: -top\n",
        ),
    ]));
    let renderer = Renderer::new();
    let stack = |renderer: &Renderer, directories: &[&str]| {
        let layers = directories.iter().map(|directory| layer(&tree, directory));
        let base = layers.clone().next().unwrap();
        all_of(renderer.render(base, layers.skip(1), &Options::default()))
    };
    for directories in [
        &["top"][..],
        &["base", "middle", "top"],
        &["between", "top"],
        &["base", "middle"],
        &["base", "middle", "top"],
        &["middle", "top"],
    ] {
        let alone = stack(&Renderer::with_memory(0), directories);
        assert_eq!(stack(&renderer, directories), alone, "{directories:?}");
    }
}

#[test]
fn settings_count() {
    let tree = Arc::new(Counting::new(&[
        ("o/kustomization.yaml", "resources: [../base]\n"),
        ("base/kustomization.yaml", "resources: [../web.yaml]\n"),
        ("web.yaml", SERVICE),
    ]));
    let renderer = Renderer::new();
    let mut free = Options::default();
    free.load_restrictions = kustody::LoadRestrictions::None;
    assert!(renderer.render(layer(&tree, "o"), [], &free).is_ok());
    let error = render(&renderer, layer(&tree, "o")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Restricted);
    free.limits.resources = 0;
    let error = renderer.render(layer(&tree, "o"), [], &free).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn a_small_memory_gives_the_same() {
    for bytes in [1, 1_000, 4_000, 10_000] {
        let renderer = Renderer::with_memory(bytes);
        let tree = Arc::new(overlays(4));
        for at in [0, 1, 0, 2, 3, 1] {
            check(&renderer, layer(&tree, &format!("o{at}")));
        }
    }
}

#[test]
fn a_component_is_no_base_even_where_it_was_the_first_layer() {
    let tree = Arc::new(Counting::new(&[
        (
            "c/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: a\n",
        ),
        ("over/kustomization.yaml", "namespace: b\n"),
        ("lists/kustomization.yaml", "resources: [../c]\n"),
    ]));
    let renderer = Renderer::new();
    let over = renderer.render(
        layer(&tree, "c"),
        [layer(&tree, "over")],
        &Options::default(),
    );
    assert!(over.is_ok());
    let error = render(&renderer, layer(&tree, "lists")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotABase);
}

#[test]
fn each_overlay_of_a_broken_base_has_its_own_error() {
    let tree = Arc::new(overlays(3));
    tree.insert("shared/app.yaml", "kind: Pod\n");
    tree.insert("o1/kustomization.yaml", "configMapGenerator: [{name: c}]\n");
    let layers = (0..3).map(|at| layer(&tree, &format!("o{at}")));
    let all = Renderer::new().render_all(layers, &Options::default());
    assert!(all[1].is_ok());
    for at in [0, 2] {
        let chain = all[at].as_ref().unwrap_err().chain();
        assert_eq!(chain.len(), 4);
        assert_eq!(
            chain[0].to_string(),
            format!("o{at}/kustomization.yaml:1:13")
        );
    }
}

/// Each directory lists two that list the same next one: 2²⁰ ways, 60 directories.
fn lattice(levels: usize) -> Counting {
    let tree = Counting::new(&[(
        &format!("a{levels}/kustomization.yaml"),
        "resources: [x.yaml]\n",
    )]);
    tree.insert(&format!("a{levels}/x.yaml"), "");
    for level in 0..levels {
        let list = |path: String, text: String| tree.insert(&path, &text);
        let next = level + 1;
        list(
            format!("a{level}/kustomization.yaml"),
            format!("resources: [../b{level}, ../c{level}]\n"),
        );
        for side in ["b", "c"] {
            list(
                format!("{side}{level}/kustomization.yaml"),
                format!("resources: [../a{next}]\n"),
            );
        }
    }
    tree
}

#[test]
fn what_is_listed_again_and_again_is_built_once() {
    let tree = Arc::new(lattice(20));
    let renderer = Renderer::new();
    for _ in 0..2 {
        let manifests = render(&renderer, layer(&tree, "a0")).unwrap();
        assert_eq!(manifests.inputs().len(), 62);
    }
    let error = render(&Renderer::with_memory(0), layer(&tree, "a0")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(error.message().contains("`kustomizations`"));
    // Few enough without a memory, too.
    check(&renderer, layer(&tree, "a12"));
}

#[test]
fn comments_of_what_is_known_count() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: # {\"$mine\": \"x\"}\n  - {name: a}\n";
    let tree = Arc::new(Counting::new(&[
        ("base/kustomization.yaml", "resources: [deep]\n"),
        ("base/deep/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/deep/pod.yaml", pod),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches: [{path: p.yaml}]\n",
        ),
        (
            "prod/p.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: b}]}\n",
        ),
    ]));
    let renderer = Renderer::new();
    for directory in ["base", "prod", "prod", "base/deep"] {
        let said = check(&renderer, layer(&tree, directory));
        assert_eq!(said.contains("- name: a\n"), directory != "prod", "{said}");
    }
}
