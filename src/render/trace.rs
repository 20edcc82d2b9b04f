//! The whole chain of a value: what wrote it, one step of the build after the other.
//!
//! Nothing in a resource stays the same through a build: names change, functions and generators put
//! others in their places. What does stay is the order in which resources come into the build, so
//! while a value is traced each has a number in that order. The build runs twice: the first tells
//! the number of the resource, the second looks at the value after every step.

use std::fmt;

use foldhash::{HashMap, HashMapExt};

use super::layer::Layer;
use super::options::Options;
use super::session::Session;
use super::target::Accumulator;
use super::{Renderer, build};
use crate::error::Result;
use crate::resource::{ResId, Resource, ResourceSet};
use crate::schema::{Schema, TypeRef};
use crate::source::{Location, Mark};
use crate::yaml::{Node, Path, Scalar, Text, Value};

/// One step of the chain of a value: see [`Renderer::trace`]. It prints as a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceStep {
    /// What did it.
    pub author: Author,
    /// What became of the value.
    pub effect: Effect,
    /// Where it was written or asked for; `None` for what was made from nothing.
    pub location: Option<Location>,
}

/// What writes values in a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Author {
    /// A file of resources.
    Manifest,
    /// A generator of ConfigMaps, Secrets or service accounts, a chart, a function that generates.
    Generator,
    /// A strategic merge or JSON 6902 patch.
    Patch,
    /// The namespace of a kustomization.
    Namespace,
    /// A prefix of names.
    NamePrefix,
    /// A suffix of names.
    NameSuffix,
    /// Labels.
    Labels,
    /// Annotations.
    Annotations,
    /// An entry of `replicas`.
    Replicas,
    /// An entry of `images`.
    Images,
    /// Replacements.
    Replacements,
    /// A `ValueAddTransformer`.
    ValueAdd,
    /// A function that transforms.
    Function,
    /// The hash behind the name of a generated resource.
    NameHash,
    /// A reference that follows the name of a resource.
    NameReference,
    /// Vars.
    Vars,
    /// What `buildMetadata` asks for.
    BuildMetadata,
}

impl Author {
    /// A stable name, fit for tables and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Generator => "generator",
            Self::Patch => "patch",
            Self::Namespace => "namespace",
            Self::NamePrefix => "name-prefix",
            Self::NameSuffix => "name-suffix",
            Self::Labels => "labels",
            Self::Annotations => "annotations",
            Self::Replicas => "replicas",
            Self::Images => "images",
            Self::Replacements => "replacements",
            Self::ValueAdd => "value-add",
            Self::Function => "function",
            Self::NameHash => "name-hash",
            Self::NameReference => "name-reference",
            Self::Vars => "vars",
            Self::BuildMetadata => "build-metadata",
        }
    }
}

/// What a step does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// It was not there, and is now.
    Set,
    /// It, or something in it, is another.
    Changed,
    /// It was written again as it was.
    Repeated,
    /// It is gone.
    Removed,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set => "set",
            Self::Changed => "changed",
            Self::Repeated => "repeated",
            Self::Removed => "removed",
        })
    }
}

impl fmt::Display for TraceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        write!(f, "{} by {}", self.effect, self.author.code())
    }
}

