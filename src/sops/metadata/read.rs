//! Metadata from nodes, as sops's `stores/stores.go` understands them.

use super::{MasterKey, MasterKeyKind, Metadata, Rule};
use crate::error::{Error, ErrorKind, Result};
use crate::sops::leaf::rfc3339;
use crate::yaml::{Mapping, Node, Resolved, Sequence, Tag, Value};

/// How many keys a file may list. Each costs a key exchange with each identity at hand.
const MOST_KEYS: usize = 1_000;

/// Reads the value of `sops`.
///
/// # Errors
/// [`ErrorKind::SopsMetadata`], with a mark, for a field that is missing or of another type, for
/// metadata without any key, and for more than one rule; [`ErrorKind::Limit`] for too many keys.
pub(in crate::sops) fn read(node: &Node) -> Result<Metadata> {
    let Some(fields) = node.as_mapping() else {
        return Err(refused(node, "`sops` must be a mapping: restore the file"));
    };
    let groups = groups(node, fields)?;
    if groups.len() + groups.iter().map(Vec::len).sum::<usize>() > MOST_KEYS {
        let message = format!("the metadata lists more than {MOST_KEYS} keys, which is the limit");
        return Err(Error::marked(ErrorKind::Limit, node.mark(), message));
    }
    Ok(Metadata {
        last_modified: last_modified(node, fields)?,
        groups,
        rule: rule(node, fields)?,
        version: version(node, fields)?,
        mac: text(fields, "mac")?,
        mac_only_encrypted: flag(fields, "mac_only_encrypted")?,
        shamir_threshold: count(fields, "shamir_threshold")?,
    })
}

#[cold]
fn refused(node: &Node, message: impl Into<String>) -> Error {
    Error::marked(ErrorKind::SopsMetadata, node.mark(), message)
}

/// The text of a scalar of any type; empty if there is none.
fn text(fields: &Mapping, name: &str) -> Result<String> {
    match fields.get(name) {
        None => Ok(String::new()),
        Some(node) if node.is_null() => Ok(String::new()),
        Some(node) => match node.as_own_scalar() {
            Some(scalar) => Ok(scalar.text().to_string()),
            None => Err(refused(node, format!("`{name}` must be a text"))),
        },
    }
}

fn flag(fields: &Mapping, name: &str) -> Result<bool> {
    let Some(node) = fields.get(name).filter(|node| !node.is_null()) else {
        return Ok(false);
    };
    let text = node.as_own_scalar().map(|scalar| scalar.text().as_str());
    match text {
        // The words of YAML 1.1 too, which Go takes where a boolean is wanted.
        Some("true" | "True" | "TRUE" | "y" | "Y" | "yes" | "on") => Ok(true),
        Some("false" | "False" | "FALSE" | "n" | "N" | "no" | "off" | "") => Ok(false),
        _ => Err(refused(node, format!("`{name}` must be true or false"))),
    }
}

/// A whole number; old versions wrote it with a fraction of zeros, and flat formats write texts.
fn count(fields: &Mapping, name: &str) -> Result<usize> {
    let Some(node) = fields.get(name).filter(|node| !node.is_null()) else {
        return Ok(0);
    };
    let number = match node.as_own_scalar().map(|scalar| (scalar.tag(), scalar)) {
        Some((Tag::Str, scalar)) => scalar.text().parse().ok(),
        Some((_, scalar)) => match scalar.resolve() {
            Ok(Resolved::Int(value)) => Some(value as f64),
            Ok(Resolved::Float(value)) => Some(value),
            _ => None,
        },
        None => None,
    };
    match number {
        // A negative threshold asks for nothing, as 0 does.
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => Ok(value.max(0.0) as usize),
        _ => Err(refused(node, format!("`{name}` must be a whole number"))),
    }
}

fn last_modified(node: &Node, fields: &Mapping) -> Result<String> {
    let written = text(fields, "lastmodified")?;
    to_the_second(&written).ok_or_else(|| {
        let place = fields.get("lastmodified").unwrap_or(node);
        let message = "`lastmodified` must be a time such as 2026-01-01T00:00:00Z";
        refused(place, message)
    })
}

