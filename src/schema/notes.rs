//! Descriptions of types in comments, which a strategic merge follows (`fieldmeta` in kyaml).
//!
//! A comment at a mapping, at a list or at the key of one is taken for an OpenAPI description of
//! what stands there if it is a JSON object that can be one, whoever wrote it and why: beside a list
//! `# {"$imagepolicy": "flux-system:app"}` describes a type without fields, and so the list is
//! replaced and not merged. Hardly any file has such a comment, so that texts are read without
//! comments, and those in which there may be one once more.

use foldhash::HashMap;

use super::check::{check, says_nothing};
use crate::limits::Limits;
use crate::source::{Mark, Source};
use crate::yaml::{self, Comment, Document, Mapping, Node, Value};

/// The descriptions in the comments of some texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(HashMap<Spot, Mapping>);

/// Where a node begins; a mapping begins where its first key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Spot {
    mark: Mark,
    is_scalar: bool,
}

impl Spot {
    fn of(node: &Node) -> Self {
        Self {
            mark: node.mark(),
            is_scalar: node.as_scalar().is_some(),
        }
    }
}

impl Notes {
    /// Whether no comment describes anything, as usual.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a comment says of a mapping or list, or of the value of a key.
    pub(crate) fn of(&self, node: &Node) -> Option<&Mapping> {
        self.0.get(&Spot::of(node))
    }

    /// Adds those of a text; of one that is no YAML there are none.
    pub(crate) fn read(&mut self, source: &Source, limits: &Limits) {
        if !may_describe(source.bytes()) {
            return;
        }
        for document in yaml::read_with_comments(source, limits).unwrap_or_default() {
            self.read_document(&document, source, limits);
        }
    }

    fn read_document(&mut self, document: &Document, source: &Source, limits: &Limits) {
        let mut ahead = vec![&document.node];
        let mut read = |node: &Node| {
            let comment = document.comments.of(node);
            let note = comment.and_then(|comment| description(comment, source, limits));
            // Beside a value the reference insists on what its own extension holds.
            let is_refused = |note: &Mapping| {
                let own = note.get("x-kustomize");
                node.as_scalar().is_none()
                    && own.is_some_and(|own| !own.is_null() && own.as_mapping().is_none())
            };
            if let Some(note) = note.filter(|note| !is_refused(note)) {
                self.0.insert(Spot::of(node), note);
            }
        };
        while let Some(node) = ahead.pop() {
            match node.value() {
                Value::Scalar(_) => {}
                Value::Sequence(items) => {
                    read(node);
                    ahead.extend(items);
                }
                Value::Mapping(fields) => {
                    read(node);
                    fields.iter().for_each(|entry| read(&entry.key));
                    ahead.extend(fields.iter().map(|entry| &entry.value));
                }
            }
        }
    }
}

/// Whether a comment may begin with `{`.
fn may_describe(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'#', rest) {
        rest = &rest[at..];
        let lead = rest
            .iter()
            .take_while(|byte| matches!(byte, b'#' | b' ' | b'\t'));
        rest = &rest[lead.count()..];
        if rest.first() == Some(&b'{') {
            return true;
        }
    }
    false
}

/// The description in the comment beside a node, or else in that above it.
fn description(comment: &Comment, source: &Source, limits: &Limits) -> Option<Mapping> {
    let text = match comment.line.is_empty() {
        true => &comment.head,
        false => &comment.line,
    };
    let text = text.trim_start_matches('#').trim();
    if !text.starts_with('{') {
        return None;
    }
    let text = Source::new(source.id(), source.name().clone(), text.to_owned()).ok()?;
    let note = yaml::read_json_or_yaml(&text, limits, 1).ok()?;
    let note = note.as_mapping()?;
    (check(note).is_ok() && !says_nothing(note)).then(|| note.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn comments_that_are_descriptions_are_found() {
        for (text, count) in [
            ("a: # {\"$imagepolicy\": \"x\"}\n- b\n", 1),
            ("## {\"x\": null}\na:\n  b: 1\n", 1),
            ("a: {b: [c]} # {\"description\": \"x\"}\n", 1),
            ("l:\n# {\"x\": 1}\n- a: 1\n", 1),
            ("a: 1 # {\"x\": 1}\n", 0),
            ("a: # {}\n- b\n", 0),
            ("a: # {\"type\": 5}\n- b\n", 0),
            ("a: # {\"description\": \"\"}\n- b\n", 0),
            ("a: # {\"nullable\": false, \"type\": null}\n- b\n", 0),
            ("a: # {\"description\": \"false\"}\n- b\n", 1),
            ("a: # {\"type\": \"\"}\n- b\n", 1),
            ("a: # {\"$ref\": \"\"}\n- b\n", 1),
            ("a: # {\"additionalProperties\": false}\n- b\n", 1),
            ("a: # {\"x\": 1\n- b\n", 0),
            ("a: # b {\"x\": 1}\n- b\n", 0),
            ("a: # [{\"x\": 1}]\n- b\n", 0),
        ] {
            let source = Source::new(SourceId(1), "a.yaml", text).unwrap();
            let mut notes = Notes::default();
            notes.read(&source, &Limits::default());
            assert_eq!(notes.0.len(), count, "{text}");
        }
    }

    #[test]
    fn long_rules_of_hashes_are_passed_once() {
        assert!(!may_describe("#".repeat(1_000_000).as_bytes()));
        assert!(may_describe(b"a: 1\n##\t# {"));
    }
}
