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
    /// top and an encrypted value.
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
