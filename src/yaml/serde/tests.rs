use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::source::{Mark, Source, SourceId};
use crate::yaml::{Entry, Mapping, Scalar, Sequence, Style, Tag};

fn node(value: serde_json::Value) -> Node {
    to_node(&value).unwrap()
}

fn untagged(text: &str) -> Node {
    Scalar::new(Tag::None, Style::Plain, text).into()
}

fn complaint<T: DeserializeOwned + Debug>(node: &Node) -> String {
    let error = from_node::<T>(node).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deserialize, "{error}");
    error.message().to_owned()
}

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    assert_eq!(&from_node::<T>(&to_node(value).unwrap()).unwrap(), value);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Deployment {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Spec {
    replicas: Option<i32>,
    #[serde(default)]
    ports: Vec<Port>,
    strategy: Rollout,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Port {
    number: IntOrString,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum IntOrString {
    Int(i32),
    String(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Rollout {
    Recreate,
    RollingUpdate { surge: f32 },
}

fn deployment() -> serde_json::Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web"}, "uid": "x", "generation": 4},
        "spec": {
            "replicas": null,
            "ports": [{"number": 80}, {"number": "http"}],
            "strategy": {"type": "RollingUpdate", "surge": 0.5},
        },
    })
}

#[test]
fn reads_what_kubernetes_types_look_like() {
    let read: Deployment = from_node(&node(deployment())).unwrap();
    assert_eq!(read, serde_json::from_value(deployment()).unwrap());
    round_trip(&read);
}

#[test]
fn errors_carry_path_and_mark() {
    let wrong = |pointer: &str, value: serde_json::Value| {
        let mut node = node(deployment());
        *node.get_mut(pointer).unwrap() = self::node(value);
        complaint::<Deployment>(&node)
    };
    for (pointer, value, message) in [
        (
            "/spec/replicas",
            json!("hunter2"),
            "spec.replicas: expected an integer (i32), found a string",
        ),
        (
            "/spec/ports",
            json!({}),
            "spec.ports: expected a sequence, found a mapping",
        ),
        (
            "/metadata/name",
            json!(5),
            "metadata.name: expected a string, found an integer",
        ),
        (
            "/spec/ports/1/number",
            json!([]),
            "spec.ports.1.number: data did not match any variant of untagged enum IntOrString",
        ),
        (
            "/spec/strategy",
            json!({"type": "hunter2"}),
            "spec.strategy.type: this is no variant; expected one of `Recreate`, `RollingUpdate`",
        ),
        ("/spec", json!({}), "spec: the field `strategy` is missing"),
        (
            "",
            json!({"nope": "hunter2"}),
            "unknown field `nope`; expected one of `apiVersion`, `kind`, `metadata`, `spec`",
        ),
        (
            "",
            json!("hunter2"),
            "expected struct Deployment, found a string",
        ),
        (
            "/spec/replicas",
            json!(5_000_000_000_u64),
            "spec.replicas: expected an integer (i32), which this is not although it is an integer",
        ),
    ] {
        assert_eq!(wrong(pointer, value), message);
    }

    let mark = Mark {
        source: SourceId(7),
        offset: 42,
    };
    let mut labels = node(json!({"a.b/c": 5}));
    labels.get_mut("/a.b~1c").unwrap().set_mark(mark);
    let error = from_node::<BTreeMap<String, String>>(&labels).unwrap_err();
    assert_eq!(
        error.to_string(),
        "[a.b/c]: expected a string, found an integer"
    );
    assert_eq!(error.mark(), Some(mark));
}

#[test]
fn a_mark_leads_to_line_and_column() {
    let source = Source::new(SourceId(1), "a.yaml", "spec:\n  replicas: many\n").unwrap();
    let documents = crate::yaml::read(&source, &Default::default()).unwrap();
    let error = from_node::<BTreeMap<String, BTreeMap<String, u8>>>(&documents[0]);
    assert_eq!(
        error.unwrap_err().locate_in(&source).to_string(),
        "a.yaml:2:13: spec.replicas: expected an integer (u8), found a string"
    );
}

#[test]
fn words_of_other_types_do_not_carry_values_out() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Picky;
    impl TryFrom<String> for Picky {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            Err(match text.as_str() {
                "tame" => "only wild ones".to_owned(),
                _ => format!("not {text:?}"),
            })
        }
    }
    let refused = "the type that was asked for does not accept the value";
    assert_eq!(complaint::<Picky>(&Node::string("hunter2")), refused);
    assert_eq!(complaint::<Picky>(&Node::string("two\n\"lines\"")), refused);
    assert_eq!(complaint::<Picky>(&binary(b"hunter2")), refused);
    assert_eq!(complaint::<Picky>(&Node::string("tame")), "only wild ones");
    let list = node(json!(["tame"]));
    assert_eq!(complaint::<Vec<Picky>>(&list), "0: only wild ones");

    #[derive(Debug, Deserialize)]
    #[serde(try_from = "BTreeMap<String, String>")]
    struct Account;
    impl TryFrom<BTreeMap<String, String>> for Account {
        type Error = String;

        fn try_from(fields: BTreeMap<String, String>) -> Result<Self, String> {
            Err(format!("weak: {}", fields["password"]))
        }
    }
    assert_eq!(
        complaint::<Account>(&node(json!({"password": "hunter2"}))),
        refused
    );
    // Without `from_node` nobody ties the error to a node.
    let error = Picky::deserialize(&Node::string("tame")).unwrap_err();
    assert_eq!(error.message(), refused);
}

