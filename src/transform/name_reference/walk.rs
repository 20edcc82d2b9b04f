//! One way through one resource: finding names and what they should be.

use smallvec::SmallVec;

use super::candidates::{Candidates, Meaning, Question};
use super::plan::{Step, Target};
use super::referrer::{Reach, role_ref};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Gvk, ResId, Resource, ResourceSet};
use crate::source::Mark;
use crate::transform::is_string;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Entry, Mapping, Node, Scalar, Tag, Text, Value, Way};

/// What is needed to find out what names mean.
pub(super) struct Walk<'a> {
    pub(super) set: &'a ResourceSet,
    pub(super) candidates: &'a Candidates,
    pub(super) referrer: &'a Resource,
    pub(super) reach: &'a Reach,
    /// One in most cases.
    pub(super) edits: SmallVec<[Edit; 1]>,
    pub(super) warnings: Vec<Warning>,
}

/// The way down to a node: positions in containers, and the keys that led there.
#[derive(Clone, Copy)]
pub(super) struct Trail<'t> {
    up: Option<&'t Self>,
    at: usize,
    /// `None` in a list.
    key: Option<&'t Text>,
}

/// A field that gets another name.
#[derive(Debug)]
pub(super) struct Edit {
    way: Way,
    change: Change,
}

#[derive(Debug)]
enum Change {
    /// The field is the name.
    Name(Name),
    /// The field holds `name` and `namespace`; an empty name is removed.
    Fields { name: Name, namespace: Option<Name> },
}

/// A text, and where it was given to the resource that is called so.
type Name = (Text, Mark);

/// Nothing is changed while a walk goes on.
impl<'a> Walk<'a> {
    pub(super) fn new(
        set: &'a ResourceSet,
        candidates: &'a Candidates,
        referrer: &'a Resource,
        reach: &'a Reach,
    ) -> Self {
        Self {
            set,
            candidates,
            referrer,
            reach,
            edits: SmallVec::new(),
            warnings: Vec::new(),
        }
    }

