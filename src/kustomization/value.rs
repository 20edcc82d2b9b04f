//! A text as the JSON that the reference makes of it before it looks at any field.

use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::yaml::{self, Mapping, Node, Resolved, Scalar, Style, Text};

/// A JSON value that knows where it was written.
#[derive(Clone)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) mark: Mark,
}

/// What kind of value it is, and its content.
#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(Text),
    List(Vec<Value>),
    /// Sorted by key, each key once: as Go prints a map.
    Map(Vec<Member>),
}

/// A key and its value.
#[derive(Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) key: Text,
    /// Where the key was written.
    pub(crate) mark: Mark,
    pub(crate) value: Value,
}

/// Which YAML a node is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// go-yaml v2's: a file of its own. Of equal keys the last counts.
    Yaml11,
    /// The same, and equal keys are an error (sigs.k8s.io/yaml's `UnmarshalStrict`).
    Yaml11Unique,
    /// go-yaml v3's: a resource, which the reference prints before it reads it as a configuration.
    Resource,
}

/// Equality looks at contents and not at marks.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Value {
    /// What a node holds: sigs.k8s.io/yaml's way to JSON. Merge keys of YAML 1.1 are expanded and
    /// keys that are numbers or booleans made strings.
    ///
    /// # Errors
    /// With a mark: a key that cannot be a string ([`ErrorKind::KeyNotString`]), a text that does
    /// not fit its tag or a number that JSON cannot hold ([`ErrorKind::Value`]), a merge of
    /// something else than mappings, and equal keys where the dialect refuses them.
    pub(crate) fn of(node: &Node, dialect: Dialect) -> Result<Self> {
        let kind = match node.value() {
            yaml::Value::Scalar(scalar) => scalar_value(scalar, node.mark(), dialect)?,
            yaml::Value::Sequence(list) => {
                let items = list.iter().map(|item| Self::of(item, dialect));
                Kind::List(items.collect::<Result<_>>()?)
            }
            yaml::Value::Mapping(mapping) => {
                let mut written = Vec::new();
                collect(mapping, dialect, &mut written)?;
                let members =
                    last_of_equal(written, dialect)?
                        .into_iter()
                        .map(|(key, mark, node)| {
                            Self::of(node, dialect).map(|value| Member { key, mark, value })
                        });
                Kind::Map(members.collect::<Result<_>>()?)
            }
        };
        Ok(Self {
            kind,
            mark: node.mark(),
        })
    }

    /// The members of a mapping; none of anything else.
    pub(super) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Map(members) => members,
            _ => &[],
        }
    }

    /// A mapping without some keys; anything else as it is.
    pub(super) fn without(mut self, keys: &[&str]) -> Self {
        if let Kind::Map(members) = &mut self.kind {
            members.retain(|member| !keys.contains(&member.key.as_str()));
        }
        self
    }

    /// The same as a node.
    pub(crate) fn to_node(&self) -> Node {
        let mut node = match &self.kind {
            Kind::Null => Node::null(),
            Kind::Bool(value) => Node::bool(*value),
            Kind::Int(value) => Node::int(*value),
            Kind::UInt(value) => Node::uint(*value),
            Kind::Float(value) => Node::float(*value),
            Kind::Text(text) => Node::string(text.clone()),
            Kind::List(items) => {
                let items: Vec<_> = items.iter().map(Self::to_node).collect();
                yaml::Sequence::from(items).into()
            }
            Kind::Map(members) => {
                let mut mapping = Mapping::default();
                for member in members {
                    mapping.push(yaml::Entry {
                        key: Node::string(member.key.clone()),
                        value: member.value.to_node(),
                    });
                }
                mapping.into()
            }
        };
        node.set_mark(self.mark);
        node
    }

    /// What it is, in words, for an error.
    pub(crate) fn words(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// A key, where it was written, and what it holds.
type Written<'n> = (Text, Mark, &'n Node);

