//! Replacements, in a kustomization or in a file of their own (`types.Replacement`).

use super::decode::{Decode, List, Located, Str, mismatch, record, warn_of_ignored};
use super::entry::Selector;
use super::mode::Mode;
use super::value::{Kind, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::{Mark, Source};
use crate::warning::Warning;

/// Copies a field of one resource, or a text, to fields of others.
#[derive(Clone, Default)]
pub(crate) struct Replacement {
    pub(crate) source: Option<SourceSelector>,
    /// A text to copy in place of a source's field.
    pub(crate) source_value: Option<Str>,
    pub(crate) targets: List<TargetSelector>,
    pub(crate) mark: Mark,
}

record!(Replacement {
    "source" => source,
    "targets" => targets,
    "sourceValue" => source_value,
});

/// An entry of `replacements`: a replacement, or the path of a file of them.
#[derive(Clone, Default)]
pub(crate) struct ReplacementField {
    pub(crate) replacement: Replacement,
    pub(crate) path: Str,
    pub(crate) mark: Mark,
}

record!(ReplacementField {
    "path" => path,
    embedded {
        "source" => replacement.source,
        "targets" => replacement.targets,
        "sourceValue" => replacement.source_value,
    }
});

impl ReplacementField {
    /// The path of the file that holds the replacements, if this entry names one.
    ///
    /// # Errors
    /// [`ErrorKind::Replacement`] if it says besides what to replace.
    pub(crate) fn file(&self) -> Result<Option<&Str>> {
        if self.path.is_empty() {
            return Ok(None);
        }
        if self.replacement.source.is_some() || !self.replacement.targets.is_empty() {
            let message = "a replacement has either a `path` or a source and targets: remove one";
            return Err(Error::marked(ErrorKind::Replacement, self.mark, message));
        }
        Ok(Some(&self.path))
    }
}

/// The field that is copied. Its resource is chosen by exact values.
#[derive(Clone, Default)]
pub(crate) struct SourceSelector {
    pub(crate) group: Str,
    pub(crate) version: Str,
    pub(crate) kind: Str,
    pub(crate) name: Str,
    pub(crate) namespace: Str,
    pub(crate) field_path: Str,
    pub(crate) options: Option<FieldOptions>,
    pub(crate) mark: Mark,
}

record!(SourceSelector {
    "fieldPath" => field_path,
    "options" => options,
    embedded {
        "group" => group,
        "version" => version,
        "kind" => kind,
        "name" => name,
        "namespace" => namespace,
    }
});

/// The fields that are written.
#[derive(Clone, Default)]
pub(crate) struct TargetSelector {
    pub(crate) select: Option<Selector>,
    pub(crate) reject: List<Selector>,
    pub(crate) field_paths: List<Str>,
    pub(crate) options: Option<FieldOptions>,
    pub(crate) mark: Mark,
}

record!(TargetSelector {
    "select" => select,
    "reject" => reject,
    "fieldPaths" => field_paths,
    "options" => options,
});

/// Which part of a field's text is meant, and whether a missing field is created.
#[derive(Clone, Default)]
pub(crate) struct FieldOptions {
    pub(crate) delimiter: Str,
    pub(crate) index: Located<i64>,
    /// Read and not used, as in the reference.
    pub(crate) encoding: Str,
    pub(crate) create: bool,
    pub(crate) mark: Mark,
}

record!(FieldOptions {
    "delimiter" => delimiter,
    "index" => index,
    "encoding" => encoding,
    "create" => create,
});

/// The replacements of a file: a list of them or a single one. Fields that are unknown are passed
/// over, as in the reference, and named in `warnings`.
///
/// # Errors
/// Located in `source`: what cannot be read, a wrong type ([`ErrorKind::FieldType`]).
pub(crate) fn read_replacements(
    source: &Source,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<List<Replacement>> {
    let mut passed_over = Vec::new();
    let mut read = || {
        let value = super::read_value(source, limits, Mode::FILE)?;
        let mut list = List::default();
        match value.kind {
            Kind::List(_) => {
                list.decode(&value, Mode::FILE)?;
                list.passed_over(&value, Mode::FILE, &mut passed_over);
            }
            Kind::Map(_) => {
                let mut one = Replacement::default();
                one.decode(&value, Mode::FILE)?;
                one.passed_over(&value, Mode::FILE, &mut passed_over);
                list.push(one, value.mark);
            }
            _ => return Err(expected_replacements(&value)),
        }
        Ok(list)
    };
    let list = read().map_err(|error: Error| error.locate_in(source))?;
    warn_of_ignored(&passed_over, warnings);
    Ok(list)
}

#[cold]
fn expected_replacements(value: &Value) -> Error {
    mismatch("a replacement or a list of them", value)
}
