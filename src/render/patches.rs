//! Patches of a kustomization: reading them, telling their kinds apart, applying them.

use super::session::Session;
use super::target::Target;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Patch, Selector, Str};
use crate::patch::json6902;
use crate::patch::select::Selection;
use crate::patch::strategic;
use crate::resource::{
    Resource, ResourceSet, no_key, read_documents, read_resources, resources_of, set_kind,
    set_name, set_namespace,
};
use crate::schema::{Notes, Schema};
use crate::source::{Mark, Source};
use crate::tree::Found;
use crate::warning::{Warning, WarningKind};

/// A patch that was read, or several that stand together.
pub(super) struct Loaded {
    content: Content,
    target: Option<Selector>,
    /// Whether the resource counts under another id from then on.
    keeps_id: bool,
    mark: Mark,
}

enum Content {
    /// Strategic merge patches, each for one resource.
    Strategic(Vec<Resource>),
    Json(json6902::Patch),
}

impl Loaded {
    /// Where it was asked for.
    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// Whether it says itself which resources it is for.
    pub(super) fn names_resources(&self) -> bool {
        matches!(self.content, Content::Strategic(_)) && self.target.is_none()
    }

    /// Each patch on its own.
    pub(super) fn split(self) -> Vec<Self> {
        match self.content {
            Content::Strategic(patches) if self.target.is_none() => {
                let one = |patch| Self {
                    content: Content::Strategic(vec![patch]),
                    target: None,
                    ..self
                };
                patches.into_iter().map(one).collect()
            }
            content => vec![Self { content, ..self }],
        }
    }
}

/// Reads strategic merge patches: each of `paths` is a patch or, if it cannot be read as one, the
/// path of a file; `text` holds more of them.
pub(super) fn load_strategic(
    session: &mut Session<'_>,
    target: &Target,
    (paths, text): (&[Str], &Str),
    mark: Mark,
    schema: &Schema,
) -> Result<Loaded> {
    let limits = session.options.limits;
    let mut patches = Vec::new();
    if paths.is_empty() && text.is_empty() {
        let message = "an entry needs `paths` or `patches`";
        return Err(Error::marked(ErrorKind::Patch, mark, message));
    }
    for entry in paths {
        let inline = session
            .embedded(target, entry, entry)
            .and_then(|source| read_resources(&source, &limits, schema));
        patches.extend(match inline {
            Ok(patches) => patches,
            Err(_) => {
                let source = session.load_source(&target.place, entry)?;
                read_resources(&source, &limits, schema)
                    .map_err(|error| session.located(error, entry.mark))?
            }
        });
    }
    if !text.is_empty() {
        let source = session.embedded(target, text, text)?;
        patches.extend(
            read_resources(&source, &limits, schema)
                .map_err(|error| session.located(error, mark))?,
        );
    }
    if patches.is_empty() {
        let message = "these patches hold nothing; remove the entry";
        return Err(Error::marked(ErrorKind::Patch, mark, message));
    }
    Ok(Loaded {
        content: Content::Strategic(patches),
        target: None,
        keeps_id: true,
        mark,
    })
}

/// Reads a patch of either kind, of whose file it may be `found` already what it is; `None` if it
/// holds nothing.
pub(super) fn load(
    session: &mut Session<'_>,
    target: &Target,
    entry: &Patch,
    found: Option<Found>,
    schema: &Schema,
) -> Result<Option<Loaded>> {
    let content = content_of(session, target, entry, found, schema)
        .map_err(|error| session.located(error, entry.mark))?;
    Ok(content.map(|content| Loaded {
        content,
        target: entry.target.clone(),
        keeps_id: false,
        mark: entry.mark,
    }))
}

/// What an entry of `patches` holds; `None` if that is nothing.
fn content_of(
    session: &mut Session<'_>,
    target: &Target,
    entry: &Patch,
    found: Option<Found>,
    schema: &Schema,
) -> Result<Option<Content>> {
    let source = text_of(session, target, entry, found)?;
    let limits = session.options.limits;
    let strategic = read_documents(&mut session.room, &source, &limits)
        .and_then(|documents| resources_of(documents, &source, &limits, schema));
    // What begins with a letter is no list of operations, and most patches do.
    let first = source.bytes().first();
    let is_resource =
        |patches: &Vec<_>| !patches.is_empty() && first.is_some_and(u8::is_ascii_alphabetic);
    let json = match strategic.as_ref().is_ok_and(is_resource) {
        true => Ok(None),
        false => json6902::Patch::parse(&source, &limits).map(Some),
    };
    match (strategic, json) {
        (Ok(patches), Ok(Some(json))) if !patches.is_empty() && !json.is_empty() => {
            let message = "this patch can be read as a strategic merge patch and as JSON 6902; which is meant?";
            Err(Error::marked(ErrorKind::Patch, entry.mark, message))
        }
        (Ok(patches), _) if patches.is_empty() => Ok(None),
        (Ok(patches), _) => Ok(Some(Content::Strategic(with_options(patches, entry)))),
        (Err(_), Ok(Some(json))) if !json.is_empty() => {
            session.warnings.extend_from_slice(json.warnings());
            Ok(Some(Content::Json(json)))
        }
        (Err(_), Ok(_)) => Ok(None),
        (Err(strategic), Err(json)) => Err(neither(&source, strategic, json)),
    }
}

