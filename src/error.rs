//! The one error type of the crate.

use std::fmt;

use crate::source::{Location, Mark, Source, SourceId};

/// What went wrong, for programs. The words for people are in [`Error`]'s `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text is not the YAML that go-yaml v3 reads.
    Syntax,
    /// A text is not UTF-8 (or UTF-16 with a byte order mark), or holds a control character; or the
    /// name of a file is not UTF-8.
    Encoding,
    /// A limit of [`Limits`](crate::Limits) was reached.
    Limit,
    /// An alias names no anchor, or the node that contains it.
    Alias,
    /// A merge key (`<<`) whose value cannot be merged, or a second one in the same mapping.
    MergeKey,
    /// A key that the same mapping already holds.
    DuplicateKey,
    /// Two resources of the same type, name and namespace.
    Conflict,
    /// An OpenAPI document that cannot be understood.
    Schema,
    /// A strategic merge patch that does not fit the resource, or holds an unknown directive.
    Merge,
    /// A document that is no Kubernetes object: kind or name is missing, or it is a list without
    /// elements.
    NotAResource,
    /// A field that should name other resources and cannot, or that could mean several.
    Reference,
    /// A key that is not a string, where the output needs one.
    KeyNotString,
    /// A scalar whose text does not fit its tag, or a value that the output cannot hold.
    Value,
    /// A node or text cannot be turned into the type that was asked for.
    Deserialize,
    /// A path expression that cannot be read.
    Path,
    /// A field that the kustomization, or the part of it where it stands, does not have.
    UnknownField,
    /// A value of another type than its field takes, such as a number for a string.
    FieldType,
    /// A kustomization that asks for nothing.
    EmptyKustomization,
    /// A `kind` or `apiVersion` that is neither a Kustomization's nor a Component's.
    NotAKustomization,
    /// A replacement that lacks its source or its targets, or whose source is no resource, several,
    /// or has no value.
    Replacement,
    /// A var that means no resource, or several, or a field that is not there, or whose name is
    /// taken.
    Var,
    /// A path that leads to no field of a resource, or to one of another kind than is needed.
    Field,
    /// A ConfigMap or Secret that cannot be generated as its entry says.
    Generator,
    /// The configuration of a plugin that does not exist, stands in the wrong list or lacks what it
    /// needs.
    Plugin,
    /// A Helm chart, and nobody to inflate it.
    Helm,
    /// A function, and nobody to run it; or one that gives what no function may.
    Function,
    /// A validator that changes resources.
    Validator,
    /// What the reference does and this crate does not.
    Unsupported,
    /// A field spec that leads where its transformer cannot write.
    FieldSpec,
    /// Two field specs of the same field that differ in whether it is made.
    FieldSpecConflict,
    /// An entry that must match a resource and matches none.
    NoMatch,
    /// No such file or directory.
    NotFound,
    /// A directory, or a device, pipe or socket, where a file is needed.
    NotAFile,
    /// A file where a directory is needed.
    NotADirectory,
    /// A path that leads out of the directory it must stay in.
    Restricted,
    /// Symbolic links that lead back to themselves.
    LinkCycle,
    /// An overlay that lists an earlier layer and not the one before it.
    LayerSkipped,
    /// A directory that is, or is above, one that is being built.
    Cycle,
    /// A directory with more than one kustomization file.
    Ambiguous,
    /// A Component where a base is needed.
    NotABase,
    /// A base where a Component is needed.
    NotAComponent,
    /// A patch that cannot be understood, or without what it needs.
    Patch,
    /// A patch that fits no resource, or several.
    PatchTarget,
    /// A `sortOptions` that cannot be understood.
    Sort,
    /// Something that only the network could give, and nobody to fetch it.
    Remote,
    /// The operating system refused to read.
    Io,
    /// A text that is no JSON patch: not a list of operations.
    JsonPatch,
    /// An operation of a JSON patch that is incomplete, or that the resource has no place for.
    JsonPatchOperation,
    /// The `test` of a JSON patch found another value.
    JsonPatchTest,
    /// A regular expression that cannot be read, or is too large.
    Pattern,
    /// A label selector that cannot be read.
    LabelSelector,
    /// A SOPS file without metadata, or with metadata that cannot be understood.
    SopsMetadata,
    /// A private key that cannot be read.
    Identity,
    /// No key at hand opens the data key of a SOPS file.
    DataKey,
    /// An encrypted value that cannot be decrypted, or a plain one where the file says that it is
    /// encrypted.
    Decrypt,
    /// The values of a SOPS file are not those that were encrypted.
    Mac,
    /// A public key that cannot be read, or that nothing can be encrypted to.
    Recipient,
    /// A file that cannot be encrypted as it was asked for, or not so that it could be decrypted.
    Encrypt,
    /// A SOPS file in a render that has no keys and refuses such files.
    Encrypted,
}

