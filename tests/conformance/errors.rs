//! The words of errors: what is said for every case that the reference refuses, as a snapshot, so
//! that a change of wording is seen and read.

use std::fmt::Write;
use std::path::Path;

use super::suite::Expected;
use super::{suites, testdata};

#[test]
fn of_the_project() {
    check("errors_of_testdata", &testdata());
}

#[test]
fn of_conformance() {
    match std::env::var_os("KUSTODY_CONFORMANCE") {
        Some(root) => check("errors_of_conformance", Path::new(&root)),
        None => println!("skipped: KUSTODY_CONFORMANCE names no folder of cases"),
    }
}

/// Compares all errors of a folder of cases with the snapshot of this name.
fn check(snapshot: &str, root: &Path) {
    let mut report = String::new();
    for suite in suites(root) {
        let refused = |expected: &Expected| matches!(expected, Expected::Error);
        for case in suite.cases.iter().filter(|case| refused(&case.expected)) {
            let Err(error) = (case.run)() else {
                continue; // The test of the cases complains.
            };
            let chain = format!("{error:#}").replace('\n', "\n  ");
            let code = error.kind().code();
            writeln!(report, "{}/{}\n  {code}: {chain}", suite.name, case.name).unwrap();
        }
    }
    // Only an error about the directory that was asked for names it as it was asked for.
    let report = report.replace(&*root.to_string_lossy(), "<ROOT>");
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    settings.bind(|| insta::assert_snapshot!(snapshot, report));
}
