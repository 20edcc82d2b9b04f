//! Dotted paths and paths of field specs, split into their parts.

use std::borrow::Cow;

/// A part of a path as kustomize splits it, and the byte of the path where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) at: usize,
}

/// Splits where a delimiter has no `\` before it; one delimiter at the start does not count.
///
/// From kyaml's `PathSplitter`, which splits the paths of field specs too.
pub(crate) fn split_escaped(path: &str, delimiter: char) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut at = 0;
    for text in path.split(delimiter) {
        let start = at;
        at += text.len() + delimiter.len_utf8();
        match pieces.last_mut() {
            Some(last) if last.text.ends_with('\\') => {
                let joined = last.text.to_mut();
                joined.pop();
                joined.push(delimiter);
                joined.push_str(text);
            }
            _ if start == 0 && text.is_empty() && at <= path.len() => {}
            _ => pieces.push(Piece {
                text: Cow::Borrowed(text),
                at: start,
            }),
        }
    }
    pieces
}

/// Splits like [`split_escaped`] and keeps brackets together: what begins with `[` runs to the
/// next piece that ends with `]`, and loses the brackets unless it has a `=`.
///
/// From kyaml's `SmarterPathSplitter`. A single piece in brackets is left as it is.
pub(crate) fn split_bracketed(path: &str, delimiter: char) -> Vec<Piece<'_>> {
    let mut split = split_escaped(path, delimiter).into_iter();
    let mut pieces = Vec::with_capacity(split.len());
    while let Some(mut piece) = split.next() {
        if piece.text.starts_with('[') && !piece.text.ends_with(']') {
            let joined = piece.text.to_mut();
            for next in split.by_ref() {
                joined.push(delimiter);
                joined.push_str(&next.text);
                if next.text.ends_with(']') {
                    break;
                }
            }
            if !joined.contains('=') {
                *joined = joined.trim_matches(['[', ']']).to_owned();
            }
        }
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pieces: Vec<Piece<'_>>) -> Vec<String> {
        pieces.into_iter().map(|piece| piece.text.into()).collect()
    }

    #[test]
    fn splits_at_delimiters_without_a_backslash() {
        for (path, expected) in [
            ("", &[""][..]),
            ("/", &[""]),
            ("s", &["s"]),
            ("a/b/c", &["a", "b", "c"]),
            ("/a/b/c", &["a", "b", "c"]),
            ("//a", &["", "a"]),
            ("a/b[]/", &["a", "b[]", ""]),
            (r"a/b\/c/d\/e/f", &["a", "b/c", "d/e", "f"]),
            (r"a\/b\/c", &["a/b/c"]),
            (r"a\\/b", &[r"a\/b"]),
            (r"a\", &[r"a\"]),
        ] {
            assert_eq!(texts(split_escaped(path, '/')), expected, "{path}");
        }
    }

    #[test]
    fn keeps_brackets_together() {
        for (path, expected) in [
            ("spec.replicas", &["spec", "replicas"][..]),
            ("a.[name=first].key", &["a", "[name=first]", "key"]),
            ("a.[.name=.first].key", &["a", "[.name=.first]", "key"]),
            ("a.[name.=first.].key", &["a", "[name.=first.]", "key"]),
            ("a.[name=f.i.[r.s..key", &["a", "[name=f.i.[r.s..key"]),
            (r"spec\.replicas", &["spec.replicas"]),
            ("a.[a.b.c/d.e-g.]", &["a", "a.b.c/d.e-g."]),
            ("a.[cfg].b", &["a", "[cfg]", "b"]),
            (r"[a\.b].c", &["[a.b]", "c"]),
            ("a.[[b.c]].d", &["a", "b.c", "d"]),
            ("[b.c", &["b.c"]),
            ("[b", &["b"]),
        ] {
            assert_eq!(texts(split_bracketed(path, '.')), expected, "{path}");
        }
        assert_eq!(split_bracketed("é.[a.b].c", '.')[2].at, "é.[a.b].".len());
    }
}
