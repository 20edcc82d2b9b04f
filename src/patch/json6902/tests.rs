use proptest::prelude::*;

use super::*;
use crate::source::SourceId;

const POD: &str = "\
kind: Pod
apiVersion: v1
metadata:
  name: \"x\"
  labels: {}
spec:
  n: null
  big: 12345678901234567890
  date: 2001-01-01
  a/b: 1
  c~d: 2
  l:
  - 1
  - two
  - {x: 3}
";

fn parse(text: &str) -> Result<Patch> {
    let source = Source::new(SourceId(7), "patch", text.to_owned()).unwrap();
    Patch::parse(&source, &Limits::default())
}

fn pod() -> Node {
    yaml::read_str("pod.yaml", POD).unwrap().remove(0)
}

fn printed(node: &Node) -> String {
    let mut out = Vec::new();
    yaml::write(node, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a flow list of operations, without its brackets, makes of the value at `path`.
fn patched(operations: &str, path: &str) -> String {
    let mut node = pod();
    let patch = parse(&format!("- {}", operations.replace("; ", "\n- "))).unwrap();
    match patch.apply(&mut node) {
        Ok(()) => node.get(path).map_or("missing".to_owned(), |node| {
            printed(node).trim_end().replace('\n', " ")
        }),
        Err(error) => {
            assert_eq!(node, pod(), "{operations}");
            format!("{}: {}", error.kind().code(), error.message())
        }
    }
}

#[test]
fn operations_do_what_kubectl_does() {
    for (operations, path, expected) in [
        ("{op: add, path: /spec/l/-, value: y}", "/spec/l/3", "true"),
        ("{op: add, path: /spec/l/-1, value: 9}", "/spec/l/3", "9"),
        ("{op: add, path: /spec/l/-4, value: 9}", "/spec/l/0", "9"),
        ("{op: add, path: /spec/l/3, value: 9}", "/spec/l/3", "9"),
        ("{op: add, path: /spec/l/01, value: 9}", "/spec/l/1", "9"),
        ("{op: add, path: /spec/l/+1, value: 9}", "/spec/l/1", "9"),
        ("{op: add, path: /spec/new}", "/spec/new", "null"),
        (
            "{op: add, path: /spec/n, value: {a: {b: on}}}",
            "/spec/n",
            "a:   b: true",
        ),
        ("{op: add, path: spec/a, value: 1}", "/a", "1"),
        ("{op: add, path: /spec/a~1b, value: q}", "/spec/a~1b", "q"),
        (
            "{op: add, path: /metadata/labels/x, value: 5}",
            "/metadata/labels",
            "x: 5",
        ),
        ("{op: remove, path: /spec/l/-1}", "/spec/l", "- 1 - two"),
        ("{op: remove, path: /spec/c~0d}", "/spec/c~0d", "missing"),
        ("{op: replace, path: /spec/new, value: 1}", "/spec/new", "1"),
        (
            "{op: replace, path: /spec/l/-3, value: z}",
            "/spec/l/0",
            "z",
        ),
        ("{op: replace, path: /spec/l/2/x}", "/spec/l/2", "x: null"),
        ("{op: replace, path: '', value: {a: 1}}", "", "a: 1"),
        (
            "{op: move, from: /spec/l/0, path: /spec/l/-}",
            "/spec/l",
            "- two - x: 3 - 1",
        ),
        (
            "{op: move, from: /spec/l, path: /l}",
            "/l",
            "- 1 - two - x: 3",
        ),
        (
            "{op: copy, from: /spec/nope, path: /spec/c}",
            "/spec/c",
            "null",
        ),
        (
            "{op: copy, from: /spec/l/2, path: /spec/l/2/y}",
            "/spec/l/2",
            "x: 3 \"y\":   x: 3",
        ),
        ("{op: test, path: /spec/n}", "/spec/n", "null"),
        ("{op: test, path: /spec/nope, value: ~}", "/spec/n", "null"),
        (
            "{op: test, path: /spec/date, value: '2001-01-01T00:00:00Z'}",
            "/spec/n",
            "null",
        ),
        (
            "{op: test, path: /spec/big, value: 12345678901234567890}",
            "/spec/big",
            "12345678901234567000",
        ),
        (
            "{op: test, path: /spec/l, value: [0x1, two, {x: 3}]}",
            "/spec/n",
            "null",
        ),
        (
            "{op: test, path: /metadata, value: {name: x, labels: {}}}",
            "/spec/n",
            "null",
        ),
        (
            "{op: add, path: /q, value: 1e6}; {op: test, path: /q, value: 1000000}",
            "/q",
            "1000000",
        ),
        (
            "{op: add, path: /q, value: 2001-01-01}",
            "/q",
            "\"2001-01-01\"",
        ),
        (
            "{op: add, path: /q, value: {2: 010, yes: 1:30}}",
            "/q",
            "\"2\": 8 \"true\": \"1:30\"",
        ),
    ] {
        assert_eq!(patched(operations, path), expected, "{operations}");
    }
}

#[test]
fn operations_that_do_not_fit_are_errors() {
    let operation = "json-patch-operation: ";
    for (operations, expected) in [
        (
            "{op: add, path: /spec/l/4, value: 1}",
            "`add` at `/spec/l/4`: `4` is no index of the list, which has 3 elements",
        ),
        (
            "{op: add, path: /spec/l/x, value: 1}",
            "`add` at `/spec/l/x`: `x` is no index of the list, which has 3 elements",
        ),
        (
            "{op: add, path: /sepc/l/x, value: 1}",
            "`add` at `/sepc/l/x`: there is no `/sepc`: did you mean `/spec`?",
        ),
        (
            "{op: add, path: /spec/n/x, value: 1}",
            "`add` at `/spec/n/x`: `/spec/n` is null: `add` a mapping or a list there first",
        ),
        (
            "{op: add, path: /spec/l/0/x, value: 1}",
            "`add` at `/spec/l/0/x`: `/spec/l/0` is neither a mapping nor a list",
        ),
        (
            "{op: add, path: spec, value: 1}",
            "`add` at `spec`: the path must begin with `/`",
        ),
        (
            "{op: add, path: '', value: {}}",
            "`add` at ``: the path must begin with `/`",
        ),
        ("{op: add, value: 1}", "`add` needs `path`, a string"),
        ("{op: add, path: 5}", "`add` needs `path`, a string"),
        (
            "{op: remove, path: /spec/c~0}",
            "`remove` at `/spec/c~0`: there is no such key: did you mean `/spec/c~0d`?",
        ),
        (
            "{op: remove, path: /spec/l/3}",
            "`remove` at `/spec/l/3`: `3` is no index of the list, which has 3 elements",
        ),
        (
            "{op: remove, path: /spec/l/-}",
            "`remove` at `/spec/l/-`: `-` is no index of the list, which has 3 elements",
        ),
        (
            "{op: replace, path: /spec/l/3, value: 1}",
            "`replace` at `/spec/l/3`: `3` is no index of the list, which has 3 elements",
        ),
        (
            "{op: replace, path: '', value: 5}",
            "`replace` at ``: the whole resource can be replaced only by a mapping",
        ),
        ("{op: move, path: /a}", "`move` needs `from`, a string"),
        (
            "{op: move, from: /spec/nope, path: /a}",
            "`move` from `/spec/nope`: there is no such key",
        ),
        (
            "{op: move, from: /spec, path: /spec/a}",
            "`move` at `/spec/a`: there is no `/spec`",
        ),
        (
            "{op: frob, path: /a}",
            "`op` must be one of add, copy, move, remove, replace and test",
        ),
        (
            "{path: /a}",
            "`op` must be one of add, copy, move, remove, replace and test",
        ),
        (
            "~",
            "`op` must be one of add, copy, move, remove, replace and test",
        ),
        (
            "{op: replace, path: '', value: [1]}",
            "the patch leaves something else than a mapping of the resource",
        ),
    ] {
        assert_eq!(
            patched(operations, ""),
            format!("{operation}{expected}"),
            "{operations}"
        );
    }
    for (operations, expected) in [
        (
            "{op: test, path: /spec/l/0, value: '1'}",
            "`test` at `/spec/l/0`: the value is not the one that is asked for",
        ),
        (
            "{op: test, path: /spec/l/0}",
            "`test` at `/spec/l/0`: the value is not the one that is asked for",
        ),
        (
            "{op: test, path: /spec/q, value: 1}",
            "`test` at `/spec/q`: there is no such key",
        ),
        (
            "{op: test, path: /spec/l, value: [1, two]}",
            "`test` at `/spec/l`: the value is not the one that is asked for",
        ),
        (
            "{op: test, path: /metadata, value: {name: x, label: {}}}",
            "`test` at `/metadata`: the value is not the one that is asked for",
        ),
    ] {
        assert_eq!(
            patched(operations, ""),
            format!("json-patch-test: {expected}")
        );
    }
}

#[test]
fn json_is_strict_and_its_scalars_are_compared_as_written() {
    let apply = |text: &str| parse(text).and_then(|patch| patch.apply(&mut pod()));
    apply(r#" [{op: test, path: /spec/l/0, value: 1}]"#).unwrap();
    for (text, kind) in [
        (r#"[{"op":"test","path":"/spec/l/0","value":1}]"#, None),
        (
            r#"[{"op":"test","path":"/spec/l/0","value":1.0}]"#,
            Some(ErrorKind::JsonPatchTest),
        ),
        (
            r#"[{"op":"test","path":"/spec/l/1","value":"tw\u006f"}]"#,
            Some(ErrorKind::JsonPatchTest),
        ),
        (
            r#"[{"op":"add","path":"/q","value":1.0},{"op":"test","path":"/q","value":1.0}]"#,
            None,
        ),
        (
            r#"[{"op":"add","path":"/q","value":["a<\u0062"]},
                {"op":"test","path":"/q","value":["a<\u0062"]}]"#,
            None,
        ),
        (
            r#"[{op: test, path: /spec/l/0, value: 1}]"#,
            Some(ErrorKind::Syntax),
        ),
        (r#"[{"op":"test"}] x"#, Some(ErrorKind::Syntax)),
        (r#"[1]"#, Some(ErrorKind::JsonPatch)),
        (r#"{op: test}"#, Some(ErrorKind::JsonPatch)),
        ("text", Some(ErrorKind::JsonPatch)),
        ("a: [", Some(ErrorKind::Syntax)),
    ] {
        assert_eq!(apply(text).err().map(|error| error.kind()), kind, "{text}");
    }
    for text in ["", "# nothing", "~", "[]", "---\n[]\n---\n}"] {
        assert!(parse(text).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn marks_lead_to_the_patch() {
    let text =
        "- op: add\n  path: /spec/q\n  value: {z: 1}\n- op: copy\n  from: /spec/l\n  path: /a\n";
    let mut node = pod();
    parse(text).unwrap().apply(&mut node).unwrap();
    let mark = |path: &str| {
        (
            node.get(path).unwrap().mark().source,
            node.get(path).unwrap().mark().offset,
        )
    };
    assert_eq!(mark("/spec/q"), (SourceId(7), 35));
    assert_eq!(mark("/spec/q/z"), (SourceId(7), 39));
    assert_eq!(mark("/a"), (SourceId(7), 44));
    assert_eq!(mark("/a/0").0, SourceId(0));
    assert_eq!(mark("/spec/n").0, SourceId(0));

    let error = parse("- op: remove\n  path: /q\n")
        .unwrap()
        .apply(&mut node)
        .unwrap_err();
    assert_eq!(error.mark().unwrap().offset, 2);
    // What is no string is where the string should stand.
    let patch = parse("- {op: move, path: /a, from: [b]}").unwrap();
    let error = patch.apply(&mut pod()).unwrap_err();
    assert_eq!(error.mark().unwrap().offset, 29);
}

#[test]
fn a_patched_resource_looks_like_json() {
    let mut node = pod();
    parse("[]").unwrap().apply(&mut node).unwrap();
    let keys: Vec<_> = (node.as_mapping().unwrap().iter())
        .map(|entry| entry.key.text())
        .collect();
    assert_eq!(
        keys,
        [
            Some("apiVersion"),
            Some("kind"),
            Some("metadata"),
            Some("spec")
        ]
    );
    let name = node.get("/metadata/name").unwrap().as_scalar().unwrap();
    assert_eq!(name.style(), Style::Plain);
    assert_eq!(
        node.get("/spec/big").unwrap().text(),
        Some("1.2345678901234567e+19")
    );
    assert_eq!(
        node.get("/spec/date").unwrap().text(),
        Some("2001-01-01T00:00:00Z")
    );

    let mut empty = yaml::read_str("x", "kind: Pod").unwrap().remove(0);
    parse("- {op: replace, path: '', value: {}}")
        .unwrap()
        .apply(&mut empty)
        .unwrap();
    assert_eq!(printed(&empty), "{}\n");
}

#[test]
fn copies_cannot_grow_without_bounds() {
    let double = "- {op: add, path: /l, value: [1]}\n".to_owned()
        + &"- {op: copy, from: /l, path: /l/-}\n".repeat(100);
    let error = parse(&double).unwrap().apply(&mut pod()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);

    let nest: String = (0..20)
        .map(|_| "- {op: copy, from: /d, path: /e}\n- {op: move, from: /e, path: /d/k}\n")
        .collect();
    let error = parse(&("- {op: add, path: /d, value: {}}\n".to_owned() + &nest))
        .unwrap()
        .apply(&mut pod());
    assert!(error.is_ok());
    let deep = "[".repeat(998) + &"]".repeat(998);
    let text = format!("- {{op: add, path: /spec/l/2/x, value: {deep}}}");
    assert_eq!(
        parse(&text).unwrap().apply(&mut pod()).unwrap_err().kind(),
        ErrorKind::Limit
    );
    let text = format!("- {{op: add, path: /x, value: {deep}}}");
    parse(&text).unwrap().apply(&mut pod()).unwrap();
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-9..9i64).prop_map(Into::into),
        "[a-c~/é <]{0,3}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Into::into),
            prop::collection::vec(("[abc]", inner), 0..3)
                .prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

fn operation() -> impl Strategy<Value = serde_json::Value> {
    let path = || "(/[abc012-]){1,3}";
    let op = prop_oneof![
        Just("add"),
        Just("add"),
        Just("remove"),
        Just("replace"),
        Just("move"),
        Just("copy"),
        Just("test"),
    ];
    (op, path(), path(), value()).prop_map(|(op, path, from, value)| {
        serde_json::json!({"op": op, "path": path, "from": from, "value": value})
    })
}

proptest! {
    /// Where RFC 6902 allows a patch, both do the same.
    #[test]
    fn agrees_with_the_json_patch_crate(
        entries in prop::collection::vec(("[abc]", value()), 0..4),
        operations in prop::collection::vec(operation(), 1..5),
    ) {
        let mut json: serde_json::Value = entries.into_iter().collect();
        let mut node = yaml::to_node(&json).unwrap();
        let theirs: json_patch::Patch = serde_json::from_value(operations.clone().into()).unwrap();
        // Its `patch` undoes what failed, and may panic when it does.
        if json_patch::patch_unsafe(&mut json, &theirs).is_ok() {
            let text = serde_json::to_string(&operations).unwrap();
            for patch in [Patch::from(theirs), parse(&format!(" {text}")).unwrap()] {
                let mut node = node.clone();
                patch.apply(&mut node).unwrap();
                prop_assert_eq!(&yaml::from_node::<serde_json::Value>(&node).unwrap(), &json);
            }
            // As JSON, `test` sees that `<` was written without an escape.
            let _ = parse(&text).unwrap().apply(&mut node);
        }
    }
}