impl Renderer {
    /// Everything that wrote a value, in order: the manifest or generator that it comes from,
    /// patches, transformers, and what happens at the end of a build. Values themselves, which
    /// may be secret, are not told. [`Manifests::explain`](crate::Manifests::explain) tells the
    /// last place alone, without building anything.
    ///
    /// `id` is what the resource is called in the end, or was before if no other was; `pointer`
    /// is a JSON pointer such as `/spec/replicas` into the finished resource, or a dotted
    /// [`Path`]. An element of a list is followed by its merge key or `name`, since its place
    /// changes when others are put before it. For a mapping or list, the place of a change is that
    /// of the first thing in it that changed.
    ///
    /// It builds the layers twice, without what the renderer remembers. The chain is empty if
    /// there is no such resource or value.
    ///
    /// # Errors
    /// Those of [`render`](crate::render), and [`ErrorKind::Path`](crate::ErrorKind::Path) if
    /// `pointer` cannot be read.
    ///
    /// ```
    /// use kustody::{Gvk, Layer, Options, Renderer, ResId};
    /// let base = Layer::from_files([
    ///     ("kustomization.yaml", "resources: [web.yaml]\nnamePrefix: my-\n"),
    ///     ("web.yaml", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}"),
    /// ])?;
    /// let overlay = Layer::from_files([("kustomization.yaml", "replicas:\n- {name: web, count: 3}\n")])?;
    /// let web = ResId::new(Gvk::new("apps/v1", "Deployment"), "my-web", "");
    /// let chain = Renderer::new().trace(base, [overlay], &web, "/spec/replicas", &Options::default())?;
    /// let chain: Vec<_> = chain.iter().map(|step| step.to_string()).collect();
    /// assert_eq!(chain, ["web.yaml:1:81: set by manifest", "kustomization.yaml:2:3: changed by replicas"]);
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn trace(
        &self,
        base: Layer,
        overlays: impl IntoIterator<Item = Layer>,
        id: &ResId,
        pointer: &str,
        options: &Options,
    ) -> Result<Vec<TraceStep>> {
        let layers: Vec<_> = std::iter::once(base).chain(overlays).collect();
        let mut tracer = Tracer::new(id.clone(), pointer.parse()?);
        self.build_traced(&mut tracer, &layers, options)?;
        if tracer.aim.is_none() {
            return Ok(Vec::new());
        }
        self.build_traced(&mut tracer, &layers, options)
    }

    fn build_traced(
        &self,
        tracer: &mut Tracer,
        layers: &[Layer],
        options: &Options,
    ) -> Result<Vec<TraceStep>> {
        tracer.known = 0;
        let mut session = Session::new(options, &self.numbers, None);
        session.tracer = Some(Box::new(tracer.clone()));
        let places = layers.iter().map(|layer| layer.clone().place()).collect();
        build(&mut session, places).map_err(|error| session.explain(error))?;
        if let Some(done) = session.tracer.take() {
            *tracer = *done;
        }
        let step = |&(author, effect, mark)| TraceStep {
            author,
            effect,
            location: session.locate(mark),
        };
        Ok(tracer.steps.iter().map(step).collect())
    }
}

/// What is found out about a value.
#[derive(Clone)]
pub(super) struct Tracer {
    id: ResId,
    path: Path,
    /// How many resources have come into the build.
    known: u32,
    /// The number of the resource, once a build has told it.
    aim: Option<u32>,
    steps: Vec<(Author, Effect, Mark)>,
}

/// What was there before a step.
struct Before {
    author: Author,
    mark: Mark,
    value: Option<Node>,
    /// All resources, where a step may put them in another order.
    set: Option<ResourceSet>,
}

impl Session<'_> {
    /// Does something to resources. If a value is traced, what becomes of it is taken down;
    /// `mark` is where the step was asked for.
    pub(super) fn traced(
        &mut self,
        all: &mut Accumulator,
        (author, mark): (Author, Mark),
        step: impl FnOnce(&mut Self, &mut Accumulator) -> Result<()>,
    ) -> Result<()> {
        let tracer = self.tracer.as_ref();
        let Some(before) = tracer.map(|tracer| tracer.before(all, author, mark)) else {
            return step(self, all);
        };
        step(self, all)?;
        if let Some(tracer) = &mut self.tracer {
            tracer.note(all, before);
        }
        Ok(())
    }
}

impl Tracer {
    fn new(id: ResId, path: Path) -> Self {
        Self {
            id,
            path,
            known: 0,
            aim: None,
            steps: Vec::new(),
        }
    }

    fn before(&self, all: &Accumulator, author: Author, mark: Mark) -> Before {
        Before {
            author,
            mark,
            value: self.value(all).cloned(),
            set: (author == Author::Function).then(|| all.set.clone()),
        }
    }

