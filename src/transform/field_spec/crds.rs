//! The files of `crds`: tables from descriptions of types.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config::{Config, NameReference};
use super::table::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::FieldSpec;
use crate::resource::Gvk;
use crate::schema;
use crate::yaml::{Mapping, Node, Text};

/// How many fields a file may describe, counting those that are reached on several ways each time.
const FIELDS: usize = 1_000_000;

impl Config {
    /// The tables of such a file (`LoadConfigFromCRDs` in kustomize): a mapping from names of types
    /// to their `Schema`. Of types with `kind`, `apiVersion` and `metadata` the properties are
    /// looked at, and those of the types that they refer to; their `x-kubernetes-annotation`,
    /// `-label-selector`, `-identity` and `-object-ref-…` say what is put into them. The type is
    /// known by the last part of its name alone.
    ///
    /// The reference goes through maps in a random order; here the names are sorted.
    ///
    /// # Errors
    /// With a mark: [`ErrorKind::Schema`] for what is no such file, a manifest of a
    /// CustomResourceDefinition for instance, and for types that refer to themselves;
    /// [`ErrorKind::FieldSpecConflict`] as [`merge`](Self::merge) has it.
    pub(crate) fn of_crds(document: &Node) -> Result<Self> {
        let types = types(document)?;
        let mut all = Self::empty();
        let mut left = FIELDS;
        for (name, properties) in &types {
            let is_object = |properties: &Mapping| {
                ["kind", "apiVersion", "metadata"]
                    .iter()
                    .all(|key| properties.get(key).is_some())
            };
            if !properties.is_some_and(is_object) {
                continue;
            }
            let kind = name.rsplit('.').next().unwrap_or_default();
            let mut walk = Walk {
                types: &types,
                gvk: Gvk::from_parts("", "", kind),
                path: Vec::new(),
                inside: Vec::new(),
                left,
                rows: Rows::default(),
            };
            walk.follow(name)?;
            left = walk.left;
            all = all.merge(&walk.rows.into_config()?)?;
        }
        Ok(all)
    }
}

/// The properties of each type, if it has any.
type Types<'d> = BTreeMap<&'d str, Option<&'d Mapping>>;

fn types(document: &Node) -> Result<Types<'_>> {
    let mut types = Types::new();
    if document.is_null() {
        return Ok(types);
    }
    for entry in mapping(document, "the file")? {
        let name = entry.key.text().unwrap_or_default();
        let mut properties = None;
        if !entry.value.is_null() {
            for part in mapping(&entry.value, "the description of a type")? {
                match part.key.text() {
                    _ if part.value.is_null() => {}
                    Some(key) if key.eq_ignore_ascii_case("Schema") => {
                        let described = mapping(&part.value, "`Schema`")?;
                        schema::check(described)?;
                        properties = described.get("properties").and_then(Node::as_mapping);
                    }
                    Some(key) if key.eq_ignore_ascii_case("Dependencies") => {
                        let names = part.value.as_sequence();
                        if !names.is_some_and(|names| names.iter().all(|it| it.as_str().is_some()))
                        {
                            return Err(error(
                                &part.value,
                                "`Dependencies` must be a list of strings",
                            ));
                        }
                    }
                    _ => {}
                }
            }
        }
        types.insert(name, properties);
    }
    Ok(types)
}

/// What a file adds to tables.
#[derive(Default)]
struct Rows {
    annotations: Vec<FieldSpec>,
    labels: Vec<FieldSpec>,
    prefixes: Vec<FieldSpec>,
    /// By API version and kind of what is named.
    references: BTreeMap<(Text, Text), Vec<FieldSpec>>,
}

impl Rows {
    fn into_config(self) -> Result<Config> {
        let references = self.references.into_iter();
        let reference = |((version, kind), specs)| NameReference {
            target: Gvk::from_parts("", version, kind),
            referrers: Table::new(specs),
        };
        let mut config = Config::empty();
        config.common_annotations = Table::new(self.annotations);
        config.common_labels = Table::new(self.labels);
        config.name_prefix = Table::new(self.prefixes);
        config.name_reference = references.map(reference).collect::<Arc<[_]>>();
        Config::empty().merge(&config)
    }
}