impl ErrorKind {
    /// A stable name, fit for tables and logs: it does not change when wording does.
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Encoding => "encoding",
            Self::Limit => "limit",
            Self::Alias => "alias",
            Self::MergeKey => "merge-key",
            Self::DuplicateKey => "duplicate-key",
            Self::Conflict => "conflict",
            Self::Schema => "schema",
            Self::Merge => "merge",
            Self::NotAResource => "not-a-resource",
            Self::Reference => "reference",
            Self::KeyNotString => "key-not-string",
            Self::Value => "value",
            Self::Deserialize => "deserialize",
            Self::Path => "path",
            Self::UnknownField => "unknown-field",
            Self::FieldType => "field-type",
            Self::EmptyKustomization => "empty-kustomization",
            Self::NotAKustomization => "not-a-kustomization",
            Self::Replacement => "replacement",
            Self::Var => "var",
            Self::Field => "field",
            Self::Generator => "generator",
            Self::Plugin => "plugin",
            Self::Helm => "helm",
            Self::Function => "function",
            Self::Validator => "validator",
            Self::Unsupported => "unsupported",
            Self::FieldSpec => "field-spec",
            Self::FieldSpecConflict => "field-spec-conflict",
            Self::NoMatch => "no-match",
            Self::Pattern => "pattern",
            Self::NotFound => "not-found",
            Self::NotAFile => "not-a-file",
            Self::NotADirectory => "not-a-directory",
            Self::Restricted => "restricted",
            Self::LinkCycle => "link-cycle",
            Self::LayerSkipped => "layer-skipped",
            Self::Cycle => "cycle",
            Self::Ambiguous => "ambiguous",
            Self::NotABase => "not-a-base",
            Self::NotAComponent => "not-a-component",
            Self::Patch => "patch",
            Self::PatchTarget => "patch-target",
            Self::Sort => "sort",
            Self::Remote => "remote",
            Self::Io => "io",
            Self::JsonPatch => "json-patch",
            Self::JsonPatchOperation => "json-patch-operation",
            Self::JsonPatchTest => "json-patch-test",
            Self::LabelSelector => "label-selector",
            Self::SopsMetadata => "sops-metadata",
            Self::Identity => "identity",
            Self::DataKey => "data-key",
            Self::Decrypt => "decrypt",
            Self::Mac => "mac",
            Self::Recipient => "recipient",
            Self::Encrypt => "encrypt",
            Self::Encrypted => "encrypted",
        }
    }
}

/// Everything that can fail returns this: a kind, a sentence, and where it was seen.
///
/// It prints as one line, `file:line:column: what is wrong`. No text of a scalar appears in a message unless it is a key, a tag or an anchor, so
/// that no secret does.
///
/// ```
/// use kustody::{ErrorKind, yaml};
/// let error = yaml::read_str("deployment.yaml", "spec:\n\treplicas: 1\n").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Syntax);
/// assert_eq!(error.location().unwrap().line, 2);
/// assert!(error.to_string().starts_with("deployment.yaml:2:1: "));
/// ```
pub struct Error(Box<Inner>);

/// `Result` with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

