//! To whom a file is encrypted, and which of its values.

use super::metadata::Rule;
use super::recipient::Recipient;
use crate::error::{Error, ErrorKind, Result};
use crate::pattern::Pattern;

/// Shares of a secret are numbered by a byte, and none is 0.
const MOST_GROUPS: usize = 255;

/// To whom a file is encrypted, and which of its values: what a creation rule of `.sops.yaml` says.
///
/// ```
/// use kustody::sops::{Policy, Rule};
/// # let (alice, bob) = ["age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few"; 2].into();
/// // Either of the two can open the file.
/// let policy = Policy::new()
///     .group([alice.parse()?, bob.parse()?])
///     .rule(Rule::EncryptedRegex("^(data|stringData)$".into()));
/// // Both are needed.
/// let policy = Policy::new().group([alice.parse()?]).group([bob.parse()?]).threshold(2);
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub(super) groups: Vec<Vec<Recipient>>,
    pub(super) threshold: Option<usize>,
    pub(super) rule: Rule,
    pub(super) mac_only_encrypted: bool,
}

impl Policy {
    /// For nobody yet, with the rule that `sops` has by default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a group of keys, each of which opens the group. One group opens the file; where there
    /// are several, each holds a part of the data key.
    #[must_use]
    pub fn group(mut self, recipients: impl IntoIterator<Item = Recipient>) -> Self {
        self.groups.push(recipients.into_iter().collect());
        self
    }

    /// How many of several groups are needed to open the file; all, if this is not said.
    #[must_use]
    pub fn threshold(mut self, groups: usize) -> Self {
        self.threshold = Some(groups);
        self
    }

    /// Which values are encrypted. A binary file is always encrypted as a whole.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// Leaves values that are not encrypted out of the MAC, so that they can be changed without any
    /// key: by a bot that updates images, and by an attacker.
    #[must_use]
    pub fn mac_only_encrypted(mut self) -> Self {
        self.mac_only_encrypted = true;
        self
    }

    /// How many groups are needed to open a file.
    ///
    /// # Errors
    /// [`ErrorKind::Encrypt`] for groups or a rule that mean nothing, [`ErrorKind::Pattern`] for a
    /// pattern that `sops` would pass over in silence, and encrypt nothing.
    pub(super) fn check(&self) -> Result<usize> {
        let groups = self.groups.len();
        let refused = |message: String| Err(Error::new(ErrorKind::Encrypt, message));
        if groups == 0 || self.groups.iter().any(Vec::is_empty) {
            return refused(
                "nobody could open the file: every policy needs a group of recipients, and every \
                 group a recipient"
                    .to_owned(),
            );
        }
        if groups > MOST_GROUPS {
            return refused(format!(
                "there are more than {MOST_GROUPS} groups of recipients"
            ));
        }
        let least = groups.min(2);
        let threshold = self.threshold.unwrap_or(groups);
        if !(least..=groups).contains(&threshold) {
            return refused(format!(
                "the threshold must be at least {least} and at most {groups}, which is how many \
                 groups there are"
            ));
        }
        let (name, text) = self.rule.field();
        if text.is_empty() {
            return refused(format!(
                "`{name}` is empty, which sops takes for no rule: leave the rule out or fill it"
            ));
        }
        if name.ends_with("_regex") {
            Pattern::search(text).map_err(|error| error.inside(&format!("`{name}`")))?;
        }
        Ok(threshold)
    }
}
