//! Finding the fields that a path leads to, and making those that are missing.

use smallvec::SmallVec;

use super::path::{FieldPath, Part};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Mark;
use crate::yaml::{Mapping, Node, Scalar, Sequence, Style, Tag, Value, Way};

/// What a transformer makes of a field that is missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Creates {
    /// It leaves it alone.
    Nothing,
    /// An empty text; where null was, its text stays and gets this tag.
    Scalar(Tag),
    /// An empty mapping.
    Mapping,
}

/// Calls `set` on every node that a path leads to (`fieldspec.Filter` in kustomize).
///
/// Lists on the way are walked through: the rest of the path holds for each element. Nothing is
/// copied but what lies on the way to a node that `wants` passes; nodes that `creates` makes need
/// not pass. What is made gets `mark`.
///
/// # Errors
/// Where a scalar stands in the way, the path has a key that no mapping can have, or `wants`
/// refuses a node.
pub(crate) fn edit(
    trail: &mut Trail,
    root: &mut Node,
    turn: Turn<'_>,
    creates: Creates,
    mark: Mark,
    mut wants: impl FnMut(&Node) -> Result<bool, Obstacle>,
    mut set: impl FnMut(&mut Node, &Way),
) -> Result<()> {
    let path = turn.path;
    match trail.follow(root, turn) {
        Reached::Node(node) => {
            if wants(node).map_err(|it| it.on(path))?
                && let Some(node) = root.at_mut(&trail.way)
            {
                set(node, &trail.way);
            }
            return Ok(());
        }
        Reached::Missing(..) if creates == Creates::Nothing => return Ok(()),
        Reached::Missing(_, [part, ..]) if part.list => return Ok(()),
        Reached::Missing(node, parts) => {
            let (missing, makes) = missing(node, parts).map_err(|it| it.on(path))?;
            trail.misses = false;
            let way = trail.way.clone();
            let mut site = Site {
                way,
                missing,
                makes,
            };
            if let Some(node) = site.open(root, creates, mark) {
                set(node, &site.way);
            }
            return Ok(());
        }
        Reached::Other => {}
    }
    for mut site in trail.search(root, path, creates)? {
        if site.makes == Makes::Nothing {
            let node = root.at(&site.way).map(&mut wants);
            if !node.transpose().map_err(|it| it.on(path))?.unwrap_or(false) {
                continue;
            }
        }
        if let Some(node) = site.open(root, creates, mark) {
            set(node, &site.way);
        }
    }
    Ok(())
}

/// The nodes that a path leads to and those that it would make, in order; nothing is changed.
pub(crate) fn sites<'p>(
    trail: &mut Trail,
    root: &Node,
    turn: Turn<'p>,
    creates: Creates,
) -> Result<Sites<'p>> {
    match trail.follow(root, turn) {
        Reached::Missing(..) if creates == Creates::Nothing => Ok(Sites::new()),
        _ => trail.search(root, turn.path, creates),
    }
}

/// A path among others that are followed in the same resource.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'p> {
    pub(crate) path: &'p FieldPath,
    /// How many parts it has in common with the one before it.
    pub(crate) shared: usize,
}

impl<'p> Turn<'p> {
    /// A path that is followed alone.
    pub(crate) fn alone(path: &'p FieldPath) -> Self {
        Self { path, shared: 0 }
    }
}

/// How far the last path led through mappings. Most paths of a table begin as the one before does,
/// and that part need not be looked for again, as long as nobody but [`edit`] writes to the
/// resource.
#[derive(Default)]
pub(crate) struct Trail {
    way: Way,
    /// Whether the key behind that is missing and was not made.
    misses: bool,
}

