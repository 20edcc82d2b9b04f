//! Helm charts.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{ChartConfig, Str};
use crate::limits::Limits;
use crate::patch::strategic::{self, Fate};
use crate::render::session::Session;
use crate::render::target::Target;
use crate::resource::{HELM_GENERATED, Resource, read_resources};
use crate::schema::{Notes, Schema};
use crate::source::{Content, Source, SourceId};
use crate::tree::{FileTree, TreePath};
use crate::yaml::{self, Mapping, Node, Tag, Text};

/// Inflates Helm charts: what `helm template` does.
///
/// ```
/// use std::sync::Arc;
/// use kustody::{Chart, Content, HelmInflator, Layer, Options, Renderer, Result};
///
/// /// Knows one chart.
/// struct Charts;
///
/// impl HelmInflator for Charts {
///     fn inflate(&self, chart: &Chart) -> Result<Content> {
///         assert_eq!(chart.name, "web");
///         let values = chart.values(b"replicas: 1\nport: 80\n")?;
///         assert_eq!(values, "port: 80\nreplicas: 3\n");
///         Ok(Content::from("{apiVersion: v1, kind: Service, metadata: {name: web}}"))
///     }
/// }
///
/// let mut options = Options::default();
/// options.helm = Some(Arc::new(Charts));
/// let text = "helmCharts: [{name: web, valuesInline: {replicas: 3}}]\n";
/// let layer = Layer::from_files([("kustomization.yaml", text)])?;
/// let manifests = Renderer::new().render(layer, [], &options)?;
/// assert!(manifests.get("Service", "web").is_some());
/// # Ok::<(), kustody::Error>(())
/// ```
pub trait HelmInflator: Send + Sync {
    /// The manifests of a chart, as `helm template` prints them.
    ///
    /// # Errors
    /// If the chart cannot be had or inflated.
    fn inflate(&self, chart: &Chart) -> Result<Content>;
}

/// A chart and how it is to be inflated: an entry of `helmCharts`, with what `helmGlobals` adds, or
/// a `HelmChartInflationGenerator`. A text is empty where nothing was given.
#[derive(Clone)]
#[non_exhaustive]
pub struct Chart {
    /// The name of the chart.
    pub name: String,
    /// The version to fetch.
    pub version: String,
    /// The URL of the repository that has it.
    pub repo: String,
    /// The name of the release; without one Helm makes it up.
    pub release_name: String,
    /// A template for the name of the release.
    pub name_template: String,
    /// The namespace of the release: the chart's own or that of the kustomizations above it.
    pub namespace: String,
    /// The directory of charts, relative to the kustomization's; `charts` if nothing was given.
    pub chart_home: String,
    /// What Helm takes for its configuration directory.
    pub config_home: String,
    /// The version of Kubernetes that the chart sees.
    pub kube_version: String,
    /// The API versions that it sees besides.
    pub api_versions: Vec<String>,
    /// `--include-crds`
    pub include_crds: bool,
    /// `--no-hooks`
    pub skip_hooks: bool,
    /// `--skip-tests`
    pub skip_tests: bool,
    /// `--debug`
    pub debug: bool,
    /// `--devel`
    pub devel: bool,
    /// The files of more values, in order, which follow [`values`](Self::values).
    pub additional_values: Vec<Content>,
    /// The tree that holds the kustomization, where [`path`](Self::path) may be.
    pub tree: Arc<dyn FileTree>,
    /// The directory of the kustomization in that tree.
    pub directory: TreePath,
    /// The file that takes the place of the chart's own values.
    values_file: Option<Content>,
    values_inline: Option<Node>,
    merge: Merge,
}

/// What becomes of values that stand in the kustomization and in the file.
#[derive(Clone, Copy)]
enum Merge {
    /// Those of the kustomization win.
    InlineWins,
    /// Those of the file win.
    FileWins,
    /// Those of the file are ignored.
    InlineOnly,
}

impl Chart {
    /// Where kustomize looks for the chart, and puts it after fetching it: a directory relative to
    /// that of the kustomization.
    pub fn path(&self) -> String {
        match self.version.is_empty() || self.repo.is_empty() {
            true => format!("{}/{}", self.chart_home, self.name),
            false => format!(
                "{}/{}-{}/{}",
                self.chart_home, self.name, self.version, self.name
            ),
        }
    }

