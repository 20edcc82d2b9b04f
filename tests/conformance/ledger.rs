//! What is known beforehand: cases that fail for now, and the kinds of expected errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The table of cases that do not pass yet.
pub(crate) const FAILURES: &str = "known-failures.txt";

/// The two tables in `testdata/`: lines of `suite/case<TAB>text`, `#` begins a comment line.
pub(crate) struct Ledger {
    /// `known-failures.txt`: why a case does not pass yet.
    pub(crate) failures: Table,
    /// `error-kinds.tsv`: the `ErrorKind::code` that a case must fail with.
    pub(crate) kinds: Table,
}

/// A text for each `suite/case`.
pub(crate) struct Table(BTreeMap<String, String>);

impl Ledger {
    pub(crate) fn open(folder: &Path) -> Self {
        Self {
            failures: Table::read(&folder.join(FAILURES)),
            kinds: Table::read(&folder.join("error-kinds.tsv")),
        }
    }
}

impl Table {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut lines = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (case, what) = line
                .split_once('\t')
                .unwrap_or_else(|| panic!("{}: no tab in `{line}`", path.display()));
            let before = lines.insert(case.to_owned(), what.to_owned());
            assert!(before.is_none(), "{}: {case} twice", path.display());
        }
        Self(lines)
    }

    /// Writes the table anew, below its comment lines.
    pub(crate) fn write(&self, path: &Path) {
        let before = fs::read_to_string(path).unwrap();
        let comments = before.lines().filter(|line| line.starts_with('#'));
        let lines = self.0.iter().map(|(case, what)| format!("{case}\t{what}"));
        let lines: Vec<_> = comments.map(str::to_owned).chain(lines).collect();
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }

    pub(crate) fn insert(&mut self, suite: &str, case: &str, what: String) {
        self.0.insert(format!("{suite}/{case}"), what);
    }

    pub(crate) fn remove(&mut self, suite: &str, case: &str) {
        self.0.remove(&format!("{suite}/{case}"));
    }

    pub(crate) fn get(&self, suite: &str, case: &str) -> Option<&str> {
        self.0.get(&format!("{suite}/{case}")).map(String::as_str)
    }

    /// The cases of a suite.
    pub(crate) fn cases(&self, suite: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{suite}/");
        self.0
            .keys()
            .filter_map(move |name| name.strip_prefix(&prefix))
    }
}