/// Where a path leads as long as it leads through mappings.
enum Reached<'n, 'p> {
    /// To a node that is there.
    Node(&'n Node),
    /// To a mapping without the first of the parts that are left.
    Missing(&'n Node, &'p [Part]),
    /// To something else than a mapping, or to a key that needs a closer look.
    Other,
}

impl Trail {
    fn follow<'n, 'p>(&mut self, root: &'n Node, turn: Turn<'p>) -> Reached<'n, 'p> {
        let still_misses = self.misses && turn.shared > self.way.len();
        self.way.truncate(turn.shared);
        let Some(mut node) = root.at(&self.way) else {
            return Reached::Other;
        };
        let mut parts = &turn.path.parts()[self.way.len()..];
        if still_misses {
            return Reached::Missing(node, parts);
        }
        self.misses = false;
        while let [part, rest @ ..] = parts {
            let Value::Mapping(mapping) = node.value() else {
                return Reached::Other;
            };
            if part.obstacle.is_some() || node.is_null() {
                return Reached::Other;
            }
            let Some(at) = mapping.position(&part.name) else {
                self.misses = true;
                return Reached::Missing(node, parts);
            };
            let next = &mapping.entries()[at].value;
            if next.is_null() {
                return Reached::Other;
            }
            self.way.push(at);
            (node, parts) = (next, rest);
        }
        Reached::Node(node)
    }

    /// All places that the path leads to from the end of the trail.
    fn search<'p>(
        &mut self,
        root: &Node,
        path: &'p FieldPath,
        creates: Creates,
    ) -> Result<Sites<'p>> {
        let creates = creates != Creates::Nothing;
        // What is made is not missing for the next path.
        self.misses &= !creates;
        let mut finder = Finder {
            creates,
            way: self.way.clone(),
            sites: SmallVec::new(),
        };
        let found = match root.at(&self.way) {
            Some(node) => finder.descend(node, &path.parts()[self.way.len()..]),
            None => Ok(()),
        };
        found.map_err(|obstacle| obstacle.on(path))?;
        Ok(finder.sites)
    }
}

/// Why a field cannot be reached or set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Obstacle {
    /// Where it stands.
    pub(crate) mark: Mark,
    /// What is wrong.
    pub(crate) what: &'static str,
}

impl Obstacle {
    pub(crate) fn new(node: &Node, what: &'static str) -> Self {
        Self {
            mark: node.mark(),
            what,
        }
    }

    #[cold]
    pub(crate) fn on(self, path: &FieldPath) -> Error {
        let message = format!(
            "the field path `{}` cannot be used: {}",
            path.text(),
            self.what
        );
        Error::marked(ErrorKind::FieldSpec, self.mark, message)
    }
}

/// The text of a scalar that a transformer is about to change; of null, how it was written.
pub(crate) fn scalar(node: &Node) -> Result<&Scalar, Obstacle> {
    node.as_scalar()
        .ok_or_else(|| Obstacle::new(node, "it leads to a mapping or a list, not to a scalar"))
}

/// The places that a path leads to: one, where there is no list on the way.
pub(crate) type Sites<'p> = SmallVec<[Site<'p>; 1]>;

/// A place that a path leads to.
pub(crate) struct Site<'p> {
    /// Positions in the containers from the top.
    pub(crate) way: Way,
    /// The keys to be made from there.
    missing: &'p [Part],
    makes: Makes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Makes {
    /// The node is there.
    Nothing,
    /// The node that the path leads to.
    Leaf,
    /// Mappings up to a `name[]`, and no leaf.
    Parents,
    /// A list in the place of null.
    List,
}

impl Site<'_> {
    /// Whether the node is there and nothing needs to be made.
    pub(crate) fn is_there(&self) -> bool {
        self.makes == Makes::Nothing
    }

    /// Makes what is missing and gives the node that the path leads to, if it leads to one. The way
    /// leads to that node then.
    pub(crate) fn open<'n>(
        &mut self,
        root: &'n mut Node,
        creates: Creates,
        mark: Mark,
    ) -> Option<&'n mut Node> {
        let mut node = root.at_mut(&self.way)?;
        match self.makes {
            Makes::Nothing => return Some(node),
            Makes::List => *node = Node::new(Sequence::default(), mark),
            Makes::Leaf if self.missing.is_empty() => turn(node, creates, mark),
            Makes::Leaf | Makes::Parents if node.is_null() => {
                *node = Node::new(Mapping::default(), mark);
            }
            Makes::Leaf | Makes::Parents => {}
        }
        for (at, part) in self.missing.iter().enumerate() {
            let is_leaf = self.makes == Makes::Leaf && at + 1 == self.missing.len();
            let made = match creates {
                Creates::Scalar(_) if is_leaf => {
                    Node::new(Scalar::new(Tag::None, Style::Plain, ""), mark)
                }
                _ => Node::new(Mapping::default(), mark),
            };
            let mapping = node.as_mapping_mut()?;
            mapping.append(&part.name, made);
            self.way.push(mapping.len() - 1);
            node = &mut mapping.entries_mut().last_mut()?.value;
        }
        (self.makes == Makes::Leaf).then_some(node)
    }
}

