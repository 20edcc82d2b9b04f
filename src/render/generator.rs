//! What makes resources: an entry of a kustomization's generators, or the configuration of a
//! plugin.

use std::borrow::Cow;

use super::outside::{self, Function};
use super::session::Session;
use super::target::Target;
use crate::error::Result;
use crate::generate::{self, Generated, Wanted};
use crate::kustomization::{
    ChartConfig, ConfigMapArgs, GeneratorOptions, SecretArgs, ServiceAccountConfig,
};
use crate::resource::Resource;
use crate::schema::Schema;

/// One generator, with the `generatorOptions` that hold for it.
pub(super) enum Generator<'k> {
    ConfigMap(Cow<'k, ConfigMapArgs>, Option<&'k GeneratorOptions>),
    Secret(Cow<'k, SecretArgs>, Option<&'k GeneratorOptions>),
    ServiceAccount(ServiceAccountConfig),
    Chart(Box<ChartConfig>),
    Function(Box<Function>),
}

impl Generator<'_> {
    /// What it makes; files are those of the target's directory.
    pub(super) fn run(
        &self,
        session: &mut Session<'_>,
        target: &Target,
        schema: &Schema,
    ) -> Result<Vec<Resource>> {
        let mut load = |wanted: Wanted<'_>| {
            let Wanted { path, key, mark } = wanted;
            let loaded = session.load_as(&target.place, path, key);
            loaded
                .map(|loaded| (loaded.content().clone(), loaded.mark(mark)))
                .map_err(|error| session.located(error, mark))
        };
        let Generated {
            node,
            behavior,
            needs_hash,
            warnings,
        } = match self {
            Self::ConfigMap(args, options) => generate::config_map(args, *options, &mut load)?,
            Self::Secret(args, options) => generate::secret(args, *options, &mut load)?,
            Self::ServiceAccount(config) => generate::service_account(config)?,
            Self::Chart(config) => return outside::chart(session, target, config, schema),
            Self::Function(function) => return function.generate(session, schema),
        };
        session.warnings.extend(warnings);
        let mut resource = Resource::new(node, schema);
        let history = resource.history_mut();
        history.behavior = behavior;
        history.needs_hash = needs_hash;
        Ok(vec![resource])
    }
}
