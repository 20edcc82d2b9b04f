//! Cases, and the verdict on them.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kustody::Result;

use super::ledger::Ledger;

/// Cases of one file or folder.
pub(crate) struct Suite {
    /// The name in reports and tables, `yaml/read` for instance.
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
    /// Lines for the report beside the count.
    pub(crate) notes: Vec<String>,
}

/// One question with the reference's answer.
pub(crate) struct Case {
    /// Unique in its suite.
    pub(crate) name: String,
    pub(crate) expected: Expected,
    /// Asks the library.
    pub(crate) run: Box<dyn Fn() -> Result<Vec<u8>>>,
}

/// The reference's answer.
pub(crate) enum Expected {
    /// Exactly these bytes.
    Bytes(Vec<u8>),
    /// An error, of the kind in the ledger.
    Error,
    /// No error; the bytes are not recorded.
    Success,
}

/// The outcome of a suite.
pub(crate) struct Report {
    pub(crate) passed: usize,
    /// What makes the test fail, a paragraph each.
    pub(crate) complaints: Vec<String>,
}

impl Suite {
    pub(crate) fn run(&self, ledger: &Ledger) -> Report {
        let mut report = Report {
            passed: 0,
            complaints: self.stale_lines(ledger),
        };
        for case in &self.cases {
            let name = format!("{}/{}", self.name, case.name);
            let kind = ledger.kinds.get(&self.name, &case.name);
            let known = ledger.failures.get(&self.name, &case.name);
            match (case.verdict(kind), known) {
                (Ok(()), None) => report.passed += 1,
                (Ok(()), Some(_)) => {
                    report.passed += 1;
                    report
                        .complaints
                        .push(format!("{name}: passes; take it out of known-failures.txt"));
                }
                (Err(_), Some(_)) => {}
                (Err(why), None) => report.complaints.push(format!("{name}: {why}")),
            }
        }
        report
    }

    /// Lines of the tables that speak of no case, or give a kind to a case without an error.
    fn stale_lines(&self, ledger: &Ledger) -> Vec<String> {
        let mut names = BTreeSet::new();
        let mut failing = BTreeSet::new();
        for case in &self.cases {
            assert!(
                names.insert(case.name.as_str()),
                "{}/{} is there twice",
                self.name,
                case.name
            );
            if matches!(case.expected, Expected::Error) {
                failing.insert(case.name.as_str());
            }
        }
        let stale = |file, case| format!("{}/{case}: {file} speaks of no such case", self.name);
        let failures = ledger.failures.cases(&self.name);
        let kinds = ledger.kinds.cases(&self.name);
        failures
            .filter(|case| !names.contains(case))
            .map(|case| stale("known-failures.txt", case))
            .chain(
                kinds
                    .filter(|case| !failing.contains(case))
                    .map(|case| stale("error-kinds.tsv", case)),
            )
            .collect()
    }
}

impl Case {
    fn verdict(&self, kind: Option<&str>) -> std::result::Result<(), String> {
        let outcome = catch_unwind(AssertUnwindSafe(&self.run)).map_err(|_| "panicked")?;
        match (&self.expected, outcome) {
            (Expected::Bytes(expected), Ok(found)) if *expected == found => Ok(()),
            (Expected::Bytes(expected), Ok(found)) => Err(difference(expected, &found)),
            (Expected::Success, Ok(_)) => Ok(()),
            (Expected::Bytes(_) | Expected::Success, Err(error)) => Err(format!("{error:?}")),
            (Expected::Error, Ok(found)) => Err(format!(
                "no error, but\n{}",
                String::from_utf8_lossy(&found)
            )),
            (Expected::Error, Err(error)) => match kind {
                Some(kind) if kind == error.kind().code() => Ok(()),
                Some(kind) => Err(format!("an error, but not of the kind `{kind}`: {error:?}")),
                None => Err(format!("error-kinds.tsv gives no kind; it is {error:?}")),
            },
        }
    }
}

/// The first lines that differ.
fn difference(expected: &[u8], found: &[u8]) -> String {
    let expected = String::from_utf8_lossy(expected);
    let found = String::from_utf8_lossy(found);
    let mut lines = expected.split('\n').zip(found.split('\n'));
    let number = lines.by_ref().take_while(|(a, b)| a == b).count();
    let line = |text: &str| {
        text.split('\n')
            .nth(number)
            .unwrap_or("(no more lines)")
            .to_owned()
    };
    format!(
        "line {} differs\n  expected {:?}\n  found    {:?}",
        number + 1,
        line(&expected),
        line(&found)
    )
}
