//! Names, tags and digests of images.

mod name;

use self::name::{Name, split};
use super::each::Each;
use super::field_spec::{Creates, Obstacle, Table, Trail, scalar, sites};
use super::set_untyped;
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Resource, ResourceSet};
use crate::schema::Schema;
use crate::source::Mark;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Node, Text, Value, Way};

/// An entry of `images`; an empty text asks for nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    /// A regular expression for the name without tag and digest.
    pub(crate) name: Text,
    pub(crate) new_name: Text,
    pub(crate) new_tag: Text,
    pub(crate) tag_suffix: Text,
    pub(crate) digest: Text,
    /// Where it was asked for.
    pub(crate) mark: Mark,
}

/// Changes images as all entries ask (`ImageTagTransformer` in kustomize, once for each).
///
/// The reference looks for images twice: in every list `containers` or `initContainers`, however
/// deep, and in the fields of a table. An image that is found both ways is changed twice, which
/// shows where a change is not the same the second time, as with `tagSuffix`.
///
/// It fails with [`ErrorKind::FieldSpec`] where an image is no scalar or a container no mapping, and
/// with [`ErrorKind::Pattern`] for a name that is no regular expression.
pub(crate) fn images<'i>(entries: &'i [Image], fields: &'i Table) -> impl Each + 'i {
    Run {
        entries: entries.iter().map(Entry::new).collect(),
        fields,
        places: Vec::new(),
        warnings: Vec::new(),
    }
}

struct Run<'i> {
    entries: Vec<Entry<'i>>,
    fields: &'i Table,
    /// The ways to the images of the resource that is changed.
    places: Vec<Way>,
    warnings: Vec<Warning>,
}

impl Each for Run<'_> {
    fn may_change_ids(&self) -> bool {
        false
    }

    fn change(&mut self, resource: &mut Resource, _: &Schema) -> Result<()> {
        let Self {
            entries,
            fields,
            places,
            warnings,
        } = self;
        match entries.is_empty() {
            true => Ok(()),
            false => change(resource, entries, fields, places, warnings),
        }
    }

    fn end(&mut self, set: &ResourceSet, warnings: &mut Vec<Warning>) -> Result<()> {
        warnings.append(&mut self.warnings);
        for entry in self.entries.iter().filter(|entry| entry.changed_twice) {
            let message = "kustomize finds some images in two ways and changes them twice, which \
                           shows here: give `newTag` instead of `tagSuffix`, or a `name` that the \
                           result does not match";
            let mark = entry.image.mark;
            warnings.push(Warning::new(WarningKind::ChangedTwice, mark, message));
        }
        // A Component may be built alone, where there is nothing that its entries could mean.
        let unmatched = |entry: &&Entry<'_>| !set.is_empty() && !entry.matched;
        for entry in self.entries.iter().filter(unmatched) {
            let message = format!("no image is named `{}`", entry.image.name);
            let mark = entry.image.mark;
            warnings.push(Warning::new(WarningKind::NoMatch, mark, message));
        }
        Ok(())
    }
}

struct Entry<'a> {
    image: &'a Image,
    name: Name,
    matched: bool,
    /// Whether it made of an image that it had changed something else again.
    changed_twice: bool,
}

impl<'a> Entry<'a> {
    fn new(image: &'a Image) -> Self {
        Self {
            image,
            name: Name::new(&image.name),
            matched: false,
            changed_twice: false,
        }
    }

    /// What becomes of an image; `None` if the entry is not about it.
    fn apply(&mut self, text: &str) -> Result<Option<Text>> {
        let Image {
            new_name,
            new_tag,
            tag_suffix,
            digest,
            ..
        } = self.image;
        let matches = self
            .name
            .matches(text)
            .map_err(|error| Error::marked(error.kind(), self.image.mark, error.message()))?;
        if !matches {
            return Ok(None);
        }
        self.matched = true;
        let (name, old_tag, old_digest) = split(text);
        let name = match new_name.is_empty() {
            true => name,
            false => new_name,
        };
        let (tag, suffix, digest) = if !new_tag.is_empty() || !digest.is_empty() {
            (&**new_tag, "", &**digest)
        } else if !tag_suffix.is_empty() {
            (old_tag, &**tag_suffix, "")
        } else {
            (old_tag, "", old_digest)
        };
        let colon = if tag.len() + suffix.len() > 0 {
            ":"
        } else {
            ""
        };
        let at = if digest.is_empty() { "" } else { "@" };
        let image = [name, colon, tag, suffix, at, digest];
        Ok(Some(Text::concat(&image)))
    }
}

