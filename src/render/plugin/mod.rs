//! The fields `generators`, `transformers` and `validators`: in come their entries, each a file, a
//! directory to build or YAML that stands in the kustomization; out come generators and
//! transformers (`api/internal/plugins/loader` in the reference).
//!
//! A configuration with `apiVersion: builtin` is one of the builtin plugins, which do what the
//! fields of a kustomization do; one with an annotation that says what to run is a function.

mod builtin;
mod validate;

use super::ahead;
use super::generator::Generator;
use super::origin::origin_of_plugin;
use super::outside::Function;
use super::session::Session;
use super::target::{Accumulator, Target, Targets};
use super::transformer::{Step, Transformer};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Origin, Str};
use crate::resource::{Resource, read_resources};
use crate::schema::Schema;
use crate::source::Mark;

impl Targets<'_, '_> {
    /// The generators of the field `generators`, each with the place of its configuration and
    /// its origin.
    pub(super) fn plugin_generators(
        &mut self,
        target: &Target,
    ) -> Result<Vec<(Generator<'static>, Mark, Option<Origin>)>> {
        let entries = &target.kustomization.generators;
        let mut generators = Vec::new();
        for config in self.configs(target, entries)? {
            let mark = config.node().mark();
            let generator = match is_builtin(&config) {
                true => builtin::generator(&config, &mut self.session.warnings)?,
                false => {
                    let function = self.function(target, &config)?;
                    Some(Generator::Function(Box::new(function)))
                }
            };
            let generator = generator.ok_or_else(|| match builtin::is_known(&config) {
                true => misplaced(
                    &config,
                    "transforms resources; list it under `transformers`",
                ),
                false => unknown(&config),
            })?;
            generators.push((generator, mark, origin_of_plugin(&config)?));
        }
        Ok(generators)
    }

    /// The transformers of the field `transformers`.
    pub(super) fn plugin_transformers(&mut self, target: &Target) -> Result<Vec<Step>> {
        let all = self.transformers_of(target, &target.kustomization.transformers)?;
        Ok(all.into_iter().map(|(step, _)| step).collect())
    }

    /// The transformers of a list of entries, each with the place of its configuration.
    fn transformers_of(&mut self, target: &Target, entries: &[Str]) -> Result<Vec<(Step, Mark)>> {
        let mut steps = Vec::new();
        for config in self.configs(target, entries)? {
            let known = match is_builtin(&config) {
                true => builtin::transformers(self.session, target, &config, &self.schema)?,
                false => {
                    let function = self.function(target, &config)?;
                    Some(vec![Transformer::Function(Box::new(function))])
                }
            };
            let known = known.ok_or_else(|| match builtin::is_known(&config) {
                true => misplaced(&config, "generates resources; list it under `generators`"),
                false => unknown(&config),
            })?;
            let mark = config.node().mark();
            let step = Step {
                transformers: known,
                mark,
                origin: origin_of_plugin(&config)?,
            };
            steps.push((step, mark));
        }
        Ok(steps)
    }

    /// The function that a configuration asks for; nothing else can be a plugin that is not
    /// builtin.
    fn function(&mut self, target: &Target, config: &Resource) -> Result<Function> {
        let function = Function::of(self.session, target, config)?;
        function.ok_or_else(|| external(config))
    }

    /// The configurations that entries name: first those that stand in the kustomization, then
    /// those of files and directories.
    fn configs(&mut self, target: &Target, entries: &[Str]) -> Result<Vec<Resource>> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = Accumulator::new(&self.schema);
        let mut paths = Vec::new();
        for entry in entries {
            match inline(self.session, target, entry, &self.schema) {
                Ok(configs) => {
                    for mut config in configs {
                        self.annotate_inline(target, &mut config);
                        all.set.push(config)?;
                    }
                }
                // No path has several lines: the text was meant.
                Err(error) if entry.contains('\n') => return Err(error),
                Err(_) => paths.push(entry),
            }
        }
        for entry in paths {
            all = self
                .resource(target, entry, ahead::Entry::Unknown, all)
                .map_err(|error| self.session.located(error, entry.mark))?;
        }
        let configs = all.set.into_resources();
        for config in &configs {
            self.session.note_settings(config.node().mark().source);
        }
        Ok(configs)
    }
}

fn inline(
    session: &mut Session<'_>,
    target: &Target,
    entry: &Str,
    schema: &Schema,
) -> Result<Vec<Resource>> {
    let source = session.embedded(target, entry, entry)?;
    read_resources(&source, &session.options.limits, schema)
}

fn is_builtin(config: &Resource) -> bool {
    config.gvk().group().is_empty() && config.gvk().version() == "builtin"
}

#[cold]
fn unknown(config: &Resource) -> Error {
    let kind = config.gvk().kind();
    let message = match builtin::nearest(kind) {
        Some(name) => format!("there is no builtin plugin `{kind}`: did you mean `{name}`?"),
        None => format!("there is no builtin plugin `{kind}`: remove it"),
    };
    Error::marked(ErrorKind::Plugin, config.node().mark(), message)
}

#[cold]
fn misplaced(config: &Resource, what: &str) -> Error {
    let message = format!("a {} {what}", config.gvk().kind());
    Error::marked(ErrorKind::Plugin, config.node().mark(), message)
}

#[cold]
fn external(config: &Resource) -> Error {
    let message = format!(
        "{} is no plugin: builtin ones have `apiVersion: builtin`, functions the annotation \
         `config.kubernetes.io/function`",
        config.id()
    );
    Error::marked(ErrorKind::Plugin, config.node().mark(), message)
}
