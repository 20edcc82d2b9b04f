//! `sops/`, and the project's own `decrypt/`: files that the real tool encrypted, some of them
//! damaged afterwards.
//!
//! A case is a folder: `enc.*` is the file, `case.json` says what to do with it, `expected.*` holds
//! what `sops decrypt` printed. The keys stand beside it. PGP keys are a [`KeyService`]'s business:
//! one in memory knows the data keys that `testdata/pgp-data-keys.tsv` lists.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kustody::Result;
use kustody::sops::{DataKey, Decryptor, Format, KeyService, Keyring, MasterKey, MasterKeyKind};
use serde::Deserialize;

use super::suite::{Case, Expected, Suite};

#[derive(Deserialize)]
struct Description {
    format: String,
    output_format: String,
    keys: BTreeMap<String, String>,
    ignore_mac: bool,
    expected: String,
}

/// A suite for each of the two folders that is there.
pub(crate) fn suites(root: &Path) -> Vec<Suite> {
    ["sops", "decrypt"]
        .into_iter()
        .filter_map(|name| {
            let folder = fs::read_dir(root.join(name)).ok()?;
            let mut folders: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
            folders.retain(|path| path.is_dir());
            folders.sort();
            Some(Suite {
                name: name.to_owned(),
                cases: folders.iter().map(|folder| case(folder)).collect(),
                notes: Vec::new(),
            })
        })
        .collect()
}

fn case(folder: &Path) -> Case {
    let text = fs::read_to_string(folder.join("case.json")).unwrap();
    let description: Description = serde_json::from_str(&text).unwrap();
    let expected = match description.expected.as_str() {
        "ok" => Expected::Bytes(
            fs::read(beside(folder, "expected", &description.output_format)).unwrap(),
        ),
        _ => Expected::Error,
    };
    let folder = folder.to_owned();
    Case {
        name: folder.file_name().unwrap().to_string_lossy().into_owned(),
        expected,
        run: Box::new(move || run(&folder, &description)),
    }
}

/// `enc` or `expected` with the suffix of a format.
fn beside(folder: &Path, stem: &str, format: &str) -> PathBuf {
    let suffix = match format {
        "dotenv" => "env",
        "binary" => "txt",
        other => other,
    };
    folder.join(format!("{stem}.{suffix}"))
}

/// A file that decrypts: its name, what it holds and what `sops decrypt` prints.
pub(crate) struct Decrypted {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    pub(crate) encrypted: Vec<u8>,
    pub(crate) plain: Vec<u8>,
    pub(crate) keyring: Keyring,
}

/// The files of the project's own cases, and of the others if they are there, that decrypt to their
/// own format.
pub(crate) fn decrypted() -> Vec<Decrypted> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/decrypt");
    let mut roots = vec![own];
    roots.extend(std::env::var_os("KUSTODY_CONFORMANCE").map(|root| Path::new(&root).join("sops")));
    let folders = roots
        .iter()
        .flat_map(|root| fs::read_dir(root).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    let mut all: Vec<Decrypted> = folders.filter_map(|folder| read(&folder)).collect();
    all.sort_by(|one, two| one.folder.cmp(&two.folder));
    all
}

fn read(folder: &Path) -> Option<Decrypted> {
    let text = fs::read_to_string(folder.join("case.json")).unwrap();
    let description: Description = serde_json::from_str(&text).unwrap();
    let same = description.format == description.output_format;
    if !same || description.expected != "ok" || description.ignore_mac {
        return None;
    }
    let encrypted = beside(folder, "enc", &description.format);
    Some(Decrypted {
        folder: folder.to_owned(),
        name: encrypted.file_name()?.to_str()?.to_owned(),
        encrypted: fs::read(&encrypted).unwrap(),
        plain: fs::read(beside(folder, "expected", &description.format)).unwrap(),
        keyring: keyring(folder, &description.keys).unwrap(),
    })
}

fn run(folder: &Path, description: &Description) -> Result<Vec<u8>> {
    let content = fs::read(beside(folder, "enc", &description.format)).unwrap();
    let keyring = keyring(folder, &description.keys)?;
    let mut decryptor = Decryptor::new(&keyring);
    if description.ignore_mac {
        decryptor = decryptor.dangerously_ignore_mac();
    }
    let format: Format = description.format.parse()?;
    let plain = decryptor.decrypt(content, format)?;
    let bytes = plain.to_bytes(description.output_format.parse()?)?;
    Ok(bytes.into_vec())
}

fn keyring(folder: &Path, keys: &BTreeMap<String, String>) -> Result<Keyring> {
    let mut keyring = Keyring::new();
    for (name, value) in keys {
        match name.as_str() {
            "SOPS_AGE_KEY" => keyring.merge(Keyring::from_age_keys(value)?),
            "SOPS_AGE_KEY_FILE" => keyring.merge(Keyring::from_age_key_file(folder.join(value))?),
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE" => {
                keyring.merge(Keyring::from_ssh_key_file(folder.join(value))?);
            }
            "pgp" => keyring.add_service(Pgp::read()),
            other => panic!("there is no key `{other}`"),
        }
    }
    Ok(keyring)
}

/// A service that knows data keys by the fingerprint of the PGP key that they are encrypted to.
struct Pgp(BTreeMap<String, Vec<u8>>);

impl Pgp {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pgp-data-keys.tsv");
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let key = |line: &str| {
            let (fingerprint, digits) = line.split_once('\t').unwrap();
            let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
            let bytes = (0..digits.len()).step_by(2).map(byte);
            (fingerprint.to_owned(), bytes.collect())
        };
        Self(lines.map(key).collect())
    }
}

impl KeyService for Pgp {
    fn unwrap_key(&self, key: &MasterKey) -> Result<Option<DataKey>> {
        if key.kind() != MasterKeyKind::Pgp {
            return Ok(None);
        }
        assert!(
            key.encrypted_key()
                .starts_with("-----BEGIN PGP MESSAGE-----")
        );
        let known = key
            .get("fp")
            .and_then(|fingerprint| self.0.get(fingerprint));
        Ok(known.map(|bytes| DataKey::new(bytes.clone())))
    }
}
