//! Scalars that the reference shows in several places of a resource.
//!
//! A transformer that adds a label puts one and the same node wherever the label is missing:
//! `metadata.labels`, the selector, the template. Whoever writes to one of these places later,
//! be it another label entry, a patch or a replacement, writes to all of them. Users see it: a base
//! with `commonLabels: {app: a}` under an overlay with `labels: [{pairs: {app: b}}]` gets `app: b`
//! in its selectors too.

use std::sync::Arc;

use super::resource::Resource;
use crate::yaml::{Node, Scalar, Style, Value, Way, needs_quotes};

/// The nodes that stand in several places, as they were written last; `None` for what no longer
/// does. Their numbers start at 1.
pub(crate) type SharedNodes = Vec<Option<Node>>;

/// Writes to several places, each of which sees what those before it have written to a shared node.
pub(crate) struct Writes {
    nodes: Option<Arc<SharedNodes>>,
    /// The numbers of the shared nodes that were written to, and what they are now.
    written: Vec<(u16, Node)>,
}

impl Writes {
    /// Writes to a place.
    pub(crate) fn write(&mut self, node: &mut Node, write: impl FnOnce(&mut Node)) {
        let number = node.as_scalar().map_or(0, Scalar::shared);
        let known = self.nodes.as_ref().filter(|_| number != 0);
        let known = known.and_then(|nodes| nodes.get(usize::from(number) - 1));
        if !matches!(known, Some(Some(_))) {
            return write(node);
        }
        let at = self.written.iter().position(|(known, _)| *known == number);
        if let Some(at) = at {
            node.clone_from(&self.written[at].1);
        }
        write(node);
        match at {
            Some(at) => self.written[at].1.clone_from(node),
            None => self.written.push((number, node.clone())),
        }
    }

    /// Whether any of the places was that of a shared node.
    pub(crate) fn are_shared(&self) -> bool {
        !self.written.is_empty()
    }
}

