//! Finding, and creating, the fields that the path of a target means (`PathMatcher` in kyaml's
//! `match.go`).

use super::path::{self, Elements, Got, Part, Place};
use super::structured;
use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::yaml::{self, Comments, Layout, Mapping, Node, Scalar, Sequence, Style, Tag, Value};

/// What kind of node a field gets that is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Sequence,
    Mapping,
}

impl Kind {
    pub(super) fn of(node: &Node) -> Self {
        match node.value() {
            Value::Scalar(_) => Self::Scalar,
            Value::Sequence(_) => Self::Sequence,
            Value::Mapping(_) => Self::Mapping,
        }
    }

    fn empty(self, mark: Mark) -> Node {
        match self {
            Self::Scalar => Node::new(Scalar::new(Tag::None, Style::Plain, ""), mark),
            Self::Sequence => Node::new(Sequence::default(), mark),
            Self::Mapping => Node::new(Mapping::default(), mark),
        }
    }
}

/// A field that a path leads to.
pub(super) enum Found {
    At(Place),
    /// It stands in a copy that nobody keeps: what the reference writes there is gone.
    Lost {
        /// Whether it is a scalar.
        is_text: bool,
    },
}

/// A walk through a resource, or through a document that is the text of a field.
pub(super) struct Walk<'r> {
    root: &'r mut Node,
    /// What to create at the end of the path, if anything.
    create: Option<Kind>,
    /// What created nodes get.
    mark: Mark,
    /// Where the walk has got to.
    place: Place,
    found: Vec<Found>,
}

