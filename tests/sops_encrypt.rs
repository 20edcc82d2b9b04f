//! `sops::encrypt` from outside: what it writes is decrypted here and by the real tool, and prints
//! what the real tool prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kustody::ErrorKind;
use kustody::sops::{self, Encryptor, Format, Keyring, Policy, Recipient, Rule};
use proptest::prelude::*;

/// The key of this project's own cases, made for them.
const KEY: &str = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
const RECIPIENT: &str = "age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few";
const TIME: &str = "2026-01-02T03:04:05Z";

fn recipient() -> Recipient {
    RECIPIENT.parse().unwrap()
}

fn policy() -> Policy {
    Policy::new().group([recipient()])
}

/// Bytes that look random, and are the same in every run.
fn random() -> impl FnMut(&mut [u8]) -> Result<(), std::convert::Infallible> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    move |bytes| {
        for byte in bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = (state >> 32) as u8;
        }
        Ok(())
    }
}

fn encrypt(text: &[u8], format: Format, policy: &Policy) -> kustody::Result<Vec<u8>> {
    sops::encrypt(text, format, policy, TIME, random())
}

fn decrypt(file: &[u8], format: Format) -> Vec<u8> {
    let keyring = Keyring::from_age_keys(KEY).unwrap();
    let plain = sops::decrypt(file, format, &keyring).unwrap();
    plain.to_bytes(format).unwrap().to_vec()
}

fn shown(text: &str, format: Format, policy: &Policy) -> String {
    String::from_utf8(encrypt(text.as_bytes(), format, policy).unwrap()).unwrap()
}

/// The text with all that is encrypted cut out.
fn skeleton(file: &str) -> String {
    let sealed = replaced(file, "ENC[AES256_GCM,data:", ",type:", "..");
    replaced(&sealed, "-----BEGIN", "FILE-----\n", "~")
        .lines()
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Replaces what stands from one text to the next other one.
fn replaced(text: &str, from: &str, to: &str, with: &str) -> String {
    let mut parts = text.split(from);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let rest = part.split_once(to).map_or(part, |(_, rest)| rest);
        out.push_str(with);
        out.push_str(rest);
    }
    out
}

#[test]
fn yaml_looks_as_sops_writes_it() {
    let text = "\
# head
a: 1
b_unencrypted: 1.50 # inline
list:
    # in list
    - yes
m: {e: '', n: null, d: 2024-01-02}
---
c: true
";
    let file = shown(text, Format::Yaml, &policy());
    let metadata = "\
sops:
    age:
        - recipient: age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few
          enc: |
";
    assert!(file.contains(metadata), "{file}");
    let top = file.split("sops:\n").next().unwrap();
    assert_eq!(
        skeleton(top),
        "\
#..comment]
a: ..int]
#..comment]
b_unencrypted: 1.5
list:
    - ..comment]
    - ..str]
m:
    e: \"\"
    \"n\": null
    d: ..time]
"
    );
    let (_, end) = file
        .split_once("-----END AGE ENCRYPTED FILE-----\n")
        .unwrap();
    assert!(
        end.starts_with("    lastmodified: \"2026-01-02T03:04:05Z\"\n    mac: ENC[AES256_GCM,")
    );
    assert!(file.ends_with("    unencrypted_suffix: _unencrypted\n    version: 3.11.0\n"));
    assert_eq!(file.matches("sops:\n").count(), 2);
}

#[test]
fn flat_formats_look_as_sops_writes_them() {
    let file = shown("# c\nA=1\nB_unencrypted=x\n", Format::Dotenv, &policy());
    let names: Vec<&str> = file
        .lines()
        .filter_map(|line| line.split('=').next())
        .collect();
    assert!(names[0].starts_with("#ENC[AES256_GCM,data:"));
    assert_eq!(
        names[1..],
        [
            "A",
            "B_unencrypted",
            "sops_age__list_0__map_enc",
            "sops_age__list_0__map_recipient",
            "sops_lastmodified",
            "sops_mac",
            "sops_unencrypted_suffix",
            "sops_version"
        ]
    );
    let file = shown("[s]\na = 1\n", Format::Ini, &policy());
    assert!(file.starts_with("[s]\na = ENC["), "{file}");
    assert!(file.contains("\n\n[sops]\nage__list_0__map_enc       = -----BEGIN AGE"));
    assert!(
        file.ends_with("\nversion                    = 3.11.0\n"),
        "{file}"
    );
    let file = shown("\n", Format::Binary, &policy());
    assert!(file.starts_with("{\n\t\"data\": \"ENC[AES256_GCM,"));
    assert!(!file.contains("unencrypted_suffix"));
}

