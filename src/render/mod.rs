//! Rendering: layers in, manifests out.
//!
//! A render reads the kustomization of each layer, accumulates what it lists, does to it what it
//! asks for, and at the end, once, hashes names, fixes references and sorts. Files come from trees;
//! nothing else comes from outside.

mod layer;
mod manifests;
mod options;
mod patches;
mod session;
mod target;

use std::sync::atomic::AtomicU32;

pub use layer::Layer;
pub use manifests::Manifests;
pub use options::{Options, Order};

use crate::error::{Error, ErrorKind, Result};
use crate::generate;
use crate::kustomization::SortOptions;
use crate::resource::{Resource, ResourceSet};
use crate::schema::Schema;
use crate::transform;
use crate::yaml::Node;
use session::{Place, Session};
use target::Targets;

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
    Renderer::new().render(base, overlays, &Options::default())
}

/// What renders share: one serves many, in as many threads as there are.
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
#[derive(Debug)]
pub struct Renderer {
    /// The number of the next source. None is used twice, whichever render it is for.
    numbers: AtomicU32,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// A renderer that remembers nothing yet.
    pub fn new() -> Self {
        Self {
            // Source 0 is that of nodes which were made from nothing.
            numbers: AtomicU32::new(1),
        }
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
        let mut session = Session::new(options, &self.numbers);
        let layers = std::iter::once(base).chain(overlays);
        let layers: Vec<_> = layers.map(|layer| layer.place()).collect();
        let built = build(&mut session, layers);
        built
            .and_then(|resources| session.manifests(resources))
            .map_err(|error| session.explain(error))
    }

    /// Renders several layers on their own, each as [`render`] would without overlays; one that
    /// fails does not hide the others.
    pub fn render_all(
        &self,
        layers: impl IntoIterator<Item = Layer>,
        options: &Options,
    ) -> Vec<Result<Manifests>> {
        let render = |layer| self.render(layer, [], options);
        layers.into_iter().map(render).collect()
    }
}

/// The resources of the last layer, in order.
fn build(session: &mut Session<'_>, layers: Vec<Place>) -> Result<Vec<Resource>> {
    let last = layers.len() - 1;
    let mut targets = Targets {
        session,
        schema: Schema::builtin(),
        layers,
    };
    let (all, sort) = targets.layer(last, Vec::new())?;
    let (mut set, config) = (all.set, all.config);
    transform::hash(&mut set, generate::name_hash)?;
    let warnings = &mut targets.session.warnings;
    transform::fix_name_references(&mut set, &config.name_reference, warnings)?;
    set.iter().try_for_each(check)?;
    set.retain(|resource| !is_local(resource));
    let order = order(sort.as_ref(), targets.session.options.order)?;
    finish(set, &order)
}

fn finish(set: ResourceSet, order: &transform::Order) -> Result<Vec<Resource>> {
    let mut resources = transform::sort(set.into_resources(), order)?;
    for resource in &mut resources {
        resource.finish();
    }
    Ok(resources)
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
        "nothing is left of `{missing}` of {}",
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