impl<'r> Walk<'r> {
    pub(super) fn new(root: &'r mut Node, create: Option<Kind>, mark: Mark) -> Self {
        Self {
            root,
            create,
            mark,
            place: Place::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn into_found(self) -> Vec<Found> {
        self.found
    }

    fn node(&self) -> &Node {
        path::node_at(self.root, &self.place).unwrap_or(self.root)
    }

    /// Follows a path, or what is left of it.
    ///
    /// # Errors
    /// If a part does not fit the kind of node that it meets, or an index is out of bounds. What
    /// was created until then stays.
    pub(super) fn follow(&mut self, path: &[Part]) -> Result<()> {
        let Some((part, rest)) = path.split_first() else {
            self.found.push(Found::At(self.place.clone()));
            return Ok(());
        };
        match part {
            Part::Field(name) => self.field(name, rest),
            Part::Index(index) => self.index(*index, rest),
            Part::Every => {
                let len = path::elements(self.node())?.len();
                (0..len).try_for_each(|at| self.enter(at, rest))
            }
            Part::Elements(elements) => self.elements(elements, rest, false),
            Part::Brackets => Err(path::no_equals_sign()),
        }
    }

    fn enter(&mut self, at: usize, rest: &[Part]) -> Result<()> {
        self.place.push(at);
        let result = self.follow(rest);
        self.place.pop();
        result
    }

    fn field(&mut self, name: &str, rest: &[Part]) -> Result<()> {
        let at = match path::field(self.node(), name)? {
            Got::Entry(at) => at,
            Got::Itself if rest.is_empty() => return self.follow(rest),
            Got::Itself => return self.inside_text("", rest),
            Got::Nothing => match self.kind_before(rest) {
                None => return Ok(()),
                Some(kind) => match self.create_field(name, kind) {
                    Some(at) => at,
                    None if kind == Kind::Scalar && !rest.is_empty() => {
                        return self.inside_text("", rest);
                    }
                    None => return self.lost(kind.empty(self.mark), rest),
                },
            },
        };
        self.place.push(at);
        let text = self.node().as_own_scalar().map(|s| s.text().clone());
        let result = match text {
            Some(text) if !rest.is_empty() => self.inside_text(&text, rest),
            _ => self.follow(rest),
        };
        self.place.pop();
        result
    }

    /// Creates a field; `None` if the node here is none that keeps fields.
    fn create_field(&mut self, name: &str, kind: Kind) -> Option<usize> {
        let field = kind.empty(self.mark);
        let node = path::node_at_mut(self.root, &self.place)?;
        if node.is_null() {
            return None;
        }
        if name.is_empty() {
            // The reference puts the new field in the place of the text, and keeps a copy.
            let style = node.as_scalar().map_or(Style::Plain, Scalar::style);
            *node = field;
            if let Some(scalar) = node.as_scalar_mut() {
                scalar.set_style(style);
            }
            return None;
        }
        let mapping = node.as_mapping_mut()?;
        mapping.append(name, field);
        mapping.len().checked_sub(1)
    }

    fn index(&mut self, index: usize, rest: &[Part]) -> Result<()> {
        let len = path::elements(self.node())?.len();
        if let Some(kind) = self.kind_before(rest).filter(|_| index == len) {
            let element = kind.empty(self.mark);
            if self.node().is_null() {
                return self.lost(element, rest);
            }
            self.push(element);
        } else if index >= len {
            let message = format!("asks for index {index} of a list of {len}");
            return Err(Error::new(ErrorKind::Field, message));
        }
        self.enter(index, rest)
    }

    /// The elements that a selector matches, or one that is made for it.
    fn elements(&mut self, selector: &Elements, rest: &[Part], is_made: bool) -> Result<()> {
        let Elements { field, wanted, .. } = selector;
        let before = self.found.len();
        for at in 0..path::elements(self.node())?.len() {
            let pattern = selector.pattern()?;
            let element = &path::elements(self.node())?[at];
            if field.is_empty() {
                // What follows in the path does not count.
                if pattern.is_match(&text_of(element)) {
                    self.enter(at, &[])?;
                }
                continue;
            }
            let value = element.as_mapping().and_then(|mapping| mapping.get(field));
            if value.is_some_and(|value| pattern.is_match(&text_of(value))) {
                self.enter(at, rest)?;
            }
        }
        if self.found.len() > before || self.create.is_none() {
            return Ok(());
        }
        if is_made {
            // The reference never ends here.
            let message = format!(
                "has `[{field}={wanted}]`, which the element created for it does not match"
            );
            return Err(Error::new(ErrorKind::Field, message));
        }
        let mut element = Node::new(Scalar::new(Tag::None, Style::Plain, &**wanted), self.mark);
        if !field.is_empty() {
            let mut mapping = Mapping::default();
            mapping.append(field, element);
            element = Node::new(mapping, self.mark);
        }
        if self.node().is_null() {
            let mut list = Node::new(Sequence::from(vec![element]), self.mark);
            let mut walk = Walk::new(&mut list, self.create, self.mark);
            walk.elements(selector, rest, true)?;
            self.lose(walk);
            return Ok(());
        }
        self.push(element);
        self.elements(selector, rest, true)
    }

    fn push(&mut self, element: Node) {
        let node = path::node_at_mut(self.root, &self.place);
        if let Some(list) = node.and_then(Node::as_sequence_mut) {
            list.push(element);
        }
    }

    /// Goes on in what a text holds: in a copy of it.
    fn inside_text(&mut self, text: &str, rest: &[Part]) -> Result<()> {
        let Some(document) = structured::read(text)? else {
            let message = "leads into an empty text";
            return Err(Error::new(ErrorKind::Field, message));
        };
        self.lost(document.node, rest)
    }

    /// Goes on in a tree that nobody keeps.
    fn lost(&mut self, mut root: Node, rest: &[Part]) -> Result<()> {
        let mut walk = Walk::new(&mut root, self.create, self.mark);
        walk.follow(rest)?;
        self.lose(walk);
        Ok(())
    }

    fn lose(&mut self, walk: Walk<'_>) {
        let Walk { root, found, .. } = walk;
        let is_text = |place: Place| {
            path::node_at(root, &place).is_some_and(|node| node.as_own_scalar().is_some())
        };
        self.found
            .extend(found.into_iter().map(|found| match found {
                Found::At(place) => Found::Lost {
                    is_text: is_text(place),
                },
                lost @ Found::Lost { .. } => lost,
            }));
    }

    /// What kind of node to create before the rest of a path, if one is created at all.
    fn kind_before(&self, rest: &[Part]) -> Option<Kind> {
        let create = self.create?;
        Some(match rest.first() {
            None => create,
            Some(Part::Field(name)) if name.is_empty() => create,
            Some(Part::Field(_) | Part::Every) => Kind::Mapping,
            Some(Part::Index(_) | Part::Elements(_) | Part::Brackets) => Kind::Sequence,
        })
    }
}

/// The text that selectors look at: a value as it is printed, without white space around it.
fn text_of(node: &Node) -> String {
    let text = yaml::to_text([(node, &Comments::default())], Layout::KYAML);
    text.trim().to_owned()
}