/// Makes of a null node what a transformer would have made.
fn turn(node: &mut Node, creates: Creates, mark: Mark) {
    match creates {
        Creates::Nothing => {}
        Creates::Scalar(tag) => {
            if let Some(scalar) = node.as_scalar_mut() {
                scalar.set_tag(tag);
            }
        }
        Creates::Mapping => *node = Node::new(Mapping::default(), mark),
    }
}

struct Finder<'p> {
    creates: bool,
    way: Way,
    sites: Sites<'p>,
}

impl<'p> Finder<'p> {
    fn find(&mut self, node: &Node, parts: &'p [Part]) -> Result<(), Obstacle> {
        let depth = self.way.len();
        let found = self.descend(node, parts);
        self.way.truncate(depth);
        found
    }

    /// Follows a path from a node to which the way leads.
    fn descend(&mut self, mut node: &Node, mut parts: &'p [Part]) -> Result<(), Obstacle> {
        while let Some((part, rest)) = parts.split_first() {
            let mapping = match node.value() {
                _ if node.is_null() => return Ok(()),
                Value::Mapping(mapping) => mapping,
                Value::Sequence(sequence) => {
                    for (at, item) in sequence.iter().enumerate() {
                        self.way.push(at);
                        self.find(item, parts)?;
                        self.way.pop();
                    }
                    return Ok(());
                }
                Value::Scalar(_) => {
                    return Err(Obstacle::new(
                        node,
                        "a scalar stands where it needs a mapping or a list",
                    ));
                }
            };
            if let Some(what) = part.obstacle {
                return Err(Obstacle::new(node, what));
            }
            let Some(at) = mapping.position(&part.name) else {
                return match self.creates && !part.list {
                    true => self.missing(node, parts),
                    false => Ok(()),
                };
            };
            self.way.push(at);
            node = &mapping.entries()[at].value;
            parts = rest;
            if node.is_null() {
                return match part.list || self.creates {
                    true => self.null(node, part, rest),
                    false => self.find(node, rest),
                };
            }
        }
        self.site(&[], Makes::Nothing);
        Ok(())
    }

    /// Notes what becomes of null in the place of a key.
    fn null(&mut self, node: &Node, part: &Part, rest: &'p [Part]) -> Result<(), Obstacle> {
        if part.list {
            // With nothing left of the path the new list itself is what would be set.
            if rest.is_empty() {
                return Err(Obstacle::new(node, "it leads to a list"));
            }
            self.site(&[], Makes::List);
            return Ok(());
        }
        if rest.is_empty() {
            self.site(&[], Makes::Leaf);
            return Ok(());
        }
        self.missing(node, rest)
    }

    fn missing(&mut self, node: &Node, parts: &'p [Part]) -> Result<(), Obstacle> {
        let (missing, makes) = missing(node, parts)?;
        self.site(missing, makes);
        Ok(())
    }

    fn site(&mut self, missing: &'p [Part], makes: Makes) {
        self.sites.push(Site {
            way: self.way.clone(),
            missing,
            makes,
        });
    }
}

