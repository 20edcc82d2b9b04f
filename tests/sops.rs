//! `sops` from outside, beside the cases of `conformance`: what it does with hostile files, and
//! what it keeps to itself.

use std::fs;
use std::path::{Path, PathBuf};

use kustody::sops::{self, DataKey, Decryptor, Format, Identity, Keyring, MasterKeyKind, Rule};
use kustody::{ErrorKind, Limits, WarningKind};

/// The key of this project's own cases, made for them.
const KEY: &str = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";

fn keyring() -> Keyring {
    Keyring::from_age_keys(KEY).unwrap()
}

fn secret() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/decrypt/secret/enc.yaml");
    fs::read_to_string(path).unwrap()
}

/// A file without a single value, whose metadata is `metadata`.
fn bare(body: &str) -> String {
    let text = secret();
    let metadata = &text[text.find("\nsops:\n").unwrap() + 1..];
    format!("{body}{metadata}")
}

#[test]
fn keys_are_read_from_texts_bytes_and_identities() {
    let identities = Identity::parse_file(KEY).unwrap();
    for keyring in [
        Keyring::from_age_keys(KEY).unwrap(),
        Keyring::from_age_keys(format!("# mine\n{KEY}\n").into_bytes()).unwrap(),
        identities.into_iter().collect(),
    ] {
        sops::decrypt(secret(), Format::Yaml, &keyring).unwrap();
    }
    let error = Keyring::from_age_keys(b"\xff").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Identity);
}

#[test]
fn prints_every_format_and_gives_values() {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Secret {
        kind: String,
        string_data: std::collections::BTreeMap<String, String>,
    }
    let plain = sops::decrypt(secret(), Format::Yaml, &keyring()).unwrap();
    assert_eq!(plain.format(), Format::Yaml);
    assert!(plain.warnings().is_empty());
    let value: Secret = plain.deserialize().unwrap();
    assert_eq!(value.kind, "Secret");
    assert_eq!(
        value.string_data["password"],
        "correct horse battery staple"
    );
    let node = &plain.to_nodes()[0];
    let data = node.as_mapping().unwrap().get("stringData").unwrap();
    assert_eq!(data.as_mapping().unwrap().len(), 2);
    let json = plain.to_bytes(Format::Json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["stringData"]["username"], "shop");
    assert_eq!(
        plain.to_bytes(Format::Dotenv).unwrap_err().kind(),
        ErrorKind::Value
    );
    assert_eq!(
        plain.to_bytes(Format::Binary).unwrap_err().kind(),
        ErrorKind::Value
    );
    let error = plain.deserialize::<Vec<String>>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deserialize);
}

#[test]
fn inspects_without_a_key() {
    let metadata = sops::inspect(secret()).unwrap();
    assert_eq!(metadata.version(), "3.11.0");
    assert_eq!(
        metadata.rule(),
        &Rule::EncryptedRegex("^(data|stringData)$".to_owned())
    );
    let [group] = metadata.groups() else {
        panic!("one group");
    };
    assert_eq!(group[0].kind(), MasterKeyKind::Age);
    assert!(group[0].get("recipient").unwrap().starts_with("age1"));
    assert!(
        group[0]
            .encrypted_key()
            .starts_with("-----BEGIN AGE ENCRYPTED FILE-----")
    );
    assert!(!metadata.mac_only_encrypted());
}

/// What a program does that awaits its KMS: it inspects, asks, and hands the answer over.
#[test]
fn data_keys_can_be_unwrapped_elsewhere() {
    let text = secret();
    let wrong = DataKey::new([0; 32]);
    let mut keyring = Keyring::new();
    for key in sops::inspect(&text).unwrap().groups().iter().flatten() {
        keyring.add_data_key(key.encrypted_key(), wrong.clone());
    }
    let error = sops::decrypt(&text, Format::Yaml, &keyring).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decrypt);
    let mut keyring = Keyring::new();
    keyring.add_data_key(
        sops::inspect(&text).unwrap().groups()[0][0].encrypted_key(),
        DataKey::new([0; 31]),
    );
    let error = sops::decrypt(&text, Format::Yaml, &keyring).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DataKey);
}

#[test]
fn errors_name_file_line_and_key() {
    let text = secret().replacen(
        "username: ENC[AES256_GCM,data:",
        "username: ENC[AES256_GCM,data:AA",
        1,
    );
    let keyring = keyring();
    let error = Decryptor::new(&keyring)
        .named("prod/db.yaml")
        .decrypt(text, Format::Yaml)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decrypt);
    let shown = error.to_string();
    assert!(
        shown.starts_with("prod/db.yaml:8:15: `stringData.username` cannot be decrypted"),
        "{shown}"
    );
}

