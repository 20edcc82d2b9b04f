//! What a render gives.

use std::fmt;
use std::io;
use std::ops::Range;

use super::sources::Sources;
use super::target::FILE_NAMES;
use crate::error::Result;
use crate::resource::{ResId, Resource};
use crate::source::Location;
use crate::warning::Warning;
use crate::yaml::{self, Node};

/// The resources that a render gives, in order, and their text.
///
/// It prints as `kustomize build` prints them, documents joined with `---`.
///
/// ```
/// use kustody::{Layer, render};
/// let base = Layer::from_manifests("{apiVersion: v1, kind: Service, metadata: {name: web}}")?;
/// let manifests = render(base, [])?;
/// assert_eq!(manifests.to_string(), "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n");
/// assert!(manifests.get("Service", "web").is_some());
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Manifests {
    resources: Vec<Resource>,
    text: String,
    /// Where in `text` each resource stands.
    ranges: Vec<Range<usize>>,
    warnings: Vec<Warning>,
    inputs: Vec<String>,
    sources: Sources,
}

/// More bytes than most resources take. What is not written to costs nothing.
const USUAL: usize = 1024;

impl Manifests {
    /// Prints the resources for which `finish` is true, each as that has left it; what cannot be
    /// printed is an error at its place.
    pub(super) fn new(
        mut resources: Vec<Resource>,
        finish: impl Fn(&mut Resource) -> Result<bool>,
        warnings: Vec<Warning>,
        inputs: Vec<String>,
        sources: Sources,
    ) -> Result<Self> {
        let mut text = Vec::with_capacity(resources.len() * USUAL);
        let mut ranges = Vec::with_capacity(resources.len());
        let mut print = |resource: &mut Resource| {
            if !finish(resource)? {
                return Ok(false);
            }
            if !text.is_empty() {
                text.extend_from_slice(b"---\n");
            }
            let start = text.len();
            yaml::write(resource.node(), &mut text)?;
            ranges.push(start..text.len());
            Ok(true)
        };
        let mut failed = None;
        resources.retain_mut(|resource| {
            let printed = match failed {
                None => print(resource),
                Some(_) => Ok(false),
            };
            printed.unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        });
        if let Some(error) = failed {
            return Err(sources.explain(error));
        }
        text.shrink_to_fit();
        Ok(Self {
            resources,
            // The writer writes UTF-8.
            text: String::from_utf8(text).unwrap_or_default(),
            ranges,
            warnings,
            inputs,
            sources,
        })
    }

    /// The same render with other resources, which differ from its own in texts only.
    pub(super) fn with_resources(&self, resources: Vec<Resource>) -> Self {
        let warnings = self.warnings.clone();
        let inputs = self.inputs.clone();
        // What was printed once can be printed, and a text more than anything.
        Self::new(
            resources,
            |_| Ok(true),
            warnings,
            inputs,
            self.sources.clone(),
        )
        .unwrap_or_else(|_| Self {
            resources: Vec::new(),
            text: String::new(),
            ranges: Vec::new(),
            ..self.clone()
        })
    }