    /// The values that Helm is called with, as the text of a file: those of the kustomization's
    /// file, or else of the chart's own `values.yaml`, which is `own`, together with those that
    /// stand in the kustomization (`createNewMergedValuesFile` in kustomize).
    ///
    /// # Errors
    /// If a file of values cannot be read as YAML, or the values cannot be merged.
    pub fn values(&self, own: &[u8]) -> Result<String> {
        let file = self.values_file.as_ref().map_or(own, Content::as_bytes);
        let Some(inline) = &self.values_inline else {
            return Ok(String::from_utf8_lossy(file).into_owned());
        };
        let values = match self.merge {
            Merge::InlineOnly => inline.clone(),
            Merge::InlineWins => merged(inline, read(file)?)?,
            Merge::FileWins => merged(&read(file)?, inline.clone())?,
        };
        let mut text = Vec::new();
        yaml::write(&values, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// The name: values may be secret.
impl fmt::Debug for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chart({})", self.name)
    }
}

fn read(file: &[u8]) -> Result<Node> {
    let source = Source::new(SourceId::default(), "values.yaml", file.to_vec())?;
    let node = yaml::read_first(&source, &Limits::default())?;
    node.ok_or_else(|| {
        let message =
            "a file of values that others are merged with must hold something: write `{}`";
        Error::new(ErrorKind::Generator, message)
    })
}

fn merged(patch: &Node, mut values: Node) -> Result<Node> {
    let fate = strategic::apply(
        patch,
        &mut values,
        &Schema::builtin(),
        [&Notes::default(); 2],
        &mut Vec::new(),
    )?;
    Ok(match fate {
        Fate::Kept => values,
        Fate::Deleted => Mapping::default().into(),
    })
}

/// Inflates a chart with what the caller gave for it.
pub(in crate::render) fn chart(
    session: &mut Session<'_>,
    target: &Target,
    config: &ChartConfig,
    schema: &Schema,
) -> Result<Vec<Resource>> {
    let chart = read_chart(session, target, config)?;
    let Some(helm) = session.options.helm.clone() else {
        let message = format!(
            "inflating the chart `{}` needs Helm: give `Options::helm` a `HelmInflator`",
            chart.name
        );
        return Err(Error::marked(ErrorKind::Helm, config.mark, message));
    };
    session.note_outside();
    let manifests = helm.inflate(&chart)?;
    let source = session.source_from_outside(&format!("chart {}", chart.name), manifests)?;
    let mut resources = read_resources(&source, &session.options.limits, schema)?;
    for resource in &mut resources {
        resource.edit_fields(|root| {
            let mark = root.mark();
            let annotations = root
                .as_mapping_mut()
                .and_then(|root| root.mapping_in("metadata", mark))
                .and_then(|metadata| metadata.mapping_in("annotations", mark));
            if let Some(annotations) = annotations {
                let text = Text::from_static("true");
                annotations.set_scalar(HELM_GENERATED, Tag::Str, text, mark);
            }
        });
    }
    Ok(resources)
}

fn read_chart(session: &mut Session<'_>, target: &Target, config: &ChartConfig) -> Result<Chart> {
    let refuse = |mark, message| Err(Error::marked(ErrorKind::Generator, mark, message));
    let ChartConfig {
        globals,
        chart,
        mark,
    } = config;
    if chart.name.is_empty() {
        return refuse(*mark, "a chart needs a `name`");
    }
    let merge = match chart.values_merge.as_str() {
        "" | "override" => Merge::InlineWins,
        "merge" => Merge::FileWins,
        "replace" => Merge::InlineOnly,
        _ => {
            let message = "`valuesMerge` must be `merge`, `override` or `replace`";
            return refuse(chart.values_merge.mark, message);
        }
    };
    let mut load = |path: &Str| match session.load(&target.place, path) {
        Ok(loaded) => Ok(loaded.content().clone()),
        Err(error) => Err(session.located(error, path.mark)),
    };
    let additional_values = chart.additional_values_files.iter().map(&mut load);
    let additional_values = additional_values.collect::<Result<_>>()?;
    let values_inline = chart.inline_values();
    let ignores_file = matches!(merge, Merge::InlineOnly) && values_inline.is_some();
    let values_file = match chart.values_file.is_empty() || ignores_file {
        true => None,
        false => Some(load(&chart.values_file)?),
    };
    let text = |text: &Str| text.to_string();
    Ok(Chart {
        name: text(&chart.name),
        version: text(&chart.version),
        repo: text(&chart.repo),
        release_name: text(&chart.release_name),
        name_template: text(&chart.name_template),
        namespace: text(&chart.namespace),
        chart_home: match globals.chart_home.as_str() {
            "" => "charts".to_owned(),
            home => home.to_owned(),
        },
        config_home: text(&globals.config_home),
        kube_version: text(&chart.kube_version),
        api_versions: chart.api_versions.iter().map(text).collect(),
        include_crds: chart.include_crds,
        skip_hooks: chart.skip_hooks,
        skip_tests: chart.skip_tests,
        debug: chart.debug,
        devel: chart.devel,
        additional_values,
        tree: Arc::clone(&target.place.tree),
        directory: target.place.root.clone(),
        values_file,
        values_inline,
        merge,
    })
}
