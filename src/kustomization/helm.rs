//! Helm charts (`types.HelmChart`). Inflating them needs Helm; here they are only read.

use super::decode::{Decode as _, List, Record as _, Str, record};
use super::mode::{Mode, known};
use super::value::{Kind, Value};
use crate::source::Mark;
use crate::yaml::{Node, Text};

/// `helmGlobals`: what holds for all charts.
#[derive(Clone, Default)]
pub(crate) struct HelmGlobals {
    pub(crate) chart_home: Str,
    pub(crate) config_home: Str,
    pub(crate) mark: Mark,
}

record!(HelmGlobals {
    "chartHome" => chart_home,
    "configHome" => config_home,
});

/// An entry of `helmCharts`.
#[derive(Clone, Default)]
pub(crate) struct HelmChart {
    pub(crate) name: Str,
    pub(crate) version: Str,
    pub(crate) repo: Str,
    pub(crate) release_name: Str,
    pub(crate) namespace: Str,
    pub(crate) additional_values_files: List<Str>,
    pub(crate) values_file: Str,
    pub(crate) values_inline: Option<Value>,
    pub(crate) values_merge: Str,
    pub(crate) include_crds: bool,
    pub(crate) skip_hooks: bool,
    pub(crate) api_versions: List<Str>,
    pub(crate) kube_version: Str,
    pub(crate) name_template: Str,
    pub(crate) skip_tests: bool,
    pub(crate) debug: bool,
    pub(crate) devel: bool,
    pub(crate) mark: Mark,
}

record!(HelmChart {
    "name" => name,
    "version" => version,
    "repo" => repo,
    "releaseName" => release_name,
    "namespace" => namespace,
    "additionalValuesFiles" => additional_values_files,
    "valuesFile" => values_file,
    "valuesInline" => values_inline,
    "valuesMerge" => values_merge,
    "includeCRDs" => include_crds,
    "skipHooks" => skip_hooks,
    "apiVersions" => api_versions,
    "kubeVersion" => kube_version,
    "nameTemplate" => name_template,
    "skipTests" => skip_tests,
    "debug" => debug,
    "devel" => devel,
});

impl HelmChart {
    /// The values that stand in the kustomization, if there are any.
    ///
    /// The reference decodes them as if they were a chart: a number or a boolean is made a string
    /// under a key that is the name of a text field of a chart, such as `version`.
    pub(crate) fn inline_values(&self) -> Option<Node> {
        let mut values = self.values_inline.clone()?;
        let Kind::Map(members) = &mut values.kind else {
            return None;
        };
        for member in members.iter_mut() {
            match known(Self::NAMES, &member.key) {
                Some(
                    "name" | "version" | "repo" | "releaseName" | "namespace" | "valuesFile"
                    | "valuesMerge" | "kubeVersion" | "nameTemplate",
                ) => member.value.convert(),
                Some("additionalValuesFiles" | "apiVersions") => {
                    if let Kind::List(items) = &mut member.value.kind {
                        items.iter_mut().for_each(Value::convert);
                    }
                }
                _ => {}
            }
        }
        (!members.is_empty()).then(|| values.to_node())
    }
}

impl Value {
    /// Makes a string of a number or a boolean.
    fn convert(&mut self) {
        let mut text = Text::default();
        if self.kind != Kind::Null && text.decode(self, Mode::PLUGIN).is_ok() {
            self.kind = Kind::Text(text);
        }
    }
}

/// An entry of the deprecated `helmChartInflationGenerator`.
#[derive(Clone, Default)]
pub(super) struct HelmChartArgs {
    chart_name: Str,
    chart_version: Str,
    chart_repo_url: Str,
    chart_home: Str,
    chart_repo_name: Str,
    helm_bin: Str,
    helm_home: Str,
    values: Str,
    values_local: Option<Value>,
    values_merge: Str,
    release_name: Str,
    release_namespace: Str,
    extra_args: List<Str>,
    mark: Mark,
}

record!(HelmChartArgs {
    "chartName" => chart_name,
    "chartVersion" => chart_version,
    "chartRepoUrl" => chart_repo_url,
    "chartHome" => chart_home,
    "chartRepoName" => chart_repo_name,
    "helmBin" => helm_bin,
    "helmHome" => helm_home,
    "values" => values,
    "valuesLocal" => values_local,
    "valuesMerge" => values_merge,
    "releaseName" => release_name,
    "releaseNamespace" => release_namespace,
    "extraArgs" => extra_args,
});

/// Today's fields for the deprecated one (`SplitHelmParameters`): of the homes, the last that is
/// not empty.
pub(super) fn split(old: List<HelmChartArgs>) -> (List<HelmChart>, HelmGlobals) {
    let mut charts = List::default();
    let mut globals = HelmGlobals::default();
    for old in old {
        for (home, named) in [
            (&mut globals.config_home, old.helm_home),
            (&mut globals.chart_home, old.chart_home),
        ] {
            if !named.is_empty() {
                *home = named;
                globals.mark = old.mark;
            }
        }
        let chart = HelmChart {
            name: old.chart_name,
            version: old.chart_version,
            repo: old.chart_repo_url,
            values_file: old.values,
            values_inline: old.values_local,
            values_merge: old.values_merge,
            release_name: old.release_name,
            mark: old.mark,
            ..HelmChart::default()
        };
        charts.push(chart, old.mark);
    }
    (charts, globals)
}
