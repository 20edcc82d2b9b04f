//! The tables of all transformers.

use std::sync::{Arc, LazyLock};

use super::defaults::{self, Row, Type};
use super::order;
use super::table::Table;
use crate::error::Result;
use crate::kustomization::{Configuration, FieldSpec, List};
use crate::resource::Gvk;

/// The fields that each transformer writes to (`builtinconfig.TransformerConfig` in kustomize).
///
/// The default is what ships with kustomize. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) name_prefix: Table,
    pub(crate) name_suffix: Table,
    pub(crate) namespace: Table,
    pub(crate) common_labels: Table,
    pub(crate) labels: Table,
    pub(crate) template_labels: Table,
    pub(crate) common_annotations: Table,
    pub(crate) name_reference: Arc<[NameReference]>,
    pub(crate) var_reference: Table,
    pub(crate) images: Table,
    pub(crate) replicas: Table,
}

/// The fields in which resources of a type are named.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NameReference {
    /// The type that is named; an empty part stands for anything.
    pub(crate) target: Gvk,
    pub(crate) referrers: Table,
}

impl Default for Config {
    fn default() -> Self {
        static DEFAULTS: LazyLock<Config> = LazyLock::new(|| {
            let references = defaults::NAME_REFERENCE.iter();
            let reference = |(target, rows): &(Type, &[Row])| NameReference {
                target: defaults::gvk(*target),
                referrers: defaults::table(rows),
            };
            Config {
                name_prefix: defaults::table(defaults::NAME_PREFIX),
                name_suffix: defaults::table(defaults::NAME_SUFFIX),
                namespace: defaults::table(defaults::NAMESPACE),
                common_labels: defaults::table(defaults::COMMON_LABELS),
                labels: Table::default(),
                template_labels: defaults::table(defaults::TEMPLATE_LABELS),
                common_annotations: defaults::table(defaults::COMMON_ANNOTATIONS),
                name_reference: references.map(reference).collect(),
                var_reference: defaults::table(defaults::VAR_REFERENCE),
                images: defaults::table(defaults::IMAGES),
                replicas: defaults::table(defaults::REPLICAS),
            }
        });
        DEFAULTS.clone()
    }
}

impl Config {
    /// No tables.
    pub(crate) fn empty() -> Self {
        let none = Table::default;
        Self {
            name_prefix: none(),
            name_suffix: none(),
            namespace: none(),
            common_labels: none(),
            labels: none(),
            template_labels: none(),
            common_annotations: none(),
            name_reference: Arc::new([]),
            var_reference: none(),
            images: none(),
            replicas: none(),
        }
    }

    /// The tables of a file under `configurations`.
    pub(crate) fn of_file(file: Configuration) -> Self {
        let table = |rows: List<FieldSpec>| Table::new(rows);
        let references = file.name_reference.into_iter();
        let config = Self {
            name_prefix: table(file.name_prefix),
            name_suffix: table(file.name_suffix),
            namespace: table(file.namespace),
            common_labels: table(file.common_labels),
            labels: table(file.labels),
            template_labels: table(file.template_labels),
            common_annotations: table(file.common_annotations),
            name_reference: references
                .map(|reference| NameReference {
                    target: reference.target,
                    referrers: table(reference.field_specs),
                })
                .collect(),
            var_reference: table(file.var_reference),
            images: table(file.images),
            replicas: table(file.replicas),
        };
        config.sorted()
    }