/// The keys to be made, as far as they are made: up to a `name[]`.
fn missing<'p>(node: &Node, parts: &'p [Part]) -> Result<(&'p [Part], Makes), Obstacle> {
    for (at, part) in parts.iter().enumerate() {
        if let Some(what) = part.obstacle {
            return Err(Obstacle::new(node, what));
        }
        if part.list {
            return Ok((&parts[..at], Makes::Parents));
        }
    }
    Ok((parts, Makes::Leaf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{self, Text};

    fn read(text: &str) -> Node {
        yaml::read_str("test.yaml", text).unwrap().remove(0)
    }

    fn print(node: &Node) -> String {
        let mut out = Vec::new();
        yaml::write(node, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Sets `x` wherever a path leads.
    fn set(text: &str, path: &str, creates: Creates) -> Result<String> {
        let mut node = read(text);
        let path = FieldPath::new(&Text::from(path));
        edit(
            &mut Trail::default(),
            &mut node,
            Turn::alone(&path),
            creates,
            Mark::default(),
            |_| Ok(true),
            |node, _| match node.as_mapping_mut() {
                Some(mapping) => drop(mapping.set("x", Node::int(1))),
                None => node.set_scalar(Tag::Str, Text::from("x"), Mark::default()),
            },
        )?;
        Ok(print(&node))
    }

    const SCALAR: Creates = Creates::Scalar(Tag::Str);

    #[test]
    fn walks_through_lists_of_lists() {
        let text = "a: [[{b: 1}, {b: 2}], null, {c: 3}]";
        assert_eq!(
            set(text, "a/b", Creates::Nothing).unwrap(),
            "a:\n- - b: x\n  - b: x\n- null\n- c: 3\n"
        );
        assert_eq!(
            set(text, "a/b", SCALAR).unwrap(),
            "a:\n- - b: x\n  - b: x\n- null\n- b: x\n  c: 3\n"
        );
    }

    #[test]
    fn makes_what_is_missing() {
        assert_eq!(
            set("k: 1", "a/b/c", SCALAR).unwrap(),
            "a:\n  b:\n    c: x\nk: 1\n"
        );
        assert_eq!(
            set("a: null", "a/b", Creates::Mapping).unwrap(),
            "a:\n  b:\n    x: 1\n"
        );
        assert_eq!(
            set("a: null", "a", Creates::Mapping).unwrap(),
            "a:\n  x: 1\n"
        );
        assert_eq!(set("k: 1", "a", Creates::Nothing).unwrap(), "k: 1\n");
    }

    #[test]
    fn a_list_is_never_made_but_its_parents_are() {
        assert_eq!(set("k: 1", "a/b[]/c", SCALAR).unwrap(), "a: {}\nk: 1\n");
        assert_eq!(set("a: null", "a/b[]/c", SCALAR).unwrap(), "a: {}\n");
        assert_eq!(
            set("a: null", "a[]/c", Creates::Nothing).unwrap(),
            "a: []\n"
        );
        assert_eq!(
            set("a: {c: 1}", "a[]/c", Creates::Nothing).unwrap(),
            "a:\n  c: x\n"
        );
    }

    #[test]
    fn null_on_the_way_stops_it_where_nothing_is_made() {
        assert_eq!(
            set("a: null", "a/b", Creates::Nothing).unwrap(),
            "a: null\n"
        );
        assert_eq!(set("a: null", "a", Creates::Nothing).unwrap(), "a: x\n");
    }

    #[test]
    fn what_cannot_be_walked_is_an_error() {
        for (text, path) in [
            ("a: 1", "a/b"),
            ("a: [1]", "a/b"),
            ("a: {}", "a/0"),
            ("a: {}", "a//b"),
            ("k: 1", "a/b/[x=y]"),
            ("a: null", "a[]"),
        ] {
            let error = set(text, path, SCALAR).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::FieldSpec, "{text} {path}");
        }
        assert!(set("a: null", "a/0", Creates::Nothing).is_ok());
    }

    #[test]
    fn nothing_is_copied_that_is_not_set() {
        let node = read("a: [{b: 1}, {b: 2}]\nc: {d: 1}");
        let mut edited = node.clone();
        let path = FieldPath::new(&Text::from("a/b"));
        let second = |node: &Node| Ok(node.text() == Some("2"));
        edit(
            &mut Trail::default(),
            &mut edited,
            Turn::alone(&path),
            SCALAR,
            Mark::default(),
            second,
            |node, _| {
                node.set_scalar(Tag::Str, Text::from("x"), Mark::default());
            },
        )
        .unwrap();
        let inner = |node: &Node, way: &[usize]| {
            node.at(way)
                .and_then(Node::as_mapping)
                .map(|mapping| mapping.entries().as_ptr())
        };
        assert_eq!(inner(&node, &[0, 0]), inner(&edited, &[0, 0]));
        assert_eq!(inner(&node, &[1]), inner(&edited, &[1]));
        assert_ne!(inner(&node, &[0, 1]), inner(&edited, &[0, 1]));
    }
}
