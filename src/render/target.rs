//! Building one kustomization: what it lists, then what it does to it.

use super::ahead::{self, Ahead};
use super::fields;
use super::files::File;
use super::origin::{self, BuildMetadata};
use super::outside::{Repository, is_url};
use super::place::Place;
use super::session::Session;
use super::trace::Author;
use super::transformer::Step;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Configuration, Kustomization, SortOptions, Str};
use crate::resource::{Resource, ResourceSet, read_resources};
use crate::schema::{Crds, Schema};
use crate::source::{Mark, Source};
use crate::transform::{Config, Vars};
use crate::tree::nearest::nearest;
use crate::tree::{Found, Kind, TreePath, check_base, find, resolve, resolve_base};
use crate::warning::{Warning, WarningKind};
use crate::yaml::Text;

/// The names that a kustomization file may have.
pub(super) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a kustomization and those that it lists gave so far (`ResAccumulator` in the reference).
#[derive(Clone)]
pub(super) struct Accumulator {
    pub(super) set: ResourceSet,
    /// Where transformers write. Flows from bases to overlays.
    pub(super) config: Config,
    pub(super) vars: Vars,
    /// Which of all resources of the build each is; empty unless a value is traced.
    pub(super) births: Vec<u32>,
}

impl Accumulator {
    pub(super) fn new(schema: &Schema) -> Self {
        Self {
            set: ResourceSet::new(schema.clone()),
            config: Config::empty(),
            vars: Vars::default(),
            births: Vec::new(),
        }
    }

    /// Keeps the resources that pass a test.
    pub(super) fn retain(&mut self, keep: impl Fn(&Resource) -> bool) {
        self.forget(|resource| !keep(resource));
        self.set.retain(keep);
    }

    /// Drops the resources of which nothing is left.
    fn drop_empty(&mut self) {
        self.forget(Resource::is_empty);
        self.set.drop_empty();
    }

    /// Forgets which resources those are that are about to go.
    fn forget(&mut self, goes: impl Fn(&Resource) -> bool) {
        if !self.births.is_empty() {
            let mut resources = self.set.iter();
            self.births.retain(|_| !resources.next().is_some_and(&goes));
        }
    }

    fn append(&mut self, other: Self) -> Result<()> {
        self.set.follow_schema();
        self.set.append(other.set)?;
        self.config = self.config.merge(&other.config)?;
        self.vars.append(other.vars)?;
        self.births.extend(other.births);
        Ok(())
    }
}

/// Builds the kustomizations of one render.
pub(super) struct Targets<'s, 'r> {
    pub(super) session: &'s mut Session<'r>,
    pub(super) schema: Schema,
    /// What is wrong with the document of `openapi`.
    pub(super) broken_schema: Option<Error>,
    /// What the root asks for with `buildMetadata`.
    pub(super) metadata: BuildMetadata,
    /// The directories of the layers, in order, with what an overlay that does not list its base
    /// is built on.
    pub(super) layers: Vec<Place>,
}

/// A kustomization with its directory.
pub(super) struct Target {
    pub(super) place: Place,
    /// Boxed since it is large, and bases below each other are built by recursion.
    pub(super) kustomization: Box<Kustomization>,
    pub(super) source: Source,
    pub(super) file_name: &'static str,
    /// The way from the directory of the root, as it was written in the kustomizations that led
    /// here.
    pub(super) path: Text,
}

impl Target {
    /// The namespace for Helm charts without their own: that of this kustomization or else of the
    /// nearest above.
    pub(super) fn helm_namespace(&self) -> Text {
        match self.kustomization.namespace.is_empty() {
            true => self.place.namespace.clone(),
            false => self.kustomization.namespace.value.clone(),
        }
    }
}

/// What an entry of `resources` names.
enum Listed {
    /// A file with these.
    Resources(Vec<Resource>),
    /// A directory, by its path with links resolved.
    Directory(TreePath),
    /// Something elsewhere.
    Repository,
}

