//! Which encrypted files a render would read, found without any key.

use std::collections::BTreeMap;

use foldhash::{HashSet, HashSetExt};

use super::Renderer;
use super::layer::Layer;
use super::memory::TreeId;
use super::options::{Encrypted, Options};
use super::origin::BuildMetadata;
use super::outside::{Repository, is_url};
use super::session::Session;
use super::target::{Target, Targets};
use crate::error::Result;
use crate::kustomization::{GeneratorArgs, Str};
use crate::resource::{Resource, read_resources};
use crate::schema::Schema;
use crate::sops::Metadata;
use crate::tree::{Kind, TreePath, resolve};
use crate::yaml::{Mapping, Node};

/// An encrypted file that a render would read.
#[derive(Clone, Debug)]
pub struct EncryptedInput {
    file: String,
    metadata: Metadata,
}

impl EncryptedInput {
    /// The file as its tree shows it, as in [`Manifests::inputs`](super::Manifests::inputs).
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Who can open it, and the encrypted data keys.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

impl Renderer {
    /// Every encrypted file that a render of a layer would read, sorted by name; no key is needed.
    /// A caller whose keys are in a KMS that must be awaited has it unwrap what these files list
    /// and hands the data keys to the [`Keyring`](crate::sops::Keyring).
    ///
    /// Files are found by what the kustomizations name. What a file that is encrypted itself names
    /// in turn, such as the configuration of a plugin, nobody can know before.
    ///
    /// # Errors
    /// Those of [`render`](crate::render) for kustomizations and files that cannot be read, and
    /// [`ErrorKind::SopsMetadata`](crate::ErrorKind::SopsMetadata).
    ///
    /// ```
    /// use kustody::{Layer, Options, Renderer, sops::{DataKey, Keyring}};
    /// # fn unwrap(encrypted: &str) -> DataKey { DataKey::new([0; 32]) }
    /// # let secret = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/decrypt/secret/enc.yaml"));
    /// let layer = Layer::from_files([
    ///     ("kustomization.yaml", "resources: [secret.yaml]\n"),
    ///     ("secret.yaml", secret),
    /// ])?;
    /// let inputs = Renderer::new().encrypted_inputs(&layer, &Options::default())?;
    /// assert_eq!(inputs[0].file(), "secret.yaml");
    /// let mut keyring = Keyring::new();
    /// for key in inputs[0].metadata().groups().iter().flatten() {
    ///     keyring.add_data_key(key.encrypted_key(), unwrap(key.encrypted_key()));
    /// }
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn encrypted_inputs(
        &self,
        layer: &Layer,
        options: &Options,
    ) -> Result<Vec<EncryptedInput>> {
        let mut options = options.clone();
        options.decrypt = None;
        options.encrypted = Encrypted::Warn;
        let mut session = Session::new(&options, &self.numbers, None);
        session.stock = Some(Stock::default());
        let place = layer.clone().place();
        let mut walk = Walk {
            targets: Targets {
                session: &mut session,
                schema: Schema::builtin(),
                broken_schema: None,
                metadata: BuildMetadata::default(),
                layers: Vec::new(),
            },
            seen: HashSet::new(),
        };
        let walked = walk.targets.read(place).and_then(|root| walk.target(&root));
        walked.map_err(|error| session.explain(error))?;
        Ok(session.stock.unwrap_or_default().into_inputs())
    }
}

/// What is encrypted among the files that were read, by name.
#[derive(Default)]
pub(super) struct Stock(BTreeMap<String, Metadata>);

impl Stock {
    pub(super) fn add(&mut self, file: &str, metadata: Metadata) {
        self.0.insert(file.to_owned(), metadata);
    }

    pub(super) fn into_inputs(self) -> Vec<EncryptedInput> {
        let input = |(file, metadata)| EncryptedInput { file, metadata };
        self.0.into_iter().map(input).collect()
    }
}

/// A walk over all kustomizations that one leads to. Files are read and, unless they are
/// configurations of plugins, not looked into.
struct Walk<'s, 'r> {
    targets: Targets<'s, 'r>,
    /// The directories that were visited.
    seen: HashSet<(TreeId, TreePath)>,
}

impl Walk<'_, '_> {
    fn target(&mut self, target: &Target) -> Result<()> {
        let place = &target.place;
        if !self.seen.insert((place.id.clone(), place.root.clone())) {
            return Ok(());
        }
        let all = &target.kustomization;
        for entry in all.resources.iter().chain(&all.components) {
            self.entry(target, entry)?;
        }
        let config_maps = all.config_map_generator.iter().map(|entry| &entry.args);
        let secrets = all.secret_generator.iter().map(|entry| &entry.args);
        for args in config_maps.chain(secrets) {
            self.generator(target, args)?;
        }
        let patches = all.patches.iter().chain(&all.patches_json6902);
        let replacements = all.replacements.iter().map(|entry| &entry.path);
        let charts = all.helm_charts.iter();
        let values = charts.flat_map(|chart| {
            chart
                .additional_values_files
                .iter()
                .chain([&chart.values_file])
        });
        let paths = patches
            .map(|entry| &entry.path)
            .chain(replacements)
            .chain(values)
            .chain(&all.configurations)
            .chain(&all.crds)
            .chain(all.openapi.get("path"));
        for path in paths.filter(|path| !path.is_empty()) {
            self.file(target, path)?;
        }
        for entry in &all.patches_strategic_merge {
            if self.inline(target, entry).is_none() {
                self.file(target, entry)?;
            }
        }
        for list in [&all.generators, &all.transformers, &all.validators] {
            for entry in list {
                self.plugin(target, entry)?;
            }
        }
        Ok(())
    }

