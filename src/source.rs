//! Texts that were read, and places in them.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::error::Result;
use encoding::Crlf;

mod encoding;

/// The number of a [`Source`]. Whoever creates sources gives each its own; a number is never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

impl SourceId {
    /// The bit that numbers of decrypted texts have, so that every node knows whether it is secret.
    const SECRET: u32 = 1 << 31;

    /// The number of a text that was decrypted, or made of such texts: made from one that no other text has.
    pub(crate) fn secret(self) -> Self {
        Self(self.0 | Self::SECRET)
    }

    /// The number by which the text is found, which is the same for marks of what is secret.
    pub(crate) fn open(self) -> Self {
        Self(self.0 & !Self::SECRET)
    }

    /// Whether the text was decrypted, or what has the mark was made of one that was. The largest number is that of nodes that are about to be
    /// printed, and of no text.
    pub(crate) fn is_secret(self) -> bool {
        self.0 & Self::SECRET != 0 && self.0 != u32::MAX
    }

    /// The mark of a byte of the text.
    #[inline]
    pub(crate) fn mark(self, offset: usize) -> Mark {
        Mark {
            source: self,
            // A source is shorter than 4 GiB.
            offset: offset as u32,
        }
    }
}

/// Where a node was written: eight bytes, turned into file, line and column by [`Source::locate`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Which text.
    pub source: SourceId,
    /// The byte in that text, counted from 0.
    pub offset: u32,
}

impl Mark {
    /// The mark of what this mark's entry makes of a value: the same place, and secret if the value
    /// is.
    pub(crate) fn made_of(self, value: Self) -> Self {
        match value.source.is_secret() {
            true => self.secret(),
            false => self,
        }
    }

    /// The mark of what this mark's entry makes of something secret.
    pub(crate) fn secret(self) -> Self {
        Self {
            source: self.source.secret(),
            ..self
        }
    }
}

/// A place that a person can open: file, line and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Location {
    /// The name of the file as its tree shows it.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The bytes of a file: borrowed for the life of the program or shared, never copied on the way in.
///
/// ```
/// use kustody::Content;
/// use std::sync::Arc;
/// let embedded = Content::from(b"a: 1\n".as_slice());
/// let shared = Content::from(Arc::<[u8]>::from(*b"a: 1\n"));
/// assert_eq!(embedded, shared);
/// ```
#[derive(Clone)]
pub struct Content(Bytes);

#[derive(Clone)]
enum Bytes {
    Static(&'static [u8]),
    Shared(Arc<[u8]>),
    Owned(Arc<Vec<u8>>),
    StaticText(&'static str),
    /// Known to be UTF-8, so that a part of it is a string without another look at it.
    Text(Arc<String>),
    /// Decrypted, and wiped when nobody holds it any longer.
    #[cfg(feature = "sops")]
    Secret(Arc<zeroize::Zeroizing<Vec<u8>>>),
}

impl Content {
    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
            Bytes::Owned(bytes) => bytes,
            Bytes::StaticText(text) => text.as_bytes(),
            Bytes::Text(text) => text.as_bytes(),
            #[cfg(feature = "sops")]
            Bytes::Secret(bytes) => bytes,
        }
    }

    /// Bytes that were decrypted.
    #[cfg(feature = "sops")]
    pub(crate) fn secret(bytes: Vec<u8>) -> Self {
        Self(Bytes::Secret(Arc::new(zeroize::Zeroizing::new(bytes))))
    }

    /// Bytes that were made of these, which are as secret.
    fn remade(&self, bytes: Vec<u8>) -> Self {
        #[cfg(feature = "sops")]
        if let Bytes::Secret(_) = &self.0 {
            return Self::secret(bytes);
        }
        Self::from(bytes)
    }

    /// The same bytes, known to be a string if that can be had without a copy.
    fn into_text(self) -> Self {
        match self.0 {
            Bytes::Static(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Self(Bytes::StaticText(text)),
                Err(_) => self,
            },
            Bytes::Owned(bytes) => match Arc::try_unwrap(bytes).map(String::from_utf8) {
                Ok(Ok(text)) => Self(Bytes::Text(Arc::new(text))),
                Ok(Err(error)) => Self::from(error.into_bytes()),
                Err(bytes) => Self(Bytes::Owned(bytes)),
            },
            _ => self,
        }
    }

