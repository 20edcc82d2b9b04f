//! The formats of SOPS files, and which one a file has.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// A format that SOPS encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// One or more YAML documents.
    Yaml,
    /// A JSON object.
    Json,
    /// Lines of `KEY=value`.
    Dotenv,
    /// Sections of `key = value`.
    Ini,
    /// Any bytes; when encrypted, the JSON object `{"data": …, "sops": …}`.
    Binary,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [
        Self::Yaml,
        Self::Json,
        Self::Dotenv,
        Self::Ini,
        Self::Binary,
    ];

    /// The format of a file: by the end of its name as `sops` decides it (`cmd/sops/formats`), and
    /// for a name that says nothing by its content.
    ///
    /// `sops` takes whatever has another suffix for binary, which only a JSON text can be; here
    /// other texts are looked at for the traces of SOPS. A nameless JSON text is binary if `data`
    /// is all that it holds.
    ///
    /// ```
    /// use kustody::sops::Format;
    /// assert_eq!(Format::detect("prod/secret.enc.yaml", b""), Format::Yaml);
    /// assert_eq!(Format::detect("tls.key", b"{\"data\": \"ENC[..\"}"), Format::Binary);
    /// assert_eq!(Format::detect("", b"a: 1\nsops:\n    mac: x\n"), Format::Yaml);
    /// assert_eq!(Format::detect("", b"A=1\nsops_mac=x\n"), Format::Dotenv);
    /// ```
    pub fn detect(name: &str, content: &[u8]) -> Self {
        match name {
            _ if name.ends_with(".yaml") || name.ends_with(".yml") => Self::Yaml,
            _ if name.ends_with(".json") => Self::Json,
            _ if name.ends_with(".env") => Self::Dotenv,
            _ if name.ends_with(".ini") => Self::Ini,
            _ => Self::of_content(name, content),
        }
    }

    /// The format of a file that SOPS encrypted; `None` for one that it did not. The content says
    /// so, whatever the name: the metadata of SOPS at the top, and an encrypted value, which is at
    /// least the MAC. Only what format a JSON text has is asked of the names, of which the first
    /// that says something counts.
    pub(crate) fn of_encrypted(names: &[&str], content: &[u8]) -> Option<Self> {
        let holds = |needle: &str| memchr::memmem::find(content, needle.as_bytes()).is_some();
        // Few files hold many brackets, and looking for one byte is the shortest way.
        let is_value = |at: usize| {
            content[..at].ends_with(b"ENC") && content[at..].starts_with(b"[AES256_GCM,")
        };
        if !memchr::memchr_iter(b'[', content).any(is_value) {
            return None;
        }
        if !content.trim_ascii_start().starts_with(b"{") {
            return Some(Self::of_content("", content)).filter(|format| *format != Self::Binary);
        }
        if !holds("\"sops\"") || !holds("\"mac\"") {
            return None;
        }
        let named = |name: &&str| match *name {
            name if name.ends_with(".dockerconfigjson") => Some(Self::Json),
            name => match Self::detect(name, b"") {
                format @ (Self::Yaml | Self::Json) => Some(format),
                _ => None,
            },
        };
        let format = names.iter().find_map(named);
        Some(format.unwrap_or_else(|| Self::of_content("", content)))
    }

    fn of_content(name: &str, content: &[u8]) -> Self {
        let trimmed = content.trim_ascii_start();
        let holds = |needle: &str| memchr::memmem::find(content, needle.as_bytes()).is_some();
        let line =
            |prefix: &str| content.starts_with(prefix.as_bytes()) || holds(&format!("\n{prefix}"));
        if let Some(inside) = trimmed.strip_prefix(b"{") {
            let inside = inside.trim_ascii_start();
            let data_first = inside.starts_with(b"\"data\"") || inside.starts_with(b"\"sops\"");
            let known = !name.is_empty();
            let text = || holds("\"data\": \"ENC[") || holds("\"data\": \"\"");
            if known || data_first && text() {
                return Self::Binary;
            }
            return Self::Json;
        }
        if line("sops:") || line("\"sops\":") || line("'sops':") {
            Self::Yaml
        } else if line("sops_mac=") || line("sops_lastmodified=") {
            Self::Dotenv
        } else if line("[sops]") {
            Self::Ini
        } else {
            Self::Binary
        }
    }
}

