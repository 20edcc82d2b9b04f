//! The fields of a kustomization as what generates and transforms resources
//! (`kusttarget_configplugin.go` in the reference).

use std::borrow::Cow;

use super::ahead::Ahead;
use super::generator::Generator;
use super::patches;
use super::session::Session;
use super::target::{Target, Targets};
use super::transformer::{self, Each, Step, Transformer};
use crate::error::Result;
use crate::kustomization::{
    ChartConfig, Kustomization, Patch, Replacement, ReplacementField, Str, read_replacements,
};
use crate::schema::Schema;
use crate::source::Mark;
use crate::transform::{self, Config};

/// What the fields generate, in order: each with the name of the builtin plugin that does the same,
/// and the place of its entry.
pub(super) fn generators(target: &Target) -> Vec<(&'static str, Generator<'_>, Mark)> {
    let kustomization = &target.kustomization;
    let options = kustomization.generator_options.as_ref();
    let config_maps = kustomization.config_map_generator.iter().map(|args| {
        let generator = Generator::ConfigMap(Cow::Borrowed(args), options);
        ("ConfigMapGenerator", generator, args.mark)
    });
    let secrets = kustomization.secret_generator.iter().map(|args| {
        let generator = Generator::Secret(Cow::Borrowed(args), options);
        ("SecretGenerator", generator, args.mark)
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
        let generator = Generator::Chart(Box::new(config));
        ("HelmChartInflationGenerator", generator, chart.mark)
    });
    config_maps.chain(secrets).chain(charts).collect()
}

impl Targets<'_, '_> {
    /// What the fields do to resources, in the order in which the reference does it; all files that
    /// they name are read.
    pub(super) fn transformers_of_fields(
        &mut self,
        target: &Target,
        config: &Config,
    ) -> Result<Vec<Step>> {
        // Where each is recorded on its own, what could be done together is not.
        let together = !self.metadata.is_tracked() && self.session.tracer.is_none();
        let named = transformers(self.session, target, config, &self.schema, together)?;
        let step = |(kind, transformer, mark): (_, Option<Transformer>, _)| Step {
            transformers: transformer.into_iter().collect(),
            mark,
            origin: self.origin_of_field(target, kind),
        };
        Ok(named.into_iter().map(step).collect())
    }
}

/// A transformer with the name of the builtin plugin that does the same, and the place of what asks
/// for it; none where an entry asks for nothing.
type Named = (&'static str, Option<Transformer>, Mark);

fn transformers(
    session: &mut Session<'_>,
    target: &Target,
    config: &Config,
    schema: &Schema,
    together: bool,
) -> Result<Vec<Named>> {
    let kustomization = &target.kustomization;
    let mut all = Vec::new();
    if let [first, ..] = &*kustomization.patches_strategic_merge {
        let texts = (&*kustomization.patches_strategic_merge, &Str::default());
        let patches = patches::load_strategic(session, target, texts, first.mark, schema)?;
        let patches = Transformer::Patch(Box::new(patches));
        all.push(("PatchStrategicMergeTransformer", Some(patches), first.mark));
    }
    let names = kustomization.patches.iter().map(|entry| &**entry.path);
    let mut ahead = Ahead::new(&target.place, names, session.most());
    for entry in &kustomization.patches {
        let found = ahead.find().and_then(Result::ok);
        let patch = patches::load(session, target, entry, found, schema)?;
        let patch = patch.map(Box::new).map(Transformer::Patch);
        all.push(("PatchTransformer", patch, entry.mark));
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
        let patch = Transformer::Patch(Box::new(patch));
        all.push(("PatchJson6902Transformer", Some(patch), *mark));
    }
    for replicas in groups(&kustomization.replicas, together) {
        let mark = replicas
            .first()
            .map_or(target.kustomization.mark, |entry| entry.mark);
        let replicas = replicas.iter().map(transformer::replica).collect();
        let replicas = Each::Replicas(replicas, config.replicas.clone());
        all.push(("ReplicaCountTransformer", Some(replicas.into()), mark));
    }
    for images in groups(&kustomization.images, together) {
        let mark = images
            .first()
            .map_or(target.kustomization.mark, |entry| entry.mark);
        let images = images.iter().map(transformer::image).collect();
        let images = Each::Images(images, config.images.clone());
        all.push(("ImageTagTransformer", Some(images.into()), mark));
    }
    if let [first, ..] = &*kustomization.replacements {
        let replacements = replacements(session, target, &kustomization.replacements)?;
        let replacements = Transformer::Replacements(replacements);
        all.push(("ReplacementTransformer", Some(replacements), first.mark));
    }
    Ok(all)
}

/// Entries all together or each on its own.
fn groups<T>(entries: &[T], together: bool) -> std::slice::Chunks<'_, T> {
    entries.chunks(if together { entries.len().max(1) } else { 1 })
}

/// What needs no files.
fn plain(kustomization: &Kustomization, config: &Config) -> Result<Vec<Named>> {
    let mut all = Vec::new();
    let namespace = &kustomization.namespace;
    if !namespace.is_empty() {
        let entry = transform::Namespace {
            name: namespace.value.clone(),
            mark: namespace.mark,
            unset_only: false,
            subjects: transform::Subjects::default(),
        };
        let transformer = Each::Namespace(entry, config.namespace.clone());
        all.push((
            "NamespaceTransformer",
            Some(transformer.into()),
            namespace.mark,
        ));
    }
    let (prefix, suffix) = (&kustomization.name_prefix, &kustomization.name_suffix);
    if !prefix.is_empty() {
        let fields = config.name_prefix.clone();
        let transformer = Each::Prefix(prefix.clone(), fields);
        all.push(("PrefixTransformer", Some(transformer.into()), prefix.mark));
    }
    if !suffix.is_empty() {
        let fields = config.name_suffix.clone();
        let transformer = Each::Suffix(suffix.clone(), fields);
        all.push(("SuffixTransformer", Some(transformer.into()), suffix.mark));
    }
    for label in &kustomization.labels {
        let fields = label.fields.iter().cloned();
        let selectors = label.include_selectors;
        let fields = config
            .label_fields(fields, selectors, label.include_templates)
            .map_err(|error| error.mark_at(label.mark))?;
        let labels = Each::Labels(transformer::pairs(&label.pairs), fields);
        all.push(("LabelTransformer", Some(labels.into()), label.mark));
    }
    let labels = &kustomization.common_labels;
    // Beside `labels`, the reference carries out `commonLabels` even if there are none.
    if !labels.is_empty() || !kustomization.labels.is_empty() {
        let fields = config.common_labels.clone();
        let mark = labels.mark().unwrap_or(kustomization.mark);
        let labels = Each::Labels(transformer::pairs(labels), fields);
        all.push(("LabelTransformer", Some(labels.into()), mark));
    }
    let annotations = &kustomization.common_annotations;
    if !annotations.is_empty() {
        let fields = config.common_annotations.clone();
        let mark = annotations.mark().unwrap_or(kustomization.mark);
        let annotations = Each::Annotations(transformer::pairs(annotations), fields);
        all.push(("AnnotationsTransformer", Some(annotations.into()), mark));
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
                let limits = session.options.limits;
                let read = read_replacements(&source, &limits, &mut session.warnings);
                all.extend(read.map_err(|error| session.located(error, path.mark))?);
            }
        }
    }
    Ok(all)
}
