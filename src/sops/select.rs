//! Which leaves are encrypted (`shouldBeEncrypted` in sops's `sops.go`).

use super::metadata::Rule;
use crate::error::{Error, ErrorKind, Result};
use crate::pattern::Pattern;

/// A rule ready to be asked.
pub(super) struct Selector {
    test: Test,
    by_comment: bool,
    /// Whether what is found is encrypted, or what is not.
    found_is_encrypted: bool,
}

enum Test {
    Suffix(String),
    Pattern(Pattern),
    /// A pattern that cannot be read finds nothing, and sops says nothing about it.
    Nothing,
}

/// What the keys and comments on the way to a leaf say about it.
#[derive(Clone, Copy, Default)]
pub(super) struct Way {
    /// Whether a key on the way was found.
    key: bool,
    /// Whether a comment that is in force on a level above was found.
    above: bool,
    /// The same on this level.
    here: bool,
}

impl Selector {
    /// # Errors
    /// [`ErrorKind::Limit`] for a pattern that grows too large.
    pub(super) fn new(rule: &Rule) -> Result<Self> {
        let (test, by_comment, found_is_encrypted) = match rule {
            Rule::UnencryptedSuffix(suffix) => (Test::Suffix(suffix.clone()), false, false),
            Rule::EncryptedSuffix(suffix) => (Test::Suffix(suffix.clone()), false, true),
            Rule::UnencryptedRegex(pattern) => (compile(pattern)?, false, false),
            Rule::EncryptedRegex(pattern) => (compile(pattern)?, false, true),
            Rule::UnencryptedCommentRegex(pattern) => (compile(pattern)?, true, false),
            Rule::EncryptedCommentRegex(pattern) => (compile(pattern)?, true, true),
        };
        Ok(Self {
            test,
            by_comment,
            found_is_encrypted,
        })
    }

    /// Whether the rule looks at comments.
    pub(super) fn is_by_comment(&self) -> bool {
        self.by_comment
    }

    /// The way into a mapping or list.
    pub(super) fn deeper(&self, way: Way) -> Way {
        Way {
            key: way.key,
            above: way.above || way.here,
            here: false,
        }
    }

    /// The way to the value of a key.
    pub(super) fn at_key(&self, way: Way, key: &str) -> Way {
        let found = way.key || !self.by_comment && self.finds(key);
        Way { key: found, ..way }
    }

    /// The way behind a comment, and whether the comment itself is encrypted. The comment that
    /// turns encryption on is not, the one that turns it off is neither.
    pub(super) fn at_comment(&self, way: Way, text: &str) -> (Way, bool) {
        let here = way.here || self.by_comment && self.finds(text);
        let behind = Way { here, ..way };
        let judged = if self.found_is_encrypted { way } else { behind };
        (behind, self.is_encrypted(judged))
    }

    /// The way behind an entry or item that is no comment.
    pub(super) fn past(&self, way: Way) -> Way {
        Way { here: false, ..way }
    }

    /// Whether a leaf is encrypted.
    pub(super) fn is_encrypted(&self, way: Way) -> bool {
        let found = if self.by_comment {
            way.above || way.here
        } else {
            way.key
        };
        found == self.found_is_encrypted
    }

    /// Whether an encrypted comment would be taken for the one that the rule looks for.
    #[cfg(feature = "encrypt")]
    pub(super) fn mistakes(&self, encrypted_comment: &str) -> bool {
        self.by_comment && self.finds(encrypted_comment)
    }

    fn finds(&self, text: &str) -> bool {
        match &self.test {
            Test::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Test::Pattern(pattern) => pattern.is_match(text),
            Test::Nothing => false,
        }
    }
}

fn compile(pattern: &str) -> Result<Test> {
    match Pattern::search(pattern) {
        Ok(pattern) => Ok(Test::Pattern(pattern)),
        Err(error) if error.kind() == ErrorKind::Limit => Err(Error::new(
            ErrorKind::Limit,
            "the pattern that says what is encrypted grows too large: use smaller repetitions",
        )),
        Err(_) => Ok(Test::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(rule: Rule, keys: &[&str]) -> bool {
        let selector = Selector::new(&rule).unwrap();
        let at = |way, key: &&str| selector.at_key(selector.deeper(way), key);
        selector.is_encrypted(keys.iter().fold(Way::default(), at))
    }

    #[test]
    fn any_key_on_the_way_decides() {
        assert!(encrypted(Rule::default(), &["a", "b"]));
        assert!(!encrypted(Rule::default(), &["a_unencrypted", "b"]));
        assert!(!encrypted(Rule::EncryptedSuffix("_e".into()), &["a", "b"]));
        assert!(encrypted(Rule::EncryptedSuffix("_e".into()), &["a_e", "b"]));
        assert!(encrypted(
            Rule::EncryptedRegex("^(data|x)$".into()),
            &["data", "b"]
        ));
        assert!(!encrypted(
            Rule::EncryptedRegex("^(data|x)$".into()),
            &["my-data"]
        ));
        assert!(!encrypted(
            Rule::UnencryptedRegex("^meta".into()),
            &["metadata", "name"]
        ));
        assert!(!encrypted(Rule::EncryptedRegex("([".into()), &["(["]));
        assert!(encrypted(Rule::UnencryptedRegex("([".into()), &["(["]));
    }

    #[test]
    fn comments_hold_for_what_is_next_and_below_it() {
        for on in [true, false] {
            let rule = match on {
                true => Rule::EncryptedCommentRegex("mark".into()),
                false => Rule::UnencryptedCommentRegex("mark".into()),
            };
            let selector = Selector::new(&rule).unwrap();
            let top = selector.deeper(Way::default());
            assert_eq!(selector.is_encrypted(top), !on);
            let (behind, comment) = selector.at_comment(top, " mark");
            assert!(!comment);
            assert_eq!(selector.is_encrypted(behind), on);
            let (behind, second) = selector.at_comment(behind, "another");
            assert_eq!(second, on);
            let below = selector.deeper(selector.at_key(behind, "k"));
            assert_eq!(selector.is_encrypted(below), on);
            assert_eq!(selector.is_encrypted(selector.past(behind)), !on);
        }
    }
}
