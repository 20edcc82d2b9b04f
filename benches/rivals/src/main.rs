//! Reads the bench inputs with kustody and with other YAML crates and prints a table of MB/s.
//!
//! Each figure is the median of five runs, taken in turns so that all crates meet the same machine.

#[path = "../../inputs.rs"]
mod inputs;
mod saphyr;

use std::hint::black_box;
use std::time::{Duration, Instant};

use kustody::{Content, Limits, Source, SourceId, yaml};
use serde::Deserialize;

const RUNS: usize = 5;

type Reader = fn(&str) -> Option<Duration>;

const READERS: [(&str, Reader); 3] = [
    ("kustody", read_kustody),
    ("saphyr-parser", read_saphyr),
    ("serde_yaml", read_serde_yaml),
];

fn main() {
    println!("reading into a tree, MB/s, median of {RUNS}\n");
    print!("| input | MB |");
    for (name, _) in READERS {
        print!(" {name} |");
    }
    println!("\n|---|---:|{}", "---:|".repeat(READERS.len()));
    for (name, mut text) in inputs::all() {
        if name == "real" {
            text = readable_by_all();
        }
        let mut times = READERS.map(|_| Vec::new());
        for _ in 0..RUNS {
            for ((_, read), times) in READERS.iter().zip(&mut times) {
                times.extend(read(&text));
            }
        }
        let megabytes = text.len() as f64 / 1e6;
        print!("| {name} | {megabytes:.1} |");
        for times in &mut times {
            times.sort();
            match times.get(RUNS / 2) {
                Some(time) => print!(" {:.0} |", megabytes / time.as_secs_f64()),
                None => print!(" refused |"),
            }
        }
        println!();
    }
}

/// The real manifests without the few that one of the crates refuses.
fn readable_by_all() -> String {
    let mut texts = inputs::real().unwrap_or_default();
    texts.retain(|text| READERS.iter().all(|(_, read)| read(text).is_some()));
    texts.join(inputs::SEPARATOR)
}

/// How long it takes, without dropping the result; nothing if the text is refused.
fn time<T>(read: impl FnOnce() -> Option<T>) -> Option<Duration> {
    let start = Instant::now();
    let result = read()?;
    let time = start.elapsed();
    drop(black_box(result));
    Some(time)
}

fn read_kustody(text: &str) -> Option<Duration> {
    let content = Content::from(text.to_owned());
    time(|| {
        let source = Source::new(SourceId(0), "bench.yaml", content).ok()?;
        yaml::read(&source, &Limits::default()).ok()
    })
}

fn read_saphyr(text: &str) -> Option<Duration> {
    time(|| saphyr::read(text))
}

fn read_serde_yaml(text: &str) -> Option<Duration> {
    time(|| {
        let mut documents = Vec::new();
        for document in serde_yaml::Deserializer::from_str(text) {
            documents.push(serde_yaml::Value::deserialize(document).ok()?);
        }
        Some(documents)
    })
}
