//! What `kubectl kustomize` 1.36.3 printed for these texts as parts of a resource.

use crate::error::ErrorKind;
use crate::yaml::{self, Mapping, Node, Scalar, Sequence, Style, Tag};

fn written(node: &Node) -> String {
    let mut out = Vec::new();
    yaml::write(node, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn printed(text: &str) -> String {
    written(&yaml::read_str("a.yaml", text).unwrap()[0])
}

fn refused(text: &str) -> (ErrorKind, u32) {
    let node = &yaml::read_str("a.yaml", text).unwrap()[0];
    let mut out = b"before".to_vec();
    let error = yaml::write(node, &mut out).unwrap_err();
    assert_eq!(out, b"before", "{text}");
    (error.kind(), error.mark().unwrap().offset)
}

#[track_caller]
fn prints(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(printed(text), *expected, "{text}");
    }
}

#[test]
fn values_are_typed_by_tag_style_and_text() {
    prints(&[
        ("a: .1_0", "a: 0.1\n"),
        ("a: .5e1_0", "a: 5000000000\n"),
        ("a: 0o-17", "a: -15\n"),
        ("a: 0b-11", "a: -3\n"),
        ("a: 1.2345675e6", "a: 1.2345675e+06\n"),
        ("a: 18446744073709551616", "a: 1.8446744073709552e+19\n"),
        ("a: !!float 3", "a: 3\n"),
        ("a: '3'", "a: \"3\"\n"),
        ("a: !!int '3'", "a: 3\n"),
        ("a: !local '3'", "a: \"3\"\n"),
        ("a: !!binary aGVsbG8=", "a: hello\n"),
        ("a: !!binary 4oI=", "a: \u{FFFD}\u{FFFD}\n"),
        ("a:", "a: null\n"),
        ("a: {b: , c: ~}", "a:\n  b: \"\"\n  c: null\n"),
        ("a: [2001-01-01, ]", "a:\n- \"2001-01-01T00:00:00Z\"\n"),
        ("a: 2001-01-01   10:00:00", "a: \"2001-01-01T10:00:00Z\"\n"),
        (
            "a: {b: [2001-01-01 10:00:00]}",
            "a:\n  b:\n  - \"2001-01-01 10:00:00\"\n",
        ),
        (
            "a: 2001-1-1T1:2:3.123456789123+05:60",
            "a: \"2001-01-01T01:02:03.123456789+06:00\"\n",
        ),
        ("a: <<", "a: <<\n"),
    ]);
}

#[test]
fn texts_of_any_length_are_copied_whole() {
    let letters: String = ('a'..='w').cycle().take(128).collect();
    for length in 1..=letters.len() {
        let text = &letters[..length];
        let line = format!("{text}: {text}\n");
        assert_eq!(printed(&line), line);
    }
}

#[test]
fn a_text_that_was_changed_is_read_anew() {
    let print = |tag, style, text: &str| {
        let node = Node::from(Scalar::new(tag, style, text));
        written(&[("a", node)].into_iter().collect::<Mapping>().into())
    };
    assert_eq!(print(Tag::None, Style::Plain, "120e4"), "a: 1200000\n");
    assert_eq!(print(Tag::None, Style::DoubleQuoted, "7"), "a: \"7\"\n");
    assert_eq!(print(Tag::Int, Style::SingleQuoted, "2"), "a: \"2\"\n");
    assert_eq!(print(Tag::Float, Style::Plain, "15"), "a: 15\n");
    assert_eq!(print(Tag::Str, Style::Plain, "15"), "a: \"15\"\n");
    assert_eq!(print(Tag::Merge, Style::Plain, "15"), "a: \"15\"\n");
    for (tag, text) in [(Tag::Int, "word"), (Tag::Int, ""), (Tag::Null, "x")] {
        let node = Scalar::new(tag, Style::Plain, text).into();
        let mapping: Mapping = [("a", node)].into_iter().collect();
        let error = yaml::write(&mapping.into(), &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value);
    }
}

#[test]
fn blocks_under_a_flow_collection_count_as_inside() {
    let inner: Mapping = [("b", Scalar::new(Tag::Null, Style::Plain, "").into())]
        .into_iter()
        .collect();
    let mut outer = yaml::read_str("a.yaml", "a: {}").unwrap().remove(0);
    let flow = outer.as_mapping_mut().unwrap().get_mut("a").unwrap();
    flow.as_mapping_mut().unwrap().set("x", inner.into());
    assert_eq!(written(&outer), "a:\n  x:\n    b: \"\"\n");
}

#[test]
fn styles() {
    prints(&[
        ("a: 'true'", "a: \"true\"\n"),
        ("a: y", "a: \"y\"\n"),
        ("a: 1:30", "a: \"1:30\"\n"),
        ("a: 1.2.3", "a: 1.2.3\n"),
        ("a: nginx:1.2", "a: nginx:1.2\n"),
        ("a: 'x: y'", "a: 'x: y'\n"),
        ("a: 'x:'", "a: 'x:'\n"),
        ("a: 'x #y'", "a: 'x #y'\n"),
        ("a: 'x#y'", "a: x#y\n"),
        ("a: ' x'", "a: ' x'\n"),
        ("a: \"it's: \"", "a: 'it''s: '\n"),
        ("a: '---x'", "a: '---x'\n"),
        ("a: '-x'", "a: -x\n"),
        ("a: '?'", "a: '?'\n"),
        ("a: \"\\t\"", "a: \"\\t\"\n"),
        ("a: \"\\U0001F600\"", "a: \"\\U0001F600\"\n"),
        ("a: \"\\uFEFFab c\"", "a: \"\\uFEFF\\x61\\x62\\x20\\x63\"\n"),
        ("a: \"a\\uFEFFb\"", "a: \"a\\uFEFFb\"\n"),
        ("a: \"\\a\\x01\"", "a: \"\\a\\x01\"\n"),
        ("a: é\u{A0}中", "a: é\u{A0}中\n"),
        ("a: \"x\\ny\"", "a: |-\n  x\n  y\n"),
        ("a: \" x\\n\\ny\\n\"", "a: |2\n   x\n\n  y\n"),
        ("a: \"\\n\"", "a: |2+\n\n"),
        ("a: \"x\\n\\n\"", "a: |+\n  x\n\n"),
        ("a: \"x \\ny\"", "a: \"x \\ny\"\n"),
        ("a: \"x\\ny \"", "a: \"x\\ny \"\n"),
        ("a: \"x\\r\\ny\"", "a: \"x\\r\\ny\"\n"),
        ("a: \"a \\Nb\\N \\Nc\\L\\P \\N\"", "a: \"a b\\nc\\L\\P \"\n"),
    ]);
}

#[test]
fn folded_texts_change_on_the_way() {
    prints(&[
        ("a: >\n  x\n    b\n\n  c\n", "a: |\n  x\n\n    b\n\n  c\n"),
        ("a: >+\n  x\n\n\n", "a: |+\n  x\n\n\n\n"),
        ("a: >-\n  x\n  y\n", "a: x y\n"),
    ]);
}

#[test]
fn long_lines_fold_after_the_eightieth_column() {
    let word = |length| "x".repeat(length);
    // `a: ` takes three columns.
    let long = format!("a: {} y", word(78));
    assert_eq!(printed(&long), format!("a: {}\n  y\n", word(78)));
    let short = format!("a: {} y", word(77));
    assert_eq!(printed(&short), format!("{short}\n"));
    let blanks = format!("a: {}  y z", word(90));
    assert_eq!(printed(&blanks), format!("a: {}  y\n  z\n", word(90)));
    let quoted = format!("a: '{}: y'", word(78));
    assert_eq!(printed(&quoted), format!("a: '{}:\n  y'\n", word(78)));
    let double = format!("a: \"{}  y\\t\"", word(78));
    assert_eq!(
        printed(&double),
        format!("a: \"{}\n  \\ y\\t\"\n", word(78))
    );
    let accents = format!("a: {} y", "é".repeat(77));
    assert_eq!(printed(&accents), format!("{accents}\n"));
}

#[test]
fn collections() {
    prints(&[
        ("{}", "{}\n"),
        ("[]", "[]\n"),
        ("a: {}\nb: []", "a: {}\nb: []\n"),
        (
            "spec:\n- - - a\n  - b: |2\n       x\n    c: {}\n  - - {\"x\\ny\": [1], z: {\"q\\nr\": {s: t, u: []}}}\n",
            concat!(
                "spec:\n- - - a\n  - b: |2\n       x\n    c: {}\n",
                "  - - ? |-\n        x\n        y\n      : - 1\n      z:\n",
                "        ? |-\n          q\n          r\n        : s: t\n          u: []\n",
            ),
        ),
        (
            "? \"kk\\nk\"\n: - a\n  - [b, {c: d, e: [f]}]\n",
            "? |-\n  kk\n  k\n: - a\n  - - b\n    - c: d\n      e:\n      - f\n",
        ),
    ]);
    let key = "k".repeat(129);
    let text = format!("a:\n  ? {key}\n  : 1\n");
    assert_eq!(printed(&text), text);
}

#[test]
fn keys() {
    prints(&[
        ("a:\n  ? \n  : z", "a:\n  \"\": z\n"),
        (
            "\"1\": a\n1.0: b\ntrue: d\n!foo x: e",
            "\"1\": a\n\"1.0\": b\n\"true\": d\nx: e\n",
        ),
        ("a: q\n!!binary YQ==: z", "a: z\n"),
        ("a: {\"<k\": 1, 'x:': 2}", "a:\n  <k: 1\n  'x:': 2\n"),
    ]);
    for (text, expected) in [
        ("a: {1: x}", (ErrorKind::KeyNotString, 4)),
        ("a: {!foo b: x}", (ErrorKind::KeyNotString, 4)),
        ("a: {!!binary YQ==: x}", (ErrorKind::KeyNotString, 4)),
        ("[a]: x", (ErrorKind::KeyNotString, 0)),
        ("a: {b: x, \"b\": y}", (ErrorKind::DuplicateKey, 10)),
        ("1: x\n\"1\": y", (ErrorKind::DuplicateKey, 5)),
        ("a: {\"b\\Nc\": x}", (ErrorKind::Value, 4)),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
    let key = |length| format!("a:\n  ? {}\n  : 1\n", "é".repeat(length));
    assert_eq!(printed(&key(1022)), key(1022));
    assert_eq!(refused(&key(1023)).0, ErrorKind::Value);
    let escaped = format!("a:\n  ? <{}\n  : 1\n", "k".repeat(1017));
    assert_eq!(refused(&escaped).0, ErrorKind::Value);
}

#[test]
fn what_cannot_be_printed() {
    for (text, offset) in [
        ("a: .inf", 3),
        ("a: [.nan]", 4),
        ("a: \"\\x7f\"", 3),
        ("a: \"\\x90\"", 3),
        ("a: \"\\uFFFE\"", 3),
        ("a: \"x\\N--- y\"", 3),
        ("a: !!int x", 3),
        ("a: !!binary x", 3),
        ("a: 2001-01-01T00:00:00+24:00", 3),
        ("a: |2\n  \tx\n", 3),
    ] {
        assert_eq!(refused(text), (ErrorKind::Value, offset), "{text}");
    }
}

#[test]
fn deep_nodes_do_not_overflow_the_stack() {
    let mut node = Node::null();
    for depth in 0..1_000 {
        node = if depth % 2 == 0 {
            Sequence::from(vec![node]).into()
        } else {
            [("a", node)].into_iter().collect::<Mapping>().into()
        };
    }
    assert!(written(&node).starts_with("a:\n- a:\n  - a:\n"));
}
