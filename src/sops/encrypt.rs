//! Encrypting a text: the walk that decryption takes, the other way round (`Tree.Encrypt` in sops's
//! `sops.go`, and `cmd/sops/encrypt.go`).

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha512};
use zeroize::Zeroizing;

use super::cipher::{Cipher, Kind};
use super::decrypt::decrypt;
use super::format::Format;
use super::keyring::{DataKey, split};
use super::metadata::{MasterKey, Metadata, Rule, to_the_second};
use super::policy::Policy;
use super::secret::Scratch;
use super::select::Selector;
use super::walk::{Leaves, Place, walk};
use super::{leaf, mac, store};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::Source;
use crate::yaml::{Node, Scalar};

/// The version of sops whose files ours are like.
const VERSION: &str = "3.11.0";

/// Encrypts a text whose name does not matter, as `sops encrypt` does; see [`Encryptor`] for more
/// to say, and for what `last_modified` and `random` are.
///
/// # Errors
/// Those of [`Encryptor::encrypt`].
///
/// ```
/// use kustody::sops::{self, Format, Keyring, Policy};
///
/// let to = "age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few".parse()?;
/// let policy = Policy::new().group([to]);
/// // A program takes `getrandom::fill`, or the generator that it has.
/// # let mut block = 0;
/// # let random = |bytes: &mut [u8]| {
/// #     block += 1;
/// #     bytes.fill(block);
/// #     Ok::<(), std::io::Error>(())
/// # };
/// let file = sops::encrypt("password: hunter2\n", Format::Yaml, &policy, "2026-01-02T03:04:05Z", random)?;
/// # let key = "AGE-SECRET-KEY-1553XTM3R9ST7HGQEM5WF0N27SXMRF8FEFHN333RVNNPJNKEUFG8SY7C2XQ";
/// let plain = sops::decrypt(file, Format::Yaml, &Keyring::from_age_keys(key)?)?;
/// assert_eq!(&*plain.to_bytes(Format::Yaml)?, b"password: hunter2\n");
/// # Ok::<(), kustody::Error>(())
/// ```
pub fn encrypt<E: fmt::Display>(
    content: impl AsRef<[u8]>,
    format: Format,
    policy: &Policy,
    last_modified: &str,
    random: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>> {
    Encryptor::new(policy).encrypt(content, format, last_modified, random)
}

/// How texts are encrypted: to whom, under which name, within which limits.
///
/// ```
/// use kustody::ErrorKind;
/// use kustody::sops::{Encryptor, Format, Policy};
/// let to = "age107kqkfkfkglzak34w4yzhdgrll4j042eujfwdguftf3rsff47cks2a0few".parse()?;
/// let policy = Policy::new().group([to]);
/// let encryptor = Encryptor::new(&policy).named("prod/db.yaml");
/// let broken = |_: &mut [u8]| Err("there is no entropy");
/// let error = encryptor.encrypt("a: 1\n", Format::Yaml, "2026-01-02T03:04:05Z", broken);
/// assert_eq!(error.unwrap_err().kind(), ErrorKind::Encrypt);
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encryptor<'p> {
    policy: &'p Policy,
    name: Arc<str>,
    limits: Limits,
}

impl<'p> Encryptor<'p> {
    /// With the default limits; errors call the text `input`.
    pub fn new(policy: &'p Policy) -> Self {
        Self {
            policy,
            name: "input".into(),
            limits: Limits::default(),
        }
    }

