//! Building one kustomization: what it lists, then what it does to it.

use super::patches;
use super::session::{Place, Session, is_url};
use crate::error::{Error, ErrorKind, Result};
use crate::generate;
use crate::kustomization::{
    Configuration, Image, Kustomization, Label, List, Pairs, Replacement, Replica, SortOptions,
    Str, read_replacements,
};
use crate::resource::{Resource, ResourceSet};
use crate::schema::Schema;
use crate::source::{Mark, Source};
use crate::transform::{self, Config};
use crate::tree::{Kind, TreePath, resolve, resolve_base};

/// The names that a kustomization file may have.
pub(super) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a kustomization and those that it lists gave so far (`ResAccumulator` in the reference).
#[derive(Clone)]
pub(super) struct Accumulator {
    pub(super) set: ResourceSet,
    /// Where transformers write. Flows from bases to overlays.
    pub(super) config: Config,
}

impl Accumulator {
    pub(super) fn new(schema: &Schema) -> Self {
        Self {
            set: ResourceSet::new(schema.clone()),
            config: Config::empty(),
        }
    }

    fn append(&mut self, other: Self) -> Result<()> {
        self.set.append(other.set)?;
        self.config = self.config.merge(&other.config)?;
        Ok(())
    }
}

/// Builds the kustomizations of one render.
pub(super) struct Targets<'s, 'r> {
    pub(super) session: &'s mut Session<'r>,
    pub(super) schema: Schema,
    /// The directories of the layers, in order, with what an overlay that does not list its base
    /// is built on.
    pub(super) layers: Vec<Place>,
}

/// A kustomization with its directory.
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) kustomization: Kustomization,
    pub(super) source: Source,
}

impl Targets<'_, '_> {
    /// Reads the kustomization of a directory.
    pub(super) fn read(&mut self, place: Place) -> Result<Target> {
        self.session.note_root(&place.root)?;
        let mut found = None;
        for name in FILE_NAMES {
            let path = place.root.join(name)?;
            let is_file = match place.tree.kind(&path)? {
                Some(Kind::File) => true,
                Some(Kind::Link) => resolve(&*place.tree, &place.root, name)
                    .is_ok_and(|(_, kind)| kind == Kind::File),
                _ => false,
            };
            if !is_file {
                continue;
            }
            if let Some(first) = found.replace(name) {
                let message = format!(
                    "{} holds both {first} and {name}; a kustomization is one file",
                    place.tree.show(&place.root)
                );
                return Err(Error::new(ErrorKind::Ambiguous, message));
            }
        }
        let Some(name) = found else {
            let message = format!(
                "{} holds no kustomization.yaml, kustomization.yml or Kustomization",
                place.tree.show(&place.root)
            );
            return Err(Error::new(ErrorKind::NotFound, message));
        };
        let (path, content) = self.session.load(&place, name)?;
        let source = self.session.source(&place.tree.show(&path), content)?;
        let limits = &self.session.options.limits;
        let kustomization = Kustomization::read(&source, limits, &mut self.session.warnings)?;
        Ok(Target {
            place,
            kustomization,
            source,
        })
    }

    /// Builds a layer, over the one before it if it does not list that; `chain` leads there.
    /// Gives the order that its kustomization asks for besides.
    pub(super) fn layer(
        &mut self,
        at: usize,
        chain: Vec<TreePath>,
    ) -> Result<(Accumulator, Option<SortOptions>)> {
        let mut place = self.layers[at].clone();
        place.chain = chain;
        let target = self.read(place)?;
        let onto = match at.checked_sub(1) {
            None => Accumulator::new(&self.schema),
            Some(before) if self.lists(&target, before).is_some() => Accumulator::new(&self.schema),
            Some(before) => {
                for earlier in 0..before {
                    if let Some(entry) = self.lists(&target, earlier) {
                        return Err(self.skipped(&target, entry, earlier, before));
                    }
                }
                match before {
                    0 => self.known_or_built(self.layers[0].clone(), |_| Ok(()))?,
                    _ => self.layer(before, Vec::new())?.0,
                }
            }
        };
        let all = self.build(&target, onto)?;
        Ok((all, target.kustomization.sort_options))
    }

    fn skipped(&self, target: &Target, entry: Mark, earlier: usize, before: usize) -> Error {
        let show = |place: &Place| place.tree.show(&place.root);
        let message = format!(
            "{} lists the layer {} and not {}, which stands between them",
            show(&target.place),
            show(&self.layers[earlier]),
            show(&self.layers[before])
        );
        Error::marked(ErrorKind::LayerSkipped, entry, message)
    }

