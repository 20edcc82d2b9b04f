//! Decrypts the same YAML file of 20,000 keys with kustody and with rops, and with the program that
//! `KUSTODY_SOPS` names if there is one, and prints the median of five runs in turns.

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use kustody::sops::{self, Format, Keyring, Policy};
use rops::cryptography::cipher::AES256GCM;
use rops::cryptography::hasher::SHA512;
use rops::file::RopsFile;
use rops::file::format::YamlFileFormat;
use rops::file::state::EncryptedFile;

const RUNS: usize = 5;
const KEYS: usize = 20_000;

/// A key made for tests.
const KEY: &str = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
const RECIPIENT: &str = "age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few";

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Encrypted = RopsFile<EncryptedFile<AES256GCM, SHA512>, YamlFileFormat>;

fn main() -> Result<ExitCode> {
    // rops finds its key nowhere but in the environment or a file, so this runs itself again.
    if std::env::var_os("ROPS_AGE").is_none() {
        let again = Command::new(std::env::current_exe()?)
            .env("ROPS_AGE", KEY)
            .status()?;
        return Ok(ExitCode::from(u8::from(!again.success())));
    }
    let mut plain = String::new();
    for at in 0..KEYS {
        writeln!(plain, "key-{at:05}: the value of number {at}")?;
    }
    let file = encrypted(&plain)?;
    let path = std::env::temp_dir().join(format!("kustody-rivals-{}.yaml", std::process::id()));
    std::fs::write(&path, &file)?;
    let keyring = Keyring::from_age_keys(KEY)?;
    let program = std::env::var_os("KUSTODY_SOPS");
    let ours = || -> Result<Vec<u8>> {
        let plain = sops::decrypt(&file, Format::Yaml, &keyring)?;
        Ok(plain.to_bytes(Format::Yaml)?.into_vec())
    };
    let rops = || -> Result<Vec<u8>> {
        let decrypted = file.parse::<Encrypted>()?.decrypt::<YamlFileFormat>()?;
        Ok(decrypted.to_string().into_bytes())
    };
    let real = || -> Result<Vec<u8>> {
        let mut command = Command::new(program.as_ref().ok_or("KUSTODY_SOPS names no sops")?);
        command
            .args(["decrypt"])
            .arg(&path)
            .env("SOPS_AGE_KEY", KEY);
        let output = command.stderr(Stdio::inherit()).output()?;
        Ok(output.stdout)
    };
    let decryptors: [(&str, &dyn Fn() -> Result<Vec<u8>>); 3] = [
        ("kustody", &ours),
        ("rops", &rops),
        ("sops decrypt, whole process", &real),
    ];
    let mut times = decryptors.map(|_| Vec::new());
    for _ in 0..RUNS {
        for ((name, decrypt), times) in decryptors.iter().zip(&mut times) {
            let start = Instant::now();
            match decrypt() {
                Ok(found) => {
                    times.push(start.elapsed());
                    // rops prints its metadata behind the values.
                    assert!(black_box(found).starts_with(plain.as_bytes()), "{name}");
                }
                Err(error) => eprintln!("{name}: {error}"),
            }
        }
    }
    std::fs::remove_file(&path)?;
    println!("decrypting {KEYS} keys of YAML, median of {RUNS}\n");
    println!("| what | ms | times kustody |\n|---|---:|---:|");
    let mut first = None;
    for ((name, _), times) in decryptors.iter().zip(&mut times) {
        times.sort();
        let Some(time) = times.get(RUNS / 2).map(Duration::as_secs_f64) else {
            println!("| {name} | failed | |");
            continue;
        };
        let ratio = time / *first.get_or_insert(time);
        println!("| {name} | {:.1} | {ratio:.1} |", time * 1e3);
    }
    Ok(ExitCode::SUCCESS)
}

fn encrypted(plain: &str) -> Result<String> {
    let policy = Policy::new().group([RECIPIENT.parse()?]);
    let random = |bytes: &mut [u8]| getrandom::fill(bytes);
    let time = "2026-01-02T03:04:05Z";
    let file = sops::encrypt(plain, Format::Yaml, &policy, time, random)?;
    Ok(String::from_utf8(file)?)
}
