//! `yaml/*.jsonl`: a resource file in, its printed documents (or an error) out.
//!
//! A line is `{"name", "input" | "input_base64", "output" | "error"}`.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::suite::{Case, Expected, Suite};
use crate::model::print_file;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    input: Option<String>,
    input_base64: Option<String>,
    output: Option<String>,
    /// The reference's words, for information.
    error: Option<String>,
}

/// A suite for each file.
pub(crate) fn suites(root: &Path) -> Vec<Suite> {
    let Ok(folder) = fs::read_dir(root.join("yaml")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    files.iter().map(|file| suite(file)).collect()
}

fn suite(file: &Path) -> Suite {
    let text = fs::read_to_string(file).unwrap();
    Suite {
        name: format!("yaml/{}", file.file_stem().unwrap().display()),
        cases: text.lines().map(case).collect(),
        notes: Vec::new(),
    }
}

fn case(line: &str) -> Case {
    let line: Line = serde_json::from_str(line).unwrap();
    let input = match (line.input, line.input_base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(text)) => STANDARD.decode(text).unwrap(),
        _ => panic!("{}: needs input or input_base64", line.name),
    };
    let expected = match (line.output, line.error) {
        (Some(output), None) => Expected::Bytes(output.into_bytes()),
        (None, Some(_)) => Expected::Error,
        _ => panic!("{}: needs output or error", line.name),
    };
    Case {
        name: line.name,
        expected,
        run: Box::new(move || print_file("r.yaml", input.clone())),
    }
}
