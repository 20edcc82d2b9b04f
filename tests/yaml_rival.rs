//! The reader against libyaml's (in `serde_yaml`), of which go-yaml v3 is a descendant.
//!
//! Both read made-up documents in every style and the real manifests below
//! `KUSTODY_CONFORMANCE`; [`DIFFERENCES`] shows where they part, and why.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use kustody::yaml::{Entry, Node, Tag};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Deserialize;
use serde_yaml::Value;

use crate::model::{Model, print_file, read_file};
use crate::yaml_laws::resource;

/// A text, what kustody prints for it (`None` is an error), what `serde_yaml` understands as JSON.
type Difference = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

const DIFFERENCES: &[Difference] = &[
    (
        "a quote may be escaped in double quotes",
        r#"a: "\'""#,
        Some("a: ''''\n"),
        None,
    ),
    ("a slash may not", r#"a: "\/""#, None, Some(r#"{"a":"/"}"#)),
    (
        "a question mark at the start of a flow item is an indicator that needs a space behind it",
        "a: [b?c, ?d]",
        None,
        Some(r#"{"a":["b?c",{"d":null}]}"#),
    ),
    (
        "only version 1.1 may be declared",
        "%YAML 1.2\n---\na: b",
        None,
        Some(r#"{"a":"b"}"#),
    ),
    (
        "a file is split at `---` lines before it is parsed, and nothing may follow the dashes",
        "a: 1\n--- {b: 2}\n",
        None,
        Some(r#"{"a":1} {"b":2}"#),
    ),
    (
        "each part is one document: what follows `...` is not looked at",
        "a: b\n...\nc: [",
        Some("a: b\n"),
        None,
    ),
    (
        "a part that is null is no document",
        "a: b\n---\n---\n~",
        Some("a: b\n"),
        Some(r#"{"a":"b"} null null"#),
    ),
    (
        "a leading zero makes an octal number",
        "a: 0777",
        Some("a: 511\n"),
        Some(r#"{"a":"0777"}"#),
    ),
    (
        "numbers may hold underscores",
        "a: 1_000",
        Some("a: 1000\n"),
        Some(r#"{"a":"1_000"}"#),
    ),
    (
        "prefixes of numbers may be capitals",
        "a: 0B11",
        Some("a: 3\n"),
        Some(r#"{"a":"0B11"}"#),
    ),
    (
        "a number that is too large for 64 bits is a float",
        "a: 18446744073709551616",
        Some("a: 1.8446744073709552e+19\n"),
        None,
    ),
    (
        "dates are times",
        "a: 2001-01-01",
        Some("a: \"2001-01-01T00:00:00Z\"\n"),
        Some(r#"{"a":"2001-01-01"}"#),
    ),
    (
        "binary data are decoded",
        "a: !!binary aGk=",
        Some("a: hi\n"),
        Some(r#"{"a":"aGk="}"#),
    ),
    (
        "an empty text is null too",
        "a: !!null ''",
        Some("a: null\n"),
        None,
    ),
    (
        "a missing value inside braces becomes an empty text when it is printed",
        "a: {b: , c}",
        Some("a:\n  b: \"\"\n  c: \"\"\n"),
        Some(r#"{"a":{"b":null,"c":null}}"#),
    ),
    (
        "keys are texts: other types cannot be printed",
        "a: {1: b}",
        None,
        Some(r#"{"a":{"1":"b"}}"#),
    ),
];

#[test]
fn known_differences_are_all_true() {
    for (why, text, ours, theirs) in DIFFERENCES {
        let printed = print_file("a.yaml", (*text).into()).ok();
        let printed = printed.map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(printed.as_deref(), *ours, "{why}: {text:?}");
        let json = their_documents(text).ok().map(|documents| {
            let documents = documents.iter().map(|d| serde_json::to_string(d).unwrap());
            documents.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(json.as_deref(), *theirs, "{why}: {text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn both_read_what_is_written_in_any_style(value in resource(), choices in vec(any::<u8>(), 1..60)) {
        let text = Stylist::new(choices).document(&value);
        let ours = read_file("styled.yaml", text.clone().into());
        let ours = ours.map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(ours.iter().map(Model::of).collect::<Vec<_>>(), [value], "{}", text);
        let theirs = their_documents(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(theirs.len(), 1);
        same(&ours[0], &theirs[0], "").map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
    }
}

#[test]
fn both_read_real_manifests_alike() {
    let Some(root) = std::env::var_os("KUSTODY_CONFORMANCE") else {
        println!("skipped: KUSTODY_CONFORMANCE names no folder of cases");
        return;
    };
    let (mut both, mut neither, mut complaints) = (0, 0, Vec::new());
    for path in yaml_files(&Path::new(&root).join("kustomize/real")) {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(text) = String::from_utf8(bytes.clone()) else {
            continue;
        };
        let ours = read_file("real.yaml", bytes);
        match (ours, their_documents(&text)) {
            (Ok(ours), Ok(theirs)) => {
                both += 1;
                if let Err(why) = same_documents(&ours, &theirs) {
                    complaints.push(format!("{}: {why}", path.display()));
                }
            }
            (Err(_), Err(_)) => neither += 1,
            (Ok(_), Err(error)) => {
                complaints.push(format!("{}: only ours: {error}", path.display()))
            }
            (Err(error), Ok(_)) => {
                complaints.push(format!("{}: only theirs: {error}", path.display()))
            }
        }
    }
    println!("real manifests: both read {both} alike, neither {neither}");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn yaml_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn their_documents(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    let mut documents = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let mut document = Value::deserialize(document)?;
        document.apply_merge()?;
        documents.push(document);
    }
    Ok(documents)
}

fn same_documents(ours: &[Node], theirs: &[Value]) -> Result<(), String> {
    let theirs: Vec<&Value> = theirs.iter().filter(|value| !value.is_null()).collect();
    if ours.len() != theirs.len() {
        return Err(format!("{} documents, not {}", ours.len(), theirs.len()));
    }
    ours.iter()
        .zip(theirs)
        .try_for_each(|(ours, theirs)| same(ours, theirs, ""))
}

/// Whether both have understood the same, up to how numbers and dates are told from texts.
fn same(ours: &Node, theirs: &Value, path: &str) -> Result<(), String> {
    let fits = match theirs {
        Value::Tagged(tagged) => return same(ours, &tagged.value, path),
        Value::Null => ours.is_null(),
        Value::Bool(value) => Model::of(ours) == Model::Bool(*value),
        Value::Number(number) => {
            let whole = number.as_i64().map(i128::from);
            let whole = whole.or_else(|| number.as_u64().map(i128::from));
            let whole = whole.map(Model::Int);
            let model = whole.or_else(|| number.as_f64().map(Model::float));
            Some(Model::of(ours)) == model
        }
        Value::String(text) => {
            let bool_or_null = |tag| matches!(tag, Tag::Bool | Tag::Null);
            ours.as_scalar()
                .is_some_and(|scalar| scalar.text() == text.as_str() && !bool_or_null(scalar.tag()))
        }
        Value::Sequence(theirs) => {
            let items = ours.as_sequence().map_or(&[][..], |list| list.items());
            if items.len() != theirs.len() {
                return Err(format!("{path}: lists of different lengths"));
            }
            for (at, (ours, theirs)) in items.iter().zip(theirs).enumerate() {
                same(ours, theirs, &format!("{path}/{at}"))?;
            }
            ours.as_sequence().is_some()
        }
        Value::Mapping(theirs) => {
            let entries = ours.as_mapping().map_or(&[][..], |map| map.entries());
            if entries.len() != theirs.len() {
                return Err(format!("{path}: mappings of different sizes"));
            }
            for (key, theirs) in theirs {
                let found = entries
                    .iter()
                    .find(|Entry { key: ours, .. }| same(ours, key, "").is_ok());
                let found = found.ok_or_else(|| format!("{path}: {key:?} is only theirs"))?;
                same(
                    &found.value,
                    theirs,
                    &format!("{path}/{}", found.key.text().unwrap_or("?")),
                )?;
            }
            ours.as_mapping().is_some()
        }
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{path}: ours is {ours:?}, theirs {theirs:?}"))
    }
}

/// Writes values in whatever style a list of choices says.
struct Stylist {
    choices: std::iter::Cycle<std::vec::IntoIter<u8>>,
    anchors: HashMap<String, usize>,
    out: String,
}

impl Stylist {
    fn new(choices: Vec<u8>) -> Self {
        Self {
            choices: choices.into_iter().cycle(),
            anchors: HashMap::new(),
            out: String::new(),
        }
    }

    fn document(mut self, value: &Model) -> String {
        self.block(value, 0);
        self.out
    }

    fn one_in(&mut self, n: u8) -> bool {
        self.choices.next().unwrap().is_multiple_of(n)
    }

    /// Behind a `-`, a `:` or at the start, with everything below at `indent` or deeper.
    fn block(&mut self, value: &Model, indent: usize) {
        let empty = match value {
            Model::List(items) => items.is_empty(),
            Model::Map(entries) => entries.is_empty(),
            Model::String(text) if can_be_literal(text) && self.one_in(2) => {
                return self.literal(text, indent);
            }
            _ => true,
        };
        if empty || self.one_in(4) {
            self.out.push(' ');
            self.flow(value);
            self.comment();
            self.out.push('\n');
            return;
        }
        if self.alias(value) {
            self.out.push('\n');
            return;
        }
        self.comment();
        self.out.push('\n');
        let pad = " ".repeat(indent);
        match value {
            Model::List(items) => {
                for item in items {
                    self.out.push_str(&pad);
                    self.out.push('-');
                    self.block(item, indent + 2);
                }
            }
            Model::Map(entries) => {
                for (key, value) in entries {
                    let explicit = self.one_in(8) || key.len() > 100;
                    self.out.push_str(&pad);
                    self.out.push_str(if explicit { "? " } else { "" });
                    self.quoted(key);
                    if explicit {
                        self.out.push('\n');
                        self.out.push_str(&pad);
                    }
                    self.out.push(':');
                    self.block(value, indent + 3);
                }
            }
            _ => {}
        }
    }

    fn flow(&mut self, value: &Model) {
        match value {
            Model::Null => {
                let text = if self.one_in(2) { "~" } else { "null" };
                self.out.push_str(text);
            }
            Model::Bool(value) => write!(self.out, "{value}").unwrap(),
            Model::Int(number) if *number >= 0 && self.one_in(3) => {
                write!(self.out, "{number:#x}").unwrap()
            }
            Model::Int(number) => write!(self.out, "{number}").unwrap(),
            Model::Float(number) => write!(self.out, "{number:?}").unwrap(),
            Model::String(text) => self.quoted(text),
            Model::List(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { "" });
                    self.flow(item);
                }
                self.out.push_str(if items.is_empty() { "]" } else { " ]" });
            }
            Model::Map(entries) => {
                self.out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.out.push_str(if at > 0 { "," } else { " " });
                    self.quoted(key);
                    self.out.push_str(": ");
                    self.flow(value);
                }
                self.out.push('}');
            }
        }
    }

    /// The name of an equal collection written before, or a name for this one.
    fn alias(&mut self, value: &Model) -> bool {
        let next = self.anchors.len();
        match self.anchors.entry(format!("{value:?}")) {
            std::collections::hash_map::Entry::Occupied(entry) => {
                write!(self.out, " *a{}", entry.get()).unwrap();
                true
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(next);
                write!(self.out, " &a{next}").unwrap();
                false
            }
        }
    }

    fn quoted(&mut self, text: &str) {
        let word = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        let looks_typed = |text: &str| {
            let text = text.to_ascii_lowercase();
            ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&text.as_str())
        };
        let plain = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(word);
        let single = text.chars().all(|c| (' '..='~').contains(&c) || c == 'é');
        if plain && !looks_typed(text) && self.one_in(2) {
            self.out.push_str(text);
        } else if single && self.one_in(2) {
            write!(self.out, "'{}'", text.replace('\'', "''")).unwrap();
        } else {
            let json = serde_json::to_string(text).unwrap();
            for char in json.chars() {
                match char {
                    '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                        write!(self.out, "\\u{:04x}", char as u32).unwrap()
                    }
                    _ => self.out.push(char),
                }
            }
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        let body = text.trim_end_matches('\n');
        let keep = match text.len() - body.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        writeln!(self.out, " |{keep}").unwrap();
        let pad = " ".repeat(indent + 1);
        for line in body.split('\n') {
            writeln!(
                self.out,
                "{}{line}",
                if line.is_empty() { "" } else { &pad }
            )
            .unwrap();
        }
        for _ in 1..text.len() - body.len() {
            self.out.push('\n');
        }
    }

    fn comment(&mut self) {
        if self.one_in(6) {
            self.out.push_str(" # it's a: \"comment");
        }
    }
}

fn can_be_literal(text: &str) -> bool {
    let printable = text.chars().all(|c| (' '..='~').contains(&c) || c == '\n');
    printable && text.starts_with(|c: char| c.is_ascii_graphic())
}
