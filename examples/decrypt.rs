//! Prints a SOPS file decrypted, as `sops decrypt` does.
//!
//! ```console
//! $ cargo run --example decrypt -- --age-key-file testdata/decrypt/secret/key.txt \
//!     testdata/decrypt/secret/enc.yaml
//! ```
//!
//! It ends with the codes of `sops`: 1 for a file that cannot be understood, 4 for an output format
//! that cannot hold the values, 25 for a value that cannot be decrypted, 51 for a MAC that does not
//! match, 100 for a file that is not there, 128 if no key opens it.

// The example is a program, whose job is to print.
#![allow(clippy::print_stderr)]

use std::io::Write as _;
use std::process::ExitCode;

use kustody::sops::{Decryptor, Format, Keyring};
use kustody::{Error, ErrorKind, Result};

const USAGE: &str = "usage: decrypt [--format F] [--output-format F] [--ignore-mac] \
    [--age-key-file FILE]... [--age-key TEXT] [--ssh-key-file FILE] FILE
A format is yaml, json, dotenv, ini or binary.";

#[derive(Default)]
struct Arguments {
    format: Option<Format>,
    output_format: Option<Format>,
    ignore_mac: bool,
    keyring: Keyring,
    /// What was wrong with keys. It matters only if no other key opens the file.
    key_errors: Vec<Error>,
    file: Option<String>,
}

impl Arguments {
    fn read() -> Result<Self, String> {
        let mut read = Self::default();
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--format" => read.format = Some(format(&value()?)?),
                "--output-format" => read.output_format = Some(format(&value()?)?),
                "--ignore-mac" => read.ignore_mac = true,
                "--age-key-file" => read.add(Keyring::from_age_key_file(value()?)),
                "--age-key" => read.add(Keyring::from_age_keys(&value()?)),
                "--ssh-key-file" => read.add(Keyring::from_ssh_key_file(value()?)),
                _ if argument.starts_with('-') => return Err(format!("unknown: {argument}")),
                _ if read.file.is_some() => return Err("one file at a time".to_owned()),
                _ => read.file = Some(argument),
            }
        }
        Ok(read)
    }

    fn add(&mut self, keyring: Result<Keyring>) {
        match keyring {
            Ok(keyring) => self.keyring.merge(keyring),
            Err(error) => self.key_errors.push(error),
        }
    }
}

fn format(name: &str) -> Result<Format, String> {
    name.parse().map_err(|error: Error| error.to_string())
}

fn main() -> ExitCode {
    let (arguments, file) = match Arguments::read() {
        Ok(Arguments { file: None, .. }) => return fail(1, USAGE),
        Ok(mut arguments) => {
            let file = arguments.file.take().unwrap_or_default();
            (arguments, file)
        }
        Err(message) => return fail(1, &format!("{message}\n{USAGE}")),
    };
    let content = match std::fs::read(&file) {
        Ok(content) => content,
        Err(error) => return fail(100, &format!("{file}: {error}")),
    };
    // `sops` goes by the name alone, unless it is told.
    let format = arguments
        .format
        .unwrap_or_else(|| Format::detect(&file, &content));
    let mut decryptor = Decryptor::new(&arguments.keyring).named(file);
    if arguments.ignore_mac {
        decryptor = decryptor.dangerously_ignore_mac();
    }
    let plain = match decryptor.decrypt(content, format) {
        Ok(plain) => plain,
        Err(error) => {
            if error.kind() == ErrorKind::DataKey {
                for error in &arguments.key_errors {
                    eprintln!("{error}");
                }
            }
            return fail(code(&error), &error.to_string());
        }
    };
    for warning in plain.warnings() {
        eprintln!("warning: {warning}");
    }
    match plain.to_bytes(arguments.output_format.unwrap_or(format)) {
        Ok(bytes) => match std::io::stdout().write_all(&bytes) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(3, &error.to_string()),
        },
        Err(error) => fail(4, &error.to_string()),
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(code)
}

fn code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::DataKey => 128,
        ErrorKind::Mac => 51,
        ErrorKind::Decrypt | ErrorKind::KeyNotString | ErrorKind::Value => 25,
        _ => 1,
    }
}
