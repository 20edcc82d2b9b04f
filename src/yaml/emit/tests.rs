use super::*;
use crate::source::{Source, SourceId};
use crate::yaml::{Entry, Mapping, ReadOptions, Scalar, Style, Tag, read_first_document};

fn document(text: &str) -> crate::yaml::Document {
    let source = Source::new(SourceId(1), "a.yaml", text.to_owned()).unwrap();
    let options = ReadOptions {
        comments: true,
        merges: false,
        aliases: false,
        ..ReadOptions::default()
    };
    read_first_document(&source, &options).unwrap().unwrap()
}

fn print(text: &str, layout: Layout) -> String {
    let document = document(text);
    to_text([(&document.node, &document.comments)], layout)
}

#[test]
fn keeps_order_styles_tags_and_anchors() {
    for text in [
        "b: 1\na: [x, 'y', \"z\"]\nc: {d: e, f: []}\n",
        "- a\n- b: c\n  d:\n  - e\n  - - f\n    - g\n",
        "a: |\n  x\n   y\nb: >-\n  z\nc: |2\n   x\nd: |+\n  k\n\ne: x\n",
        "a: &x {k: 1}\nb: *x\nc: &y\n  d: e\nf:\n  !!merge <<: *y\n  g: &z h\n",
        "a: !!str 1\nb: !local {c: d}\ne: !!binary aGk=\n",
        "a: !!map {b: c}\nd: !<x:y%20z> e\nf: !vault |\n  text\n",
        "? |-\n  a key\n  with two lines\n: x\n? [a, b]\n: - c\n{}: d\n",
        "\"a: b\": 'it''s'\n'': {'': '', \"c\": ''}\n",
        "a:\nb: ~\nc: \"\"\nd: yes\n",
        "plain\n",
        "''\n",
        "[]\n",
        "- \"\\a\\e\\U0001F600\\n\\L\"\n",
        "- '- x'\n- '#'\n- a#b\n- 'a #b'\n- 'c: '\n- c:d\n- ['c:d', 'x,y']\n- '---'\n- '? x'\n- ?x\n",
    ] {
        assert_eq!(print(text, Layout::KYAML), text);
    }
}

#[test]
fn keeps_comments_where_they_were() {
    for text in [
        "# Kopf\n\n# über a\na: 1 # hinter a\n# Fuß von a\n\nb:\n  # head of c\n  c: 2\n  # foot of c\n\n# document foot\n",
        "a: # behind the colon\n  b: c\nd: # behind another\n- e # item\n# between\n- f\n",
        "a: | # header\n  text\nb: x\n",
        "- # of the mapping\n  a: 1\n- b # of b\n# foot of b\n",
        "a: [\n  # first\n  1, # one\n  2]\n",
        "image: x:1 # {\"$imagepolicy\": \"flux:app\"}\n#ENC[AES256,data:abc]\nkey: value\n",
    ] {
        assert_eq!(print(text, Layout::KYAML), text);
    }
}

#[test]
fn folded_texts_gain_an_empty_line_as_in_the_reference() {
    let text = "a: >\n  one\n\n  two\n    three\n  four\n";
    let expected = "a: >\n  one\n\n  two\n\n    three\n  four\n\n";
    assert_eq!(print(text, Layout::KYAML), expected);
}

#[test]
fn indents_as_the_layout_says() {
    let text = "a:\n- b:\n  - c\n  d: |\n    e\n- - f\ng:\n  h: i\n";
    assert_eq!(print(text, Layout::KYAML), text);
    assert_eq!(
        print(text, Layout::SOPS),
        "a:\n    - b:\n        - c\n      d: |\n        e\n    - - f\ng:\n    h: i\n"
    );
}

#[test]
fn quotes_what_would_be_read_as_something_else() {
    let strings = ["1", "true", "~", "on", "a\nb", "", " x", "\u{1}", "é"];
    let list: Vec<Node> = strings.iter().map(|text| Node::string(*text)).collect();
    let comments = Comments::default();
    let text = to_text(
        [(&Node::from(Sequence::from(list)), &comments)],
        Layout::KYAML,
    );
    assert_eq!(
        text,
        "- \"1\"\n- \"true\"\n- \"~\"\n- on\n- |-\n  a\n  b\n- \"\"\n- ' x'\n- \"\\x01\"\n- é\n"
    );
    // What has no tag is what its text says; a tag that its text does not give is printed.
    let key = Node::new(
        Scalar::new(Tag::None, Style::Plain, "5"),
        Default::default(),
    );
    let value = Node::from(Scalar::new(Tag::Int, Style::Plain, "five"));
    let mapping = Mapping::from(vec![Entry { key, value }]);
    let text = to_text([(&Node::from(mapping), &comments)], Layout::KYAML);
    assert_eq!(text, "5: !!int five\n");
}

#[test]
fn separates_documents() {
    let (one, two) = (document("a: 1\n"), document("# head\n\n- b\n"));
    let both = [(&one.node, &one.comments), (&two.node, &two.comments)];
    assert_eq!(to_text(both, Layout::SOPS), "a: 1\n---\n# head\n\n- b\n");
}

#[test]
fn comments_belong_to_the_text_they_were_read_from() {
    let mut target = document("a: 1 # one\nb: 2 # two\n");
    let mut source = Node::string("x");
    source.set_mark(crate::Mark {
        source: SourceId(2),
        offset: 3,
    });
    target.node.as_mapping_mut().unwrap().set("a", source);
    let text = to_text([(&target.node, &target.comments)], Layout::KYAML);
    assert_eq!(text, "a: x\nb: 2 # two\n");
}