#[test]
fn an_ignored_mac_must_be_asked_for() {
    let text = secret().replacen("name: database", "name: other", 1);
    let keyring = keyring();
    let decryptor = Decryptor::new(&keyring);
    let error = decryptor.decrypt(&text, Format::Yaml).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Mac);
    let plain = decryptor
        .dangerously_ignore_mac()
        .decrypt(&text, Format::Yaml)
        .unwrap();
    let bytes = plain.to_bytes(Format::Yaml).unwrap();
    assert!(bytes.to_str().unwrap().contains("name: other\n"));
}

#[test]
fn hostile_files_are_errors() {
    let nest = |open: &str, close: &str, levels: usize| {
        format!(
            "x_unencrypted: {}{}\n",
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    let bomb = {
        let mut text = "l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
        for level in 1..10 {
            let list = vec![format!("*l{}", level - 1); 10].join(", ");
            text.push_str(&format!("l{level}: &l{level} [{list}]\n"));
        }
        text
    };
    // A pattern that is no pattern finds nothing; one that is too large is not built.
    let pattern = |pattern: &str| {
        let text = secret();
        text.replacen("^(data|stringData)$", pattern, 1)
    };
    for (text, kind) in [
        (bare("a: &a [*a]\n"), ErrorKind::Alias),
        (bare("a: &a {b: *a}\n"), ErrorKind::Alias),
        (bare("a: *a\n"), ErrorKind::Alias),
        (bare(&bomb), ErrorKind::Limit),
        (bare(&nest("[", "]", 100_000)), ErrorKind::Limit),
        (bare(&nest("{a: ", "}", 100_000)), ErrorKind::Limit),
        (bare("5: a\n"), ErrorKind::KeyNotString),
        (bare("~: a\n"), ErrorKind::KeyNotString),
        (bare("[a]: a\n"), ErrorKind::KeyNotString),
        (
            bare("x_unencrypted: 18446744073709551615\n"),
            ErrorKind::Value,
        ),
        (bare("<<: 1\n"), ErrorKind::MergeKey),
        (bare("a: 1\na: 2\n"), ErrorKind::DuplicateKey),
        (
            pattern("(((\\pL{100}){10}\\pL{1000})\\pL{1000})\\pL{1000}"),
            ErrorKind::Limit,
        ),
        (pattern("(["), ErrorKind::Mac),
        (
            secret().replace("type:str]", "type:bytes]"),
            ErrorKind::Decrypt,
        ),
        (String::new(), ErrorKind::SopsMetadata),
    ] {
        let keyring = keyring();
        let error = Decryptor::new(&keyring).decrypt(&text, Format::Yaml);
        let found = error.map(|_| ()).unwrap_err();
        assert_eq!(
            found.kind(),
            kind,
            "{found}\n{}",
            &text[..text.len().min(200)]
        );
    }
}

/// As deep as the limit allows, on a stack of the size that threads have.
#[test]
fn deep_files_need_little_stack() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(990), close.repeat(990));
    let metadata = r#""sops": {"age": [{"enc": "e"}], "lastmodified": "2026-01-01T00:00:00Z", "version": "3.11.0"}"#;
    let yaml = bare(&format!("plain: {}\n", deep("[", "]")));
    let json = format!(
        "{{\"a_unencrypted\": {}, {metadata}}}",
        deep("{\"a\": ", "}")
    );
    let deep = move || {
        for (text, format) in [(yaml, Format::Yaml), (json, Format::Json)] {
            let none = Keyring::new();
            let metadata = Decryptor::new(&none).inspect(&text, format).unwrap();
            let mut keyring = Keyring::new();
            for key in metadata.groups().iter().flatten() {
                keyring.add_data_key(key.encrypted_key(), DataKey::new([7; 32]));
            }
            let decryptor = Decryptor::new(&keyring).dangerously_ignore_mac();
            let plain = decryptor.decrypt(&text, format).unwrap();
            for format in Format::ALL {
                let _ = plain.to_bytes(format);
            }
            assert_eq!(plain.to_nodes().len(), 1);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(deep).unwrap().join().unwrap();
}

#[test]
fn files_have_a_largest_size() {
    let mut limits = Limits::default();
    limits.file_bytes = 100;
    let keyring = keyring();
    for format in [
        Format::Yaml,
        Format::Json,
        Format::Dotenv,
        Format::Ini,
        Format::Binary,
    ] {
        let decryptor = Decryptor::new(&keyring).limits(limits);
        let error = decryptor.decrypt(secret(), format).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    }
}

#[test]
fn a_plain_comment_is_a_warning() {
    let text = secret().replacen("stringData:\n", "stringData:\n    # hand-written\n", 1);
    let plain = sops::decrypt(text, Format::Yaml, &keyring()).unwrap();
    let [warning] = plain.warnings() else {
        panic!("one warning");
    };
    assert_eq!(warning.kind(), WarningKind::PlainComment);
    // It is shown at what it stands above.
    assert_eq!(warning.location().unwrap().line, 9);
}

#[test]
fn identities_that_are_none() {
    for text in [
        "",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    ] {
        assert_eq!(Identity::ssh(text).unwrap_err().kind(), ErrorKind::Identity);
    }
    let error = Keyring::from_age_key_file("no/such/file").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

/// Neither errors nor warnings nor `Debug` show a plaintext, whatever is wrong with a file.
#[test]
fn nothing_shows_a_plaintext() {
    let mut roots = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/decrypt")];
    if let Some(root) = std::env::var_os("KUSTODY_CONFORMANCE") {
        roots.push(Path::new(&root).join("sops"));
    }
    let keyring = keyring();
    let mut shown = 0;
    for folder in roots
        .iter()
        .filter_map(|root| fs::read_dir(root).ok())
        .flatten()
    {
        let folder = folder.unwrap().path();
        let Some((text, format)) = encrypted(&folder) else {
            continue;
        };
        let Ok(plain) = Decryptor::new(&keyring)
            .dangerously_ignore_mac()
            .decrypt(&text, format)
        else {
            continue;
        };
        let secrets = secrets(&plain.to_nodes(), &text);
        let mut texts = vec![format!(
            "{plain:?} {:?} {:?}",
            plain.to_nodes(),
            plain.warnings()
        )];
        texts.extend(Format::ALL.map(|format| match plain.to_bytes(format) {
            Ok(bytes) => format!("{bytes:?}"),
            Err(error) => format!("{error} {error:?}"),
        }));
        texts.push(format!("{:?}", plain.deserialize::<Vec<u8>>()));
        // The same file, damaged at one line after the other.
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        for at in 0..lines.len().min(60) {
            let mut damaged = lines.clone();
            match at % 3 {
                0 => drop(damaged.remove(at)),
                1 => damaged.insert(at, lines[at]),
                _ => damaged.swap(at, lines.len() / 2),
            }
            match Decryptor::new(&keyring).decrypt(damaged.join(&b"\n"[..]), format) {
                Ok(plain) => texts.push(format!("{plain:?} {:?}", plain.warnings())),
                Err(error) => texts.push(format!("{error} {error:?} {:?}", error.message())),
            }
        }
        for shown in &texts {
            for secret in &secrets {
                assert!(
                    !shown.contains(secret.as_str()),
                    "{}: {shown}",
                    folder.display()
                );
            }
        }
        shown += texts.len();
    }
    assert!(shown > 60);
}

fn encrypted(folder: &Path) -> Option<(Vec<u8>, Format)> {
    let files = fs::read_dir(folder)
        .ok()?
        .map(|entry| entry.unwrap().path());
    let is_encrypted = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == "enc");
    let path = files.into_iter().find(is_encrypted)?;
    let format = match path.extension()?.to_str()? {
        "yaml" => Format::Yaml,
        "json" => Format::Json,
        "env" => Format::Dotenv,
        "ini" => Format::Ini,
        _ => Format::Binary,
    };
    Some((fs::read(path).unwrap(), format))
}

/// The texts of some length that are in the plaintext and not in the file.
fn secrets(nodes: &[kustody::yaml::Node], file: &[u8]) -> Vec<String> {
    fn collect(node: &kustody::yaml::Node, found: &mut Vec<String>) {
        match node.value() {
            kustody::yaml::Value::Scalar(scalar) => found.push(scalar.text().to_string()),
            kustody::yaml::Value::Sequence(list) => {
                list.iter().for_each(|item| collect(item, found))
            }
            kustody::yaml::Value::Mapping(mapping) => {
                mapping
                    .iter()
                    .for_each(|entry| collect(&entry.value, found));
            }
        }
    }
    let mut found = Vec::new();
    nodes.iter().for_each(|node| collect(node, &mut found));
    let file = String::from_utf8_lossy(file);
    found.retain(|text| text.len() >= 7 && !file.contains(text.as_str()));
    found
}
