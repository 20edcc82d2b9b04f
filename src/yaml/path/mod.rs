//! Ways into a node: JSON pointers, and the dotted paths of kustomize's replacements.

mod split;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::node::{Node, Sequence, Value};
use super::text::Text;
use crate::error::{Error, ErrorKind, Result};
pub(crate) use split::{split_bracketed, split_escaped};

/// A way from a node to one below it, parsed once and followed any number of times.
///
/// There are two notations. A *pointer* (RFC 6901), `/spec/containers/0/image`, writes `~` as `~0`
/// and `/` as `~1`. A *dotted* path is what kustomize's users write in replacements (kyaml's
/// `SmarterPathSplitter` and `PathGetter`):
///
/// | part | leads to |
/// |---|---|
/// | `spec` | the value of that key |
/// | `0` | an element of a list, or the value of that key |
/// | `-` | the last element of a list |
/// | `[name=nginx]` | the first element whose field `name` has the text `nginx` |
/// | `[=-v]` | the first element that is the scalar `-v` |
/// | `[a.b/c]`, `a\.b/c` | the key `a.b/c` |
///
/// Blank parts are skipped, as in the reference, and brackets without `=` are only needed, and
/// only allowed, around a key that has a dot. It prints as it was written.
///
/// ```
/// use kustody::yaml::{self, Path};
/// let path = Path::dotted("containers.[name=web].image")?;
/// let pod = yaml::to_node(&serde_json::json!({
///     "containers": [{"name": "log", "image": "a"}, {"name": "web", "image": "b"}],
/// }))?;
/// assert_eq!(pod.lookup(&path).and_then(|image| image.text()), Some("b"));
/// assert_eq!(path.to_string(), "containers.[name=web].image");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    text: Text,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Name {
        name: Text,
        /// What the name means in a list.
        index: Option<usize>,
    },
    Last,
    Element {
        /// Empty where the element itself is compared.
        field: Text,
        value: Text,
    },
}

impl Path {
    /// A JSON pointer; the empty one is the node itself.
    ///
    /// # Errors
    /// [`ErrorKind::Path`] names the column of what is neither `/` at the start nor `~0` or `~1`.
    ///
    /// ```
    /// use kustody::yaml::Path;
    /// let path = Path::pointer("/metadata/annotations/example.org~1owner")?;
    /// assert_eq!(path.to_string(), "/metadata/annotations/example.org~1owner");
    /// assert!(Path::pointer("/a/~2").unwrap_err().to_string().contains("column 4"));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn pointer(text: &str) -> Result<Self> {
        let fail = |at, problem| fail(text, at, problem);
        let parts = match text.strip_prefix('/') {
            Some(tokens) => {
                let mut at = 1;
                tokens
                    .split('/')
                    .map(|token| {
                        let name = unescape(token)
                            .map_err(|bad| fail(at + bad, "`~` must be followed by `0` or `1`"))?;
                        at += token.len() + 1;
                        Ok(Part::Name {
                            index: pointer_index(&name),
                            name: Text::from(&*name),
                        })
                    })
                    .collect::<Result<_>>()?
            }
            None if text.is_empty() => Vec::new(),
            None => return Err(fail(0, "a pointer starts with `/`")),
        };
        Ok(Self {
            text: Text::from(text),
            parts,
        })
    }

    /// A dotted path, split as kustomize 5.8.1 splits it.
    ///
    /// # Errors
    /// [`ErrorKind::Path`] names the column of a part that can lead nowhere: `*`, a negative
    /// index, brackets that are not closed or hold a key without a dot.
    ///
    /// ```
    /// use kustody::yaml::Path;
    /// assert!(Path::dotted("metadata.annotations.[example.org/owner]").is_ok());
    /// let error = Path::dotted("data.[cfg]").unwrap_err();
    /// assert!(error.to_string().contains("column 6"));
    /// ```
    pub fn dotted(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        for piece in split_bracketed(text, '.') {
            let name = piece.text.trim();
            if !name.is_empty() {
                parts.push(dotted_part(name).map_err(|problem| fail(text, piece.at, problem))?);
            }
        }
        Ok(Self {
            text: Text::from(text),
            parts,
        })
    }
}