impl Targets<'_, '_> {
    /// Reads the kustomization of a directory.
    pub(super) fn read(&mut self, place: Place) -> Result<Target> {
        self.session.note_root(&place)?;
        let (mut found, mut other) = (None, None);
        let most = self.session.options.limits.file_bytes;
        // That of the usual name is read last and kept.
        for name in FILE_NAMES.into_iter().rev() {
            let path = place.root.child(name);
            let leads_to_file = || {
                let leads_to = resolve(&*place.tree, &place.root, name);
                leads_to.is_ok_and(|(_, kind)| kind == Kind::File)
            };
            let file = match place.tree.look(&path, most)? {
                Some((kind @ Kind::File, content)) => Some(Found {
                    path,
                    kind,
                    content,
                }),
                Some((Kind::Link, _)) if leads_to_file() => None,
                _ => continue,
            };
            other = found.replace((name, file));
        }
        let Some((name, file)) = found else {
            let files = place.silent.list(&place.root).unwrap_or_default();
            let names = files.iter().map(|(name, _)| name.as_str());
            let hint = match nearest(FILE_NAMES[0], names) {
                Some(near) => format!("; is `{near}` meant to be it?"),
                None => String::new(),
            };
            let message = format!(
                "`{}` holds no kustomization.yaml, kustomization.yml or Kustomization{hint}",
                place.show(&place.root)
            );
            return Err(Error::new(ErrorKind::NotFound, message));
        };
        if let Some((other, ..)) = other {
            let message = format!(
                "`{}` holds both {name} and {other}; a kustomization is one file",
                place.show(&place.root)
            );
            return Err(Error::new(ErrorKind::Ambiguous, message));
        }
        let loaded = match file {
            Some(file) => self.session.load_found(&place, file)?,
            // It is behind a link.
            None => self.session.load(&place, name)?,
        };
        let source = self.session.text(loaded)?;
        self.session.note_settings(source.id());
        let limits = &self.session.options.limits;
        let kustomization = Kustomization::read(&source, limits, &mut self.session.warnings)?;
        Ok(Target {
            place,
            kustomization: Box::new(kustomization),
            source,
            file_name: name,
            path: Text::default(),
        })
    }

    /// Builds the last layer, and gives the order that its kustomization asks for besides.
    pub(super) fn root(&mut self) -> Result<(Accumulator, Option<SortOptions>)> {
        let at = self.layers.len() - 1;
        let target = self.read(self.layers[at].clone())?;
        self.metadata = BuildMetadata::new(&target.kustomization.build_metadata);
        let all = self.layer(at, &target)?;
        Ok((all, target.kustomization.sort_options))
    }

    /// Builds a layer, over the one before it if it does not list that.
    fn layer(&mut self, at: usize, target: &Target) -> Result<Accumulator> {
        self.choose_schema(target)?;
        let onto = match at.checked_sub(1) {
            None => Accumulator::new(&self.schema),
            Some(before) if self.lists(target, before).is_some() => Accumulator::new(&self.schema),
            Some(before) => {
                for earlier in 0..before {
                    if let Some(entry) = self.lists(target, earlier) {
                        return Err(self.skipped(target, entry, earlier, before));
                    }
                }
                let mut place = self.layers[before].clone();
                place.namespace = target.helm_namespace();
                match before {
                    0 => self.known_or_built(place, Text::default(), |_| Ok(()))?,
                    _ => {
                        let base = self.read(place)?;
                        self.layer(before, &base)?
                    }
                }
            }
        };
        self.build(target, onto)
    }

    fn skipped(&self, target: &Target, entry: Mark, earlier: usize, before: usize) -> Error {
        let show = |place: &Place| place.show(&place.root);
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
            if Repository::parse(entry).is_some() {
                continue;
            }
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
        let entries = &target.kustomization.resources;
        let names = entries.iter().map(|entry| &***entry);
        let mut ahead = Ahead::new(&target.place, names, self.session.most());
        for entry in entries {
            let known = ahead.read(self.session, &self.schema);
            all = self
                .resource(target, entry, known, all)
                .map_err(|error| self.session.located(error, entry.mark))?;
        }
        let files = self.configurations(target)?;
        all.config = Config::of_files(&files)
            .and_then(|own| all.config.merge(&own))
            .map_err(|error| self.session.located(error, target.kustomization.mark))?;
        for row in files.iter().flat_map(|file| all.config.lost(file)) {
            let message = format!(
                "kustomize drops this row for `{}`, because there is one for the same path and fewer \
                 types: say for which kinds it is",
                row.path
            );
            let warnings = &mut self.session.warnings;
            warnings.push(Warning::new(WarningKind::IgnoredField, row.mark, message));
        }
        let own = self.crds(target)?;
        all.config = (all.config.merge(&own))
            .map_err(|error| self.session.located(error, target.kustomization.mark))?;
        self.generate(target, &mut all)?;
        for entry in &target.kustomization.components {
            all = self
                .component(target, entry, all)
                .map_err(|error| self.session.located(error, entry.mark))?;
        }
        let transformed = self.transform(target, &mut all);
        transformed
            .and_then(|()| self.validate(target, &mut all))
            .and_then(|()| all.vars.absorb(&target.kustomization.vars, &mut all.set))
            .map_err(|error| self.session.explain(error))?;
        Ok(all)
    }

