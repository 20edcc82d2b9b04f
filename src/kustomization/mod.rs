//! The typed kustomization file.

mod field_spec;

pub(crate) use field_spec::FieldSpec;