/// The names that `sops --input-type` takes.
impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "yaml" => Ok(Self::Yaml),
            "json" => Ok(Self::Json),
            "dotenv" => Ok(Self::Dotenv),
            "ini" => Ok(Self::Ini),
            "binary" => Ok(Self::Binary),
            _ => Err(Error::new(
                ErrorKind::Value,
                format!("there is no format `{name}`: use yaml, json, dotenv, ini or binary"),
            )),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Dotenv => "dotenv",
            Self::Ini => "ini",
            Self::Binary => "binary",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_first() {
        for (name, format) in [
            ("a.yml", Format::Yaml),
            ("a.json", Format::Json),
            (".env", Format::Dotenv),
            ("x.ini", Format::Ini),
            ("a.YAML", Format::Binary),
            ("a.txt", Format::Binary),
        ] {
            assert_eq!(Format::detect(name, b"{\"a\": 1}"), format, "{name}");
        }
    }

    #[test]
    fn contents_tell_what_names_do_not() {
        for (content, format) in [
            ("{\"data\": \"ENC[x]\", \"sops\": {}}", Format::Binary),
            ("{\n\t\"a\": \"ENC[x]\", \"sops\": {}}", Format::Json),
            ("sops:\n  mac: x\n", Format::Yaml),
            ("[a]\nk = v\n[sops]\nmac = x\n", Format::Ini),
            ("A=1\nsops_lastmodified=x\n", Format::Dotenv),
            ("", Format::Binary),
        ] {
            assert_eq!(Format::detect("", content.as_bytes()), format, "{content}");
        }
    }

    #[test]
    fn encrypted_files_are_known_by_what_they_hold() {
        const VALUE: &str = "ENC[AES256_GCM,data:x]";
        let json = |body: &str| format!("{{{body}, \"sops\": {{\"mac\": \"{VALUE}\"}}}}");
        for (names, content, format) in [
            (
                ["a.txt", ""],
                format!("a: {VALUE}\nsops:\n  mac: x\n"),
                Some(Format::Yaml),
            ),
            (
                ["a.yaml", ""],
                format!("data:\n  b: |\n    sops:\n      mac: {VALUE}\n"),
                None,
            ),
            (["a.yaml", ""], "a: 1\nsops:\n  mac: x\n".to_owned(), None),
            (
                ["a.txt", ""],
                format!("A={VALUE}\nsops_mac={VALUE}\n"),
                Some(Format::Dotenv),
            ),
            (
                ["a.txt", ""],
                format!("[a]\nb = {VALUE}\n[sops]\nmac = {VALUE}\n"),
                Some(Format::Ini),
            ),
            (
                ["a.yaml", ""],
                json("\"a\": \"ENC[x]\""),
                Some(Format::Yaml),
            ),
            (
                ["a.enc", "a.json"],
                json("\"data\": \"ENC[x]\""),
                Some(Format::Json),
            ),
            (
                ["a.enc", ".dockerconfigjson"],
                json("\"auths\": \"ENC[x]\""),
                Some(Format::Json),
            ),
            (
                ["a.enc", "a.key"],
                json("\"data\": \"ENC[x]\""),
                Some(Format::Binary),
            ),
            (["a.json", ""], format!("{{\"mac\": \"{VALUE}\"}}"), None),
        ] {
            let found = Format::of_encrypted(&names, content.as_bytes());
            assert_eq!(found, format, "{content}");
        }
    }

    #[test]
    fn names_of_formats_read_back() {
        for name in ["yaml", "json", "dotenv", "ini", "binary"] {
            assert_eq!(name.parse::<Format>().unwrap().to_string(), name);
        }
        assert!("toml".parse::<Format>().is_err());
    }
}