    fn generator(&mut self, target: &Target, args: &GeneratorArgs) -> Result<()> {
        for path in &args.envs {
            self.file(target, path)?;
        }
        for entry in &args.files {
            let (key, path) = entry.split_once('=').unwrap_or(("", entry));
            self.written(target, entry, path, key)?;
        }
        Ok(())
    }

    /// A file or a directory.
    fn entry(&mut self, target: &Target, entry: &Str) -> Result<()> {
        if self.is_file(target, entry) {
            return self.file(target, entry);
        }
        let base = self.targets.place_of_base(target, entry, None);
        let base = base.and_then(|(place, _)| self.targets.read(place));
        base.and_then(|base| self.target(&base))
            .map_err(|error| self.targets.session.located(error, entry.mark))
    }

    fn is_file(&self, target: &Target, entry: &str) -> bool {
        let place = &target.place;
        if Repository::parse(entry).is_some() {
            return false;
        }
        let found = || resolve(&*place.tree, &place.root, entry);
        is_url(entry) || !found().is_ok_and(|(_, kind)| kind == Kind::Directory)
    }

    /// A configuration of plugins: one that is written in the kustomization, a file, or a directory
    /// with a kustomization of them.
    fn plugin(&mut self, target: &Target, entry: &Str) -> Result<()> {
        if let Some(configs) = self.inline(target, entry) {
            self.configs(target, &configs);
            return Ok(());
        }
        if !self.is_file(target, entry) {
            return self.entry(target, entry);
        }
        let session = &mut *self.targets.session;
        let source = session.load_source(&target.place, entry)?;
        let configs = read_resources(&source, &session.options.limits, &self.targets.schema);
        // What is wrong with it is said when it is used.
        self.configs(target, &configs.unwrap_or_default());
        Ok(())
    }

    fn inline(&mut self, target: &Target, entry: &Str) -> Option<Vec<Resource>> {
        let session = &mut *self.targets.session;
        let source = session.embedded(target, entry, entry).ok()?;
        read_resources(&source, &session.options.limits, &self.targets.schema).ok()
    }

    /// The files that configurations of builtin plugins name, in whatever field of theirs.
    fn configs(&mut self, target: &Target, configs: &[Resource]) {
        const PATHS: [&str; 4] = ["env", "path", "targetFilePath", "valuesFile"];
        const LISTS: [&str; 4] = ["additionalValuesFiles", "envs", "files", "paths"];
        for config in configs {
            let Some(fields) = config.node().as_mapping() else {
                continue;
            };
            let replacements = items(fields, "replacements").iter();
            let replacements = replacements.filter_map(|entry| entry.as_mapping()?.get("path"));
            let paths = PATHS.iter().filter_map(|name| fields.get(name));
            let lists = LISTS.iter().flat_map(|name| items(fields, name));
            for node in paths.chain(lists).chain(replacements) {
                let Some(text) = node.text().filter(|text| !text.is_empty()) else {
                    continue;
                };
                let (key, path) = text.split_once('=').unwrap_or(("", text));
                // A list of patches may hold the patches themselves.
                if !path.contains('\n') {
                    // What is wrong with it, or with the field, is said when it is used.
                    let _ = self.targets.session.load_as(&target.place, path, key);
                }
            }
        }
    }

    fn file(&mut self, target: &Target, path: &Str) -> Result<()> {
        self.written(target, path, path, "")
    }

    /// Reads a file, of which the session takes stock.
    fn written(&mut self, target: &Target, entry: &Str, path: &str, key: &str) -> Result<()> {
        let session = &mut *self.targets.session;
        match session.load_as(&target.place, path, key) {
            Ok(_) => Ok(()),
            Err(error) => Err(session.located(error, entry.mark)),
        }
    }
}

/// The items of a list in a field.
fn items<'n>(mapping: &'n Mapping, field: &str) -> &'n [Node] {
    let list = mapping.get(field).and_then(Node::as_sequence);
    list.map(|list| list.items()).unwrap_or_default()
}
