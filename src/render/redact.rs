//! Manifests that can be shown to anyone.

use std::collections::HashMap;

use base64::Engine as _;

use super::manifests::Manifests;
use crate::resource::Resource;
use crate::yaml::{BASE64, Entry, Mapping, Node, Scalar, Style, Tag, Value};

impl Manifests {
    /// The same resources without what is secret: every value of the `data` and `stringData` of
    /// Secrets, and every value that comes from a decrypted file, wherever it was copied to, is
    /// `REDACTED-1`, `REDACTED-2` and so on. Equal values have equal numbers, which count from the
    /// first that is printed; nothing else can be told from them. In `data` they are base64.
    ///
    /// Keys stay, which SOPS does not encrypt; those of an env file that was encrypted as binary are
    /// read from the plaintext, and stay too. What a resource is called stays, even if it comes from
    /// a decrypted file: type, name and namespace. So does the hash at the end of a generated name, by which somebody who guesses a
    /// value can see that the guess is right: generate Secrets of short values with
    /// `disableNameSuffixHash`, or leave them out.
    ///
    /// ```
    /// use kustody::{Layer, render};
    /// let base = Layer::from_manifests(
    ///     "{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {password: hunter2}}",
    /// )?;
    /// let manifests = render(base, [])?.redacted();
    /// assert!(manifests.as_str().ends_with("stringData:\n  password: REDACTED-1\n"));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut redactor = Redactor::default();
        let redact = |resource: &Resource| {
            let mut resource = resource.clone();
            resource.edit_fields(|root| redactor.resource(root));
            resource
        };
        self.with_resources(self.iter().map(redact).collect())
    }
}

/// The values that were seen, with their numbers.
#[derive(Default)]
struct Redactor {
    numbers: HashMap<Vec<u8>, usize>,
}

/// What of a value is secret.
#[derive(Clone, Copy)]
enum Secret {
    /// What comes from a decrypted file.
    Decrypted,
    Text,
    Base64,
}

impl Redactor {
    fn resource(&mut self, root: &mut Node) {
        let field = |name| root.as_mapping()?.get(name)?.text();
        let is_secret = field("apiVersion") == Some("v1") && field("kind") == Some("Secret");
        let Some(root) = root.as_mapping_mut() else {
            return;
        };
        for entry in printed(root) {
            let secret = match entry.key.text().unwrap_or_default() {
                "apiVersion" | "kind" => continue,
                "metadata" => {
                    self.metadata(&mut entry.value);
                    continue;
                }
                "data" if is_secret => Secret::Base64,
                "stringData" if is_secret => Secret::Text,
                _ => Secret::Decrypted,
            };
            // Where there is nothing to replace, nodes stay shared.
            if holds(&entry.value, secret) {
                self.node(&mut entry.value, secret);
            }
        }
    }

    fn metadata(&mut self, node: &mut Node) {
        let Some(metadata) = node.as_mapping_mut() else {
            return;
        };
        for entry in printed(metadata) {
            let is_named = matches!(entry.key.text(), Some("name" | "namespace"));
            if !is_named && holds(&entry.value, Secret::Decrypted) {
                self.node(&mut entry.value, Secret::Decrypted);
            }
        }
    }

    fn node(&mut self, node: &mut Node, secret: Secret) {
        let is_secret = is_secret(node, secret);
        match node.value_mut() {
            Value::Scalar(scalar) if is_secret => *scalar = self.scalar(scalar, secret),
            Value::Scalar(_) => {}
            Value::Sequence(list) => {
                let items = list.items_mut().iter_mut();
                items.for_each(|item| self.node(item, secret));
            }
            Value::Mapping(mapping) => {
                for entry in printed(mapping) {
                    self.node(&mut entry.value, secret);
                }
            }
        }
    }

    fn scalar(&mut self, scalar: &Scalar, secret: Secret) -> Scalar {
        let mut value = scalar.text().as_bytes().to_vec();
        if let Secret::Base64 = secret {
            let digits = value.iter().filter(|byte| !byte.is_ascii_whitespace());
            if let Ok(bytes) = BASE64.decode(digits.copied().collect::<Vec<_>>()) {
                value = bytes;
            }
        }
        let next = self.numbers.len() + 1;
        let number = self.numbers.entry(value).or_insert(next);
        let shown = format!("REDACTED-{number}");
        let shown = match secret {
            Secret::Base64 => BASE64.encode(shown),
            _ => shown,
        };
        Scalar::new(Tag::Str, Style::Plain, shown)
    }
}

/// Whether a scalar is to be replaced. Nothing is no secret.
fn is_secret(node: &Node, secret: Secret) -> bool {
    let is_marked = || node.mark().source.is_secret();
    !node.is_null() && (!matches!(secret, Secret::Decrypted) || is_marked())
}

/// Whether anything in a value comes from a decrypted file.
pub(super) fn holds_decrypted(node: &Node) -> bool {
    holds(node, Secret::Decrypted)
}

/// Whether there is anything to replace.
fn holds(node: &Node, secret: Secret) -> bool {
    match node.value() {
        Value::Scalar(_) => is_secret(node, secret),
        Value::Sequence(list) => list.iter().any(|item| holds(item, secret)),
        Value::Mapping(mapping) => mapping.iter().any(|entry| holds(&entry.value, secret)),
    }
}

/// The entries in the order in which they are printed.
fn printed(mapping: &mut Mapping) -> Vec<&mut Entry> {
    let mut entries: Vec<&mut Entry> = mapping.entries_mut().iter_mut().collect();
    entries.sort_by(|one, two| one.key.text().cmp(&two.key.text()));
    entries
}
