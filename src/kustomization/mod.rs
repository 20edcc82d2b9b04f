//! The typed `kustomization.yaml`.
//!
//! In comes the text of a Kustomization or Component, or of a file that it names; out come its
//! fields, each with the place where it was written. What the reference accepts is accepted: it
//! reads YAML 1.1 as go-yaml v2 does, makes JSON of it and decodes that as Go's `encoding/json`
//! does, strictly. Fields that the reference moves to others before it looks at them (`bases`,
//! `imageTags`, …) are moved here.

pub(crate) mod configuration;
mod decode;
mod entry;
mod field_spec;
mod fix;
mod generator;
mod helm;
mod mode;
mod origin;
mod plugin;
mod replacement;
mod surprise;
pub(crate) mod value;

pub(crate) use configuration::Configuration;
pub(crate) use decode::{Decode, List, Located, Pairs, Str};
pub(crate) use entry::{Image, Label, ObjectMeta, Patch, Replica, Selector, SortOptions, Var};
pub(crate) use field_spec::FieldSpec;
pub(crate) use generator::{ConfigMapArgs, GeneratorArgs, GeneratorOptions, SecretArgs};
pub(crate) use mode::Mode;
pub(crate) use origin::{Configured, Origin, with_transformation};
pub(crate) use plugin::{
    AffixConfig, AnnotationsConfig, ChartConfig, FunctionSpec, GeneratorConfig, ImageConfig,
    JsonPatchConfig, LabelConfig, NamespaceConfig, PrefixConfig, ReplacementConfig, ReplicaConfig,
    ServiceAccountConfig, StrategicPatchConfig, SuffixConfig, ValueAddConfig, read_value_targets,
};
pub(crate) use replacement::{
    FieldOptions, Replacement, ReplacementField, SourceSelector, TargetSelector, read_replacements,
};
pub(crate) use value::Value;

use crate::error::Result;
use crate::limits::Limits;
use crate::source::{Mark, Source};
use crate::warning::Warning;
use crate::yaml::{self, Node};
use decode::{record, warn_of_ignored};
use helm::{HelmChart, HelmChartArgs, HelmGlobals};

/// A Kustomization or Component (`types.Kustomization`).
///
/// Where the reference distinguishes nothing from an empty list or map, `mark()` of the field is
/// `None` for nothing.
#[derive(Clone, Default)]
pub(crate) struct Kustomization {
    pub(crate) kind: Str,
    pub(crate) api_version: Str,
    pub(crate) metadata: Option<ObjectMeta>,
    pub(crate) openapi: Pairs,
    pub(crate) name_prefix: Str,
    pub(crate) name_suffix: Str,
    pub(crate) namespace: Str,
    pub(crate) common_labels: Pairs,
    pub(crate) labels: List<Label>,
    pub(crate) common_annotations: Pairs,
    pub(crate) patches_strategic_merge: List<Str>,
    pub(crate) patches_json6902: List<Patch>,
    pub(crate) patches: List<Patch>,
    pub(crate) images: List<Image>,
    image_tags: List<Image>,
    pub(crate) replacements: List<ReplacementField>,
    pub(crate) replicas: List<Replica>,
    pub(crate) vars: List<Var>,
    pub(crate) sort_options: Option<SortOptions>,
    pub(crate) resources: List<Str>,
    pub(crate) components: List<Str>,
    pub(crate) crds: List<Str>,
    bases: List<Str>,
    pub(crate) config_map_generator: List<ConfigMapArgs>,
    pub(crate) secret_generator: List<SecretArgs>,
    pub(crate) helm_globals: Option<HelmGlobals>,
    pub(crate) helm_charts: List<HelmChart>,
    helm_chart_inflation_generator: List<HelmChartArgs>,
    pub(crate) generator_options: Option<GeneratorOptions>,
    pub(crate) configurations: List<Str>,
    pub(crate) generators: List<Str>,
    pub(crate) transformers: List<Str>,
    pub(crate) validators: List<Str>,
    pub(crate) build_metadata: List<Str>,
    pub(crate) mark: Mark,
}

