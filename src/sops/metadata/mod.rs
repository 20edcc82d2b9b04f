//! The `sops` section of a file: who can open it, which values are encrypted, and the MAC.

use std::fmt;

use crate::yaml::Node;
#[cfg(feature = "encrypt")]
use crate::yaml::{Entry, Mapping};

mod flat;
mod read;
#[cfg(feature = "encrypt")]
mod write;

#[cfg(feature = "encrypt")]
pub(super) use flat::flatten;
pub(super) use flat::unflatten;
pub(super) use read::read;
#[cfg(feature = "encrypt")]
pub(super) use read::to_the_second;

/// What a SOPS file says of itself, without any key. The public functions show who can open it.
///
/// Nothing here is protected by the MAC but the time of the last change.
#[derive(Clone, Debug)]
pub struct Metadata {
    pub(super) version: String,
    pub(super) last_modified: String,
    pub(super) mac: String,
    pub(super) mac_only_encrypted: bool,
    pub(super) rule: Rule,
    pub(super) shamir_threshold: usize,
    pub(super) groups: Vec<Vec<MasterKey>>,
}

impl Metadata {
    /// The version of the program that wrote the file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// When the file was written: RFC 3339, to the second.
    pub fn last_modified(&self) -> &str {
        &self.last_modified
    }

    /// The encrypted MAC; empty if there is none.
    pub fn mac(&self) -> &str {
        &self.mac
    }

    /// Whether values that are not encrypted are left out of the MAC, so that anyone can change
    /// them.
    pub fn mac_only_encrypted(&self) -> bool {
        self.mac_only_encrypted
    }

    /// Which values are encrypted.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The keys of the file. One key of a group opens the group. Where there is one group, it holds
    /// the data key; where there are several, [`shamir_threshold`](Self::shamir_threshold) of them
    /// are needed.
    pub fn groups(&self) -> &[Vec<MasterKey>] {
        &self.groups
    }

    /// How many groups are needed, where there are several. 0 means all that can be opened.
    pub fn shamir_threshold(&self) -> usize {
        self.shamir_threshold
    }
}

/// Which values of a file are encrypted. The default is every value but those below a key that ends
/// in `_unencrypted`.
///
/// A key decides for all that is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// All but those below a key with this end.
    UnencryptedSuffix(String),
    /// Those below a key with this end.
    EncryptedSuffix(String),
    /// All but those below a key that this pattern finds something in.
    UnencryptedRegex(String),
    /// Those below a key that this pattern finds something in.
    EncryptedRegex(String),
    /// All but those behind a comment that this pattern finds something in.
    UnencryptedCommentRegex(String),
    /// Those behind a comment that this pattern finds something in.
    EncryptedCommentRegex(String),
}

impl Rule {
    /// The name of its field in the metadata, and the suffix or pattern.
    #[cfg(feature = "encrypt")]
    pub(super) fn field(&self) -> (&'static str, &str) {
        match self {
            Self::UnencryptedSuffix(text) => ("unencrypted_suffix", text),
            Self::EncryptedSuffix(text) => ("encrypted_suffix", text),
            Self::UnencryptedRegex(text) => ("unencrypted_regex", text),
            Self::EncryptedRegex(text) => ("encrypted_regex", text),
            Self::UnencryptedCommentRegex(text) => ("unencrypted_comment_regex", text),
            Self::EncryptedCommentRegex(text) => ("encrypted_comment_regex", text),
        }
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self::UnencryptedSuffix("_unencrypted".to_owned())
    }
}

/// The kinds of keys that a data key can be encrypted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MasterKeyKind {
    /// AWS KMS: `arn`, `role`, `context`, `aws_profile`.
    Kms,
    /// Google Cloud KMS: `resource_id`.
    GcpKms,
    /// Huawei Cloud KMS: `key_id`.
    HcKms,
    /// Azure Key Vault: `vault_url`, `name`, `version`.
    AzureKv,
    /// HashiCorp Vault: `vault_address`, `engine_path`, `key_name`.
    HcVault,
    /// PGP: `fp`.
    Pgp,
    /// age, which SSH keys are used with too: `recipient`.
    Age,
}

impl MasterKeyKind {
    /// In the order in which sops puts them together.
    const ALL: [Self; 7] = [
        Self::Kms,
        Self::GcpKms,
        Self::HcKms,
        Self::AzureKv,
        Self::HcVault,
        Self::Pgp,
        Self::Age,
    ];

    /// The name of its list in the metadata, and the fields that its entries are called by.
    fn fields(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Kms => ("kms", &["arn"]),
            Self::GcpKms => ("gcp_kms", &["resource_id"]),
            Self::HcKms => ("hckms", &["key_id"]),
            Self::AzureKv => ("azure_kv", &["vault_url", "name", "version"]),
            Self::HcVault => ("hc_vault", &["vault_address", "engine_path", "key_name"]),
            Self::Pgp => ("pgp", &["fp"]),
            Self::Age => ("age", &["recipient"]),
        }
    }

    /// The name of its list in the metadata: `age`, `pgp`, `kms`, `gcp_kms`, `hckms`, `azure_kv` or
    /// `hc_vault`.
    pub fn name(self) -> &'static str {
        self.fields().0
    }
}

/// One key that the data key, or a part of it, is encrypted to. It prints as its kind and its name.
#[derive(Clone, Debug)]
pub struct MasterKey {
    pub(super) kind: MasterKeyKind,
    pub(super) entry: Node,
    pub(super) encrypted_key: String,
}

impl MasterKey {
    /// An age recipient and what was encrypted to it.
    #[cfg(feature = "encrypt")]
    pub(super) fn age(recipient: &str, encrypted_key: String) -> Self {
        let entry: Mapping = [("recipient", recipient), ("enc", &encrypted_key)]
            .map(|(name, text)| Entry {
                key: Node::string(name),
                value: Node::string(text),
            })
            .to_vec()
            .into();
        Self {
            kind: MasterKeyKind::Age,
            entry: entry.into(),
            encrypted_key,
        }
    }

    /// What kind of key it is.
    pub fn kind(&self) -> MasterKeyKind {
        self.kind
    }

    /// The encrypted data key, in the form that its kind has: an armored age or PGP message, base64,
    /// a Vault ciphertext.
    pub fn encrypted_key(&self) -> &str {
        &self.encrypted_key
    }

    /// The text of a field of the entry, such as `recipient`, `fp` or `arn`.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.entry.as_mapping()?.get(field)?.text()
    }

    /// The whole entry, for fields that are no text, such as the `context` of AWS KMS.
    pub fn entry(&self) -> &Node {
        &self.entry
    }
}

impl fmt::Display for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, fields) = self.kind.fields();
        f.write_str(kind)?;
        for field in fields {
            write!(f, " {}", self.get(field).unwrap_or("?"))?;
        }
        Ok(())
    }
}
