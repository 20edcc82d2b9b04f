//! Service accounts of Kubernetes that act as one of a cloud.

use super::Generated;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::ServiceAccountConfig;
use crate::limits::Limits;
use crate::source::{Mark, Source, SourceId};
use crate::yaml::{self, Node, Value};

/// Generates a ServiceAccount that is bound to one of Google's cloud (`IAMPolicyGenerator` in
/// kustomize). As there, the names are parts of a YAML text, so that `5` is a number.
///
/// # Errors
/// [`ErrorKind::Generator`] for another cloud, or names that make no YAML.
pub(crate) fn service_account(config: &ServiceAccountConfig) -> Result<Generated> {
    if *config.cloud.value != *"gke" {
        let mark = match config.cloud.is_empty() {
            true => config.mark,
            false => config.cloud.mark,
        };
        let message = "there are service accounts for the `cloud` `gke` only";
        return Err(Error::marked(ErrorKind::Generator, mark, message));
    }
    let mut text = format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    \
         iam.gke.io/gcp-service-account: {}@{}.iam.gserviceaccount.com\n  name: {}\n",
        *config.service_account.name,
        *config.service_account.project_id,
        *config.kubernetes_service.name,
    );
    let namespace = &config.kubernetes_service.namespace;
    if !namespace.is_empty() {
        text.push_str(&format!("\n  namespace: {}", **namespace));
    }
    let node = Source::new(SourceId::default(), "", text)
        .and_then(|source| yaml::read_first(&source, &Limits::default()));
    let Ok(Some(mut node)) = node else {
        let message = "the names for this service account make no YAML: remove their quotes, \
                       colons and line breaks";
        return Err(Error::marked(ErrorKind::Generator, config.mark, message));
    };
    mark_all(&mut node, config.mark);
    Ok(Generated {
        node,
        behavior: None,
        needs_hash: false,
        warnings: Vec::new(),
    })
}

/// Says of all nodes where they were asked for.
fn mark_all(node: &mut Node, mark: Mark) {
    node.set_mark(mark);
    match node.value_mut() {
        Value::Scalar(_) => {}
        Value::Sequence(list) => {
            for item in list.items_mut() {
                mark_all(item, mark);
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping.entries_mut() {
                mark_all(&mut entry.key, mark);
                mark_all(&mut entry.value, mark);
            }
        }
    }
}
