//! One tree, many threads: the same bytes and warnings from all of them.

use std::sync::Arc;
use std::thread;

use kustody::tree::{DirTree, FileTree, MemoryTree, TreePath};
use kustody::{Layer, Options, Renderer};

use super::forest;
use super::reference::Folder;

const THREADS: usize = 8;
const RENDERS: usize = 100;

/// Seeds of trees; any will do.
const SEEDS: [u64; 6] = [3, 14, 15, 92, 65, 35];

#[test]
fn a_tree_is_the_same_in_every_thread() {
    for seed in SEEDS {
        let files = forest::tree(seed);
        let folder = Folder::new(&format!("threads-{seed}"));
        folder.fill(&files);
        let mut memory = MemoryTree::default();
        for (path, text) in &files {
            memory.insert(path, text.clone()).unwrap();
        }
        let trees: [Arc<dyn FileTree>; 2] = [
            Arc::new(memory),
            Arc::new(DirTree::open(folder.path()).unwrap()),
        ];
        let top = TreePath::new("top").unwrap();
        let layers = trees.map(|tree| Layer::new(tree, top.clone()));
        let expected = said(&Renderer::with_memory(0), &layers[0]);
        let remembering = Renderer::new();
        let check = |at: usize| {
            let fresh = Renderer::with_memory(0);
            let renderer = if at % 4 < 2 { &remembering } else { &fresh };
            assert_eq!(said(renderer, &layers[at % 2]), expected, "seed {seed}");
        };
        thread::scope(|scope| {
            for first in 0..THREADS {
                scope.spawn(move || (first..RENDERS).step_by(THREADS).for_each(check));
            }
        });
    }
}

/// The bytes and the warnings, or the error.
fn said(renderer: &Renderer, layer: &Layer) -> (String, Vec<String>) {
    match renderer.render(layer.clone(), [], &Options::default()) {
        Err(error) => (format!("{error:#}"), Vec::new()),
        Ok(manifests) => {
            let warnings = manifests.warnings().iter().map(ToString::to_string);
            (manifests.to_string(), warnings.collect())
        }
    }
}
