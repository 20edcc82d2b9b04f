use super::*;
use crate::kustomization::Kustomization;
use crate::limits::Limits;
use crate::source::{Source, SourceId};

fn source(text: &str) -> Source {
    Source::new(SourceId(3), "kustomization.yaml", text.to_owned()).unwrap()
}

/// What all generators of a kustomization make. Its files are those of the table below.
fn generate(text: &str) -> Result<Vec<Generated>> {
    let read = Kustomization::read(&source(text), &Limits::default(), &mut Vec::new())?;
    let mut load = |wanted: Wanted<'_>| {
        let content = match wanted.path {
            "a.txt" | "dir/a.txt" => Content::from("one\ntwo\n"),
            "b.bin" => Content::from(vec![0xFF; 60]),
            "c.env" => Content::from("A=1\nB=2\n"),
            _ => {
                let message = "no such file";
                return Err(Error::marked(ErrorKind::NotFound, wanted.mark, message));
            }
        };
        Ok((content, wanted.mark))
    };
    let global = read.generator_options.as_ref();
    let mut made = Vec::new();
    for entry in &read.config_map_generator {
        made.push(config_map(entry, global, &mut load)?);
    }
    for entry in &read.secret_generator {
        made.push(secret(entry, global, &mut load)?);
    }
    Ok(made)
}

fn one(text: &str) -> Generated {
    generate(text).unwrap().remove(0)
}

