//! The configurations of plugins (`api/internal/builtins` in kustomize).
//!
//! Those of the builtin ones are resources with `apiVersion: builtin`; what their fields mean is for
//! the transformers and generators to say. Those of functions say in an annotation what to run.

use super::decode::{Decode, List, Located, Pairs, Str, record};
use super::entry::{Image, ObjectMeta, Replica, Selector};
use super::field_spec::FieldSpec;
use super::generator::GeneratorArgs;
use super::helm::{HelmChart, HelmGlobals};
use super::mode::{Mode, known};
use super::read_file;
use super::replacement::ReplacementField;
use super::value::Value;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::source::{Mark, Source};
use crate::yaml::{Node, Text};

/// An `AnnotationsTransformer`.
#[derive(Clone, Default)]
pub(crate) struct AnnotationsConfig {
    pub(crate) annotations: Pairs,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(AnnotationsConfig {
    "annotations" => annotations,
    "fieldSpecs" => field_specs,
});

/// A `LabelTransformer`.
#[derive(Clone, Default)]
pub(crate) struct LabelConfig {
    pub(crate) labels: Pairs,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(LabelConfig {
    "labels" => labels,
    "fieldSpecs" => field_specs,
});

/// A `NamespaceTransformer`.
#[derive(Clone, Default)]
pub(crate) struct NamespaceConfig {
    /// Its namespace is the one that resources get.
    pub(crate) metadata: ObjectMeta,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) unset_only: bool,
    pub(crate) set_role_binding_subjects: Str,
    pub(crate) mark: Mark,
}

record!(NamespaceConfig {
    "metadata" => metadata,
    "fieldSpecs" => field_specs,
    "unsetOnly" => unset_only,
    "setRoleBindingSubjects" => set_role_binding_subjects,
});

/// A `PrefixTransformer`.
#[derive(Clone, Default)]
pub(crate) struct PrefixConfig {
    pub(crate) prefix: Str,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(PrefixConfig {
    "prefix" => prefix,
    "fieldSpecs" => field_specs,
});

/// A `SuffixTransformer`.
#[derive(Clone, Default)]
pub(crate) struct SuffixConfig {
    pub(crate) suffix: Str,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(SuffixConfig {
    "suffix" => suffix,
    "fieldSpecs" => field_specs,
});

/// A `PrefixSuffixTransformer`, which is both.
#[derive(Clone, Default)]
pub(crate) struct AffixConfig {
    pub(crate) prefix: Str,
    pub(crate) suffix: Str,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(AffixConfig {
    "prefix" => prefix,
    "suffix" => suffix,
    "fieldSpecs" => field_specs,
});

/// An `ImageTagTransformer`.
#[derive(Clone, Default)]
pub(crate) struct ImageConfig {
    pub(crate) image_tag: Image,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(ImageConfig {
    "imageTag" => image_tag,
    "fieldSpecs" => field_specs,
});

/// A `ReplicaCountTransformer`.
#[derive(Clone, Default)]
pub(crate) struct ReplicaConfig {
    pub(crate) replica: Replica,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(ReplicaConfig {
    "replica" => replica,
    "fieldSpecs" => field_specs,
});

/// A `PatchJson6902Transformer`. That of a `PatchTransformer` is a [`Patch`](super::Patch).
#[derive(Clone, Default)]
pub(crate) struct JsonPatchConfig {
    pub(crate) target: Option<Selector>,
    pub(crate) path: Str,
    pub(crate) json_op: Str,
    pub(crate) mark: Mark,
}

record!(JsonPatchConfig {
    "target" => target,
    "path" => path,
    "jsonOp" => json_op,
});

/// A `PatchStrategicMergeTransformer`.
#[derive(Clone, Default)]
pub(crate) struct StrategicPatchConfig {
    /// Patches or paths of files of them.
    pub(crate) paths: List<Str>,
    /// More of them, in one text.
    pub(crate) patches: Str,
    pub(crate) mark: Mark,
}

record!(StrategicPatchConfig {
    "paths" => paths,
    "patches" => patches,
});

/// A `ReplacementTransformer`.
#[derive(Clone, Default)]
pub(crate) struct ReplacementConfig {
    pub(crate) replacements: List<ReplacementField>,
    pub(crate) mark: Mark,
}

record!(ReplacementConfig { "replacements" => replacements, });

/// A `ValueAddTransformer`.
#[derive(Clone, Default)]
pub(crate) struct ValueAddConfig {
    pub(crate) value: Str,
    pub(crate) targets: List<ValueTarget>,
    /// A file with more targets.
    pub(crate) target_file_path: Str,
    pub(crate) mark: Mark,
}

record!(ValueAddConfig {
    "value" => value,
    "targets" => targets,
    "targetFilePath" => target_file_path,
});

/// Where a `ValueAddTransformer` puts its value.
#[derive(Clone, Default)]
pub(crate) struct ValueTarget {
    /// `None` is every resource.
    pub(crate) selector: Option<Selector>,
    pub(crate) field_path: Str,
    pub(crate) file_path_position: Located<i64>,
    pub(crate) mark: Mark,
}

record!(ValueTarget {
    "selector" => selector,
    "fieldPath" => field_path,
    "filePathPosition" => file_path_position,
});

/// The file that a `targetFilePath` names.
#[derive(Default)]
struct ValueTargets {
    targets: List<ValueTarget>,
    mark: Mark,
}

record!(ValueTargets { "targets" => targets, });

/// The targets of the file that a `targetFilePath` names.
///
/// # Errors
/// Located in `source`: what cannot be read, a wrong type
/// ([`ErrorKind::FieldType`](crate::ErrorKind::FieldType)).
pub(crate) fn read_value_targets(source: &Source, limits: &Limits) -> Result<List<ValueTarget>> {
    read_file::<ValueTargets>(source, limits, Mode::FILE).map(|file| file.targets)
}

/// A `ConfigMapGenerator` or `SecretGenerator`: an entry of `configMapGenerator` or
/// `secretGenerator`, with the name and the namespace of the configuration where it gives none.
#[derive(Clone, Default)]
pub(crate) struct GeneratorConfig<A> {
    metadata: ObjectMeta,
    args: A,
}

impl<A: Decode> Decode for GeneratorConfig<A> {
    fn decode(&mut self, value: &Value, mode: Mode) -> Result<()> {
        for member in value.members() {
            if known(&["metadata"], &member.key).is_some() {
                self.metadata
                    .decode(&member.value, mode)
                    .map_err(|error| error.inside(&member.key))?;
            }
        }
        self.args.decode(value, mode.embedded(true))
    }

