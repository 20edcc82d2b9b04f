//! Values into typed fields, as Go's `encoding/json` does it.
//!
//! A type says which fields it has with [`record!`]; what may stand in them follows from their
//! types. Decoding goes into a value that exists, because a field that is written twice in
//! different cases (`labels` and `Labels`) is decoded twice, the second time over the first.

use std::ops::Deref;

use super::mode::Mode;
use super::value::{Kind, Member, Value, float_text};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::tree::nearest::nearest;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Text};

/// A type that a value can be decoded into.
pub(crate) trait Decode {
    /// Takes over what `value` says. Null leaves a scalar or a struct as it is and empties the
    /// rest.
    ///
    /// # Errors
    /// [`ErrorKind::FieldType`] or [`ErrorKind::UnknownField`] with a mark, and the way to the
    /// field in the message.
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()>;

    /// Whether it is Go's zero value: what a kustomization that says nothing holds.
    fn is_zero(&self) -> bool;

    /// Says where it was written, of what null left as it is: an entry of a list is there even so.
    fn set_place(&mut self, _mark: Mark) {}

    /// Adds what `value`, which was decoded into this, says in fields that are unknown, and which
    /// [`decode`](Self::decode) passed over: most types have no fields.
    fn passed_over(&mut self, _value: &Value, _mode: Mode, _errors: &mut Vec<Error>) {}
}

/// A value and the place where it was written.
#[derive(Clone, Default)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) mark: Mark,
}

/// A string that knows where it was written; empty if it was not.
pub(crate) type Str = Located<Text>;

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A list that knows whether it was written at all: `[]` is not nothing.
#[derive(Clone)]
pub(crate) struct List<T> {
    items: Vec<T>,
    mark: Option<Mark>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            mark: None,
        }
    }
}

impl<T> List<T> {
    /// Where it was written; `None` if it was not, or as null.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// Adds to its end, as Go's `append` does: nothing added to nothing is nothing.
    pub(crate) fn append(&mut self, other: Self) {
        if !other.is_empty() {
            self.mark = self.mark.or(other.mark);
            self.items.extend(other.items);
        }
    }

    /// Adds one item that was written at `mark`.
    pub(crate) fn push(&mut self, item: T, mark: Mark) {
        self.mark.get_or_insert(mark);
        self.items.push(item);
    }

    /// The items for writing.
    pub(crate) fn items_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// A map from strings to strings, sorted by the bytes of its keys: the order in which the reference
/// goes through it.
#[derive(Clone, Default)]
pub(crate) struct Pairs {
    pairs: Vec<(Str, Str)>,
    mark: Option<Mark>,
}

impl Pairs {
    /// Where it was written; `None` if it was not, or as null.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Str> {
        let at = self.find(key).ok()?;
        Some(&self.pairs[at].1)
    }

    /// Sets the value of a key.
    pub(crate) fn insert(&mut self, key: Str, value: Str) {
        self.mark.get_or_insert(key.mark);
        match self.find(&key) {
            Ok(at) => self.pairs[at] = (key, value),
            Err(at) => self.pairs.insert(at, (key, value)),
        }
    }

    fn find(&self, key: &str) -> std::result::Result<usize, usize> {
        self.pairs
            .binary_search_by(|(known, _)| known.as_bytes().cmp(key.as_bytes()))
    }
}

impl Deref for Pairs {
    type Target = [(Str, Str)];

    fn deref(&self) -> &[(Str, Str)] {
        &self.pairs
    }
}

impl<'a> IntoIterator for &'a Pairs {
    type Item = &'a (Str, Str);
    type IntoIter = std::slice::Iter<'a, (Str, Str)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.iter()
    }
}

#[cold]
pub(super) fn mismatch(expected: &str, value: &Value) -> Error {
    let hint = match (&value.kind, expected) {
        (Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_), "a string") => {
            ": put it in quotes"
        }
        _ => "",
    };
    let message = format!("expected {expected}, found {}{hint}", value.words());
    Error::marked(ErrorKind::FieldType, value.mark, message)
}

impl Decode for Text {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        *self = match &value.kind {
            Kind::Null => return Ok(()),
            Kind::Text(text) => mode.text(text, value.mark)?,
            Kind::Bool(value) if mode.converts => value.to_string().into(),
            Kind::Int(value) if mode.converts => value.to_string().into(),
            Kind::UInt(value) if mode.converts => value.to_string().into(),
            Kind::Float(value) if mode.direct => yaml::float_text(*value).into(),
            Kind::Float(value) if mode.converts => float_text(*value).into(),
            _ => return Err(mismatch("a string", value)),
        };
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.is_empty()
    }
}

