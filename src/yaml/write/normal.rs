//! What the nodes of a resource become when the reference sends it through JSON: printed by
//! go-yaml v3, read into Go maps, printed as JSON, read into maps and printed and read once more
//! (`MarshalJSON` and `UnmarshalJSON` in kyaml's `rnode.go`).
//!
//! JSON 6902 patches and the items of lists go that way. Types that no longer depend on tags,
//! sorted keys and the styles that go-yaml chooses are what remains; most scalars are so already.

use std::borrow::Cow;

use super::order::{Order, Sorting};
use super::reread::{self, Json, Place};
use super::{keys, number, shape};
use crate::error::Result;
use crate::yaml::node::{Dress, Entry, Mapping, Node, Scalar, Sequence, Value};
use crate::yaml::resolve::{is_plain_string, plain_tag};
use crate::yaml::tag::{Style, Tag};
use crate::yaml::text::Text;

/// What becomes of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// They stay what they are, as in the text of JSON.
    Exact,
    /// They become 64-bit floats, as Go reads JSON: what is not below a million gets an exponent.
    Floats,
}

/// Brings a node to the form it has after JSON. What has that form already stays shared; marks
/// stay.
///
/// # Errors
/// Those of [`write`](super::write), except for what only its last step refuses (control
/// characters and long keys).
pub(crate) fn through_json(node: &mut Node, numbers: Numbers) -> Result<()> {
    let mut normal = Normal {
        numbers,
        order: Order::default(),
    };
    if let Some(changed) = normal.node(node, false, true)? {
        *node = changed;
    }
    Ok(())
}

struct Normal {
    numbers: Numbers,
    order: Order,
}

impl Normal {
    /// The normal form of a node, if it is another.
    fn node(&mut self, node: &Node, flow: bool, top: bool) -> Result<Option<Node>> {
        let value = match node.value() {
            Value::Scalar(scalar) => self.scalar(node, scalar, flow)?.map(Value::from),
            Value::Sequence(sequence) => self.sequence(sequence, flow)?.map(Value::from),
            Value::Mapping(mapping) => self.mapping(mapping, flow, top)?.map(Value::from),
        };
        Ok(value.map(|value| Node::new(value, node.mark())))
    }

    fn sequence(&mut self, sequence: &Sequence, flow: bool) -> Result<Option<Sequence>> {
        let flow = flow || sequence.is_flow();
        let mut items = Cow::Borrowed(sequence.items());
        for (at, item) in sequence.iter().enumerate() {
            if let Some(item) = self.node(item, flow, false)? {
                items.to_mut()[at] = item;
            }
        }
        let is_written_so = sequence.is_flow() == items.is_empty() && sequence.tag().is_none();
        Ok(match items {
            Cow::Borrowed(_) if is_written_so => None,
            items => {
                let flow = items.is_empty();
                Some(Sequence::read(items.into_owned(), Dress::new(flow, None)))
            }
        })
    }

    fn mapping(&mut self, mapping: &Mapping, flow: bool, top: bool) -> Result<Option<Mapping>> {
        let flow = flow || mapping.is_flow();
        let mut entries = if mapping.iter().all(|entry| keys::is_ordinary(&entry.key)) {
            Cow::Borrowed(mapping.entries())
        } else {
            Cow::Owned(keys::ordinary(mapping, flow, top)?)
        };
        self.sort(&mut entries)?;
        for at in 0..entries.len() {
            let Entry { key, value } = &entries[at];
            let new_key = match key.as_scalar() {
                Some(scalar) => string(key, scalar)?.map(|text| Node::new(text, key.mark())),
                None => None,
            };
            let new_value = self.node(value, flow, false)?;
            if let Some(key) = new_key {
                entries.to_mut()[at].key = key;
            }
            if let Some(value) = new_value {
                entries.to_mut()[at].value = value;
            }
        }
        let is_written_so = mapping.is_flow() == entries.is_empty() && mapping.tag().is_none();
        Ok(match entries {
            Cow::Borrowed(_) if is_written_so => None,
            entries => {
                let flow = entries.is_empty();
                Some(Mapping::read(entries.into_owned(), Dress::new(flow, None)))
            }
        })
    }