    /// The bytes as a string if they are known to be one.
    #[inline]
    fn known_text(&self) -> Option<&str> {
        match &self.0 {
            Bytes::StaticText(text) => Some(text),
            Bytes::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&'static [u8]> for Content {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Bytes::Static(bytes))
    }
}

impl From<&'static str> for Content {
    fn from(text: &'static str) -> Self {
        Self(Bytes::StaticText(text))
    }
}

impl From<Arc<[u8]>> for Content {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self(Bytes::Shared(bytes))
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Bytes::Owned(Arc::new(bytes)))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self(Bytes::Text(Arc::new(text)))
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        let (these, those) = (self.as_bytes(), other.as_bytes());
        // Most contents that are compared are two counts of one.
        std::ptr::eq(these, those) || these == those
    }
}

impl Eq for Content {}

/// The length: never the bytes, which may hold secrets.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.as_bytes().len())
    }
}

/// A text with a name: what locations point into and what the scalars of its nodes are slices of.
///
/// ```
/// use kustody::{Source, SourceId};
/// let source = Source::new(SourceId(0), "a.yaml", "a: 1\nb: 2\n")?;
/// let place = source.locate(8);
/// assert_eq!(place.to_string(), "a.yaml:2:4");
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone)]
pub struct Source(Arc<Inner>);

struct Inner {
    id: SourceId,
    name: Arc<str>,
    /// Checked to be UTF-8, unless it is kept verbatim.
    text: Content,
    /// Whether `---` lines split it: the reference looks for them before it decodes UTF-16.
    splits: bool,
    /// Whether a line may end in anything but `\n`: `\r`, NEL, U+2028 or U+2029.
    odd_breaks: bool,
    /// Where the text stands if it is a part of another.
    within: Option<Within>,
    /// Where the lines behind the first begin, once somebody asks for a place.
    lines: OnceLock<Box<[u32]>>,
}

/// The place of a text that comes from another.
enum Within {
    Scalar(Part),
    #[cfg(feature = "sops")]
    Encrypted(Encrypted),
}

/// A text that was decrypted: which byte of it is which of the encrypted one.
#[cfg(feature = "sops")]
struct Encrypted {
    source: Source,
    /// Sorted; what lies between two is at the first.
    places: Vec<(u32, u32)>,
}

/// The place of a text that is the value of a scalar of another text.
struct Part {
    /// That of the text's first character.
    start: Location,
    /// Whether each line of the text is a line there, so much farther to the right.
    indent: Option<u32>,
}

impl Source {
    /// A text from bytes, read as the reference reads a resource file: UTF-8, or UTF-16 behind a
    /// byte order mark, with `\r\n` made `\n`. UTF-8 without `\r\n` is not copied.
    ///
    /// # Errors
    /// [`ErrorKind::Encoding`](crate::ErrorKind::Encoding) names the place of the first byte that is not text;
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if it is 4 GiB or more.
    pub fn new(
        id: SourceId,
        name: impl Into<Arc<str>>,
        content: impl Into<Content>,
    ) -> Result<Self> {
        encoding::decode(id, name.into(), content.into(), None, Crlf::Unified)
    }

    /// A text that is the value of a scalar and read again, by a reader that gets it as it is: not a
    /// file, in which the reference makes `\r\n` one character first.
    pub(crate) fn value(id: SourceId, text: impl Into<Content>) -> Result<Self> {
        encoding::decode(id, "".into(), text.into(), None, Crlf::Kept)
    }

    /// A text that is not YAML: its bytes as they are, even those that are no text.
    #[cfg(feature = "sops")]
    pub(crate) fn verbatim(
        id: SourceId,
        name: impl Into<Arc<str>>,
        content: impl Into<Content>,
    ) -> Result<Self> {
        encoding::verbatim(id, name.into(), content.into())
    }