/// What is written in a mapping and in those that it merges, in the order in which the one is
/// written over the other.
fn collect<'n>(mapping: &'n Mapping, dialect: Dialect, out: &mut Vec<Written<'n>>) -> Result<()> {
    for entry in mapping {
        if dialect != Dialect::Resource
            && let Some(mappings) = yaml::merged(entry)?
        {
            for mapping in mappings {
                collect(mapping, dialect, out)?;
            }
            continue;
        }
        let mark = entry.key.mark();
        let key = match entry.key.as_scalar() {
            Some(scalar) => key_text(scalar, mark, dialect)?,
            None => None,
        };
        let Some(key) = key else {
            let message = "a key must be a string: quote it";
            return Err(Error::marked(ErrorKind::KeyNotString, mark, message));
        };
        out.push((key, mark, &entry.value));
    }
    Ok(())
}

/// Sorts by key and keeps the last of equal ones. What the others hold is only looked at for what
/// go-yaml v2 refuses, since the reference drops it before it makes JSON of it.
fn last_of_equal(mut written: Vec<Written<'_>>, dialect: Dialect) -> Result<Vec<Written<'_>>> {
    // Stable, so that of equal keys the last that was written is the last.
    written.sort_by(|(one, ..), (two, ..)| one.as_bytes().cmp(two.as_bytes()));
    let mut kept: Vec<Written<'_>> = Vec::with_capacity(written.len());
    for next in written {
        match kept.last_mut().filter(|(key, ..)| *key == next.0) {
            None => kept.push(next),
            Some(before) if dialect == Dialect::Yaml11 => {
                yaml::check_yaml11(before.2)?;
                *before = next;
            }
            Some(_) => {
                let message = format!(
                    "key `{}` is already set in this mapping: remove one of them",
                    next.0
                );
                return Err(Error::marked(ErrorKind::DuplicateKey, next.1, message));
            }
        }
    }
    Ok(kept)
}

fn resolve(scalar: &Scalar, mark: Mark, dialect: Dialect) -> Result<Resolved<'_>> {
    let resolved = match dialect {
        Dialect::Resource => scalar.resolve(),
        Dialect::Yaml11 | Dialect::Yaml11Unique => scalar.resolve_yaml11(),
    };
    resolved.map_err(|error| error.mark_at(mark))
}

fn scalar_value(scalar: &Scalar, mark: Mark, dialect: Dialect) -> Result<Kind> {
    Ok(match resolve(scalar, mark, dialect)? {
        Resolved::Null => Kind::Null,
        Resolved::Bool(value) => Kind::Bool(value),
        Resolved::Int(value) => Kind::Int(value),
        Resolved::UInt(value) => Kind::UInt(value),
        Resolved::Float(value) if value.is_finite() => Kind::Float(value),
        Resolved::Float(_) => {
            let message = "infinities and NaN have no place here: quote the text or change it";
            return Err(Error::marked(ErrorKind::Value, mark, message));
        }
        Resolved::Str(text) if dialect == Dialect::Resource && scalar.style() == Style::Folded => {
            let printed = yaml::reread_folded(&text);
            Kind::Text(printed.map_or_else(|| scalar.text().clone(), Text::from))
        }
        Resolved::Str(_) => Kind::Text(scalar.text().clone()),
        Resolved::Timestamp(text) => Kind::Text(text.into()),
        Resolved::Binary(bytes) => Kind::Text(lossy(&bytes)),
    })
}

/// The string that a key becomes; `None` for null and for what is no key.
fn key_text(scalar: &Scalar, mark: Mark, dialect: Dialect) -> Result<Option<Text>> {
    Ok(match resolve(scalar, mark, dialect)? {
        Resolved::Null | Resolved::UInt(_) => None,
        Resolved::Bool(value) => Some(Text::from_static(if value { "true" } else { "false" })),
        Resolved::Int(value) => Some(value.to_string().into()),
        Resolved::Float(value) if value.is_nan() => Some(Text::from_static(".nan")),
        Resolved::Float(value) if value.is_infinite() => {
            let text = if value > 0.0 { ".inf" } else { "-.inf" };
            Some(Text::from_static(text))
        }
        Resolved::Float(value) => Some(float_text(value).into()),
        Resolved::Str(_) => Some(scalar.text().clone()),
        Resolved::Timestamp(text) => Some(text.into()),
        Resolved::Binary(bytes) => Some(lossy(&bytes)),
    })
}