impl Path {
    /// The same way to the same node, on which elements of lists are not found by their places if
    /// there is a field that tells them from those before. `enter` is called with each key, and
    /// with none for an element, and says by which fields the elements of what is there are told
    /// apart.
    pub(crate) fn by_fields(
        &self,
        root: &Node,
        mut enter: impl FnMut(Option<&str>) -> Vec<Text>,
    ) -> Self {
        let mut path = self.clone();
        let mut node = root;
        let mut fields = Vec::new();
        for part in &mut path.parts {
            let next = match node.value() {
                Value::Mapping(mapping) => {
                    fields = enter(part.name());
                    part.name().and_then(|name| mapping.get(name))
                }
                Value::Sequence(list) => {
                    let at = part.position(list);
                    let element = at.and_then(|at| list.items().get(at));
                    let field = |field: &Text| {
                        let value = element?.as_mapping()?.get(field)?.as_scalar()?.text();
                        let (field, value) = (field.clone(), value.clone());
                        let part = Part::Element { field, value };
                        (part.position(list) == at).then_some(part)
                    };
                    if let Some(found) = fields.iter().find_map(field) {
                        *part = found;
                    }
                    fields = enter(None);
                    element
                }
                Value::Scalar(_) => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        path
    }
}

/// A pointer if it is empty or starts with `/`, else a dotted path.
impl FromStr for Path {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() || text.starts_with('/') {
            Self::pointer(text)
        } else {
            Self::dotted(text)
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl Node {
    /// The node that a JSON pointer leads to, if there is one.
    ///
    /// Keys are compared by text, whatever their type; of equal keys the first counts. An
    /// expression that is no pointer leads nowhere: [`Path::pointer`] says what is wrong with it.
    ///
    /// ```
    /// use kustody::yaml;
    /// let node = yaml::to_node(&serde_json::json!({"spec": {"ports": [{"port": 80}]}}))?;
    /// assert_eq!(node.get("/spec/ports/0/port").and_then(|port| port.as_i64()), Some(80));
    /// assert!(node.get("/spec/ports/1").is_none());
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn get(&self, pointer: &str) -> Option<&Self> {
        let mut node = self;
        for token in tokens(pointer)? {
            let name = unescape(token).ok()?;
            node = match node.value() {
                Value::Mapping(mapping) => mapping.get(&name)?,
                Value::Sequence(sequence) => sequence.items().get(pointer_index(&name)?)?,
                Value::Scalar(_) => return None,
            };
        }
        Some(node)
    }

    /// The node that a JSON pointer leads to, for writing.
    ///
    /// Containers on the way that are shared are copied, but only if the whole way exists.
    ///
    /// ```
    /// use kustody::yaml::{self, Node};
    /// let mut node = yaml::to_node(&serde_json::json!({"spec": {"replicas": 1}}))?;
    /// if let Some(replicas) = node.get_mut("/spec/replicas") {
    ///     *replicas = Node::int(3);
    /// }
    /// assert_eq!(node.get("/spec/replicas").and_then(|node| node.as_i64()), Some(3));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn get_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        self.get(pointer)?;
        let mut node = self;
        for token in tokens(pointer)? {
            let name = unescape(token).ok()?;
            node = match node.value_mut() {
                Value::Mapping(mapping) => mapping.get_mut(&name)?,
                Value::Sequence(sequence) => sequence.items_mut().get_mut(pointer_index(&name)?)?,
                Value::Scalar(_) => return None,
            };
        }
        Some(node)
    }

    /// The node that a path leads to, if there is one.
    ///
    /// Unlike in a replacement's target, `[name=nginx]` is compared exactly and finds one element.
    /// Unlike in the reference, a number also finds a key of a mapping.
    ///
    /// ```
    /// use kustody::yaml::{self, Path};
    /// let node = yaml::to_node(&serde_json::json!({"args": ["-v", "-x"]}))?;
    /// assert!(node.lookup(&Path::dotted("args.[=-x]")?).is_some());
    /// assert!(node.lookup(&Path::dotted("args.2")?).is_none());
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn lookup(&self, path: &Path) -> Option<&Self> {
        path.parts
            .iter()
            .try_fold(self, |node, part| match node.value() {
                Value::Mapping(mapping) => mapping.get(part.name()?),
                Value::Sequence(sequence) => sequence.items().get(part.position(sequence)?),
                Value::Scalar(_) => None,
            })
    }

    /// The node that a path leads to, for writing; see [`get_mut`](Self::get_mut) on what is copied.
    ///
    /// ```
    /// use kustody::yaml::{self, Node, Path};
    /// let mut node = yaml::to_node(&serde_json::json!({"args": ["-v", "-x"]}))?;
    /// if let Some(last) = node.lookup_mut(&Path::dotted("args.-")?) {
    ///     *last = Node::string("-y");
    /// }
    /// assert_eq!(node.get("/args/1").and_then(|node| node.text()), Some("-y"));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn lookup_mut(&mut self, path: &Path) -> Option<&mut Self> {
        self.lookup(path)?;
        let mut parts = path.parts.iter();
        parts.try_fold(self, |node, part| match node.value_mut() {
            Value::Mapping(mapping) => mapping.get_mut(part.name()?),
            Value::Sequence(sequence) => {
                let at = part.position(sequence)?;
                sequence.items_mut().get_mut(at)
            }
            Value::Scalar(_) => None,
        })
    }
}

impl Part {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Name { name, .. } => Some(name),
            Self::Last | Self::Element { .. } => None,
        }
    }

