//! Reading: a text as go-yaml v3 sees it, in nodes.
//!
//! In comes a [`Source`], out come the documents. The scanner cuts the text into tokens, the
//! builder makes nodes of them; both follow go-yaml's own, because its peculiarities come from
//! there.

mod builder;
mod collections;
mod comment_scan;
mod comments;
mod flow_line;
mod json;
mod merge;
mod rest;
mod scan;
mod scan_scalar;
mod scan_tag;
mod shortcut;
mod split;
mod token;
mod word;

use super::node::Node;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::{Source, SourceId};
use builder::Builder;
pub(crate) use builder::Room;
pub use comments::{Comment, Comments};
#[cfg(feature = "sops")]
pub(crate) use json::{JsonDialect, read_json_as};
pub(crate) use json::{read_json, read_json_or_yaml};
pub(crate) use rest::second_document;
use scan::Scanner;

/// How a text is read.
///
/// ```
/// use kustody::yaml::ReadOptions;
/// let mut options = ReadOptions::default();
/// options.comments = true;
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Keep comments, in [`Document::comments`]. Off by default: they cost time.
    pub comments: bool,
    /// Expand merge keys (`<<`). On by default; off leaves them as ordinary keys.
    pub merges: bool,
    /// What the text may cost.
    pub limits: Limits,
    /// Put what aliases stand for in their place. On by default; off, which goes together with
    /// `merges` off, leaves them as they are ([`Node::alias_name`]) and keeps the names of anchors
    /// ([`Comments::anchor_of`]), for a text that is printed again.
    pub(crate) aliases: bool,
    /// Take a plain scalar behind a lone `!` for a string, as go-yaml v2 does. Off by default.
    pub(crate) lone_tags: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            comments: false,
            merges: true,
            aliases: true,
            lone_tags: false,
            limits: Limits::default(),
        }
    }
}

/// One document of a text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Document {
    /// Its value; null for an empty document that was marked by `---`.
    pub node: Node,
    /// Its comments, if they were asked for.
    pub comments: Comments,
}

/// Reads the documents of a resource file: what `kustomize build` makes of its text.
///
/// The text is split at lines that begin with `---`; of each piece one document is read, and what
/// follows a `...` is lost, as in the reference (kyaml's `kio.ByteReader`). Aliases and merge keys
/// are expanded. Documents that are empty or null are left out.
///
/// # Errors
/// A text that go-yaml v3 refuses ([`ErrorKind::Syntax`]), an alias that cannot be expanded, or a
/// limit; each with its line and column.
///
/// ```
/// use kustody::{Limits, Source, SourceId, yaml};
/// let source = Source::new(SourceId(0), "all.yaml", "a: &x 1\nb: *x\n---\n# nothing\n---\nc: 2\n")?;
/// let documents = yaml::read(&source, &Limits::default())?;
/// assert_eq!(documents.len(), 2);
/// assert_eq!(documents[0].as_mapping().unwrap().get("b").unwrap().text(), Some("1"));
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn read(source: &Source, limits: &Limits) -> Result<Vec<Node>> {
    read_in(&mut None, source, limits)
}

/// [`read`] in memory that is kept for the next text, unless this one is refused.
pub(crate) fn read_in(
    room: &mut Option<Room>,
    source: &Source,
    limits: &Limits,
) -> Result<Vec<Node>> {
    let options = ReadOptions {
        limits: *limits,
        ..ReadOptions::default()
    };
    check_size(source, limits)?;
    let mut nodes = Vec::new();
    let scanner = Scanner::new(source, 0..0, limits.depth, false);
    let mut builder = Builder::in_room(room.take().unwrap_or_default(), scanner, options);
    for piece in split::split(source)? {
        builder.begin(piece);
        if let Some(document) = builder.document(true)?
            && !document.node.is_null()
        {
            nodes.push(document.node);
        }
    }
    *room = Some(builder.into_room());
    Ok(nodes)
}

/// [`read`] for a text at hand, with the default limits; `name` is what errors show.
///
/// # Errors
/// Those of [`read`].
///
/// ```
/// let documents = kustody::yaml::read_str("a.yaml", "a: [1, two]")?;
/// assert_eq!(documents.len(), 1);
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn read_str(name: &str, text: &str) -> Result<Vec<Node>> {
    let source = Source::new(SourceId::default(), name, text.to_owned())?;
    read(&source, &Limits::default())
}