    /// The value of a scalar, such as a patch written into a kustomization, as a text of its own.
    /// Locations show where it stands in `parent`: exactly in a literal block, and else at the
    /// scalar's start. `offset` is where the scalar begins there, and `skipped` how many of its
    /// lines were left out at the start.
    pub(crate) fn embedded(
        id: SourceId,
        parent: &Self,
        offset: u32,
        skipped: u32,
        content: impl Into<Content>,
    ) -> Result<Self> {
        let mut start = parent.locate(offset);
        let mut indent = None;
        if parent.bytes().get(offset as usize) == Some(&b'|') {
            let lines = parent.bytes().get(offset as usize..).unwrap_or_default();
            let below = memchr::memchr(b'\n', lines).map_or(lines.len(), |end| end + 1);
            let is_space = |byte: &&u8| **byte == b' ';
            // Empty lines before the text are lines of the text.
            let first = lines[below..]
                .split(|byte| *byte == b'\n')
                .find(|line| !line.is_empty());
            let spaces = first
                .unwrap_or_default()
                .iter()
                .take_while(is_space)
                .count();
            indent = u32::try_from(spaces).ok();
            start.line += 1 + skipped;
        }
        encoding::decode(
            id,
            parent.name().clone(),
            content.into(),
            Some(Within::Scalar(Part { start, indent })),
            Crlf::Unified,
        )
    }

    /// What an encrypted text holds, as a text of its own. Locations show where it stands in the
    /// encrypted one: `places` are bytes of this text, sorted, each with its byte there.
    #[cfg(feature = "sops")]
    pub(crate) fn decrypted(
        id: SourceId,
        encrypted: &Self,
        places: Vec<(u32, u32)>,
        content: Content,
    ) -> Result<Self> {
        let within = Within::Encrypted(Encrypted {
            source: encrypted.clone(),
            places,
        });
        encoding::decode(
            id,
            Arc::clone(encrypted.name()),
            content,
            Some(within),
            Crlf::Unified,
        )
    }

    /// The number that marks into this text carry.
    pub fn id(&self) -> SourceId {
        self.0.id
    }

    /// The name that locations show.
    pub fn name(&self) -> &Arc<str> {
        &self.0.name
    }

    /// The whole text, as UTF-8.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.0.text.as_bytes()
    }

    /// Overwrites the text, as far as nobody else holds it. Returns whether this source is nobody
    /// else's.
    #[cfg(feature = "sops")]
    pub(crate) fn wipe(&mut self) -> bool {
        use zeroize::Zeroize as _;
        let Some(inner) = Arc::get_mut(&mut self.0) else {
            return false;
        };
        match &mut inner.text.0 {
            Bytes::Owned(bytes) => {
                Arc::get_mut(bytes)
                    .into_iter()
                    .for_each(|bytes| bytes.zeroize());
            }
            Bytes::Text(text) => {
                Arc::get_mut(text)
                    .into_iter()
                    .for_each(|text| text.zeroize());
            }
            // What is secret wipes itself.
            Bytes::Secret(_) | Bytes::Static(_) | Bytes::Shared(_) | Bytes::StaticText(_) => {}
        }
        true
    }

    /// The whole text as a string; nothing if it is kept verbatim and no text.
    pub(crate) fn text(&self) -> &str {
        let text = &self.0.text;
        let checked = || std::str::from_utf8(text.as_bytes()).unwrap_or_default();
        text.known_text().unwrap_or_else(checked)
    }

    /// A part of the text, by bytes; nothing if it would cut a character.
    #[inline]
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        match self.0.text.known_text() {
            Some(text) => text.get(range),
            // The whole was checked once; this check is what safe Rust asks for.
            None => (self.bytes().get(range)).and_then(|bytes| std::str::from_utf8(bytes).ok()),
        }
        .unwrap_or_default()
    }

    /// Whether `---` lines split this text into documents before it is parsed.
    pub(crate) fn splits(&self) -> bool {
        self.0.splits
    }

    /// Whether a line may end in anything but a line feed.
    pub(crate) fn has_odd_breaks(&self) -> bool {
        self.0.odd_breaks
    }

    /// File, line and column of a byte. An offset past the end means the end.
    pub fn locate(&self, offset: u32) -> Location {
        let within = self.0.within.as_ref();
        place(within, offset as usize, |offset| self.locate_here(offset))
    }

    /// The place in this text, whatever it comes from. A text may be asked as often as it has lines.
    fn locate_here(&self, offset: usize) -> Location {
        let bytes = self.bytes();
        let lines = self.0.lines.get_or_init(|| {
            let starts = line_starts(bytes);
            starts.filter_map(|start| start.try_into().ok()).collect()
        });
        let before = lines.partition_point(|start| *start as usize <= offset);
        let start = before.checked_sub(1).map_or(0, |last| lines[last] as usize);
        located(Arc::clone(&self.0.name), before, start, bytes, offset)
    }

    /// The mark of a byte of this text.
    pub(crate) fn mark(&self, offset: usize) -> Mark {
        self.0.id.mark(offset)
    }
}

