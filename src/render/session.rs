//! What one render reads and finds out on the way.

use std::sync::atomic::{AtomicU32, Ordering};

use foldhash::HashSet;

use super::Built;
#[cfg(feature = "sops")]
use super::inventory::Stock;
use super::manifests::Manifests;
use super::memory::{Memory, Outcome, Record, Start};
use super::options::Options;
use super::outside::{Repository, is_url, shown};
use super::place::Place;
use super::sealed::Loaded;
use super::sources::Sources;
use super::target::{Accumulator, Target};
use super::trace::Tracer;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::Str;
use crate::resource::Resource;
use crate::schema::{Asked, Notes, Schema};
use crate::source::{Content, Location, Mark, Source, SourceId};
use crate::tree::{Found, LoadRestrictions, TreePath, allowed_file, find_file};
use crate::warning::Warning;
use crate::yaml::Room;

/// One render: its sources by number, its warnings, the files it read.
pub(super) struct Session<'r> {
    pub(super) options: &'r Options,
    numbers: &'r AtomicU32,
    /// The memory in which resources are read.
    pub(super) room: Option<Room>,
    pub(super) sources: Sources,
    /// What comments in them describe.
    pub(super) notes: Notes,
    /// The sources that are kustomizations and configurations of plugins.
    settings: HashSet<SourceId>,
    pub(super) warnings: Vec<Warning>,
    /// What was read, in that order, some of it twice.
    pub(super) inputs: Vec<String>,
    /// How many were read.
    kustomizations: usize,
    /// Whether anything that was read or run does not come from the trees of the layers.
    asked_outside: bool,
    /// Whether anything that was read was decrypted.
    pub(super) decrypted: bool,
    /// Missing if nothing is remembered.
    pub(super) memory: Option<Memory<'r>>,
    /// Missing unless a value is traced.
    pub(super) tracer: Option<Box<Tracer>>,
    /// What is encrypted among the files, if somebody asks for that.
    #[cfg(feature = "sops")]
    pub(super) stock: Option<Stock>,
}

/// How far a render had got when it began to build a base.
pub(super) struct BaseStart {
    memory: Start,
    warnings: usize,
    asked: Asked,
    asked_outside: bool,
    decrypted: bool,
}

impl<'r> Session<'r> {
    pub(super) fn new(
        options: &'r Options,
        numbers: &'r AtomicU32,
        memory: Option<Memory<'r>>,
    ) -> Self {
        Self {
            options,
            numbers,
            room: None,
            sources: Sources::default(),
            notes: Notes::default(),
            settings: HashSet::from_iter([SourceId::default()]),
            warnings: Vec::new(),
            inputs: Vec::new(),
            kustomizations: 0,
            asked_outside: false,
            decrypted: false,
            #[cfg(feature = "sops")]
            stock: None,
            memory,
            tracer: None,
        }
    }

    /// A place of this render, from which what is asked can be remembered.
    pub(super) fn place(&self, mut place: Place) -> Place {
        if let Some(memory) = &self.memory {
            memory.watch(&mut place);
        }
        place
    }

    /// Reads a file as written in a kustomization at `place`, under its load restrictions.
    pub(super) fn load(&mut self, place: &Place, written: &str) -> Result<Loaded> {
        self.load_as(place, written, "")
    }

    /// Reads a file whose content will stand under a key, which may tell its format.
    pub(super) fn load_as(&mut self, place: &Place, written: &str, key: &str) -> Result<Loaded> {
        let (name, content) = match is_url(written) {
            true => self.fetch(written)?,
            false => {
                let found = self.file(place, written, None)?;
                self.read(place, found)?
            }
        };
        self.loaded(name, key, content)
    }

    /// Reads a file that was found in the tree.
    pub(super) fn load_found(&mut self, place: &Place, found: Found) -> Result<Loaded> {
        let (name, content) = self.read(place, found)?;
        self.loaded(name, "", content)
    }

