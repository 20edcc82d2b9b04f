//! How fast manifests are read, printed, cloned and patched.
//!
//! `cargo bench --bench yaml` runs all groups; a word behind it (`-- read`) chooses some.

// The lints' exceptions for tests do not know benches.
#![allow(missing_docs, clippy::unwrap_used)]

mod inputs;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use kustody::yaml::{self, Node};
use kustody::{Content, Limits, Source, SourceId};

criterion_group!(benches, read, write, clone_patch);
criterion_main!(benches);

fn read(c: &mut Criterion) {
    let mut group = group(c, "read");
    for (name, text) in inputs::all() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let content = Content::from(text);
        group.bench_with_input(BenchmarkId::from_parameter(name), &content, |b, content| {
            b.iter_batched(|| (), |()| documents(content), DROP_AT_ONCE);
        });
    }
}

fn write(c: &mut Criterion) {
    let mut group = group(c, "write");
    for (name, text) in inputs::all() {
        let nodes = printable(documents(&Content::from(text)));
        let mut out = Vec::new();
        print(&nodes, &mut out);
        group.throughput(Throughput::Bytes(out.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &nodes, |b, nodes| {
            b.iter(|| {
                out.clear();
                print(nodes, &mut out);
                black_box(&out);
            });
        });
    }
}

/// What an overlay costs that changes one field of every resource, beside reading its base.
fn clone_patch(c: &mut Criterion) {
    const RESOURCES: usize = 4_000;
    let mut group = group(c, "clone_patch");
    let fleet = inputs::fleet(RESOURCES.div_ceil(3));
    group.throughput(Throughput::Elements(RESOURCES as u64));
    let content = Content::from(fleet);
    group.bench_function("read 4000", |b| {
        b.iter_batched(|| (), |()| documents(&content), DROP_AT_ONCE);
    });
    let mut nodes = documents(&content);
    nodes.truncate(RESOURCES);
    group.bench_function("clone and change 4000", |b| {
        b.iter_batched(|| (), |()| in_production(&nodes), DROP_AT_ONCE);
    });
}

/// Copies of resources in another namespace.
fn in_production(nodes: &[Node]) -> Vec<Node> {
    let moved = |node: &Node| {
        let mut node = node.clone();
        let metadata = node.as_mapping_mut().unwrap().get_mut("metadata").unwrap();
        let metadata = metadata.as_mapping_mut().unwrap();
        metadata.set("namespace", Node::string("production"));
        node
    };
    nodes.iter().map(moved).collect()
}

/// Results are dropped outside the measured time, each before the next is made, so that memory
/// fresh from the operating system is not what is measured.
const DROP_AT_ONCE: BatchSize = BatchSize::PerIteration;

/// Groups with few samples: all benches together end within five minutes.
fn group<'a>(c: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = c.benchmark_group(name);
    group
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(4));
    group
}

fn documents(content: &Content) -> Vec<Node> {
    let source = Source::new(SourceId(0), "bench.yaml", content.clone()).unwrap();
    yaml::read(&source, &Limits::default()).unwrap()
}

/// Real files hold some documents that the reference cannot print.
fn printable(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.retain(|node| yaml::write(node, &mut Vec::new()).is_ok());
    nodes
}

fn print(nodes: &[Node], out: &mut Vec<u8>) {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b"---\n");
        }
        yaml::write(node, out).unwrap();
    }
}