fn lossy(bytes: &[u8]) -> Text {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// A float where the reference makes a string of it: through 32 bits, as Go's `'g'` prints them.
pub(super) fn float_text(value: f64) -> String {
    let value = value as f32;
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    yaml::shortest(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::source::{Source, SourceId};

    fn read(text: &str, dialect: Dialect) -> Result<Value> {
        let source = Source::new(SourceId(1), "x", text.to_owned()).unwrap();
        let node = yaml::read_first(&source, &Limits::default())?.unwrap();
        Value::of(&node, dialect).map_err(|error| error.locate_in(&source))
    }

    /// As compact JSON, but with texts in `'`.
    fn shown(value: &Value) -> String {
        match &value.kind {
            Kind::Null => "null".into(),
            Kind::Bool(value) => value.to_string(),
            Kind::Int(value) => value.to_string(),
            Kind::UInt(value) => value.to_string(),
            Kind::Float(value) => format!("{value:?}"),
            Kind::Text(text) => format!("'{text}'"),
            Kind::List(items) => {
                let items: Vec<_> = items.iter().map(shown).collect();
                format!("[{}]", items.join(","))
            }
            Kind::Map(members) => {
                let member = |m: &Member| format!("{}:{}", m.key, shown(&m.value));
                let members: Vec<_> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    #[test]
    fn yaml_1_1_as_json() {
        for (text, expected) in [
            (
                "{b: on, a: 0x10, c: 1:30, d: 2020-01-01}",
                "{a:16,b:true,c:'1:30',d:'2020-01-01'}",
            ),
            (
                "{n: 1, 0x10: 2, 1.5: 3, 1e6: 4}",
                "{1.5:3,16:2,1e+06:4,false:1}",
            ),
            ("{a: {~: .inf}, b: 2, a: 3}", "{a:3,b:2}"),
            (
                "[!!str 5, !!binary aGk=, \"5\", ~, '']",
                "['5','hi','5',null,'']",
            ),
            (
                "x: &x {a: 1, b: 1}\nz: {a: 2, <<: *x, b: 3}",
                "{x:{a:1,b:1},z:{a:1,b:3}}",
            ),
            (
                "x: &x {a: 1}\nz: {<<: [*x, {a: 2, b: 2}]}",
                "{x:{a:1},z:{a:1,b:2}}",
            ),
            ("{\"<<\": 1}", "{<<:1}"),
            ("a: 1\n---\n@ not read", "{a:1}"),
            ("!!null {a: 1}", "{a:1}"),
        ] {
            assert_eq!(
                shown(&read(text, Dialect::Yaml11).unwrap()),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn what_json_cannot_hold() {
        for (text, kind, column) in [
            ("{~: 1}", ErrorKind::KeyNotString, 2),
            ("{[a]: 1}", ErrorKind::KeyNotString, 2),
            ("{18446744073709551615: 1}", ErrorKind::KeyNotString, 2),
            ("{a: .inf}", ErrorKind::Value, 5),
            ("{a: !!int x}", ErrorKind::Value, 5),
            ("{a: !!int x, a: 1}", ErrorKind::Value, 5),
            ("{<<: 1}", ErrorKind::MergeKey, 2),
            ("{a: &a [{b: 1}], <<: *a}", ErrorKind::MergeKey, 18),
        ] {
            let error = read(text, Dialect::Yaml11).map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), kind, "{text}");
            assert_eq!(error.location().unwrap().column, column, "{text}");
        }
    }

    #[test]
    fn equal_keys_where_they_are_refused() {
        let error = read("{a: 1, b: 1, a: 2}", Dialect::Yaml11Unique)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DuplicateKey);
        assert_eq!(error.location().unwrap().column, 14);
    }

    #[test]
    fn resources_are_yaml_1_2() {
        let value = read("{yes: on, d: 2020-01-01}", Dialect::Resource).unwrap();
        assert_eq!(shown(&value), "{d:'2020-01-01T00:00:00Z',yes:'on'}");
    }

    #[test]
    fn floats_as_go_makes_strings_of_them() {
        for (value, expected) in [
            (1.10, "1.1"),
            (1000000.5, "1.0000005e+06"),
            (100000.5, "100000.5"),
            (10.0 / 3.0, "3.3333333"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e22, "1e+22"),
            (1e40, "+Inf"),
            (1e-50, "0"),
        ] {
            assert_eq!(float_text(value), expected);
        }
    }
}