/// Reads a patch of JSON 6902 operations, which stand in `text` or in a file.
pub(super) fn load_json(
    session: &mut Session<'_>,
    target: &Target,
    selector: Option<&Selector>,
    (path, text): (&Str, &Str),
    mark: Mark,
) -> Result<Loaded> {
    let refuse = |message| Err(Error::marked(ErrorKind::Patch, mark, message));
    let Some(selector) = selector.filter(|selector| !selector.name.is_empty()) else {
        return refuse("this patch needs a `target` with a `name`");
    };
    let source = match (text.is_empty(), path.is_empty()) {
        (true, true) => return refuse("this patch needs operations or a `path`"),
        (false, false) => return refuse("this patch has operations or a `path`, not both"),
        (false, true) => session.embedded(target, text, text)?,
        (true, false) => session.load_source(&target.place, path)?,
    };
    let json = json6902::Patch::parse(&source, &session.options.limits)
        .map_err(|error| session.located(error, mark))?;
    if json.is_empty() {
        return refuse("this patch holds no operations; remove the entry");
    }
    session.warnings.extend_from_slice(json.warnings());
    Ok(Loaded {
        content: Content::Json(json),
        target: Some(selector.clone()),
        keeps_id: true,
        mark,
    })
}

/// The error of the reading that came farther: of a list the operations, else the resource.
fn neither(source: &Source, strategic: Error, json: Error) -> Error {
    let first = source
        .bytes()
        .iter()
        .find(|byte| !byte.is_ascii_whitespace());
    let error = match first {
        Some(b'[' | b'-') => json,
        _ if strategic.kind() == ErrorKind::NotAResource => strategic.of_kind(ErrorKind::Patch),
        _ => strategic,
    };
    error.locate_in(source)
}

fn with_options(mut patches: Vec<Resource>, entry: &Patch) -> Vec<Resource> {
    if let Some(options) = &entry.options {
        for patch in &mut patches {
            if options.allow_name_change {
                patch.history_mut().allow_name_change = true;
            }
            if options.allow_kind_change {
                patch.history_mut().allow_kind_change = true;
            }
            if options.allow_name_change || options.allow_kind_change {
                // A null in them, which removes an annotation elsewhere, is a text from here on.
                patch.rewrite_annotations();
            }
        }
    }
    patches
}

/// The text of a patch: inline or that of its file.
fn text_of(
    session: &mut Session<'_>,
    target: &Target,
    entry: &Patch,
    found: Option<Found>,
) -> Result<Source> {
    let inline = entry.patch.trim();
    match (inline.is_empty(), entry.path.is_empty()) {
        (true, true) => {
            let message = "an entry needs a `patch` or a `path`";
            Err(Error::marked(ErrorKind::Patch, entry.mark, message))
        }
        (false, false) => {
            let message = "an entry has a `patch` or a `path`, not both";
            Err(Error::marked(ErrorKind::Patch, entry.mark, message))
        }
        (false, true) => session.embedded(target, &entry.patch, inline),
        (true, false) => match found {
            Some(found) => session.load_found_source(&target.place, &entry.path, found),
            None => session.load_source(&target.place, &entry.path),
        },
    }
}

/// Applies a patch. Errors are told of the entry by the [`Step`](super::transformer::Step).
pub(super) fn apply(
    patch: &Loaded,
    set: &mut ResourceSet,
    session: &mut Session<'_>,
) -> Result<()> {
    let Session {
        notes, warnings, ..
    } = session;
    match (&patch.content, &patch.target) {
        (Content::Strategic(patches), Some(target)) => match &patches[..] {
            [one] => merge_into_selected(one, target, patch.mark, set, notes, warnings),
            _ => {
                let message = "a patch with a `target` must be a single document; make each an entry of its own";
                Err(Error::marked(ErrorKind::Patch, patch.mark, message))
            }
        },
        (Content::Strategic(patches), None) => patches
            .iter()
            .try_for_each(|one| merge_into_named(one, patch, set, notes, warnings)),
        (Content::Json(json), Some(target)) => operate(json, target, patch, set, warnings),
        (Content::Json(_), None) => {
            let message = "a JSON 6902 patch needs a `target` that says what it changes";
            Err(Error::marked(ErrorKind::Patch, patch.mark, message))
        }
    }
}

