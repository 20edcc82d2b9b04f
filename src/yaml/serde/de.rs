//! Reads serde types out of nodes.

use serde_core::de::value::BorrowedStrDeserializer;
use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde_core::forward_to_deserialize_any;

use super::mismatch;
use crate::error::{Error, Result};
use crate::yaml::node::{Entry, Mapping, Node, Scalar, Sequence, Value};
use crate::yaml::resolve::Resolved;

/// Reads any serde type out of a node. Strings may borrow from it.
///
/// Types are what go-yaml v3 reads: the number 5 is no string and `yes` no boolean. Dates are
/// strings as the output has them (RFC 3339), `!!binary` is bytes or the string they encode, other
/// tags do not count. A key is a string to whoever asks for one. A repeated key is passed on
/// twice: derived structs refuse it, maps keep the last. Enums are their variant's name, or a
/// mapping from it to its content.
///
/// # Errors
/// [`ErrorKind::Deserialize`](crate::ErrorKind::Deserialize) with the path of the field in the
/// message and its place as [`mark`](Error::mark), never the value: what `T` says of it in its own
/// words is dropped if it repeats a text of the node.
/// [`ErrorKind::Value`](crate::ErrorKind::Value) for a text that does not fit its tag.
///
/// ```
/// use kustody::yaml;
/// #[derive(serde::Deserialize)]
/// struct Spec<'a> {
///     image: &'a str,
///     replicas: u32,
/// }
/// let node = yaml::to_node(&serde_json::json!({"image": "nginx", "replicas": 2}))?;
/// let spec: Spec = yaml::from_node(&node)?;
/// assert_eq!((spec.image, spec.replicas), ("nginx", 2));
///
/// let node = yaml::to_node(&serde_json::json!({"spec": [{"replicas": "two"}]}))?;
/// type Specs = std::collections::BTreeMap<String, Vec<std::collections::BTreeMap<String, u32>>>;
/// let error = yaml::from_node::<Specs>(&node).unwrap_err();
/// assert_eq!(error.message(), "spec.0.replicas: expected an integer (u32), found a string");
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn from_node<'de, T: Deserialize<'de>>(node: &'de Node) -> Result<T> {
    T::deserialize(node).map_err(|error| error.of_node(node))
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value() {
            Value::Scalar(scalar) => visit_scalar(scalar, visitor),
            Value::Sequence(list) => visit_list(list, visitor),
            Value::Mapping(mapping) => visitor.visit_map(Fields::new(mapping)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let resolved = self.as_scalar().map(Scalar::resolve_printed).transpose()?;
        if self.is_null() || matches!(resolved, Some(Resolved::Null)) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let variant = match self.value() {
            Value::Scalar(scalar) if scalar.resolve_printed()? != Resolved::Null => Some(Variant {
                name: self,
                content: None,
            }),
            Value::Mapping(mapping) => match mapping.entries() {
                [Entry { key, value }] => Some(Variant {
                    name: key,
                    content: Some(value),
                }),
                _ => None,
            },
            _ => None,
        };
        let Some(variant) = variant else {
            return Err(mismatch(
                "expected the name of a variant, or a mapping with that one key".to_owned(),
            ));
        };
        visitor.visit_enum(variant)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.as_scalar().map(Scalar::resolve_printed).transpose()? {
            Some(Resolved::Binary(bytes)) => visitor.visit_byte_buf(bytes),
            Some(Resolved::Str(_)) => {
                visitor.visit_borrowed_bytes(self.text().unwrap_or_default().as_bytes())
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.beyond_u64() {
            Some(number) => visitor.visit_i128(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.beyond_u64() {
            Some(number) => visitor.visit_u128(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

impl Node {
    /// A whole number that is too large for go-yaml, which makes a float of it.
    fn beyond_u64<N: std::str::FromStr>(&self) -> Option<N> {
        let scalar = self.as_scalar()?;
        match scalar.resolve_printed() {
            Ok(Resolved::Float(_)) => scalar.text().parse().ok(),
            _ => None,
        }
    }
}

fn visit_scalar<'de, V: Visitor<'de>>(scalar: &'de Scalar, visitor: V) -> Result<V::Value> {
    match scalar.resolve_printed()? {
        Resolved::Null => visitor.visit_unit(),
        Resolved::Bool(value) => visitor.visit_bool(value),
        Resolved::Int(value) => visitor.visit_i64(value),
        Resolved::UInt(value) => visitor.visit_u64(value),
        Resolved::Float(value) => visitor.visit_f64(value),
        Resolved::Str(_) => visitor.visit_borrowed_str(scalar.text()),
        Resolved::Timestamp(text) => visitor.visit_string(text),
        Resolved::Binary(bytes) => visitor.visit_str(&String::from_utf8_lossy(&bytes)),
    }
}

fn visit_list<'de, V: Visitor<'de>>(list: &'de Sequence, visitor: V) -> Result<V::Value> {
    let mut elements = Elements {
        items: list.items(),
        next: 0,
    };
    let value = visitor.visit_seq(&mut elements)?;
    if elements.next < list.len() {
        let (taken, found) = (elements.next, list.len());
        return Err(mismatch(format!(
            "expected a list of {taken} elements, found {found}"
        )));
    }
    Ok(value)
}

struct Elements<'de> {
    items: &'de [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for &mut Elements<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(item) = self.items.get(self.next) else {
            return Ok(None);
        };
        let index = self.next;
        self.next += 1;
        seed.deserialize(item)
            .map(Some)
            .map_err(|error| error.of_element(index, item))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

struct Fields<'de> {
    entries: std::slice::Iter<'de, Entry>,
    current: Option<&'de Entry>,
}

impl<'de> Fields<'de> {
    fn new(mapping: &'de Mapping) -> Self {
        Self {
            entries: mapping.iter(),
            current: None,
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(entry) = self.entries.next() else {
            return Ok(None);
        };
        self.current = Some(entry);
        seed.deserialize(Key(&entry.key))
            .map(Some)
            .map_err(|error| error.of_node(&entry.key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let Some(Entry { key, value }) = self.current.take() else {
            return Err(mismatch("a value was asked for before its key".to_owned()));
        };
        seed.deserialize(value)
            .map_err(|error| error.of_field(key, value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A key: its text for whoever wants a string, whatever its type.
struct Key<'de>(&'de Node);

impl<'de> Key<'de> {
    fn visit_text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0.text() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => self.0.deserialize_any(visitor),
        }
    }
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_text(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_text(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_text(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.deserialize_option(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.deserialize_i128(visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.deserialize_u128(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct ignored_any
    }
}

struct Variant<'de> {
    name: &'de Node,
    content: Option<&'de Node>,
}

impl<'de> Variant<'de> {
    /// Reads the content, which a variant that is not a mere name must have.
    fn content<T>(self, read: impl FnOnce(&'de Node) -> Result<T>) -> Result<T> {
        match self.content {
            Some(content) => read(content).map_err(|error| error.of_field(self.name, content)),
            None => Err(Error::invalid_type(
                Unexpected::UnitVariant,
                &"a mapping from the variant's name to its content",
            )),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let name = match self.name.text() {
            Some(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            None => seed.deserialize(self.name),
        };
        Ok((name.map_err(|error| error.of_node(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        match self.content {
            None => Ok(()),
            Some(_) => self.content(<()>::deserialize),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        self.content(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.content(|content| content.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.content(|content| content.deserialize_any(visitor))
    }
}
