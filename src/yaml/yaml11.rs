//! How go-yaml v2, a reader of YAML 1.1, differs from v3 beyond single scalars.

use super::node::{Entry, Mapping, Node, Scalar, Value};
use super::read::read_first;
use super::resolve::Resolved;
use super::tag::{Style, Tag};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::{Source, SourceId};

/// The mappings that an entry merges into its own, in the order in which they are written over each
/// other, if its key is a merge key (`<<`); `None` if it is not.
///
/// v2 merges where the key stands: what comes later in the mapping wins, be it merged or not.
///
/// # Errors
/// [`ErrorKind::MergeKey`] with a mark, if the value is neither a mapping nor a list of mappings.
pub(crate) fn merged(entry: &Entry) -> Result<Option<Vec<&Mapping>>> {
    let is_merge = |key: &Scalar| key.tag() == Tag::Merge && *key.text() == *"<<";
    if !entry.key.as_scalar().is_some_and(is_merge) {
        return Ok(None);
    }
    let mappings = match entry.value.value() {
        Value::Mapping(mapping) => Some(vec![mapping]),
        // An alias stands for what was written before it; v2 takes none for a list.
        Value::Sequence(_) if entry.value.mark() < entry.key.mark() => None,
        Value::Sequence(list) => list.iter().rev().map(Node::as_mapping).collect(),
        Value::Scalar(_) => None,
    };
    let refuse = || {
        let message = "a merge key `<<` can merge only mappings, or a list of mappings";
        Error::marked(ErrorKind::MergeKey, entry.key.mark(), message)
    };
    mappings.map(Some).ok_or_else(refuse)
}

/// Whether v2 reads a text as a document that is one string, or cannot read it (kyaml's
/// `IsValueNonString`, negated). Where kustomize writes a string that is neither, it quotes it.
pub(crate) fn reads_as_string(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return true;
    }
    if is_plain(text.as_bytes()) {
        let scalar = Scalar::new(Tag::None, Style::Plain, text);
        return is_string(&scalar);
    }
    // Names and numbers of sources are for people: nobody sees this one.
    let Ok(source) = Source::new(SourceId::default(), "", text.to_owned()) else {
        return true;
    };
    match read_first(&source, &Limits::default()) {
        Err(_) => true,
        Ok(None) => false,
        Ok(Some(node)) => match node.value() {
            Value::Scalar(scalar) => is_string(scalar),
            _ => check_yaml11(&node).is_err(),
        },
    }
}

/// Whether a text can only be a plain scalar.
fn is_plain(text: &[u8]) -> bool {
    let harmless = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./+=~-".contains(byte);
    text != b"-" && !text.starts_with(b"---") && text != b"..." && text.iter().all(harmless)
}

fn is_string(scalar: &Scalar) -> bool {
    match scalar.resolve_yaml11() {
        Ok(Resolved::Str(_) | Resolved::Binary(_)) | Err(_) => true,
        Ok(_) => false,
    }
}

/// Refuses a node that v2 cannot make values of.
///
/// # Errors
/// With a mark: a text that does not fit its tag, a key that is a collection, a merge of something
/// else than mappings.
pub(crate) fn check_yaml11(node: &Node) -> Result<()> {
    match node.value() {
        Value::Scalar(scalar) => match scalar.resolve_yaml11() {
            Ok(_) => Ok(()),
            Err(error) => Err(error.mark_at(node.mark())),
        },
        Value::Sequence(list) => list.iter().try_for_each(check_yaml11),
        Value::Mapping(mapping) => mapping.iter().try_for_each(|entry| {
            if merged(entry)?.is_none() && entry.key.as_scalar().is_none() {
                let message = "a list or a mapping cannot be a key: use a string";
                let mark = entry.key.mark();
                return Err(Error::marked(ErrorKind::KeyNotString, mark, message));
            }
            check_yaml11(&entry.key)?;
            check_yaml11(&entry.value)
        }),
    }
}

/// Whether a node is a plain string that go-yaml v2 would read as something else, such as `on`.
pub(crate) fn needs_quotes(node: &Node) -> bool {
    node.as_scalar().is_some_and(|scalar| {
        scalar.style() == Style::Plain
            && matches!(scalar.tag(), Tag::Str | Tag::None)
            && !scalar.has_explicit_tag()
            && !is_certainly_string(scalar.text().as_bytes())
            && !reads_as_string(scalar.text())
    })
}

/// A quick look that spares nearly every text the long one: one line of printable ASCII that begins
/// like a word, does not end in a space, is too long for `false` or has other characters than
/// letters, and holds neither `: ` nor ` #`.
fn is_certainly_string(text: &[u8]) -> bool {
    let begins_like_word = match text {
        [first, ..] if first.is_ascii_alphabetic() => true,
        [b'_' | b'/', ..] => true,
        [b'-', b'-', b'-', ..] => false,
        [b'-', second, ..] => *second == b'-' || second.is_ascii_alphabetic(),
        _ => false,
    };
    begins_like_word
        && text.last() != Some(&b' ')
        && (text.len() > 5 || !text.iter().all(u8::is_ascii_alphabetic))
        && (text.iter().all(is_part_of_word) || is_one_line(text))
}

fn is_part_of_word(byte: &u8) -> bool {
    matches!(byte, b'-'..=b'9' | b'A'..=b'Z' | b'_' | b'a'..=b'z')
}

fn is_one_line(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && text.iter().enumerate().all(|(at, byte)| match byte {
            b':' => !matches!(text.get(at + 1), None | Some(b' ')),
            b'#' => text[at - 1] != b' ',
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_read_as_something_else() {
        for text in [
            "5", "yes", "null", ".5", "1e3", "~", "-", "[1]", "{x: y}", "a: b", "# c", "key:",
            "? a", "---", "0x1F", "- a",
        ] {
            assert!(!reads_as_string(text), "{text}");
        }
        for text in [
            "",
            "abc",
            "a\nb: c",
            "2020-01-01",
            "{{ .a }}",
            "12:30",
            "@",
            "*x",
            "a b",
            "'a'",
            "{<<: 3}",
            "!!int x",
            "\"5\"",
            "%a",
            "a=b",
            "\u{7}",
        ] {
            assert!(reads_as_string(text), "{text}");
        }
    }

    /// The quick look must never say of a text what the long one denies.
    #[test]
    fn the_quick_look_is_right() {
        const ALPHABET: &[u8] = b"ynt-:# 1./[";
        let mut text = Vec::new();
        for number in 0..ALPHABET.len().pow(4) {
            text.clear();
            let mut rest = number;
            while rest > 0 {
                text.push(ALPHABET[rest % ALPHABET.len()]);
                rest /= ALPHABET.len();
            }
            if is_certainly_string(&text) {
                let text = std::str::from_utf8(&text).unwrap();
                assert!(reads_as_string(text), "{text:?}");
            }
        }
        for word in [
            "yes", "no", "on", "off", "true", "False", "null", "NULL", "y", "N",
        ] {
            assert!(!is_certainly_string(word.as_bytes()), "{word}");
        }
    }
}
