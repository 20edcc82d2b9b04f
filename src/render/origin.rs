//! `buildMetadata`: what resources are told about their making.
//!
//! Who makes or reads a resource gives it an [`Origin`]; who changes the resources of a
//! kustomization leaves a record of it in each. Both stand in annotations while the build runs,
//! because patches and replacements can see them, and go in the end unless they were asked for.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::target::{Target, Targets};
use crate::error::{Error, Result};
use crate::kustomization::{Configured, Origin, Str, with_transformation};
use crate::resource::{ORIGIN, Resource, ResourceSet, TRANSFORMATIONS};
use crate::source::Mark;
use crate::transform::{self, Pair, Table};
use crate::yaml::Text;

/// The version that the label `app.kubernetes.io/managed-by` names: that of the reference.
const MANAGED_BY: &str = "kustomize-v5.8.1";

/// What the root kustomization asks for; those below it have no say.
#[derive(Default)]
pub(super) struct BuildMetadata {
    /// Whether it asks for anything at all, be it unknown: then origins are kept until the end.
    is_tracked: bool,
    keeps_origins: bool,
    keeps_transformations: bool,
    /// Where the label was asked for.
    managed_by: Option<Mark>,
    /// Texts of origins that can be read.
    readable: HashSet<Text>,
}

impl BuildMetadata {
    pub(super) fn new(options: &[Str]) -> Self {
        let asked = |name: &str| options.iter().find(|option| ***option == *name);
        Self {
            is_tracked: !options.is_empty(),
            keeps_origins: asked("originAnnotations").is_some(),
            keeps_transformations: asked("transformerAnnotations").is_some(),
            managed_by: asked("managedByLabel").map(|option| option.mark),
            readable: HashSet::new(),
        }
    }

    /// Whether each transformation is to be recorded.
    pub(super) fn is_tracked(&self) -> bool {
        self.is_tracked
    }

    /// The annotations that stay in the end.
    pub(super) fn kept(&self) -> Vec<&'static str> {
        let all = [
            (self.keeps_origins, ORIGIN),
            (self.keeps_transformations, TRANSFORMATIONS),
        ];
        all.into_iter()
            .filter_map(|(keeps, key)| keeps.then_some(key))
            .collect()
    }

    /// The label for all resources, if it was asked for.
    pub(super) fn label(&self) -> Option<Pair> {
        Some(Pair {
            key: Text::from_static("app.kubernetes.io/managed-by"),
            value: Text::from_static(MANAGED_BY),
            mark: self.managed_by?,
        })
    }

    /// Gives a resource that was made the origin of its generator, unless it has one.
    pub(super) fn generated(&self, resource: &mut Resource, origin: Option<&Origin>) {
        if let Some(origin) = origin.filter(|_| resource.annotation(ORIGIN).is_none()) {
            resource.set_annotation(ORIGIN, origin.to_text(), origin.mark);
        }
    }

    /// Records in all resources that a transformer was at them; what has no origin it has made
    /// (`AddTransformerAnnotation` in kustomize).
    ///
    /// # Errors
    /// Where the annotations hold something else.
    pub(super) fn transformed(&mut self, set: &mut ResourceSet, origin: &Origin) -> Result<()> {
        let mut texts: HashMap<Option<Text>, Text> = HashMap::new();
        set.update_fields(|resource| {
            if resource.is_empty() {
                return Ok(());
            }
            let Some(known) = resource.annotation(ORIGIN) else {
                resource.set_annotation(ORIGIN, origin.to_text(), origin.mark);
                return Ok(());
            };
            if !self.readable.contains(&known) {
                Origin::read(&known).map_err(|error| unreadable(error, ORIGIN, resource))?;
                self.readable.insert(known);
            }
            let known = resource.annotation(TRANSFORMATIONS);
            let text = match texts.get(&known) {
                Some(text) => text.clone(),
                None => {
                    let text = with_transformation(known.as_ref(), origin)
                        .map_err(|error| unreadable(error, TRANSFORMATIONS, resource))?;
                    texts.insert(known, text.clone());
                    text
                }
            };
            resource.set_annotation(TRANSFORMATIONS, text, origin.mark);
            Ok(())
        })
    }
}

