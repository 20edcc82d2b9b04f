//! The entries of `configMapGenerator` and `secretGenerator` (`types.GeneratorArgs`).

use super::decode::{List, Pairs, Str, record};
use super::entry::ObjectMeta;
use crate::source::Mark;

/// What a ConfigMap or a Secret is generated from.
#[derive(Clone, Default)]
pub(crate) struct GeneratorArgs {
    pub(crate) namespace: Str,
    pub(crate) name: Str,
    /// `create`, `replace` or `merge`; any other text says nothing.
    pub(crate) behavior: Str,
    /// `key=value`
    pub(crate) literals: List<Str>,
    /// `path` or `key=path`
    pub(crate) files: List<Str>,
    /// Paths of files of `key=value` lines.
    pub(crate) envs: List<Str>,
    /// One more of them, in the deprecated field.
    pub(super) env: Str,
    pub(crate) options: Option<GeneratorOptions>,
}

/// An entry of `configMapGenerator`.
#[derive(Clone, Default)]
pub(crate) struct ConfigMapArgs {
    pub(crate) args: GeneratorArgs,
    pub(crate) mark: Mark,
}

impl AsMut<GeneratorArgs> for ConfigMapArgs {
    fn as_mut(&mut self) -> &mut GeneratorArgs {
        &mut self.args
    }
}

record!(ConfigMapArgs {
    embedded {
        "namespace" => args.namespace,
        "name" => args.name,
        "behavior" => args.behavior,
        "literals" => args.literals,
        "files" => args.files,
        "envs" => args.envs,
        "env" => args.env,
        "options" => args.options,
    }
});

/// An entry of `secretGenerator`.
#[derive(Clone, Default)]
pub(crate) struct SecretArgs {
    pub(crate) args: GeneratorArgs,
    /// `type`, `Opaque` if empty.
    pub(crate) secret_type: Str,
    pub(crate) mark: Mark,
}

impl AsMut<GeneratorArgs> for SecretArgs {
    fn as_mut(&mut self) -> &mut GeneratorArgs {
        &mut self.args
    }
}

record!(SecretArgs {
    "type" => secret_type,
    embedded {
        "namespace" => args.namespace,
        "name" => args.name,
        "behavior" => args.behavior,
        "literals" => args.literals,
        "files" => args.files,
        "envs" => args.envs,
        "env" => args.env,
        "options" => args.options,
    }
});

/// `generatorOptions`, and the `options` of one entry.
#[derive(Clone, Default)]
pub(crate) struct GeneratorOptions {
    pub(crate) labels: Pairs,
    pub(crate) annotations: Pairs,
    pub(crate) disable_name_suffix_hash: bool,
    pub(crate) immutable: super::decode::Located<bool>,
    pub(crate) mark: Mark,
}

record!(GeneratorOptions {
    "labels" => labels,
    "annotations" => annotations,
    "disableNameSuffixHash" => disable_name_suffix_hash,
    "immutable" => immutable,
});

impl GeneratorArgs {
    /// Brings the deprecated `env` to the end of `envs`.
    pub(super) fn fix(&mut self) {
        if !self.env.is_empty() {
            let env = std::mem::take(&mut self.env);
            let mark = env.mark;
            self.envs.push(env, mark);
        }
    }

    /// Takes name and namespace from the configuration of a plugin where it has none.
    pub(super) fn name_by(&mut self, metadata: ObjectMeta) {
        for (own, other) in [
            (&mut self.name, metadata.name),
            (&mut self.namespace, metadata.namespace),
        ] {
            if own.is_empty() {
                *own = other;
            }
        }
    }

    /// Its options and those of all generators together: its own labels and annotations win, and
    /// what either switches on is on (`MergeGlobalOptionsIntoLocal`).
    pub(crate) fn merged_options(&self, global: Option<&GeneratorOptions>) -> GeneratorOptions {
        let mut options = self.options.clone().unwrap_or_default();
        let Some(global) = global else {
            return options;
        };
        for (own, all) in [
            (&mut options.labels, &global.labels),
            (&mut options.annotations, &global.annotations),
        ] {
            for (key, value) in all {
                if own.get(key).is_none() {
                    own.insert(key.clone(), value.clone());
                }
            }
        }
        options.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        if global.immutable.value {
            options.immutable = global.immutable.clone();
        }
        options
    }
}