    fn sort(&mut self, entries: &mut Cow<'_, [Entry]>) -> Result<()> {
        let sorting = self.order.push(entries)?;
        let order = &self.order;
        if let Sorting::From(_) = sorting
            && (0..entries.len()).any(|at| order.get(&sorting, at) != at)
        {
            let sorted = (0..entries.len()).map(|at| entries[order.get(&sorting, at)].clone());
            *entries = Cow::Owned(sorted.collect());
        }
        self.order.pop(sorting);
        Ok(())
    }

    fn scalar(&self, node: &Node, scalar: &Scalar, flow: bool) -> Result<Option<Scalar>> {
        let untagged = !scalar.has_explicit_tag();
        if untagged && scalar.tag() == Tag::Str && !reread::may_change(scalar) {
            return string(node, scalar);
        }
        let place = Place { flow, key: false };
        let normal = match reread::json(node, scalar, place)? {
            Json::Null => plain(Tag::Null, Text::from_static("null")),
            Json::Bool(true) => plain(Tag::Bool, Text::from_static("true")),
            Json::Bool(false) => plain(Tag::Bool, Text::from_static("false")),
            Json::Int(value) if self.is_exact(value.unsigned_abs()) => {
                plain(Tag::Int, value.to_string())
            }
            Json::UInt(value) if self.is_exact(value) => plain(Tag::Int, value.to_string()),
            Json::Int(value) => float(value as f64),
            Json::UInt(value) => float(value as f64),
            Json::Float(value) => float(value),
            Json::Str(text) => {
                let style = style(node, &text)?;
                Scalar::new(Tag::Str, style, text.into_owned())
            }
        };
        Ok((normal != *scalar).then_some(normal))
    }

    fn is_exact(&self, magnitude: u64) -> bool {
        self.numbers == Numbers::Exact || magnitude < 1_000_000
    }
}

fn plain(tag: Tag, text: impl Into<Text>) -> Scalar {
    Scalar::new(tag, Style::Plain, text)
}

/// Printed as a float, what is whole and short is read as an integer.
fn float(value: f64) -> Scalar {
    let text = number::shortest(value);
    plain(plain_tag(text.as_bytes()), text)
}

/// A string in the style that go-yaml v3 chooses, if it has another.
fn string(node: &Node, scalar: &Scalar) -> Result<Option<Scalar>> {
    let style = style(node, scalar.text())?;
    let is_so = style == scalar.style() && scalar.tag() == Tag::Str && !scalar.has_explicit_tag();
    Ok((!is_so).then(|| Scalar::new(Tag::Str, style, scalar.text().clone())))
}

