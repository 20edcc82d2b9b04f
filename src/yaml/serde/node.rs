//! Nodes as serde values themselves: written to, and read from, any other format.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::ser::{binary, large};
use crate::yaml::node::{Entry, Mapping, Node, Sequence, Value};
use crate::yaml::resolve::Resolved;

/// What go-yaml v3 reads: numbers as numbers, dates and `!!binary` as the strings that the output
/// has, mappings in their order with keys of any type. Tags of other kinds are left out, and a
/// repeated key is written twice.
///
/// # Errors
/// A text that does not fit its tag, `!!int word`, is the serializer's custom error.
///
/// ```
/// use kustody::yaml::{Mapping, Node};
/// let node = Node::from([("a", Node::int(1)), ("b", Node::null())].into_iter().collect::<Mapping>());
/// assert_eq!(serde_json::to_string(&node)?, r#"{"a":1,"b":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value() {
            Value::Scalar(scalar) => {
                let resolved = scalar.resolve_printed();
                match resolved.map_err(|error| S::Error::custom(error.message()))? {
                    Resolved::Null => serializer.serialize_unit(),
                    Resolved::Bool(value) => serializer.serialize_bool(value),
                    Resolved::Int(value) => serializer.serialize_i64(value),
                    Resolved::UInt(value) => serializer.serialize_u64(value),
                    Resolved::Float(value) => serializer.serialize_f64(value),
                    Resolved::Str(text) => serializer.serialize_str(&text),
                    Resolved::Timestamp(text) => serializer.serialize_str(&text),
                    Resolved::Binary(bytes) => {
                        serializer.serialize_str(&String::from_utf8_lossy(&bytes))
                    }
                }
            }
            Value::Sequence(list) => serializer.collect_seq(list),
            Value::Mapping(mapping) => {
                let mut map = serializer.serialize_map(Some(mapping.len()))?;
                for Entry { key, value } in mapping {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// Any value of a format that describes itself. Bytes become `!!binary`; there are no marks.
///
/// ```
/// use kustody::yaml::Node;
/// let node: Node = serde_json::from_str(r#"{"spec": {"replicas": 3}}"#)?;
/// assert_eq!(node.get("/spec/replicas"), Some(&Node::int(3)));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, list or mapping")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::uint(value))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(large(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(large(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::string(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::string(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Node, E> {
        Ok(binary(value))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::null())
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::null())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = elements.next_element()? {
            items.push(item);
        }
        Ok(Sequence::from(items).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = fields.next_entry()? {
            entries.push(Entry { key, value });
        }
        Ok(Mapping::from(entries).into())
    }
}
