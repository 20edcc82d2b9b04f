//! What happens to a kustomization between its reading and its use: deprecated fields, defaults,
//! and the checks (`CheckDeprecatedFields`, `FixKustomization`, `CheckEmpty`, `EnforceFields`).

use super::decode::{Decode, List, Record};
use super::mode::known;
use super::value::{Kind, Value};
use super::{Kustomization, helm};
use crate::error::{Error, ErrorKind, Result};
use crate::warning::{Warning, WarningKind};
use crate::yaml::Text;

const KUSTOMIZATION: &str = "Kustomization";
const COMPONENT: &str = "Component";

/// The deprecated fields and those that replace them, in the order in which the reference warns.
const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// Warns of deprecated fields that are not null, be they empty.
pub(super) fn warn(value: &Value, warnings: &mut Vec<Warning>) {
    let Kind::Map(members) = &value.kind else {
        return;
    };
    for (old, new) in DEPRECATED {
        let mut written = members.iter().filter(|member| {
            known(Kustomization::NAMES, &member.key) == Some(old) && member.value.kind != Kind::Null
        });
        if let Some(member) = written.next() {
            let message = format!("`{old}` is deprecated: use `{new}`");
            warnings.push(Warning::new(
                WarningKind::DeprecatedField,
                member.mark,
                message,
            ));
        }
    }
}

impl Kustomization {
    /// Fills in defaults and moves the content of deprecated fields to the end of today's.
    pub(super) fn fix(&mut self) {
        if self.kind.is_empty() {
            self.kind.value = Text::from_static(KUSTOMIZATION);
        }
        if self.api_version.is_empty() {
            self.api_version.value = Text::from_static(self.required_version());
        }
        self.resources.append(std::mem::take(&mut self.bases));
        self.images.append(std::mem::take(&mut self.image_tags));
        for entry in self.config_map_generator.items_mut() {
            entry.args.fix();
        }
        for entry in self.secret_generator.items_mut() {
            entry.args.fix();
        }
        for entry in self.replacements.items_mut() {
            // The reference prints the entries and reads them again, which loses `[]`.
            if entry.replacement.targets.is_empty() {
                entry.replacement.targets = List::default();
            }
        }
        let old = std::mem::take(&mut self.helm_chart_inflation_generator);
        let (charts, globals) = helm::split(old);
        if self.helm_globals.is_none() && !globals.is_zero() {
            self.helm_globals = Some(globals);
        }
        self.helm_charts.append(charts);
    }

    /// Refuses one that says nothing, and one that is something else.
    pub(super) fn check(&mut self) -> Result<()> {
        let kind = std::mem::take(&mut self.kind);
        let api_version = std::mem::take(&mut self.api_version);
        let is_empty = self.is_zero();
        (self.kind, self.api_version) = (kind, api_version);
        if is_empty {
            let message = "the kustomization is empty: list resources, or remove the file";
            return Err(Error::marked(
                ErrorKind::EmptyKustomization,
                self.mark,
                message,
            ));
        }
        if *self.kind.value != *KUSTOMIZATION && !self.is_component() {
            let message = format!("`kind` must be `{KUSTOMIZATION}` or `{COMPONENT}`");
            return Err(Error::marked(
                ErrorKind::NotAKustomization,
                self.kind.mark,
                message,
            ));
        }
        let required = self.required_version();
        if *self.api_version.value != *required {
            let message = format!("the `apiVersion` of this kind must be `{required}`");
            return Err(Error::marked(
                ErrorKind::NotAKustomization,
                self.api_version.mark,
                message,
            ));
        }
        Ok(())
    }

    fn required_version(&self) -> &'static str {
        if self.is_component() {
            "kustomize.config.k8s.io/v1alpha1"
        } else {
            "kustomize.config.k8s.io/v1beta1"
        }
    }
}