/// A time as the MAC is bound to it: without the fraction of its second.
pub(in crate::sops) fn to_the_second(text: &str) -> Option<String> {
    let mut time = rfc3339(text)?;
    if let Some(dot) = time.find('.') {
        let digits = time[dot + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        time.replace_range(dot..=dot + digits, "");
    }
    Some(time)
}

/// The command line compares the version with one in which an old bug was mended; a file without
/// a version that can be compared is refused.
fn version(node: &Node, fields: &Mapping) -> Result<String> {
    let version = text(fields, "version")?;
    if version.starts_with("1.") || is_semantic(version.strip_prefix('v').unwrap_or(&version)) {
        return Ok(version);
    }
    let place = fields.get("version").unwrap_or(node);
    let message = "`version` must be the version of sops that wrote the file, such as 3.11.0";
    Err(refused(place, message))
}

/// Whether a text is a version as <https://semver.org> has it.
fn is_semantic(version: &str) -> bool {
    let (rest, build) = match version.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (version, None),
    };
    let (core, pre) = match rest.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (rest, None),
    };
    let is_number = |text: &str| {
        text.parse::<u64>().is_ok()
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'))
    };
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_pre = |text: &str| is_word(text) && (!is_digits(text) || is_number(text));
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(|pre| pre.split('.').all(is_pre))
        && build.is_none_or(|build| build.split('.').all(is_word))
}

fn rule(node: &Node, fields: &Mapping) -> Result<Rule> {
    let names = [
        "unencrypted_suffix",
        "encrypted_suffix",
        "unencrypted_regex",
        "encrypted_regex",
        "unencrypted_comment_regex",
        "encrypted_comment_regex",
    ];
    let mut found = None;
    for name in names {
        let text = text(fields, name)?;
        if text.is_empty() {
            continue;
        }
        if let Some((other, _)) = found.replace((name, text)) {
            let place = fields.get(name).unwrap_or(node);
            let message = format!("`{name}` and `{other}` cannot stand together: restore the file");
            return Err(refused(place, message));
        }
    }
    Ok(match found {
        Some(("unencrypted_suffix", text)) => Rule::UnencryptedSuffix(text),
        Some(("encrypted_suffix", text)) => Rule::EncryptedSuffix(text),
        Some(("unencrypted_regex", text)) => Rule::UnencryptedRegex(text),
        Some(("encrypted_regex", text)) => Rule::EncryptedRegex(text),
        Some(("unencrypted_comment_regex", text)) => Rule::UnencryptedCommentRegex(text),
        Some((_, text)) => Rule::EncryptedCommentRegex(text),
        None => Rule::default(),
    })
}

/// One group of the keys that stand directly in the metadata, or the groups of `key_groups`.
fn groups(node: &Node, fields: &Mapping) -> Result<Vec<Vec<MasterKey>>> {
    let flat = group(fields)?;
    if !flat.is_empty() {
        return Ok(vec![flat]);
    }
    let groups = list(fields, "key_groups")?.map_or(&[][..], Sequence::items);
    if groups.is_empty() {
        let message = "the metadata lists no key that the data key is encrypted to";
        return Err(refused(node, message));
    }
    groups
        .iter()
        .map(|node| match node.value() {
            Value::Mapping(fields) => group(fields),
            _ if node.is_null() => Ok(Vec::new()),
            _ => Err(refused(node, "a group of keys must be a mapping")),
        })
        .collect()
}

fn group(fields: &Mapping) -> Result<Vec<MasterKey>> {
    let mut keys = Vec::new();
    for kind in MasterKeyKind::ALL {
        let Some(entries) = list(fields, kind.name())? else {
            continue;
        };
        for entry in entries {
            keys.push(key(kind, entry)?);
        }
    }
    Ok(keys)
}