fn binary(bytes: &[u8]) -> Node {
    ser::binary(bytes)
}

#[test]
fn scalars_are_read_as_the_reference_reads_them() {
    assert_eq!(from_node::<u8>(&untagged("0x10")).unwrap(), 16);
    assert_eq!(from_node::<f64>(&untagged("3")).unwrap(), 3.0);
    assert!(from_node::<f64>(&untagged(".nan")).unwrap().is_nan());
    assert_eq!(from_node::<&str>(&untagged("yes")).unwrap(), "yes");
    assert_eq!(from_node::<char>(&untagged("é")).unwrap(), 'é');
    assert_eq!(from_node::<Option<u8>>(&untagged("~")).unwrap(), None);
    assert_eq!(from_node::<Option<u8>>(&untagged("")).unwrap(), None);
    assert_eq!(from_node::<Option<u8>>(&untagged("1")).unwrap(), Some(1));
    assert_eq!(
        from_node::<String>(&untagged("2001-01-01")).unwrap(),
        "2001-01-01T00:00:00Z"
    );
    assert_eq!(from_node::<String>(&binary(b"hello")).unwrap(), "hello");
    assert_eq!(
        complaint::<String>(&untagged("1.0")),
        "expected a string, found a float"
    );
    assert_eq!(
        complaint::<bool>(&untagged("yes")),
        "expected a boolean, found a string"
    );
    assert_eq!(
        complaint::<u8>(&untagged("~")),
        "expected an integer (u8), found null"
    );

    let word = Node::from(Scalar::with_explicit_tag("!!int", Style::Plain, "word"));
    let list = Node::from(Sequence::from(vec![word]));
    let error = from_node::<Vec<i32>>(&list).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert!(
        error.message().starts_with("0: ") && error.mark().is_some(),
        "{error}"
    );
    assert!(serde_json::to_string(&list).is_err());
}

#[test]
fn numbers_and_texts_come_back() {
    round_trip(&i128::MIN);
    round_trip(&u128::MAX);
    round_trip(&i128::from(u64::MAX));
    round_trip(&(i64::MIN, u64::MAX, 0.1_f32, f64::MAX, 'é', ()));
    round_trip(&vec![
        "".to_owned(),
        "5".into(),
        "null".into(),
        "a\n b\n".into(),
        "<<".into(),
    ]);
    let infinite: f64 = from_node(&to_node(&f64::INFINITY).unwrap()).unwrap();
    assert_eq!(infinite, f64::INFINITY);
    assert_eq!(to_node(&0.1_f32).unwrap().text(), Some("0.1"));
    assert_eq!(to_node("5").unwrap(), Node::string("5"));
}

#[test]
fn bytes_pass_as_binary() {
    struct Bytes(Vec<u8>);
    impl Serialize for Bytes {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&self.0)
        }
    }
    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl serde::de::Visitor<'_> for Visitor {
                type Value = Bytes;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("bytes")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                    Ok(Bytes(bytes.to_vec()))
                }
            }
            deserializer.deserialize_byte_buf(Visitor)
        }
    }
    let node = to_node(&Bytes(vec![0, 255])).unwrap();
    assert_eq!(node.as_scalar().map(Scalar::tag), Some(Tag::Binary));
    assert_eq!(from_node::<Bytes>(&node).unwrap().0, [0, 255]);
    assert_eq!(from_node::<Bytes>(&Node::string("hi")).unwrap().0, b"hi");
    assert!(from_node::<Bytes>(&Node::int(1)).is_err());
}

