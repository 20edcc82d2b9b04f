//! The keys and values of a generator: env files, literals and files (kustomize's `api/kv`).

use std::ops::Range;

use foldhash::{HashSet, HashSetExt};

use super::{Load, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{GeneratorArgs, Str};
use crate::source::{Content, Mark};
use crate::yaml::Text;

/// The longest line that the reference reads of an env file: its scanner's buffer, less one byte.
const LONGEST_LINE: usize = 64 * 1024 - 1;

/// A key and its value.
pub(super) struct Pair {
    pub(super) key: Text,
    content: Content,
    range: Range<usize>,
    /// The entry of the kustomization that gives it.
    mark: Mark,
    /// Where the value comes from: that entry, unless the value is secret.
    pub(super) origin: Mark,
}

impl Pair {
    fn new(key: impl Into<Text>, content: Content, range: Range<usize>, marks: Marks) -> Self {
        Self {
            key: key.into(),
            content,
            range,
            mark: marks.entry,
            origin: marks.origin,
        }
    }

    /// The value.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.content.as_bytes()[self.range.clone()]
    }
}

/// Where a pair comes from.
#[derive(Clone, Copy)]
struct Marks {
    entry: Mark,
    origin: Mark,
}

/// All pairs of a generator, sorted by key: env files are read first, then literals, then files.
///
/// # Errors
/// See [`config_map`](super::config_map).
pub(super) fn load(args: &GeneratorArgs, load: &mut Load<'_>) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for path in &args.envs {
        let (content, origin) = load(Wanted {
            path,
            key: "",
            mark: path.mark,
        })?;
        let entry = path.mark;
        env_file(content, Marks { entry, origin }, &mut pairs)?;
    }
    for entry in &args.literals {
        pairs.push(literal(entry)?);
    }
    for entry in &args.files {
        pairs.push(file(entry, load)?);
    }
    let mut keys = HashSet::new();
    if let Some(again) = pairs.iter().find(|pair| !keys.insert(pair.key.as_bytes())) {
        // A line of a decrypted file without a `=` is a key, and may be a secret.
        let key = match again.origin.source.is_secret() {
            true => "of a decrypted file".to_owned(),
            false => format!("`{}`", again.key),
        };
        let message = format!(
            "the generator `{}` gives the key {key} twice: remove one of its sources",
            *args.name
        );
        return Err(Error::marked(ErrorKind::DuplicateKey, again.mark, message));
    }
    pairs.sort_by(|one, two| one.key.as_bytes().cmp(two.key.as_bytes()));
    Ok(pairs)
}

/// `key=value`, the value without one pair of quotes around it.
fn literal(entry: &Str) -> Result<Pair> {
    let Some((key, value)) = entry.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        return Err(refuse(entry, "a literal must be `key=value`"));
    };
    let unquoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let value = unquoted.unwrap_or(value).to_owned();
    let whole = 0..value.len();
    let marks = Marks {
        entry: entry.mark,
        origin: entry.mark,
    };
    Ok(Pair::new(key, Content::from(value), whole, marks))
}

/// `path`, under its last step as key, or `key=path`.
fn file(entry: &Str, load: &mut Load<'_>) -> Result<Pair> {
    let (key, path) = match entry.split_once('=') {
        None => (base(entry), entry.as_str()),
        Some(("", _)) => return Err(refuse(entry, "a file must have a key before its `=`")),
        Some((_, "")) => return Err(refuse(entry, "a file must have a path behind its `=`")),
        Some((_, path)) if path.contains('=') => {
            return Err(refuse(
                entry,
                "neither the key nor the path of a file may contain `=`",
            ));
        }
        Some(parts) => parts,
    };
    let mark = entry.mark;
    let (content, origin) = load(Wanted { path, key, mark })?;
    let whole = 0..content.as_bytes().len();
    let marks = Marks {
        entry: mark,
        origin,
    };
    Ok(Pair::new(key, content, whole, marks))
}

/// The last step of a path, as Go's `path.Base` has it.
fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => ".",
        (_, "") => "/",
        (_, path) => path.rsplit('/').next().unwrap_or(path),
    }
}

/// The lines of an env file, up to one that is too long for the reference, which then stops without
/// a word.
fn env_file(content: Content, marks: Marks, pairs: &mut Vec<Pair>) -> Result<()> {
    let bytes = content.as_bytes();
    let mut start = 0;
    let mut number = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if end - start > LONGEST_LINE {
            break;
        }
        number += 1;
        let line = &bytes[start..end];
        let Ok(mut line) = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)) else {
            let message = format!("line {number} of the env file is not UTF-8");
            return Err(Error::marked(ErrorKind::Encoding, marks.entry, message));
        };
        if number == 1 {
            line = line.strip_prefix('\u{FEFF}').unwrap_or(line);
        }
        let line = line.trim_start();
        if !line.starts_with('#') {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            if !key.is_empty() {
                // What was cut off is at the ends of the line, so the value ends where it ends.
                let last = end - usize::from(bytes[start..end].ends_with(b"\r"));
                let range = last - value.len()..last;
                pairs.push(Pair::new(key, content.clone(), range, marks));
            }
        }
        start = end + 1;
    }
    Ok(())
}

#[cold]
fn refuse(entry: &Str, message: &str) -> Error {
    Error::marked(ErrorKind::Generator, entry.mark, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(text: &[u8]) -> Result<Vec<(String, String)>> {
        let mut pairs = Vec::new();
        let marks = Marks {
            entry: Mark::default(),
            origin: Mark::default(),
        };
        env_file(Content::from(text.to_vec()), marks, &mut pairs)?;
        let shown = |pair: &Pair| {
            let value = String::from_utf8(pair.bytes().to_vec()).unwrap();
            (pair.key.to_string(), value)
        };
        Ok(pairs.iter().map(shown).collect())
    }

    #[test]
    fn lines_of_env_files() {
        for (text, expected) in [
            ("A=1\nB = x \r\n\n# c\n  C\nD=a=b", "A=1;B = x ;C=;D=a=b;"),
            ("\u{FEFF}A=1\n\u{FEFF}B=2", "A=1;\u{FEFF}B=2;"),
            (
                "export A=\"1\"\n=x\n\t\u{85}\u{A0}B=\n",
                "export A=\"1\";B=;",
            ),
            ("\u{FEFF} # c\nA=\r\r\n", "A=\r;"),
            ("", ""),
        ] {
            let shown: String = env(text.as_bytes())
                .unwrap()
                .iter()
                .map(|(key, value)| format!("{key}={value};"))
                .collect();
            assert_eq!(shown, expected, "{text:?}");
        }
    }

    #[test]
    fn an_overlong_line_ends_an_env_file() {
        for (len, ending, lines) in [
            (LONGEST_LINE, "\nB=2", 3),
            (LONGEST_LINE + 1, "\nB=2", 1),
            (LONGEST_LINE, "", 2),
            (LONGEST_LINE + 1, "", 1),
        ] {
            let text = format!("A=1\nL={}{ending}", "x".repeat(len - 2));
            assert_eq!(env(text.as_bytes()).unwrap().len(), lines, "{len} {ending}");
        }
    }

    #[test]
    fn an_env_file_is_utf_8() {
        let error = env(b"A=1\nB=\xFF\n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encoding);
        assert!(error.message().starts_with("line 2 "));
    }

    #[test]
    fn last_steps_of_paths() {
        for (path, expected) in [("a/b.txt", "b.txt"), ("a/b/", "b"), ("", "."), ("//", "/")] {
            assert_eq!(base(path), expected);
        }
    }
}
