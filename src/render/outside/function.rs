//! KRM functions: programs and containers that take resources and give resources.

use std::fmt;
use std::sync::Arc;

use foldhash::{HashSet, HashSetExt};

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::FunctionSpec;
use crate::render::session::Session;
use crate::render::target::Target;
use crate::resource::{Behavior, Resource, ResourceSet, read_resources};
use crate::schema::Schema;
use crate::source::{Content, Mark};
use crate::tree::{FileTree, TreePath};
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Mapping, Node, Sequence, Tag, Text};

/// Runs KRM functions.
///
/// ```
/// use std::sync::Arc;
/// use kustody::{Content, Function, FunctionRunner, Layer, Options, Renderer, Result};
///
/// /// Has no functions but one.
/// struct Upper;
///
/// impl FunctionRunner for Upper {
///     fn run(&self, function: &Function, input: &str) -> Result<Content> {
///         assert_eq!(function.image.as_deref(), Some("example.com/upper"));
///         Ok(Content::from(input.replace("small", "LARGE")))
///     }
/// }
///
/// let mut options = Options::default();
/// options.functions = Some(Arc::new(Upper));
/// let config = "
/// apiVersion: example.com/v1
/// kind: Upper
/// metadata:
///   name: upper
///   annotations:
///     config.kubernetes.io/function: 'container: {image: example.com/upper}'
/// ";
/// let layer = Layer::from_files([
///     ("kustomization.yaml", "resources: [a.yaml]\ntransformers: [upper.yaml]\n"),
///     ("upper.yaml", config),
///     ("a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: small}}"),
/// ])?;
/// let manifests = Renderer::new().render(layer, [], &options)?;
/// assert_eq!(manifests.resources()[0].get("/data/k").and_then(|k| k.text()), Some("LARGE"));
/// # Ok::<(), kustody::Error>(())
/// ```
pub trait FunctionRunner: Send + Sync {
    /// Runs a function. `input` is a `ResourceList` with the resources and the configuration of the
    /// function, as the specification of KRM functions has it; the answer is one too, or the
    /// resources alone.
    ///
    /// # Errors
    /// If it cannot be run or fails. A message should not repeat what the resources hold.
    fn run(&self, function: &Function, input: &str) -> Result<Content>;
}

/// What a function is: the annotation `config.kubernetes.io/function` of its configuration.
#[derive(Clone)]
#[non_exhaustive]
pub struct Function {
    /// The container to run.
    pub image: Option<String>,
    /// Whether the container needs the network.
    pub network: bool,
    /// What the container sees of the file system; paths are relative to the kustomization and lie
    /// in its directory.
    pub mounts: Vec<Mount>,
    /// The program to run where there is no container, as it is written: relative to the directory
    /// of the kustomization.
    pub path: Option<String>,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables of the environment, `NAME=value` or the `NAME` of one to be handed on.
    pub envs: Vec<String>,
    /// The tree that holds the kustomization.
    pub tree: Arc<dyn FileTree>,
    /// The directory of the kustomization in that tree.
    pub directory: TreePath,
    config: Resource,
}

/// A directory or volume that a container sees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mount {
    /// `bind`, `volume`, ...
    pub kind: String,
    /// What is mounted.
    pub source: String,
    /// Where.
    pub target: String,
    /// Whether the container may write to it.
    pub writable: bool,
}

/// The id of its configuration: what is in it may be secret.
impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({})", self.config.id())
    }
}

const ANNOTATIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];
const IMAGE: &str = "config.kubernetes.io/container";
const LOCAL: &str = "config.kubernetes.io/local-config";
/// What a generated resource says of itself.
const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";
const BEHAVIOR: &str = "kustomize.config.k8s.io/behavior";

impl Function {
    /// The configuration of the function.
    pub fn config(&self) -> &Resource {
        &self.config
    }