#[test]
fn groups_share_the_data_key() {
    let other = "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm";
    let policy = |threshold| {
        let policy = Policy::new().group([recipient()]).group([recipient()]);
        let policy = policy.group([other.parse().unwrap()]);
        policy.threshold(threshold)
    };
    for format in Format::ALL {
        let file = encrypt(b"[a]\nb=1\n", format, &policy(2));
        let Ok(file) = file else {
            assert!(matches!(
                format,
                Format::Json | Format::Yaml | Format::Dotenv
            ));
            continue;
        };
        let keyring = Keyring::from_age_keys(KEY).unwrap();
        assert!(sops::decrypt(&file, format, &keyring).is_ok());
        let file = encrypt(b"[a]\nb=1\n", format, &policy(3)).unwrap();
        let error = sops::decrypt(&file, format, &keyring).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DataKey);
    }
}

/// The SSH keys of `testdata/ssh`, private and public, made for these tests.
fn ssh_keys() -> [(PathBuf, String); 2] {
    ["ed25519", "rsa"].map(|name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ssh");
        let public = fs::read_to_string(path.join(format!("{name}.pub"))).unwrap();
        (path.join(name), public)
    })
}

#[test]
fn ssh_keys_open_what_is_encrypted_to_them() {
    let [(ed25519, public_ed25519), (rsa, public_rsa)] = ssh_keys();
    let keyring = |path: &Path| Keyring::from_ssh_key(fs::read(path).unwrap()).unwrap();
    for (path, other, public) in [
        (&ed25519, &rsa, public_ed25519),
        (&rsa, &ed25519, public_rsa),
    ] {
        let key: Recipient = public.parse().unwrap();
        assert_eq!(key.to_string(), public.trim());
        // Without its comment it is the same key.
        let bare: Vec<&str> = public.split(' ').take(2).collect();
        let bare: Recipient = bare.join(" ").parse().unwrap();
        for (group, others) in [(vec![key.clone()], 0), (vec![recipient(), bare], 1)] {
            let policy = Policy::new().group(group);
            for format in Format::ALL {
                let text: &[u8] = match format {
                    Format::Json => b"{\n\t\"a\": \"b\"\n}\n",
                    Format::Yaml => b"a: b\n",
                    Format::Ini => b"[a]\nb = c\n",
                    _ => b"A=b\n",
                };
                let file = encrypt(text, format, &policy).unwrap();
                let plain = sops::decrypt(&file, format, &keyring(path)).unwrap();
                assert_eq!(&*plain.to_bytes(format).unwrap(), text);
                let error = sops::decrypt(&file, format, &keyring(other)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::DataKey);
                assert_eq!(sops::inspect(&file).unwrap().groups()[0].len(), 1 + others);
            }
        }
    }
}

