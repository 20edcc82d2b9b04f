//! Cases, and the verdict on them.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kustody::ErrorKind;
use sha2::{Digest, Sha256};

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
    pub(crate) run: Box<dyn Fn() -> kustody::Result<Vec<u8>> + Send + Sync>,
}

/// The reference's answer.
pub(crate) enum Expected {
    /// Exactly these bytes.
    Bytes(Vec<u8>),
    /// The bytes of this digest.
    Sha256(String),
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

/// Why a case does not pass.
struct Failure {
    why: String,
    /// The field that the crate does not carry out, in the words of the error.
    unsupported: Option<String>,
}

impl Suite {
    /// Runs all cases. To bless is to enter in the ledger what fails as unsupported, and to strike
    /// out what passes.
    pub(crate) fn run(&self, ledger: &mut Ledger, bless: bool) -> Report {
        let verdicts = self.verdicts(ledger);
        if bless {
            for (case, verdict) in self.cases.iter().zip(&verdicts) {
                match verdict {
                    Ok(()) => ledger.failures.remove(&self.name, &case.name),
                    Err(Failure {
                        unsupported: Some(what),
                        ..
                    }) => ledger.failures.insert(&self.name, &case.name, what.clone()),
                    Err(_) => {}
                }
            }
        }
        let mut report = Report {
            passed: 0,
            complaints: self.stale_lines(ledger),
        };
        for (case, verdict) in self.cases.iter().zip(verdicts) {
            let name = format!("{}/{}", self.name, case.name);
            let known = ledger.failures.get(&self.name, &case.name);
            match (verdict, known) {
                (Ok(()), None) => report.passed += 1,
                (Ok(()), Some(_)) => {
                    report.passed += 1;
                    report
                        .complaints
                        .push(format!("{name}: passes; take it out of known-failures.txt"));
                }
                (Err(_), Some(_)) => {}
                (Err(failure), None) => report.complaints.push(format!("{name}: {}", failure.why)),
            }
        }
        report
    }

    /// The verdict on each case, found in as many threads as there are processors.
    fn verdicts(&self, ledger: &Ledger) -> Vec<Result<(), Failure>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let size = self.cases.len().div_ceil(threads).max(1);
        let judge = |case: &Case| case.verdict(ledger.kinds.get(&self.name, &case.name));
        std::thread::scope(|scope| {
            let chunks = self.cases.chunks(size);
            let threads: Vec<_> = chunks
                .map(|cases| scope.spawn(move || cases.iter().map(judge).collect::<Vec<_>>()))
                .collect();
            let verdicts = threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap());
            verdicts.collect()
        })
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
    fn verdict(&self, kind: Option<&str>) -> Result<(), Failure> {
        let outcome = catch_unwind(AssertUnwindSafe(&self.run));
        let outcome = outcome.map_err(|_| Failure {
            why: "panicked".to_owned(),
            unsupported: None,
        })?;
        let unsupported = match &outcome {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                Some(error.message().to_owned())
            }
            _ => None,
        };
        let why = match (&self.expected, outcome) {
            (_, Err(_)) if unsupported.is_some() => unsupported.clone().unwrap(),
            (Expected::Bytes(expected), Ok(found)) if *expected == found => return Ok(()),
            (Expected::Bytes(expected), Ok(found)) => difference(expected, &found),
            (Expected::Sha256(expected), Ok(found)) if *expected == sha256(&found) => return Ok(()),
            (Expected::Sha256(_), Ok(_)) => "the bytes differ from the recorded digest".to_owned(),
            (Expected::Success, Ok(_)) => return Ok(()),
            (Expected::Error, Ok(found)) => {
                format!("no error, but\n{}", String::from_utf8_lossy(&found))
            }
            (Expected::Error, Err(error)) => match kind {
                Some(kind) if kind == error.kind().code() => return Ok(()),
                Some(kind) => format!("an error, but not of the kind `{kind}`: {error:?}"),
                None => format!("error-kinds.tsv gives no kind; it is {error:?}"),
            },
            (_, Err(error)) => format!("{error:?}"),
        };
        Err(Failure { why, unsupported })
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
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