    /// The function that a configuration asks for, and none if it says nothing of one
    /// (`GetFunctionSpec` in kyaml, `loadPlugin` in kustomize).
    pub(in crate::render) fn of(
        session: &mut Session<'_>,
        target: &Target,
        config: &Resource,
    ) -> Result<Option<Self>> {
        let Some(spec) = spec(session, target, config)? else {
            return Ok(None);
        };
        let refuse = |kind, mark, message| Err(Error::marked(kind, mark, message));
        let mut mounts = Vec::new();
        for mount in &spec.container.mounts {
            if leaves(&mount.src) {
                let message = "a function may mount only what lies in the directory of the kustomization: write a relative path";
                return refuse(ErrorKind::Restricted, mount.mark, message);
            }
            mounts.push(Mount {
                kind: mount.mount_type.to_string(),
                source: mount.src.to_string(),
                target: mount.dst.to_string(),
                writable: mount.read_write,
            });
        }
        let given = |text: &Text| Some(text.to_string()).filter(|text| !text.is_empty());
        let (image, path) = (given(&spec.container.image), given(&spec.exec.path));
        if image.is_none() && path.is_none() {
            let message = "this function says nothing to run: give the `image` of a `container` or the `path` of an `exec`";
            let mark = config.node().mark();
            if spec.container.network {
                return refuse(ErrorKind::Plugin, mark, message);
            }
            let warning = Warning::new(WarningKind::IgnoredField, mark, message);
            session.warnings.push(warning);
        }
        let texts = |texts: &[Text]| texts.iter().map(Text::to_string).collect();
        let envs = match image {
            Some(_) => &spec.container.envs,
            None => &spec.exec.envs,
        };
        Ok(Some(Self {
            network: spec.container.network,
            mounts,
            args: texts(&spec.exec.args),
            envs: texts(envs),
            image,
            path,
            tree: Arc::clone(&target.place.tree),
            directory: target.place.root.clone(),
            config: config.clone(),
        }))
    }

    /// Runs it as a generator.
    pub(in crate::render) fn generate(
        &self,
        session: &mut Session<'_>,
        schema: &Schema,
    ) -> Result<Vec<Resource>> {
        // A function that is given nothing may do nothing; its configuration is dropped at the end.
        let mut generated = self.run(session, vec![self.config_node()], schema)?;
        for resource in &mut generated {
            take_options(resource)?;
        }
        Ok(generated)
    }

    /// Runs it as a transformer: resources with the ids of others take their places, the rest is
    /// appended, and what it leaves out is removed (`UpdateResMapValues` in kustomize).
    pub(in crate::render) fn transform(
        &self,
        session: &mut Session<'_>,
        set: &mut ResourceSet,
    ) -> Result<()> {
        let items = set.iter().map(|resource| resource.node_with_history());
        let items = items.collect();
        let output = self.run(session, items, set.schema())?;
        let mut ids = HashSet::with_capacity(output.len());
        for resource in output {
            if !ids.insert(resource.id().clone()) {
                let message = format!("the function gives {} twice", resource.id());
                return Err(Error::marked(ErrorKind::Function, self.mark(), message));
            }
            match set.with_current_id(resource.id()) {
                Some(at) => set.replace(at, resource),
                None => set.push(resource)?,
            }
        }
        set.retain(|resource| ids.contains(resource.id()));
        Ok(())
    }

    pub(in crate::render) fn mark(&self) -> Mark {
        self.config.node().mark()
    }

    fn run(
        &self,
        session: &mut Session<'_>,
        items: Vec<Node>,
        schema: &Schema,
    ) -> Result<Vec<Resource>> {
        let Some(functions) = session.options.functions.clone() else {
            let message = format!(
                "{} is a function: give `Options::functions` a `FunctionRunner`",
                self.config.id()
            );
            return Err(Error::marked(ErrorKind::Function, self.mark(), message));
        };
        let mut list = Mapping::default();
        list.set("apiVersion", Node::string("config.kubernetes.io/v1"));
        list.set("kind", Node::string("ResourceList"));
        list.set("functionConfig", self.config_node());
        list.set("items", Node::from(Sequence::from(items)));
        let mut input = Vec::new();
        yaml::write(&list.into(), &mut input)?;
        let output = if self.image.is_none() && self.path.is_none() {
            Content::from(input)
        } else {
            session.note_outside();
            functions
                .run(self, &String::from_utf8_lossy(&input))
                .map_err(|error| error.mark_at(self.mark()))?
        };
        let name = format!("output of {}", self.config.id());
        let source = session.source_from_outside(&name, output)?;
        read_resources(&source, &session.options.limits, schema)
    }

