//! What holds for every input, tried on thousands of made-up ones.

use std::collections::BTreeMap;

use kustody::yaml::{self, Node, Style};
use kustody::{ErrorKind, Source, SourceId};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{Model, print, print_file, read_file};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_printed_reads_back_as_the_same_value(
        value in resource(),
        styles in vec(select(&STYLES_THAT_KEEP_THE_TEXT), 1..8),
    ) {
        let node = value.to_node(&mut cycle(styles));
        let printed = text(print(&[node]).unwrap());
        let again = yaml::read_str("printed.yaml", &printed).unwrap();
        prop_assert_eq!(again.iter().map(Model::of).collect::<Vec<_>>(), [value], "{}", printed);
    }

    #[test]
    fn printing_what_was_printed_changes_nothing(
        value in resource(),
        styles in vec(select(&ALL_STYLES), 1..8),
    ) {
        let node = value.to_node(&mut cycle(styles));
        let printed = text(print(&[node]).unwrap());
        prop_assert_eq!(&text(print_file("printed.yaml", printed.clone().into()).unwrap()), &printed);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        survive(bytes)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}(\n[ \t]{0,4}\\PC{0,40}){0,4}") {
        survive(text.into())?;
    }

    #[test]
    fn any_heap_of_syntax_is_read_or_refused(pieces in vec(select(&PIECES), 0..40)) {
        survive(pieces.concat().into())?;
    }

    #[test]
    fn any_damaged_manifest_is_read_or_refused(
        value in resource(),
        damages in vec((any::<Index>(), 0..6usize, select(&PIECES)), 1..5),
    ) {
        let node = value.to_node(&mut || Style::Plain);
        let mut chars: Vec<char> = text(print(&[node]).unwrap()).chars().collect();
        for (at, remove, piece) in damages {
            let start = at.index(chars.len() + 1);
            let end = chars.len().min(start + remove);
            chars.splice(start..end, piece.chars());
        }
        survive(String::from_iter(chars).into())?;
    }
}

/// Reads and prints; what is refused must say where, and what is printed must print the same.
fn survive(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let name = "damaged.yaml";
    let lines = 1 + bytes
        .iter()
        .filter(|&&byte| byte == b'\n' || byte == b'\r')
        .count();
    match print_file(name, bytes.clone()) {
        Ok(printed) => {
            let again = print_file(name, printed.clone());
            let again = again
                .map_err(|e| TestCaseError::fail(format!("{e}\n{}", text(printed.clone()))))?;
            prop_assert_eq!(text(again), text(printed));
        }
        Err(error) => {
            let place = error.location();
            prop_assert!(place.is_some(), "{:?}", error);
            let place = place.unwrap();
            prop_assert_eq!(&*place.file, name);
            // UTF-16 and the line breaks of Unicode make more lines than counted here.
            let countable = bytes.is_ascii();
            prop_assert!(place.line >= 1 && place.column >= 1, "{:?}", error);
            prop_assert!(!countable || place.line as usize <= lines, "{:?}", error);
        }
    }
    Ok(())
}

#[test]
fn hostile_texts_end_in_an_error() {
    let deep_block = |piece: &str| {
        (0..50_000)
            .map(|n| " ".repeat(n % 3000) + piece)
            .collect::<String>()
    };
    let bomb = (1..60).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let m = n - 1;
        text + &format!("a{n}: &a{n} [*a{m}, *a{m}, *a{m}, *a{m}]\n")
    });
    for (name, text, kind) in [
        ("open brackets", "[".repeat(200_000), Some(ErrorKind::Limit)),
        (
            "open braces",
            "{a: ".repeat(200_000),
            Some(ErrorKind::Limit),
        ),
        (
            "closed brackets",
            "[".repeat(20_000) + &"]".repeat(20_000),
            Some(ErrorKind::Limit),
        ),
        ("dashes", "- ".repeat(200_000), Some(ErrorKind::Limit)),
        ("question marks", "? ".repeat(200_000), None),
        ("growing indents", deep_block("a:\n"), None),
        ("aliases of aliases", bomb, Some(ErrorKind::Limit)),
        (
            "an alias to its own list",
            "a: &x [*x]\n".into(),
            Some(ErrorKind::Alias),
        ),
        (
            "anchors",
            "a: ".to_owned() + &"&a ".repeat(100_000),
            Some(ErrorKind::Syntax),
        ),
        (
            "an endless quote",
            "a: \"".to_owned() + &"x ".repeat(200_000),
            Some(ErrorKind::Syntax),
        ),
    ] {
        let Err(error) = read_file("hostile.yaml", text.into()) else {
            panic!("{name}: was read");
        };
        assert!(error.location().is_some(), "{name}: {error:?}");
        if let Some(kind) = kind {
            assert_eq!(error.kind(), kind, "{name}: {error:?}");
        }
    }
}

#[test]
fn errors_repeat_no_scalars() {
    for text in [
        "password: hunter2: x\n",
        "password: \"hunter2\n",
        "password: !!int hunter2\n",
        "password: !!bool hunter2\n",
        "password: !!binary hunter2\n",
        "password: [hunter2\n",
        "password: @hunter2\n",
        "password: |0 hunter2\n",
        "- {[hunter2]: x}\n",
        "<<: hunter2\npassword: x\n",
    ] {
        if let Err(error) = print_file("secret.yaml", text.into()) {
            let shown = format!("{error} {error:?} {error:#}");
            assert!(!shown.contains("hunter2"), "{text}{shown}");
        }
    }
    let source = Source::new(SourceId(1), "secret.yaml", b"a: hunter2\xFF".to_vec());
    assert!(!format!("{:?}", source.unwrap_err()).contains("hunter2"));
}