fn list<'n>(fields: &'n Mapping, name: &str) -> Result<Option<&'n Sequence>> {
    match fields.get(name) {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => match node.as_sequence() {
            Some(list) => Ok(Some(list)),
            None => Err(refused(node, format!("`{name}` must be a list"))),
        },
    }
}

fn key(kind: MasterKeyKind, entry: &Node) -> Result<MasterKey> {
    let Some(fields) = entry.as_mapping() else {
        let message = format!("an entry of `{}` must be a mapping", kind.name());
        return Err(refused(entry, message));
    };
    if kind != MasterKeyKind::Age && rfc3339(&text(fields, "created_at")?).is_none() {
        let place = fields.get("created_at").unwrap_or(entry);
        let message = "`created_at` must be a time such as 2026-01-01T00:00:00Z";
        return Err(refused(place, message));
    }
    Ok(MasterKey {
        kind,
        encrypted_key: text(fields, "enc")?,
        entry: entry.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = "age: [{recipient: age1x, enc: e}]\n";

    fn metadata(text: &str) -> Result<Metadata> {
        let text = format!("lastmodified: '2026-01-02T03:04:05Z'\nversion: 3.11.0\n{text}");
        read(&crate::yaml::read_str("a.yaml", &text)?[0])
    }

    #[test]
    fn one_group_or_several() {
        let both = format!("{KEYS}pgp: [{{fp: F, created_at: '2026-01-02T03:04:05Z', enc: p}}]\n");
        let one = metadata(&both).unwrap();
        assert_eq!(one.groups().len(), 1);
        assert_eq!(one.groups()[0][0].to_string(), "pgp F");
        assert_eq!(one.groups()[0][1].get("recipient"), Some("age1x"));
        let several = metadata(&format!(
            "age: []\nkms: ~\nkey_groups: [{{{}}}, {{age: ~}}]\nshamir_threshold: 2.0",
            KEYS.trim()
        ))
        .unwrap();
        assert_eq!(several.groups().len(), 2);
        assert_eq!(several.shamir_threshold(), 2);
        assert_eq!(several.rule(), &Rule::default());
    }

    #[test]
    fn refuses_what_sops_refuses() {
        for text in [
            "age: []",
            "age: {}",
            "age: [x]",
            "pgp: [{fp: F, enc: p}]",
            "age: [{enc: e}]\nencrypted_suffix: a\nencrypted_regex: b",
            "age: [{enc: e}]\nshamir_threshold: 1.5",
            "age: [{enc: e}]\nmac_only_encrypted: maybe",
            "age: [{enc: e}]\nmac: [x]",
        ] {
            assert_eq!(
                metadata(text).unwrap_err().kind(),
                ErrorKind::SopsMetadata,
                "{text}"
            );
        }
        for version in ["", "3.9", "03.1.0", "3.1.0-01", "3.1.x"] {
            let text =
                format!("lastmodified: '2026-01-02T03:04:05Z'\nversion: '{version}'\n{KEYS}");
            assert!(
                read(&crate::yaml::read_str("a", &text).unwrap()[0]).is_err(),
                "{version}"
            );
        }
        for version in ["1.0", "v3.9.0", "99.0.0", "3.0.0-rc.1+x"] {
            let text =
                format!("lastmodified: '2026-01-02T03:04:05Z'\nversion: '{version}'\n{KEYS}");
            assert!(
                read(&crate::yaml::read_str("a", &text).unwrap()[0]).is_ok(),
                "{version}"
            );
        }
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let keys = "{enc: e}, ".repeat(1_001);
        let error = metadata(&format!("age: [{keys}]\n")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    }

    #[test]
    fn the_time_is_kept_to_the_second() {
        for (written, kept) in [
            ("2026-01-02T03:04:05.67+00:00", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05.5-07:00", "2026-01-02T03:04:05-07:00"),
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ] {
            let text = format!("lastmodified: {written}\nversion: 3.11.0\n{KEYS}");
            let metadata = read(&crate::yaml::read_str("a.yaml", &text).unwrap()[0]).unwrap();
            assert_eq!(metadata.last_modified(), kept);
        }
    }
}
