//! The text of a scalar: inline when short, else static or a slice of the source it was read from.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

use smol_str::{SmolStr, SmolStrBuilder};

use crate::source::Source;

/// An immutable string of three words that is cheap to clone.
///
/// ```
/// use kustody::yaml::Text;
/// let text = Text::from("Deployment");
/// assert_eq!(&*text, "Deployment");
/// assert_eq!(size_of::<Text>(), 24);
/// ```
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    /// Up to 23 bytes stand in place, and nine of ten scalars of real manifests need no more. Its
    /// spare bit patterns tell the other variants, so that all of them take three words.
    Small(SmolStr),
    Shared(Arc<str>),
    Slice {
        source: Source,
        start: u32,
        len: u32,
    },
    /// A text under a tag that is none of YAML's own: rare enough to stand elsewhere.
    Tagged(Arc<Tagged>),
}

struct Tagged {
    tag: Text,
    text: Text,
}

// Texts are looked at everywhere: only what is short is worth the space there.
impl Repr {
    #[inline(never)]
    fn as_str(&self) -> &str {
        match self {
            Self::Small(text) => text,
            Self::Shared(text) => text,
            Self::Slice { source, start, len } => {
                let start = *start as usize;
                source.slice(start..start + *len as usize)
            }
            Self::Tagged(tagged) => tagged.text.as_str(),
        }
    }

    #[inline(never)]
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Small(text) => text.as_bytes(),
            Self::Shared(text) => text.as_bytes(),
            // Bytes need no look at where characters begin.
            Self::Slice { source, start, len } => {
                let start = *start as usize;
                &source.bytes()[start..start + *len as usize]
            }
            Self::Tagged(tagged) => tagged.text.as_bytes(),
        }
    }
}

/// How many bytes a [`SmolStr`] stores in place.
const INLINE: usize = 23;

/// As many zeros as stand in place.
#[cfg(feature = "sops")]
const ZEROS: SmolStr = SmolStr::new_inline(match std::str::from_utf8(&[0; INLINE]) {
    Ok(zeros) => zeros,
    Err(_) => "",
});

impl Text {
    /// A text that lives as long as the program; it is not copied.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Repr::Small(SmolStr::new_static(text)))
    }

    /// Texts one behind the other.
    pub(crate) fn concat(parts: &[&str]) -> Self {
        if parts.iter().map(|part| part.len()).sum::<usize>() > INLINE {
            return Self(Repr::Shared(parts.concat().into()));
        }
        let mut text = SmolStrBuilder::new();
        parts.iter().for_each(|part| text.push_str(part));
        Self(Repr::Small(text.finish()))
    }

    /// A part of a source, by bytes. A long part shares the source's memory.
    pub(crate) fn from_source(source: &Source, range: Range<usize>) -> Self {
        Self::part(source, source.slice(range.clone()), range.start)
    }

    /// [`from_source`](Self::from_source) for who has at hand what stands at `start`.
    #[inline]
    pub(crate) fn part(source: &Source, part: &str, start: usize) -> Self {
        if part.len() <= INLINE {
            return Self(Repr::Small(SmolStr::new_inline(part)));
        }
        // A source is shorter than 4 GiB.
        Self(Repr::Slice {
            source: source.clone(),
            start: start as u32,
            len: part.len() as u32,
        })
    }

    /// All of a source, whatever its length. It need not be UTF-8: of what is not, the bytes are
    /// there and the string is empty.
    #[cfg(feature = "sops")]
    pub(crate) fn whole(source: Source) -> Self {
        // A source is shorter than 4 GiB.
        let len = source.bytes().len() as u32;
        Self(Repr::Slice {
            source,
            start: 0,
            len,
        })
    }

    /// The same text carrying a tag's name, for scalars whose [`Tag`](super::Tag) is `Other`.
    pub(super) fn with_tag(self, tag: Self) -> Self {
        Self(Repr::Tagged(Arc::new(Tagged { tag, text: self })))
    }

    /// The tag's name that [`with_tag`](Self::with_tag) attached.
    pub(super) fn tag_name(&self) -> Option<&str> {
        match &self.0 {
            Repr::Tagged(tagged) => Some(tagged.tag.as_str()),
            _ => None,
        }
    }

    /// The text as a string slice.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Small(text) => text,
            long => long.as_str(),
        }
    }

    /// The text as bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Small(text) => text.as_bytes(),
            long => long.as_bytes(),
        }
    }

    /// Overwrites the text and leaves none, as far as nobody else holds it.
    #[cfg(feature = "sops")]
    pub(super) fn wipe(&mut self) {
        use zeroize::Zeroize as _;
        match &mut self.0 {
            Repr::Small(text) if text.len() <= INLINE => {
                *text = ZEROS;
                // Without somebody who looks, the write could be left out.
                std::hint::black_box(text);
            }
            Repr::Shared(text) => match Arc::get_mut(text) {
                Some(text) => text.zeroize(),
                None => return,
            },
            Repr::Tagged(tagged) => match Arc::get_mut(tagged) {
                Some(tagged) => tagged.text.wipe(),
                None => return,
            },
            Repr::Slice { source, .. } => {
                if !source.wipe() {
                    return;
                }
            }
            Repr::Small(_) => return,
        }
        *self = Self::default();
    }

    /// The length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Small(text) => text.len(),
            Repr::Shared(text) => text.len(),
            Repr::Slice { len, .. } => *len as usize,
            Repr::Tagged(tagged) => tagged.text.len(),
        }
    }

    /// Whether there is no text.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from_static("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        match text.len() <= INLINE {
            true => Self(Repr::Small(SmolStr::new_inline(text))),
            false => Self(Repr::Shared(text.into())),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        match text.len() <= INLINE {
            true => Self(Repr::Small(SmolStr::new_inline(&text))),
            false => Self(Repr::Shared(text.into())),
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            // Two that stand in place are compared in a few words, without a loop.
            (Repr::Small(one), Repr::Small(other)) => one == other,
            _ => self.as_bytes() == other.as_bytes(),
        }
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By bytes, which for UTF-8 is by code points.
impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialEq<str> for Text {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

/// The same hash as the `str`'s, as `Borrow<str>` promises.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn keeps_what_was_put_in() {
        let long = "a text that is longer than what fits in place: é";
        let source = Source::new(SourceId(0), "x", format!("key: {long}")).unwrap();
        for text in [
            Text::from(long),
            Text::from(long.to_owned()),
            Text::from_source(&source, 5..5 + long.len()),
        ] {
            assert_eq!(text, *long);
            assert_eq!(text.as_bytes(), long.as_bytes());
            assert_eq!(text.len(), long.len());
        }
        assert_eq!(Text::from_source(&source, 0..3), "key");
        assert_eq!(Text::from("é"), "é");
        assert!(Text::default().is_empty());
    }

    #[test]
    fn is_three_words() {
        assert_eq!(size_of::<Text>(), 24);
        assert_eq!(size_of::<Option<Text>>(), 24);
    }
}