/// Changes the images of one resource.
fn change(
    resource: &mut Resource,
    entries: &mut [Entry<'_>],
    fields: &Table,
    places: &mut Vec<Way>,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    // In a CustomResourceDefinition `containers` are fields of a schema.
    if resource.gvk().kind() == "CustomResourceDefinition" {
        return Ok(());
    }
    places.clear();
    in_containers(resource.node(), None, places)?;
    let (gvk, root) = resource.fields_mut();
    let mut trail = Trail::default();
    for (_, turn) in fields.turns(gvk) {
        let found = sites(&mut trail, root, turn, Creates::Nothing)?;
        // Most kinds have few of the fields.
        if found.is_empty() {
            continue;
        }
        for mut site in found {
            if site.is_there() {
                places.push(site.way);
            } else {
                let mark = entries[0].image.mark;
                let _ = site.open(root, Creates::Nothing, mark);
            }
        }
    }
    // Each pass of an entry over an image is a place of its own; all passes of the first entry
    // come before those of the second.
    places.sort();
    let is_shared = |way: &Way| resource.node().at(way).is_some_and(Node::has_shared);
    if resource.shared_count() > 0 && places.iter().any(is_shared) {
        // What one entry writes to a place can be what the next finds in another.
        return entries
            .chunks_mut(1)
            .try_for_each(|entry| change_at(places, resource, entry, warnings));
    }
    change_at(places, resource, entries, warnings)
}

/// Changes the images at some places, which are sorted.
fn change_at(
    places: &[Way],
    resource: &mut Resource,
    entries: &mut [Entry<'_>],
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    for passes in places.chunk_by(|a, b| a == b) {
        let way = &passes[0];
        let Some(node) = resource.node().at(way) else {
            continue;
        };
        let old = scalar(node).map_err(not_an_image)?.text();
        let mut new: Option<(Text, Mark)> = None;
        for entry in &mut *entries {
            for pass in 0..passes.len() {
                let text = new.as_ref().map_or(old, |(text, _)| text);
                if let Some(changed) = entry.apply(text)? {
                    entry.changed_twice |= pass > 0 && changed != *text;
                    new = Some((changed, entry.image.mark));
                }
            }
        }
        let (_, root) = resource.fields_mut();
        if let Some((text, mark)) = new
            && let Some(node) = root.at_mut(way)
        {
            let is_shared = node.has_shared();
            set_untyped(node, text, mark, warnings);
            if is_shared {
                resource.settle_shared();
            }
        }
    }
    Ok(())
}

/// The way down to a node.
#[derive(Clone, Copy)]
struct Down<'d> {
    up: Option<&'d Self>,
    at: usize,
}

impl Down<'_> {
    fn way(&self, behind: [usize; 2]) -> Way {
        let ups = std::iter::successors(Some(self), |down| down.up);
        let mut way: Way = ups.map(|down| down.at).collect();
        way.reverse();
        way.extend(behind);
        way
    }
}

/// Notes the way to each `image` in a list of containers.
fn in_containers(node: &Node, up: Option<&Down<'_>>, places: &mut Vec<Way>) -> Result<()> {
    match node.value() {
        Value::Scalar(_) => {}
        Value::Sequence(sequence) => {
            for (at, item) in sequence.iter().enumerate() {
                if item.as_scalar().is_none() {
                    in_containers(item, Some(&Down { up, at }), places)?;
                }
            }
        }
        Value::Mapping(mapping) => {
            for (at, yaml::Entry { key, value }) in mapping.iter().enumerate() {
                if value.as_scalar().is_some() {
                    continue;
                }
                let down = Down { up, at };
                in_containers(value, Some(&down), places)?;
                if !matches!(key.text(), Some("containers" | "initContainers")) {
                    continue;
                }
                for (index, container) in value.as_sequence().into_iter().flatten().enumerate() {
                    if let Some(image) = image_of(container)? {
                        places.push(down.way([index, image]));
                    }
                }
            }
        }
    }
    Ok(())
}