    /// The resources in order.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resources in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Resource> {
        self.resources.iter()
    }

    /// Each resource with its text.
    pub(super) fn printed(&self) -> impl Iterator<Item = (&Resource, &str)> {
        let texts = self.ranges.iter().map(|range| &self.text[range.clone()]);
        self.iter().zip(texts)
    }

    /// The first resource of a kind and name, in whatever namespace.
    pub fn get(&self, kind: &str, name: &str) -> Option<&Resource> {
        self.iter()
            .find(|resource| resource.name() == name && resource.gvk().kind() == kind)
    }

    /// The text of all resources.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Writes the text of all resources.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn to_writer(&self, mut writer: impl io::Write) -> io::Result<()> {
        writer.write_all(self.text.as_bytes())
    }

    /// A file name and the text for each resource: a snapshot a resource shows a change where it
    /// is. The name is of namespace, type and name, in lower case, and does not depend on the
    /// other resources.
    ///
    /// ```
    /// # use kustody::{Layer, render};
    /// let base = Layer::from_manifests("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}")?;
    /// let manifests = render(base, [])?;
    /// let (name, text) = manifests.files().next().unwrap();
    /// assert_eq!(name, "shop_apps_v1_deployment_web.yaml");
    /// assert!(text.starts_with("apiVersion: apps/v1\n"));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn files(&self) -> impl Iterator<Item = (String, &str)> {
        self.printed().map(|(resource, text)| {
            let gvk = resource.gvk();
            let parts = [
                resource.namespace(),
                gvk.group(),
                gvk.version(),
                gvk.kind(),
                resource.name(),
            ];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            // A name may hold what no file's may; `:` is common in those of roles.
            let name = parts
                .join("_")
                .to_lowercase()
                .replace(['/', '\\', ':'], "-");
            (name + ".yaml", text)
        })
    }

    /// What surprises users although the reference is silent, in the order in which it was seen.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Every file that was read, sorted, as its tree shows it.
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// Whether this render may come out otherwise when files change that are shown under these
    /// paths: one that was read, or another kustomization file beside one that was read.
    ///
    /// Paths are those of [`inputs`](Self::inputs): relative to the root of a
    /// [`FileTree`](crate::FileTree), so that a repository opened as a tree shows the paths that git
    /// lists.
    ///
    /// ```
    /// use kustody::{FileTree, Layer, MemoryTree, render, tree::TreePath};
    /// let tree: std::sync::Arc<dyn FileTree> = std::sync::Arc::new(MemoryTree::from_files([
    ///     ("base/kustomization.yaml", "resources: [app.yaml]\n"),
    ///     ("base/app.yaml", "{apiVersion: v1, kind: Service, metadata: {name: web}}"),
    ///     ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"),
    /// ])?);
    /// let dev = render(Layer::new(tree, TreePath::new("dev")?), [])?;
    /// assert!(dev.is_affected_by(["README.md", "base/app.yaml"]));
    /// assert!(!dev.is_affected_by(["prod/kustomization.yaml"]));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn is_affected_by<P: AsRef<str>>(&self, changed: impl IntoIterator<Item = P>) -> bool {
        let is_read = |path: &str| {
            let known = self
                .inputs
                .binary_search_by(|input| input.as_str().cmp(path));
            known.is_ok()
        };
        changed.into_iter().any(|path| {
            let path = path.as_ref();
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
            let beside = |other: &str| match directory {
                "" => is_read(other),
                _ => is_read(&format!("{directory}/{other}")),
            };
            is_read(path) || (FILE_NAMES.contains(&name) && FILE_NAMES.into_iter().any(beside))
        })
    }

    /// Who wrote a value last: the place in a manifest, a patch, or the entry of a kustomization
    /// whose transformer wrote it. `pointer` is a JSON pointer such as `/spec/replicas`. `None` if
    /// there is no such resource or value, or if it was made from nothing.
    ///
    /// ```
    /// use kustody::{Gvk, Layer, ResId, render};
    /// let base = Layer::from_files([
    ///     ("kustomization.yaml", "resources: [web.yaml]\nreplicas:\n- {name: web, count: 3}\n"),
    ///     ("web.yaml", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}"),
    /// ])?;
    /// let manifests = render(base, [])?;
    /// let web = ResId::new(Gvk::new("apps/v1", "Deployment"), "web", "");
    /// let place = |pointer| Some(manifests.explain(&web, pointer)?.to_string());
    /// assert_eq!(place("/spec/replicas").as_deref(), Some("kustomization.yaml:3:3"));
    /// assert_eq!(place("/metadata/name").as_deref(), Some("web.yaml:1:58"));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn explain(&self, id: &ResId, pointer: &str) -> Option<Location> {
        // Who makes an id by hand does not say that its type has no namespace.
        let anywhere = id.clone().cluster_scoped(true);
        let is_it = |resource: &&Resource| [id, &anywhere].contains(&resource.id());
        self.locate(self.iter().find(is_it)?.get(pointer)?)
    }

    /// Where a value of these resources was written last; `None` if it was made from nothing.
    pub fn locate(&self, node: &Node) -> Option<Location> {
        self.sources.locate(node.mark())
    }
}

impl fmt::Display for Manifests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Manifests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.resources).finish()
    }
}

impl<'a> IntoIterator for &'a Manifests {
    type Item = &'a Resource;
    type IntoIter = std::slice::Iter<'a, Resource>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