fn printed(node: &Node) -> String {
    let mut out = Vec::new();
    yaml::write(node, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn refused(text: &str) -> Error {
    let error = generate(text).map(|_| ()).unwrap_err();
    error.locate_in(&source(text))
}

#[test]
fn a_config_map_of_everything() {
    let made = one("configMapGenerator:
- name: cm
  namespace: ns
  files: [dir/a.txt, bin=b.bin]
  literals: [z=\"quoted\", y='single', x='mixed\", w=', v=\"]
  envs: [c.env]
  options: {labels: {l: yes-, k: '5'}, annotations: {n-: a}, immutable: true}
");
    assert!(made.needs_hash && made.behavior == Some(Behavior::Unspecified));
    let line = "/".repeat(70);
    let expected = format!(
        "apiVersion: v1
binaryData:
  bin: |
    {line}
    //////////
data:
  A: \"1\"
  B: \"2\"
  a.txt: |
    one
    two
  v: '\"'
  w: ''''
  x: '''mixed\"'
  \"y\": single
  z: quoted
immutable: true
kind: ConfigMap
metadata:
  annotations:
    n-: a
  labels:
    k: \"5\"
    l: yes-
  name: cm
  namespace: ns
"
    );
    assert_eq!(printed(&made.node), expected);
}

#[test]
fn a_secret_is_base64() {
    let made =
        one("secretGenerator: [{name: s, files: [a.txt], literals: [a=x], behavior: merge}]");
    assert_eq!(made.behavior, Some(Behavior::Merge));
    let data = "apiVersion: v1\ndata:\n  a: eA==\n  a.txt: b25lCnR3bwo=\n";
    let rest = "kind: Secret\nmetadata:\n  name: s\ntype: Opaque\n";
    assert_eq!(printed(&made.node), format!("{data}{rest}"));
    let made = one("secretGenerator: [{name: s, type: t}]");
    assert!(printed(&made.node).starts_with("apiVersion: v1\ndata: {}\n"));
    assert!(printed(&made.node).ends_with("type: t\n"));
}

#[test]
fn base64_breaks_at_seventy() {
    for (len, lines) in [(0, 1), (51, 1), (52, 2), (105, 2), (106, 3)] {
        let text = base64(&vec![b'x'; len]);
        assert_eq!(text.matches('\n').count().max(1), lines, "{len}");
        assert_eq!(text.contains('\n'), lines > 1, "{len}");
        assert!(text.lines().all(|line| line.len() <= 70));
    }
}

#[test]
fn options_of_all_and_of_one() {
    let made = one(
        "configMapGenerator: [{name: a, options: {labels: {l: own}}}]
generatorOptions: {labels: {l: all, m: all}, disableNameSuffixHash: true}
",
    );
    assert!(!made.needs_hash);
    assert!(printed(&made.node).contains("  labels:\n    l: own\n    m: all\n"));
    for (text, behavior) in [
        ("create", Behavior::Create),
        ("replace", Behavior::Replace),
        ("Merge", Behavior::Unspecified),
    ] {
        let made = one(&format!(
            "configMapGenerator: [{{name: a, behavior: {text}}}]"
        ));
        assert_eq!(made.behavior, Some(behavior), "{text}");
    }
}

#[test]
fn an_empty_key_of_a_label() {
    let options = "options: {labels: {'': a, b: c}, annotations: {d: e}}";
    let error = refused(&format!("configMapGenerator: [{{name: a, {options}}}]"));
    assert_eq!(error.kind(), ErrorKind::Generator);
    let made = one(&format!("secretGenerator: [{{name: a, {options}}}]"));
    assert!(printed(&made.node).contains("metadata:\n  labels: {}\n  name: a\n"));
    let made = one("secretGenerator: [{name: a, options: {annotations: {'': e, f: g}}}]");
    assert!(printed(&made.node).contains("metadata:\n  name: a\n"));
}

#[test]
fn entries_that_cannot_be_generated() {
    for (entry, kind, column) in [
        ("{literals: [a=b]}", ErrorKind::Generator, 22),
        ("{name: a, literals: [a]}", ErrorKind::Generator, 43),
        ("{name: a, literals: [=a]}", ErrorKind::Generator, 43),
        ("{name: a, files: [=a]}", ErrorKind::Generator, 40),
        ("{name: a, files: [a=]}", ErrorKind::Generator, 40),
        ("{name: a, files: [a=b=c]}", ErrorKind::Generator, 40),
        ("{name: a, files: [none]}", ErrorKind::NotFound, 40),
        ("{name: a, envs: [b.bin]}", ErrorKind::Encoding, 39),
        (
            "{name: a, literals: [A=b, a=1], envs: [c.env]}",
            ErrorKind::DuplicateKey,
            43,
        ),
        (
            "{name: a, files: [a.txt, dir/a.txt]}",
            ErrorKind::DuplicateKey,
            47,
        ),
    ] {
        let error = refused(&format!("configMapGenerator: [{entry}]"));
        assert_eq!(error.kind(), kind, "{entry}");
        assert_eq!(error.location().unwrap().column, column, "{entry}");
    }
}

#[test]
fn values_point_at_their_entries() {
    let text = "configMapGenerator:\n- name: a\n  literals:\n  - k=v\n  files: [a.txt]\n";
    let node = one(text).node;
    let line = |path: [&str; 2]| {
        let node = node.as_mapping().unwrap().get(path[0]).unwrap();
        let mark = node.as_mapping().unwrap().get(path[1]).unwrap().mark();
        source(text).locate(mark.offset).line
    };
    assert_eq!(line(["metadata", "name"]), 2);
    assert_eq!(line(["data", "k"]), 4);
    assert_eq!(line(["data", "a.txt"]), 5);
}

#[test]
fn strings_that_read_as_something_else_are_quoted() {
    let node = one("configMapGenerator: [{name: 'on', literals: ['a=5', 'b=text', '5=x']}]").node;
    let root = node.as_mapping().unwrap();
    let style = |map: &str, key: &str| {
        let map = root.get(map).unwrap().as_mapping().unwrap();
        map.get(key).unwrap().as_scalar().unwrap().style()
    };
    assert_eq!(style("metadata", "name"), Style::DoubleQuoted);
    assert_eq!(style("data", "a"), Style::DoubleQuoted);
    assert_eq!(style("data", "b"), Style::Plain);
    // The key has no tag, so that it is a number, which no output can hold.
    let error = yaml::write(&node, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyNotString);
}