    fn is_zero(&self) -> bool {
        self.metadata.is_zero() && self.args.is_zero()
    }

    fn passed_over(&mut self, value: &Value, mode: Mode, errors: &mut Vec<Error>) {
        self.args.passed_over(value, mode, errors);
    }
}

impl<A: AsMut<GeneratorArgs>> GeneratorConfig<A> {
    /// The entry that it stands for.
    pub(crate) fn into_args(mut self) -> A {
        self.args.as_mut().name_by(self.metadata);
        self.args
    }
}

/// An `IAMPolicyGenerator`: a service account of Kubernetes that acts as one of a cloud.
#[derive(Clone, Default)]
pub(crate) struct ServiceAccountConfig {
    /// `gke`
    pub(crate) cloud: Str,
    pub(crate) kubernetes_service: KubernetesAccount,
    pub(crate) service_account: CloudAccount,
    pub(crate) mark: Mark,
}

record!(ServiceAccountConfig {
    embedded {
        "cloud" => cloud,
        "kubernetesService" => kubernetes_service,
        "serviceAccount" => service_account,
    }
});

/// The service account of Kubernetes.
#[derive(Clone, Default)]
pub(crate) struct KubernetesAccount {
    pub(crate) name: Str,
    pub(crate) namespace: Str,
    pub(crate) mark: Mark,
}

record!(KubernetesAccount {
    "name" => name,
    "namespace" => namespace,
});

/// The service account of the cloud.
#[derive(Clone, Default)]
pub(crate) struct CloudAccount {
    pub(crate) name: Str,
    pub(crate) project_id: Str,
    pub(crate) mark: Mark,
}

record!(CloudAccount {
    "name" => name,
    "projectId" => project_id,
});

/// A `HelmChartInflationGenerator`: a chart and what else holds for all charts.
#[derive(Clone, Default)]
pub(crate) struct ChartConfig {
    pub(crate) globals: HelmGlobals,
    pub(crate) chart: HelmChart,
    pub(crate) mark: Mark,
}

record!(ChartConfig {
    embedded {
        "chartHome" => globals.chart_home,
        "configHome" => globals.config_home,
        "name" => chart.name,
        "version" => chart.version,
        "repo" => chart.repo,
        "releaseName" => chart.release_name,
        "namespace" => chart.namespace,
        "additionalValuesFiles" => chart.additional_values_files,
        "valuesFile" => chart.values_file,
        "valuesInline" => chart.values_inline,
        "valuesMerge" => chart.values_merge,
        "includeCRDs" => chart.include_crds,
        "skipHooks" => chart.skip_hooks,
        "apiVersions" => chart.api_versions,
        "kubeVersion" => chart.kube_version,
        "nameTemplate" => chart.name_template,
        "skipTests" => chart.skip_tests,
        "debug" => chart.debug,
        "devel" => chart.devel,
    }
});

/// What a KRM function is, as the annotation `config.kubernetes.io/function` of its configuration
/// says (`runtimeutil.FunctionSpec` in kyaml).
#[derive(Clone, Default)]
pub(crate) struct FunctionSpec {
    pub(crate) defer_failure: bool,
    pub(crate) container: ContainerSpec,
    pub(crate) exec: ExecSpec,
    pub(crate) mark: Mark,
}

record!(FunctionSpec {
    "deferFailure" => defer_failure,
    "container" => container,
    "exec" => exec,
});

/// A function that is a container.
#[derive(Clone, Default)]
pub(crate) struct ContainerSpec {
    pub(crate) image: Str,
    pub(crate) network: bool,
    pub(crate) mounts: List<StorageMount>,
    pub(crate) envs: List<Text>,
    pub(crate) mark: Mark,
}

record!(ContainerSpec {
    "image" => image,
    "network" => network,
    "mounts" => mounts,
    "envs" => envs,
});

/// What a container sees of the file system.
#[derive(Clone, Default)]
pub(crate) struct StorageMount {
    pub(crate) mount_type: Text,
    pub(crate) src: Str,
    pub(crate) dst: Text,
    pub(crate) read_write: bool,
    pub(crate) mark: Mark,
}

record!(StorageMount {
    "type" => mount_type,
    "src" => src,
    "dst" => dst,
    "rw" => read_write,
});

/// A function that is a program.
#[derive(Clone, Default)]
pub(crate) struct ExecSpec {
    pub(crate) path: Str,
    pub(crate) args: List<Text>,
    pub(crate) envs: List<Text>,
    pub(crate) mark: Mark,
}

record!(ExecSpec {
    "path" => path,
    "args" => args,
    "envs" => envs,
});

impl FunctionSpec {
    /// Reads the text of the annotation (sigs.k8s.io/yaml's `UnmarshalStrict`).
    ///
    /// # Errors
    /// Located in `source`, as those of a file under `configurations`.
    pub(crate) fn read(source: &Source, limits: &Limits) -> Result<Self> {
        read_file(source, limits, Mode::CONFIGURATION)
    }

    /// Reads `metadata.configFn`, where older configurations have it.
    ///
    /// # Errors
    /// With a mark, as those of a file under `configurations`.
    pub(crate) fn of_node(node: &Node) -> Result<Self> {
        let mut spec = Self::default();
        spec.decode(&Value::of(node, Mode::PLUGIN.dialect)?, Mode::CONFIGURATION)?;
        Ok(spec)
    }

    /// A container, which the oldest configurations name by itself.
    pub(crate) fn of_image(image: Text, mark: Mark) -> Self {
        let image = Str { value: image, mark };
        Self {
            container: ContainerSpec {
                image,
                mark,
                ..ContainerSpec::default()
            },
            mark,
            ..Self::default()
        }
    }
}
