//! What differs between two renders.

use std::fmt;

use foldhash::{HashMap, HashMapExt};

use super::manifests::Manifests;
use super::redact::holds_decrypted;
use crate::resource::{ResId, Resource};
use crate::yaml::{self, Mapping, Node, Numbers, Sequence, Value};

/// What changed from one render to another: [`Manifests::diff`] makes it.
///
/// Resources are the same if their ids are, so a generated one whose name ends in another hash is
/// one that was removed and one that was added, as it is for a cluster. The order in which they
/// are printed does not count.
///
/// It prints as a text for people, which tells of the data of Secrets and of values from decrypted
/// files only that they changed; [`changes`](ResourceDiff::changes) has them. Other values are
/// printed as they are, ids always.
///
/// ```
/// use kustody::{Layer, render};
/// let deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}";
/// let base = Layer::from_manifests(deployment)?;
/// let overlay = Layer::from_files([("kustomization.yaml", "replicas: [{name: web, count: 3}]")])?;
/// let before = render(base.clone(), [])?;
/// let after = render(base, [overlay])?;
/// let diff = before.diff(&after);
/// assert_eq!(diff.to_string(), "~ Deployment.v1.apps/web.[noNs]\n    /spec/replicas: 1 -> 3\n");
/// assert_eq!(diff.changed()[0].changes()[0].path(), "/spec/replicas");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Diff {
    added: Vec<Resource>,
    removed: Vec<Resource>,
    changed: Vec<ResourceDiff>,
}

/// What changed of one resource.
#[derive(Clone)]
pub struct ResourceDiff {
    id: ResId,
    changes: Vec<Change>,
}

/// One value that is there, gone, or another.
#[derive(Clone)]
pub struct Change {
    path: String,
    old: Option<Node>,
    new: Option<Node>,
    /// Whether people should not see it.
    secret: bool,
}

impl Diff {
    /// Resources that only the later render has, in its order.
    pub fn added(&self) -> &[Resource] {
        &self.added
    }

    /// Resources that only the earlier render has, in its order.
    pub fn removed(&self) -> &[Resource] {
        &self.removed
    }