impl Targets<'_, '_> {
    /// Writes into resources of a file which file that is.
    pub(super) fn annotate(
        &mut self,
        target: &Target,
        entry: &Str,
        resources: Vec<Resource>,
    ) -> Result<Vec<Resource>> {
        if !self.metadata.is_tracked {
            return Ok(resources);
        }
        let mut set = ResourceSet::new(self.schema.clone());
        resources.into_iter().try_for_each(|it| set.push(it))?;
        let origin = Origin {
            path: join(&target.path, entry),
            ..Origin::default()
        };
        let pair = Pair {
            key: Text::from_static(ORIGIN),
            value: origin.to_text(),
            mark: entry.mark,
        };
        let (pairs, table) = ([pair], Table::of_metadata("annotations"));
        let warnings = &mut self.session.warnings;
        transform::run(&mut set, transform::pairs(&pairs, &table), warnings)?;
        Ok(set.into_resources())
    }

    /// The origin of what a field of a kustomization makes or does.
    pub(super) fn origin_of_field(&self, target: &Target, kind: &'static str) -> Option<Origin> {
        self.metadata.is_tracked.then(|| Origin {
            configured_in: join(&target.path, target.file_name),
            configured_by: Configured {
                api_version: Text::from_static("builtin"),
                kind: Text::from_static(kind),
                ..Configured::default()
            },
            mark: target.kustomization.mark,
            ..Origin::default()
        })
    }

    /// Says that the configuration of a plugin stands in a kustomization.
    pub(super) fn annotate_inline(&self, target: &Target, config: &mut Resource) {
        if self.metadata.is_tracked {
            let origin = Origin {
                path: join(&target.path, target.file_name),
                ..Origin::default()
            };
            let mark = config.node().mark();
            config.set_annotation(ORIGIN, origin.to_text(), mark);
        }
    }
}

/// The origin of what the configuration of a plugin makes or does
/// (`OriginFromCustomPlugin` in kustomize).
pub(super) fn origin_of_plugin(config: &Resource) -> Result<Option<Origin>> {
    let Some(file) = read_origin(config)? else {
        return Ok(None);
    };
    let mark = config.node().mark();
    Ok(Some(Origin {
        path: Text::default(),
        configured_in: file.path,
        configured_by: Configured {
            api_version: Text::from(config.api_version()),
            kind: Text::from(config.gvk().kind()),
            name: Text::from(config.name()),
            namespace: Text::from(config.namespace()),
            mark,
        },
        mark,
        ..file
    }))
}

/// The origin that a resource keeps when a generated one is merged into it, written anew.
///
/// # Errors
/// If its annotation, which somebody may have written by hand, is no origin.
pub(super) fn kept_origin(resource: &Resource) -> Result<Option<Text>> {
    Ok(read_origin(resource)?.map(|origin| origin.to_text()))
}

fn read_origin(resource: &Resource) -> Result<Option<Origin>> {
    let Some(text) = resource.annotation(ORIGIN) else {
        return Ok(None);
    };
    let origin = Origin::read(&text).map_err(|error| unreadable(error, ORIGIN, resource))?;
    Ok(Some(origin))
}

#[cold]
fn unreadable(error: Error, key: &str, resource: &Resource) -> Error {
    let message = format!(
        "the annotation `{key}` of {}, which kustomize writes, cannot be read: {}; remove it",
        resource.id(),
        error.message()
    );
    Error::marked(error.kind(), resource.node().mark(), message)
}

/// Two paths as one, by their letters alone: Go's `filepath.Join`.
pub(super) fn join(base: &str, path: &str) -> Text {
    let joined = match (base, path) {
        ("", path) => path.to_owned(),
        (base, "") => base.to_owned(),
        (base, path) => format!("{base}/{path}"),
    };
    let rooted = joined.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            ("..", None) if rooted => {}
            (part, _) => parts.push(part),
        }
    }
    let text = parts.join("/");
    Text::from(match (rooted, text.is_empty()) {
        (true, _) => format!("/{text}"),
        (false, true) if !joined.is_empty() => ".".to_owned(),
        (false, _) => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_by_their_letters() {
        for (base, path, expected) in [
            ("", "./a.yaml", "a.yaml"),
            ("", "../base", "../base"),
            ("../base", "../x/a.yaml", "../x/a.yaml"),
            ("../..", "../a", "../../../a"),
            ("a", "..", "."),
            ("a//b/", "c/", "a/b/c"),
            ("", "/a/../../b", "/b"),
            ("../base", "/b", "../base/b"),
            ("", "", ""),
        ] {
            assert_eq!(join(base, path), expected, "{base} {path}");
        }
    }
}
