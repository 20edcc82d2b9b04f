//! Which node keeps which comment. go-yaml v3 gave the same answers for these texts.

use kustody::yaml::{self, Comment, Comments, Document, Node, ReadOptions, Value};
use kustody::{Source, SourceId};

fn documents(text: &str) -> Vec<Document> {
    let mut options = ReadOptions::default();
    options.comments = true;
    let source = Source::new(SourceId(7), "a.yaml", text.to_owned()).unwrap();
    yaml::read_stream(&source, &options).unwrap()
}

/// Reads `text` and compares its comments: a line for each, with the path of its node. A path that
/// ends in `:` means the key and not the value.
fn check(text: &str, expected: &[&str]) {
    let mut found = Vec::new();
    for document in documents(text) {
        let comments = &document.comments;
        if !comments.document_head().is_empty() {
            found.push(format!("document head {}", shown(comments.document_head())));
        }
        list(&document.node, "", comments, &mut found);
        if !comments.document_foot().is_empty() {
            found.push(format!("document foot {}", shown(comments.document_foot())));
        }
    }
    assert_eq!(found, expected, "{text}");
}

fn list(node: &Node, path: &str, comments: &Comments, found: &mut Vec<String>) {
    if let Some(Comment {
        head, line, foot, ..
    }) = comments.of(node)
    {
        for (part, text) in [("head", head), ("line", line), ("foot", foot)] {
            if !text.is_empty() {
                found.push(format!("{path} {part} {}", shown(text)));
            }
        }
    }
    match node.value() {
        Value::Scalar(_) => {}
        Value::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                list(item, &format!("{path}[{at}]"), comments, found);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                let name = entry.key.text().unwrap_or("?");
                let path = format!("{path}.{name}");
                list(&entry.key, &format!("{path}:"), comments, found);
                list(&entry.value, &path, comments, found);
            }
        }
    }
}

fn shown(comment: &str) -> String {
    comment.replace('\n', " / ")
}

#[test]
fn heads_lines_and_feet() {
    check(
        "\
# What it is.
# Two lines.
kind: Deployment # after a value
spec:
  # How many
  replicas: 3
  # below the last key

  paused: false
",
        &[
            ".kind: head # What it is. / # Two lines.",
            ".kind line # after a value",
            ".spec.replicas: head # How many",
            ".spec.replicas: foot # below the last key",
        ],
    );
    check(
        "\
a: 1
# directly below: the foot of a

b: 2

# directly above: the head of c
c: 3
# no empty line: the head of d
d: 4
",
        &[
            ".a: foot # directly below: the foot of a",
            ".c: head # directly above: the head of c",
            ".d: head # no empty line: the head of d",
        ],
    );
}

#[test]
fn documents_have_heads_and_feet_apart_by_empty_lines() {
    check(
        "\
# Licence

# More of it

# About a
a: 1
# below a

# at the end
# of the text
",
        &[
            "document head # Licence /  / # More of it",
            ".a: head # About a",
            ".a: foot # below a",
            "document foot # at the end / # of the text",
        ],
    );
    check(
        "# nothing above\n\na: 1\n\n# Ende",
        &["document head # nothing above", "document foot # Ende"],
    );
    check(
        "# only about a\na: 1\n# only below a\n",
        &[".a: head # only about a", ".a: foot # only below a"],
    );
    check(
        "\
# first
---
# in the first
a: 1
# below a

# behind the first
---
# in the second
b: 2
...
# behind the end
---
c: 3
",
        &[
            ".a: head # first / # in the first",
            ".a: foot # below a",
            "document foot # behind the first",
            ".b: head # in the second",
            ".c: head # behind the end",
        ],
    );
    check("--- # at the mark\na: 1\n", &[".a: head # at the mark"]);
}

#[test]
fn lists() {
    check(
        "\
# above the list
- a # at a
# above b
- b
# below b

# above c

- c

# below the list
",
        &[
            "[0] head # above the list",
            "[0] line # at a",
            "[1] head # above b",
            "[1] foot # below b",
            "[2] head # above c / ",
            "document foot # below the list",
        ],
    );
    check(
        "\
args:
# above the first, not indented
- --verbose # laut
# between
- --port=80
# below the last
ports:
  # above, indented
  - 80

  # apart
  - 443
  # below, indented
hosts: []
",
        &[
            ".args[0] head # above the first, not indented",
            ".args[0] line # laut",
            ".args[1] head # between",
            ".ports: head # below the last",
            ".ports[0] head # above, indented",
            ".ports[1] head # apart",
            ".ports[1] foot # below, indented",
        ],
    );
}

