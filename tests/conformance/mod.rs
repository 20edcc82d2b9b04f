//! Runs recorded cases and compares the bytes with what the reference tools gave.
//!
//! Two folders of the same layout are searched: the project's own `testdata/`, and the one named
//! by the environment variable `KUSTODY_CONFORMANCE`. A format of cases is a file in this folder
//! with a function that turns a root into [`Suite`]s; to add one, write it and name it in
//! [`FORMATS`]. What is expected to fail, and how, stands in two tables (see [`ledger`]).
//!
//! With `KUSTODY_BLESS=1` the cases that fail only because of a field that the crate does not carry
//! out yet are written to `known-failures.txt`, those that pass are taken out of it, and nothing
//! else is forgiven.

mod errors;
mod kustomize;
mod ledger;
mod real;
#[cfg(feature = "sops")]
pub(crate) mod sops;
mod suite;
mod yaml;

use std::path::{Path, PathBuf};

use ledger::{FAILURES, Ledger};
use suite::Suite;

/// Every format of cases: what it finds below a root.
const FORMATS: &[fn(&Path) -> Vec<Suite>] = &[
    yaml::suites,
    real::suites,
    kustomize::suites,
    #[cfg(feature = "sops")]
    sops::suites,
];

#[test]
fn cases() {
    run(&testdata());
    // The tables are shared, so one test blesses them: two at once would undo each other.
    match std::env::var_os("KUSTODY_CONFORMANCE") {
        Some(root) => run(Path::new(&root)),
        None => println!("skipped: KUSTODY_CONFORMANCE names no folder of cases"),
    }
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn suites(root: &Path) -> Vec<Suite> {
    FORMATS.iter().flat_map(|find| find(root)).collect()
}

fn run(root: &Path) {
    let suites = suites(root);
    assert!(!suites.is_empty(), "no cases below {}", root.display());
    let mut ledger = Ledger::open(&testdata());
    let bless = std::env::var_os("KUSTODY_BLESS").is_some();
    let mut complaints = Vec::new();
    for suite in &suites {
        let report = suite.run(&mut ledger, bless);
        println!("{}: {} of {}", suite.name, report.passed, suite.cases.len());
        for note in &suite.notes {
            println!("  {note}");
        }
        complaints.extend(report.complaints);
    }
    if bless {
        ledger.failures.write(&testdata().join(FAILURES));
    }
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
