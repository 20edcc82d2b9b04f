//! Bounds on what hostile or broken input may cost.

/// How much one input may ask for. Reaching a limit is an [`Error`](crate::Error) that names it.
///
/// The defaults are far above what real clusters hold; lower them for input from strangers.
///
/// ```
/// let mut limits = kustody::Limits::default();
/// limits.depth = 64;
/// assert!(limits.alias_nodes > 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// How deep collections may nest, aliases expanded. Default 1,000.
    ///
    /// Walks over a node recurse, so a limit far above the default needs a larger stack.
    pub depth: usize,
    /// How many nodes the aliases of one document may stand for in total. Default 1,000,000.
    pub alias_nodes: usize,
    /// The size of one file in bytes. Default 256 MiB; never more than 4 GiB.
    pub file_bytes: usize,
    /// How many resources one file may hold. Default 1,000,000.
    pub resources: usize,
    /// How many kustomizations one render may read, each as often as it is listed and was not
    /// built before. Default 100,000.
    pub kustomizations: usize,
    /// How deep bases and components may lie below each other. Default 50.
    ///
    /// Each waits for those below it, so a limit far above the default needs a larger stack.
    pub bases: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 1_000,
            alias_nodes: 1_000_000,
            file_bytes: 256 << 20,
            resources: 1_000_000,
            kustomizations: 100_000,
            bases: 50,
        }
    }
}