    fn position(&self, list: &Sequence) -> Option<usize> {
        match self {
            Self::Name { index, .. } => *index,
            Self::Last => list.len().checked_sub(1),
            Self::Element { field, value } => list.iter().position(|element| {
                let found = match element.as_mapping() {
                    _ if field.is_empty() => Some(element),
                    Some(mapping) => mapping.get(field),
                    None => None,
                };
                // A collection has no text, which the reference takes for an empty one.
                found.is_some_and(|found| found.text().unwrap_or_default() == &**value)
            }),
        }
    }
}

fn tokens(pointer: &str) -> Option<impl Iterator<Item = &str>> {
    match pointer.strip_prefix('/') {
        Some(tokens) => Some(Some(tokens.split('/')).into_iter().flatten()),
        None if pointer.is_empty() => Some(None.into_iter().flatten()),
        None => None,
    }
}

/// The name that a pointer's token stands for, or the offset of a `~` that stands for nothing.
fn unescape(token: &str) -> Result<Cow<'_, str>, usize> {
    let mut rest = token;
    let mut name = String::new();
    while let Some(at) = rest.find('~') {
        name.push_str(&rest[..at]);
        name.push(match rest.as_bytes().get(at + 1) {
            Some(b'0') => '~',
            Some(b'1') => '/',
            _ => return Err(token.len() - rest.len() + at),
        });
        rest = &rest[at + 2..];
    }
    if rest.len() == token.len() {
        return Ok(Cow::Borrowed(token));
    }
    name.push_str(rest);
    Ok(Cow::Owned(name))
}

/// RFC 6901 knows one way to write an index: digits without a leading zero.
fn pointer_index(name: &str) -> Option<usize> {
    let plain = name == "0" || name.starts_with(|first: char| matches!(first, '1'..='9'));
    if plain { name.parse().ok() } else { None }
}

fn dotted_part(name: &str) -> Result<Part, &'static str> {
    let inner = name.strip_prefix('[').map(|open| open.strip_suffix(']'));
    match inner {
        Some(Some(inner)) => match inner.split_once('=') {
            Some((field, value)) => Ok(Part::Element {
                field: Text::from(field),
                value: Text::from(value),
            }),
            None => {
                Err("brackets around a key without a dot; write the key alone, or `[field=value]`")
            }
        },
        Some(None) => Err("the bracket is not closed by `]` at the end of a part"),
        None if name == "*" => Err("`*` leads to many nodes where one is asked for"),
        None if name == "-" => Ok(Part::Last),
        None => match name.parse::<i64>() {
            Ok(..0) => Err("an index cannot be negative; `-` is the last element"),
            number => Ok(Part::Name {
                name: Text::from(name),
                index: number.ok().and_then(|number| number.try_into().ok()),
            }),
        },
    }
}