impl Decode for bool {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        *self = match &value.kind {
            Kind::Null => return Ok(()),
            Kind::Bool(value) => *value,
            Kind::Text(text) if mode.direct => {
                yaml::old_boolean(text.as_bytes()).ok_or_else(|| mismatch("a boolean", value))?
            }
            _ => return Err(mismatch("a boolean", value)),
        };
        Ok(())
    }

    fn is_zero(&self) -> bool {
        !self
    }
}

impl Decode for i64 {
    fn decode(&mut self, value: &Value, _: Mode) -> Result<()> {
        let number = match value.kind {
            Kind::Null => return Ok(()),
            Kind::Int(number) => Some(number),
            // JSON prints `3.0` as `3`.
            Kind::Float(number) => number.to_string().parse().ok(),
            _ => None,
        };
        *self = number.ok_or_else(|| mismatch("a whole number of 64 bits", value))?;
        Ok(())
    }

    fn is_zero(&self) -> bool {
        *self == 0
    }
}

impl<T: Decode> Decode for Located<T> {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        if value.kind != Kind::Null {
            self.mark = value.mark;
        }
        self.value.decode(value, mode)
    }

    fn is_zero(&self) -> bool {
        self.value.is_zero()
    }

    fn set_place(&mut self, mark: Mark) {
        self.mark = mark;
    }
}

/// A Go pointer.
impl<T: Decode + Default> Decode for Option<T> {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        if value.kind == Kind::Null {
            *self = None;
            return Ok(());
        }
        self.get_or_insert_default().decode(value, mode)
    }

    fn is_zero(&self) -> bool {
        self.is_none()
    }

    fn passed_over(&mut self, value: &Value, mode: Mode, errors: &mut Vec<Error>) {
        if let Some(inner) = self {
            inner.passed_over(value, mode, errors);
        }
    }
}

impl<T: Decode + Default> Decode for List<T> {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        let items = match &value.kind {
            Kind::Null => {
                *self = Self::default();
                return Ok(());
            }
            Kind::List(items) => mode.items(items),
            _ => return Err(mismatch("a list", value)),
        };
        self.mark = Some(value.mark);
        // Items that exist are decoded over, as Go does it.
        self.items.resize_with(items.clone().count(), T::default);
        for (at, (slot, item)) in self.items.iter_mut().zip(items).enumerate() {
            slot.decode(item, mode)
                .map_err(|error| error.inside(&at.to_string()))?;
            if item.kind == Kind::Null && slot.is_zero() {
                slot.set_place(item.mark);
            }
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.mark.is_none()
    }

    fn passed_over(&mut self, value: &Value, mode: Mode, errors: &mut Vec<Error>) {
        if let Kind::List(items) = &value.kind {
            let items = self.items.iter_mut().zip(mode.items(items));
            items.for_each(|(slot, item)| slot.passed_over(item, mode, errors));
        }
    }
}

impl Decode for Pairs {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        let members = match &value.kind {
            Kind::Null => {
                *self = Self::default();
                return Ok(());
            }
            Kind::Map(members) => members,
            _ => return Err(mismatch("a mapping", value)),
        };
        self.mark = Some(value.mark);
        for member in members {
            let key = Located {
                value: mode.text(&member.key, member.mark)?,
                mark: member.mark,
            };
            let mut text = Located {
                value: Text::default(),
                mark: member.mark,
            };
            text.decode(&member.value, mode)
                .map_err(|error| error.inside(&member.key))?;
            self.insert(key, text);
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.mark.is_none()
    }
}

/// A mapping of anything.
impl Decode for Value {
    fn decode(&mut self, value: &Value, _: Mode) -> Result<()> {
        match &value.kind {
            Kind::Map(_) => {
                *self = value.clone();
                Ok(())
            }
            _ => Err(mismatch("a mapping", value)),
        }
    }

    fn is_zero(&self) -> bool {
        false
    }
}

impl Default for Value {
    fn default() -> Self {
        Self {
            kind: Kind::Map(Vec::new()),
            mark: Mark::default(),
        }
    }
}

