//! A small build of one kustomization after another, for the tests of transformers.

use super::field_spec::Config;
use super::{Each, Image, Namespace, Pair, Replica, Subjects, images, namespace, pairs, replicas};
use crate::error::Result;
use crate::kustomization::{Configuration, FieldSpec};
use crate::limits::Limits;
use crate::resource::{Gvk, Resource, ResourceSet};
use crate::schema::Schema;
use crate::source::{Source, SourceId};
use crate::warning::Warning;
use crate::yaml::{self, Mapping, Node, Text};

/// What stands in `text`, as a set.
pub(super) fn set(text: &str) -> ResourceSet {
    let schema = Schema::builtin();
    let mut set = ResourceSet::new(schema.clone());
    for node in yaml::read_str("resources.yaml", text).unwrap() {
        set.push(Resource::new(node, &schema)).unwrap();
    }
    set
}

/// Applies the transformers that a kustomization asks for, in the order of the reference.
pub(super) fn apply(set: &mut ResourceSet, kustomization: &str) -> Result<Vec<Warning>> {
    let file = yaml::read_str("kustomization.yaml", kustomization).unwrap();
    let empty = Mapping::default();
    let file = file.first().and_then(Node::as_mapping).unwrap_or(&empty);
    let mut warnings = Vec::new();
    let config = match file.get("configurations") {
        Some(own) => {
            let mut text = Vec::new();
            yaml::write(own, &mut text)?;
            let source = Source::new(SourceId(0), "config.yaml", text)?;
            let own = Configuration::read(&source, &Limits::default())?;
            Config::default().merge(&Config::of_file(own))?
        }
        None => Config::default(),
    };
    if let Some(name) = file.get("namespace") {
        let entry = Namespace {
            name: text(name),
            mark: name.mark(),
            unset_only: false,
            subjects: Subjects::default(),
        };
        run(set, namespace(&entry, &config.namespace))?;
    }
    if let Some(node) = file.get("namePrefix") {
        let (prefix, fields) = (text(node), &config.name_prefix);
        warnings.extend(run(set, super::prefix(&prefix, node.mark(), fields))?);
    }
    if let Some(node) = file.get("nameSuffix") {
        let (suffix, fields) = (text(node), &config.name_suffix);
        warnings.extend(run(set, super::suffix(&suffix, node.mark(), fields))?);
    }
    for entry in list(file.get("labels")) {
        let entry = entry.as_mapping().unwrap();
        let fields = list(entry.get("fields")).iter().map(field_spec);
        let is_set = |key| entry.get(key).and_then(Node::as_bool) == Some(true);
        let fields = config.label_fields(
            fields,
            is_set("includeSelectors"),
            is_set("includeTemplates"),
        )?;
        run(set, pairs(&pairs_of(entry.get("pairs")), &fields))?;
    }
    let labels = pairs_of(file.get("commonLabels"));
    run(set, pairs(&labels, &config.common_labels))?;
    let annotations = pairs_of(file.get("commonAnnotations"));
    run(set, pairs(&annotations, &config.common_annotations))?;
    let entries: Vec<_> = list(file.get("replicas"))
        .iter()
        .map(|entry| Replica {
            name: part(entry, "name"),
            count: entry.get("/count").and_then(Node::as_i64).unwrap(),
            mark: entry.mark(),
        })
        .collect();
    run(set, replicas(&entries, &config.replicas))?;
    let entries: Vec<_> = list(file.get("images"))
        .iter()
        .map(|entry| Image {
            name: part(entry, "name"),
            new_name: part(entry, "newName"),
            new_tag: part(entry, "newTag"),
            tag_suffix: part(entry, "tagSuffix"),
            digest: part(entry, "digest"),
            mark: entry.mark(),
        })
        .collect();
    warnings.extend(run(set, images(&entries, &config.images))?);
    set.drop_empty();
    Ok(warnings)
}

/// Runs one transformer; what it warns of.
pub(super) fn run(set: &mut ResourceSet, each: impl Each) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    super::run(set, each, &mut warnings).map(|()| warnings)
}

/// What is printed, in the order given.
pub(super) fn print(mut resources: Vec<Resource>) -> Result<String> {
    let mut out = Vec::new();
    for (at, resource) in resources.iter_mut().enumerate() {
        if at > 0 {
            out.extend(b"---\n");
        }
        resource.finish(&[])?;
        yaml::write(resource.node(), &mut out)?;
    }
    Ok(String::from_utf8(out).unwrap())
}

/// One kustomization on what stands in a text.
pub(super) fn build(kustomization: &str, resources: &str) -> Result<String> {
    let mut set = set(resources);
    apply(&mut set, kustomization)?;
    print(set.into_resources())
}

fn field_spec(node: &Node) -> FieldSpec {
    FieldSpec {
        gvk: Gvk::from_parts(
            part(node, "group"),
            part(node, "version"),
            part(node, "kind"),
        ),
        path: part(node, "path"),
        create: node.get("/create").and_then(Node::as_bool) == Some(true),
        mark: node.mark(),
    }
}

fn pairs_of(node: Option<&Node>) -> Vec<Pair> {
    let entries = node.and_then(Node::as_mapping).into_iter().flatten();
    entries
        .map(|entry| Pair {
            key: text(&entry.key),
            value: text(&entry.value),
            mark: entry.value.mark(),
        })
        .collect()
}

fn list(node: Option<&Node>) -> &[Node] {
    node.and_then(Node::as_sequence)
        .map(|list| list.items())
        .unwrap_or_default()
}

fn part(node: &Node, key: &str) -> Text {
    let mapping = node.as_mapping().unwrap();
    mapping.get(key).map(text).unwrap_or_default()
}

fn text(node: &Node) -> Text {
    node.as_scalar().unwrap().text().clone()
}
