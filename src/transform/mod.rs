//! Transformers: what a kustomization asks for besides patches, done to all resources that were
//! accumulated.
//!
//! Each is a function on a [`ResourceSet`](crate::resource::ResourceSet), a table of fields to
//! write to and what the kustomization says; what they write carries the mark of the entry that
//! asked for it. Nothing here knows of files.

pub(crate) mod field_spec;
mod hash;
mod images;
mod name_reference;
mod namespace;
mod pairs;
mod prefix_suffix;
mod replicas;
mod sort;

pub(crate) use field_spec::Config;
pub(crate) use hash::hash;
pub(crate) use images::{Image, images};
pub(crate) use name_reference::fix_name_references;
pub(crate) use namespace::{Namespace, Subjects, namespace};
pub(crate) use pairs::{Pair, pairs};
pub(crate) use prefix_suffix::{prefix, suffix};
pub(crate) use replicas::{Replica, replicas};
pub(crate) use sort::{Order, sort};

use crate::source::Mark;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Node, Resolved, Tag, Text};

/// Writes a text whose type is decided when it is printed, as kustomize writes names and images.
/// Where that makes something else of a string, a warning says so.
fn set_untyped(node: &mut Node, text: Text, mark: Mark, warnings: &mut Vec<Warning>) {
    let was_string = is_string(node);
    node.set_scalar(Tag::None, text, mark);
    if was_string && !is_string(node) {
        let message = "what this makes of a string is no string: kustomize prints it without quotes; \
                       quote the field where it is written";
        warnings.push(Warning::new(WarningKind::TypeChanged, mark, message));
    }
}

fn is_string(node: &Node) -> bool {
    let resolved = node.as_scalar().map(|scalar| scalar.resolve());
    matches!(resolved, Some(Ok(Resolved::Str(_))))
}

#[cfg(test)]
mod testing;