/// Reads a text as one YAML stream: documents as go-yaml v3's `Decoder` finds them, null ones
/// included.
///
/// # Errors
/// Those of [`read`].
///
/// ```
/// use kustody::{Source, SourceId, yaml};
/// let mut options = yaml::ReadOptions::default();
/// options.comments = true;
/// let source = Source::new(SourceId(0), "a.yaml", "# the name\nname: x # short\n")?;
/// let document = &yaml::read_stream(&source, &options)?[0];
/// let entry = &document.node.as_mapping().unwrap().entries()[0];
/// assert_eq!(document.comments.of(&entry.key).unwrap().head, "# the name");
/// assert_eq!(document.comments.of(&entry.value).unwrap().line, "# short");
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn read_stream(source: &Source, options: &ReadOptions) -> Result<Vec<Document>> {
    check_size(source, &options.limits)?;
    let piece = 0..source.bytes().len();
    let scanner = Scanner::new(source, piece, options.limits.depth, options.comments);
    let mut builder = Builder::new(scanner, *options);
    let mut documents = Vec::new();
    while let Some(document) = builder.document(true)? {
        documents.push(document);
    }
    Ok(documents)
}

/// Reads the first document of a text, as go-yaml v3's `Unmarshal` does; `None` if there is none.
///
/// # Errors
/// Those of [`read`], in what stands before the end of that document.
pub(crate) fn read_first_document(
    source: &Source,
    options: &ReadOptions,
) -> Result<Option<Document>> {
    first_document(source, options, true)
}

/// Reads the first document of a text and nothing behind it, as go-yaml v2's `Unmarshal` does:
/// `None` if the text holds nothing. Merge keys stay as they are written, because that version
/// merges in another way.
///
/// # Errors
/// Those of [`read`], for what stands before the end of the first document.
pub(crate) fn read_first(source: &Source, limits: &Limits) -> Result<Option<Node>> {
    let options = ReadOptions {
        merges: false,
        lone_tags: true,
        limits: *limits,
        ..ReadOptions::default()
    };
    let document = first_document(source, &options, false)?;
    Ok(document.map(|document| document.node))
}

fn first_document(
    source: &Source,
    options: &ReadOptions,
    looks_ahead: bool,
) -> Result<Option<Document>> {
    check_size(source, &options.limits)?;
    let piece = 0..source.bytes().len();
    let scanner = Scanner::new(source, piece, options.limits.depth, options.comments);
    Builder::new(scanner, *options).document(looks_ahead)
}

/// The documents of [`read`] with their comments, and those that are null.
pub(crate) fn read_with_comments(source: &Source, limits: &Limits) -> Result<Vec<Document>> {
    let options = ReadOptions {
        comments: true,
        limits: *limits,
        ..ReadOptions::default()
    };
    let mut documents = Vec::new();
    for piece in split::split(source)? {
        let scanner = Scanner::new(source, piece, limits.depth, true);
        documents.extend(Builder::new(scanner, options).document(true)?);
    }
    Ok(documents)
}

/// Whether a resource file is one piece, with no `---` line between documents, even empty ones.
pub(crate) fn is_one_piece(source: &Source) -> Result<bool> {
    Ok(split::split(source)?.len() == 1)
}

fn check_size(source: &Source, limits: &Limits) -> Result<()> {
    if source.bytes().len() <= limits.file_bytes {
        return Ok(());
    }
    let message = format!(
        "the file is larger than {} bytes, the limit `file_bytes`",
        limits.file_bytes
    );
    Err(Error::at(ErrorKind::Limit, source, 0, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(text: &'static str) -> Vec<Node> {
        let source = Source::new(SourceId(0), "a.yaml", text).unwrap();
        let documents = read_stream(&source, &ReadOptions::default()).unwrap();
        documents
            .into_iter()
            .map(|document| document.node)
            .collect()
    }

    #[test]
    fn a_stream_knows_the_anchors_of_earlier_documents() {
        let nodes = documents("a: &x 1\n---\nb: *x\n");
        assert_eq!(nodes[1].as_mapping().unwrap().get("b"), Some(&Node::int(1)));
        // The reference reads the documents of a resource file apart from each other.
        let error = read_str("a.yaml", "a: &x 1\n---\nb: *x\n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Alias);
    }

    #[test]
    fn a_missing_value_stands_at_its_question_mark() {
        let nodes = documents("a: 1\n? b\nc: 2\n");
        let value = nodes[0].as_mapping().unwrap().get("b").unwrap();
        assert!(value.is_null());
        assert_eq!(value.mark().offset, 5);
    }
}