/// A Go struct.
pub(crate) trait Record {
    /// The names of its fields.
    const NAMES: &'static [&'static str];

    /// The field of a name, and whether it is one of a struct that is embedded.
    fn field(&mut self, name: &str) -> Option<(&mut dyn Decode, bool)>;

    /// Says where it was written.
    fn set_mark(&mut self, mark: Mark);
}

pub(crate) fn decode_record<R: Record>(record: &mut R, value: &Value, mode: Mode) -> Result<()> {
    let members = match &value.kind {
        Kind::Null => return Ok(()),
        Kind::Map(members) => members,
        _ => return Err(mismatch("a mapping", value)),
    };
    record.set_mark(value.mark);
    for member in members {
        let name = mode.known(R::NAMES, &member.key);
        match name.and_then(|name| record.field(name)) {
            Some((field, embedded)) => field
                .decode(&member.value, mode.embedded(embedded))
                .map_err(|error| error.inside(&member.key))?,
            None if mode.strict => return Err(unknown(R::NAMES, member)),
            None => {}
        }
    }
    Ok(())
}

pub(crate) fn passed_over<R: Record>(
    record: &mut R,
    value: &Value,
    mode: Mode,
    errors: &mut Vec<Error>,
) {
    let Kind::Map(members) = &value.kind else {
        return;
    };
    for member in members {
        let name = mode.known(R::NAMES, &member.key);
        match name.and_then(|name| record.field(name)) {
            Some((field, _)) => field.passed_over(&member.value, mode, errors),
            None => errors.push(unknown(R::NAMES, member)),
        }
    }
}

/// How many fields an error names at most where one is unknown.
const LISTED: usize = 8;

#[cold]
fn unknown(names: &'static [&'static str], member: &Member) -> Error {
    let key = &member.key;
    let message = match nearest(key, names.iter().copied()) {
        Some(name) => format!("unknown field `{key}`: did you mean `{name}`?"),
        None if names.len() <= LISTED => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("unknown field `{key}`: here may stand {}", names.join(", "))
        }
        None => format!("unknown field `{key}`: remove it"),
    };
    Error::marked(ErrorKind::UnknownField, member.mark, message)
}

/// Warns of fields that were [passed over](Decode::passed_over).
pub(super) fn warn_of_ignored(passed_over: &[Error], warnings: &mut Vec<Warning>) {
    warnings.extend(passed_over.iter().map(|error| {
        let mark = error.mark().unwrap_or_default();
        let message = format!("kustomize does not look at this: {}", error.message());
        Warning::new(WarningKind::IgnoredField, mark, message)
    }));
}

/// Makes a struct with a field `mark` one that can be decoded: its Go names and its fields, those
/// that Go has in embedded structs last.
macro_rules! record {
    (
        $type:ty {
            $($name:literal => $($field:ident).+,)*
            $(embedded { $($inner:literal => $($inner_field:ident).+,)* })?
        }
    ) => {
        impl $crate::kustomization::decode::Record for $type {
            const NAMES: &'static [&'static str] = &[$($name,)* $($($inner,)*)?];

            fn field(
                &mut self,
                name: &str,
            ) -> Option<(&mut dyn $crate::kustomization::decode::Decode, bool)> {
                Some(match name {
                    $($name => (&mut self.$($field).+, false),)*
                    $($($inner => (&mut self.$($inner_field).+, true),)*)?
                    _ => return None,
                })
            }

            fn set_mark(&mut self, mark: $crate::source::Mark) {
                self.mark = mark;
            }
        }

        impl $crate::kustomization::decode::Decode for $type {
            fn decode(
                &mut self,
                value: &$crate::kustomization::value::Value,
                mode: $crate::kustomization::mode::Mode,
            ) -> $crate::error::Result<()> {
                $crate::kustomization::decode::decode_record(self, value, mode)
            }

            fn is_zero(&self) -> bool {
                let fields: &[&dyn $crate::kustomization::decode::Decode] = &[
                    $(&self.$($field).+,)*
                    $($(&self.$($inner_field).+,)*)?
                ];
                fields.iter().all(|field| field.is_zero())
            }

            fn set_place(&mut self, mark: $crate::source::Mark) {
                $crate::kustomization::decode::Record::set_mark(self, mark);
            }

            fn passed_over(
                &mut self,
                value: &$crate::kustomization::value::Value,
                mode: $crate::kustomization::mode::Mode,
                errors: &mut Vec<$crate::error::Error>,
            ) {
                $crate::kustomization::decode::passed_over(self, value, mode, errors);
            }
        }
    };
}
pub(crate) use record;