fn image_of(container: &Node) -> Result<Option<usize>> {
    if container.is_null() {
        return Ok(None);
    }
    let fields = container.as_mapping();
    let fields = fields
        .ok_or_else(|| not_an_image(Obstacle::new(container, "a container is no mapping")))?;
    Ok(fields.position("image"))
}

#[cold]
fn not_an_image(obstacle: Obstacle) -> Error {
    let message = format!("`images` cannot be applied: {}", obstacle.what);
    Error::marked(ErrorKind::FieldSpec, obstacle.mark, message)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{apply, build, print, set};
    use crate::error::ErrorKind;
    use crate::warning::WarningKind;

    fn image(entry: &str, image: &str) -> String {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{image: {image}}}]}}\n"
        );
        let text = build(&format!("images: [{entry}]"), &text).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("  - image: "));
        line.unwrap().to_owned()
    }

    #[test]
    fn parts_are_replaced() {
        for (entry, before, after) in [
            ("{name: a, newTag: v2}", "a:1@sha256:x", "a:v2"),
            ("{name: a, newName: b}", "a:1@sha256:x", "b:1@sha256:x"),
            ("{name: a, digest: \"sha256:y\"}", "a:1", "a@sha256:y"),
            (
                "{name: a, newTag: v2, digest: \"sha256:y\"}",
                "a:1",
                "a:v2@sha256:y",
            ),
            ("{name: a}", "a:1", "a:1"),
            ("{name: a, newTag: v2, tagSuffix: -rc}", "a:1", "a:v2"),
            ("{name: \"\", newName: b}", "", "b"),
            (
                "{name: a, newName: b}, {name: b, newTag: \"3\"}",
                "a:1",
                "b:3",
            ),
        ] {
            assert_eq!(image(entry, before), after, "{entry} {before}");
        }
    }

    #[test]
    fn a_suffix_is_added_once_for_each_way_to_find_the_image() {
        assert_eq!(image("{name: a, tagSuffix: -rc}", "a:1"), "a:1-rc-rc");
        assert_eq!(image("{name: a, tagSuffix: -rc}", "a"), "a:-rc-rc");
        assert_eq!(
            image("{name: a, newName: b, tagSuffix: -rc}", "a:1"),
            "b:1-rc"
        );
        let deep = "apiVersion: x/v1\nkind: X\nmetadata: {name: x}\nspec: {pod: {containers: [{image: a:1}]}}\n";
        let text = build("images: [{name: a, tagSuffix: -rc}]", deep).unwrap();
        assert!(text.ends_with("- image: a:1-rc\n"), "{text}");
    }

    #[test]
    fn types_are_decided_when_it_is_printed() {
        let mut built = set(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{image: a}, {image: \"a\"}]}\n",
        );
        let warnings = apply(&mut built, "images: [{name: a, newName: \"7\"}, {name: q}]").unwrap();
        let kinds: Vec<_> = warnings.iter().map(|warning| warning.kind()).collect();
        assert_eq!(kinds, [WarningKind::TypeChanged, WarningKind::NoMatch]);
        let text = print(built.into_resources()).unwrap();
        assert!(text.ends_with("- image: 7\n  - image: \"7\"\n"), "{text}");
    }

    #[test]
    fn a_list_of_containers_that_is_null_becomes_one() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: null}\n";
        let text = build("images: [{name: a, newTag: b}]", text).unwrap();
        assert!(text.ends_with("containers: []\n"), "{text}");
    }

    #[test]
    fn what_holds_no_images_is_left_alone() {
        let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\nspec: {containers: [{image: a}]}\n";
        let text = build("images: [{name: a, newTag: b}]", crd).unwrap();
        assert!(text.ends_with("- image: a\n"), "{text}");
    }

    #[test]
    fn broken_containers_and_names_are_errors() {
        let pod = |containers: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: {containers}}}\n"
            )
        };
        for containers in ["[a]", "[[]]", "[{image: []}]", "[{image: {}}]", "a"] {
            let error = build("images: [{name: a}]", &pod(containers)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::FieldSpec, "{containers}");
        }
        let error = build("images: [{name: a(}]", &pod("[{image: a}]")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pattern);
        assert!(build("images: [{name: a(}]", &pod("[{}, null]")).is_ok());
    }
}