    /// The entry of a kustomization that is the directory of a layer, or leads to it.
    fn lists(&mut self, target: &Target, layer: usize) -> Option<Mark> {
        let kustomization = &target.kustomization;
        let entries = kustomization
            .resources
            .iter()
            .chain(&kustomization.components);
        for entry in entries {
            let place = &target.place;
            let Ok(root) = resolve_base(&*place.tree, &place.root, entry) else {
                continue;
            };
            let below = place.below(root);
            if self.layers[layer].is(&below) {
                return Some(entry.mark);
            }
            if below.chain.contains(&below.root) {
                continue;
            }
            // What is wrong with it, and what it warns of, is said when it is built.
            let known = self.session.warnings.len();
            let base = self.read(below);
            self.session.warnings.truncate(known);
            if base.is_ok_and(|base| self.lists(&base, layer).is_some()) {
                return Some(entry.mark);
            }
        }
        None
    }

    /// Builds a kustomization onto what is there already.
    fn build(&mut self, target: &Target, onto: Accumulator) -> Result<Accumulator> {
        let mut all = onto;
        for entry in &target.kustomization.resources {
            all = self
                .resource(target, entry, all)
                .map_err(|error| self.session.located(error, entry.mark))?;
        }
        Self::refuse_later_fields(target)?;
        let files = self.configurations(target)?;
        all.config = Config::of_files(&files)
            .and_then(|own| all.config.merge(&own))
            .map_err(|error| self.session.located(error, target.kustomization.mark))?;
        self.generate(target, &mut all)?;
        for entry in &target.kustomization.components {
            all = self
                .component(target, entry, all)
                .map_err(|error| self.session.located(error, entry.mark))?;
        }
        self.transform(target, &mut all)?;
        Ok(all)
    }

    fn resource(
        &mut self,
        target: &Target,
        entry: &Str,
        mut all: Accumulator,
    ) -> Result<Accumulator> {
        let place = &target.place;
        let found = match is_url(entry) {
            true => None,
            false => resolve(&*place.tree, &place.root, entry).ok(),
        };
        let is_directory = matches!(found, Some((_, Kind::Directory)));
        if !is_directory && !looks_remote(entry) {
            let resources = self.session.resources(place, entry, found, &self.schema)?;
            for resource in resources {
                all.set.push(resource)?;
            }
            return Ok(all);
        }
        let base = self.place_of_base(target, entry)?;
        let built = match self.layers.iter().rposition(|layer| layer.is(&base)) {
            Some(layer) if layer > 0 => self.layer(layer, base.chain)?.0,
            _ => self.base(base, entry)?,
        };
        all.append(built)?;
        Ok(all)
    }

    /// What a directory that another lists gives.
    fn base(&mut self, place: Place, entry: &Str) -> Result<Accumulator> {
        self.known_or_built(place, |base| {
            if !base.kustomization.is_component() {
                return Ok(());
            }
            let message = format!("`{}` is a Component; list it under `components`", **entry);
            Err(Error::new(ErrorKind::NotABase, message))
        })
    }

    /// What a directory gives that is built on nothing: built now, unless it is known.
    fn known_or_built(
        &mut self,
        place: Place,
        check: impl FnOnce(&Target) -> Result<()>,
    ) -> Result<Accumulator> {
        // Where what it lists is a layer, or contains what is being built, it is another.
        let layers: Vec<_> = self.layers.iter().skip(1).cloned().collect();
        let here = place.clone();
        let fits = |roots: &[TreePath]| {
            let is_layer = |root| layers.iter().any(|layer| layer.is_at(&here, root));
            let is_cycle = |root: &TreePath| here.chain.iter().any(|above| root.contains(above));
            !roots.iter().any(|root| is_layer(root) || is_cycle(root))
        };
        if self.schema.is_builtin()
            && let Some(known) = self.session.known_base(&place, fits)
        {
            return Ok(known);
        }
        let start = self.session.start_base();
        let target = self.read(place)?;
        check(&target)?;
        let built = self.build(&target, Accumulator::new(&self.schema))?;
        if self.schema.is_builtin() && !target.kustomization.is_component() {
            self.session.add_base(start, &target.place, &built, fits);
        }
        Ok(built)
    }