/// A place of a shared node.
struct Place<'a> {
    number: u16,
    way: Way,
    /// Keys and positions, in the order in which the reference visits them.
    path: Vec<Step<'a>>,
    node: &'a Node,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl Resource {
    /// How many nodes stand, or stood, in several places.
    pub(crate) fn shared_count(&self) -> usize {
        self.shared().len()
    }

    /// For who writes to several places at a time, and settles shared nodes behind.
    pub(crate) fn writes(&self) -> Writes {
        Writes {
            nodes: self.shared_nodes().cloned(),
            written: Vec::new(),
        }
    }

    /// Says what the scalars are that were just numbered, from one above the
    /// [count](Self::shared_count) on. Resources in which the same was written hold one list.
    pub(crate) fn share(&mut self, nodes: &Arc<SharedNodes>) {
        match self.shared_count() {
            0 => self.set_shared(Arc::clone(nodes)),
            _ => self.shared_mut().extend(nodes.iter().cloned()),
        }
    }

    /// Brings the places of shared nodes in line after something wrote to the resource: the place
    /// that was written last, which is the last in the order of keys, counts.
    pub(crate) fn settle_shared(&mut self) {
        self.settle(|places, known| {
            let mut written = places.iter().rev().map(|place| place.node);
            written.find(|node| is_written(node, known)).cloned()
        });
    }

    /// [`settle_shared`](Self::settle_shared) after a strategic merge, which visits all places in the
    /// order of keys: what it writes takes the style of what is there by then, and where it writes
    /// nothing it puts quotes round a text that needs them (`FieldSetter` in `kyaml/yaml/fns.go`).
    pub(crate) fn settle_merged(&mut self) {
        self.settle(|places, known| {
            let mut node = known.clone();
            for place in places {
                if is_written(place.node, known) {
                    let style = node.as_scalar().map(Scalar::style);
                    node.clone_from(place.node);
                    if let (Some(scalar), Some(style)) = (node.as_scalar_mut(), style) {
                        scalar.set_style(style);
                    }
                } else if needs_quotes(&node)
                    && let Some(scalar) = node.as_scalar_mut()
                {
                    scalar.set_style(Style::DoubleQuoted);
                }
            }
            let is_other = node != *known || node.mark() != known.mark();
            is_other.then_some(node)
        });
    }

    /// Writes to all places of each shared node what `settled` makes of them and of the node as it
    /// was; nothing where that is `None`.
    fn settle(&mut self, settled: impl Fn(&[Place<'_>], &Node) -> Option<Node>) {
        if self.shared().is_empty() {
            return;
        }
        let mut ways = Vec::new();
        collect(self.node(), &mut Way::new(), &mut ways);
        let place = |(number, way)| Place::new(self.node(), number, way);
        let mut places: Vec<_> = ways.into_iter().map(place).collect();
        places.sort_by(|a, b| (a.number, &a.path).cmp(&(b.number, &b.path)));
        let mut writes = Vec::new();
        for places in places.chunk_by(|a, b| a.number == b.number) {
            let at = usize::from(places[0].number) - 1;
            let Some(Some(known)) = self.shared().get(at) else {
                continue;
            };
            if let Some(node) = settled(places, known) {
                let ways: Vec<_> = places.iter().map(|place| place.way.clone()).collect();
                writes.push((at, node, ways));
            }
        }
        for (at, node, ways) in writes {
            self.edit_fields(|root| {
                for way in ways {
                    if let Some(place) = root.at_mut(&way) {
                        place.clone_from(&node);
                    }
                }
            });
            self.shared_mut()[at] = Some(node);
        }
    }

    /// Forgets what was one node: the reference has written the resource as text and read it
    /// again, as JSON 6902 patches do.
    pub(crate) fn unshare(&mut self) {
        if self.shared().iter().any(Option::is_some) {
            self.shared_mut().fill(None);
        }
    }
}

/// Whether something else was written where `known` stood, or the same by somebody else.
fn is_written(node: &Node, known: &Node) -> bool {
    let content = |node: &Node| {
        let scalar = node.as_scalar();
        scalar.map(|scalar| (scalar.tag(), scalar.text().clone()))
    };
    node.mark() != known.mark() || content(node) != content(known)
}

/// Notes the ways to shared nodes with their numbers.
fn collect(node: &Node, way: &mut Way, ways: &mut Vec<(u16, Way)>) {
    let mut visit = |at: usize, child: &Node| match child.as_scalar() {
        Some(scalar) if scalar.shared() == 0 => {}
        Some(scalar) => {
            let mut way = way.clone();
            way.push(at);
            ways.push((scalar.shared(), way));
        }
        None => {
            way.push(at);
            collect(child, way, ways);
            way.pop();
        }
    };
    match node.value() {
        Value::Scalar(_) => {}
        Value::Sequence(sequence) => {
            for (at, item) in sequence.iter().enumerate() {
                visit(at, item);
            }
        }
        Value::Mapping(mapping) => {
            for (at, entry) in mapping.iter().enumerate() {
                visit(at, &entry.value);
            }
        }
    }
}

impl<'a> Place<'a> {
    fn new(root: &'a Node, number: u16, way: Way) -> Self {
        let mut node = root;
        let mut path = Vec::with_capacity(way.len());
        for &at in &way {
            match node.value() {
                Value::Scalar(_) => {}
                Value::Sequence(sequence) => {
                    path.push(Step::Index(at));
                    node = &sequence.items()[at];
                }
                Value::Mapping(mapping) => {
                    let entry = &mapping.entries()[at];
                    path.push(Step::Key(entry.key.text().unwrap_or_default()));
                    node = &entry.value;
                }
            }
        }
        Self {
            number,
            way,
            path,
            node,
        }
    }
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;
    use crate::schema::Schema;
    use crate::source::{Mark, SourceId};
    use crate::yaml::{self, Tag, Text};

    const TEXT: &str = "metadata: {labels: {app: a}}\nspec: {selector: {app: a}, other: {app: a}}";

    fn mark(offset: u32) -> Mark {
        let source = SourceId(9);
        Mark { source, offset }
    }

    fn shared() -> Resource {
        let node = yaml::read_str("r.yaml", TEXT).unwrap().remove(0);
        let mut resource = Resource::new(node, &Schema::builtin());
        let ways = [smallvec![0, 0, 0], smallvec![1, 0, 0]];
        resource.edit_fields(|root| {
            for way in &ways {
                let place = root.at_mut(way).unwrap();
                place.set_scalar(Tag::Str, Text::from("a"), mark(0));
            }
        });
        share(&mut resource, &ways);
        resource
    }

    /// Makes one node of the scalars at these ways.
    fn share(resource: &mut Resource, ways: &[Way]) {
        let node = resource.node().at(&ways[0]).cloned();
        let number = resource.shared_count() as u16 + 1;
        resource.edit_fields(|root| {
            for way in ways {
                let scalar = root.at_mut(way).and_then(Node::as_scalar_mut);
                scalar.unwrap().set_shared(number);
            }
        });
        resource.share(&Arc::new(vec![node]));
    }

    fn write(resource: &mut Resource, way: &[usize], text: &str, offset: u32) {
        resource.edit_fields(|root| {
            let place = root.at_mut(way).unwrap();
            place.set_scalar(Tag::Str, Text::from(text), mark(offset));
        });
    }

    fn texts(resource: &Resource) -> [&str; 3] {
        [
            "/metadata/labels/app",
            "/spec/selector/app",
            "/spec/other/app",
        ]
        .map(|pointer| resource.get(pointer).and_then(Node::text).unwrap())
    }

    #[test]
    fn a_write_to_one_place_reaches_the_others() {
        let mut resource = shared();
        resource.settle_shared();
        assert_eq!(texts(&resource), ["a", "a", "a"]);
        write(&mut resource, &[0, 0, 0], "b", 1);
        resource.settle_shared();
        assert_eq!(texts(&resource), ["b", "b", "a"]);
        write(&mut resource, &[1, 0, 0], "c", 2);
        resource.settle_shared();
        assert_eq!(texts(&resource), ["c", "c", "a"]);
    }

    #[test]
    fn the_last_place_in_the_order_of_keys_wins_even_with_the_old_text() {
        let mut resource = shared();
        write(&mut resource, &[1, 0, 0], "a", 2);
        write(&mut resource, &[0, 0, 0], "b", 1);
        resource.settle_shared();
        assert_eq!(texts(&resource), ["a", "a", "a"]);
    }

    #[test]
    fn a_node_that_was_replaced_is_on_its_own() {
        let mut resource = shared();
        resource.edit_fields(|root| *root.at_mut(&[1, 0, 0]).unwrap() = Node::string("z"));
        resource.settle_shared();
        assert_eq!(texts(&resource), ["a", "z", "a"]);
        write(&mut resource, &[0, 0, 0], "b", 1);
        resource.settle_shared();
        assert_eq!(texts(&resource), ["b", "z", "a"]);
    }

    #[test]
    fn a_resource_that_was_read_again_shares_nothing() {
        let mut resource = shared();
        resource.unshare();
        write(&mut resource, &[0, 0, 0], "b", 1);
        resource.settle_shared();
        assert_eq!(texts(&resource), ["b", "a", "a"]);
        let ways = [smallvec![0, 0, 0], smallvec![1, 1, 0]];
        share(&mut resource, &ways);
        write(&mut resource, &[1, 1, 0], "d", 3);
        resource.settle_shared();
        assert_eq!(texts(&resource), ["d", "a", "d"]);
    }
}