#[test]
fn collections_in_list_items() {
    check(
        "\
containers:
# the whole container
- # its first key
  name: app
  # its image
  image: app:1
# the other container
- name: sidecar
",
        &[
            ".containers[0] head # the whole container",
            ".containers[0].name: head # its first key",
            ".containers[0].image: head # its image",
            ".containers[1] head # the other container",
        ],
    );
    check(
        "\
- # the inner list
  - a
  # below a
- # of a scalar
  b
# the outer item
- - c
  - d
",
        &[
            "[0][0] head # the inner list",
            "[0][0] foot # below a",
            "[1] head # of a scalar",
            "[2] head # the outer item",
        ],
    );
    check(
        "\
key: # above a list
  - a
other: # above an empty line

  - b
",
        &[
            ".key: line # above a list",
            ".other: line # above an empty line",
        ],
    );
}

#[test]
fn dedented_comments() {
    check(
        "\
metadata:
  labels:
    app: web
    # below app
  # below labels
# below metadata

spec: {}
",
        &[
            ".metadata: foot # below metadata",
            ".metadata.labels: foot # below labels",
            ".metadata.labels.app: foot # below app",
        ],
    );
    check(
        "\
metadata:
  labels:
    app: web
  # Namensraum
  namespace: prod
# the rest
spec:
  deep:
    deeper: 1
# last
",
        &[
            ".metadata.namespace: head # Namensraum",
            ".spec: head # the rest",
            ".spec: foot # last",
        ],
    );
    check(
        "\
spec:
  list:
  - a
  - b
  # below the list
# above status
status: {}
",
        &[
            ".spec.list[1] foot # below the list",
            ".status: head # above status",
        ],
    );
}

#[test]
fn flow_collections() {
    check(
        "\
# above
a: [1, 2] # behind
b: [ # opened
  # first
  1, # one
  # second
  2
  # below the last
] # closed
c: {
  x: 1, # eins
  # above y
  y: 2
  # below y
}
# below c
",
        &[
            ".a: head # above",
            ".a line # behind",
            ".b line # closed",
            ".b[0] head # first",
            ".b[0] line # one",
            ".b[1] head # second",
            ".b[1] foot # below the last",
            ".c: foot # below c",
            ".c.x line # eins",
            ".c.y: head # above y",
            ".c.y: foot # below y",
        ],
    );
    check(
        "[a: b, # pair\n {c: d}: e, # key\n [f]: g]\n",
        &["[0].a line # pair", "[1].? line # key"],
    );
}

#[test]
fn behind_headers_and_indicators() {
    check(
        "\
script: | # a header
  echo # part of the text
  # and this
# below the script
folded: >- # another
  text
empty: # of the key
anchored: &a # behind an anchor
  x: 1
tagged: !!map # behind a tag
  y: 2
alias: *a
? complex # in a key
: value # of a value
",
        &[
            ".script line # a header",
            ".folded: head # below the script",
            ".folded line # another",
            ".empty: line # of the key",
            ".anchored.x: line # behind an anchor",
            ".tagged.y: line # behind a tag",
            ".alias.x: line # behind an anchor",
            ".complex: line # in a key",
            ".complex line # of a value",
        ],
    );
    check(
        "#x: 1\nurl: http://a#b # c\ntext: \"a # b\" # d\nplain: a\n  b # e\n",
        &[
            ".url: head #x: 1",
            ".url line # c",
            ".text line # d",
            ".plain line # e",
        ],
    );
}

#[test]
fn scalars_alone() {
    check(
        "# above\n\n# on top\ntext # beside\n# below\n\n# at the end\n",
        &[
            "document head # above",
            " head # on top",
            " line # beside",
            " foot # below",
            "document foot # at the end",
        ],
    );
    check(
        "# above\n\n|\n text\n# below\n",
        &["document head # above", " foot # below"],
    );
}

