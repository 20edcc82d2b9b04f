//! The tree of a small GitOps repository, against what the real tools print for it: sops decrypted
//! what is encrypted, then kustomize built.

use std::path::{Path, PathBuf};

use kustody::sops::Keyring;
use kustody::{Layer, Options, Renderer, render};

fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/gitops")
}

/// The directories of the tree that somebody would apply.
const BUILT: [&str; 5] = [
    "apps/overlays/dev",
    "apps/overlays/prod",
    "clusters/homelab",
    "infrastructure/overlays/dev",
    "infrastructure/overlays/prod",
];

/// With the key to what is encrypted.
pub(crate) fn options() -> Options {
    let keyring = Keyring::from_age_key_file(tree().join("demo-age-key.txt")).unwrap();
    let mut options = Options::default();
    options.decrypt = Some(keyring.into());
    options
}

#[track_caller]
fn expected(directory: &str) -> String {
    let name = directory.replace('/', "-") + ".yaml";
    std::fs::read_to_string(tree().join("expected").join(name)).unwrap()
}

#[test]
fn every_overlay_is_as_the_reference_prints_it() {
    let renderer = Renderer::new();
    for directory in BUILT {
        let layer = Layer::dir(tree().join(directory)).unwrap();
        match renderer.render(layer, [], &options()) {
            Ok(manifests) => assert_eq!(manifests.as_str(), expected(directory), "{directory}"),
            Err(error) => panic!("{directory}: {error}"),
        }
    }
}

#[test]
fn every_expected_file_is_tested() {
    let files = std::fs::read_dir(tree().join("expected")).unwrap();
    let name = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().file_name();
    let mut names: Vec<_> = files
        .map(|file| name(file).into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, BUILT.map(|built| built.replace('/', "-") + ".yaml"));
}

#[test]
fn one_renderer_serves_all_overlays() {
    let layers = BUILT.map(|directory| Layer::dir(tree().join(directory)).unwrap());
    let all = Renderer::new().render_all(layers, &options());
    for (manifests, directory) in all.into_iter().zip(BUILT) {
        assert_eq!(manifests.unwrap().as_str(), expected(directory));
    }
}

#[test]
fn inputs_are_the_files_that_count() {
    let layer = Layer::dir(tree().join("infrastructure/overlays/dev")).unwrap();
    let manifests = render(layer, []).unwrap();
    let inputs = manifests.inputs();
    let reads = |end: &str| inputs.iter().any(|input| input.ends_with(end));
    assert!(reads("base/monitoring/config/rules.yml"), "{inputs:?}");
    assert!(!reads("base/ingress/class.yaml"), "{inputs:?}");
    assert!(manifests.warnings().is_empty());
}

#[test]
fn snapshots_a_resource_each() {
    let layer = Layer::dir(tree().join("infrastructure/overlays/dev")).unwrap();
    let manifests = render(layer, []).unwrap();
    for (name, text) in manifests.files() {
        insta::assert_snapshot!(name, text);
    }
}
