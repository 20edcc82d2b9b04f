//! What is encrypted is decrypted to the same values, in every format, and printing them is final.
//! The first byte chooses the format and the rule.
#![no_main]

use std::convert::Infallible;

use kustody::ErrorKind;
use kustody::sops::{self, Format, Keyring, Policy, Rule};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A key made for tests.
const KEY: &str = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
const RECIPIENT: &str = "age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few";

fuzz_target!(|bytes: &[u8]| {
    let Some((first, text)) = bytes.split_first() else {
        return;
    };
    let (formats, first) = (Format::ALL.len(), usize::from(*first));
    let format = Format::ALL[first % formats];
    let mut policy = Policy::new().group([RECIPIENT.parse().unwrap()]);
    policy = match first / formats % 4 {
        0 => policy,
        1 => policy.rule(Rule::EncryptedRegex("[a-m]".into())),
        2 => policy.rule(Rule::UnencryptedCommentRegex("a ".into())),
        _ => policy.mac_only_encrypted(),
    };
    let Some(once) = there_and_back(text, format, &policy) else {
        return;
    };
    match format {
        Format::Binary => assert_eq!(once, text),
        Format::Json => {
            if let Ok(value) = serde_json::from_slice::<Value>(text) {
                assert_eq!(
                    numbers(value),
                    numbers(serde_json::from_slice(&once).unwrap())
                );
            }
        }
        _ => {}
    }
    if !is_read_otherwise(&once, format)
        && let Some(twice) = there_and_back(&once, format, &policy)
    {
        assert_eq!(
            String::from_utf8_lossy(&twice),
            String::from_utf8_lossy(&once)
        );
    }
});

/// The text as it comes back; nothing if it is refused.
fn there_and_back(text: &[u8], format: Format, policy: &Policy) -> Option<Vec<u8>> {
    let file = match sops::encrypt(text, format, policy, "2026-01-02T03:04:05Z", random()) {
        Ok(file) => file,
        Err(error) => {
            let has_no_place = matches!(
                error.kind(),
                ErrorKind::Limit | ErrorKind::Encrypt | ErrorKind::SopsMetadata
            );
            assert!(has_no_place || error.location().is_some(), "{error}");
            return None;
        }
    };
    let keyring = Keyring::from_age_keys(KEY).unwrap();
    let plain = sops::decrypt(&file, format, &keyring).unwrap();
    Some(plain.to_bytes(format).unwrap().to_vec())
}

/// Bytes that look random, and are the same in every run.
fn random() -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
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

/// Whether sops reads something else where it prints this: in INI what ends with a backslash goes on
/// in the next line, and a comment that begins with `#` loses it; in YAML the indentation of a block
/// is not the one that its head names.
fn is_read_otherwise(text: &[u8], format: Format) -> bool {
    let text = String::from_utf8_lossy(text);
    match format {
        Format::Ini => text.contains("\\\n") || text.lines().any(|line| line.starts_with('#')),
        Format::Yaml => ["|4", "|2"].iter().any(|head| text.contains(head)),
        _ => false,
    }
}

/// The value with every number a float, as sops has them.
fn numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.into_iter().map(numbers).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, numbers(value)))
            .collect(),
        other => other,
    }
}
