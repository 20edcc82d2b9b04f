//! The fields of a kustomization as what generates and transforms resources
//! (`kusttarget_configplugin.go` in the reference).

use std::borrow::Cow;

use super::generator::Generator;
use super::patches;
use super::session::Session;
use super::target::Target;
use super::transformer::{self, Transformer};
use crate::error::Result;
use crate::kustomization::{
    ChartConfig, Kustomization, Patch, Replacement, ReplacementField, Str, read_replacements,
};
use crate::schema::Schema;
use crate::source::Mark;
use crate::transform::{self, Config};

/// What the fields generate, in order, each with the place of its entry.
pub(super) fn generators(target: &Target) -> Vec<(Generator<'_>, Mark)> {
    let kustomization = &target.kustomization;
    let options = kustomization.generator_options.as_ref();
    let config_maps = kustomization.config_map_generator.iter().map(|args| {
        let generator = Generator::ConfigMap(Cow::Borrowed(args), options);
        (generator, args.mark)
    });
    let secrets = kustomization.secret_generator.iter().map(|args| {
        let generator = Generator::Secret(Cow::Borrowed(args), options);
        (generator, args.mark)
    });
    let charts = kustomization.helm_charts.iter().map(|chart| {
        let mut config = ChartConfig {
            globals: kustomization.helm_globals.clone().unwrap_or_default(),
            chart: chart.clone(),
            mark: chart.mark,
        };
        if config.chart.namespace.is_empty() {
            config.chart.namespace.value = target.helm_namespace();
        }
        (Generator::Chart(Box::new(config)), chart.mark)
    });
    config_maps.chain(secrets).chain(charts).collect()
}

/// What the fields do to resources, in the order in which the reference does it; all files that
/// they name are read.
pub(super) fn transformers(
    session: &mut Session<'_>,
    target: &Target,
    config: &Config,
    schema: &Schema,
) -> Result<Vec<Transformer>> {
    let kustomization = &target.kustomization;
    let mut all = Vec::new();
    if let [first, ..] = &*kustomization.patches_strategic_merge {
        let texts = (&*kustomization.patches_strategic_merge, &Str::default());
        let patches = patches::load_strategic(session, target, texts, first.mark, schema)?;
        all.push(Transformer::Patch(Box::new(patches)));
    }
    for entry in &kustomization.patches {
        let patch = patches::load(session, target, entry, schema)?;
        all.extend(patch.map(Box::new).map(Transformer::Patch));
    }
    all.extend(plain(kustomization, config)?);
    for Patch {
        path,
        patch,
        target: selector,
        mark,
        ..
    } in &kustomization.patches_json6902
    {
        let texts = (path, patch);
        let patch = patches::load_json(session, target, selector.as_ref(), texts, *mark)?;
        all.push(Transformer::Patch(Box::new(patch)));
    }
    if !kustomization.replicas.is_empty() {
        let replicas = kustomization.replicas.iter().map(transformer::replica);
        all.push(Transformer::Replicas(
            replicas.collect(),
            config.replicas.clone(),
        ));
    }
    if !kustomization.images.is_empty() {
        let images = kustomization.images.iter().map(transformer::image);
        all.push(Transformer::Images(images.collect(), config.images.clone()));
    }
    if !kustomization.replacements.is_empty() {
        let replacements = replacements(session, target, &kustomization.replacements)?;
        all.push(Transformer::Replacements(replacements));
    }
    Ok(all)
}

/// What needs no files.
fn plain(kustomization: &Kustomization, config: &Config) -> Result<Vec<Transformer>> {
    let mut all = Vec::new();
    let namespace = &kustomization.namespace;
    if !namespace.is_empty() {
        let entry = transform::Namespace {
            name: namespace.value.clone(),
            mark: namespace.mark,
            unset_only: false,
            subjects: transform::Subjects::default(),
        };
        all.push(Transformer::Namespace(entry, config.namespace.clone()));
    }
    let (prefix, suffix) = (&kustomization.name_prefix, &kustomization.name_suffix);
    if !prefix.is_empty() {
        let fields = config.name_prefix.clone();
        all.push(Transformer::Prefix(prefix.clone(), fields));
    }
    if !suffix.is_empty() {
        let fields = config.name_suffix.clone();
        all.push(Transformer::Suffix(suffix.clone(), fields));
    }
    for label in &kustomization.labels {
        let fields = label.fields.iter().cloned();
        let selectors = label.include_selectors;
        let fields = config
            .label_fields(fields, selectors, label.include_templates)
            .map_err(|error| error.mark_at(label.mark))?;
        all.push(Transformer::Pairs(transformer::pairs(&label.pairs), fields));
    }
    for (pairs, fields) in [
        (&kustomization.common_labels, &config.common_labels),
        (
            &kustomization.common_annotations,
            &config.common_annotations,
        ),
    ] {
        if !pairs.is_empty() {
            let pairs = transformer::pairs(pairs);
            all.push(Transformer::Pairs(pairs, fields.clone()));
        }
    }
    Ok(all)
}

/// Replacements, those of files included, in order.
pub(super) fn replacements(
    session: &mut Session<'_>,
    target: &Target,
    entries: &[ReplacementField],
) -> Result<Vec<Replacement>> {
    let mut all = Vec::new();
    for entry in entries {
        match entry.file()? {
            None => {
                let mut replacement = entry.replacement.clone();
                replacement.mark = entry.mark;
                all.push(replacement);
            }
            Some(path) => {
                let source = session.load_source(&target.place, path)?;
                all.extend(read_replacements(&source, &session.options.limits)?);
            }
        }
    }
    Ok(all)
}
