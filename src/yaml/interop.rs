//! Nodes and the values of the `serde_yaml` crate.

use serde_yaml::value::{Tag as YamlTag, TaggedValue};
use serde_yaml::{Mapping as YamlMapping, Number, Value as YamlValue};

use super::node::{Dress, Entry, Mapping, Node, Scalar, Sequence, Value};
use super::resolve::Resolved;
use super::tag::{Style, Tag};
use super::text::Text;

/// Tags stay: a string under one counts as quoted, so that it is told from a number. Of a tag
/// around another tag the outer one stays.
///
/// ```
/// use kustody::yaml::Node;
/// let value: serde_yaml::Value = serde_yaml::from_str("port: 80")?;
/// assert_eq!(Node::from(value).get("/port"), Some(&Node::int(80)));
/// # Ok::<(), serde_yaml::Error>(())
/// ```
impl From<YamlValue> for Node {
    fn from(value: YamlValue) -> Self {
        match value {
            YamlValue::Null => Self::null(),
            YamlValue::Bool(value) => Self::bool(value),
            YamlValue::Number(number) => from_number(&number),
            YamlValue::String(text) => Self::string(text),
            YamlValue::Sequence(list) => list
                .into_iter()
                .map(Self::from)
                .collect::<Sequence>()
                .into(),
            YamlValue::Mapping(mapping) => Mapping::from(entries(mapping)).into(),
            YamlValue::Tagged(tagged) => {
                let TaggedValue { tag, value } = *tagged;
                under_tag(&tag.to_string(), value)
            }
        }
    }
}

fn from_number(number: &Number) -> Node {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => Node::int(number),
        (_, Some(number)) => Node::uint(number),
        _ => Node::float(number.as_f64().unwrap_or(f64::NAN)),
    }
}

fn entries(mapping: YamlMapping) -> Vec<Entry> {
    let entry = |(key, value): (YamlValue, YamlValue)| Entry {
        key: key.into(),
        value: value.into(),
    };
    mapping.into_iter().map(entry).collect()
}

fn under_tag(tag: &str, value: YamlValue) -> Node {
    match Node::from(value).into_value() {
        Value::Scalar(scalar) => {
            let style = match scalar.tag() {
                Tag::Str => Style::DoubleQuoted,
                _ => scalar.style(),
            };
            Scalar::with_explicit_tag(tag, style, scalar.text().clone()).into()
        }
        Value::Sequence(list) => {
            Sequence::read(list.into_items(), Dress::new(false, Some(Text::from(tag)))).into()
        }
        Value::Mapping(mapping) => Mapping::read(
            mapping.into_entries(),
            Dress::new(false, Some(Text::from(tag))),
        )
        .into(),
    }
}

/// What go-yaml v3 reads: dates and `!!binary` become strings, tags of one's own stay. Of equal
/// keys the last value counts, and a text that does not fit its tag is a string.
///
/// ```
/// use kustody::yaml::Node;
/// let value = serde_yaml::Value::from(&Node::int(80));
/// assert_eq!(value, serde_yaml::Value::from(80));
/// ```
impl From<&Node> for YamlValue {
    fn from(node: &Node) -> Self {
        match node.value() {
            Value::Scalar(scalar) => {
                let own = own_tag(Some(scalar.tag_name()));
                tagged(own, from_scalar(scalar, own.is_some()))
            }
            Value::Sequence(list) => tagged(
                own_tag(list.tag()),
                Self::Sequence(list.iter().map(Self::from).collect()),
            ),
            Value::Mapping(mapping) => {
                let pairs = mapping
                    .iter()
                    .map(|entry| (Self::from(&entry.key), Self::from(&entry.value)));
                tagged(own_tag(mapping.tag()), Self::Mapping(pairs.collect()))
            }
        }
    }
}

fn from_scalar(scalar: &Scalar, own_tag: bool) -> YamlValue {
    let tag = if own_tag { Tag::None } else { scalar.tag() };
    match scalar.resolve_under(tag) {
        Ok(Resolved::Null) => YamlValue::Null,
        Ok(Resolved::Bool(value)) => YamlValue::Bool(value),
        Ok(Resolved::Int(value)) => YamlValue::Number(value.into()),
        Ok(Resolved::UInt(value)) => YamlValue::Number(value.into()),
        Ok(Resolved::Float(value)) => YamlValue::Number(value.into()),
        Ok(Resolved::Timestamp(text)) => YamlValue::String(text),
        Ok(Resolved::Binary(bytes)) => {
            YamlValue::String(String::from_utf8_lossy(&bytes).into_owned())
        }
        Ok(Resolved::Str(_)) | Err(_) => YamlValue::String(scalar.text().to_string()),
    }
}

/// A tag that is none of YAML's: those say only what the value shows anyway.
fn own_tag(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty() && !name.starts_with("!!"))
}

fn tagged(tag: Option<&str>, value: YamlValue) -> YamlValue {
    match tag {
        Some(tag) => YamlValue::Tagged(Box::new(TaggedValue {
            tag: YamlTag::new(tag),
            value,
        })),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scalar() -> impl Strategy<Value = YamlValue> {
        prop_oneof![
            Just(YamlValue::Null),
            any::<bool>().prop_map(YamlValue::from),
            any::<i64>().prop_map(YamlValue::from),
            any::<u64>().prop_map(YamlValue::from),
            any::<f64>().prop_map(YamlValue::from),
            "[~0-9a-z.:\n'é-]{0,30}".prop_map(YamlValue::from),
        ]
    }

    fn plain(depth: u32) -> impl Strategy<Value = YamlValue> {
        scalar().prop_recursive(depth, 24, 4, |inner| {
            let value = (prop::option::of("!?[a-z][a-z/:.]{0,8}"), inner);
            let value = value.prop_map(|(tag, value)| match (&tag, &value) {
                (_, YamlValue::Tagged(_)) => value,
                _ => tagged(tag.as_deref(), value),
            });
            let pairs = prop::collection::vec((value.clone(), value.clone()), 0..4);
            prop_oneof![
                value.clone(),
                prop::collection::vec(value, 0..4).prop_map(YamlValue::from),
                pairs.prop_map(|pairs| YamlValue::Mapping(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_come_back_from_nodes(value in plain(4)) {
            let node = Node::from(value.clone());
            prop_assert_eq!(&YamlValue::from(&node), &value);
        }
    }

    #[test]
    fn any_node_has_a_value() {
        let word = Node::from(Scalar::with_explicit_tag("!!int", Style::Plain, "word"));
        assert_eq!(YamlValue::from(&word), YamlValue::from("word"));
        for tag in ["!", "!x", "tag:example.org,2026:x"] {
            let node = Node::from(Scalar::with_explicit_tag(tag, Style::Plain, "5"));
            assert!(
                matches!(YamlValue::from(&node), YamlValue::Tagged(tagged) if tagged.value == 5)
            );
        }
        let inner = tagged(Some("inner"), YamlValue::from("5"));
        let nested = Node::from(tagged(Some("outer"), inner));
        let outer = tagged(Some("outer"), YamlValue::from("5"));
        assert_eq!(YamlValue::from(&nested), outer);
        let date = Node::from(Scalar::new(Tag::None, Style::Plain, "2001-01-01"));
        assert_eq!(
            YamlValue::from(&date),
            YamlValue::from("2001-01-01T00:00:00Z")
        );
    }
}