/// A walk through the properties of one type.
struct Walk<'d> {
    types: &'d Types<'d>,
    gvk: Gvk,
    path: Vec<&'d str>,
    /// The types whose properties are being looked at.
    inside: Vec<&'d str>,
    left: usize,
    rows: Rows,
}

impl<'d> Walk<'d> {
    fn follow(&mut self, name: &'d str) -> Result<()> {
        let Some(Some(properties)) = self.types.get(name) else {
            return Ok(());
        };
        self.inside.push(name);
        let mut sorted: Vec<_> = properties.iter().collect();
        sorted.sort_by_key(|entry| entry.key.text());
        for entry in sorted {
            let Some((key, property)) = entry.key.text().zip(entry.value.as_mapping()) else {
                continue;
            };
            self.left = self.left.checked_sub(1).ok_or_else(|| {
                let message = format!("the types refer to each other on more than {FIELDS} ways");
                Error::marked(ErrorKind::Limit, entry.key.mark(), message)
            })?;
            self.path.push(key);
            self.property(property);
            if let Some(next) = text(property, "$ref") {
                self.refer(next, &entry.value)?;
            }
            self.path.pop();
        }
        self.inside.pop();
        Ok(())
    }

    fn refer(&mut self, name: &'d str, node: &Node) -> Result<()> {
        // The reference makes a URL of the name, which changes what cannot stand in one.
        let stays =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/#$&+,;=:@!'()*[]".contains(&byte);
        if !name.bytes().all(stays) {
            return Ok(());
        }
        if self.inside.contains(&name) {
            let message =
                format!("the type `{name}` refers to itself, on which the reference never ends");
            return Err(Error::marked(ErrorKind::Schema, node.mark(), message));
        }
        self.follow(name)
    }

    fn property(&mut self, property: &'d Mapping) {
        let has = |key| text(property, key).is_some();
        for (key, rows) in [
            ("x-kubernetes-annotation", &mut self.rows.annotations),
            ("x-kubernetes-label-selector", &mut self.rows.labels),
            ("x-kubernetes-identity", &mut self.rows.prefixes),
        ] {
            if has(key) {
                rows.push(spec(&self.gvk, &self.path));
            }
        }
        let version = text(property, "x-kubernetes-object-ref-api-version");
        let kind = text(property, "x-kubernetes-object-ref-kind");
        if let Some((version, kind)) = version.zip(kind) {
            let name = text(property, "x-kubernetes-object-ref-name-key").unwrap_or("name");
            let target = (Text::from(version), Text::from(kind));
            self.path.push(name);
            let spec = spec(&self.gvk, &self.path);
            self.path.pop();
            self.rows.references.entry(target).or_default().push(spec);
        }
    }
}

fn spec(gvk: &Gvk, path: &[&str]) -> FieldSpec {
    FieldSpec {
        gvk: gvk.clone(),
        path: Text::from(path.join("/")),
        ..FieldSpec::default()
    }
}

/// The text of a field that is a string.
fn text<'d>(mapping: &'d Mapping, key: &str) -> Option<&'d str> {
    mapping.get(key)?.as_str()
}

fn mapping<'d>(node: &'d Node, what: &str) -> Result<&'d Mapping> {
    node.as_mapping().ok_or_else(|| {
        error(
            node,
            &format!("{what} must be a mapping: name the types with their `Schema`, as OpenAPI describes them"),
        )
    })
}

