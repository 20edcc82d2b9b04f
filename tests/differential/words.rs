//! Scalars as people write them, and some that nobody should.

use serde_json::{Value, json};

use super::dice::Dice;

/// What a string field may hold, as YAML source.
const STRINGS: [&str; 30] = [
    "plain",
    "two words",
    "'5'",
    "\"5\"",
    "'yes'",
    "\"true\"",
    "'null'",
    "''",
    "\"\"",
    "'it''s'",
    "\"tab\\there\"",
    "\"a: b\"",
    "\"- x\"",
    "'# no'",
    "'<a&b>'",
    "h\u{e9}llo",
    "\"\\u00e9\"",
    "http://x:80/y",
    "'1e3'",
    "'0x1F'",
    "\"2001-01-01\"",
    "'~'",
    "a-b.c/d",
    "'{}'",
    "\"\u{1F600}\"",
    "'*'",
    "'&a'",
    "\"line\\nend\"",
    "' lead'",
    "'='",
];

/// Scalars whose type one has to know.
const ODD: [&str; 25] = [
    "5",
    "0",
    "-7",
    "+1",
    "1.0",
    "1.10",
    ".5",
    "1e3",
    "0x1F",
    "0o17",
    "017",
    "1_000",
    "true",
    "no",
    "on",
    "y",
    "null",
    "~",
    "2001-01-01",
    "12:30",
    "12345678901234567890",
    "0.1e-5",
    "!!str 5",
    "-0",
    "08",
];

const WORDS: [&str; 16] = [
    "alpha", "beta", "gamma", "delta", "one", "two", "red", "blue", "prod", "dev", "stage", "edge",
    "core", "node", "gate", "mesh",
];

pub(crate) fn word(dice: &mut Dice) -> String {
    dice.word(&WORDS)
}

/// Something that every reader takes for a text.
pub(crate) fn string(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0..=5 => json!(word(dice)),
        6 => json!("first\n  second\nthird\n"),
        _ => json!(dice.word(&STRINGS)),
    }
}

/// Any scalar.
pub(crate) fn scalar(dice: &mut Dice) -> Value {
    match dice.below(200) {
        0 => json!(dice.word(&[".inf", "!!int '3'", "!!str 7", "!!float 1"])),
        1..=50 => json!(dice.word(&ODD)),
        _ => string(dice),
    }
}

pub(crate) fn label_key(dice: &mut Dice) -> String {
    let keys = [
        "app",
        "tier",
        "team",
        "env",
        "app.kubernetes.io/name",
        "example.com/x",
    ];
    dice.word(&keys)
}

/// A label, quoted where it would be no text.
pub(crate) fn label(dice: &mut Dice) -> String {
    let labels = [
        "web", "db", "prod", "'1'", "\"true\"", "\"\"", "v1.2", "'1.10'", "a_b",
    ];
    dice.word(&labels)
}

/// One to three labels.
pub(crate) fn labels(dice: &mut Dice) -> Value {
    let count = dice.between(1, 3);
    let pairs = (0..count).map(|_| (label_key(dice), json!(label(dice))));
    Value::Object(pairs.collect())
}

pub(crate) fn image(dice: &mut Dice) -> String {
    let images = [
        "nginx",
        "nginx:1.25",
        "redis:7",
        "reg.example.com:5000/team/app:v1",
        "team/app",
        "'busybox'",
        "nginx@sha256:aaaa",
        "\"nginx:1.2@sha256:bbbb\"",
        "alpine:3.19",
        "redis",
    ];
    dice.word(&images)
}