#[test]
fn refusals() {
    let groups = |count| (0..count).fold(Policy::new(), |policy, _| policy.group([recipient()]));
    let rule = |rule| policy().rule(rule);
    for (policy, kind) in [
        (Policy::new(), ErrorKind::Encrypt),
        (policy().group([]), ErrorKind::Encrypt),
        (policy().threshold(2), ErrorKind::Encrypt),
        (policy().threshold(0), ErrorKind::Encrypt),
        (groups(2).threshold(1), ErrorKind::Encrypt),
        (groups(2).threshold(3), ErrorKind::Encrypt),
        (groups(256), ErrorKind::Encrypt),
        (
            rule(Rule::EncryptedSuffix(String::new())),
            ErrorKind::Encrypt,
        ),
        (rule(Rule::EncryptedRegex("([".into())), ErrorKind::Pattern),
    ] {
        let error = encrypt(b"a: 1\n", Format::Yaml, &policy).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    for (text, format, kind) in [
        ("a: 1\nsops:\n", Format::Yaml, ErrorKind::SopsMetadata),
        (
            "a: 1\n---\nsops: {}\n",
            Format::Yaml,
            ErrorKind::SopsMetadata,
        ),
        ("{\"sops\": 1}", Format::Json, ErrorKind::SopsMetadata),
        ("A=1\nsops_x=2\n", Format::Dotenv, ErrorKind::SopsMetadata),
        ("[sops]\na=b\n", Format::Ini, ErrorKind::SopsMetadata),
        ("", Format::Yaml, ErrorKind::Value),
        ("- a\n", Format::Yaml, ErrorKind::Value),
        ("a: 1\na: 2\n", Format::Yaml, ErrorKind::DuplicateKey),
        ("1: a\n", Format::Yaml, ErrorKind::KeyNotString),
        ("a: 18446744073709551615\n", Format::Yaml, ErrorKind::Value),
        ("a_unencrypted: -0.0\n", Format::Yaml, ErrorKind::Encrypt),
        (
            "a_unencrypted: \"\\tb\\nc\"\n",
            Format::Yaml,
            ErrorKind::Value,
        ),
        ("[1]", Format::Json, ErrorKind::Value),
        ("{", Format::Json, ErrorKind::Syntax),
        (
            "{\"a_unencrypted\": 12345678901234567}",
            Format::Json,
            ErrorKind::Value,
        ),
        ("A\n", Format::Dotenv, ErrorKind::Syntax),
        // The real tool encrypts this and panics when it prints it.
        ("[s]\n#\n;b\nk = v\n", Format::Ini, ErrorKind::Encrypt),
    ] {
        let error = encrypt(text.as_bytes(), format, &policy()).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}: {error}");
    }
    let error = sops::encrypt("a: 1\n", Format::Yaml, &policy(), "yesterday", random());
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Encrypt);
    for byte in [0, 7] {
        let constant = |bytes: &mut [u8]| {
            bytes.fill(byte);
            Ok::<(), &str>(())
        };
        let error = sops::encrypt("a: 1\n", Format::Yaml, &policy(), TIME, constant);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Encrypt);
    }
    for text in ["", "age1", KEY, "ssh-rsa AAAA", "age1pq1xyz"] {
        let error = text.parse::<Recipient>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Recipient);
        assert!(!error.to_string().contains("553XTM"));
    }
}

#[test]
fn a_comment_called_sops_is_a_comment() {
    let text = "#sops\na: 1\n#sops\nb: 2\n";
    let file = encrypt(text.as_bytes(), Format::Yaml, &policy()).unwrap();
    assert_eq!(decrypt(&file, Format::Yaml), text.as_bytes());
    let plain = policy().rule(Rule::EncryptedRegex("x".into()));
    let file = encrypt(text.as_bytes(), Format::Yaml, &plain).unwrap();
    assert_eq!(decrypt(&file, Format::Yaml), text.as_bytes());
}

#[test]
fn digits_of_encrypted_numbers_are_kept() {
    let text = "{\n\t\"a\": 12345678901234567,\n\t\"b\": 1e+21\n}\n";
    let file = encrypt(text.as_bytes(), Format::Json, &policy()).unwrap();
    assert_eq!(decrypt(&file, Format::Json), text.as_bytes());
}

#[test]
fn errors_show_no_value_and_their_place() {
    let text = "a:\n  secret_unencrypted: 18446744073709551615\n";
    let policy = policy();
    let encryptor = Encryptor::new(&policy).named("db.yaml");
    let error = encryptor
        .encrypt(text, Format::Yaml, TIME, random())
        .unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.starts_with("db.yaml:2:23: `a.secret_unencrypted`"),
        "{shown}"
    );
    assert!(!shown.contains("18446744073709551615"), "{shown}");
}

