//! Labels and annotations: keys and values set in maps.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::each::Each;
use super::field_spec::{Creates, Obstacle, Table, Trail, edit};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Resource, ResourceSet, SharedNodes};
use crate::schema::Schema;
use crate::source::Mark;
use crate::warning::Warning;
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
/// [`Config::label_fields`](super::field_spec::Config::label_fields). It fails with
/// [`ErrorKind::FieldSpec`] where a field is no mapping and cannot be made one, and for an empty key.
pub(crate) fn pairs<'p>(pairs: &'p [Pair], fields: &'p Table) -> impl Each + 'p {
    let mut sorted: Vec<_> = pairs.iter().map(Setter::new).collect();
    sorted.sort_by(|a, b| a.pair.key.cmp(&b.pair.key));
    let all: SharedNodes = sorted
        .iter()
        .map(|it| Some(it.entry.value.clone()))
        .collect();
    let map = |number: &dyn Fn(usize) -> u16| {
        let entries = sorted.iter().enumerate();
        let entries = entries.map(|(at, pair)| pair.numbered(number(at)));
        Mapping::from(entries.collect::<Vec<_>>())
    };
    Run {
        fields,
        maps: [map(&|_| 0), map(&|pair| numbered(0, pair))],
        pairs: sorted,
        all: Arc::new(all),
        new: Vec::new(),
        may_change_ids: fields.rules().any(|rule| rule.path.may_change_id()),
    }
}

/// The number of a pair in a resource that has so many shared nodes.
fn numbered(known: usize, pair: usize) -> u16 {
    // What cannot be numbered is not shared; it would take 65,535 labels.
    u16::try_from(known + pair + 1).unwrap_or(0)
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

    /// The new entry, as a place of the shared node with a number.
    fn numbered(&self, number: u16) -> Entry {
        let mut entry = self.entry.clone();
        if let Some(scalar) = entry.value.as_scalar_mut() {
            scalar.set_shared(number);
        }
        entry
    }

    /// Puts quotes again round the one node of the pair, which has taken the style of what it was
    /// written over, where it stands for a new key next.
    fn renew(&self, style: &mut Option<Style>) {
        let own = self.entry.value.as_scalar().map(Scalar::style);
        if *style == Some(Style::Plain) && own == Some(Style::DoubleQuoted) {
            *style = own;
        }
    }

    /// Sets the pair in a map.
    fn set(&self, mapping: &mut Mapping, number: u16) -> Written {
        let Pair { key, value, mark } = self.pair;
        let Some(at) = mapping.position(key) else {
            mapping.push(self.numbered(number));
            return Written::New;
        };
        let node = &mut mapping.entries_mut()[at].value;
        node.set_scalar(Tag::Str, value.clone(), *mark);
        let scalar = node.as_scalar();
        Written::Over {
            style: scalar.map_or(Style::Plain, Scalar::style),
            shared: scalar.map_or(0, Scalar::shared),
        }
    }
}

/// Where a pair was written to.
enum Written {
    /// To a new key, which is the last.
    New,
    /// To a key that was there, whose style stays, and perhaps to a node that stands in several
    /// places and has a number.
    Over { style: Style, shared: u16 },
}

/// Keys that were not there: the reference puts one node wherever the key of a pair is missing.
struct New {
    /// The way to the mapping.
    way: Way,
    /// Where they begin in it.
    at: usize,
    pairs: Range<usize>,
    /// Whether the mapping is one that resources share, and holds nothing else.
    is_map: bool,
}

impl New {
    fn mapping<'n>(&self, root: &'n mut Node) -> Option<&'n mut Mapping> {
        root.at_mut(&self.way).and_then(Node::as_mapping_mut)
    }

    /// The scalars and the pairs that they are of.
    fn scalars<'n>(&self, root: &'n mut Node) -> impl Iterator<Item = (usize, &'n mut Scalar)> {
        let entries = self
            .mapping(root)
            .map(|mapping| &mut mapping.entries_mut()[self.at..]);
        let scalars = entries.into_iter().flatten();
        let scalars = scalars.filter_map(|entry| entry.value.as_scalar_mut());
        self.pairs.clone().zip(scalars)
    }
}

/// Pairs on their way into many resources.
struct Run<'p> {
    pairs: Vec<Setter<'p>>,
    /// What becomes of empty maps, which all of them share: where the pairs are new once, and where
    /// they are new in several places and the first shared nodes of a resource.
    maps: [Mapping; 2],
    /// The nodes of a resource in which each is new in several places, as it is in most.
    all: Arc<SharedNodes>,
    /// What is new in the resource that is written to.
    new: Vec<New>,
    fields: &'p Table,
    may_change_ids: bool,
}

impl Each for Run<'_> {
    fn may_change_ids(&self) -> bool {
        self.may_change_ids
    }

    fn change(&mut self, resource: &mut Resource, schema: &Schema) -> Result<()> {
        self.check_keys()?;
        if self.pairs.is_empty() {
            return Ok(());
        }
        self.set(resource)?;
        if self.may_change_ids {
            resource.edit(schema, |_| ());
        }
        Ok(())
    }

    fn end(&mut self, _: &ResourceSet, _: &mut Vec<Warning>) -> Result<()> {
        // There may have been no resource.
        self.check_keys()
    }
}