record!(Kustomization {
    "metadata" => metadata,
    "openapi" => openapi,
    "namePrefix" => name_prefix,
    "nameSuffix" => name_suffix,
    "namespace" => namespace,
    "commonLabels" => common_labels,
    "labels" => labels,
    "commonAnnotations" => common_annotations,
    "patchesStrategicMerge" => patches_strategic_merge,
    "patchesJson6902" => patches_json6902,
    "patches" => patches,
    "images" => images,
    "imageTags" => image_tags,
    "replacements" => replacements,
    "replicas" => replicas,
    "vars" => vars,
    "sortOptions" => sort_options,
    "resources" => resources,
    "components" => components,
    "crds" => crds,
    "bases" => bases,
    "configMapGenerator" => config_map_generator,
    "secretGenerator" => secret_generator,
    "helmGlobals" => helm_globals,
    "helmCharts" => helm_charts,
    "helmChartInflationGenerator" => helm_chart_inflation_generator,
    "generatorOptions" => generator_options,
    "configurations" => configurations,
    "generators" => generators,
    "transformers" => transformers,
    "validators" => validators,
    "buildMetadata" => build_metadata,
    embedded {
        "kind" => kind,
        "apiVersion" => api_version,
    }
});

impl Kustomization {
    /// Reads the text of a kustomization file: its first document (`KustTarget.Load`). Deprecated
    /// fields are brought to today's, and named in `warnings`.
    ///
    /// # Errors
    /// Located in `source`: a text that is not YAML; a key that is no string; a field that does not
    /// exist ([`ErrorKind::UnknownField`](crate::ErrorKind::UnknownField)) or holds another type
    /// than it should ([`ErrorKind::FieldType`](crate::ErrorKind::FieldType)); a file that asks for
    /// nothing; a kind or apiVersion that is not a kustomization's.
    pub(crate) fn read(
        source: &Source,
        limits: &Limits,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        let read = |warnings: &mut Vec<Warning>| {
            let node = yaml::read_first(source, limits)?.unwrap_or_else(|| nothing(source));
            let value = Value::of(&node, Mode::KUSTOMIZATION.dialect)?;
            let mut kustomization = Self {
                mark: value.mark,
                ..Self::default()
            };
            kustomization.decode(&value, Mode::KUSTOMIZATION)?;
            surprise::warn(source, &node, warnings);
            surprise::warn_of_build_metadata(&kustomization.build_metadata, warnings);
            fix::warn(&value, warnings);
            kustomization.fix();
            kustomization.check()?;
            Ok(kustomization)
        };
        read(warnings).map_err(|error: crate::Error| error.locate_in(source))
    }

    /// Whether it is a Component, which works on the resources of whoever lists it.
    pub(crate) fn is_component(&self) -> bool {
        *self.kind.value == *"Component"
    }
}

/// Reads a file that a kustomization names into a type (sigs.k8s.io/yaml's `Unmarshal` or, with
/// [`Mode::CONFIGURATION`], `UnmarshalStrict`). Of an empty file nothing is taken.
///
/// # Errors
/// Located in `source`, as [`Kustomization::read`] has them.
fn read_file<T: Decode + Default>(source: &Source, limits: &Limits, mode: Mode) -> Result<T> {
    let read = || {
        let mut out = T::default();
        out.decode(&read_value(source, limits, mode)?, mode)?;
        Ok(out)
    };
    read().map_err(|error: crate::Error| error.locate_in(source))
}

/// Reads the configuration of a builtin plugin, a resource, into a type. Fields that are unknown are
/// passed over, as in the reference, and named in `warnings`.
///
/// # Errors
/// With a mark, as [`Kustomization::read`] has them; unknown fields are none.
pub(crate) fn decode_plugin<T: Decode + Default>(
    node: &Node,
    mode: Mode,
    warnings: &mut Vec<Warning>,
) -> Result<T> {
    let value = Value::of(node, mode.dialect)?;
    let mut out = T::default();
    out.decode(&value, mode)?;
    // Every resource has these, whether the plugin looks at them or not.
    let own = value.without(&["apiVersion", "kind", "metadata"]);
    let mut passed_over = Vec::new();
    out.passed_over(&own, mode, &mut passed_over);
    warn_of_ignored(&passed_over, warnings);
    Ok(out)
}

/// The first document of a text; null if it holds none.
fn read_value(source: &Source, limits: &Limits, mode: Mode) -> Result<Value> {
    let node = yaml::read_first(source, limits)?.unwrap_or_else(|| nothing(source));
    Value::of(&node, mode.dialect)
}

/// What a text without a document holds.
fn nothing(source: &Source) -> Node {
    let mut node = Node::null();
    node.set_mark(source.mark(0));
    node
}

#[cfg(test)]
mod tests;