/// A value of a document, in the flow style that YAML and JSON share.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        // Without the negative zero, which sops prints as a whole number, `-0`.
        any::<f32>().prop_map(|value| (f64::from(value) + 0.0).into()),
        any::<String>().prop_map(Into::into),
        "[ -~\n]{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let key = prop_oneof!["[a-z]{1,4}", "[a-z]_unencrypted", "[!-~]{1,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = serde_json::Value> {
    let key = prop_oneof!["[a-z]{1,4}", "[a-z]_unencrypted"];
    prop::collection::vec((key, value()), 0..6)
        .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect()))
}

/// What sops refuses or garbles is refused; all else comes back as it was, also at a second turn.
fn holds(text: &[u8], format: Format, policy: &Policy) -> Option<Vec<u8>> {
    let file = match encrypt(text, format, policy) {
        Ok(file) => file,
        Err(error) => {
            let known = [
                ErrorKind::Encrypt,
                ErrorKind::Value,
                ErrorKind::SopsMetadata,
            ];
            assert!(known.contains(&error.kind()), "{error}");
            return None;
        }
    };
    let once = decrypt(&file, format);
    if !is_read_otherwise(&once, format)
        && let Ok(again) = encrypt(&once, format, policy)
    {
        assert_eq!(decrypt(&again, format), once);
    }
    Some(once)
}

