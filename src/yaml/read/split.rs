//! The documents of a resource file, split on the raw text as kyaml's `ByteReader` splits it.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use smallvec::SmallVec;

use crate::error::{Error, ErrorKind, Result};
use crate::source::Source;

/// Made once: that takes longer than to search a small file.
static SEPARATOR: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\n---"));

/// The pieces between lines that begin with `---`, each to be read on its own. A first line `---`
/// stays with its piece, and so does one that directly follows another.
pub(super) fn split(source: &Source) -> Result<SmallVec<[Range<usize>; 4]>> {
    let bytes = source.bytes();
    let mut pieces = SmallVec::new();
    let mut start = 0;
    if source.splits() {
        while let Some(found) = SEPARATOR.find(&bytes[start..]) {
            let line = start + found + 1;
            // The last line is no separator if no line break ends it.
            let Some(len) = memchr::memchr(b'\n', &bytes[line..]) else {
                break;
            };
            check(source, line, &bytes[line + 3..line + len])?;
            pieces.push(start..line);
            start = line + len + 1;
        }
    }
    pieces.push(start..bytes.len());
    Ok(pieces)
}

/// Refuses anything but white space and a comment behind the `---` at `line`.
fn check(source: &Source, line: usize, rest: &[u8]) -> Result<()> {
    if rest.is_empty() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(rest);
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok(());
    }
    let message =
        "nothing but a comment may follow `---` on its line; indent a text that begins with `---`";
    Err(Error::at(ErrorKind::Syntax, source, line, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn pieces(text: &'static str) -> Vec<&'static str> {
        let source = Source::new(SourceId(0), "x", text).unwrap();
        split(&source)
            .unwrap()
            .into_iter()
            .map(|piece| &text[piece])
            .collect()
    }

    #[test]
    fn splits_where_the_reference_splits() {
        assert_eq!(pieces(""), [""]);
        assert_eq!(pieces("---\na\n---\nb\n"), ["---\na\n", "b\n"]);
        assert_eq!(pieces("a\n--- # c\nb"), ["a\n", "b"]);
        assert_eq!(pieces("a\n---\n---\nb"), ["a\n", "---\nb"]);
        assert_eq!(pieces("a\n---"), ["a\n---"]);
    }

    #[test]
    fn refuses_text_behind_a_separator() {
        for text in ["a\n--- b\n", "a\n----\n", "a\n---b\n"] {
            let source = Source::new(SourceId(0), "x", text).unwrap();
            assert_eq!(
                split(&source).unwrap_err().location().unwrap().line,
                2,
                "{text:?}"
            );
        }
    }
}
