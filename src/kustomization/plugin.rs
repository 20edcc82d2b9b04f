//! The configurations of the builtin plugins (`api/internal/builtins` in kustomize).
//!
//! Each is a resource with `apiVersion: builtin`; what the fields mean is for the transformers and
//! generators to say.

use super::decode::{List, Located, Mode, Pairs, Str, record};
use super::entry::{Image, ObjectMeta, Replica, Selector};
use super::field_spec::FieldSpec;
use super::generator::{ConfigMapArgs, SecretArgs};
use super::read_file;
use super::replacement::ReplacementField;
use crate::error::Result;
use crate::limits::Limits;
use crate::source::{Mark, Source};

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

/// A `ConfigMapGenerator`: the fields of an entry of `configMapGenerator`, with the name and the
/// namespace of the configuration where it gives none.
#[derive(Clone, Default)]
pub(crate) struct ConfigMapConfig {
    metadata: ObjectMeta,
    args: ConfigMapArgs,
    mark: Mark,
}

record!(ConfigMapConfig {
    "metadata" => metadata,
    embedded {
        "namespace" => args.args.namespace,
        "name" => args.args.name,
        "behavior" => args.args.behavior,
        "literals" => args.args.literals,
        "files" => args.args.files,
        "envs" => args.args.envs,
        "env" => args.args.env,
        "options" => args.args.options,
    }
});

impl ConfigMapConfig {
    pub(crate) fn into_args(self) -> ConfigMapArgs {
        let mut args = self.args;
        args.args.name_by(self.metadata);
        args.mark = self.mark;
        args
    }
}

/// A `SecretGenerator`, as [`ConfigMapConfig`].
#[derive(Clone, Default)]
pub(crate) struct SecretConfig {
    metadata: ObjectMeta,
    args: SecretArgs,
    mark: Mark,
}

record!(SecretConfig {
    "metadata" => metadata,
    embedded {
        "type" => args.secret_type,
        "namespace" => args.args.namespace,
        "name" => args.args.name,
        "behavior" => args.args.behavior,
        "literals" => args.args.literals,
        "files" => args.args.files,
        "envs" => args.args.envs,
        "env" => args.args.env,
        "options" => args.args.options,
    }
});

impl SecretConfig {
    pub(crate) fn into_args(self) -> SecretArgs {
        let mut args = self.args;
        args.args.name_by(self.metadata);
        args.mark = self.mark;
        args
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
