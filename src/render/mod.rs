//! Rendering: layers in, manifests out.
//!
//! A render reads the kustomization of each layer, accumulates what it lists, does to it what it
//! asks for, and at the end, once, hashes names, fixes references and sorts. Files come from trees;
//! nothing else comes from outside.

mod ahead;
mod diff;
mod fields;
mod files;
mod generator;
#[cfg(feature = "sops")]
mod inventory;
mod layer;
mod manifests;
mod memory;
mod openapi;
mod options;
mod origin;
mod outside;
mod patches;
mod place;
mod plugin;
mod redact;
mod sealed;
mod session;
mod sources;
mod target;
mod trace;
mod transformer;

use std::fmt;
use std::sync::atomic::AtomicU32;

pub use diff::{Change, Diff, ResourceDiff};
pub use layer::Layer;
pub use manifests::Manifests;
pub use options::{Options, Order};
pub use outside::{Chart, Function, FunctionRunner, HelmInflator, Mount, RemoteLoader, Repository};
pub use trace::{Author, Effect, TraceStep};
#[cfg(feature = "sops")]
pub use {inventory::EncryptedInput, options::Encrypted};

use foldhash::{HashSet, HashSetExt};

use crate::error::{Error, ErrorKind, Result};
use crate::generate;
use crate::kustomization::SortOptions;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::source::Mark;
use crate::transform;
use crate::yaml::Node;
use memory::{Cache, Call, Memory, Setting};
use origin::BuildMetadata;
use place::Place;
use session::Session;
use target::{Accumulator, Targets};

/// Builds a base and the overlays above it: what `kustomize build` prints for the last of them.
///
/// Each layer extends the one before it. One that lists the directory before it, as overlays
/// usually do, is built as written; otherwise the result of the layer before it stands as the
/// first of its `resources`, and a Component works on that result. Hashes and name references are
/// fixed once, at the end.
///
/// # Errors
/// Whatever is wrong with the input, with file, line and column; [`ErrorKind::LayerSkipped`] if an
/// overlay lists an earlier layer and not the one before it.
///
/// ```
/// use kustody::{Layer, render};
/// let base = Layer::from_manifests("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n")?;
/// let overlay = Layer::from_files([("kustomization.yaml", "namespace: prod\n")])?;
/// let manifests = render(base, [overlay])?;
/// assert_eq!(
///     manifests.to_string(),
///     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  namespace: prod\n"
/// );
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn render(base: Layer, overlays: impl IntoIterator<Item = Layer>) -> Result<Manifests> {
    // For one render remembering costs more than it spares.
    Renderer::with_memory(0).render(base, overlays, &Options::default())
}

/// What renders share: one serves many, in as many threads as there are.
///
/// It remembers the files that it parsed and the bases that it built, so that a base under a
/// hundred overlays is read and built once. Before what it remembers counts in another call, every
/// file of it is looked at again: by its [`digest`](crate::FileTree::digest) if the tree has one,
/// and else by its bytes. What changed is built anew. During one call trees are expected to hold
/// still.
///
/// ```
/// use kustody::{Layer, Options, Order, Renderer};
/// let renderer = Renderer::new();
/// let mut options = Options::default();
/// options.order = Order::Fifo;
/// let base = Layer::from_manifests("{apiVersion: v1, kind: Pod, metadata: {name: a}}")?;
/// assert_eq!(renderer.render(base, [], &options)?.resources().len(), 1);
/// # Ok::<(), kustody::Error>(())
/// ```
pub struct Renderer {
    /// The number of the next source. None is used twice, whichever render it is for.
    numbers: AtomicU32,
    cache: Cache,
}

