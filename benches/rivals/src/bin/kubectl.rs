//! Builds the trees of the benches as whole processes, and the smaller ones also with the program
//! that `KUSTODY_KUBECTL` names if there is one: user and system time, the median of five runs in
//! turns.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, mem};

use kustody::{Layer, Options, Renderer};
use nix::sys::resource::{UsageWho, getrusage};

#[path = "../../../trees.rs"]
#[allow(dead_code)]
mod trees;

use trees::Files;

/// The one of `examples/build`, which tells why.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 5;
const COUNTS: [usize; 2] = [1_000, 4_000];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<ExitCode> {
    // The process that is measured is this program with the directory of a tree.
    if let Some(directory) = env::args().nth(1) {
        return build(&directory);
    }
    let kubectl = env::var_os("KUSTODY_KUBECTL");
    let scratch = env::temp_dir().join(format!("kustody-rivals-{}", std::process::id()));
    println!("user and system time of whole processes, ms, median of {RUNS}\n");
    println!(
        "| tree | 1,000 | 4,000 | times | kubectl, 1,000 | times |\n|---|---:|---:|---:|---:|---:|"
    );
    let shapes: [(&str, fn(usize) -> Files); 4] = [
        ("flat", trees::flat),
        ("flat, in one file", |count| in_one_file(trees::flat(count))),
        ("teams", trees::teams),
        ("many", trees::many),
    ];
    for (shape, files) in shapes {
        let [small, large] = COUNTS.map(|count| scratch.join(format!("{shape}-{count}")));
        for (tree, count) in [&small, &large].into_iter().zip(COUNTS) {
            write(tree, files(count))?;
        }
        let mut times: [Vec<f64>; 3] = Default::default();
        for _ in 0..RUNS {
            let (text, time) = measured(Command::new(env::current_exe()?), &small)?;
            times[0].push(time);
            times[1].push(measured(Command::new(env::current_exe()?), &large)?.1);
            if let Some(kubectl) = &kubectl {
                let mut command = Command::new(kubectl);
                command.arg("kustomize");
                let (expected, time) = measured(command, &small)?;
                assert!(text == expected, "{shape}");
                times[2].push(time);
            }
        }
        fs::remove_dir_all(&scratch)?;
        let [ours, larger, theirs] = times.map(median);
        print!("| {shape} |");
        print_all(&[ours, larger], 1)?;
        print_all(&[ratio(larger, ours)], 2)?;
        print_all(&[theirs, ratio(theirs, ours)], 0)?;
        println!();
    }
    Ok(ExitCode::SUCCESS)
}

/// What `examples/build` does, without its options.
fn build(directory: &str) -> Result<ExitCode> {
    let layer = Layer::dir(directory)?;
    let manifests = Renderer::with_memory(0).render(layer, [], &Options::default())?;
    print!("{manifests}");
    // The process ends here.
    mem::forget(manifests);
    Ok(ExitCode::SUCCESS)
}

/// What a program prints for a tree, and the milliseconds that it takes.
fn measured(mut command: Command, tree: &Path) -> Result<(Vec<u8>, f64)> {
    let time = || -> Result<f64> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let times = [usage.user_time(), usage.system_time()];
        let times = times.map(|time| time.tv_sec() as f64 * 1e3 + time.tv_usec() as f64 / 1e3);
        Ok(times.iter().sum())
    };
    let before = time()?;
    let command = command.arg(tree.join("overlay")).stderr(Stdio::null());
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok((output.stdout, time()? - before))
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other?)
}

fn print_all(figures: &[Option<f64>], digits: usize) -> Result<()> {
    let mut cells = String::new();
    for figure in figures {
        match figure {
            Some(figure) => write!(cells, " {figure:.digits$} |")?,
            None => cells += " |",
        }
    }
    print!("{cells}");
    Ok(())
}

fn write(tree: &Path, files: Files) -> Result<()> {
    for (path, text) in files {
        let path: PathBuf = tree.join(path);
        fs::create_dir_all(path.parent().unwrap_or(tree))?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// The same tree with one file of resources and one of patches.
fn in_one_file(files: Files) -> Files {
    let mut joined: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut result = Files::new();
    for (path, text) in files {
        let (directory, name) = path.split_once('/').unwrap_or_default();
        match (directory, name) {
            ("overlay", "kustomization.yaml") => {
                let end = text.find("patches:").unwrap_or(text.len());
                let text = format!("{}patches: [{{path: all.yaml}}]\n", &text[..end]);
                result.push((path, text));
            }
            (_, "kustomization.yaml") => result.push((path, "resources: [all.yaml]\n".into())),
            ("overlay", _) => joined.entry("overlay/all.yaml").or_default().push(text),
            _ => joined.entry("base/all.yaml").or_default().push(text),
        }
    }
    let joined = joined.into_iter();
    result.extend(joined.map(|(path, texts)| (path.to_owned(), texts.join("---\n"))));
    result
}
