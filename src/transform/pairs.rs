//! Labels and annotations: keys and values set in maps.

use smallvec::SmallVec;

use super::field_spec::{Creates, Obstacle, Table, Trail, edit};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Resource, ResourceSet};
use crate::source::Mark;
use crate::yaml::{Entry, Mapping, Node, Scalar, Style, Tag, Text, Way};

/// A label or an annotation.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) key: Text,
    pub(crate) value: Text,
    /// Where it was asked for.
    pub(crate) mark: Mark,
}

/// Sets labels or annotations in all fields of a table (`LabelTransformer` and
/// `AnnotationsTransformer` in kustomize). The table of an entry of `labels` comes from
/// [`Config::label_fields`](super::field_spec::Config::label_fields).
///
/// # Errors
/// [`ErrorKind::FieldSpec`] where a field is no mapping and cannot be made one.
pub(crate) fn pairs(set: &mut ResourceSet, pairs: &[Pair], fields: &Table) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let mut sorted: Vec<_> = pairs.iter().map(Setter::new).collect();
    sorted.sort_by(|a, b| a.pair.key.cmp(&b.pair.key));
    if let Some(Setter { pair, .. }) = sorted.first().filter(|it| it.pair.key.is_empty()) {
        let message = "a label or annotation needs a key";
        return Err(Error::marked(ErrorKind::FieldSpec, pair.mark, message));
    }
    let mut new = Vec::new();
    if fields.rules().any(|rule| rule.path.may_change_id()) {
        return set.update_all(|resource, schema| {
            set_pairs(resource, &sorted, fields, &mut new)?;
            resource.edit(schema, |_| ());
            Ok(())
        });
    }
    set.update_fields(|resource| set_pairs(resource, &sorted, fields, &mut new))
}

/// A pair on its way into many maps.
struct Setter<'p> {
    pair: &'p Pair,
    /// What it is where the key is missing.
    entry: Entry,
}

impl<'p> Setter<'p> {
    fn new(pair: &'p Pair) -> Self {
        Self {
            pair,
            entry: Entry::made(&pair.key, Tag::Str, pair.value.clone(), pair.mark),
        }
    }

    /// Sets the pair in a map.
    fn set(&self, mapping: &mut Mapping) -> Written {
        let Pair { key, value, mark } = self.pair;
        let Some(at) = mapping.position(key) else {
            mapping.push(self.entry.clone());
            return Written::New;
        };
        let node = &mut mapping.entries_mut()[at].value;
        node.set_scalar(Tag::Str, value.clone(), *mark);
        let style = node.as_scalar().map_or(Style::Plain, Scalar::style);
        let is_shared = node.has_shared();
        Written::Over { style, is_shared }
    }
}

/// Where a pair was written to.
enum Written {
    /// To a new key, which is the last.
    New,
    /// To a key that was there, whose style stays, and perhaps to a node that stands in several
    /// places.
    Over { style: Style, is_shared: bool },
}

/// A key that was not there: the reference puts one node wherever the key of a pair is missing.
struct New {
    /// Which pair it is.
    pair: usize,
    way: Way,
}

impl New {
    fn in_map(way: &Way, at: usize, pair: usize) -> Self {
        let mut way = way.clone();
        way.push(at);
        Self { pair, way }
    }
}

fn set_pairs(
    resource: &mut Resource,
    pairs: &[Setter<'_>],
    fields: &Table,
    new: &mut Vec<New>,
) -> Result<()> {
    let gvk = resource.gvk().clone();
    let has_hidden = resource.history().has_annotations();
    let mut wrote_shared = false;
    // How the last key that was there is written, which the reference does to new ones too.
    let mut styles = SmallVec::<[Option<Style>; 4]>::from_elem(None, pairs.len());
    new.clear();
    let mut trail = Trail::default();
    for rule in fields.matching(&gvk) {
        // Where the reference keeps history there are annotations already.
        let is_there = has_hidden && rule.path.is_annotations();
        let creates = match rule.spec.create || is_there {
            true => Creates::Mapping,
            false => Creates::Nothing,
        };
        let mark = pairs[0].pair.mark;
        let set = |node: &mut Node, way: &Way| {
            let Some(mapping) = node.as_mapping_mut() else {
                return;
            };
            let known = mapping.len();
            let is_missing = |pair: &Setter<'_>| mapping.position(&pair.pair.key).is_none();
            if pairs.iter().all(is_missing) {
                mapping.extend(pairs.iter().map(|pair| pair.entry.clone()));
                new.extend((0..pairs.len()).map(|at| New::in_map(way, known + at, at)));
                return;
            }
            for (at, pair) in pairs.iter().enumerate() {
                match pair.set(mapping) {
                    Written::New => new.push(New::in_map(way, mapping.len() - 1, at)),
                    Written::Over { style, is_shared } => {
                        styles[at] = Some(style);
                        wrote_shared |= is_shared;
                    }
                }
            }
        };
        resource
            .edit_fields(|root| edit(&mut trail, root, &rule.path, creates, mark, wants, set))?;
    }
    for (at, style) in styles.into_iter().enumerate() {
        let ways = new.iter().filter(|new| new.pair == at).map(|new| &new.way);
        if let Some(style) = style {
            resource.edit_fields(|root| set_style(root, ways.clone(), style));
        }
        if ways.clone().nth(1).is_some() {
            resource.share(ways);
        }
    }
    if wrote_shared {
        resource.settle_shared();
    }
    Ok(())
}

fn set_style<'w>(root: &mut Node, ways: impl Iterator<Item = &'w Way>, style: Style) {
    for way in ways {
        if let Some(scalar) = root.at_mut(way).and_then(Node::as_scalar_mut) {
            scalar.set_style(style);
        }
    }
}