const STYLES_THAT_KEEP_THE_TEXT: [Style; 4] = [
    Style::Plain,
    Style::SingleQuoted,
    Style::DoubleQuoted,
    Style::Literal,
];

/// Folded too: the reference writes such a text folded and reads it again, which can change it.
const ALL_STYLES: [Style; 5] = [
    Style::Plain,
    Style::SingleQuoted,
    Style::DoubleQuoted,
    Style::Literal,
    Style::Folded,
];

fn cycle(styles: Vec<Style>) -> impl FnMut() -> Style {
    let mut styles = styles.into_iter().cycle();
    move || styles.next().unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Bits of syntax, most of which are only legal in some places.
const PIECES: [&str; 64] = [
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n\n",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "a",
    "b: ",
    "c:\n  ",
    "- ",
    "- ",
    "? ",
    ": ",
    ":",
    ",",
    "[",
    "]",
    "{",
    "}",
    "{}",
    "[a, b]",
    "|",
    "|\n  ",
    "|2-\n",
    ">",
    ">-\n  ",
    ">+\n",
    "'",
    "''",
    "'q'",
    "\"",
    "\"q\"",
    "\\n",
    "\\x41",
    "\\",
    "&x ",
    "*x",
    "*x ",
    "<<: ",
    "!",
    "!!int ",
    "!!str ",
    "!!binary ",
    "!l ",
    "!<t> ",
    "#",
    " # c\n",
    "---\n",
    "\n---\n",
    "\n--- #\n",
    "...\n",
    "%YAML 1.1\n",
    "0x1F",
    "2001-01-01",
    "~",
    "\u{feff}",
    "é\u{1F600}",
];

/// A mapping, as every resource is one.
pub(crate) fn resource() -> impl Strategy<Value = Model> {
    btree_map(key(), value(), 0..6).prop_map(Model::Map)
}

fn value() -> impl Strategy<Value = Model> {
    let scalar = prop_oneof![
        1 => Just(Model::Null),
        1 => any::<bool>().prop_map(Model::Bool),
        2 => (i128::from(i64::MIN)..=i128::from(u64::MAX)).prop_map(Model::Int),
        1 => (-100..100i128).prop_map(Model::Int),
        1 => any::<f64>().prop_filter("JSON has no such number", |f| f.is_finite()).prop_map(Model::float),
        1 => (-1e7..1e7f64).prop_map(Model::float),
        8 => string().prop_map(Model::String),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Model::List),
            btree_map(key(), inner, 0..5).prop_map(|entries: BTreeMap<_, _>| Model::Map(entries)),
        ]
    })
}

/// A key `<<` would merge, however it is quoted; a long one is refused, and so is one that the
/// reference writes as a block and that begins with a tab.
fn key() -> impl Strategy<Value = String> {
    let fits = |key: &String| key != "<<" && key.len() < 500 && !key.starts_with('\t');
    prop_oneof![
        3 => "[a-zA-Z][a-zA-Z0-9._/-]{0,20}",
        1 => string().prop_filter("is no key", fits),
    ]
}

/// Texts that look like something else, need quotes, fold, or hold what must be escaped.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,12}",
        1 => "[0-9_.:eExXbBoO+-]{1,10}",
        4 => select(&LOOKALIKES).prop_map(str::to_owned),
        4 => select(&SPACES).prop_map(str::to_owned),
        1 => "[ -~]{1,10}",
        // A letter from anywhere; what JSON's second reading refuses or folds is left out.
        1 => "[^\u{7f}-\u{9f}\u{fffe}\u{ffff}]{1,3}",
    ];
    let wide = vec("[a-z]{1,9}[ ]{1,2}", 10..30).prop_map(|words| words.concat());
    prop_oneof![
        6 => vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        1 => select(&LOOKALIKES).prop_map(str::to_owned),
        1 => wide,
    ]
}

const LOOKALIKES: [&str; 62] = [
    "y",
    "n",
    "yes",
    "No",
    "on",
    "OFF",
    "true",
    "False",
    "null",
    "~",
    "Null",
    ".nan",
    ".inf",
    "-.INF",
    "0",
    "-1",
    "007",
    "0o7",
    "0x1f",
    "0b11",
    "1_000",
    "1e3",
    "1e400",
    "+.5",
    ".5",
    "1.",
    "08",
    "12:30:45",
    "2001-01-01",
    "2001-01-01T00:00:00Z",
    "2001-13-01",
    "<<",
    "=",
    "!",
    "!!str",
    "&a",
    "*a",
    "- ",
    "-",
    "? ",
    "?",
    ": ",
    ":",
    "#",
    " #",
    "|",
    ">",
    "'",
    "\"",
    "%",
    "@",
    "`",
    "[",
    "]",
    "{",
    "}",
    ",",
    "---",
    "...",
    "\\",
    "{{ .Values.x }}",
    "a: b",
];

const SPACES: [&str; 13] = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n ",
    " \n",
    "\t",
    "\r",
    "\r\n",
    "\u{2028}",
    "\u{a0}",
    "\u{feff}",
    "\u{1F600}",
];

#[test]
fn the_models_agree_with_the_nodes() {
    let node = yaml::read_str("m.yaml", "a: [0777, 0x10, 1e3, 1.5, ~, yes, 'x']\n")
        .unwrap()
        .remove(0);
    let list = [
        Model::Int(511),
        Model::Int(16),
        Model::Int(1000),
        Model::Float(1.5),
        Model::Null,
    ]
    .into_iter()
    .chain(["yes", "x"].map(|text| Model::String(text.into())));
    let expected = Model::Map([("a".to_owned(), Model::List(list.collect()))].into());
    assert_eq!(Model::of(&node), expected);
    let back: Node = expected.to_node(&mut || Style::Plain);
    assert_eq!(Model::of(&back), expected);
}