    /// The configuration as functions get it: marked as nothing for a cluster.
    fn config_node(&self) -> Node {
        let mut node = self.config.node_with_history();
        let mark = node.mark();
        let annotations = node
            .as_mapping_mut()
            .and_then(|root| root.mapping_in("metadata", mark))
            .and_then(|metadata| metadata.mapping_in("annotations", mark));
        if let Some(annotations) = annotations {
            annotations.set_scalar(LOCAL, Tag::Str, Text::from_static("true"), mark);
        }
        node
    }
}

fn spec(
    session: &mut Session<'_>,
    target: &Target,
    config: &Resource,
) -> Result<Option<FunctionSpec>> {
    let annotation = |key: &str| {
        let node = config.annotations().and_then(|all| all.get(key))?;
        let text = node.as_scalar()?.text().clone();
        Some((text, node.mark())).filter(|(text, _)| !text.is_empty())
    };
    for key in ANNOTATIONS {
        if let Some((value, mark)) = annotation(key) {
            let text = value.to_string();
            let whole = crate::kustomization::Str { value, mark };
            let source = session.embedded(target, &whole, &text)?;
            let spec = FunctionSpec::read(&source, &session.options.limits)?;
            return Ok(Some(spec));
        }
    }
    let field = config.get("/metadata/configFn");
    if let Some(field) = field.filter(|field| !field.is_null()) {
        return FunctionSpec::of_node(field).map(Some);
    }
    Ok(annotation(IMAGE).map(|(image, mark)| FunctionSpec::of_image(image, mark)))
}

/// Whether a path is absolute or leads out of its directory.
fn leaves(path: &str) -> bool {
    let mut depth = 0_i64;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    path.starts_with('/')
}

/// Takes from a generated resource what it says of how it is to be absorbed
/// (`UpdateResourceOptions` in kustomize).
fn take_options(resource: &mut Resource) -> Result<()> {
    let text = |key: &str| {
        let node = resource.annotations().and_then(|all| all.get(key))?;
        Some((node.text().unwrap_or_default().to_owned(), node.mark()))
    };
    let (needs_hash, behavior) = (text(NEEDS_HASH), text(BEHAVIOR));
    let needs_hash = match needs_hash
        .as_ref()
        .map(|(text, mark)| (text.as_str(), *mark))
    {
        None | Some(("0" | "f" | "F" | "FALSE" | "false" | "False", _)) => false,
        Some(("1" | "t" | "T" | "TRUE" | "true" | "True", _)) => true,
        Some((_, mark)) => {
            let message = format!("`{NEEDS_HASH}` must be true or false");
            return Err(Error::marked(ErrorKind::Function, mark, message));
        }
    };
    resource.edit_fields(|root| {
        let metadata = root
            .as_mapping_mut()
            .and_then(|root| root.get_mut("metadata"))
            .and_then(Node::as_mapping_mut);
        if let Some(metadata) = metadata
            && let Some(annotations) = metadata
                .get_mut("annotations")
                .and_then(Node::as_mapping_mut)
        {
            annotations.remove(NEEDS_HASH);
            annotations.remove(BEHAVIOR);
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    });
    let history = resource.history_mut();
    history.needs_hash |= needs_hash;
    let behavior = behavior.map(|(name, _)| Behavior::from_name(&name));
    history.behavior = Some(behavior.unwrap_or_default());
    Ok(())
}