/// Whether sops reads something else where it prints this: in INI what ends with a backslash goes on
/// in the next line, a comment that begins with `#` comes back as one that begins with `;`, and one
/// without a text not at all; in YAML the indentation of a block is not the one that its head names.
fn is_read_otherwise(text: &[u8], format: Format) -> bool {
    let text = String::from_utf8_lossy(text);
    match format {
        Format::Ini => {
            let is_lost = |line: &str| line.starts_with('#') || line.trim_end() == ";";
            text.contains("\\\n") || text.lines().any(is_lost)
        }
        Format::Yaml => ["|4", "|2"].iter().any(|head| text.contains(head)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn json_comes_back(document in document()) {
        let text = serde_json::to_vec(&document).unwrap();
        if let Some(printed) = holds(&text, Format::Json, &policy()) {
            let found: serde_json::Value = serde_json::from_slice(&printed).unwrap();
            // Whole numbers are floats to sops; and the reader used here rounds, so both are read.
            let written: serde_json::Value = serde_json::from_slice(&text).unwrap();
            prop_assert_eq!(numbers(&found), numbers(&written));
        }
    }

    #[test]
    fn yaml_comes_back(documents in prop::collection::vec(document(), 1..3), comment in "[ -~]{0,8}") {
        let texts: Vec<String> = documents
            .iter()
            .map(|document| format!("# {comment}\n{}\n", serde_json::to_string(document).unwrap()))
            .collect();
        let text = texts.join("---\n");
        holds(text.as_bytes(), Format::Yaml, &policy());
        let regex = policy().rule(Rule::EncryptedRegex("[a-m]".into())).mac_only_encrypted();
        holds(text.as_bytes(), Format::Yaml, &regex);
    }

    #[test]
    fn dotenv_comes_back(lines in prop::collection::vec(("[A-Z_]{1,6}", "[^\n]{0,12}"), 0..6)) {
        let text: String = lines.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
        if let Some(printed) = holds(text.as_bytes(), Format::Dotenv, &policy()) {
            prop_assert_eq!(String::from_utf8(printed).unwrap(), text);
        }
    }

    #[test]
    fn ini_comes_back(lines in prop::collection::vec(("[a-z]{1,6}", "[ -~]{0,12}"), 0..6)) {
        let text: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        let text = format!("; top\n[one]\n{text}[two]\n{text}");
        if encrypt(text.as_bytes(), Format::Ini, &policy()).map_err(|error| error.kind()) != Err(ErrorKind::Syntax) {
            holds(text.as_bytes(), Format::Ini, &policy());
        }
    }

    #[test]
    fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(holds(&bytes, Format::Binary, &policy()), Some(bytes));
    }
}

/// The document with every number a float, and the order of keys left aside.
fn numbers(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(number) => number.as_f64().into(),
        serde_json::Value::Array(items) => items.iter().map(numbers).collect::<Vec<_>>().into(),
        serde_json::Value::Object(entries) => serde_json::Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), numbers(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// A rule, and what `.sops.yaml` calls it.
fn rules() -> Vec<(Rule, &'static str)> {
    vec![
        (Rule::default(), "unencrypted_suffix: _unencrypted"),
        (Rule::EncryptedSuffix("d".into()), "encrypted_suffix: d"),
        (
            Rule::EncryptedRegex("^[a-m]".into()),
            "encrypted_regex: ^[a-m]",
        ),
        (
            Rule::UnencryptedRegex("[a-m]$".into()),
            "unencrypted_regex: '[a-m]$'",
        ),
        (
            Rule::EncryptedCommentRegex("a e|e a| o".into()),
            "encrypted_comment_regex: a e|e a| o",
        ),
        (
            Rule::UnencryptedCommentRegex("a | e".into()),
            "unencrypted_comment_regex: a | e",
        ),
    ]
}

/// Runs the program that `KUSTODY_SOPS` names.
struct Sops {
    program: PathBuf,
    folder: PathBuf,
    /// The variable that says what the private key is.
    key: (&'static str, PathBuf),
}

impl Sops {
    /// The program in a folder of its own, if there is one.
    fn in_folder(name: &str) -> Option<Self> {
        let Some(program) = std::env::var_os("KUSTODY_SOPS") else {
            println!("skipped: KUSTODY_SOPS names no sops");
            return None;
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Some(Self {
            program: program.into(),
            folder,
            key: ("SOPS_AGE_KEY", KEY.into()),
        })
    }

    fn run(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        let output = Command::new(&self.program)
            .args(arguments)
            .current_dir(&self.folder)
            .env(self.key.0, &self.key.1)
            .env("HOME", &self.folder)
            .env("EDITOR", "sed -i s/alpha/omega/")
            .output()
            .unwrap();
        output.status.success().then_some(output.stdout)
    }
}

/// Plaintexts of every format: what files of the real tool decrypt to.
fn plaintexts() -> Vec<(Vec<u8>, Format)> {
    let mut roots = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/decrypt")];
    if let Some(root) = std::env::var_os("KUSTODY_CONFORMANCE") {
        roots.push(Path::new(&root).join("sops"));
    }
    let mut found = Vec::new();
    for root in roots {
        let Ok(folders) = fs::read_dir(root) else {
            continue;
        };
        for folder in folders {
            let Ok(files) = fs::read_dir(folder.unwrap().path()) else {
                continue;
            };
            for file in files {
                let path = file.unwrap().path();
                if path.file_stem().is_some_and(|stem| stem == "expected") {
                    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                    found.push((fs::read(path).unwrap(), Format::detect(&name, b"")));
                }
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.dedup();
    found
}

#[test]
fn the_real_tool_reads_what_is_written() {
    let Some(sops) = Sops::in_folder("sops-encrypt") else {
        return;
    };
    let (mut compared, mut refused) = (0, 0);
    for (at, (text, format)) in plaintexts().iter().enumerate() {
        let rules = rules();
        // Each text under the default rule and one other.
        for (rule, name) in [&rules[0], &rules[1 + at % (rules.len() - 1)]] {
            for only in [false, true] {
                let mut policy = policy().rule(rule.clone());
                if only {
                    policy = policy.mac_only_encrypted();
                }
                let config = format!(
                    "creation_rules:\n  - age: {RECIPIENT}\n    {name}\n    mac_only_encrypted: {only}\n"
                );
                fs::write(sops.folder.join("config.yaml"), config).unwrap();
                fs::write(sops.folder.join("plain"), text).unwrap();
                let kind = format.to_string();
                let types = ["--input-type", &kind, "--output-type", &kind];
                let with = |rest: &[&'static str]| {
                    let mut all: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
                    all.extend(types.iter().map(|word| (*word).to_owned()));
                    all
                };
                let run = |rest: &[&'static str], file: &str| {
                    let mut all = with(rest);
                    all.push(file.to_owned());
                    sops.run(&all.iter().map(String::as_str).collect::<Vec<_>>())
                };
                let theirs = run(&["--config", "config.yaml", "encrypt"], "plain");
                let theirs = theirs.and_then(|file| {
                    fs::write(sops.folder.join("theirs"), file).unwrap();
                    run(&["decrypt"], "theirs")
                });
                let what = || format!("{format} {name} {only}\n{}", String::from_utf8_lossy(text));
                let ours = match encrypt(text, *format, &policy) {
                    Ok(ours) => ours,
                    // The real tool has no limits.
                    Err(error) if error.kind() == ErrorKind::Limit => continue,
                    Err(error) => {
                        assert!(theirs.is_none(), "refused here only: {error}: {}", what());
                        refused += 1;
                        continue;
                    }
                };
                fs::write(sops.folder.join("ours"), &ours).unwrap();
                let found = run(&["decrypt"], "ours");
                assert_eq!(
                    found.as_deref(),
                    Some(&*decrypt(&ours, *format)),
                    "{}",
                    what()
                );
                // This sops rounds whole numbers beyond 2^53, of which ours keeps the digits.
                let value = |text: &Option<Vec<u8>>| {
                    let value: serde_json::Value = serde_json::from_slice(text.as_deref()?).ok()?;
                    Some(numbers(&value))
                };
                let is_rounded = *format == Format::Json && value(&found) == value(&theirs);
                assert!(found == theirs || is_rounded, "{}", what());
                compared += 1;
            }
        }
    }
    println!("{compared} files compared with the real tool, {refused} refused by both");
    assert!(compared > 0);
}

#[test]
fn the_real_tool_edits_and_rotates_what_is_written() {
    let Some(sops) = Sops::in_folder("sops-edit") else {
        return;
    };
    let groups = policy()
        .group([recipient()])
        .group([recipient()])
        .threshold(2);
    for policy in [policy(), policy().mac_only_encrypted(), groups] {
        for (text, name) in [
            (
                "# c\na: alpha\nl:\n    - 1\n    - 2.5\n---\nb_unencrypted: alpha\n",
                "f.yaml",
            ),
            (
                "{\n\t\"a\": \"alpha\",\n\t\"b\": [\n\t\t1\n\t]\n}\n",
                "f.json",
            ),
            ("# c\nA=alpha\nB_unencrypted=x\n", "f.env"),
            ("; c\n[s]\na = alpha\n", "f.ini"),
            ("alpha and bytes\n", "f.bin"),
        ] {
            let format = Format::detect(name, b"");
            let ours = encrypt(text.as_bytes(), format, &policy).unwrap();
            fs::write(sops.folder.join(name), ours).unwrap();
            for command in [["rotate", "-i"], ["edit", "--ignore-mac=false"]] {
                let [command, flag] = command;
                assert!(
                    sops.run(&[command, flag, name]).is_some(),
                    "{command} {name}"
                );
            }
            let edited = fs::read(sops.folder.join(name)).unwrap();
            let expected = text.replace("alpha", "omega");
            let found = String::from_utf8(decrypt(&edited, format)).unwrap();
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn the_real_tool_opens_with_ssh_keys_what_is_written() {
    let Some(mut sops) = Sops::in_folder("sops-ssh") else {
        return;
    };
    for (private, public) in ssh_keys() {
        let policy = Policy::new().group([public.parse().unwrap()]);
        let ours = encrypt(b"a: b\n", Format::Yaml, &policy).unwrap();
        fs::write(sops.folder.join("ours.yaml"), &ours).unwrap();
        sops.key = ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", private.clone());
        let found = sops.run(&["decrypt", "ours.yaml"]).unwrap();
        assert_eq!(found, b"a: b\n");
        // And the other way round.
        fs::write(sops.folder.join("plain.yaml"), "a: b\n").unwrap();
        let arguments = ["encrypt", "--age", public.trim(), "plain.yaml"];
        let theirs = sops.run(&arguments).unwrap();
        let keyring = Keyring::from_ssh_key(fs::read(private).unwrap()).unwrap();
        let plain = sops::decrypt(&theirs, Format::Yaml, &keyring).unwrap();
        assert_eq!(&*plain.to_bytes(Format::Yaml).unwrap(), b"a: b\n");
        let recipient = |file: &[u8]| {
            let metadata = sops::inspect(file).unwrap();
            metadata.groups()[0][0].get("recipient").unwrap().to_owned()
        };
        assert_eq!(recipient(&ours), recipient(&theirs));
    }
}
