//! Where a resource comes from and what changed it, as the annotations of `buildMetadata` say it.

use super::decode::{List, record};
use super::mode::Mode;
use super::read_file;
use crate::error::Result;
use crate::limits::Limits;
use crate::source::{Mark, Source, SourceId};
use crate::yaml::{self, Comments, Layout, Mapping, Node, Tag, Text};

/// A file, or the generator or transformer that a file asks for (`resource.Origin` in kustomize).
#[derive(Clone, Default)]
pub(crate) struct Origin {
    /// The file of a resource, from the directory that is built.
    pub(crate) path: Text,
    pub(crate) repo: Text,
    pub(crate) git_ref: Text,
    /// The file that asks for a generator or transformer.
    pub(crate) configured_in: Text,
    pub(crate) configured_by: Configured,
    pub(crate) mark: Mark,
}

record!(Origin {
    "path" => path,
    "repo" => repo,
    "ref" => git_ref,
    "configuredIn" => configured_in,
    "configuredBy" => configured_by,
});

/// A generator or transformer.
#[derive(Clone, Default)]
pub(crate) struct Configured {
    pub(crate) api_version: Text,
    pub(crate) kind: Text,
    pub(crate) name: Text,
    pub(crate) namespace: Text,
    pub(crate) mark: Mark,
}

record!(Configured {
    embedded {
        "apiVersion" => api_version,
        "kind" => kind,
        "name" => name,
        "namespace" => namespace,
    }
});

impl Origin {
    /// Reads the text of an annotation.
    ///
    /// # Errors
    /// What is wrong with it, with a place in the text.
    pub(crate) fn read(text: &Text) -> Result<Self> {
        read_file(&source(text)?, &Limits::default(), Mode::FILE)
    }

    /// The text of its annotation.
    pub(crate) fn to_text(&self) -> Text {
        print(&self.to_node())
    }

    fn to_node(&self) -> Node {
        let Configured {
            api_version,
            kind,
            name,
            namespace,
            ..
        } = &self.configured_by;
        let by = mapping([
            ("apiVersion", api_version),
            ("kind", kind),
            ("name", name),
            ("namespace", namespace),
        ]);
        let mut node = mapping([
            ("path", &self.path),
            ("repo", &self.repo),
            ("ref", &self.git_ref),
            ("configuredIn", &self.configured_in),
        ]);
        if !by.is_empty() {
            node.append("configuredBy", by.into());
        }
        node.into()
    }
}

/// The text of an annotation that lists transformations, with one more at its end; `None` if there
/// was no annotation.
///
/// # Errors
/// If the text is no list of origins.
pub(crate) fn with_transformation(text: Option<&Text>, last: &Origin) -> Result<Text> {
    let mut known = List::<Option<Origin>>::default();
    if let Some(text) = text {
        known = read_file(&source(text)?, &Limits::default(), Mode::FILE)?;
    }
    let known = known.iter().map(|origin| match origin {
        Some(origin) => origin.to_node(),
        None => Node::null(),
    });
    let all: Vec<_> = known.chain([last.to_node()]).collect();
    Ok(print(&yaml::Sequence::from(all).into()))
}

fn source(text: &Text) -> Result<Source> {
    Source::new(SourceId::default(), "annotation", text.to_string())
}

fn mapping<const N: usize>(fields: [(&str, &Text); N]) -> Mapping {
    let mut mapping = Mapping::default();
    for (key, text) in fields {
        if !text.is_empty() {
            mapping.set_scalar(key, Tag::Str, text.clone(), Mark::default());
        }
    }
    mapping
}

fn print(node: &Node) -> Text {
    Text::from(yaml::to_text([(node, &Comments::default())], Layout::KYAML))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &'static str) -> Origin {
        Origin::read(&Text::from_static(text)).unwrap()
    }

    #[test]
    fn prints_what_it_reads_in_its_own_order() {
        let text = "configuredBy: {kind: K, name: five, other: x, apiVersion: builtin}\npath: yes\n\
                    ref: a b\n";
        assert_eq!(
            origin(text).to_text(),
            "path: \"true\"\nref: a b\nconfiguredBy:\n  apiVersion: builtin\n  kind: K\n  name: five\n"
        );
        assert_eq!(origin("").to_text(), "{}\n");
    }

    #[test]
    fn transformations_are_listed() {
        let one = with_transformation(None, &origin("path: a")).unwrap();
        assert_eq!(one, "- path: a\n");
        let two = with_transformation(Some(&one), &origin("path: b")).unwrap();
        assert_eq!(two, "- path: a\n- path: b\n");
        let odd = Text::from_static("[null, {path: x, more: 1}]");
        let three = with_transformation(Some(&odd), &origin("path: b")).unwrap();
        assert_eq!(three, "- null\n- path: x\n- path: b\n");
        let wrong = Text::from_static("{path: a}");
        assert!(with_transformation(Some(&wrong), &origin("")).is_err());
    }
}
