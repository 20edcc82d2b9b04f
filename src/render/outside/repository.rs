//! References to directories of git repositories.

use std::fmt;

use super::remote::shown;

/// A directory of a git repository, as a kustomization names it: `https://github.com/org/repo`,
/// `git@host:org/repo.git//path?ref=v1`, ...
///
/// It prints without what may be secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repository {
    /// What git clones.
    pub url: String,
    /// The branch, tag or commit; `None` is the default branch.
    pub reference: Option<String>,
    /// Whether its submodules belong to it.
    pub submodules: bool,
    /// The directory in it, relative to its root; empty for the root.
    pub path: String,
}

const SCHEMES: [&str; 4] = ["ssh://", "https://", "http://", "file://"];
const FILE: &str = "file://";

impl Repository {
    /// Reads what is written in a kustomization; `None` if kustomize takes it for a local path
    /// (`NewRepoSpecFromURL` in `api/internal/git/repospec.go`).
    ///
    /// ```
    /// use kustody::Repository;
    /// let repository = Repository::parse("github.com/org/repo/deploy?ref=v1").unwrap();
    /// assert_eq!(repository.url, "https://github.com/org/repo");
    /// assert_eq!(repository.path, "deploy");
    /// assert_eq!(repository.reference.as_deref(), Some("v1"));
    /// assert!(Repository::parse("../base").is_none());
    /// ```
    pub fn parse(written: &str) -> Option<Self> {
        if written.starts_with('/') {
            return None;
        }
        let (location, query) = written.split_once('?').unwrap_or((written, ""));
        let (host, rest) = host(location)?;
        let (repository, path) = split_path(rest, host == FILE)?;
        if repository.is_empty() || leaves(path) {
            return None;
        }
        let mut parsed = Self {
            url: format!("{host}{repository}"),
            reference: None,
            submodules: true,
            path: path.strip_prefix('/').unwrap_or(path).to_owned(),
        };
        parsed.read_query(query);
        Some(parsed)
    }

    /// Takes `ref`, or else `version`, and `submodules` from a query; one that cannot be read says
    /// nothing.
    fn read_query(&mut self, query: &str) {
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (unescape(key), unescape(value)) {
                (Some(key), Some(value)) if !pair.contains(';') => pairs.push((key, value)),
                _ => return,
            }
        }
        let get = |wanted: &str| {
            let found = pairs.iter().find(|(key, _)| key == wanted);
            found
                .map(|(_, value)| value.clone())
                .filter(|it| !it.is_empty())
        };
        self.reference = get("ref").or_else(|| get("version"));
        if let Some(value) = get("submodules") {
            self.submodules = !matches!(&*value, "0" | "f" | "F" | "FALSE" | "false" | "False");
        }
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Repository({self})")
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}//{}", shown(&self.url), self.path)?;
        match &self.reference {
            Some(reference) => write!(f, "?ref={reference}"),
            None => Ok(()),
        }
    }
}

/// Scheme, user and host with the separator behind it, and the rest.
fn host(location: &str) -> Option<(String, &str)> {
    let location = without_prefix(location, "git::").unwrap_or(location);
    let (scheme, location) = SCHEMES
        .iter()
        .find_map(|scheme| Some((*scheme, without_prefix(location, scheme)?)))
        .unwrap_or(("", location));
    if scheme == FILE {
        return Some((FILE.to_owned(), location));
    }
    let user = user(location);
    let location = &location[user.len()..];
    let is_github = ["github.com/", "github.com:"]
        .iter()
        .any(|host| without_prefix(location, host).is_some());
    // `user@host:path`, the way of scp.
    let is_scp = scheme.is_empty() && (!user.is_empty() || is_github);
    if scheme.is_empty() && !is_scp {
        return None;
    }
    let slash = location.find('/');
    let colon = location.find(':').filter(|_| is_scp);
    let separator = match (slash, colon) {
        (Some(slash), Some(colon)) if colon > 0 && colon < slash => Some(colon),
        (None, colon) => colon,
        (slash, _) => slash,
    };
    let (host, rest) = location.split_at(separator.map_or(location.len(), |at| at + 1));
    match is_github {
        true if scheme == "ssh://" || !user.is_empty() => {
            Some((format!("{user}github.com:"), rest))
        }
        true => Some(("https://github.com/".to_owned(), rest)),
        false if host.is_empty() => None,
        false => Some((format!("{scheme}{user}{host}"), rest)),
    }
}

