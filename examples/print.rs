//! Prints the documents of a YAML file as `kustomize build` prints resources.
//!
//! ```text
//! cargo run --example print -- testdata/manifests/guestbook.yaml
//! ```

#![allow(clippy::print_stderr)]

use std::io::Write;
use std::process::ExitCode;

use kustody::{Limits, Source, SourceId, yaml};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: print FILE.yaml");
        return ExitCode::FAILURE;
    };
    match print(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print(path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let source = Source::new(SourceId(0), path, bytes)?;
    let mut out = Vec::new();
    for (at, document) in yaml::read(&source, &Limits::default())?.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b"---\n");
        }
        yaml::write(document, &mut out).map_err(|error| error.locate_in(&source))?;
    }
    std::io::stdout().write_all(&out)?;
    Ok(())
}
