//! How fast SOPS files are decrypted and encrypted, and how fast the parts alone are that no one can
//! do without.
//!
//! `cargo bench --features encrypt --bench sops` runs all; a word behind it (`-- keys`) chooses some.

// The lints' exceptions for tests do not know benches.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::io::Write as _;
use std::time::Duration;

use aes_gcm::aead::array::sizes::U32;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce};
use age::secrecy::ExposeSecret as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use kustody::sops::{self, Format, Keyring, Policy};
use sha2::{Digest, Sha512};

criterion_group!(benches, secret, keys, large, encryption);
criterion_main!(benches);

const DATA_KEY: [u8; 32] = [7; 32];
const TIME: &str = "2026-01-01T00:00:00Z";

fn group<'c>(c: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = c.benchmark_group(name);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    group
}

/// A Secret of five keys: nearly all of it is the key exchange.
fn secret(c: &mut Criterion) {
    let file = File::new(5);
    let mut group = group(c, "secret");
    group.bench_function("age alone", |b| {
        let identity: age::x25519::Identity = file.identity.parse().unwrap();
        b.iter(|| black_box(age::decrypt(&identity, file.wrapped.as_bytes()).unwrap()));
    });
    let text = file.yaml();
    group.bench_function("5 keys", |b| {
        b.iter(|| decrypt(&text, Format::Yaml, &file.keyring));
    });
}

/// Many small values.
fn keys(c: &mut Criterion) {
    let mut group = group(c, "keys");
    for count in [1_000, 20_000] {
        let file = File::new(count);
        group.throughput(Throughput::Elements(count as u64));
        for (name, format, text) in [
            ("yaml", Format::Yaml, file.yaml()),
            ("json", Format::Json, file.json()),
        ] {
            group.bench_function(format!("{name} {count}"), |b| {
                b.iter(|| decrypt(&text, format, &file.keyring));
            });
        }
    }
}

/// Ten megabytes in one value, beside the work that the format asks for.
fn large(c: &mut Criterion) {
    const SIZE: usize = 10 << 20;
    let mut group = group(c, "large");
    group.throughput(Throughput::Bytes(SIZE as u64));
    let noise: Vec<u8> = (0..SIZE as u64)
        .map(|at| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8)
        .collect();
    let text: Vec<u8> = noise.iter().map(|byte| b'a' + byte % 26).collect();
    group.bench_function("SHA-512, AES-GCM and base64 alone", |b| {
        let mut sealed = noise.clone();
        let gcm = gcm();
        let nonce = Nonce::<U32>::from([1; 32]);
        let tag = gcm
            .encrypt_inout_detached(&nonce, b"data:", InOutBuf::from(&mut *sealed))
            .unwrap();
        let encoded = STANDARD.encode(&sealed);
        b.iter(|| {
            let mut plain = STANDARD.decode(&encoded).unwrap();
            let buffer = InOutBuf::from(&mut *plain);
            gcm.decrypt_inout_detached(&nonce, b"data:", buffer, &tag)
                .unwrap();
            black_box(Sha512::digest(&plain));
        });
    });
    for (name, plain) in [("binary file", &noise), ("binary file of text", &text)] {
        let file = File::with("data", plain);
        let json = file.json();
        group.bench_function(name, |b| {
            b.iter(|| decrypt(&json, Format::Binary, &file.keyring));
        });
    }
    let file = File::with("a", &text);
    let yaml = file.yaml();
    group.bench_function("YAML value", |b| {
        b.iter(|| decrypt(&yaml, Format::Yaml, &file.keyring));
    });
}