    /// Resources that both have and that print otherwise, in the order of the later.
    pub fn changed(&self) -> &[ResourceDiff] {
        &self.changed
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

impl ResourceDiff {
    /// Which resource.
    pub fn id(&self) -> &ResId {
        &self.id
    }

    /// Its changes. Carried out in this order, each at the path that it has by then, they make the
    /// later resource of the earlier one.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The changes as a JSON patch (RFC 6902) that makes the later resource of the earlier one. It
    /// holds every value, those of Secrets too.
    #[cfg(feature = "json-patch")]
    pub fn json_patch(&self) -> json_patch::Patch {
        json_patch::Patch(self.changes.iter().filter_map(Change::operation).collect())
    }
}

impl Change {
    /// Where, as a JSON pointer.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stood there, even if it is secret; `None` if nothing did.
    pub fn before(&self) -> Option<&Node> {
        self.old.as_ref()
    }

    /// What stands there now, even if it is secret; `None` if nothing does.
    pub fn after(&self) -> Option<&Node> {
        self.new.as_ref()
    }

    #[cfg(feature = "json-patch")]
    fn operation(&self) -> Option<json_patch::PatchOperation> {
        use json_patch::{AddOperation, PatchOperation, RemoveOperation, ReplaceOperation};
        let path = json_patch::jsonptr::PointerBuf::parse(self.path.clone()).ok()?;
        // What was printed is JSON.
        let json = |node: &Node| yaml::from_node(node).ok();
        Some(match (&self.old, &self.new) {
            (_, None) => PatchOperation::Remove(RemoveOperation { path }),
            (None, Some(new)) => PatchOperation::Add(AddOperation {
                path,
                value: json(new)?,
            }),
            (Some(_), Some(new)) => PatchOperation::Replace(ReplaceOperation {
                path,
                value: json(new)?,
            }),
        })
    }
}

impl Manifests {
    /// What changed from these resources to `later` ones. Takes time in the size of what differs
    /// and the number of the rest.
    ///
    /// Compare the renders themselves: the numbers in [`redacted`](Self::redacted) ones are those of
    /// one render, and differ where nothing changed. Printed, the difference shows no secrets.
    pub fn diff(&self, later: &Self) -> Diff {
        let mut earlier: HashMap<&ResId, (&Resource, &str)> =
            HashMap::with_capacity(self.resources().len());
        earlier.extend(
            self.printed()
                .map(|(resource, text)| (resource.id(), (resource, text))),
        );
        let mut diff = Diff {
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
        };
        for (new, text) in later.printed() {
            match earlier.remove(new.id()) {
                None => diff.added.push(new.clone()),
                Some((_, known)) if known == text => {}
                Some((old, _)) => diff.changed.push(compare(old, new)),
            }
        }
        let is_left = |resource: &&Resource| earlier.contains_key(resource.id());
        diff.removed = self.iter().filter(is_left).cloned().collect();
        diff
    }
}

fn compare(old: &Resource, new: &Resource) -> ResourceDiff {
    // Both were printed, so both have a form in JSON.
    let normal = |resource: &Resource| {
        let mut node = resource.node().clone();
        let _ = yaml::through_json(&mut node, Numbers::Floats);
        node
    };
    let mut comparer = Comparer {
        path: String::new(),
        is_secret: new.gvk().kind() == "Secret",
        changes: Vec::new(),
    };
    comparer.node(&normal(old), &normal(new));
    ResourceDiff {
        id: new.id().clone(),
        changes: comparer.changes,
    }
}

struct Comparer {
    path: String,
    is_secret: bool,
    changes: Vec<Change>,
}

impl Comparer {
    fn node(&mut self, old: &Node, new: &Node) {
        match (old.value(), new.value()) {
            (Value::Mapping(old), Value::Mapping(new)) => self.mapping(old, new),
            (Value::Sequence(old), Value::Sequence(new)) => self.sequence(old, new),
            _ if old == new => {}
            _ => self.note(Some(old), Some(new)),
        }
    }

    fn mapping(&mut self, old: &Mapping, new: &Mapping) {
        let fields = |mapping: &Mapping| -> HashMap<String, Node> {
            let field = |entry: &yaml::Entry| {
                let key = entry.key.text().unwrap_or_default();
                (key.to_owned(), entry.value.clone())
            };
            mapping.iter().map(field).collect()
        };
        let (before, after) = (fields(old), fields(new));
        for entry in old {
            let key = entry.key.text().unwrap_or_default();
            if !after.contains_key(key) {
                self.inside(key, |it| it.note(Some(&entry.value), None));
            }
        }
        for entry in new {
            let key = entry.key.text().unwrap_or_default();
            self.inside(key, |it| match before.get(key) {
                Some(old) => it.node(old, &entry.value),
                None => it.note(None, Some(&entry.value)),
            });
        }
    }

    /// Elements that both lists begin or end with are the same; of what lies between, elements are
    /// compared in order, and the rest of the longer list was added or removed.
    fn sequence(&mut self, old: &Sequence, new: &Sequence) {
        let (old, new) = (old.items(), new.items());
        let equal = |(old, new): &(&Node, &Node)| old == new;
        let head = old.iter().zip(new).take_while(equal).count();
        let (old, new) = (&old[head..], &new[head..]);
        let tail = old.iter().rev().zip(new.iter().rev());
        let tail = tail.take_while(equal).count();
        let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
        let both = old.len().min(new.len());
        for at in 0..both {
            self.inside(&(head + at).to_string(), |it| it.node(&old[at], &new[at]));
        }
        // From behind, so that the paths of the others stay true.
        for at in (both..old.len()).rev() {
            self.inside(&(head + at).to_string(), |it| it.note(Some(&old[at]), None));
        }
        for (at, item) in new.iter().enumerate().skip(both) {
            self.inside(&(head + at).to_string(), |it| it.note(None, Some(item)));
        }
    }

    fn inside(&mut self, key: &str, compare: impl FnOnce(&mut Self)) {
        let len = self.path.len();
        self.path.push('/');
        self.path
            .push_str(&key.replace('~', "~0").replace('/', "~1"));
        compare(self);
        self.path.truncate(len);
    }

    fn note(&mut self, old: Option<&Node>, new: Option<&Node>) {
        let is_data = |field: &str| {
            let rest = self.path.strip_prefix(field);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_hidden = self.is_secret && (is_data("/data") || is_data("/stringData"));
        self.changes.push(Change {
            path: self.path.clone(),
            old: old.cloned(),
            new: new.cloned(),
            secret: is_hidden || [old, new].into_iter().flatten().any(holds_decrypted),
        });
    }
}

/// A line for each resource that was added (`+`), removed (`-`) or changed (`~`), and below the
/// latter its changes.
impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for resource in &self.removed {
            writeln!(f, "- {}", resource.id())?;
        }
        for resource in &self.added {
            writeln!(f, "+ {}", resource.id())?;
        }
        self.changed.iter().try_for_each(|changed| changed.fmt(f))
    }
}

impl fmt::Display for ResourceDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "~ {}", self.id)?;
        let mut changes = self.changes.iter();
        changes.try_for_each(|change| writeln!(f, "    {change}"))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        let [old, new] = [&self.old, &self.new].map(|node| node.as_ref().map(print));
        if self.secret {
            return f.write_str(match (old, new) {
                (None, _) => ": added, hidden",
                (_, None) => ": removed, hidden",
                _ => ": changed, hidden",
            });
        }
        let is_short = |text: &Option<String>| !text.as_deref().is_some_and(|it| it.contains('\n'));
        if is_short(&old) && is_short(&new) {
            return match (old, new) {
                (Some(old), Some(new)) => write!(f, ": {old} -> {new}"),
                (Some(old), None) => write!(f, ": {old} removed"),
                (_, new) => write!(f, ": {} added", new.unwrap_or_default()),
            };
        }
        f.write_str(":")?;
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
        let equal = |(old, new): &(&&str, &&str)| old == new;
        let head = old.iter().zip(&new).take_while(equal).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev());
        let tail = tail.take_while(equal).count();
        for line in &old[head..old.len() - tail] {
            write!(f, "\n      - {line}")?;
        }
        for line in &new[head..new.len() - tail] {
            write!(f, "\n      + {line}")?;
        }
        Ok(())
    }
}

fn print(node: &Node) -> String {
    if let Some(text) = node.text().filter(|text| text.contains('\n')) {
        return text.to_owned();
    }
    let mut text = Vec::new();
    // What was printed with its resource can be printed alone.
    let _ = yaml::write(node, &mut text);
    let text = String::from_utf8(text).unwrap_or_default();
    text.trim_end_matches('\n').to_owned()
}

/// Ids only: values may be secret.
impl fmt::Debug for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diff")
            .field("added", &self.added)
            .field("removed", &self.removed)
            .field("changed", &self.changed)
            .finish()
    }
}

impl fmt::Debug for ResourceDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.id, self.changes)
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}
