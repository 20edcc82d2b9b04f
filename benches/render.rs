//! How fast whole trees are rendered, and whether the cost grows with the work.
//!
//! `cargo bench --bench render` runs all groups; a word behind it (`-- teams`) chooses one.

// The lints' exceptions for tests do not know benches.
#![allow(missing_docs, clippy::unwrap_used)]

// Others need the rest of it.
#[allow(dead_code)]
mod inputs;
mod trees;

use std::sync::Arc;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use kustody::tree::{MemoryTree, TreePath};
use kustody::{Layer, Manifests};

use trees::Files;

criterion_group!(benches, flat, teams, many, crd);
criterion_main!(benches);

const COUNTS: [usize; 3] = [100, 1_000, 4_000];
/// Sections of the definition, several megabytes.
const SECTIONS: usize = 1_200;

fn flat(c: &mut Criterion) {
    counts(c, "flat", trees::flat);
}

fn teams(c: &mut Criterion) {
    counts(c, "teams", trees::teams);
}

fn many(c: &mut Criterion) {
    counts(c, "many", trees::many);
}

fn crd(c: &mut Criterion) {
    let definition = inputs::crd(SECTIONS);
    let mut group = group(c, "crd");
    group.throughput(Throughput::Bytes(definition.len() as u64));
    let layer = layer(trees::among_few(definition));
    group.bench_function("few", |b| {
        b.iter_batched(|| layer.clone(), render, DROP_AT_ONCE);
    });
}

fn counts(c: &mut Criterion, name: &str, files: impl Fn(usize) -> Files) {
    let mut group = group(c, name);
    for count in COUNTS {
        group.throughput(Throughput::Elements(count as u64));
        let layer = layer(files(count));
        group.bench_with_input(BenchmarkId::from_parameter(count), &layer, |b, layer| {
            b.iter_batched(|| layer.clone(), render, DROP_AT_ONCE);
        });
    }
}

/// Results are dropped outside the measured time, each before the next is made.
const DROP_AT_ONCE: BatchSize = BatchSize::PerIteration;

/// Groups with few samples: all benches together end within five minutes.
fn group<'a>(c: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    group
}

fn layer(files: Files) -> Layer {
    let tree = MemoryTree::from_files(files).unwrap();
    Layer::new(Arc::new(tree), TreePath::new("overlay").unwrap())
}

/// Nothing is remembered from another render, nor for the next.
fn render(layer: Layer) -> Manifests {
    kustody::render(layer, []).unwrap()
}