/// Merges a patch into the one resource that has or had its id.
fn merge_into_named(
    patch: &Resource,
    loaded: &Loaded,
    set: &mut ResourceSet,
    notes: &Notes,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let id = patch.original_id();
    match *set.with_any_id(&id) {
        [at] => {
            if loaded.keeps_id {
                // The reference takes this way through its form for targets.
                return merge(at, &fitted(patch, at, set), set, notes, warnings);
            }
            merge(at, patch, set, notes, warnings)
        }
        [] => {
            let message = format!("no resource {id} is there for this patch{}", set.hint(&id));
            Err(Error::marked(
                ErrorKind::PatchTarget,
                patch.node().mark(),
                message,
            ))
        }
        [first, ..] => {
            let message = format!(
                "several resources are or were {id}, and this patch fits them all; give it a \
                 `target` that says which"
            );
            let error = Error::marked(ErrorKind::PatchTarget, patch.node().mark(), message);
            Err(error.with_other("the first", set.get(first).node().mark()))
        }
    }
}

/// Merges a patch into all resources that its target selects, whatever it calls itself.
fn merge_into_selected(
    patch: &Resource,
    target: &Selector,
    mark: Mark,
    set: &mut ResourceSet,
    notes: &Notes,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let selected = select(target, mark, set, warnings)?;
    for &at in &selected {
        merge(at, &fitted(patch, at, set), set, notes, warnings)?;
    }
    set.check_conflicts(&selected)
}

/// A patch for one of the resources that it changes (`resWrangler.ApplySmPatch` in the reference).
fn fitted(patch: &Resource, at: usize, set: &ResourceSet) -> Resource {
    let mut fitted = patch.clone();
    fitted.take_metadata_of(patch, set.schema());
    let resource = set.get(at);
    let api_version = resource
        .get("/apiVersion")
        .unwrap_or(resource.node())
        .mark();
    // Put together again, which loses a slash without a group before it.
    fitted.set_api_version(&resource.gvk().api_version(), api_version, set.schema());
    // Without a tag, so that a text such as `5` can become a number in the place of the other.
    let kind = patch.get("/kind").unwrap_or(patch.node()).mark();
    fitted.edit(set.schema(), |node| {
        set_kind(node, patch.gvk().kind(), kind);
    });
    fitted
}

fn merge(
    at: usize,
    patch: &Resource,
    set: &mut ResourceSet,
    notes: &Notes,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    set.update(at, |resource, schema| {
        let (name, namespace) = (resource.name().to_owned(), resource.namespace().to_owned());
        let kind = resource.gvk().kind().to_owned();
        // What the patch does not change stays where it was written.
        let kind_mark = resource.get("/kind").unwrap_or(resource.node()).mark();
        let [name_mark, namespace_mark] =
            ["name", "namespace"].map(|it| resource.metadata_mark(it));
        let options = patch.history();
        if options.allow_name_change || options.allow_kind_change {
            resource.push_previous();
            // They are annotations of the patch, which are merged too.
            let history = resource.history_mut();
            history.allow_name_change |= options.allow_name_change;
            history.allow_kind_change |= options.allow_kind_change;
        }
        let none = Notes::default();
        let notes = match resource.has_lost_comments() {
            true => [&none, notes],
            false => [notes; 2],
        };
        let fate = resource.edit_with_annotations(schema, |node| {
            strategic::apply(patch.node(), node, schema, notes, warnings)
        });
        resource.settle_merged();
        let fate = fate?;
        if fate == strategic::Fate::Deleted {
            resource.clear();
            return Ok(());
        }
        resource.edit(schema, |node| {
            if !options.allow_kind_change {
                set_kind(node, &kind, kind_mark);
            }
            if !options.allow_name_change {
                set_name(node, &name, name_mark);
            }
            set_namespace(node, &namespace, namespace_mark);
        });
        Ok(())
    })
}

/// Applies JSON 6902 operations to all resources that the target selects.
fn operate(
    json: &json6902::Patch,
    target: &Selector,
    patch: &Loaded,
    set: &mut ResourceSet,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    for at in select(target, patch.mark, set, warnings)? {
        set.update(at, |resource, schema| {
            if !patch.keeps_id {
                resource.push_previous();
            }
            let patched = resource.edit_json(schema, |node| json.apply(node));
            let lost = patched.and_then(|lost| match lost {
                Some(mark) if patch.keeps_id => Err(no_key(mark)),
                lost => Ok(lost),
            });
            let lost = lost.map_err(|error| error.and(&format!(" (in {})", resource.id())))?;
            // In `patches` the reference does not look whether they could be written.
            if let Some(mark) = lost {
                let message = format!(
                    "kustomize drops all annotations of {}, because the key of this one is empty",
                    resource.id()
                );
                warnings.push(Warning::new(WarningKind::LostWrite, mark, message));
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn select(
    target: &Selector,
    mark: Mark,
    set: &ResourceSet,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<usize>> {
    let selected = Selection::new(target)?.of(set)?;
    // A Component may be built alone, where there is nothing to select.
    if selected.is_empty() && !set.is_empty() {
        let message = "the target of this patch selects nothing, so the patch has no effect";
        warnings.push(Warning::new(WarningKind::NoMatch, mark, message));
    }
    Ok(selected)
}