    /// Adds what an entry of `resources` names, or of a list that is read as that is.
    pub(super) fn resource(
        &mut self,
        target: &Target,
        entry: &Str,
        known: ahead::Entry,
        mut all: Accumulator,
    ) -> Result<Accumulator> {
        let directory = match self.listed(target, entry, known)? {
            Listed::Resources(resources) => {
                let resources = self.annotate(target, entry, resources)?;
                let author = (Author::Manifest, entry.mark);
                self.session.traced(&mut all, author, |_, all| {
                    let mut resources = resources.into_iter();
                    resources.try_for_each(|resource| all.set.push(resource))
                })?;
                return Ok(all);
            }
            Listed::Directory(path) => Some(path),
            Listed::Repository => None,
        };
        let (place, path) = self.place_of_base(target, entry, directory)?;
        let built = match self.layers.iter().rposition(|layer| layer.is(&place)) {
            Some(layer) if layer > 0 => {
                let mut base = self.read(place)?;
                base.path = path;
                self.layer(layer, &base)?
            }
            _ => self.known_or_built(place, path, |base| {
                if !base.kustomization.is_component() {
                    return Ok(());
                }
                let message = format!("`{}` is a Component; list it under `components`", **entry);
                Err(Error::new(ErrorKind::NotABase, message))
            })?,
        };
        all.append(built)?;
        Ok(all)
    }

    /// What a directory gives that is built on nothing: built now, unless it is known.
    fn known_or_built(
        &mut self,
        place: Place,
        path: Text,
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
        // Origins tell the way that led to a base.
        let is_kept = !self.metadata.is_tracked();
        if is_kept && let Some(known) = self.session.known_base(&place, &self.schema, fits) {
            return Ok(known);
        }
        let start = self.session.start_base(&self.schema);
        let mut target = self.read(place)?;
        target.path = path;
        check(&target)?;
        self.choose_schema(&target)?;
        let built = self.build(&target, Accumulator::new(&self.schema))?;
        if is_kept && !target.kustomization.is_component() {
            let place = &target.place;
            self.session
                .add_base(start, place, &self.schema, &built, fits);
        }
        Ok(built)
    }

    /// What an entry of `resources` names, and the resources if that is a file.
    fn listed(&mut self, target: &Target, entry: &Str, known: ahead::Entry) -> Result<Listed> {
        let place = &target.place;
        let is_repository = || Repository::parse(entry).is_some();
        if is_url(entry) {
            let fetched = self.session.load(place, entry);
            let read = fetched.and_then(|loaded| {
                let source = self.session.text(loaded)?;
                let limits = &self.session.options.limits;
                read_resources(&source, limits, &self.schema)
            });
            // What is no file of resources may be a repository.
            return match read {
                Err(_) if is_repository() => Ok(Listed::Repository),
                read => read.map(Listed::Resources),
            };
        }
        let found = match known {
            ahead::Entry::Read(resources) => return resources.map(Listed::Resources),
            ahead::Entry::Found(found) => found,
            ahead::Entry::Unknown => find(&*place.tree, &place.root, entry, self.session.most()),
        };
        let found = match found {
            Ok(found) if found.kind == Kind::Directory => return Ok(Listed::Directory(found.path)),
            Ok(found) => Some(found),
            Err(_) if is_repository() => return Ok(Listed::Repository),
            Err(_) => None,
        };
        let file = File {
            written: entry,
            found,
        };
        let mut read = self.session.resources(place, [file], &self.schema);
        read.pop().unwrap_or(Ok(Vec::new())).map(Listed::Resources)
    }