    fn component(&mut self, target: &Target, entry: &Str, all: Accumulator) -> Result<Accumulator> {
        let place = self.place_of_base(target, entry)?;
        let component = self.read(place)?;
        if !component.kustomization.is_component() {
            let message = format!("`{}` is no Component; list it under `resources`", **entry);
            return Err(Error::new(ErrorKind::NotAComponent, message));
        }
        self.build(&component, all)
    }

    /// The directory that a kustomization lists.
    fn place_of_base(&self, target: &Target, entry: &Str) -> Result<Place> {
        let place = &target.place;
        if is_url(entry) || looks_remote(entry) {
            let message = format!(
                "`{}` is a remote base: reading it needs the network",
                **entry
            );
            return Err(Error::new(ErrorKind::Remote, message));
        }
        let root = resolve_base(&*place.tree, &place.root, entry)?;
        let visited = place.chain.iter().chain([&place.root]);
        if let Some(visited) = visited.into_iter().find(|visited| root.contains(visited)) {
            let message = format!(
                "`{}` leads back to {}, which is being built",
                **entry,
                place.tree.show(visited)
            );
            return Err(Error::new(ErrorKind::Cycle, message));
        }
        Ok(place.below(root))
    }

    /// What the files under `configurations` add to the default tables.
    fn configurations(&mut self, target: &Target) -> Result<Vec<Config>> {
        let mut files = Vec::new();
        for entry in &target.kustomization.configurations {
            let source = self.session.load_source(&target.place, entry)?;
            let file = Configuration::read(&source, &self.session.options.limits)
                .map_err(|error| self.session.located(error, entry.mark))?;
            files.push(Config::of_file(file));
        }
        Ok(files)
    }

    fn generate(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let kustomization = &target.kustomization;
        let global = kustomization.generator_options.as_ref();
        for args in &kustomization.config_map_generator {
            let mut load = |written: &str, mark: Mark| self.load_file(target, written, mark);
            let generated = generate::config_map(args, global, &mut load);
            self.absorb(generated, args.mark, all)?;
        }
        for args in &kustomization.secret_generator {
            let mut load = |written: &str, mark: Mark| self.load_file(target, written, mark);
            let generated = generate::secret(args, global, &mut load);
            self.absorb(generated, args.mark, all)?;
        }
        Ok(())
    }

    fn load_file(&mut self, target: &Target, written: &str, mark: Mark) -> Result<crate::Content> {
        match self.session.load(&target.place, written) {
            Ok((_, content)) => Ok(content),
            Err(error) => Err(self.session.located(error, mark)),
        }
    }

    /// Adds what a generator made, or merges it into what is there.
    fn absorb(
        &mut self,
        generated: Result<generate::Generated>,
        mark: Mark,
        all: &mut Accumulator,
    ) -> Result<()> {
        let generated = generated.map_err(|error| self.session.located(error, mark))?;
        let mut resource = Resource::new(generated.node, &self.schema);
        let history = resource.history_mut();
        history.behavior = generated.behavior;
        history.needs_hash = generated.needs_hash;
        all.set
            .absorb(resource)
            .map_err(|error| self.session.located(error, mark))
    }

    fn transform(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let transformed = self.try_transform(target, all);
        transformed.map_err(|error| self.session.explain(error))
    }

    /// Everything that a kustomization does to resources, in the reference's order.
    fn try_transform(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let Kustomization {
            namespace,
            name_prefix,
            name_suffix,
            labels,
            common_labels,
            common_annotations,
            replicas,
            images,
            ..
        } = &target.kustomization;
        let session = &mut *self.session;
        let strategic = patches::load_strategic(session, target, &self.schema)?;
        let patches = patches::load(session, target, &self.schema)?;
        let Accumulator { set, config } = all;
        // What is wrong with any entry is told before the first has done its work.
        let labels = labels
            .iter()
            .map(|label| label_table(label, config))
            .collect::<Result<Vec<_>>>()?;
        let json = patches::load_json(session, target)?;
        let replacements = replacements(session, target)?;
        patches::apply(&strategic, set, session)?;
        patches::apply(&patches, set, session)?;
        let warnings = &mut session.warnings;
        if !namespace.is_empty() {
            let entry = transform::Namespace {
                name: namespace.value.clone(),
                mark: namespace.mark,
                unset_only: false,
                subjects: transform::Subjects::default(),
            };
            transform::namespace(set, &entry, &config.namespace)?;
        }
        if !name_prefix.is_empty() {
            let (prefix, mark) = (&name_prefix.value, name_prefix.mark);
            transform::prefix(set, prefix, mark, &config.name_prefix, warnings)?;
        }
        if !name_suffix.is_empty() {
            let (suffix, mark) = (&name_suffix.value, name_suffix.mark);
            transform::suffix(set, suffix, mark, &config.name_suffix, warnings)?;
        }
        for (pairs, fields) in &labels {
            transform::pairs(set, pairs, fields)?;
        }
        transform::pairs(set, &pairs(common_labels), &config.common_labels)?;
        transform::pairs(set, &pairs(common_annotations), &config.common_annotations)?;
        patches::apply(&json, set, session)?;
        let warnings = &mut session.warnings;
        let replicas: Vec<_> = replicas.iter().map(replica).collect();
        transform::replicas(set, &replicas, &config.replicas)?;
        let images: Vec<_> = images.iter().map(image).collect();
        transform::images(set, &images, &config.images, warnings)?;
        if !replacements.is_empty() {
            transform::replace(set, &replacements, &session.options.limits, warnings)?;
            set.update_fields(|resource| {
                resource.settle_shared();
                Ok(())
            })?;
        }
        set.drop_empty();
        Ok(())
    }

