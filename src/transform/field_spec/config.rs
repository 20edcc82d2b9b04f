//! The tables of all transformers.

use std::sync::{Arc, LazyLock};

use super::order;
use super::table::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::FieldSpec;
use crate::resource::Gvk;
use crate::source::Mark;
use crate::yaml::{self, Mapping, Node, Resolved, Text};

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
            let node = yaml::read_str("defaults.yaml", include_str!("defaults.yaml"))
                .map(|documents| documents.into_iter().next());
            let config = match &node {
                Ok(Some(node)) => read(node, true).ok(),
                _ => None,
            };
            // A test sees to it that the file can be read.
            config.unwrap_or_else(Config::empty)
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

    /// A file under `configurations`.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownField`] and [`ErrorKind::FieldType`] for keys and values that have no
    /// place in one; [`ErrorKind::FieldSpecConflict`] never.
    pub(crate) fn from_node(node: &Node) -> Result<Self> {
        read(node, false).map(Self::sorted)
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
        table.merge(&Table::new([FieldSpec {
            gvk: Gvk::default(),
            path: Text::from_static("metadata/labels"),
            create: true,
            mark: Mark::default(),
        }]))
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

fn read(node: &Node, builtin: bool) -> Result<Config> {
    let mut config = Config::empty();
    if node.is_null() {
        return Ok(config);
    }
    let table = |value: &Node| -> Result<Table> {
        let specs = list(value)?.iter().map(spec).collect::<Result<Vec<_>>>()?;
        Ok(match builtin {
            true => Table::builtin(specs),
            false => Table::new(specs),
        })
    };
    for entry in mapping(node)? {
        let value = &entry.value;
        match entry.key.text().unwrap_or_default() {
            "namePrefix" => config.name_prefix = table(value)?,
            "nameSuffix" => config.name_suffix = table(value)?,
            "namespace" => config.namespace = table(value)?,
            "commonLabels" => config.common_labels = table(value)?,
            "labels" => config.labels = table(value)?,
            "templateLabels" => config.template_labels = table(value)?,
            "commonAnnotations" => config.common_annotations = table(value)?,
            "varReference" => config.var_reference = table(value)?,
            "images" => config.images = table(value)?,
            "replicas" => config.replicas = table(value)?,
            "nameReference" => {
                let references = list(value)?.iter().map(|value| {
                    let (gvk, rest) = type_of(value)?;
                    let mut referrers = table(&Node::null())?;
                    for (key, value) in rest {
                        match key.text() {
                            Some("fieldSpecs") => referrers = table(value)?,
                            _ => return Err(unknown(key)),
                        }
                    }
                    Ok(NameReference {
                        target: gvk,
                        referrers,
                    })
                });
                config.name_reference = references.collect::<Result<_>>()?;
            }
            _ => return Err(unknown(&entry.key)),
        }
    }
    Ok(config)
}

fn spec(node: &Node) -> Result<FieldSpec> {
    let (gvk, rest) = type_of(node)?;
    let mut spec = FieldSpec {
        gvk,
        path: Text::default(),
        create: false,
        mark: node.mark(),
    };
    for (key, value) in rest {
        match key.text() {
            Some("path") => spec.path = text(value)?,
            Some("create") => {
                let scalar = value.as_scalar();
                spec.create = match scalar.map(yaml::Scalar::resolve_yaml11) {
                    Some(Ok(Resolved::Bool(create))) => create,
                    Some(Ok(Resolved::Null)) => false,
                    _ => return Err(wrong_type(value, "`true` or `false`")),
                };
            }
            _ => return Err(unknown(key)),
        }
    }
    Ok(spec)
}

/// `group`, `version` and `kind`, and the other fields.
fn type_of(node: &Node) -> Result<(Gvk, Vec<(&Node, &Node)>)> {
    let (mut group, mut version, mut kind) = Default::default();
    let mut rest = Vec::new();
    for entry in mapping(node)? {
        match entry.key.text() {
            Some("group") => group = text(&entry.value)?,
            Some("version") => version = text(&entry.value)?,
            Some("kind") => kind = text(&entry.value)?,
            _ => rest.push((&entry.key, &entry.value)),
        }
    }
    Ok((Gvk::from_parts(group, version, kind), rest))
}

fn mapping(node: &Node) -> Result<&Mapping> {
    node.as_mapping()
        .ok_or_else(|| wrong_type(node, "a mapping"))
}

fn list(node: &Node) -> Result<&[Node]> {
    match node.as_sequence() {
        Some(list) => Ok(list.items()),
        None if node.is_null() => Ok(&[]),
        None => Err(wrong_type(node, "a list")),
    }
}

/// A string, or a number or boolean in its place: unlike the kustomization file itself these files
/// may have them.
fn text(node: &Node) -> Result<Text> {
    match node.as_scalar() {
        Some(_) if node.is_null() => Ok(Text::default()),
        Some(scalar) => Ok(scalar.text().clone()),
        None => Err(wrong_type(node, "a string")),
    }
}

#[cold]
fn unknown(key: &Node) -> Error {
    let message = format!(
        "there is no field `{}` in transformer configurations",
        key.text().unwrap_or("?")
    );
    Error::marked(ErrorKind::UnknownField, key.mark(), message)
}

#[cold]
fn wrong_type(node: &Node, expected: &str) -> Error {
    Error::marked(
        ErrorKind::FieldType,
        node.mark(),
        format!("this field takes {expected}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config> {
        Config::from_node(&yaml::read_str("config.yaml", text).unwrap()[0])
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
        let again = read(include_str!("defaults.yaml")).unwrap();
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