#[test]
fn enums_are_names_or_mappings_with_one_key() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Unit,
        New(Box<Self>),
        Tuple(u8, u8),
        Struct { side: Option<u8> },
    }
    for shape in [
        Shape::Unit,
        Shape::New(Box::new(Shape::Unit)),
        Shape::Tuple(1, 2),
        Shape::Struct { side: None },
    ] {
        let as_node = to_node(&shape).unwrap();
        let as_json = serde_json::to_value(&shape).unwrap();
        assert_eq!(as_node, node(as_json));
        round_trip(&shape);
        round_trip(&BTreeMap::from([(1_u8, shape)]));
    }
    assert_eq!(
        from_node::<Shape>(&node(json!({"Unit": null}))).unwrap(),
        Shape::Unit
    );
    for (value, message) in [
        (
            json!("hunter2"),
            "this is no variant; expected one of `Unit`, `New`, `Tuple`, `Struct`",
        ),
        (
            json!(null),
            "expected the name of a variant, or a mapping with that one key",
        ),
        (
            json!({"Unit": null, "New": 1}),
            "expected the name of a variant, or a mapping with that one key",
        ),
        (
            json!("Tuple"),
            "expected a mapping from the variant's name to its content, found a variant without content",
        ),
        (
            json!({"Tuple": [1, 2, 3]}),
            "Tuple: expected a list of 2 elements, found 3",
        ),
        (
            json!({"Tuple": [1]}),
            "Tuple: expected tuple variant Shape::Tuple with 2 elements, found 1 elements",
        ),
        (
            json!({"New": {"Struct": {"side": "hunter2"}}}),
            "New.Struct.side: expected an integer (u8), found a string",
        ),
    ] {
        assert_eq!(complaint::<Shape>(&node(value)), message);
    }
}

#[test]
fn keys_have_types_unless_strings_are_wanted() {
    let entry = |key, value| Entry { key, value };
    let ports = Node::from(Mapping::from(vec![
        entry(Node::int(8080), Node::string("a")),
        entry(Node::bool(true), Node::string("b")),
    ]));
    let texts: BTreeMap<String, &str> = from_node(&ports).unwrap();
    assert_eq!(texts["8080"], "a");
    assert_eq!(
        serde_json::to_string(&ports).unwrap(),
        r#"{"8080":"a","true":"b"}"#
    );
    assert_eq!(
        complaint::<BTreeMap<i32, String>>(&ports),
        "expected an integer (i32), found a boolean"
    );
    round_trip(&BTreeMap::from([(-1, 'a'), (2, 'b')]));
    round_trip(&BTreeMap::from([(u128::MAX, ())]));

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    struct Name(String);
    round_trip(&BTreeMap::from([(Name("8080".to_owned()), 1)]));
    from_node::<BTreeMap<Name, String>>(&ports).unwrap();
}

#[test]
fn a_repeated_key_counts_twice() {
    let twice = Node::from(
        [("a", Node::int(1)), ("a", Node::int(2))]
            .into_iter()
            .collect::<Mapping>(),
    );
    assert_eq!(from_node::<BTreeMap<String, i32>>(&twice).unwrap()["a"], 2);
    assert_eq!(serde_json::to_string(&twice).unwrap(), r#"{"a":1,"a":2}"#);
    #[derive(Debug, Deserialize)]
    struct Once {
        #[serde(rename = "a")]
        _a: i32,
    }
    assert_eq!(
        complaint::<Once>(&twice),
        "the field `a` stands there twice"
    );
}

#[test]
fn the_deepest_node_fits_a_small_stack() {
    fn deep() {
        let nest = |inner, level: usize| match level % 2 {
            0 => Node::from(Sequence::from(vec![inner])),
            _ => Node::from([("a", inner)].into_iter().collect::<Mapping>()),
        };
        let node = (0..1000).fold(Node::int(1), nest);
        let value: serde_json::Value = from_node(&node).unwrap();
        assert_eq!(to_node(&value).unwrap(), node);
        assert_eq!(from_node::<Node>(&node).unwrap(), node);
        assert_eq!(serde_json::to_value(&node).unwrap(), value);
        let node = (0..1000).fold(
            Node::from(Scalar::with_explicit_tag("!!int", Style::Plain, "x")),
            nest,
        );
        let error = from_node::<serde_json::Value>(&node).unwrap_err();
        assert!(error.message().contains("a.0.a"), "{error}");
    }
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(deep).unwrap().join().unwrap();
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<u64>().prop_map(|value| json!(value)),
        any::<f64>().prop_filter_map("JSON has finite numbers", |value| value
            .is_finite()
            .then(|| json!(value))),
        "[~0-9a-z.:\n'é-]{0,12}".prop_map(|value| json!(value)),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|list| json!(list)),
            prop::collection::btree_map("[~0-9a-z. ]{0,6}", inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn json_comes_back_from_nodes(value in any_json()) {
        let node = to_node(&value).unwrap();
        prop_assert_eq!(&from_node::<serde_json::Value>(&node).unwrap(), &value);
        prop_assert_eq!(&serde_json::to_value(&node).unwrap(), &value);
        prop_assert_eq!(&serde_json::from_value::<Node>(value).unwrap(), &node);
        prop_assert_eq!(&from_node::<Node>(&node).unwrap(), &node);
    }
}
