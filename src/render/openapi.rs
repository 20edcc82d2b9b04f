//! The fields `openapi` and `crds`: what a kustomization says about types.

use super::target::{Target, Targets};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;
use crate::source::Source;
use crate::transform::Config;
use crate::yaml::{self, Node};

/// The rules of Kubernetes that are built in.
const BUILT_IN: &str = "v1.21.2";

impl Targets<'_, '_> {
    /// Chooses the rules that a kustomization asks for with `openapi`, if none were chosen before:
    /// those of an overlay count for its bases, and of two bases the first decides
    /// (`openapi.SetSchema` in kyaml).
    pub(super) fn choose_schema(&mut self, target: &Target) -> Result<()> {
        let openapi = &target.kustomization.openapi;
        let version = openapi.get("version");
        let document = match openapi.get("path") {
            Some(path) => Some((path, self.session.load_source(&target.place, path)?)),
            None => None,
        };
        if self.schema.is_chosen() {
            return Ok(());
        }
        let fail =
            |at: &Str, message: String| Err(Error::marked(ErrorKind::Schema, at.mark, message));
        match (document, version) {
            (Some((path, _)), Some(_)) => fail(
                path,
                "`openapi` has a `path` and a `version`; remove one".to_owned(),
            ),
            (Some((path, source)), None) => {
                let chosen = self.choose_document(path, &source);
                let chosen = chosen.map_err(|error| self.session.located(error, path.mark));
                // The reference reads it only where it must know more than it is born with.
                self.broken_schema = chosen.err();
                Ok(())
            }
            (None, Some(version)) if **version == *BUILT_IN => {
                self.schema.choose_builtin();
                Ok(())
            }
            (None, Some(version)) if !version.is_empty() => fail(
                version,
                format!(
                    "only the version `{BUILT_IN}` is built in; for another, bring the document and name it in `path`"
                ),
            ),
            (None, _) => Ok(()),
        }
    }

    fn choose_document(&self, path: &Str, source: &Source) -> Result<()> {
        let document = read(path, source, &self.session.options.limits, 1);
        let (document, error) = match document {
            Ok(document) => (document, None),
            Err(error) => (Node::null(), Some(error)),
        };
        let chosen = self.schema.choose_custom(&document);
        match error {
            Some(error) => Err(error),
            None => chosen.map_err(|error| error.locate_in(source)),
        }
    }

    /// What was wrong with the document of `openapi`, if anybody needed it.
    pub(super) fn check_schema(&mut self) -> Result<()> {
        match self.broken_schema.take_if(|_| self.schema.is_used()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The tables of the files under `crds`, to be merged into the others.
    pub(super) fn crds(&mut self, target: &Target) -> Result<Config> {
        let mut all = Config::empty();
        for path in &target.kustomization.crds {
            let source = self.session.load_source(&target.place, path)?;
            // Above the schemas are only the names of types and what is said of each.
            let document = read(path, &source, &self.session.options.limits, 3);
            all = document
                .and_then(|document| Config::of_crds(&document))
                .map_err(|error| error.locate_in(&source))
                .and_then(|config| all.merge(&config))
                .map_err(|error| self.session.located(error, path.mark))?;
        }
        Ok(all)
    }
}

fn read(path: &Str, source: &Source, limits: &crate::Limits, strict_from: usize) -> Result<Node> {
    if source.bytes().is_empty() {
        let message = format!("{} is empty; it should describe types", **path);
        return Err(Error::marked(ErrorKind::Schema, path.mark, message));
    }
    yaml::read_json_or_yaml(source, limits, strict_from)
}