/// How much a renderer remembers unless it is told otherwise, in bytes.
const MEMORY: usize = 256 << 20;

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// A renderer that remembers nothing yet, and never more than about 256 MiB.
    pub fn new() -> Self {
        Self::with_memory(MEMORY)
    }

    /// A renderer that remembers about so many bytes at most; what was not used for longest goes
    /// first. With 0 nothing is remembered, which is the quickest if no two renders share a base.
    ///
    /// ```
    /// let renderer = kustody::Renderer::with_memory(16 << 20);
    /// ```
    pub fn with_memory(bytes: usize) -> Self {
        Self {
            // Source 0 is that of nodes which were made from nothing.
            numbers: AtomicU32::new(1),
            cache: Cache::new(bytes),
        }
    }

    /// Forgets everything. Renders under way finish as they would have.
    pub fn clear(&self) {
        self.cache.clear();
    }

    /// [`render`] with options.
    ///
    /// # Errors
    /// Those of [`render`].
    pub fn render(
        &self,
        base: Layer,
        overlays: impl IntoIterator<Item = Layer>,
        options: &Options,
    ) -> Result<Manifests> {
        let layers = std::iter::once(base).chain(overlays).collect();
        self.render_in(&Call::new(&self.cache), layers, options)
    }

    /// Renders several layers on their own, each as [`render`] would without overlays; one that
    /// fails does not hide the others. With the feature `parallel` in as many threads as rayon's
    /// pool has, with the same results in the same order.
    ///
    /// ```
    /// use kustody::{FileTree, Layer, MemoryTree, Options, Renderer, tree::TreePath};
    /// let tree: std::sync::Arc<dyn FileTree> = std::sync::Arc::new(MemoryTree::from_files([
    ///     ("base/kustomization.yaml", "resources: [app.yaml]\n"),
    ///     ("base/app.yaml", "{apiVersion: v1, kind: Service, metadata: {name: web}}"),
    ///     ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"),
    ///     ("prod/kustomization.yaml", "resources: [../bas]\nnamePrefix: prod-\n"),
    /// ])?);
    /// let layer = |path| Ok(Layer::new(tree.clone(), TreePath::new(path)?));
    /// let layers = [layer("dev")?, layer("prod")?];
    /// let all = Renderer::new().render_all(layers, &Options::default());
    /// assert!(all[0].is_ok() && all[1].is_err());
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn render_all(
        &self,
        layers: impl IntoIterator<Item = Layer>,
        options: &Options,
    ) -> Vec<Result<Manifests>> {
        let call = Call::new(&self.cache);
        let render = |layer| self.render_in(&call, vec![layer], options);
        let mut layers = layers.into_iter();
        // The first alone: what the others share they find then.
        let mut all: Vec<_> = layers.next().map(render).into_iter().collect();
        #[cfg(feature = "parallel")]
        {
            use rayon::iter::{IntoParallelIterator, ParallelIterator};
            let layers: Vec<_> = layers.collect();
            let rest: Vec<_> = layers.into_par_iter().map(render).collect();
            all.extend(rest);
        }
        #[cfg(not(feature = "parallel"))]
        all.extend(layers.map(render));
        all
    }

    fn render_in(&self, call: &Call, layers: Vec<Layer>, options: &Options) -> Result<Manifests> {
        let memory = self
            .cache
            .remembers()
            .then(|| Memory::new(&self.cache, call, Setting::of(options)));
        let mut session = Session::new(options, &self.numbers, memory);
        let layers = layers.into_iter().map(|layer| session.place(layer.place()));
        let layers = layers.collect();
        build(&mut session, layers)
            .and_then(|built| session.manifests(built))
            .map_err(|error| session.explain_all(error))
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").finish_non_exhaustive()
    }
}

/// The resources of the last layer, in order, but for what is done to each right before it is
/// printed: many resources fill no cache, and each comes into it once less.
struct Built {
    resources: Vec<Resource>,
    /// The annotations about its making that a resource keeps.
    kept: Vec<&'static str>,
    /// Whether there may be some that are for the build alone.
    may_be_local: bool,
}

impl Built {
    /// Brings a resource into its last form; whether it is printed.
    fn finish(&self, resource: &mut Resource) -> Result<bool> {
        if self.may_be_local && is_local(resource) {
            return Ok(false);
        }
        resource.finish(&self.kept).map(|()| true)
    }
}