/// Encrypting, which decrypts what it made before it hands it out.
fn encryption(c: &mut Criterion) {
    let mut group = group(c, "encryption");
    let identity = age::x25519::Identity::generate();
    group.bench_function("age alone", |b| {
        let recipient = identity.to_public();
        b.iter(|| black_box(age::encrypt_and_armor(&recipient, &DATA_KEY).unwrap()));
    });
    let recipient = identity.to_public().to_string();
    let policy = Policy::new().group([recipient.parse().unwrap()]);
    for count in [5, 1_000] {
        let text: String = (0..count)
            .map(|at| format!("key-{at:05}: the value of number {at}\n"))
            .collect();
        group.throughput(Throughput::Elements(count));
        group.bench_function(format!("{count} keys"), |b| {
            b.iter(|| {
                let mut block = 0_u64;
                // What a generator costs is not measured.
                let random = |bytes: &mut [u8]| {
                    block += 1;
                    bytes[..8].copy_from_slice(&block.to_le_bytes());
                    Ok::<(), String>(())
                };
                black_box(sops::encrypt(&text, Format::Yaml, &policy, TIME, random).unwrap());
            });
        });
    }
}

fn decrypt(text: &str, format: Format, keyring: &Keyring) {
    let plain = sops::decrypt(text, format, keyring).unwrap();
    black_box(plain.to_bytes(format).unwrap());
}

fn gcm() -> AesGcm<Aes256, U32> {
    AesGcm::new_from_slice(&DATA_KEY).unwrap()
}

/// An encrypted file, by its parts.
struct File {
    values: Vec<(String, String)>,
    mac: String,
    wrapped: String,
    identity: String,
    keyring: Keyring,
}

impl File {
    fn new(count: usize) -> Self {
        let value = |at| {
            (
                format!("key-{at:05}"),
                format!("the value of number {at}").into_bytes(),
            )
        };
        Self::of((0..count).map(value))
    }

    fn with(key: &str, value: &[u8]) -> Self {
        Self::of([(key.to_owned(), value.to_vec())])
    }

    fn of(values: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut hash = Sha512::new();
        let mut encrypted = Vec::new();
        for (key, value) in values {
            hash.update(&value);
            let sealed = seal(&value, &format!("{key}:"));
            encrypted.push((key, sealed));
        }
        let mac = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>();
        let identity = age::x25519::Identity::generate();
        let wrapped = age::encrypt_and_armor(&identity.to_public(), &DATA_KEY).unwrap();
        let text = identity.to_string().expose_secret().to_owned();
        Self {
            values: encrypted,
            mac: seal(mac.as_bytes(), TIME),
            wrapped,
            keyring: Keyring::from_age_keys(&text).unwrap(),
            identity: text,
        }
    }

    fn yaml(&self) -> String {
        let mut out = Vec::new();
        for (key, value) in &self.values {
            writeln!(out, "{key}: {value}").unwrap();
        }
        let enc = self.wrapped.replace('\n', "\n            ");
        write!(
            out,
            "sops:\n    age:\n        - recipient: age1x\n          enc: |\n            {enc}\n    \
             lastmodified: \"{TIME}\"\n    mac: {}\n    version: 3.11.0\n",
            self.mac
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    fn json(&self) -> String {
        let mut out = b"{\n".to_vec();
        for (key, value) in &self.values {
            writeln!(out, "\t\"{key}\": \"{value}\",").unwrap();
        }
        let enc = self.wrapped.replace('\n', "\\n");
        writeln!(
            out,
            "\t\"sops\": {{\"age\": [{{\"recipient\": \"age1x\", \"enc\": \"{enc}\"}}], \
             \"lastmodified\": \"{TIME}\", \"mac\": \"{}\", \"version\": \"3.11.0\"}}\n}}",
            self.mac
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// A text as sops encrypts it, but for its IV, which is always the same here.
fn seal(plain: &[u8], path: &str) -> String {
    let mut data = plain.to_vec();
    let buffer = InOutBuf::from(&mut *data);
    let nonce = Nonce::<U32>::from([1; 32]);
    let tag = gcm()
        .encrypt_inout_detached(&nonce, path.as_bytes(), buffer)
        .unwrap();
    format!(
        "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]",
        STANDARD.encode(&data),
        STANDARD.encode([1; 32]),
        STANDARD.encode(tag)
    )
}
