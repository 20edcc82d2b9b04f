//! Building one kustomization: what it lists, then what it does to it.

use super::fields;
use super::outside::{Repository, is_url};
use super::session::{Place, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Configuration, Kustomization, SortOptions, Str};
use crate::resource::{Resource, ResourceSet, read_resources};
use crate::schema::Schema;
use crate::source::{Content, Source};
use crate::transform::Config;
use crate::tree::{Kind, resolve, resolve_base};
use crate::yaml::Text;

/// The names that a kustomization file may have.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a kustomization and those that it lists gave so far (`ResAccumulator` in the reference).
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

impl Targets<'_, '_> {
    /// Reads the kustomization of a directory.
    pub(super) fn read(&mut self, place: Place) -> Result<Target> {
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
                    place.show(&place.root)
                );
                return Err(Error::new(ErrorKind::Ambiguous, message));
            }
        }
        let Some(name) = found else {
            let message = format!(
                "{} holds no kustomization.yaml, kustomization.yml or Kustomization",
                place.show(&place.root)
            );
            return Err(Error::new(ErrorKind::NotFound, message));
        };
        let (shown, content) = self.session.load(&place, name)?;
        let source = self.session.source(&shown, content)?;
        self.session.note_settings(source.id());
        let limits = &self.session.options.limits;
        let kustomization = Kustomization::read(&source, limits, &mut self.session.warnings)?;
        Ok(Target {
            place,
            kustomization,
            source,
        })
    }

    /// Builds a layer, over the one before it if it does not list that; `place` is its directory,
    /// with what led there. Gives the order that its kustomization asks for besides.
    pub(super) fn layer(
        &mut self,
        at: usize,
        place: Place,
    ) -> Result<(Accumulator, Option<SortOptions>)> {
        let target = self.read(place)?;
        let onto = match at.checked_sub(1) {
            None => Accumulator::new(&self.schema),
            Some(before) if self.lists(&target, before) => Accumulator::new(&self.schema),
            Some(before) => {
                if let Some(skipped) = (0..before).find(|earlier| self.lists(&target, *earlier)) {
                    return Err(self.skipped(&target, skipped, before));
                }
                let mut place = self.layers[before].clone();
                place.namespace = target.helm_namespace();
                self.layer(before, place)?.0
            }
        };
        let all = self.build(&target, onto)?;
        Ok((all, target.kustomization.sort_options))
    }

    fn skipped(&self, target: &Target, earlier: usize, before: usize) -> Error {
        let show = |place: &Place| place.show(&place.root);
        let message = format!(
            "{} lists the layer {} and not {}, which stands between them",
            show(&target.place),
            show(&self.layers[earlier]),
            show(&self.layers[before])
        );
        Error::new(ErrorKind::LayerSkipped, message)
    }

    /// Whether a kustomization lists the directory of a layer, or one that does.
    fn lists(&mut self, target: &Target, layer: usize) -> bool {
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
                return true;
            }
            if below.chain.contains(&below.root) {
                continue;
            }
            // What is wrong with it, and what it warns of, is said when it is built.
            let known = self.session.warnings.len();
            let base = self.read(below);
            self.session.warnings.truncate(known);
            if base.is_ok_and(|base| self.lists(&base, layer)) {
                return true;
            }
        }
        false
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
        all.config = self
            .config(target)
            .and_then(|own| all.config.merge(&own))
            .map_err(|error| self.session.located(error, target.kustomization.mark))?;
        self.generate(target, &mut all)?;
        for entry in &target.kustomization.components {
            all = self
                .component(target, entry, all)
                .map_err(|error| self.session.located(error, entry.mark))?;
        }
        let transformed = self.transform(target, &mut all);
        transformed
            .and_then(|()| self.validate(target, &mut all.set))
            .map_err(|error| self.session.explain(error))?;
        Ok(all)
    }

    /// Adds what an entry of `resources` names, or of a list that is read as that is.
    pub(super) fn resource(
        &mut self,
        target: &Target,
        entry: &Str,
        mut all: Accumulator,
    ) -> Result<Accumulator> {
        if let Some(resources) = self.file(target, entry)? {
            let mut resources = resources.into_iter();
            resources.try_for_each(|resource| all.set.push(resource))?;
            return Ok(all);
        }
        let base = self.base(target, entry)?;
        let is_layer = |layer: &Place| layer.is(&base.place);
        if let Some(layer) = self
            .layers
            .iter()
            .position(is_layer)
            .filter(|layer| *layer > 0)
        {
            let (built, _) = self.layer(layer, base.place)?;
            all.append(built)?;
            return Ok(all);
        }
        if base.kustomization.is_component() {
            let message = format!("`{}` is a Component; list it under `components`", **entry);
            return Err(Error::new(ErrorKind::NotABase, message));
        }
        let built = self.build(&base, Accumulator::new(&self.schema))?;
        all.append(built)?;
        Ok(all)
    }

    /// The resources of the file that an entry names; `None` if it names a directory.
    fn file(&mut self, target: &Target, entry: &Str) -> Result<Option<Vec<Resource>>> {
        let place = &target.place;
        let is_repository = Repository::parse(entry).is_some();
        if is_url(entry) {
            let fetched = self.session.load(place, entry);
            let read = fetched.and_then(|(name, content)| self.read_file(&name, content));
            // What is no file of resources may be a repository.
            return match read {
                Err(_) if is_repository => Ok(None),
                read => read.map(Some),
            };
        }
        let (name, content) = match resolve(&*place.tree, &place.root, entry) {
            Ok((_, Kind::Directory)) => return Ok(None),
            Ok(found) => self.session.load_found(place, entry, found)?,
            Err(_) if is_repository => return Ok(None),
            Err(_) => self.session.load(place, entry)?,
        };
        self.read_file(&name, content).map(Some)
    }

    fn read_file(&mut self, name: &str, content: Content) -> Result<Vec<Resource>> {
        let source = self.session.source(name, content)?;
        let limits = &self.session.options.limits;
        read_resources(&source, limits, &self.schema)
    }

    fn component(&mut self, target: &Target, entry: &Str, all: Accumulator) -> Result<Accumulator> {
        let component = self.base(target, entry)?;
        if !component.kustomization.is_component() {
            let message = format!("`{}` is no Component; list it under `resources`", **entry);
            return Err(Error::new(ErrorKind::NotAComponent, message));
        }
        self.build(&component, all)
    }

    /// The kustomization of a directory that another lists.
    fn base(&mut self, target: &Target, entry: &Str) -> Result<Target> {
        let place = &target.place;
        if let Some(repository) = Repository::parse(entry) {
            let mut clone = self.session.clone_of(place, &repository)?;
            clone.namespace = target.helm_namespace();
            return self.read(clone);
        }
        let root = resolve_base(&*place.tree, &place.root, entry)?;
        let visited = place.chain.iter().chain([&place.root]);
        if let Some(visited) = visited.into_iter().find(|visited| root.contains(visited)) {
            let message = format!(
                "`{}` leads back to {}, which is being built",
                **entry,
                place.show(visited)
            );
            return Err(Error::new(ErrorKind::Cycle, message));
        }
        let mut below = place.below(root);
        below.namespace = target.helm_namespace();
        self.read(below)
    }

    /// The default tables with what the files under `configurations` add.
    fn config(&mut self, target: &Target) -> Result<Config> {
        let mut files = Vec::new();
        for entry in &target.kustomization.configurations {
            let source = self.session.load_source(&target.place, entry)?;
            let file = Configuration::read(&source, &self.session.options.limits)?;
            files.push(Config::of_file(file));
        }
        Config::of_files(&files)
    }

    /// Runs the generators of the fields, then those of `generators`.
    fn generate(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let mut generators = fields::generators(target);
        generators.extend(self.plugin_generators(target)?);
        for (generator, mark) in generators {
            let generated = generator.run(self.session, target, &self.schema);
            generated
                .and_then(|resources| {
                    let mut resources = resources.into_iter();
                    resources.try_for_each(|resource| all.set.absorb(resource))
                })
                .map_err(|error| self.session.located(error, mark))?;
        }
        Ok(())
    }

    /// Runs the transformers of the fields, then those of `transformers`.
    fn transform(&mut self, target: &Target, all: &mut Accumulator) -> Result<()> {
        let mut transformers =
            fields::transformers(self.session, target, &all.config, &self.schema)?;
        transformers.extend(self.plugin_transformers(target)?);
        for transformer in transformers {
            transformer.run(self.session, &mut all.set)?;
            all.set.drop_empty();
        }
        Ok(())
    }

    /// Fields that this release reads and does not carry out.
    fn refuse_later_fields(target: &Target) -> Result<()> {
        let kustomization = &target.kustomization;
        let fields = [
            ("vars", kustomization.vars.mark()),
            ("crds", kustomization.crds.mark()),
            ("openapi", kustomization.openapi.mark()),
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