#[cold]
fn error(node: &Node, what: &str) -> Error {
    let message = format!("not a file for `crds`: {what}");
    Error::marked(ErrorKind::Schema, node.mark(), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::source::{Source, SourceId};
    use crate::yaml;

    fn config(text: &str) -> Result<Config> {
        let source = Source::new(SourceId(0), "crds.yaml", text.to_owned())?;
        let node = yaml::read_json_or_yaml(&source, &Limits::default(), usize::MAX)?;
        Config::of_crds(&node)
    }

    fn paths(table: &Table) -> Vec<(&str, &str)> {
        table
            .rules()
            .map(|rule| (rule.spec.gvk.kind(), &*rule.spec.path))
            .collect()
    }

    const OBJECT: &str = "kind: {}, apiVersion: {}, metadata: {}";

    #[test]
    fn properties_say_what_is_put_into_them() {
        let text = format!(
            "a/b.Widget: {{Schema: {{properties: {{{OBJECT}, spec: {{$ref: a/b.Spec}}}}}}}}\n\
             a/b.Spec:\n  schema:\n    properties:\n      \
             ref: {{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: Secret}}\n      \
             key: {{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: Secret, \
             x-kubernetes-object-ref-name-key: secret}}\n      \
             a: {{x-kubernetes-annotation: ''}}\n      l: {{x-kubernetes-label-selector: ''}}\n      \
             i: {{x-kubernetes-identity: ''}}\n      j: {{x-kubernetes-identity: true}}\n      \
             items: {{type: array, items: {{x-kubernetes-identity: ''}}}}\n"
        );
        let config = config(&text).unwrap();
        assert_eq!(paths(&config.common_annotations), [("Widget", "spec/a")]);
        assert_eq!(paths(&config.common_labels), [("Widget", "spec/l")]);
        assert_eq!(paths(&config.name_prefix), [("Widget", "spec/i")]);
        assert!(config.name_suffix.is_empty());
        let [secret] = &*config.name_reference else {
            panic!("there is one target");
        };
        assert_eq!(secret.target, Gvk::new("v1", "Secret"));
        let expected = [("Widget", "spec/key/secret"), ("Widget", "spec/ref/name")];
        assert_eq!(paths(&secret.referrers), expected);
    }

    #[test]
    fn only_types_of_objects_count() {
        let property = "a: {x-kubernetes-identity: ''}";
        for text in [
            format!("A: {{Schema: {{properties: {{kind: {{}}, metadata: {{}}, {property}}}}}}}"),
            format!("A: {{Schema: {{Properties: {{{OBJECT}, {property}}}}}}}"),
            "A: null".to_owned(),
            "A: {Schema: null, Dependencies: [b], other: 1}".to_owned(),
            "null".to_owned(),
            "{}".to_owned(),
        ] {
            assert_eq!(config(&text).unwrap(), Config::empty(), "{text}");
        }
    }

    #[test]
    fn what_is_no_such_file() {
        for text in [
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n",
            "[]",
            "A: {Schema: 1}",
            "A: {Schema: {properties: {kind: true}}}",
            "A: {Schema: {type: 1}}",
            "A: {Schema: {description: 1}}",
            "A: {Dependencies: [1]}",
        ] {
            let error = config(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Schema, "{text}");
            assert!(error.mark().is_some());
        }
    }

    #[test]
    fn circles_and_many_ways_end() {
        let circle = format!("A: {{Schema: {{properties: {{{OBJECT}, a: {{$ref: A}}}}}}}}");
        assert_eq!(config(&circle).unwrap_err().kind(), ErrorKind::Schema);
        let mut many = format!("A: {{Schema: {{properties: {{{OBJECT}, a: {{$ref: T0}}}}}}}}\n");
        for at in 0..64 {
            let next = format!("{{$ref: T{}}}", at + 1);
            many.push_str(&format!(
                "T{at}: {{Schema: {{properties: {{a: {next}, b: {next}}}}}}}\n"
            ));
        }
        assert_eq!(config(&many).unwrap_err().kind(), ErrorKind::Limit);
        let elsewhere = format!(
            "A: {{Schema: {{properties: {{{OBJECT}, a: {{$ref: 'a b'}}}}}}}}\n'a b': {{Schema: {{properties: {{x: {{x-kubernetes-identity: ''}}}}}}}}"
        );
        assert!(config(&elsewhere).unwrap().name_prefix.is_empty());
    }
}