    /// Follows all paths that go on from a node. Lists on the way are walked through.
    pub(super) fn follow(
        &mut self,
        node: &'a Node,
        step: &'a Step,
        up: Option<&Trail<'_>>,
    ) -> Result<()> {
        if node.is_null() {
            return Ok(());
        }
        if !step.targets.is_empty() {
            return self.arrive(node, &step.targets, up);
        }
        match node.value() {
            Value::Scalar(_) => {
                let what =
                    "must be a mapping or a list: names of other resources are looked up in it";
                Err(self.obstacle(node, up, what))
            }
            Value::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.follow(item, step, Some(&Trail { up, at, key: None }))?;
                }
                Ok(())
            }
            Value::Mapping(mapping) => {
                for next in &step.steps {
                    if let Some(what) = next.obstacle {
                        let what = format!("is looked into for another name on a bad path: {what}");
                        return Err(self.obstacle(node, up, &what));
                    }
                    let key = next.key.as_bytes();
                    let is_it = |entry: &Entry| {
                        let scalar = entry.key.as_scalar();
                        scalar.is_some_and(|scalar| scalar.text().as_bytes() == key)
                    };
                    if let Some(at) = mapping.iter().position(is_it) {
                        let key = Some(&next.key);
                        let trail = Trail { up, at, key };
                        self.follow(&mapping.entries()[at].value, next, Some(&trail))?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Looks at a field that names others: by its text, by `name` and `namespace` in it, or as a
    /// list of such.
    fn arrive(
        &mut self,
        node: &'a Node,
        targets: &'a [Target],
        up: Option<&Trail<'_>>,
    ) -> Result<()> {
        match node.value() {
            Value::Scalar(scalar) => self.name(node, scalar, targets, up),
            Value::Mapping(mapping) => self.fields(node, mapping, targets, up),
            Value::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    let trail = Trail { up, at, key: None };
                    let up = Some(&trail);
                    match item.value() {
                        _ if item.is_null() => {}
                        Value::Scalar(scalar) => self.name(item, scalar, targets, up)?,
                        Value::Mapping(mapping) => self.fields(item, mapping, targets, up)?,
                        Value::Sequence(_) => {
                            let what = "must hold names or mappings with a `name`, not lists";
                            return Err(self.obstacle(item, up, what));
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn name(
        &mut self,
        node: &'a Node,
        scalar: &'a Scalar,
        targets: &'a [Target],
        up: Option<&Trail<'_>>,
    ) -> Result<()> {
        let warned = self.warnings.len();
        let mut name = scalar.text();
        let mut last = None;
        for target in targets {
            if let Some(at) = self.resolve(node, target, name, None, up)? {
                name = self.set.get(at).id().name_text();
                last = Some(self.set.get(at));
            }
        }
        self.keep_warning(warned, last.is_some());
        match last {
            Some(named) if name != scalar.text() => {
                let name = (name.clone(), named.metadata_mark("name"));
                self.edit(Change::Name(name), up);
            }
            _ => {}
        }
        Ok(())
    }

    fn fields(
        &mut self,
        node: &'a Node,
        mapping: &'a Mapping,
        targets: &'a [Target],
        up: Option<&Trail<'_>>,
    ) -> Result<()> {
        static NONE: Text = Text::from_static("");
        let Some(name) = mapping.get("name") else {
            let what = "names another resource and so must have a `name`";
            return Err(self.obstacle(node, up, what));
        };
        let warned = self.warnings.len();
        let mut name = name.as_scalar().map_or(&NONE, Scalar::text);
        let mut namespace = mapping
            .get("namespace")
            .map(|node| node.text().unwrap_or(""));
        let (mut change, mut resolved) = (None, false);
        for target in targets {
            let Some(at) = self.resolve(node, target, name, Some(namespace), up)? else {
                continue;
            };
            resolved = true;
            let named = self.set.get(at);
            if named.namespace().is_empty() && named.id().name_text() == name {
                continue;
            }
            name = named.id().name_text();
            let new_name = (name.clone(), named.metadata_mark("name"));
            let new_namespace = (!named.namespace().is_empty()).then(|| {
                namespace = Some(named.namespace());
                (
                    Text::from(named.namespace()),
                    named.metadata_mark("namespace"),
                )
            });
            change = Some(match change {
                Some(Change::Fields {
                    namespace: earlier, ..
                }) => Change::Fields {
                    name: new_name,
                    namespace: new_namespace.or(earlier),
                },
                _ => Change::Fields {
                    name: new_name,
                    namespace: new_namespace,
                },
            });
        }
        self.keep_warning(warned, resolved);
        if let Some(change) = change {
            self.edit(change, up);
        }
        Ok(())
    }

    /// The resource that a name means. `namespace` is there if the field can hold one.
    fn resolve(
        &mut self,
        node: &Node,
        target: &'a Target,
        name: &'a Text,
        namespace: Option<Option<&'a str>>,
        up: Option<&Trail<'_>>,
    ) -> Result<Option<usize>> {
        let role = target
            .in_role_ref
            .then(|| role_ref(self.referrer))
            .flatten();
        let question = Question {
            referrer: self.referrer,
            reach: self.reach,
            target,
            role: role.as_ref(),
            name,
            namespace: namespace.flatten(),
            with_namespace: namespace.is_some(),
        };
        match self.candidates.meaning(self.set, question) {
            Meaning::One(at) => return Ok(Some(at)),
            Meaning::Ambiguous(all) => {
                let ids: Vec<_> = all
                    .iter()
                    .map(|at| self.set.get(*at).id().to_string())
                    .collect();
                let message = format!(
                    "`{}` of {} may mean any of {}, which all had that name; give them different \
                     names before prefixes and suffixes are added",
                    path(up),
                    self.referrer.id(),
                    ids.join(", ")
                );
                return Err(Error::marked(ErrorKind::Reference, node.mark(), message));
            }
            Meaning::Unclear(first) => {
                let message = format!(
                    "`{}` of {} keeps a name that {} and others had before they got prefixes or \
                     suffixes that this resource did not get",
                    path(up),
                    self.referrer.id(),
                    self.set.get(first).id()
                );
                self.warn(node, message);
            }
            Meaning::Nothing => {
                if let Some(other) = self.candidates.out_of_reach(self.set, question)
                    && !self.exists(self.set.get(other).gvk(), name)
                {
                    let message = format!(
                        "`{}` of {} keeps a name that {} had, because that is in another namespace",
                        path(up),
                        self.referrer.id(),
                        self.set.get(other).id()
                    );
                    self.warn(node, message);
                }
            }
        }
        Ok(None)
    }

    /// Whether the referrer's own namespace holds something of this type and name.
    fn exists(&self, gvk: &Gvk, name: &Text) -> bool {
        let namespace = self.referrer.id().effective_namespace_text();
        let id = ResId::new(gvk.clone(), name.clone(), namespace);
        self.set.with_current_id(&id).is_some()
    }

    fn warn(&mut self, node: &Node, message: String) {
        let warning = Warning::new(WarningKind::LostReference, node.mark(), message);
        self.warnings.push(warning);
    }

    /// Of the warnings about one field the first is enough, and none if the field found its target.
    fn keep_warning(&mut self, warned: usize, resolved: bool) {
        let kept = if resolved { warned } else { warned + 1 };
        self.warnings.truncate(kept);
    }

    fn edit(&mut self, change: Change, up: Option<&Trail<'_>>) {
        let mut way: Way = trails(up).map(|trail| trail.at).collect();
        way.reverse();
        self.edits.push(Edit { way, change });
    }

    #[cold]
    fn obstacle(&self, node: &Node, up: Option<&Trail<'_>>, what: &str) -> Error {
        let message = format!("`{}` of {} {what}", path(up), self.referrer.id());
        Error::marked(ErrorKind::FieldSpec, node.mark(), message)
    }
}

/// The parts of a way, from its end to its beginning.
fn trails<'t>(up: Option<&'t Trail<'t>>) -> impl Iterator<Item = &'t Trail<'t>> {
    std::iter::successors(up, |trail| trail.up)
}

fn path(up: Option<&Trail<'_>>) -> String {
    let mut keys: Vec<_> = trails(up).filter_map(|trail| trail.key).collect();
    keys.reverse();
    keys.iter()
        .map(|key| key.as_str())
        .collect::<Vec<_>>()
        .join(".")
}

impl Edit {
    /// Whether it may change what the id of the resource is made of.
    pub(super) fn concerns_id(&self, resource: &Resource) -> bool {
        let root = resource.node().as_mapping();
        let field = root.zip(self.way.first());
        let key = field.and_then(|(root, at)| root.entries()[*at].key.text());
        key.is_none_or(|key| matches!(key, "apiVersion" | "kind" | "metadata"))
    }

    /// Writes the name. Style stays and the tag is lost, so that a name such as `5` in a plain
    /// field becomes a number, as in the reference. Returns whether it wrote to a node that stands
    /// in several places.
    pub(super) fn apply(self, root: &mut Node, warnings: &mut Vec<Warning>) -> bool {
        // The way was found in this very node.
        let Some(node) = root.at_mut(&self.way) else {
            return false;
        };
        let writes_shared = node.has_shared();
        let field = |node: &Node| match &self.change {
            Change::Name(_) => Some((node.mark(), is_string(node))),
            Change::Fields { .. } => {
                let name = node.as_mapping()?.get("name")?;
                Some((name.mark(), is_string(name)))
            }
        };
        let before = field(node);
        match &self.change {
            Change::Name((name, mark)) => node.set_scalar(Tag::None, name.clone(), *mark),
            Change::Fields { name, namespace } => {
                let Some(mapping) = node.as_mapping_mut() else {
                    return false;
                };
                if name.0.is_empty() {
                    mapping.remove("name");
                } else {
                    mapping.set_scalar("name", Tag::None, name.0.clone(), name.1);
                }
                if let Some((namespace, mark)) = namespace {
                    mapping.set_scalar("namespace", Tag::None, namespace.clone(), *mark);
                }
            }
        }
        if let (Some((mark, true)), Some((_, false))) = (before, field(node)) {
            let message = "the new name in this field is no string: kustomize prints it without \
                           quotes; quote the field";
            warnings.push(Warning::new(WarningKind::TypeChanged, mark, message));
        }
        writes_shared
    }
}
