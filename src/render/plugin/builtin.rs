//! The builtin plugins by their names.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{
    AffixConfig, AnnotationsConfig, ConfigMapArgs, Decode, FieldSpec, GeneratorConfig, ImageConfig,
    JsonPatchConfig, LabelConfig, List, Mode, NamespaceConfig, Patch, PrefixConfig,
    ReplacementConfig, ReplicaConfig, SecretArgs, Str, StrategicPatchConfig, SuffixConfig,
    ValueAddConfig, decode_plugin, read_value_targets,
};
use crate::render::fields;
use crate::render::generator::Generator;
use crate::render::patches;
use crate::render::session::Session;
use crate::render::target::Target;
use crate::render::transformer::{self, Each, Transformer};
use crate::resource::Resource;
use crate::schema::Schema;
use crate::source::Mark;
use crate::transform::{self, Subjects, Table};
use crate::tree::nearest;
use crate::warning::Warning;
use crate::yaml::{Node, Text};

/// What makes a generator of a configuration.
type Generate = fn(&Node, &mut Vec<Warning>) -> Result<Generator<'static>>;

/// What makes transformers of a configuration.
type Transform = fn(&mut Loading<'_, '_>, &Node) -> Result<Vec<Transformer>>;

const GENERATORS: [(&str, Generate); 4] = [
    ("ConfigMapGenerator", |node, warnings| {
        let config: GeneratorConfig<ConfigMapArgs> = decode_plugin(node, Mode::PLUGIN, warnings)?;
        Ok(Generator::ConfigMap(Cow::Owned(config.into_args()), None))
    }),
    ("HelmChartInflationGenerator", |node, warnings| {
        let config = decode_plugin(node, Mode::PLUGIN, warnings)?;
        Ok(Generator::Chart(Box::new(config)))
    }),
    ("IAMPolicyGenerator", |node, warnings| {
        let config = decode_plugin(node, Mode::PLUGIN, warnings)?;
        Ok(Generator::ServiceAccount(config))
    }),
    ("SecretGenerator", |node, warnings| {
        let config: GeneratorConfig<SecretArgs> = decode_plugin(node, Mode::PLUGIN, warnings)?;
        Ok(Generator::Secret(Cow::Owned(config.into_args()), None))
    }),
];

// `SortOrderTransformer` is missing: the reference has it for the root kustomization only.
const TRANSFORMERS: [(&str, Transform); 14] = [
    ("AnnotationsTransformer", annotations),
    ("HashTransformer", |_, _| Ok(vec![Transformer::Hash])),
    ("ImageTagTransformer", images),
    ("LabelTransformer", labels),
    ("NamespaceTransformer", namespace),
    ("PatchJson6902Transformer", json_patch),
    ("PatchStrategicMergeTransformer", strategic_patch),
    ("PatchTransformer", patch),
    ("PrefixSuffixTransformer", prefix_and_suffix),
    ("PrefixTransformer", prefix),
    ("ReplacementTransformer", replacements),
    ("ReplicaCountTransformer", replicas),
    ("SuffixTransformer", suffix),
    ("ValueAddTransformer", value_add),
];

/// Where a configuration reads the files that it names: in the directory of the kustomization that
/// lists it, wherever the configuration itself lies.
struct Loading<'a, 'r> {
    session: &'a mut Session<'r>,
    target: &'a Target,
    schema: &'a Schema,
}

impl Loading<'_, '_> {
    fn decode<T: Decode + Default>(&mut self, node: &Node) -> Result<T> {
        decode_plugin(node, Mode::PLUGIN, &mut self.session.warnings)
    }

    /// The reference decodes what prefixes and suffixes are asked for another way.
    fn decode_directly<T: Decode + Default>(&mut self, node: &Node) -> Result<T> {
        decode_plugin(node, Mode::DIRECT_PLUGIN, &mut self.session.warnings)
    }
}