struct Inner {
    kind: ErrorKind,
    message: String,
    words: Words,
    mark: Option<Mark>,
    location: Option<Location>,
    /// The outermost first.
    chain: Vec<Location>,
    /// Another node that has a part in it, and what that is.
    other: Option<(&'static str, Mark)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Where the message of an error has got to on its way out of a node.
enum Words {
    /// It stands alone.
    Plain,
    /// It starts with the path of a field.
    Field,
    /// It stands in for these words of another's type, which may quote a value.
    Foreign(String),
}

impl Error {
    /// An error with no place yet: for a [`FileTree`](crate::tree::FileTree) of one's own.
    ///
    /// `message` is one sentence without the text of any scalar, which could be secret.
    ///
    /// ```
    /// use kustody::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::NotFound, "there is no `app.yaml`");
    /// assert_eq!(error.to_string(), "there is no `app.yaml`");
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            words: Words::Plain,
            mark: None,
            location: None,
            chain: Vec::new(),
            other: None,
            source: None,
        }))
    }

    /// An error at a byte of a text.
    #[cold]
    pub(crate) fn at(
        kind: ErrorKind,
        source: &Source,
        offset: usize,
        message: impl Into<String>,
    ) -> Self {
        Self::new(kind, message).located(source.locate(offset.try_into().unwrap_or(u32::MAX)))
    }

    /// An error at a node, for whoever holds the node's source to locate.
    #[cold]
    pub(crate) fn marked(kind: ErrorKind, mark: Mark, message: impl Into<String>) -> Self {
        let mut error = Self::new(kind, message);
        error.0.mark = Some(mark);
        error
    }

    /// An error in the words of a type that is not ours. They are not shown until
    /// [`reveal`](Self::reveal) finds them harmless.
    #[cold]
    pub(crate) fn foreign(kind: ErrorKind, words: String) -> Self {
        let mut error = Self::new(
            kind,
            "the type that was asked for does not accept the value",
        );
        error.0.words = Words::Foreign(words);
        error
    }

    /// Takes the words of another's type for the message if they are harmless.
    pub(crate) fn reveal(mut self, harmless: impl FnOnce(&str) -> bool) -> Self {
        if let Words::Foreign(words) = &mut self.0.words {
            let words = std::mem::take(words);
            if harmless(&words) {
                self.0.message = words;
            }
            self.0.words = Words::Plain;
        }
        self
    }

    /// Says at which node it was seen, unless that is known already. A node made from nothing was
    /// seen nowhere.
    pub(crate) fn mark_at(mut self, mark: Mark) -> Self {
        let known = self.0.mark.unwrap_or_default();
        if known.source == SourceId::default() {
            self.0.mark = Some(mark);
        }
        self
    }

    /// The same error under another kind, for a reader that knows what the text was to be.
    pub(crate) fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Puts a step of the way to the field before the message: `spec.replicas: …`.
    pub(crate) fn inside(mut self, step: &str) -> Self {
        let separator = match self.0.words {
            Words::Field => ".",
            Words::Plain | Words::Foreign(_) => ": ",
        };
        self.0.message.insert_str(0, separator);
        self.0.message.insert_str(0, step);
        self.0.words = Words::Field;
        self
    }

    /// Puts more behind the message.
    pub(crate) fn and(mut self, more: &str) -> Self {
        self.0.message.push_str(more);
        self
    }

    /// Says that another node has a part in it: its place will end the message.
    pub(crate) fn with_other(mut self, what: &'static str, mark: Mark) -> Self {
        self.0.other = Some((what, mark));
        self
    }

    /// Ends the message with the place of the other node, if there is one and it is known.
    pub(crate) fn locate_other(mut self, locate: impl FnOnce(Mark) -> Option<Location>) -> Self {
        let place = |(what, mark)| Some((what, locate(mark)?));
        match self.0.other.take().and_then(place) {
            Some((what, place)) => self.and(&format!("; {what} stands at {place}")),
            None => self,
        }
    }

    /// Turns the mark into file, line and column if it points into `source`.
    ///
    /// Functions that see only nodes, such as [`yaml::write`](crate::yaml::write), leave a mark;
    /// the caller who holds the source makes a place of it.
    pub fn locate_in(self, source: &Source) -> Self {
        match self.0.mark {
            Some(mark) if mark.source == source.id() => self.located(source.locate(mark.offset)),
            _ => self,
        }
    }

    /// Adds where it was seen, unless that is known already.
    pub(crate) fn located(mut self, location: Location) -> Self {
        self.0.location.get_or_insert(location);
        self
    }

    /// Adds the entry of a kustomization that led there: its place if none is known, and else a
    /// step of the way. What is wrong in the file of the entry itself needs no way.
    pub(crate) fn by_entry(mut self, entry: Location) -> Self {
        match &self.0.location {
            None => self.0.location = Some(entry),
            Some(place) if place.file == entry.file => {}
            Some(_) => self.0.chain.insert(0, entry),
        }
        self
    }

    /// Adds the error of another library as the cause, for [`source`](std::error::Error::source).
    ///
    /// ```
    /// use kustody::{Error, ErrorKind};
    /// let cause = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    /// let error = Error::new(ErrorKind::Io, "cannot read `app.yaml`").caused_by(cause);
    /// assert!(std::error::Error::source(&error).is_some());
    /// ```
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What went wrong, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence alone, without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The node it is about, where the location is not known yet.
    pub fn mark(&self) -> Option<Mark> {
        self.0.mark
    }

    /// File, line and column, where they are known.
    pub fn location(&self) -> Option<&Location> {
        self.0.location.as_ref()
    }

    /// The entries of kustomizations that led to the file of [`location`](Self::location), the
    /// outermost first; empty if it is the outermost kustomization itself.
    ///
    /// ```
    /// use kustody::{Layer, render};
    /// let layer = Layer::from_files([
    ///     ("kustomization.yaml", "resources:\n- base\n"),
    ///     ("base/kustomization.yaml", "resources:\n- app.yaml\n"),
    ///     ("base/app.yaml", "kind: Pod\n"),
    /// ])?;
    /// let error = render(layer, []).unwrap_err();
    /// assert_eq!(
    ///     format!("{error:#}"),
    ///     "base/app.yaml:1:1: this Pod has no `metadata.name`; give it one
    ///   from base/kustomization.yaml:2:3
    ///   from kustomization.yaml:2:3"
    /// );
    /// assert_eq!(error.chain()[0].to_string(), "kustomization.yaml:2:3");
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn chain(&self) -> &[Location] {
        &self.0.chain
    }
}

/// One line: the place and the sentence. `{:#}` adds a line for each entry that led there, the
/// nearest first.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.0.location {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.0.message)?;
        if f.alternate() {
            for entry in self.0.chain.iter().rev() {
                write!(f, "\n  from {entry}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {self})", self.0.kind.code())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_as_small_as_a_pointer() {
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }
}
