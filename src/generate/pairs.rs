//! The keys and values of a generator: env files, literals and files (kustomize's `api/kv`).

use std::ops::Range;

use foldhash::{HashSet, HashSetExt};

use super::{Load, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{GeneratorArgs, Str};
use crate::source::{Content, Mark};
use crate::warning::{Warning, WarningKind};
use crate::yaml::Text;

/// The longest line that the reference reads of an env file: its scanner's buffer, less one byte.
const LONGEST_LINE: usize = 64 * 1024 - 1;

/// A key and its value.
pub(super) struct Pair {
    pub(super) key: Text,
    content: Content,
    range: Range<usize>,
    /// The entry of the kustomization that gives it.
    pub(super) mark: Mark,
    /// Whether it is a line of an env file without `=`.
    is_bare: bool,
}

impl Pair {
    fn new(key: impl Into<Text>, content: Content, range: Range<usize>, mark: Mark) -> Self {
        Self {
            key: key.into(),
            content,
            range,
            mark,
            is_bare: false,
        }
    }

    /// The value.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.content.as_bytes()[self.range.clone()]
    }
}

/// All pairs of a generator, sorted by key: env files are read first, then literals, then files.
///
/// # Errors
/// See [`config_map`](super::config_map).
pub(super) fn load(
    args: &GeneratorArgs,
    load: &mut Load<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for path in &args.envs {
        let mark = path.mark;
        let (content, mark) = load(Wanted {
            path,
            key: "",
            mark,
        })?;
        env_file(content, mark, &mut pairs, warnings)?;
    }
    let of_lines = pairs.len();
    for entry in &args.literals {
        pairs.push(literal(entry)?);
    }
    for entry in &args.files {
        pairs.push(file(entry, load)?);
    }
    for pair in pairs[of_lines..].iter().filter(|pair| !is_key(&pair.key)) {
        let message = "Kubernetes refuses this key: letters, digits, `-`, `_` and `.` are allowed";
        warnings.push(Warning::new(WarningKind::InvalidKey, pair.mark, message));
    }
    let mut keys = HashSet::new();
    if let Some(again) = pairs.iter().find(|pair| !keys.insert(pair.key.as_bytes())) {
        // A line without `=` may be a piece of anything, such as of a private key.
        let key = match again.is_bare || again.mark.source.is_secret() {
            true => "a key".to_owned(),
            false => format!("the key `{}`", again.key),
        };
        let message = format!(
            "the generator `{}` gives {key} twice: remove one of its sources",
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
    Ok(Pair::new(key, Content::from(value), whole, entry.mark))
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
    let (content, mark) = load(Wanted { path, key, mark })?;
    let whole = 0..content.as_bytes().len();
    Ok(Pair::new(key, content, whole, mark))
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

/// Whether Kubernetes takes this for a key of a ConfigMap or Secret (`IsConfigMapKey` in its
/// `apimachinery`).
fn is_key(key: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    key.len() <= 253 && key != "." && !key.starts_with("..") && key.bytes().all(is_allowed)
}

/// What surprises in the lines of an env file: for each of these the first line and how many more.
#[derive(Default)]
struct Surprises {
    invalid: Lines,
    bare: Lines,
    quoted: Lines,
}

/// The first of some lines, counted from 1, and how many there are.
#[derive(Clone, Copy, Default)]
struct Lines {
    first: usize,
    count: usize,
}

impl Lines {
    fn add(&mut self, number: usize) {
        if self.count == 0 {
            self.first = number;
        }
        self.count += 1;
    }
}

impl Surprises {
    fn note(&mut self, number: usize, pair: &Pair) {
        if !is_key(&pair.key) {
            self.invalid.add(number);
        } else if pair.is_bare {
            self.bare.add(number);
        } else if let [first @ (b'"' | b'\''), .., last] = pair.bytes()
            && first == last
        {
            self.quoted.add(number);
        }
    }

    /// No line is quoted: it may be a secret.
    fn warn(&self, mark: Mark, warnings: &mut Vec<Warning>) {
        let all = [
            (
                self.invalid,
                WarningKind::InvalidKey,
                "gives a key that Kubernetes refuses: letters, digits, `-`, `_` and `.` are \
                 allowed, so write no `export` and no spaces around the key",
            ),
            (
                self.bare,
                WarningKind::EnvValue,
                "has no `=`: its key gets an empty value, not one of the environment",
            ),
            (
                self.quoted,
                WarningKind::EnvValue,
                "has a value in quotes, which become a part of it: leave them out",
            ),
        ];
        for (lines, kind, what) in all {
            let others = match lines.count {
                0 => continue,
                1 => String::new(),
                count => format!(" (and {} more)", count - 1),
            };
            let message = format!("line {}{others} of this env file {what}", lines.first);
            warnings.push(Warning::new(kind, mark, message));
        }
    }
}

/// The lines of an env file, up to one that is too long for the reference, which then stops without
/// a word.
fn env_file(
    content: Content,
    mark: Mark,
    pairs: &mut Vec<Pair>,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let mut surprises = Surprises::default();
    let bytes = content.as_bytes();
    let mut start = 0;
    let mut number = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        if end - start > LONGEST_LINE {
            let message = format!(
                "line {} of this env file is longer than {LONGEST_LINE} bytes, so kustomize reads \
                 neither it nor what follows: use `files` for long values",
                number + 1
            );
            warnings.push(Warning::new(WarningKind::IgnoredText, mark, message));
            break;
        }
        number += 1;
        let line = &bytes[start..end];
        let Ok(mut line) = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)) else {
            let message = format!("line {number} of the env file is not UTF-8");
            return Err(Error::marked(ErrorKind::Encoding, mark, message));
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
                let mut pair = Pair::new(key, content.clone(), range, mark);
                pair.is_bare = !line.contains('=');
                surprises.note(number, &pair);
                pairs.push(pair);
            }
        }
        start = end + 1;
    }
    surprises.warn(mark, warnings);
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
        let content = Content::from(text.to_vec());
        env_file(content, Mark::default(), &mut pairs, &mut Vec::new())?;
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