/// The generator that a configuration asks for; `None` if its kind names none.
pub(super) fn generator(
    config: &Resource,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Generator<'static>>> {
    let make = find(&GENERATORS, config);
    make.map(|make| make(config.node(), warnings)).transpose()
}

/// The transformers that a configuration asks for; `None` if its kind names none.
pub(super) fn transformers(
    session: &mut Session<'_>,
    target: &Target,
    config: &Resource,
    schema: &Schema,
) -> Result<Option<Vec<Transformer>>> {
    let mut loading = Loading {
        session,
        target,
        schema,
    };
    let make = find(&TRANSFORMERS, config);
    make.map(|make| make(&mut loading, config.node()))
        .transpose()
}

fn find<T: Copy>(table: &[(&str, T)], config: &Resource) -> Option<T> {
    let found = table.iter().find(|(name, _)| *name == config.gvk().kind());
    found.map(|(_, make)| *make)
}

/// Whether the kind of a configuration names a plugin of either sort.
pub(super) fn is_known(config: &Resource) -> bool {
    kinds().any(|name| name == config.gvk().kind())
}

/// The name that may have been meant.
pub(super) fn nearest(kind: &str) -> Option<&'static str> {
    nearest::nearest(kind, kinds())
}

fn kinds() -> impl Iterator<Item = &'static str> {
    let generators = GENERATORS.iter().map(|(name, _)| *name);
    generators.chain(TRANSFORMERS.iter().map(|(name, _)| *name))
}

fn annotations(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: AnnotationsConfig = loading.decode(node)?;
    let pairs = transformer::pairs(&config.annotations);
    Ok(vec![
        Each::Annotations(pairs, Table::new(config.field_specs)).into(),
    ])
}

fn labels(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: LabelConfig = loading.decode(node)?;
    let pairs = transformer::pairs(&config.labels);
    Ok(vec![
        Each::Labels(pairs, Table::new(config.field_specs)).into(),
    ])
}

fn namespace(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: NamespaceConfig = loading.decode(node)?;
    let mode = &config.set_role_binding_subjects;
    let subjects = match mode.as_str() {
        "" | "defaultOnly" => Subjects::NamedDefault,
        "allServiceAccounts" => Subjects::ServiceAccounts,
        "none" => Subjects::None,
        _ => {
            let message =
                "`setRoleBindingSubjects` must be `defaultOnly`, `allServiceAccounts` or `none`";
            return Err(Error::marked(ErrorKind::Plugin, mode.mark, message));
        }
    };
    let name = config.metadata.namespace;
    let entry = transform::Namespace {
        name: name.value,
        mark: name.mark,
        unset_only: config.unset_only,
        subjects,
    };
    let fields = Table::new(config.field_specs);
    Ok(vec![Each::Namespace(entry, fields).into()])
}

fn prefix(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let PrefixConfig {
        prefix,
        field_specs,
        mark,
    } = loading.decode_directly(node)?;
    let fields = names(field_specs, mark)?;
    Ok(vec![Each::Prefix(marked(prefix, mark), fields).into()])
}

fn suffix(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let SuffixConfig {
        suffix,
        field_specs,
        mark,
    } = loading.decode_directly(node)?;
    let fields = names(field_specs, mark)?;
    Ok(vec![Each::Suffix(marked(suffix, mark), fields).into()])
}

fn prefix_and_suffix(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let AffixConfig {
        prefix,
        suffix,
        field_specs,
        mark,
    } = loading.decode_directly(node)?;
    let fields = names(field_specs, mark)?;
    Ok(vec![
        Each::Prefix(marked(prefix, mark), fields.clone()).into(),
        Each::Suffix(marked(suffix, mark), fields).into(),
    ])
}