    /// What errors call the text.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// What the text, and the file that comes out, may cost.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Encrypts a text under a new data key: what `sops encrypt` writes for it. Before the file is
    /// handed out it is decrypted again, so that no file is written that nobody could read.
    ///
    /// `last_modified` is the time of the change as RFC 3339 has it, which the file shows to the
    /// second. `random` fills a buffer with random bytes that nobody can guess, as
    /// `getrandom::fill` does; the data key, its parts and the IVs are made of them. The `age` crate
    /// makes the keys that encrypt the data key by itself, of what the operating system gives, and
    /// panics where that gives nothing.
    ///
    /// A value that stays plain is written as sops prints it (`1.50` as `1.5`), and one that is
    /// encrypted is printed so when it is decrypted. Unlike sops 3.11 this keeps the digits of
    /// whole numbers beyond 2^53 in JSON.
    ///
    /// The copies of plaintext that are made here are wiped, but for those that reading a text
    /// with `\r\n` or in UTF-16 makes. Whether anything at all is encrypted is the policy's
    /// business.
    ///
    /// # Errors
    /// - [`ErrorKind::Encrypt`] for a policy that makes no sense, a time that is none, a random
    ///   source that fails or gives zeros or the same bytes twice, and for a text that sops could
    ///   encrypt only so that it could not be decrypted; [`ErrorKind::Pattern`] for a rule with a
    ///   pattern that cannot be read, and [`ErrorKind::Recipient`] for a key that nothing can be
    ///   encrypted to;
    /// - what the format's reader says of a text, such as [`ErrorKind::Syntax`], and
    ///   [`ErrorKind::SopsMetadata`] for one that is encrypted already;
    /// - [`ErrorKind::KeyNotString`] and [`ErrorKind::Value`] for what sops does not take.
    pub fn encrypt<E: fmt::Display>(
        &self,
        content: impl AsRef<[u8]>,
        format: Format,
        last_modified: &str,
        mut random: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Vec<u8>> {
        let mut fill = |bytes: &mut [u8]| random(bytes).map_err(|error| error.to_string());
        let mut random = Random {
            fill: &mut fill,
            last: Zeroizing::new([0; 32]),
        };
        let (mut metadata, data_key) = self.metadata(last_modified, &mut random)?;
        if format == Format::Binary {
            metadata.rule = Rule::default();
        }
        let mut text = PlainText {
            documents: Vec::new(),
            source: store::source(&self.name, content.as_ref(), format, &self.limits)?,
        };
        let file = text
            .encrypt(format, &self.limits, &mut metadata, &data_key, &mut random)
            .map_err(|error| error.locate_in(&text.source))?;
        self.check(&file, format, &data_key)?;
        Ok(file)
    }

    /// The metadata of the file, but for the MAC, and the data key.
    fn metadata(
        &self,
        last_modified: &str,
        random: &mut Random<'_>,
    ) -> Result<(Metadata, DataKey)> {
        let threshold = self.policy.check()?;
        let last_modified = to_the_second(last_modified).ok_or_else(|| {
            let message = "the time of the change must be one such as 2026-01-01T00:00:00Z";
            Error::new(ErrorKind::Encrypt, message)
        })?;
        let data_key = DataKey::new(random.block()?.to_vec());
        let parts = match self.policy.groups.len() {
            1 => vec![data_key.clone()],
            groups => {
                let slope = |_| Ok(DataKey::new(random.block()?.to_vec()));
                let slopes = (1..threshold).map(slope).collect::<Result<Vec<_>>>()?;
                // The policy was checked: there are no more groups than a byte can count.
                split(&data_key, u8::try_from(groups).unwrap_or(u8::MAX), &slopes)
            }
        };
        let mut groups = Vec::with_capacity(parts.len());
        for (recipients, part) in self.policy.groups.iter().zip(&parts) {
            let key = |recipient: &super::Recipient| {
                Ok(MasterKey::age(
                    &recipient.to_string(),
                    recipient.seal(part)?,
                ))
            };
            groups.push(recipients.iter().map(key).collect::<Result<Vec<_>>>()?);
        }
        let metadata = Metadata {
            version: VERSION.to_owned(),
            last_modified,
            mac: String::new(),
            mac_only_encrypted: self.policy.mac_only_encrypted,
            rule: self.policy.rule.clone(),
            shamir_threshold: threshold,
            groups,
        };
        Ok((metadata, data_key))
    }

    /// Decrypts what was encrypted, and prints it. sops writes some texts so that it cannot read
    /// them again: a plain `-0.0`, or a comment that a rule looks for behind another in a list; and
    /// it cannot print a comment of INI with an empty line in it.
    fn check(&self, file: &[u8], format: Format, data_key: &DataKey) -> Result<()> {
        let decrypted = || {
            let source = store::source(&self.name, file, format, &self.limits)?;
            let mut tree = store::read(&source, format, &self.limits)?;
            let result = decrypt(&mut tree.documents, &tree.metadata, data_key, false)
                .and_then(|_| store::write(&tree.documents, format));
            tree.documents.iter_mut().for_each(Node::wipe);
            result
        };
        match decrypted() {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::Limit => Err(error),
            Err(error) => {
                let message = format!(
                    "the file could be encrypted only so that sops does not decrypt it, because \
                     of a value that stays plain, a comment or the rule: encrypt more of it; what \
                     decrypting says is: {}",
                    error.message()
                );
                Err(Error::new(ErrorKind::Encrypt, message))
            }
        }
    }
}

/// A text on its way, wiped when dropped.
struct PlainText {
    documents: Vec<Node>,
    source: Source,
}

impl PlainText {
    fn encrypt(
        &mut self,
        format: Format,
        limits: &Limits,
        metadata: &mut Metadata,
        data_key: &DataKey,
        random: &mut Random<'_>,
    ) -> Result<Vec<u8>> {
        self.documents = store::read_plain(&self.source, format, limits)?;
        let selector = Selector::new(&metadata.rule)?;
        let mut sealer = Sealer {
            cipher: Cipher::new(data_key)?,
            selector: &selector,
            hash: mac::begin(metadata.mac_only_encrypted),
            only_encrypted: metadata.mac_only_encrypted,
            random,
            scratch: Scratch::default(),
        };
        walk(&mut self.documents, &selector, &mut sealer)?;
        let hash = mac::text(std::mem::take(&mut sealer.hash));
        let time = metadata.last_modified.as_bytes();
        metadata.mac = sealer.seal(Kind::Str, &hash, time)?;
        store::add_metadata(&mut self.documents, metadata, format);
        Ok(store::write_encrypted(&self.documents, format)?.into_vec())
    }
}

impl Drop for PlainText {
    fn drop(&mut self) {
        self.documents.iter_mut().for_each(Node::wipe);
        // What is left of the text in them are parts of the source, which goes when they are gone.
        self.documents.clear();
        self.source.wipe();
    }
}

/// The caller's random bytes, in blocks.
struct Random<'r> {
    fill: &'r mut dyn FnMut(&mut [u8]) -> Result<(), String>,
    last: Zeroizing<[u8; 32]>,
}