    /// The tables of a kustomization with these files under `configurations`, to be merged into
    /// what its resources brought along, which is [`empty`](Self::empty) without any.
    ///
    /// That last step is not idle: a row for any kind is lost where the same field has a row for
    /// one kind, even if both came together.
    ///
    /// # Errors
    /// Those of [`merge`](Self::merge).
    pub(crate) fn of_files<'a>(files: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        let mut files = files.into_iter();
        let own = files.try_fold(Self::empty(), |all, file| all.merge(file))?;
        Self::default().merge(&own)
    }

    /// What both say; this one's rows come first where types are equal.
    ///
    /// # Errors
    /// [`ErrorKind::FieldSpecConflict`] names a field on which they differ.
    pub(crate) fn merge(&self, other: &Self) -> Result<Self> {
        let merge = |this: &Table, other: &Table, name: &str| {
            this.merge(other)
                .map_err(|error| error.inside(name))
                .map(Table::sorted)
        };
        Ok(Self {
            name_prefix: merge(&self.name_prefix, &other.name_prefix, "namePrefix")?,
            name_suffix: merge(&self.name_suffix, &other.name_suffix, "nameSuffix")?,
            namespace: merge(&self.namespace, &other.namespace, "namespace")?,
            common_annotations: merge(
                &self.common_annotations,
                &other.common_annotations,
                "commonAnnotations",
            )?,
            common_labels: merge(&self.common_labels, &other.common_labels, "commonLabels")?,
            labels: merge(&self.labels, &other.labels, "labels")?,
            template_labels: merge(
                &self.template_labels,
                &other.template_labels,
                "templateLabels",
            )?,
            var_reference: merge(&self.var_reference, &other.var_reference, "varReference")?,
            name_reference: merge_references(&self.name_reference, &other.name_reference)?,
            images: merge(&self.images, &other.images, "images")?,
            replicas: merge(&self.replicas, &other.replicas, "replicas")?,
        })
    }

    /// The fields that an entry of `labels` writes to: its own `fields`, then those of the table
    /// `labels`, then those that it includes (`LabelTransformer` in `kusttarget_configplugin.go`).
    ///
    /// # Errors
    /// [`ErrorKind::FieldSpecConflict`] names a field on which they differ.
    pub(crate) fn label_fields(
        &self,
        fields: impl IntoIterator<Item = FieldSpec>,
        include_selectors: bool,
        include_templates: bool,
    ) -> Result<Table> {
        let mut table = Table::new(fields).merge(&self.labels)?;
        if include_selectors {
            return table.merge(&self.common_labels);
        }
        if include_templates {
            table = table.merge(&self.template_labels)?;
        }
        table.merge(&Table::of_metadata("labels"))
    }

    /// The rows of a file under `configurations` that these tables do not hold although the file
    /// was merged into them: each gave way to one for fewer types.
    pub(crate) fn lost<'f>(&'f self, file: &'f Self) -> impl Iterator<Item = &'f FieldSpec> {
        let tables = |config: &'f Self| {
            [
                &config.name_prefix,
                &config.name_suffix,
                &config.namespace,
                &config.common_labels,
                &config.labels,
                &config.template_labels,
                &config.common_annotations,
                &config.var_reference,
                &config.images,
                &config.replicas,
            ]
        };
        let plain = tables(self).into_iter().zip(tables(file));
        let references = file.name_reference.iter().flat_map(move |theirs| {
            let same = |ours: &&NameReference| ours.target == theirs.target;
            let ours = self.name_reference.iter().find(same);
            ours.map(|ours| (&ours.referrers, &theirs.referrers))
        });
        let lost = |(ours, theirs): (&'f Table, &'f Table)| {
            let rows = theirs.rules().map(|rule| &rule.spec);
            rows.filter(move |row| !ours.holds(row))
        };
        plain.chain(references).flat_map(lost)
    }

    fn sorted(self) -> Self {
        let mut name_reference = self.name_reference.to_vec();
        name_reference.sort_by_cached_key(|reference| order::key(&reference.target));
        Self {
            name_prefix: self.name_prefix.sorted(),
            name_suffix: self.name_suffix.sorted(),
            namespace: self.namespace.sorted(),
            common_labels: self.common_labels.sorted(),
            labels: self.labels.sorted(),
            template_labels: self.template_labels.sorted(),
            common_annotations: self.common_annotations.sorted(),
            name_reference: name_reference.into(),
            var_reference: self.var_reference.sorted(),
            images: self.images.sorted(),
            replicas: self.replicas.sorted(),
        }
    }
}