/// Where prefixes and suffixes go.
fn names(fields: List<FieldSpec>, mark: Mark) -> Result<Table> {
    match fields.mark() {
        Some(_) => Ok(Table::new(fields)),
        None => {
            let message = "this transformer needs `fieldSpecs`, for names `path: metadata/name`";
            Err(Error::marked(ErrorKind::Plugin, mark, message))
        }
    }
}

/// A text with the place of its configuration if it was not written.
fn marked(mut text: Str, mark: Mark) -> Str {
    if text.mark == Mark::default() {
        text.mark = mark;
    }
    text
}

fn images(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let ImageConfig {
        image_tag,
        field_specs,
        mark,
    } = loading.decode(node)?;
    let mut image = transformer::image(&image_tag);
    if image.mark == Mark::default() {
        image.mark = mark;
    }
    let fields = Table::new(field_specs);
    Ok(vec![Each::Images(vec![image], fields).into()])
}

fn replicas(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let ReplicaConfig {
        replica,
        field_specs,
        mark,
    } = loading.decode(node)?;
    let mut replica = transformer::replica(&replica);
    if replica.mark == Mark::default() {
        replica.mark = mark;
    }
    let fields = Table::new(field_specs);
    Ok(vec![Each::Replicas(vec![replica], fields).into()])
}

fn patch(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: Patch = loading.decode(node)?;
    let patch = patches::load(
        loading.session,
        loading.target,
        &config,
        None,
        loading.schema,
    )?;
    Ok(patch
        .map(Box::new)
        .map(Transformer::Patch)
        .into_iter()
        .collect())
}

fn strategic_patch(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: StrategicPatchConfig = loading.decode(node)?;
    let texts = (&*config.paths, &config.patches);
    let Loading {
        session,
        target,
        schema,
    } = loading;
    let patch = patches::load_strategic(session, target, texts, config.mark, schema)?;
    Ok(vec![Transformer::Patch(Box::new(patch))])
}

fn json_patch(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: JsonPatchConfig = loading.decode(node)?;
    let texts = (&config.path, &config.json_op);
    let selector = config.target.as_ref();
    let Loading {
        session, target, ..
    } = loading;
    let patch = patches::load_json(session, target, selector, texts, config.mark)?;
    Ok(vec![Transformer::Patch(Box::new(patch))])
}

fn replacements(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: ReplacementConfig = loading.decode(node)?;
    let entries = &config.replacements;
    let replacements = fields::replacements(loading.session, loading.target, entries)?;
    Ok(vec![Transformer::Replacements(replacements)])
}

fn value_add(loading: &mut Loading<'_, '_>, node: &Node) -> Result<Vec<Transformer>> {
    let config: ValueAddConfig = loading.decode(node)?;
    let refuse = |mark, message| Err(Error::marked(ErrorKind::Plugin, mark, message));
    let place = &loading.target.place;
    let value = match config.value.trim() {
        "" => Text::from(place.base_name()),
        value => Text::from(value),
    };
    let mut targets = config.targets;
    if !config.target_file_path.is_empty() {
        let source = loading
            .session
            .load_source(place, &config.target_file_path)?;
        let limits = &loading.session.options.limits;
        targets.append(read_value_targets(&source, limits)?);
    }
    if targets.is_empty() {
        return refuse(config.mark, "this transformer needs `targets`");
    }
    let mut chosen = Vec::new();
    for target in targets {
        if target.field_path.is_empty() {
            return refuse(target.mark, "a target needs a `fieldPath`");
        }
        let Ok(position) = usize::try_from(*target.file_path_position) else {
            let mark = target.file_path_position.mark;
            return refuse(mark, "`filePathPosition` cannot be negative");
        };
        chosen.push(transform::Target {
            selector: target.selector,
            path: target.field_path,
            position,
        });
    }
    Ok(vec![Transformer::ValueAdd(transform::ValueAdd {
        value,
        targets: chosen,
        mark: match config.value.mark == Mark::default() {
            true => config.mark,
            false => config.value.mark,
        },
    })])
}
