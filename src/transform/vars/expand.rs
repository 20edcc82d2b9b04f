//! `$(NAME)` in a text.

use crate::generate;
use crate::yaml::{Tag, Text};

/// What a text becomes.
pub(super) enum Expanded<V> {
    /// The text was one name and nothing else.
    Whole(V),
    Text(Text),
}

/// Puts values in for names (`refvar.DoReplacements` in kustomize). A name that `value` does not
/// know stays as it was written.
///
/// The reference takes a byte after `$` for a letter of its own, which breaks longer letters apart;
/// what is no text then it prints as base64.
pub(super) fn expand<V>(
    text: &str,
    mut value: impl FnMut(&str) -> Option<V>,
    show: impl Fn(&V) -> Text,
) -> Expanded<V> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'$', rest).filter(|at| at + 1 < rest.len()) {
        let next = rest[at + 1];
        out.extend_from_slice(&rest[..at]);
        let behind = &rest[at + 2..];
        rest = behind;
        let close = match next {
            b'$' => {
                out.push(b'$');
                continue;
            }
            b'(' => memchr::memchr(b')', behind),
            byte => {
                out.push(b'$');
                let mut letter = [0; 4];
                out.extend_from_slice(char::from(byte).encode_utf8(&mut letter).as_bytes());
                continue;
            }
        };
        let Some(close) = close else {
            out.extend_from_slice(b"$(");
            continue;
        };
        rest = &behind[close + 1..];
        // Both ends are ASCII, so what is between them is text.
        let name = std::str::from_utf8(&behind[..close]).unwrap_or_default();
        match value(name) {
            Some(value) if name.len() + 3 == text.len() => return Expanded::Whole(value),
            Some(value) => out.extend_from_slice(show(&value).as_bytes()),
            None => {
                out.extend_from_slice(b"$(");
                out.extend_from_slice(name.as_bytes());
                out.push(b')');
            }
        }
    }
    out.extend_from_slice(rest);
    Expanded::Text(match String::from_utf8(out) {
        Ok(out) => Text::from(out),
        Err(broken) => generate::base64(broken.as_bytes()),
    })
}

impl<V> Expanded<V> {
    /// The scalar to print.
    pub(super) fn into_scalar(self, print: impl FnOnce(V) -> (Tag, Text)) -> (Tag, Text) {
        match self {
            Self::Whole(value) => print(value),
            Self::Text(text) => (Tag::Str, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let known = |name: &str| (name == "A").then_some(1);
        let shown = expand(text, known, |_| Text::from_static("one"));
        let (tag, text) = shown.into_scalar(|_| (Tag::Int, Text::from_static("1")));
        format!("{} {text}", tag.name())
    }

    #[test]
    fn names_are_replaced_and_dollars_escaped() {
        for (text, expected) in [
            ("$(A)", "!!int 1"),
            ("$(A)$(A)", "!!str oneone"),
            ("x$(A)y", "!!str xoney"),
            ("$(B)", "!!str $(B)"),
            ("$(B)$(A)", "!!str $(B)one"),
            ("$$(A)", "!!str $(A)"),
            ("$$$(A)", "!!str $one"),
            ("$$$", "!!str $$"),
            ("$", "!!str $"),
            ("$(", "!!str $("),
            ("$($(A)", "!!str $($(A)"),
            ("$()", "!!str $()"),
            ("$x$(A)", "!!str $xone"),
            ("", "!!str "),
        ] {
            assert_eq!(expanded(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_letter_behind_a_dollar_is_broken() {
        assert_eq!(expanded("$é"), "!!str JMODqQ==");
        assert_eq!(expanded("é$(A)é"), "!!str éoneé");
        assert_eq!(expanded("(é$é").matches('\n').count(), 0);
        let long = format!("{}$é", "a".repeat(60));
        assert_eq!(expanded(&long).matches('\n').count(), 2);
    }
}