#[cold]
fn fail(path: &str, at: usize, problem: &str) -> Error {
    let column = 1 + path[..at].chars().count();
    Error::new(
        ErrorKind::Path,
        format!("path `{path}`, column {column}: {problem}"),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::yaml::Mapping;

    fn map<const N: usize>(entries: [(&str, Node); N]) -> Node {
        entries.into_iter().collect::<Mapping>().into()
    }

    fn list<const N: usize>(items: [Node; N]) -> Node {
        Sequence::from(Vec::from(items)).into()
    }

    fn deployment() -> Node {
        let container =
            |name, image| map([("name", Node::string(name)), ("image", Node::string(image))]);
        map([
            ("", Node::string("empty key")),
            (
                "notes",
                map([("a.b/c~d", Node::int(1)), ("7", Node::int(7))]),
            ),
            (
                "odd",
                list([
                    map([("name", Node::int(5)), ("image", Node::string("five"))]),
                    map([("name", map([])), ("image", Node::string("no text"))]),
                ]),
            ),
            (
                "spec",
                map([
                    (
                        "containers",
                        list([Node::null(), container("log", "a"), container("web", "b")]),
                    ),
                    ("args", list([Node::string("-v"), Node::string("-x=y")])),
                    ("none", list([])),
                ]),
            ),
        ])
    }

    #[test]
    fn pointers_find_keys_and_elements() {
        let node = deployment();
        let text = |pointer: &str| {
            let found = node.get(pointer);
            if let Ok(path) = Path::pointer(pointer) {
                assert_eq!(found, node.lookup(&path), "{pointer}");
            }
            found.and_then(Node::text)
        };
        assert_eq!(node.get(""), Some(&node));
        assert_eq!(text("/"), Some("empty key"));
        assert_eq!(text("/spec/containers/1/image"), Some("a"));
        assert_eq!(text("/notes/a.b~1c~0d"), Some("1"));
        assert_eq!(text("/notes/7"), Some("7"));
        for nothing in [
            "spec",
            "/nope",
            "/notes/~",
            "/spec/args/-",
            "/spec/args/01",
            "/spec/args/+1",
            "/spec/args/99999999999999999999999",
            "/spec/args/0/x",
        ] {
            assert_eq!(text(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn dotted_paths_find_what_kustomize_looks_up() {
        let mut node = deployment();
        for (path, expected) in [
            ("spec.containers.1.image", Some("a")),
            ("spec.containers.+1.image", Some("a")),
            ("spec.containers.01.image", Some("a")),
            ("spec.containers.[name=web].image", Some("b")),
            ("spec.containers.-.image", Some("b")),
            ("spec.containers.[name=we].image", None),
            ("spec.args.[=-x=y]", Some("-x=y")),
            ("odd.[name=].image", Some("no text")),
            ("odd.[name=5].image", Some("five")),
            ("spec.args.99", None),
            ("spec.args.-", Some("-x=y")),
            ("spec.none.-", None),
            ("spec.args.name", None),
            ("spec.[name=web]", None),
            (".spec. args ..0", Some("-v")),
            (r"notes.a\.b/c~d", Some("1")),
            ("notes.[a.b/c~d]", Some("1")),
            ("notes.7", Some("7")),
            ("notes.7.x", None),
        ] {
            let parsed = Path::dotted(path).unwrap();
            assert_eq!(
                node.lookup(&parsed).and_then(Node::text),
                expected,
                "{path}"
            );
            let found = node
                .lookup_mut(&parsed)
                .map(|node| node.text().map(str::to_owned));
            assert_eq!(found.flatten().as_deref(), expected, "{path}");
            assert_eq!(parsed.to_string(), path);
        }
        assert_eq!(node.lookup(&Path::dotted("").unwrap()), Some(&node));
    }

    #[test]
    fn writing_leaves_clones_alone_and_a_dead_end_copies_nothing() {
        let before = deployment();
        let mut node = before.clone();
        assert!(node.get_mut("/spec/args/9").is_none());
        *node.get_mut("/spec/args/1").unwrap() = Node::int(9);
        let path = Path::dotted("spec.containers.[name=web].image").unwrap();
        *node.lookup_mut(&path).unwrap() = Node::string("c");
        assert_eq!(node.get("/spec/args/1"), Some(&Node::int(9)));
        assert_eq!(
            node.get("/spec/containers/2/image"),
            Some(&Node::string("c"))
        );
        assert_eq!(before, deployment());
    }

    #[test]
    fn errors_name_the_column() {
        for (path, column) in [("spec/a", 1), ("/é/b~", 5), ("/a~1~2", 5)] {
            let error = Path::pointer(path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Path);
            let column = format!("column {column}:");
            assert!(error.message().contains(&column), "{error}");
        }
        for (path, column) in [
            ("é.*.b", 3),
            ("a.-1", 3),
            ("a.[cfg].b", 3),
            ("a.[b.c].[d=e.f", 9),
        ] {
            let error = path.parse::<Path>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Path);
            let column = format!("column {column}:");
            assert!(error.message().contains(&column), "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_pointer_prints_as_it_was_written(names in prop::collection::vec(".{0,8}", 0..5)) {
            let escape = |name: &String| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let text: String = names.iter().map(escape).collect();
            let path = Path::pointer(&text).unwrap();
            prop_assert_eq!(&path.to_string(), &text);
            prop_assert_eq!(&text.parse::<Path>().unwrap(), &path);
            let nested = |inner, name: &String| map([(name.as_str(), inner)]);
            let node = names.iter().rev().fold(Node::int(1), nested);
            prop_assert_eq!(node.get(&text), Some(&Node::int(1)));
            prop_assert_eq!(node.lookup(&path), Some(&Node::int(1)));
        }

        #[test]
        fn any_expression_parses_or_fails_in_its_own_words(text in r"[\[\]=.\\*é0~/ -]{0,12}") {
            for path in [Path::pointer(&text), Path::dotted(&text)].into_iter().flatten() {
                prop_assert_eq!(path.to_string(), text.as_str());
                let _ = deployment().lookup(&path);
            }
        }
    }
}