    /// Fields that this release reads and does not carry out.
    fn refuse_later_fields(target: &Target) -> Result<()> {
        let kustomization = &target.kustomization;
        let fields = [
            ("vars", kustomization.vars.mark()),
            ("crds", kustomization.crds.mark()),
            ("openapi", kustomization.openapi.mark()),
            ("generators", kustomization.generators.mark()),
            ("transformers", kustomization.transformers.mark()),
            ("validators", kustomization.validators.mark()),
            ("helmCharts", kustomization.helm_charts.mark()),
            ("buildMetadata", kustomization.build_metadata.mark()),
        ];
        for (field, mark) in fields {
            if let Some(mark) = mark {
                let message = format!("`{field}` is not supported yet");
                return Err(Error::marked(ErrorKind::Unsupported, mark, message));
            }
        }
        Ok(())
    }
}

/// Whether the reference takes a path for a git repository before it looks for a directory.
fn looks_remote(entry: &str) -> bool {
    let lower = entry.to_ascii_lowercase();
    let rest = lower.strip_prefix("git::").unwrap_or(&lower);
    ["ssh://", "file://", "http://", "https://"]
        .iter()
        .any(|scheme| rest.starts_with(scheme))
        || ["github.com/", "github.com:"]
            .iter()
            .any(|host| rest.starts_with(host))
        || rest
            .split_once('@')
            .is_some_and(|(user, host)| is_user(user) && host.contains([':', '/']))
}

fn is_user(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The replacements of a kustomization, those of files included, in order.
fn replacements(session: &mut Session<'_>, target: &Target) -> Result<Vec<Replacement>> {
    let mut all = Vec::new();
    for entry in &target.kustomization.replacements {
        match entry.file()? {
            None => {
                let mut replacement = entry.replacement.clone();
                replacement.mark = entry.mark;
                if replacement.targets.is_empty() {
                    // The reference prints such an entry and reads it again, which loses `[]`.
                    replacement.targets = List::default();
                }
                all.push(replacement);
            }
            Some(path) => {
                let source = session.load_source(&target.place, path)?;
                let read = read_replacements(&source, &session.options.limits);
                all.extend(read.map_err(|error| session.located(error, path.mark))?);
            }
        }
    }
    Ok(all)
}

fn pairs(pairs: &Pairs) -> Vec<transform::Pair> {
    let pair = |(key, value): &(Str, Str)| transform::Pair {
        key: key.value.clone(),
        value: value.value.clone(),
        mark: key.mark,
    };
    pairs.iter().map(pair).collect()
}

/// The pairs of an entry of `labels`, and where they are written.
fn label_table(label: &Label, config: &Config) -> Result<(Vec<transform::Pair>, transform::Table)> {
    let fields = label.fields.iter().cloned();
    let fields = config
        .label_fields(fields, label.include_selectors, label.include_templates)
        .map_err(|error| error.mark_at(label.mark))?;
    Ok((pairs(&label.pairs), fields))
}

fn replica(replica: &Replica) -> transform::Replica {
    transform::Replica {
        name: replica.name.value.clone(),
        count: replica.count.value,
        mark: replica.mark,
    }
}

fn image(image: &Image) -> transform::Image {
    transform::Image {
        name: image.name.value.clone(),
        new_name: image.new_name.value.clone(),
        new_tag: image.new_tag.value.clone(),
        tag_suffix: image.tag_suffix.value.clone(),
        digest: image.digest.value.clone(),
        mark: image.mark,
    }
}