#[test]
fn characters_count_and_not_bytes() {
    check(
        "\
größe:
  übergröße: ja # Stück für Stück
  # über „Maß“
  maß: 1
# Fußnote: 末尾

straße: 日本 # 語
",
        &[
            ".größe: foot # Fußnote: 末尾",
            ".größe.übergröße line # Stück für Stück",
            ".größe.maß: head # über „Maß“",
            ".straße line # 語",
        ],
    );
    // The column of the last comment's end decides what it is the foot of.
    check(" - key:\n#\u{10000}", &["document foot #𐀀"]);
}

#[test]
fn odd_line_breaks() {
    check(
        "a: 1 # x\r\n# y\r\n\r\n# z\r\nb: 2\r\n",
        &[".a line # x", ".b: head # y /  / # z"],
    );
    check(
        "a: 1 # x\r# y\r\r# z\rb: 2\r",
        &[".a line # x", ".b: head # y /  / # z"],
    );
    check("a\u{2028}# below\n", &[" foot # below"]);
}

#[test]
fn image_markers_and_encrypted_comments() {
    check(
        "\
spec:
  containers:
  - name: app
    image: ghcr.io/org/app:1.0 # {\"$imagepolicy\": \"flux-system:app\"}
  - image: # {\"$imagepolicy\": \"flux-system:empty\"}
newTag: 1.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}
",
        &[
            ".spec.containers[0].image line # {\"$imagepolicy\": \"flux-system:app\"}",
            ".spec.containers[1].image: line # {\"$imagepolicy\": \"flux-system:empty\"}",
            ".newTag line # {\"$imagepolicy\": \"flux-system:app:tag\"}",
        ],
    );
    check(
        "\
#ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:comment]
password: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]
list:
    #ENC[AES256_GCM,data:AQ==,iv:AA==,tag:AA==,type:comment]
    - ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str] #ENC[AES256_GCM,data:Ag==,iv:AA==,tag:AA==,type:comment]
sops:
    version: 3.11.0
",
        &[".password: head #ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:comment]", ".list[0] head #ENC[AES256_GCM,data:AQ==,iv:AA==,tag:AA==,type:comment]", ".list[0] line #ENC[AES256_GCM,data:Ag==,iv:AA==,tag:AA==,type:comment]"],
    );
}

#[test]
fn places_are_not_shared() {
    check(
        "# about the key\n? a\n# about b\nb: 1\n",
        &[".a: head # about the key", ".b: head # about b"],
    );
    check("? # no key\nk: # k\n", &[".k: line # no key / # k"]);
    check("# c\n[a, b]: 1 # d\n", &[".?: head # c", ".? line # d"]);
    check(
        "[[a]: b, # e\n {c: d}: f # g\n]\n",
        &["[0].? line # e", "[1].? line # g"],
    );
}

/// The reference sees a comment on the line of a value up to 511 blanks behind it.
#[test]
fn far_away_on_the_line() {
    let with_gap = |blanks: usize| format!("a: 'x'{}# far\n", " ".repeat(blanks));
    check(&with_gap(511), &[".a line # far"]);
    check(&with_gap(512), &["document foot # far"]);
}

#[test]
fn nodes_of_another_text_have_none() {
    let document = documents("# head\na: 1 # line\n").remove(0);
    let other = yaml::read_str("b.yaml", "# head\na: 1 # line\n").unwrap();
    let value = |node: &Node| node.as_mapping().unwrap().get("a").unwrap().clone();
    assert!(document.comments.of(&value(&document.node)).is_some());
    assert!(document.comments.of(&value(&other[0])).is_none());
}

#[test]
fn comments_change_no_nodes() {
    let text = "# a\nlist: # b\n# c\n- 1 # d\n\n# e\n- {x: [y]} # f\n# g\n";
    let source = Source::new(SourceId(7), "a.yaml", text).unwrap();
    let without = yaml::read_stream(&source, &ReadOptions::default()).unwrap();
    assert!(without[0].comments.is_empty());
    let with = documents(text);
    assert_eq!(with[0].node, without[0].node);
    assert!(!with[0].comments.is_empty());
}