/// Target by target: equal types are merged, others appended.
fn merge_references(
    these: &Arc<[NameReference]>,
    others: &Arc<[NameReference]>,
) -> Result<Arc<[NameReference]>> {
    if others.is_empty() {
        return Ok(Arc::clone(these));
    }
    // As in tables, the rows that ship with kustomize do not change by this.
    let is_known = these.is_empty() || Arc::ptr_eq(these, others);
    if is_known && others.iter().all(NameReference::is_builtin) {
        return Ok(Arc::clone(others));
    }
    let mut merged = these.to_vec();
    for other in others.iter() {
        let mut found = false;
        for reference in &mut merged {
            if reference.target == other.target {
                let referrers = reference.referrers.merge(&other.referrers);
                reference.referrers = referrers.map_err(|error| error.inside("nameReference"))?;
                found = true;
            }
        }
        if !found {
            merged.push(other.clone());
        }
    }
    merged.sort_by_cached_key(|reference| order::key(&reference.target));
    Ok(merged.into())
}

impl NameReference {
    fn is_builtin(&self) -> bool {
        self.referrers.is_builtin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::limits::Limits;
    use crate::source::{Source, SourceId};

    fn read(text: &str) -> Result<Config> {
        let source = Source::new(SourceId(0), "config.yaml", text.to_owned())?;
        Configuration::read(&source, &Limits::default()).map(Config::of_file)
    }

    fn paths<'a>(table: &'a Table, api_version: &str, kind: &str) -> Vec<&'a str> {
        let gvk = Gvk::new(api_version, kind);
        table.matching(&gvk).map(|rule| &*rule.spec.path).collect()
    }

    fn referrers<'a>(config: &'a Config, kind: &str) -> &'a Table {
        let mut references = config.name_reference.iter();
        let found = references.find(|reference| reference.target.kind() == kind);
        &found.unwrap().referrers
    }

    #[test]
    fn ships_with_the_rows_of_kustomize() {
        let config = Config::default();
        assert_eq!(paths(&config.name_prefix, "v1", "Pod"), ["metadata/name"]);
        assert_eq!(
            paths(&config.template_labels, "batch/v1", "Job"),
            ["spec/template/metadata/labels", "metadata/labels"]
        );
        let rows = |table: &Table| table.rules().count();
        assert_eq!(rows(&config.common_labels), 32);
        assert_eq!(rows(&config.var_reference), 72);
        assert_eq!(rows(&config.replicas), 4);
        assert_eq!(config.name_reference.len(), 16);
        let secret = referrers(&config, "Secret");
        assert!(
            paths(secret, "networking.k8s.io/v1", "Ingress")
                .contains(&r"metadata/annotations/ingress.kubernetes.io\/auth-secret")
        );
    }

    /// What merging takes for granted.
    #[test]
    fn shipped_rows_stay_as_they_are_when_they_meet_themselves() {
        let config = Config::default();
        // The same rows, not known to be those that ship.
        let plain = |table: &Table| Table::new(table.rules().map(|rule| rule.spec.clone()));
        let reference = |it: &NameReference| NameReference {
            target: it.target.clone(),
            referrers: plain(&it.referrers),
        };
        let again = Config {
            name_prefix: plain(&config.name_prefix),
            name_suffix: plain(&config.name_suffix),
            namespace: plain(&config.namespace),
            common_labels: plain(&config.common_labels),
            labels: plain(&config.labels),
            template_labels: plain(&config.template_labels),
            common_annotations: plain(&config.common_annotations),
            name_reference: config.name_reference.iter().map(reference).collect(),
            var_reference: plain(&config.var_reference),
            images: plain(&config.images),
            replicas: plain(&config.replicas),
        };
        let again = again.sorted();
        assert_eq!(config, again, "they are sorted");
        for table in [
            &again.name_prefix,
            &again.name_suffix,
            &again.namespace,
            &again.common_labels,
            &again.labels,
            &again.template_labels,
            &again.common_annotations,
            &again.var_reference,
            &again.images,
            &again.replicas,
        ] {
            assert_eq!(table.merge(table).unwrap(), *table);
            assert_eq!(Table::default().merge(table).unwrap(), *table);
        }
        assert_eq!(again.merge(&again).unwrap(), again);
        assert_eq!(config.merge(&config).unwrap(), config);
    }

    #[test]
    fn merges_by_table_and_by_target() {
        let own = read(
            "namePrefix: [{path: spec/name, kind: Crd, create: yes}]\n\
             nameReference:\n\
             - {kind: Crd, fieldSpecs: [{path: spec/ref, kind: User}]}\n\
             - {kind: Secret, version: v1, fieldSpecs: [{path: spec/ref, kind: User}]}\n",
        )
        .unwrap();
        let config = Config::default().merge(&own).unwrap();
        assert_eq!(
            paths(&config.name_prefix, "x/v1", "Crd"),
            ["spec/name", "metadata/name"]
        );
        assert!(config.name_prefix.rules().any(|rule| rule.spec.create));
        assert_eq!(config.name_reference.len(), 17);
        assert_eq!(
            paths(referrers(&config, "Secret"), "v1", "User"),
            ["spec/ref"]
        );
        assert_eq!(config.images, Config::default().images);
    }

    #[test]
    fn a_row_for_one_kind_takes_the_place_of_the_one_for_all() {
        let own = read("namePrefix: [{path: metadata/name, kind: Pod}]").unwrap();
        let config = Config::of_files([&own]).unwrap();
        let rows = |config: &Config, kind| paths(&config.name_prefix, "v1", kind).len();
        assert_eq!((rows(&config, "Pod"), rows(&config, "Job")), (2, 1));
        let config = Config::empty().merge(&config).unwrap();
        assert_eq!((rows(&config, "Pod"), rows(&config, "Job")), (1, 0));
        let none = Config::of_files([]).unwrap();
        assert_eq!(Config::empty().merge(&none).unwrap(), Config::default());
    }

    #[test]
    fn conflicts_name_the_table() {
        let own = read("commonLabels: [{path: metadata/labels, create: false}]").unwrap();
        let error = Config::default().merge(&own).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldSpecConflict);
        assert!(error.message().starts_with("commonLabels: "), "{error}");
    }

    #[test]
    fn files_are_read_strictly() {
        for (text, kind) in [
            ("prefix: []", ErrorKind::UnknownField),
            ("images: [{paht: a}]", ErrorKind::UnknownField),
            ("images: [{create: \"true\"}]", ErrorKind::FieldType),
            ("images: a", ErrorKind::FieldType),
            (
                "nameReference: [{kind: A, path: b}]",
                ErrorKind::UnknownField,
            ),
        ] {
            assert_eq!(read(text).unwrap_err().kind(), kind, "{text}");
        }
        assert_eq!(read("images:").unwrap(), Config::empty());
    }

    /// Answers of the real tool: names are folded, a path
    /// may be any scalar and a kind only a text.
    #[test]
    fn files_are_decoded_as_the_reference_decodes_them() {
        for text in [
            "NamePrefix: [{Path: spec/x, Kind: Crd, CREATE: yes}]",
            "{namePrefix: [{path: spec/x, kind: Crd, create: true}]}\n---\nfoo: 1",
        ] {
            let prefix = read(text).unwrap().name_prefix;
            assert_eq!(paths(&prefix, "v1", "Crd"), ["spec/x"], "{text}");
            assert!(prefix.rules().all(|rule| rule.spec.create), "{text}");
        }
        let scalars = read("namePrefix: [{path: true, kind: Crd}]").unwrap();
        assert_eq!(paths(&scalars.name_prefix, "v1", "Crd"), ["true"]);
        for text in [
            "namePrefix: [{path: [a], kind: Crd}]",
            "namePrefix: [{path: a, kind: 3}]",
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::FieldType, "{text}");
        }
    }

    #[test]
    fn an_entry_of_labels_writes_to_what_it_includes() {
        let config = Config::default();
        let rows = |selectors, templates| {
            let table = config.label_fields([], selectors, templates).unwrap();
            paths(&table, "apps/v1", "DaemonSet")
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(false, false), ["metadata/labels"]);
        assert_eq!(
            rows(false, true),
            ["spec/template/metadata/labels", "metadata/labels"]
        );
        assert_eq!(rows(true, false).len(), 3);
        assert_eq!(rows(true, true).len(), 3);
    }
}