impl Run<'_> {
    /// The empty key is the first of all.
    fn check_keys(&self) -> Result<()> {
        match self.pairs.first() {
            Some(Setter { pair, .. }) if pair.key.is_empty() => {
                let message = "a label or annotation needs a key";
                Err(Error::marked(ErrorKind::FieldSpec, pair.mark, message))
            }
            _ => Ok(()),
        }
    }

    fn set(&mut self, resource: &mut Resource) -> Result<()> {
        let Self {
            pairs,
            maps,
            new,
            fields,
            ..
        } = self;
        new.clear();
        let has_hidden = resource.history().has_annotations();
        let known = resource.shared_count();
        let number = |pair: usize| numbered(known, pair);
        let mut wrote_shared = false;
        // How the last key that was there is written, which the reference does to new ones too.
        let mut styles = SmallVec::<[Option<Style>; 4]>::from_elem(None, pairs.len());
        let mut trail = Trail::default();
        let (gvk, root) = resource.fields_mut();
        for (rule, turn) in fields.turns(gvk) {
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
                let mut note = |styles: &mut [_], at: usize, new_pairs: Range<usize>, is_map| {
                    for pair in new_pairs.clone() {
                        pairs[pair].renew(&mut styles[pair]);
                    }
                    new.push(New {
                        way: way.clone(),
                        at,
                        pairs: new_pairs,
                        is_map,
                    });
                };
                let at = mapping.len();
                if known == 0 && *mapping == Mapping::default() {
                    mapping.clone_from(&maps[1]);
                    return note(&mut styles, at, 0..pairs.len(), true);
                }
                let is_missing = |pair: &Setter<'_>| mapping.position(&pair.pair.key).is_none();
                if pairs.iter().all(is_missing) {
                    let entries = pairs.iter().enumerate();
                    mapping.extend(entries.map(|(at, pair)| pair.numbered(number(at))));
                    return note(&mut styles, at, 0..pairs.len(), false);
                }
                for (pair, setter) in pairs.iter().enumerate() {
                    match setter.set(mapping, number(pair)) {
                        Written::New => {
                            note(&mut styles, mapping.len() - 1, pair..pair + 1, false);
                        }
                        Written::Over { style, shared } => {
                            styles[pair] = Some(style);
                            wrote_shared |= (1..=known).contains(&usize::from(shared));
                        }
                    }
                }
            };
            edit(&mut trail, root, turn, creates, mark, wants, set)?;
        }
        self.share(resource, &styles);
        if wrote_shared {
            resource.settle_shared();
        }
        Ok(())
    }

    /// Makes one node of what is new in several places, and gives what is new its style.
    fn share(&self, resource: &mut Resource, styles: &[Option<Style>]) {
        let Self {
            pairs,
            maps,
            all,
            new,
            ..
        } = self;
        let is_restyled = styles.iter().any(Option::is_some);
        // Nearly always all pairs are new, wherever they go.
        let is_whole = |new: &New| new.pairs.len() == pairs.len();
        if !is_restyled && new.len() > 1 && new.iter().all(is_whole) {
            resource.share(all);
            return;
        }
        if let [one] = &new[..]
            && one.is_map
            && !is_restyled
            && let Some(mapping) = one.mapping(resource.fields_mut().1)
            && mapping.len() == pairs.len()
        {
            mapping.clone_from(&maps[0]);
            return;
        }
        let is_shared = |pair: usize| {
            let mut places = new.iter().filter(|new| new.pairs.contains(&pair));
            places.nth(1).is_some()
        };
        let shared: SmallVec<[bool; 4]> = (0..pairs.len()).map(is_shared).collect();
        let (_, root) = resource.fields_mut();
        for new in new {
            for (pair, scalar) in new.scalars(root) {
                if let Some(style) = styles[pair] {
                    scalar.set_style(style);
                }
                if !shared[pair] {
                    scalar.set_shared(0);
                }
            }
        }
        let Some(last) = shared.iter().rposition(|it| *it) else {
            return;
        };
        let node = |pair: usize| {
            let mut node = pairs[pair].entry.value.clone();
            if let (Some(scalar), Some(style)) = (node.as_scalar_mut(), styles[pair]) {
                scalar.set_style(style);
            }
            shared[pair].then_some(node)
        };
        resource.share(&Arc::new((0..=last).map(node).collect()));
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
    use super::*;

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
    fn new_maps_are_one_until_somebody_writes_to_them() {
        let object = |kind: &str, name: &str| {
            format!("---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n")
        };
        let texts = [
            object("ConfigMap", "a"),
            object("ConfigMap", "b"),
            object("Service", "c"),
            object("Service", "d"),
        ];
        let mut built = set(&texts.concat());
        let labels = |set: &ResourceSet, at: usize| set.get(at).labels().unwrap().clone();
        let entries = |set: &ResourceSet, at: usize| labels(set, at).entries().as_ptr();
        let entry = "labels: [{pairs: {a: x, b: y}, includeSelectors: true}]";
        apply(&mut built, entry).unwrap();
        assert_eq!(entries(&built, 0), entries(&built, 1));
        assert_eq!(entries(&built, 2), entries(&built, 3));
        let numbers = |set: &ResourceSet, at: usize| {
            let labels = labels(set, at);
            let scalars = labels.iter().filter_map(|entry| entry.value.as_scalar());
            scalars.map(Scalar::shared).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&built, 1), [0, 0]);
        assert_eq!(numbers(&built, 3), [1, 2]);
        built.update_fields_of(2, |resource| {
            resource.edit_fields(|root| {
                root.at_mut(&[2, 1, 0]).unwrap().set_scalar(
                    Tag::Str,
                    Text::from("z"),
                    Mark::default(),
                );
            });
            resource.settle_shared();
        });
        let text = print(built.into_resources()).unwrap();
        assert_eq!(text.matches("a: z").count(), 2, "{text}");
        assert_eq!(text.matches("a: x").count(), 4, "{text}");
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