impl Random<'_> {
    /// The next block. A source that gives zeros or repeats itself is found out before it does harm:
    /// two values under one IV give away both, and the key of the tags.
    fn block(&mut self) -> Result<Zeroizing<[u8; 32]>> {
        let mut block = Zeroizing::new([0; 32]);
        let refused = |message: String| Err(Error::new(ErrorKind::Encrypt, message));
        if let Err(error) = (self.fill)(&mut *block) {
            return refused(format!("the source of random bytes fails: {error}"));
        }
        if *block == [0; 32] || *block == *self.last {
            return refused(
                "the source of random bytes gives zeros or the same bytes twice: hand over one \
                 that is fit for keys"
                    .to_owned(),
            );
        }
        self.last.copy_from_slice(&*block);
        Ok(block)
    }
}

struct Sealer<'a, 'r> {
    cipher: Cipher,
    selector: &'a Selector,
    hash: Sha512,
    only_encrypted: bool,
    random: &'a mut Random<'r>,
    scratch: Scratch,
}

impl Leaves for Sealer<'_, '_> {
    /// Hashes a leaf, and encrypts it if the rule says so.
    fn leaf(&mut self, scalar: &mut Scalar, place: Place<'_>) -> Result<()> {
        let kind = Kind::of(scalar);
        let plain = self.plain(scalar, place)?;
        if kind != Kind::Comment && (place.encrypted || !self.only_encrypted) {
            self.hash.update(&*plain);
        }
        if !place.encrypted {
            return Ok(());
        }
        // An empty text is not worth encrypting, and no longer a comment.
        let sealed = match plain.is_empty() {
            true => String::new(),
            false => self.seal(kind, &plain, place.bound_to())?,
        };
        if kind == Kind::Comment && self.selector.mistakes(&sealed) {
            let message = "the pattern of the rule finds something in an encrypted comment: use \
                           one that fits no base64, for instance with a space";
            return Err(Error::marked(ErrorKind::Encrypt, place.mark, message));
        }
        scalar.wipe();
        *scalar = leaf::string(sealed.as_bytes());
        Ok(())
    }
}

impl Sealer<'_, '_> {
    /// What a leaf is hashed and encrypted as.
    fn plain(&self, scalar: &Scalar, place: Place<'_>) -> Result<Zeroizing<Vec<u8>>> {
        let refused = |words: &str| Err(place.error(ErrorKind::Value, words));
        let mut plain = Zeroizing::new(Vec::new());
        if let Err(words) = leaf::hash(scalar, |bytes| plain.extend_from_slice(bytes)) {
            return refused(&format!("{words}: quote it"));
        }
        let digits = scalar.text().as_bytes();
        if leaf::keeps_digits(scalar) && *plain != digits {
            if !place.encrypted {
                return refused(
                    "is a whole number beyond 2^53, which sops would write with other digits: \
                     quote it, or encrypt it",
                );
            }
            plain = Zeroizing::new(digits.to_vec());
        }
        Ok(plain)
    }

    fn seal(&mut self, kind: Kind, plain: &[u8], bound_to: &[u8]) -> Result<String> {
        let iv = self.random.block()?;
        let sealed = self
            .cipher
            .seal((kind, plain), bound_to, &iv, &mut self.scratch);
        sealed.ok_or_else(|| {
            let message = "a value is longer than the cipher takes, which is 64 GiB";
            Error::new(ErrorKind::Encrypt, message)
        })
    }
}