    /// The file that is written in a kustomization at `place`; `found` is what [`find`] finds, if that
    /// is known.
    ///
    /// [`find`]: crate::tree::find
    pub(super) fn file(&self, place: &Place, written: &str, found: Option<Found>) -> Result<Found> {
        let (tree, root) = (&*place.tree, &place.root);
        let restrictions = self.restrictions(place);
        match found {
            // Without load restrictions absolute paths are resolved otherwise.
            Some(found)
                if restrictions == LoadRestrictions::RootOnly || !written.starts_with('/') =>
            {
                allowed_file(tree, root, written, restrictions, found)
            }
            _ => find_file(tree, root, written, restrictions, self.most()),
        }
    }

    /// How many bytes a file may have that is read as soon as it is found.
    pub(super) fn most(&self) -> Option<usize> {
        Some(self.options.limits.file_bytes)
    }

    fn loaded(&mut self, name: String, key: &str, content: Content) -> Result<Loaded> {
        let loaded = self.unseal(name, key, content)?;
        self.warnings.extend(loaded.warning());
        Ok(loaded)
    }

    /// What a clone holds is never allowed to read outside its directory.
    fn restrictions(&self, place: &Place) -> LoadRestrictions {
        match place.is_local() {
            true => self.options.load_restrictions,
            false => LoadRestrictions::RootOnly,
        }
    }

