//! Random trees over all features: the library and the real tool say the same.
//!
//! `KUSTODY_KUBECTL` names the tool, `KUSTODY_TREES` says how many trees, `KUSTODY_SEED` the seed
//! of the first one; the next tree has the next seed. Where both refuse a tree, that is all that is
//! compared, and where the real tool crashes there is nothing to compare. What the library says it
//! does not support is counted apart.

mod dice;
mod fields;
mod forest;
mod patches;
mod plugins;
mod print;
mod reference;
mod resources;
mod schemas;
mod threads;
mod values;
mod words;

use std::collections::BTreeMap;
use std::fmt::Display;

use reference::{Folder, Refusal, ours, reference};

/// How many failures are printed with their trees.
const SHOWN: usize = 3;

#[test]
fn random_trees_are_built_as_by_the_reference() {
    let Ok(kubectl) = std::env::var("KUSTODY_KUBECTL") else {
        println!("differential: skipped, KUSTODY_KUBECTL names no kubectl");
        return;
    };
    let (first, count) = (number("KUSTODY_SEED", 1), number("KUSTODY_TREES", 40));
    let folder = Folder::new("differential");
    let (mut built, mut crashes, mut unsupported, mut failed) = (0, 0, 0, Vec::new());
    for seed in first..first + count {
        let files = forest::tree(seed);
        folder.fill(&files);
        let top = folder.path().join("top");
        let (theirs, ours) = (reference(&kubectl, &top), ours(&top));
        if theirs
            .as_ref()
            .is_err_and(|error| error.contains("goroutine 1 [running]"))
        {
            crashes += 1;
            continue;
        }
        if same(&theirs, &ours) {
            built += usize::from(ours.is_ok());
            continue;
        }
        if ours.as_ref().is_err_and(Refusal::is_unsupported) {
            unsupported += 1;
            continue;
        }
        failed.push(seed);
        if failed.len() <= SHOWN {
            println!("{}", report(seed, &files, &theirs, &ours));
        }
    }
    println!(
        "differential: {count} trees from seed {first}, {built} built, {crashes} crash the \
         reference, {unsupported} are not supported, {} differ",
        failed.len()
    );
    assert!(
        failed.is_empty(),
        "the trees of the seeds {failed:?} differ"
    );
}

fn number(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => default,
    }
}

fn same(theirs: &Result<String, String>, ours: &Result<String, Refusal>) -> bool {
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => theirs == ours,
        (theirs, ours) => theirs.is_err() && ours.is_err(),
    }
}

fn report(
    seed: u64,
    files: &BTreeMap<String, Vec<u8>>,
    theirs: &Result<String, String>,
    ours: &Result<String, Refusal>,
) -> String {
    let files = files
        .iter()
        .map(|(path, text)| format!("--- {path}\n{}", String::from_utf8_lossy(text)));
    let files: Vec<_> = files.collect();
    format!(
        "seed {seed}\n{}\n=== the reference\n{}\n=== ours\n{}\n",
        files.join("\n"),
        outcome(theirs),
        outcome(ours)
    )
}

fn outcome(outcome: &Result<String, impl Display>) -> String {
    match outcome {
        Ok(text) => text.clone(),
        Err(error) => format!("error: {error}"),
    }
}
