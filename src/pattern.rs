//! Go's regular expressions on the `regex` crate: which names and texts a target means.

use regex::{Regex, RegexBuilder};

use crate::error::{Error, ErrorKind, Result};

mod go;
#[cfg(test)]
mod tests;

use go::{MOST_GROUPS, translate};

/// What a compiled pattern may take, in bytes; a program of a few Unicode classes, repeated a few
/// dozen times, fits.
const LARGEST: usize = 32 << 20;

/// A pattern that texts are matched with.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Matcher);

#[derive(Clone, Debug)]
enum Matcher {
    /// The text is this.
    Equals(String),
    /// The text holds this.
    Contains(String),
    Regex(Regex),
}

impl Pattern {
    /// A pattern for whole texts, `^(?:pattern)$`: what the targets of patches and replacements
    /// are. Whether an empty pattern means anything at all is the caller's to say: here it matches
    /// the empty text.
    ///
    /// # Errors
    /// [`ErrorKind::Pattern`] for what Go refuses, [`ErrorKind::Limit`] for a pattern that grows too
    /// large.
    pub(crate) fn anchored(pattern: &str) -> Result<Self> {
        if is_literal(pattern) {
            return Ok(Self(Matcher::Equals(pattern.to_owned())));
        }
        Self::compile(pattern, &format!("^(?:{pattern})$"))
    }

    /// A pattern that may match anywhere in a text.
    ///
    /// # Errors
    /// Those of [`anchored`](Self::anchored).
    pub(crate) fn search(pattern: &str) -> Result<Self> {
        if is_literal(pattern) {
            return Ok(Self(Matcher::Contains(pattern.to_owned())));
        }
        Self::compile(pattern, pattern)
    }

    /// A pattern that was put together, for what `shown` is in the input.
    ///
    /// # Errors
    /// Those of [`anchored`](Self::anchored), in which `shown` stands for the pattern.
    pub(crate) fn around(shown: &str, pattern: &str) -> Result<Self> {
        Self::compile(shown, pattern)
    }

    fn compile(shown: &str, pattern: &str) -> Result<Self> {
        let refused =
            |kind, reason: &str| Error::new(kind, format!("the pattern `{shown}` {reason}"));
        let translated =
            translate(pattern).map_err(|reason| refused(ErrorKind::Pattern, &reason))?;
        RegexBuilder::new(&translated)
            .size_limit(LARGEST)
            .nest_limit(2 * MOST_GROUPS as u32 + 10)
            .build()
            .map(|regex| Self(Matcher::Regex(regex)))
            .map_err(|_| refused(ErrorKind::Limit, "grows too large: use smaller repetitions"))
    }

    /// Whether a pattern matches nothing but itself.
    pub(crate) fn is_literal(pattern: &str) -> bool {
        is_literal(pattern)
    }

    /// Whether a text matches.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Matcher::Equals(literal) => literal == text,
            Matcher::Contains(literal) => {
                memchr::memmem::find(text.as_bytes(), literal.as_bytes()).is_some()
            }
            Matcher::Regex(regex) => regex.is_match(text),
        }
    }
}

/// Whether no character of a pattern has a meaning.
fn is_literal(pattern: &str) -> bool {
    !pattern.contains([
        '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
    ])
}