/// Builds the last layer.
fn build(session: &mut Session<'_>, layers: Vec<Place>) -> Result<Built> {
    let mut targets = Targets {
        session,
        schema: Schema::builtin(),
        broken_schema: None,
        metadata: BuildMetadata::default(),
        layers,
    };
    let built = targets.root();
    targets.check_schema()?;
    let (mut all, sort) = built?;
    let Targets {
        session,
        schema,
        metadata,
        ..
    } = targets;
    let made = Mark::default();
    session.traced(&mut all, (Author::NameHash, made), |_, all| {
        transform::hash(&mut all.set, generate::name_hash)
    })?;
    session.traced(&mut all, (Author::NameReference, made), |session, all| {
        let table = &all.config.name_reference;
        transform::fix_name_references(&mut all.set, table, &mut session.warnings)
    })?;
    session.traced(&mut all, (Author::Vars, made), |session, all| {
        let table = &all.config.var_reference;
        all.vars.resolve(&mut all.set, table, &mut session.warnings)
    })?;
    all.set.iter().try_for_each(check)?;
    let order = order(sort.as_ref(), session.options.order)?;
    let mut may_be_local = drop_local_twins(&mut all, &order)?;
    if may_be_local && (session.tracer.is_some() || metadata.label().is_some()) {
        all.retain(|resource| !is_local(resource));
        may_be_local = false;
    }
    if let Some(tracer) = &mut session.tracer {
        tracer.take_aim(&all, &schema);
    }
    if let Some(label) = metadata.label() {
        let author = (Author::BuildMetadata, label.mark);
        session.traced(&mut all, author, |session, all| {
            let (pairs, table) = ([label], transform::Table::of_metadata("labels"));
            let labels = transform::pairs(&pairs, &table);
            transform::run(&mut all.set, labels, &mut session.warnings)
        })?;
    }
    Ok(Built {
        resources: transform::sort(all.set.into_resources(), &order),
        kept: metadata.kept(),
        may_be_local,
    })
}

/// Drops the resources that are for the build alone (`KustTarget.IgnoreLocal` in the reference) if
/// two resources have one id; whether they are still there.
///
/// # Errors
/// [`ErrorKind::Conflict`] if two resources have one id, as a replacement can make it: the reference
/// drops by ids, and of such two refuses to drop as well as to sort.
fn drop_local_twins(all: &mut Accumulator, order: &transform::Order) -> Result<bool> {
    if *order != transform::Order::Fifo || all.set.find_twin().is_none() {
        all.set.check_twins()?;
        return Ok(true);
    }
    let (mut kept, mut gone) = (HashSet::new(), HashSet::new());
    let (local, others): (Vec<_>, Vec<_>) = all.set.iter().partition(|it| is_local(it));
    let is_new = others.iter().all(|it| kept.insert(it.id().clone()))
        && local
            .iter()
            .all(|it| kept.contains(it.id()) || gone.insert(it.id().clone()));
    if !is_new {
        return all.set.check_twins().map(|()| false);
    }
    // What is local and has the id of what is not stays: nobody looks again.
    all.retain(|resource| kept.contains(resource.id()));
    Ok(false)
}

/// Refuses a resource that a patch has left without kind or name.
fn check(resource: &Resource) -> Result<()> {
    let kind = resource.gvk().kind();
    let missing = if kind.is_empty() {
        "kind"
    } else if resource.name().is_empty() && !kind.ends_with("List") {
        "metadata.name"
    } else {
        return Ok(());
    };
    let message = format!(
        "`{missing}` of {} is missing in the end; what made or changed the resource last must give it one",
        resource.original_id()
    );
    Err(Error::marked(
        ErrorKind::NotAResource,
        resource.node().mark(),
        message,
    ))
}

/// Whether a resource takes part in a build and is not printed.
fn is_local(resource: &Resource) -> bool {
    let annotations = resource.annotations();
    let local = annotations.and_then(|all| all.get("config.kubernetes.io/local-config"));
    local.is_some_and(|local| Node::text(local) != Some("false"))
}

/// The order that the root kustomization asks for, or else the options.
fn order(sort: Option<&SortOptions>, default: Order) -> Result<transform::Order> {
    let Some(sort) = sort else {
        return Ok(match default {
            Order::Legacy => transform::Order::legacy(),
            Order::Fifo => transform::Order::Fifo,
        });
    };
    let refuse = |mark, message: &str| Err(Error::marked(ErrorKind::Sort, mark, message));
    match (sort.order.as_str(), &sort.legacy_sort_options) {
        ("legacy", None) => Ok(transform::Order::legacy()),
        ("legacy", Some(kinds)) => {
            let list =
                |kinds: &[crate::yaml::Text]| kinds.iter().map(|kind| kind.to_string()).collect();
            Ok(transform::Order::Legacy {
                first: list(&kinds.order_first),
                last: list(&kinds.order_last),
            })
        }
        ("fifo", None) => Ok(transform::Order::Fifo),
        ("fifo", Some(kinds)) => refuse(
            kinds.mark,
            "`legacySortOptions` has no meaning with the order `fifo`; remove it or use `legacy`",
        ),
        _ => refuse(
            match sort.order.is_empty() {
                true => sort.mark,
                false => sort.order.mark,
            },
            "`sortOptions.order` must be `fifo` or `legacy`",
        ),
    }
}
