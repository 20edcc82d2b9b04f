//! `kustomize/real`: public repositories whose manifests must be readable.
//!
//! `index.jsonl` says which directories the reference builds. A file that such a directory lists
//! as a resource, itself or through its bases, was read by the reference, so it is a case here.
//! All other YAML files are read as well and only counted: Helm templates and the like are no YAML.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kustody::yaml::Node;
use serde::Deserialize;

use super::suite::{Case, Expected, Suite};
use crate::model::{print_file, read_file};

const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

#[derive(Deserialize)]
struct Line {
    repo: String,
    dir: String,
    outcome: String,
}

/// One suite, if the folder is there.
pub(crate) fn suites(root: &Path) -> Vec<Suite> {
    let real = root.join("kustomize/real");
    let Ok(index) = fs::read_to_string(real.join("index.jsonl")) else {
        return Vec::new();
    };
    let mut found = Found::default();
    for line in index.lines() {
        let line: Line = serde_json::from_str(line).unwrap();
        if line.outcome == "ok" {
            let repo = real.join(line.repo.replace('/', "+"));
            found.visit(&fs::canonicalize(repo.join(line.dir)).unwrap());
        }
    }
    let base = fs::canonicalize(&real).unwrap();
    let notes = vec![count_others(&base, &found.files)];
    let cases = found.files.into_iter().map(|path| Case {
        name: path.strip_prefix(&base).unwrap().display().to_string(),
        expected: Expected::Success,
        run: Box::new(move || print_file(&path.to_string_lossy(), fs::read(&path).unwrap())),
    });
    vec![Suite {
        name: "kustomize/real".to_owned(),
        cases: cases.collect(),
        notes,
    }]
}

/// What the reference has certainly read.
#[derive(Default)]
struct Found {
    directories: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
}

impl Found {
    fn visit(&mut self, directory: &Path) {
        if !self.directories.insert(directory.to_owned()) {
            return;
        }
        let kustomization = KUSTOMIZATIONS.iter().map(|name| directory.join(name));
        let path = kustomization.into_iter().find(|path| path.is_file());
        let path = path.unwrap_or_else(|| panic!("no kustomization in {}", directory.display()));
        let documents = read_file(&path.to_string_lossy(), fs::read(&path).unwrap()).unwrap();
        for entry in documents.iter().flat_map(entries) {
            // What is no path here is a remote one, which no directory of the index has.
            let Ok(entry) = fs::canonicalize(directory.join(entry)) else {
                continue;
            };
            if entry.is_dir() {
                self.visit(&entry);
            } else {
                self.files.insert(entry);
            }
        }
    }
}

/// The files and directories whose resources a kustomization takes in.
fn entries(kustomization: &Node) -> impl Iterator<Item = &str> {
    let mapping = kustomization.as_mapping();
    ["resources", "bases", "components"]
        .into_iter()
        .filter_map(move |field| mapping?.get(field)?.as_sequence())
        .flatten()
        .filter_map(Node::text)
}

/// Reads every YAML file that is no case.
fn count_others(base: &Path, cases: &BTreeSet<PathBuf>) -> String {
    let (mut read, mut refused, mut folders) = (0, 0, vec![base.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() || cases.contains(&path) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                match read_file(&path.to_string_lossy(), fs::read(&path).unwrap()) {
                    Ok(_) => read += 1,
                    Err(_) => refused += 1,
                }
            }
        }
    }
    format!("other YAML files: {read} read, {refused} refused")
}