/// The place of a byte of a text that may come from another: `here` it is in the text itself.
fn place(within: Option<&Within>, offset: usize, here: impl FnOnce(usize) -> Location) -> Location {
    match within {
        None => here(offset),
        Some(Within::Scalar(part)) => part.translate(here(offset)),
        #[cfg(feature = "sops")]
        Some(Within::Encrypted(encrypted)) => encrypted.locate(offset),
    }
}

#[cfg(feature = "sops")]
impl Encrypted {
    fn locate(&self, offset: usize) -> Location {
        let before = |(plain, _): &(u32, u32)| *plain as usize <= offset;
        let count = self.places.partition_point(before);
        let place = count.checked_sub(1).and_then(|last| self.places.get(last));
        self.source.locate(place.map_or(0, |(_, offset)| *offset))
    }
}

impl Part {
    fn translate(&self, place: Location) -> Location {
        match self.indent {
            None => self.start.clone(),
            Some(indent) => Location {
                file: place.file,
                line: self.start.line + place.line - 1,
                column: place.column + indent,
            },
        }
    }
}

/// The place of a byte of a text that is asked once.
fn locate(file: Arc<str>, bytes: &[u8], offset: usize) -> Location {
    let starts = line_starts(bytes).take_while(|start| *start <= offset);
    let (before, start) = starts.fold((0, 0), |(before, _), start| (before + 1, start));
    located(file, before, start, bytes, offset)
}

/// Where the lines behind the first begin.
fn line_starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    let is_half = |end: usize| bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
    ends.filter(move |end| !is_half(*end)).map(|end| end + 1)
}

/// The place of a byte in the line that has so many before it and begins at `start`.
fn located(file: Arc<str>, before: usize, start: usize, bytes: &[u8], offset: usize) -> Location {
    let offset = offset.min(bytes.len());
    let starts_char = |byte: &&u8| (**byte as i8) >= -0x40;
    let column = 1 + bytes[start..offset].iter().filter(starts_char).count();
    Location {
        file,
        line: u32::try_from(before + 1).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

/// Name, number and length: never the text, which may hold secrets.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("id", &self.0.id)
            .field("name", &self.0.name)
            .field("bytes", &self.bytes().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locates_lines_of_every_ending() {
        let text = "a\nbé c\rd\n\ne";
        let at = |needle: char| {
            let place = locate("x".into(), text.as_bytes(), text.find(needle).unwrap());
            (place.line, place.column)
        };
        assert_eq!(at('a'), (1, 1));
        assert_eq!(at('b'), (2, 1));
        assert_eq!(at('c'), (2, 4));
        assert_eq!(at('d'), (3, 1));
        assert_eq!(at('e'), (5, 1));
        assert_eq!(locate("x".into(), text.as_bytes(), 999).line, 5);
    }

    #[test]
    fn every_byte_is_located_as_by_counting() {
        let text = "a\nb\u{e9} c\rd\n\n\re\u{2028}f\n";
        let source = Source::new(SourceId(1), "x", text).unwrap();
        for offset in 0..=text.len() + 2 {
            let counted = locate(source.name().clone(), text.as_bytes(), offset);
            assert_eq!(source.locate(offset as u32), counted, "{offset}");
        }
    }

    #[test]
    fn a_text_inside_another_is_located_there() {
        let text = "patches:\n- patch: |-\n    a: 1\n    b: [\n- patch: 'x: y'\n";
        let parent = Source::new(SourceId(1), "k.yaml", text).unwrap();
        let at = |needle: &str| text.find(needle).unwrap() as u32;
        let block = Source::embedded(SourceId(2), &parent, at("|-"), 0, "a: 1\nb: [").unwrap();
        assert_eq!(block.locate(5).to_string(), "k.yaml:4:5");
        assert_eq!(block.locate(8).to_string(), "k.yaml:4:8");
        let quoted = Source::embedded(SourceId(3), &parent, at("'x"), 0, "x: y").unwrap();
        assert_eq!(quoted.locate(3).to_string(), "k.yaml:5:10");
    }

    #[test]
    fn debug_does_not_show_the_text() {
        let source = Source::new(SourceId(1), "secret.yaml", "password: hunter2").unwrap();
        assert!(!format!("{source:?}").contains("hunter2"));
    }
}