/// `name@` at the start, or nothing.
fn user(location: &str) -> &str {
    let Some((name, _)) = location.split_once('@') else {
        return "";
    };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name =
        name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(is_part);
    match is_name {
        true => &location[..=name.len()],
        false => "",
    }
}

/// The path of the repository and that of the directory in it: split behind `_git/NAME`, at `//`,
/// behind `.git`, or else after two names.
fn split_path(path: &str, is_file: bool) -> Option<(&str, &str)> {
    if let Some(at) = path.find("_git/") {
        let name = at + "_git/".len();
        return Some(match path[name..].split_once('/') {
            Some((repository, rest)) => (&path[..name + repository.len()], rest),
            None => (path, ""),
        });
    }
    if let Some(parts) = path.split_once("//") {
        return Some(parts);
    }
    if let Some(at) = path.find(".git") {
        return Some(path.split_at(at + ".git".len()));
    }
    if is_file {
        return Some((path, ""));
    }
    let (organisation, rest) = path.split_once('/')?;
    Some(match rest.split_once('/') {
        Some((name, rest)) => (&path[..organisation.len() + 1 + name.len()], rest),
        None => (path, ""),
    })
}

/// Whether a path begins above its directory once it is cleaned.
fn leaves(path: &str) -> bool {
    let mut depth = 0_i64;
    for part in path.strip_prefix('/').unwrap_or(path).split('/') {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}

fn without_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// A part of a query with its escapes resolved.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_as_kustomize_reads_them() {
        for (written, url, path) in [
            (
                "https://github.com/org/repo",
                "https://github.com/org/repo",
                "",
            ),
            (
                "github.com/org/repo/a/b?ref=v1",
                "https://github.com/org/repo",
                "a/b",
            ),
            ("GITHUB.com:org/repo", "https://github.com/org/repo", ""),
            (
                "git@github.com:org/repo.git//a",
                "git@github.com:org/repo.git",
                "a",
            ),
            (
                "ssh://git@github.com/org/repo/a",
                "git@github.com:org/repo",
                "a",
            ),
            (
                "git::https://host/x/org/repo.git/a",
                "https://host/x/org/repo.git",
                "a",
            ),
            (
                "https://host/x/org/repo//a/b",
                "https://host/x/org/repo",
                "a/b",
            ),
            (
                "me@dev.azure.com:org/p/_git/repo/a",
                "me@dev.azure.com:org/p/_git/repo",
                "a",
            ),
            ("user@host:org/repo", "user@host:org/repo", ""),
            ("file:///srv/repo", "file:///srv/repo", ""),
            ("file:///srv/repo.git/a", "file:///srv/repo.git", "/a"),
        ] {
            let parsed = Repository::parse(written).unwrap();
            let path = path.strip_prefix('/').unwrap_or(path);
            assert_eq!((&*parsed.url, &*parsed.path), (url, path), "{written}");
        }
        for written in [
            "base",
            "../base",
            "/git@host:a/b",
            "host.com/org/repo",
            "https://host/org",
            "https://github.com/org/repo/..",
            "https://github.com/org/repo//../a",
            "ssh://",
            "us_er@host:a/b",
        ] {
            assert!(Repository::parse(written).is_none(), "{written}");
        }
    }

    #[test]
    fn queries() {
        let read = |query: &str| Repository::parse(&format!("github.com/a/b?{query}")).unwrap();
        assert_eq!(
            read("ref=a%2Fb&version=x").reference.as_deref(),
            Some("a/b")
        );
        assert_eq!(read("version=x+y").reference.as_deref(), Some("x y"));
        assert_eq!(read("ref=%zz").reference, None);
        assert_eq!(read("").reference, None);
        assert!(!read("submodules=false").submodules);
        assert!(read("submodules=no").submodules);
    }

    #[test]
    fn passwords_are_not_shown() {
        let parsed = Repository::parse("https://me:hunter2@host/org/repo/a?ref=v1").unwrap();
        assert!(parsed.url.contains("hunter2"));
        assert_eq!(parsed.to_string(), "https://host/org/repo//a?ref=v1");
        assert!(!format!("{parsed:?}").contains("hunter2"));
    }
}
