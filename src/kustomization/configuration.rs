//! The files of `configurations`: rows that are added to the tables of the transformers.

use super::decode::{List, record};
use super::field_spec::FieldSpec;
use super::mode::Mode;
use super::read_file;
use crate::error::Result;
use crate::limits::Limits;
use crate::resource::Gvk;
use crate::source::{Mark, Source};

/// The fields that each transformer writes to, as a file lists them
/// (`builtinconfig.TransformerConfig` in kustomize).
#[derive(Default)]
pub(crate) struct Configuration {
    pub(crate) name_prefix: List<FieldSpec>,
    pub(crate) name_suffix: List<FieldSpec>,
    pub(crate) namespace: List<FieldSpec>,
    pub(crate) common_labels: List<FieldSpec>,
    pub(crate) labels: List<FieldSpec>,
    pub(crate) template_labels: List<FieldSpec>,
    pub(crate) common_annotations: List<FieldSpec>,
    pub(crate) name_reference: List<BackReferences>,
    pub(crate) var_reference: List<FieldSpec>,
    pub(crate) images: List<FieldSpec>,
    pub(crate) replicas: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(Configuration {
    "namePrefix" => name_prefix,
    "nameSuffix" => name_suffix,
    "namespace" => namespace,
    "commonLabels" => common_labels,
    "labels" => labels,
    "templateLabels" => template_labels,
    "commonAnnotations" => common_annotations,
    "nameReference" => name_reference,
    "varReference" => var_reference,
    "images" => images,
    "replicas" => replicas,
});

/// The fields in which resources of a type are named (`builtinconfig.NameBackReferences`).
#[derive(Clone, Default)]
pub(crate) struct BackReferences {
    /// The type that is named; an empty part stands for anything.
    pub(crate) target: Gvk,
    pub(crate) field_specs: List<FieldSpec>,
    pub(crate) mark: Mark,
}

record!(BackReferences {
    "fieldSpecs" => field_specs,
    embedded {
        "group" => target.group,
        "version" => target.version,
        "kind" => target.kind,
    }
});

impl Configuration {
    /// Reads such a file: its first document, nothing from an empty one.
    ///
    /// # Errors
    /// Located in `source`: a text that is not YAML, two equal keys, a field that does not exist
    /// ([`ErrorKind::UnknownField`](crate::ErrorKind::UnknownField)) or holds another type than it
    /// should ([`ErrorKind::FieldType`](crate::ErrorKind::FieldType)).
    pub(crate) fn read(source: &Source, limits: &Limits) -> Result<Self> {
        read_file(source, limits, Mode::CONFIGURATION)
    }
}
