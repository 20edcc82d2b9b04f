//! What one render does.

use std::fmt;
use std::sync::Arc;

use super::outside::{FunctionRunner, HelmInflator, RemoteLoader};
use crate::limits::Limits;
use crate::tree::LoadRestrictions;

/// What one render does. Cheap to clone; the defaults are those of `kustomize build`.
///
/// ```
/// use kustody::{Options, Order};
/// let mut options = Options::default();
/// options.order = Order::Fifo;
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// The order of the resources, unless the kustomization has `sortOptions` of its own.
    pub order: Order,
    /// Whether files outside a kustomization's directory may be read.
    pub load_restrictions: LoadRestrictions,
    /// What the input may cost.
    pub limits: Limits,
    /// Whether strategic merge patches merge custom resources as their CustomResourceDefinitions
    /// say. `kustomize build` never does, and replaces every list of them; so this changes what is
    /// printed, and is off unless it is asked for.
    ///
    /// A list with `x-kubernetes-list-type: map` is merged by its `x-kubernetes-list-map-keys`, a
    /// `set` of scalars by its elements, and a mapping with `x-kubernetes-map-type: atomic` is
    /// replaced. What else is said of merging holds for these lists too, `$patch` for instance.
    ///
    /// The definitions that count for a kustomization are those among its own resources when its
    /// patches begin: listed in it, in its bases, or, for a component, by who uses it before. What
    /// only an overlay or a sibling brings does not count, so that a base is the same for
    /// everybody who lists it. Types that Kubernetes has or `openapi` describes stay as they are.
    ///
    /// ```
    /// use kustody::{Layer, Options, Renderer};
    /// let layer = Layer::from_files([
    ///     ("kustomization.yaml", "resources: [crd.yaml, app.yaml]\npatches: [{path: patch.yaml}]\n"),
    ///     ("crd.yaml", "
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata: {name: apps.example.org}
    /// spec:
    ///   group: example.org
    ///   names: {kind: App, plural: apps}
    ///   versions:
    ///   - name: v1
    ///     schema:
    ///       openAPIV3Schema:
    ///         properties:
    ///           parts:
    ///             type: array
    ///             x-kubernetes-list-type: map
    ///             x-kubernetes-list-map-keys: [name]
    ///             items: {type: object}
    /// "),
    ///     ("app.yaml", "{apiVersion: example.org/v1, kind: App, metadata: {name: a}, parts: [{name: x, size: 1}, {name: y}]}"),
    ///     ("patch.yaml", "{apiVersion: example.org/v1, kind: App, metadata: {name: a}, parts: [{name: x, size: 2}]}"),
    /// ])?;
    /// let parts = |options: &Options| {
    ///     let manifests = Renderer::new().render(layer.clone(), [], options)?;
    ///     Ok::<_, kustody::Error>(manifests.get("App", "a").unwrap().get("/parts").unwrap().as_sequence().unwrap().len())
    /// };
    /// let mut options = Options::default();
    /// assert_eq!(parts(&options)?, 1);
    /// options.merge_custom_resources = true;
    /// assert_eq!(parts(&options)?, 2);
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub merge_custom_resources: bool,
    /// Fetches remote files and bases. Without it they are errors ([`ErrorKind::Remote`]).
    ///
    /// [`ErrorKind::Remote`]: crate::ErrorKind::Remote
    pub remote: Option<Arc<dyn RemoteLoader>>,
    /// Inflates Helm charts. Without it they are errors ([`ErrorKind::Helm`]).
    ///
    /// [`ErrorKind::Helm`]: crate::ErrorKind::Helm
    pub helm: Option<Arc<dyn HelmInflator>>,
    /// Runs KRM functions. Without it they are errors ([`ErrorKind::Function`]).
    ///
    /// [`ErrorKind::Function`]: crate::ErrorKind::Function
    pub functions: Option<Arc<dyn FunctionRunner>>,
    /// The keys to SOPS files. With them every encrypted file is verified and decrypted when it is
    /// read, before anything is built: resources, patches and whatever else a kustomization names,
    /// and what generators read, whose hashes are then those of the plaintext. A file that cannot
    /// be decrypted is an error. A file counts as encrypted if it holds the metadata of SOPS at its
    /// top and an encrypted value. Its format is what its name says, as for `sops decrypt`: what
    /// SOPS encrypted as binary, a list of JSON 6902 operations for instance, must not be named
    /// `.yaml` or `.json`.
    ///
    /// ```
    /// use kustody::{Options, sops::Keyring};
    /// let mut options = Options::default();
    /// options.decrypt = Some(Keyring::new().into());
    /// ```
    #[cfg(feature = "sops")]
    pub decrypt: Option<Arc<crate::sops::Keyring>>,
    /// What becomes of SOPS files if there are no keys.
    #[cfg(feature = "sops")]
    pub encrypted: Encrypted,
}

/// What becomes of SOPS files in a render without keys.
#[cfg(feature = "sops")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encrypted {
    /// They pass through as they are, as they do in `kustomize build`, with a warning
    /// ([`WarningKind::Encrypted`](crate::WarningKind::Encrypted)).
    #[default]
    Warn,
    /// They are errors ([`ErrorKind::Encrypted`](crate::ErrorKind::Encrypted)).
    Refuse,
}

/// Of what the caller has implemented it shows only that it is there.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Options");
        #[cfg(feature = "sops")]
        shown
            .field("decrypt", &self.decrypt)
            .field("encrypted", &self.encrypted);
        shown
            .field("order", &self.order)
            .field("load_restrictions", &self.load_restrictions)
            .field("limits", &self.limits)
            .field("merge_custom_resources", &self.merge_custom_resources)
            .field("remote", &self.remote.is_some())
            .field("helm", &self.helm.is_some())
            .field("functions", &self.functions.is_some())
            .finish()
    }
}

/// The order in which resources are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// By kind, so that what others need comes first: what `kustomize build` prints.
    #[default]
    Legacy,
    /// As they were accumulated.
    Fifo,
}