    fn component(
        &mut self,
        target: &Target,
        entry: &Str,
        mut all: Accumulator,
    ) -> Result<Accumulator> {
        let (place, path) = self.place_of_base(target, entry, None)?;
        let mut component = self.read(place)?;
        component.path = path;
        self.choose_schema(&component)?;
        all.set.follow_schema();
        if !component.kustomization.is_component() {
            let message = format!("`{}` is no Component; list it under `resources`", **entry);
            return Err(Error::new(ErrorKind::NotAComponent, message));
        }
        let built = self.build(&component, all)?;
        // The reference merges what a component leaves into nothing, and tables lose rows by that.
        let mut all = Accumulator::new(&self.schema);
        all.append(built)?;
        Ok(all)
    }

    /// The directory that a kustomization lists, and the way there from that of the root.
    /// What [`resolve`] finds may be known.
    pub(super) fn place_of_base(
        &mut self,
        target: &Target,
        entry: &Str,
        known: Option<TreePath>,
    ) -> Result<(Place, Text)> {
        let place = &target.place;
        if let Some(repository) = Repository::parse(entry) {
            let mut clone = self.session.clone_of(place, &repository)?;
            clone.namespace = target.helm_namespace();
            return Ok((clone, Text::default()));
        }
        let root = match known {
            Some(root) => check_base(&*place.tree, &place.root, entry).map(|()| root)?,
            None => resolve_base(&*place.tree, &place.root, entry)?,
        };
        let visited = place.chain.iter().chain([&place.root]);
        if let Some(visited) = visited.into_iter().find(|visited| root.contains(visited)) {
            let message = format!(
                "`{}` leads back to `{}`, which is being built",
                **entry,
                place.show(visited)
            );
            return Err(Error::new(ErrorKind::Cycle, message));
        }
        let mut below = place.below(root);
        below.namespace = target.helm_namespace();
        Ok((below, origin::join(&target.path, entry)))
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

    /// Runs the generators of the fields, then those of `generators`.
    fn generate(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let mut generators = Vec::new();
        for (kind, generator, mark) in fields::generators(target) {
            let origin = self.origin_of_field(target, kind);
            generators.push((generator, mark, origin));
        }
        generators.extend(self.plugin_generators(target)?);
        for (generator, mark, origin) in generators {
            let author = (Author::Generator, mark);
            let generated = self.session.traced(all, author, |session, all| {
                for mut resource in generator.run(session, target, &self.schema)? {
                    self.metadata.generated(&mut resource, origin.as_ref());
                    all.set
                        .absorb(resource, origin::kept_origin, &mut session.warnings)?;
                }
                Ok(())
            });
            generated.map_err(|error| self.session.located(error, mark))?;
        }
        Ok(())
    }

    /// Runs the transformers of the fields, then those of `transformers`.
    fn transform(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let mut steps = self.transformers_of_fields(target, &all.config)?;
        steps.extend(self.plugin_transformers(target)?);
        if self.session.options.merge_custom_resources {
            let crds = Crds::of(all.set.iter().map(Resource::node));
            all.set.use_schema(&self.schema.with_crds(crds));
        }
        let is_traced = self.session.tracer.is_some();
        let mut steps = steps.into_iter().peekable();
        while let Some(mut step) = steps.next() {
            if is_traced {
                step.split();
            }
            if !is_traced && step.is_each() {
                let rest = std::iter::from_fn(|| steps.next_if(Step::is_each));
                let together: Vec<_> = std::iter::once(step).chain(rest).collect();
                Step::run_together(&together, self.session, all)?;
                all.drop_empty();
                continue;
            }
            step.run(self.session, all)?;
            if let Some(origin) = &step.origin {
                let author = (Author::BuildMetadata, origin.mark);
                self.session.traced(all, author, |_, all| {
                    self.metadata.transformed(&mut all.set, origin)
                })?;
            }
            // To drop costs as much as there are resources, and patches that name theirs see none of
            // which nothing is left.
            let is_seen = |next: &Step| next.origin.is_some() || !next.finds_by_id();
            if is_traced || steps.peek().is_none_or(is_seen) {
                all.drop_empty();
            }
        }
        Ok(())
    }
}
