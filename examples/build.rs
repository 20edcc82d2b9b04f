//! Prints what `kustomize build` prints for a directory.
//!
//! `build [--order legacy|fifo] [--load-restrictions root-only|none] [--age-key-file FILE]... DIR`:
//! manifests go to standard output, warnings to standard error; an error goes there too, with exit
//! code 1. With keys, SOPS files are decrypted.

// An example may print.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

#[cfg(feature = "sops")]
use kustody::sops::Keyring;
use kustody::{Layer, LoadRestrictions, Options, Order, Renderer};

/// A program that renders once mostly takes memory, and to take it page by page is a fifth of its
/// time. This allocator asks for huge pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: build [--order legacy|fifo] [--load-restrictions root-only|none] \
                     [--age-key-file FILE]... DIRECTORY";

fn main() -> ExitCode {
    match arguments() {
        Ok((options, directory)) => build(&directory, &options),
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<(Options, String), String> {
    let mut options = Options::default();
    #[cfg(feature = "sops")]
    let mut keyring: Option<Keyring> = None;
    let mut directory = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--order" => {
                options.order = match value()?.as_str() {
                    "legacy" => Order::Legacy,
                    "fifo" => Order::Fifo,
                    other => return Err(format!("there is no order `{other}`")),
                }
            }
            "--load-restrictions" => {
                options.load_restrictions = match value()?.as_str() {
                    "root-only" => LoadRestrictions::RootOnly,
                    "none" => LoadRestrictions::None,
                    other => return Err(format!("there is no load restriction `{other}`")),
                }
            }
            #[cfg(feature = "sops")]
            "--age-key-file" => {
                let keys = Keyring::from_age_key_file(value()?).map_err(|error| error.to_string());
                keyring.get_or_insert_default().merge(keys?);
            }
            flag if flag.starts_with('-') => return Err(format!("there is no option {flag}")),
            _ if directory.is_some() => return Err("one directory is built at a time".into()),
            _ => directory = Some(argument),
        }
    }
    #[cfg(feature = "sops")]
    {
        options.decrypt = keyring.map(Into::into);
    }
    Ok((options, directory.ok_or("which directory?")?))
}

fn build(directory: &str, options: &Options) -> ExitCode {
    // There is one render and nothing to remember for another.
    let renderer = Renderer::with_memory(0);
    let manifests = Layer::dir(directory).and_then(|layer| renderer.render(layer, [], options));
    match manifests {
        Ok(manifests) => {
            for warning in manifests.warnings() {
                eprintln!("warning: {warning}");
            }
            print!("{manifests}");
            // The process ends here; to free every node one by one would only take time.
            std::mem::forget(manifests);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