    fn note(&mut self, all: &mut Accumulator, before: Before) {
        if let Some(set) = &before.set {
            let known = std::mem::take(&mut all.births);
            let number = |resource: &Resource| known.get(set.with_current_id(resource.id())?);
            all.births = all.set.iter().map_while(number).copied().collect();
        }
        while all.births.len() < all.set.len() {
            self.known += 1;
            all.births.push(self.known);
        }
        let (effect, mark) = match (&before.value, self.value(all)) {
            (None, None) => return,
            (None, Some(new)) => (Effect::Set, Some(new.mark())),
            (Some(_), None) => (Effect::Removed, None),
            (Some(old), Some(new)) => match difference(old, new) {
                Some(mark) => (Effect::Changed, mark),
                None if old.mark() == new.mark() => return,
                None => (Effect::Repeated, Some(new.mark())),
            },
        };
        let mark = mark.filter(|mark| *mark != Mark::default());
        let mark = mark.unwrap_or(before.mark);
        self.steps.push((before.author, effect, mark));
    }

    /// The value as it is now, if its resource is among these.
    fn value<'a>(&self, all: &'a Accumulator) -> Option<&'a Node> {
        // Sets are joined in the order in which they are built, so the numbers rise.
        let at = all.births.binary_search(&self.aim?).ok()?;
        all.set.get(at).node().lookup(&self.path)
    }

    /// Finds the resource when nothing changes names any more.
    pub(super) fn take_aim(&mut self, all: &Accumulator, schema: &Schema) {
        if self.aim.is_some() {
            return;
        }
        // Who makes an id by hand does not say that its type has no namespace.
        let anywhere = self.id.clone().cluster_scoped(true);
        let ids = [&self.id, &anywhere];
        let current = ids.iter().find_map(|id| all.set.with_current_id(id));
        let previous = || match ids.map(|id| all.set.with_any_id(id)) {
            [one, other] => match (&one[..], &other[..]) {
                ([at], []) | ([], [at]) => Some(*at),
                _ => None,
            },
        };
        if let Some(at) = current.or_else(previous) {
            self.aim = all.births.get(at).copied();
            self.path = steady(&self.path, all.set.get(at), schema);
        }
    }
}

/// A path that does not depend on the places of elements that have a merge key or a name.
fn steady(path: &Path, resource: &Resource, schema: &Schema) -> Path {
    let mut of = schema.root(resource.api_version(), resource.gvk().kind());
    path.by_fields(resource.node(), |key| {
        of = of.and_then(|of| match key {
            Some(key) => of.field(key),
            None => of.element(),
        });
        let keys = of.and_then(TypeRef::merge_keys);
        let keys = keys.iter().flat_map(|keys| keys.iter().copied());
        keys.chain(["name"]).map(Text::from).collect()
    })
}

/// Where a new value begins to differ from an old one: `None` if it does not, and no place if
/// what differs is gone.
fn difference(old: &Node, new: &Node) -> Option<Option<Mark>> {
    let here = || Some(Some(new.mark()));
    match (old.value(), new.value()) {
        (Value::Scalar(old), Value::Scalar(new)) if is_same(old, new) => None,
        (Value::Sequence(old), Value::Sequence(new)) => {
            let mut pairs = old.iter().zip(new);
            let inside = pairs.find_map(|(old, new)| difference(old, new));
            let added = || new.items().get(old.len()).map(|new| Some(new.mark()));
            let removed = || (old.len() > new.len()).then_some(None);
            inside.or_else(added).or_else(removed)
        }
        (Value::Mapping(old), Value::Mapping(new)) => {
            let mut known = HashMap::with_capacity(old.len());
            known.extend(old.iter().map(|entry| (entry.key.text(), &entry.value)));
            let inside = new
                .iter()
                .find_map(|entry| match known.get(&entry.key.text()) {
                    Some(old) => difference(old, &entry.value),
                    None => Some(Some(entry.value.mark())),
                });
            inside.or_else(|| (old.len() > new.len()).then_some(None))
        }
        _ => here(),
    }
}

/// Whether two scalars are read as the same value.
fn is_same(old: &Scalar, new: &Scalar) -> bool {
    old == new
        || match (old.resolve(), new.resolve()) {
            (Ok(old), Ok(new)) => old == new,
            _ => old.text() == new.text(),
        }
}