/// The style that go-yaml v3 gives a string (`stringv` in `encode.go`,
/// `yaml_emitter_select_scalar_style` in `emitterc.go`).
fn style(node: &Node, text: &str) -> Result<Style> {
    let bytes = text.as_bytes();
    if memchr::memchr(b'\n', bytes).is_some() {
        return match reread::is_block_allowed(text) {
            true if text.starts_with('\t') => Err(reread::begins_with_tab(node)),
            true => Ok(Style::Literal),
            false => Ok(Style::DoubleQuoted),
        };
    }
    if !is_plain_string(bytes) {
        return Ok(Style::DoubleQuoted);
    }
    Ok(match shape::of(bytes) {
        Ok(shape) if shape.plain => Style::Plain,
        Ok(shape) if shape.single => Style::SingleQuoted,
        // What JSON's second reader forbids is printed with escapes here.
        _ => Style::DoubleQuoted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::yaml::read_str;

    fn read(text: &str) -> Node {
        read_str("x.yaml", text).unwrap().remove(0)
    }

    fn shown(node: &Node) -> String {
        match node.value() {
            Value::Scalar(scalar) => {
                let style = match scalar.style() {
                    Style::Plain => "",
                    Style::SingleQuoted => "'",
                    Style::DoubleQuoted => "\"",
                    Style::Literal => "|",
                    Style::Folded => ">",
                };
                format!("{}{style}{}", &scalar.tag_name()[2..3], scalar.text())
            }
            Value::Sequence(list) => {
                let items: Vec<_> = list.iter().map(shown).collect();
                format!(
                    "[{}]{}",
                    items.join(", "),
                    if list.is_flow() { "f" } else { "" }
                )
            }
            Value::Mapping(mapping) => {
                let entry =
                    |entry: &Entry| format!("{}: {}", shown(&entry.key), shown(&entry.value));
                let entries: Vec<_> = mapping.iter().map(entry).collect();
                format!(
                    "{{{}}}{}",
                    entries.join(", "),
                    if mapping.is_flow() { "f" } else { "" }
                )
            }
        }
    }

    fn normal(text: &str, numbers: Numbers) -> String {
        let mut node = read(text);
        through_json(&mut node, numbers).unwrap();
        shown(&node)
    }

    #[test]
    fn scalars_get_the_styles_of_go_yaml() {
        for (text, expected) in [
            ("'nginx'", "snginx"),
            ("\"1\"", "s\"1"),
            ("yes", "s\"yes"),
            ("1:30", "s\"1:30"),
            ("\"\"", "s\""),
            ("'a: b'", "s'a: b"),
            ("\"a\\tb\"", "s\"a\tb"),
            ("\"a\\nb\"", "s|a\nb"),
            ("\"a \\nb\"", "s\"a \nb"),
            ("<<", "s\"<<"),
            ("2001-01-01", "s\"2001-01-01T00:00:00Z"),
            ("!!binary aGk=", "shi"),
            ("!local 3", "s\"3"),
            ("~", "nnull"),
            ("True", "btrue"),
            ("0x10", "i16"),
            ("-0.0", "i-0"),
            ("1e3", "i1000"),
            ("1.50", "f1.5"),
            ("999999", "i999999"),
            ("1000000", "f1e+06"),
            ("-12345678", "f-1.2345678e+07"),
            ("18446744073709551615", "f1.8446744073709552e+19"),
        ] {
            let mapping = format!("k: {text}\n");
            let expected = format!("{{sk: {expected}}}");
            assert_eq!(normal(&mapping, Numbers::Floats), expected, "{text}");
        }
        let exact = normal("k: [1000000, 18446744073709551615, 1e7]", Numbers::Exact);
        assert_eq!(exact, "{sk: [i1000000, i18446744073709551615, f1e+07]}");
    }

    #[test]
    fn collections_are_sorted_blocks() {
        assert_eq!(
            normal(
                "b: {x: , a: [[], {}]}\na2: 1\na10: !!map {}\n5: 'q'",
                Numbers::Floats
            ),
            "{s\"5: sq, sa2: i1, sa10: {}f, sb: {sa: [[]f, {}f], sx: s\"}}"
        );
    }

    #[test]
    fn what_is_normal_stays_shared() {
        let mut node = read("a: 1\nb:\n- x\n- |\n  y\nc: {}\n");
        let before = node.clone();
        through_json(&mut node, Numbers::Floats).unwrap();
        let entries = |node: &Node| node.as_mapping().unwrap().entries().as_ptr();
        assert_eq!(entries(&node), entries(&before));

        let mut node = read("b: {z: 1}\na:\n  x: 1\n");
        let kept = node.get("/a").unwrap().clone();
        let mark = node.get("/b/z").unwrap().mark();
        through_json(&mut node, Numbers::Floats).unwrap();
        assert_eq!(entries(node.get("/a").unwrap()), entries(&kept));
        assert_eq!(node.get("/b/z").unwrap().mark(), mark);
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        for (text, kind) in [
            ("a: .inf", ErrorKind::Value),
            ("a: 1\na: 2", ErrorKind::DuplicateKey),
            ("a: {1: 2}", ErrorKind::KeyNotString),
            ("a: !!int x", ErrorKind::Value),
            ("a: \"\\tx\\ny\"", ErrorKind::Value),
        ] {
            let error = through_json(&mut read(text), Numbers::Floats).unwrap_err();
            assert_eq!(error.kind(), kind, "{text}");
            assert!(error.mark().is_some());
        }
    }
}
