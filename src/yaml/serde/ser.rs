//! Makes nodes of serde types.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::error::{Error, ErrorKind, Result};
use crate::yaml::node::{Entry, Mapping, Node, Scalar, Sequence};
use crate::yaml::tag::{Style, Tag};
use crate::yaml::text::Text;

/// Makes a node of any serde type.
///
/// Strings stay strings whatever they look like, bytes become `!!binary`, a variant is its name or
/// a mapping from its name to its content. The nodes have no mark.
///
/// # Errors
/// [`ErrorKind::Value`] with the words of `T` if it refuses to be serialised.
///
/// ```
/// use kustody::yaml;
/// #[derive(serde::Serialize)]
/// struct Port { name: String, number: u16 }
/// let node = yaml::to_node(&Port { name: "80".into(), number: 80 })?;
/// assert_eq!(node.get("/name").and_then(|name| name.as_str()), Some("80"));
/// assert_eq!(node.get("/number").and_then(|number| number.as_i64()), Some(80));
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn to_node<T: Serialize + ?Sized>(value: &T) -> Result<Node> {
    value.serialize(Nodes)
}

/// Bytes under `!!binary`.
pub(super) fn binary(bytes: &[u8]) -> Node {
    Scalar::with_explicit_tag("!!binary", Style::Plain, STANDARD.encode(bytes)).into()
}

/// A number beyond 64 bits, which go-yaml reads as a float.
pub(super) fn large(number: impl ToString) -> Node {
    Scalar::new(Tag::Float, Style::Plain, number.to_string()).into()
}

fn name(text: &'static str) -> Node {
    Node::string(Text::from_static(text))
}

fn variant_of(variant: &'static str, content: Node) -> Node {
    let entry = Entry {
        key: name(variant),
        value: content,
    };
    Mapping::from(vec![entry]).into()
}

struct Nodes;

impl Serializer for Nodes {
    type Ok = Node;
    type Error = Error;
    type SerializeSeq = ListBuilder;
    type SerializeTuple = ListBuilder;
    type SerializeTupleStruct = ListBuilder;
    type SerializeTupleVariant = ListBuilder;
    type SerializeMap = MapBuilder;
    type SerializeStruct = MapBuilder;
    type SerializeStructVariant = MapBuilder;

    fn serialize_bool(self, value: bool) -> Result<Node> {
        Ok(Node::bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Node> {
        Ok(Node::int(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Result<Node> {
        Ok(Node::int(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Result<Node> {
        Ok(Node::int(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Result<Node> {
        Ok(Node::int(value))
    }

    fn serialize_i128(self, value: i128) -> Result<Node> {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => Ok(Node::int(value)),
            (_, Ok(value)) => Ok(Node::uint(value)),
            _ => Ok(large(value)),
        }
    }

    fn serialize_u8(self, value: u8) -> Result<Node> {
        Ok(Node::int(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Result<Node> {
        Ok(Node::int(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Result<Node> {
        Ok(Node::int(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Result<Node> {
        Ok(Node::uint(value))
    }

    fn serialize_u128(self, value: u128) -> Result<Node> {
        Ok(u64::try_from(value).map_or_else(|_| large(value), Node::uint))
    }

    fn serialize_f32(self, value: f32) -> Result<Node> {
        if value.is_finite() {
            // Widened first, 0.1 would print as 0.10000000149011612.
            Ok(Scalar::new(Tag::Float, Style::Plain, format!("{value:?}")).into())
        } else {
            Ok(Node::float(value.into()))
        }
    }

    fn serialize_f64(self, value: f64) -> Result<Node> {
        Ok(Node::float(value))
    }

    fn serialize_char(self, value: char) -> Result<Node> {
        Ok(Node::string(&*value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, value: &str) -> Result<Node> {
        Ok(Node::string(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Node> {
        Ok(binary(value))
    }

    fn serialize_none(self) -> Result<Node> {
        Ok(Node::null())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node> {
        Ok(Node::null())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Node> {
        Ok(Node::null())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Node> {
        Ok(name(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Node> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node> {
        Ok(variant_of(variant, value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ListBuilder> {
        Ok(ListBuilder::new(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<ListBuilder> {
        Ok(ListBuilder::new(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ListBuilder> {
        Ok(ListBuilder::new(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ListBuilder> {
        Ok(ListBuilder::new(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapBuilder> {
        Ok(MapBuilder::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapBuilder> {
        Ok(MapBuilder::new(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<MapBuilder> {
        Ok(MapBuilder::new(Some(variant)))
    }
}

struct ListBuilder {
    items: Vec<Node>,
    variant: Option<&'static str>,
}

impl ListBuilder {
    fn new(variant: Option<&'static str>) -> Self {
        Self {
            items: Vec::new(),
            variant,
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.items.push(value.serialize(Nodes)?);
        Ok(())
    }

    fn finish(self) -> Node {
        let list = Sequence::from(self.items).into();
        match self.variant {
            Some(variant) => variant_of(variant, list),
            None => list,
        }
    }
}

struct MapBuilder {
    entries: Vec<Entry>,
    key: Option<Node>,
    variant: Option<&'static str>,
}

impl MapBuilder {
    fn new(variant: Option<&'static str>) -> Self {
        Self {
            entries: Vec::new(),
            key: None,
            variant,
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, key: Node, value: &T) -> Result<()> {
        let value = value.serialize(Nodes)?;
        self.entries.push(Entry { key, value });
        Ok(())
    }

    fn finish(self) -> Node {
        let mapping = Mapping::from(self.entries).into();
        match self.variant {
            Some(variant) => variant_of(variant, mapping),
            None => mapping,
        }
    }
}

/// The traits for lists differ in the names of their methods only.
macro_rules! list_builder {
    ($($name:ident :: $method:ident),*) => {$(
        impl $name for ListBuilder {
            type Ok = Node;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.push(value)
            }

            fn end(self) -> Result<Node> {
                Ok(self.finish())
            }
        }
    )*};
}

list_builder!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! struct_builder {
    ($($name:ident),*) => {$(
        impl $name for MapBuilder {
            type Ok = Node;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<()> {
                self.push(name(key), value)
            }

            fn end(self) -> Result<Node> {
                Ok(self.finish())
            }
        }
    )*};
}

struct_builder!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for MapBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = Some(key.serialize(Nodes)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        match self.key.take() {
            Some(key) => self.push(key, value),
            None => Err(Error::new(
                ErrorKind::Value,
                "a map gives a value before its key: correct its `Serialize`",
            )),
        }
    }

    fn end(self) -> Result<Node> {
        Ok(self.finish())
    }
}
