//! The name of an image, and what stands behind it.

use crate::error::{Error, Result};
use crate::pattern::Pattern;

/// Images that an entry is about: a regular expression for the name, and any tag and digest
/// (`image.IsImageMatched` in kustomize).
pub(super) struct Name {
    text: String,
    /// Whether nothing but `.` has a meaning in the name, so that nothing needs to be compiled.
    plain: bool,
    /// Compiled when an image is first looked at: the reference reads no name before.
    pattern: Option<Result<Pattern>>,
}

impl Name {
    pub(super) fn new(text: &str) -> Self {
        Self {
            plain: !text.contains([
                '\\', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
            ]),
            text: text.to_owned(),
            pattern: None,
        }
    }

    /// Whether an image has this name.
    ///
    /// # Errors
    /// Says what is wrong with the pattern.
    pub(super) fn matches(&mut self, image: &str) -> Result<bool, &Error> {
        if self.plain {
            return Ok(self.is_plain_match(image));
        }
        let pattern = self.pattern.get_or_insert_with(|| {
            // Without parentheses around the name, as in the reference: in `a|b` the tag belongs
            // to `b`.
            let class = "[a-zA-Z0-9_.{}-]*";
            let pattern = format!("^{}(:{class})?(@sha256:{class})?$", self.text);
            Pattern::around(&self.text, &pattern)
        });
        match pattern {
            Ok(pattern) => Ok(pattern.is_match(image)),
            Err(error) => Err(error),
        }
    }

    fn is_plain_match(&self, image: &str) -> bool {
        let mut rest = image.as_bytes();
        if let Some(behind) = rest.strip_prefix(self.text.as_bytes())
            && !self.text.contains('\n')
        {
            return is_tag_and_digest(behind);
        }
        for wanted in self.text.bytes() {
            let Some((byte, behind)) = rest.split_first() else {
                return false;
            };
            rest = match wanted {
                _ if *byte == b'\n' => return false,
                // Any character, however many bytes it has.
                b'.' => {
                    let is_next = |byte: &u8| (*byte as i8) >= -0x40;
                    &behind[behind.iter().position(is_next).unwrap_or(behind.len())..]
                }
                _ if *byte == wanted => behind,
                _ => return false,
            };
        }
        is_tag_and_digest(rest)
    }
}

/// Whether a text is `:tag`, `@sha256:digest`, both or nothing.
fn is_tag_and_digest(text: &[u8]) -> bool {
    let behind = |text: &'_ [u8]| {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.{}-".contains(byte);
        text.iter()
            .position(|byte| !allowed(byte))
            .unwrap_or(text.len())
    };
    let rest = match text.strip_prefix(b":") {
        Some(tag) => &tag[behind(tag)..],
        None => text,
    };
    let rest = match rest.strip_prefix(b"@sha256:") {
        Some(digest) => &digest[behind(digest)..],
        None => rest,
    };
    rest.is_empty()
}

/// Name, tag and digest of `[host[:port]/]name[:tag][@digest]` (`image.Split` in kustomize).
pub(super) fn split(image: &str) -> (&str, &str, &str) {
    // A colon before the first slash belongs to a port.
    let bytes = image.as_bytes();
    let host = bytes.iter().position(|byte| *byte == b'/').unwrap_or(0);
    let find = |wanted| {
        let at = bytes[host..].iter().position(|byte| *byte == wanted);
        at.map(|at| at + host)
    };
    match (find(b':'), find(b'@')) {
        (Some(colon), Some(at)) if colon < at => {
            (&image[..colon], &image[colon + 1..at], &image[at + 1..])
        }
        (_, Some(at)) => (&image[..at], "", &image[at + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
        (None, None) => (image, "", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_patterns_for_all_but_tag_and_digest() {
        let cases = [
            ("nginx", "nginx", true),
            ("nginx", "nginx:1.2", true),
            ("nginx", "nginx:{tag}@sha256:ab", true),
            ("nginx", "nginx@sha256:ab", true),
            ("nginx", "nginx@sha512:ab", false),
            ("nginx", "nginx:1:2", false),
            ("nginx", "nginx2", false),
            ("nginx", "library/nginx", false),
            ("docker.io/a", "docker_io/a:1", true),
            ("docker.io/a", "docker\nio/a:1", false),
            ("host:5000/a", "host:5000/a:1", true),
            ("", "", true),
            ("", ":1", true),
            ("", "a", false),
            ("lib/.*", "lib/nginx:3", true),
            ("a|b", "b:1", true),
            ("a|b", "a:1", true),
            ("x|b", "a:1", false),
            ("[a-c]+", "abc:1", true),
        ];
        for (name, image, matches) in cases {
            let found = Name::new(name).matches(image).ok();
            assert_eq!(found, Some(matches), "{name} {image}");
        }
        assert!(Name::new("a(").matches("a").is_err());
    }

    #[test]
    fn plain_names_match_as_patterns_do() {
        for name in ["nginx", "docker.io/a", "", "a:b", "a@b"] {
            for image in [
                "nginx",
                "nginx:",
                "docker.io/a@sha256:",
                "dockerXio/a:1",
                ":a",
                "a:b:c",
            ] {
                let mut pattern = Name::new(name);
                pattern.plain = false;
                let plain = Name::new(name).matches(image).ok();
                assert_eq!(plain, pattern.matches(image).ok());
            }
        }
    }

    #[test]
    fn splits_behind_the_host() {
        for (image, parts) in [
            ("nginx", ("nginx", "", "")),
            ("nginx:1.2", ("nginx", "1.2", "")),
            ("nginx@sha256:ab", ("nginx", "", "sha256:ab")),
            ("nginx:1@sha256:ab", ("nginx", "1", "sha256:ab")),
            ("h.io:443/nginx", ("h.io:443/nginx", "", "")),
            ("h.io:443/nginx:1@x", ("h.io:443/nginx", "1", "x")),
            ("/nginx:1", ("/nginx", "1", "")),
        ] {
            assert_eq!(split(image), parts, "{image}");
        }
    }
}
