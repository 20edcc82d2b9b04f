//! Random trees over all features: the library and the real tool say the same.
//!
//! `KUSTODY_KUBECTL` names the tool, `KUSTODY_TREES` says how many trees, `KUSTODY_SEED` the seed
//! of the first one; the next tree has the next seed. Where both refuse a tree, that is all that is
//! compared, and where the real tool crashes there is nothing to compare.

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

use reference::{Folder, ours, reference};

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
    let (mut built, mut crashes, mut failed) = (0, 0, Vec::new());
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
        failed.push(seed);
        if failed.len() <= SHOWN {
            println!("{}", report(seed, &files, &theirs, &ours));
        }
    }
    println!(
        "differential: {count} trees from seed {first}, {built} built, {crashes} crash the \
         reference, {} differ",
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

fn same(theirs: &Result<String, String>, ours: &Result<String, String>) -> bool {
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => theirs == ours,
        (theirs, ours) => theirs.is_err() && ours.is_err(),
    }
}

fn report(
    seed: u64,
    files: &BTreeMap<String, Vec<u8>>,
    theirs: &Result<String, String>,
    ours: &Result<String, String>,
) -> String {
    let files = files
        .iter()
        .map(|(path, text)| format!("--- {path}\n{}", String::from_utf8_lossy(text)));
    let files: Vec<_> = files.collect();
    let outcome = |outcome: &Result<String, String>| match outcome {
        Ok(text) => text.clone(),
        Err(error) => format!("error: {error}"),
    };
    format!(
        "seed {seed}\n{}\n=== the reference\n{}\n=== ours\n{}\n",
        files.join("\n"),
        outcome(theirs),
        outcome(ours)
    )
}