    fn fetch(&mut self, url: &str) -> Result<(String, Content)> {
        let name = shown(url);
        let Some(remote) = &self.options.remote else {
            let message =
                format!("`{name}` is a URL: give `Options::remote` a `RemoteLoader` to read it");
            return Err(Error::new(ErrorKind::Remote, message));
        };
        self.asked_outside = true;
        let content = remote.file(url)?;
        let limit = self.options.limits.file_bytes;
        if content.as_bytes().len() > limit {
            let message = format!("`{name}` has more than {limit} bytes, the limit `file_bytes`");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        self.inputs.push(name.clone());
        Ok((name, content))
    }

    /// The directory of a repository that a kustomization at `place` names.
    pub(super) fn clone_of(&mut self, place: &Place, repository: &Repository) -> Result<Place> {
        let Some(remote) = &self.options.remote else {
            let message = format!(
                "{repository} is a remote base: give `Options::remote` a `RemoteLoader` to read it"
            );
            return Err(Error::new(ErrorKind::Remote, message));
        };
        if place.repositories.contains(repository) {
            let message = format!("{repository} leads back to itself");
            return Err(Error::new(ErrorKind::Cycle, message));
        }
        self.asked_outside = true;
        let tree = remote.repository(repository)?;
        place.in_repository(tree, repository)
    }

    /// The bytes of a file, and its name for errors.
    pub(super) fn read(&mut self, place: &Place, found: Found) -> Result<(String, Content)> {
        let Found { path, content, .. } = found;
        let content = match content {
            Some(content) => content,
            None => place.tree.read(&path, self.options.limits.file_bytes)?,
        };
        let name = place.show(&path);
        self.inputs.push(name.clone());
        if let Some(memory) = &mut self.memory {
            memory.note_read(place, &path, &content);
        }
        Ok((name, content))
    }

    /// A text under a number of its own, so that marks into it can be told.
    pub(super) fn source(&mut self, name: &str, content: Content) -> Result<Source> {
        let source = Source::new(self.number()?, name, content)?;
        self.add_source(&source);
        Ok(source)
    }

    /// A text that something outside has made, which may have seen whatever was decrypted so far.
    pub(super) fn source_from_outside(&mut self, name: &str, content: Content) -> Result<Source> {
        let number = self.number()?;
        let number = match self.decrypted {
            true => number.secret(),
            false => number,
        };
        let source = Source::new(number, name, content)?;
        self.add_source(&source);
        Ok(source)
    }

    /// A file that a kustomization names, as a text.
    pub(super) fn load_source(&mut self, place: &Place, written: &Str) -> Result<Source> {
        let loaded = self
            .load(place, written)
            .map_err(|error| self.located(error, written.mark))?;
        self.text(loaded)
    }

    /// [`load_source`](Self::load_source) of a file that was looked for already.
    pub(super) fn load_found_source(
        &mut self,
        place: &Place,
        written: &Str,
        found: Found,
    ) -> Result<Source> {
        let found = self.file(place, written, Some(found));
        let loaded = found
            .and_then(|found| self.load_found(place, found))
            .map_err(|error| self.located(error, written.mark))?;
        self.text(loaded)
    }

    /// A text that stands in a kustomization: `text` is the part of it that counts.
    pub(super) fn embedded(&mut self, target: &Target, whole: &Str, text: &str) -> Result<Source> {
        let number = self.number()?;
        let id = match whole.mark.source.is_secret() {
            true => number.secret(),
            false => number,
        };
        let lead = whole.len() - whole.trim_start().len();
        let skipped = match whole.len() == text.len() {
            true => 0,
            false => whole[..lead].matches('\n').count(),
        };
        let skipped = u32::try_from(skipped).unwrap_or_default();
        let parent = self
            .sources
            .get(whole.mark.source)
            .unwrap_or(&target.source);
        let source = Source::embedded(id, parent, whole.mark.offset, skipped, text.to_owned())?;
        self.add_source(&source);
        Ok(source)
    }

    pub(super) fn add_source(&mut self, source: &Source) {
        self.sources.insert(source.clone());
        self.notes.read(source, &self.options.limits);
        if let Some(memory) = &mut self.memory {
            memory.note_source(source);
        }
    }

    /// Says that a source is a kustomization or the configuration of a plugin.
    pub(super) fn note_settings(&mut self, source: SourceId) {
        let source = source.open();
        self.settings.insert(source);
        if let Some(memory) = &mut self.memory {
            memory.note_settings(source);
        }
    }

    /// Whether what has this source was made by the build and not read.
    pub(super) fn is_settings(&self, source: SourceId) -> bool {
        self.settings.contains(&source.open())
    }

    /// Something was decrypted.
    #[cfg(feature = "sops")]
    pub(super) fn note_decrypted(&mut self) {
        self.decrypted = true;
    }

    /// Something was run that does not come from the trees.
    pub(super) fn note_outside(&mut self) {
        self.asked_outside = true;
    }

    /// The number of the next source. Half of all numbers are for what is secret.
    pub(super) fn number(&self) -> Result<SourceId> {
        let next = |number: u32| number.checked_add(1).filter(|next| next >> 31 == 0);
        let number = self
            .numbers
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        number.map(SourceId).map_err(|_| {
            let message = "this renderer has read two billion texts; make a new one";
            Error::new(ErrorKind::Limit, message)
        })
    }

    /// The kustomization of a directory is read.
    ///
    /// # Errors
    /// If it is one too many: directories that list others twice over can grow beyond all bounds; or
    /// if too many wait for it to be built, which takes a part of the stack each.
    pub(super) fn note_root(&mut self, place: &Place) -> Result<()> {
        let limit = self.options.limits.bases;
        if place.depth() > limit {
            let message =
                format!("bases lie more than {limit} deep below each other, the limit `bases`");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let limit = self.options.limits.kustomizations;
        if self.kustomizations >= limit {
            let message = format!(
                "more than {limit} kustomizations are read, each as often as it is listed: the \
                 limit `kustomizations`"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        self.kustomizations += 1;
        if let Some(memory) = &mut self.memory {
            memory.note_root(&place.root);
        }
        Ok(())
    }

    /// What a base gives, if that is known and nothing in the directories that it lists, which
    /// `fits` looks at, makes it another here.
    pub(super) fn known_base(
        &mut self,
        place: &Place,
        schema: &Schema,
        fits: impl Fn(&[TreePath]) -> bool,
    ) -> Option<Accumulator> {
        if schema.is_chosen() || !place.is_local() {
            return None;
        }
        let known = |asked: &Asked| asked.is_certain() || schema.asked().contains(asked);
        let base = self.memory.as_mut()?.base(place, known, fits)?;
        self.warnings.extend_from_slice(&base.warnings);
        self.decrypted |= base.is_secret;
        self.take_record(&base.record);
        schema.ask(&base.asked);
        let mut built = base.built.clone();
        built.set.use_schema(schema);
        Some(built)
    }

    fn take_record(&mut self, record: &Record) {
        if !self.sources.share(&record.sources) {
            return;
        }
        for source in record.sources.values() {
            self.notes.read(source, &self.options.limits);
        }
        let names = record.reads.iter().map(|read| read.shown.clone());
        self.inputs.extend(names);
        self.settings.extend(&record.settings);
        for part in &record.parts {
            self.take_record(part);
        }
    }

    /// A base begins to be built.
    pub(super) fn start_base(&mut self, schema: &Schema) -> Option<BaseStart> {
        Some(BaseStart {
            memory: self.memory.as_ref()?.start(),
            warnings: self.warnings.len(),
            asked: schema.asked(),
            asked_outside: std::mem::take(&mut self.asked_outside),
            decrypted: std::mem::take(&mut self.decrypted),
        })
    }

    /// A base was built since `start`. It is remembered if it depends on nothing but files.
    pub(super) fn add_base(
        &mut self,
        start: Option<BaseStart>,
        place: &Place,
        schema: &Schema,
        built: &Accumulator,
        fits: impl Fn(&[TreePath]) -> bool,
    ) {
        let Some(start) = start else {
            return;
        };
        let depends_on_more = self.asked_outside || schema.is_chosen() || !place.is_local();
        let is_secret = self.decrypted;
        self.asked_outside |= start.asked_outside;
        self.decrypted |= start.decrypted;
        if let Some(memory) = self.memory.as_mut().filter(|_| !depends_on_more) {
            let warnings = self.warnings.get(start.warnings..).unwrap_or_default();
            let outcome = Outcome {
                built,
                asked: schema.asked().since(&start.asked),
                warnings,
                is_secret,
            };
            memory.add_base(start.memory, place, outcome, fits);
        }
    }

    /// Tells an error of the entry that led to it: its place, unless it has one of its own.
    pub(super) fn located(&self, error: Error, mark: Mark) -> Error {
        let error = self.explain(error);
        match self.locate(mark) {
            Some(entry) => error.by_entry(entry),
            None => error,
        }
    }

    pub(super) fn locate(&self, mark: Mark) -> Option<Location> {
        self.sources.locate(mark)
    }

    /// What the render gives: the resources printed, the warnings located.
    pub(super) fn manifests(&mut self, mut built: Built) -> Result<Manifests> {
        let warnings = std::mem::take(&mut self.warnings);
        let locate = |warning: Warning| match warning.mark().and_then(|mark| self.locate(mark)) {
            Some(location) => warning.located(location),
            None => warning,
        };
        let warnings = warnings.into_iter().map(locate).collect();
        let mut inputs = std::mem::take(&mut self.inputs);
        inputs.sort();
        inputs.dedup();
        let resources = std::mem::take(&mut built.resources);
        let sources = std::mem::take(&mut self.sources);
        let finish = |resource: &mut Resource| built.finish(resource);
        Manifests::new(resources, finish, warnings, inputs, sources)
    }

    /// The texts of a name that the render has to do with.
    #[cfg(feature = "sops")]
    pub(super) fn sources_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Source> {
        self.sources.named(name)
    }

    /// Gives an error its place.
    pub(super) fn explain(&self, error: Error) -> Error {
        self.sources.explain(error)
    }
}