/// The reference sets keys of null, too, where they are not seen.
fn wants(node: &Node) -> Result<bool, Obstacle> {
    match node.as_mapping() {
        Some(_) => Ok(true),
        None if node.is_null() => Ok(false),
        None => Err(Obstacle::new(node, "it does not lead to a mapping")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{apply, build, print, set};
    use crate::error::ErrorKind;

    const SERVICE: &str =
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";

    #[test]
    fn annotations_are_there_where_history_is() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";
        let annotate = |namespace: &str| {
            let labels = "labels: [{pairs: {a: b}, fields: [{path: metadata/annotations}]}]";
            build(&format!("{namespace}{labels}"), text).unwrap()
        };
        assert!(!annotate("").contains("annotations"));
        assert!(annotate("namespace: x\n").contains("annotations:\n    a: b"));
    }

    #[test]
    fn labels_go_where_the_entry_says() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, labels: null}\n";
        let plain = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    a: \"1\"\n  name: d\n";
        let own = "labels: [{pairs: {a: \"1\"}}]";
        assert_eq!(build(own, text).unwrap(), plain);
        let template = "spec:\n  template:\n    metadata:\n      labels:\n        a: \"1\"\n";
        let templates = "labels: [{pairs: {a: \"1\"}, includeTemplates: true}]";
        assert_eq!(
            build(templates, text).unwrap(),
            format!("{plain}{template}")
        );
        let selector = "spec:\n  selector:\n    matchLabels:\n      a: \"1\"\n";
        let selectors = "labels: [{pairs: {a: \"1\"}, includeSelectors: true}]";
        let expected = format!("{plain}{selector}{}", &template["spec:\n".len()..]);
        assert_eq!(build(selectors, text).unwrap(), expected);
        assert_eq!(build("commonLabels: {a: \"1\"}", text).unwrap(), expected);
    }

    #[test]
    fn a_label_that_one_entry_added_in_two_places_is_one() {
        let mut built = set(SERVICE);
        apply(&mut built, "commonLabels: {app: base}").unwrap();
        apply(&mut built, "labels: [{pairs: {app: over}}]").unwrap();
        let text = print(built.into_resources()).unwrap();
        assert_eq!(text.matches("app: over").count(), 2, "{text}");

        let mut built = set(&SERVICE.replace("{name: s}", "{name: s, labels: {app: own}}"));
        apply(&mut built, "commonLabels: {app: base}").unwrap();
        apply(&mut built, "labels: [{pairs: {app: over}}]").unwrap();
        let text = print(built.into_resources()).unwrap();
        assert_eq!(text.matches("app: over").count(), 1, "{text}");
        assert_eq!(text.matches("app: base").count(), 1, "{text}");
    }

    #[test]
    fn values_stay_strings() {
        let text = build("commonAnnotations: {a: \"5\", b: \"on\", c: \"\"}", SERVICE).unwrap();
        assert!(
            text.contains("    a: \"5\"\n    b: \"on\"\n    c: \"\"\n"),
            "{text}"
        );
    }

    #[test]
    fn fields_that_are_no_mappings_are_errors() {
        for labels in ["[]", "x", "[{a: b}, x]"] {
            let text = SERVICE.replace("{name: s}", &format!("{{name: s, labels: {labels}}}"));
            let result = build("labels: [{pairs: {a: b}}]", &text);
            assert_eq!(result.unwrap_err().kind(), ErrorKind::FieldSpec, "{labels}");
        }
        let error = build("commonLabels: {\"\": b}", SERVICE).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldSpec);
    }

    #[test]
    fn a_field_of_an_entry_must_agree_with_the_tables() {
        let fields = "fields: [{path: spec/selector, kind: Service, version: v1}]";
        let entry = format!("labels: [{{pairs: {{}}, includeSelectors: true, {fields}}}]");
        let error = build(&entry, SERVICE).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldSpecConflict);
    }
}
