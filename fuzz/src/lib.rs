//! Small trees from the bytes of a fuzzer.

use std::sync::Arc;

use kustody::tree::TreePath;
use kustody::{Layer, Manifests, MemoryTree, Result, render};

/// Files by path.
pub type Files = Vec<(String, Vec<u8>)>;

/// The files of a text in which lines `==== path` begin them; what comes before the first is none.
pub fn files(bytes: &[u8]) -> Files {
    let mut files = Files::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = line.strip_prefix(b"==== ") {
            let path = String::from_utf8_lossy(path).trim().to_owned();
            files.push((path, Vec::new()));
        } else if let Some((_, content)) = files.last_mut() {
            content.extend_from_slice(line);
        }
    }
    files
}

/// Two texts with a line `====` between them.
pub fn halves(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    const SEPARATOR: &[u8] = b"\n====\n";
    let at = bytes
        .windows(SEPARATOR.len())
        .position(|window| window == SEPARATOR)?;
    let (first, second) = (&bytes[..=at], &bytes[at + SEPARATOR.len()..]);
    Some((first.to_vec(), second.to_vec()))
}

/// What a kustomization makes of a resource and a patch, `r.yaml` and `p.yaml`.
pub fn patch(kustomization: &'static str, resource: Vec<u8>, patch: Vec<u8>) -> Result<Manifests> {
    let files = [
        ("kustomization.yaml", kustomization.as_bytes().to_vec()),
        ("r.yaml", resource),
        ("p.yaml", patch),
    ];
    render(Layer::from_files(files)?, [])
}

/// A directory of a tree. A file that begins with `-> ` is a link.
pub fn tree(files: &Files, directory: &str) -> Result<Layer> {
    let mut tree = MemoryTree::new();
    for (path, content) in files {
        match content.strip_prefix(b"-> ") {
            Some(target) => tree.insert_link(path, String::from_utf8_lossy(target).trim())?,
            None => tree.insert(path, content.clone())?,
        }
    }
    Ok(Layer::new(Arc::new(tree), TreePath::new(directory)?))
}

/// Errors and warnings have places, and resources can be read as values.
pub fn check(rendered: Result<Manifests>) {
    match rendered {
        Err(error) => assert!(error.location().is_some(), "{error}"),
        Ok(manifests) => {
            for resource in &manifests {
                // Values in the words of the output, however the nodes came about.
                let _ = resource.deserialize::<serde_json::Value>();
            }
            for warning in manifests.warnings() {
                assert!(warning.location().is_some(), "{warning}");
            }
        }
    }
}
