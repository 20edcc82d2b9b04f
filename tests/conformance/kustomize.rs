//! `kustomize/`: trees that the reference built, or refused.
//!
//! In `differential` (found in random trees), `krusty`, `plugins`, `probes` and, a level deeper,
//! `plugin`, a case is a folder: `files/` is the tree,
//! `case.json` says what to build and what came of it, `expected.yaml` holds the bytes. The builds
//! of `real/index.jsonl` are the suite `kustomize/builds`; of their output the SHA-256 is known.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use kustody::{Layer, LoadRestrictions, Manifests, Options, Order, Renderer, Result};
use serde::Deserialize;

use super::suite::{Case, Expected, Suite};

/// Where cases lie below `kustomize/`, and how many folders deep.
const FOLDERS: [(&str, usize); 5] = [
    ("differential", 1),
    ("krusty", 1),
    ("plugin", 2),
    ("plugins", 1),
    ("probes", 1),
];

#[derive(Deserialize)]
struct Description {
    target: String,
    order: String,
    load_restrictions: String,
    outcome: String,
}

#[derive(Deserialize)]
struct Build {
    repo: String,
    dir: String,
    load_restrictions: String,
    outcome: String,
    sha256: Option<String>,
}

/// A suite for each folder that is there, and one for the builds of `real`.
pub(crate) fn suites(root: &Path) -> Vec<Suite> {
    let root = root.join("kustomize");
    let mut suites = Vec::new();
    for (folder, depth) in FOLDERS {
        let base = root.join(folder);
        if base.is_dir() {
            let mut cases = Vec::new();
            collect(&base, String::new(), depth, &mut cases);
            suites.push(suite(folder, cases));
        }
    }
    if let Ok(index) = fs::read_to_string(root.join("real/index.jsonl")) {
        let real = root.join("real");
        suites.push(suite(
            "builds",
            index.lines().map(|line| build(&real, line)),
        ));
    }
    suites
}

fn suite(folder: &str, cases: impl IntoIterator<Item = Case>) -> Suite {
    Suite {
        name: format!("kustomize/{folder}"),
        cases: cases.into_iter().collect(),
        notes: Vec::new(),
    }
}

/// The cases `depth` folders below `folder`, sorted.
fn collect(folder: &Path, name: String, depth: usize, cases: &mut Vec<Case>) {
    if depth == 0 {
        cases.push(case(folder, name));
        return;
    }
    let mut below: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    below.sort();
    for path in below {
        let last = path.file_name().unwrap().to_string_lossy();
        let name = match name.is_empty() {
            true => last.into_owned(),
            false => format!("{name}/{last}"),
        };
        collect(&path, name, depth - 1, cases);
    }
}

fn case(folder: &Path, name: String) -> Case {
    let text = fs::read_to_string(folder.join("case.json")).unwrap();
    let description: Description = serde_json::from_str(&text).unwrap();
    let expected = match description.outcome.as_str() {
        "ok" => Expected::Bytes(fs::read(folder.join("expected.yaml")).unwrap()),
        _ => Expected::Error,
    };
    let directory = folder.join("files").join(&description.target);
    let options = options(&description.order, &description.load_restrictions);
    Case {
        name,
        expected,
        run: Box::new(move || render(&directory, &options)),
    }
}

fn build(real: &Path, line: &str) -> Case {
    let build: Build = serde_json::from_str(line).unwrap();
    let expected = match (build.outcome.as_str(), build.sha256) {
        ("ok", Some(digest)) => Expected::Sha256(digest),
        _ => Expected::Error,
    };
    let directory: PathBuf = real.join(build.repo.replace('/', "+")).join(&build.dir);
    // The index was made with the command line.
    let options = options("legacy", &build.load_restrictions);
    Case {
        name: format!("{}/{}", build.repo, build.dir),
        expected,
        run: Box::new(move || render(&directory, &options)),
    }
}

fn options(order: &str, load_restrictions: &str) -> Options {
    let mut options = Options::default();
    options.order = match order {
        "legacy" => Order::Legacy,
        "fifo" => Order::Fifo,
        other => panic!("there is no order `{other}`"),
    };
    options.load_restrictions = match load_restrictions {
        "root-only" => LoadRestrictions::RootOnly,
        "none" => LoadRestrictions::None,
        other => panic!("there is no load restriction `{other}`"),
    };
    options
}

/// One renderer for all cases, so that it remembers and forgets what it may.
static SHARED: LazyLock<Renderer> = LazyLock::new(|| Renderer::with_memory(8 << 20));

/// What a directory renders to, which it does however much is remembered.
fn render(directory: &Path, options: &Options) -> Result<Vec<u8>> {
    let render = |renderer: &Renderer| renderer.render(Layer::dir(directory)?, [], options);
    let alone = render(&Renderer::with_memory(0));
    for _ in 0..2 {
        let shared = render(&SHARED);
        assert_eq!(all_of(&shared), all_of(&alone), "{}", directory.display());
    }
    Ok(alone?.to_string().into_bytes())
}

/// Everything that a render says.
fn all_of(rendered: &Result<Manifests>) -> (String, Vec<String>, Vec<String>) {
    match rendered {
        Err(error) => (format!("{error:#}"), Vec::new(), Vec::new()),
        Ok(manifests) => (
            manifests.to_string(),
            manifests
                .warnings()
                .iter()
                .map(ToString::to_string)
                .collect(),
            manifests.inputs().to_vec(),
        ),
    }
}
