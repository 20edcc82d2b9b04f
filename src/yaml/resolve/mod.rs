//! What a scalar means: go-yaml v3's resolution of (tag, style, text), and go-yaml v2's.
//!
//! The reader asks [`plain_tag`] for the tag of an untagged plain text; whoever needs a value asks
//! [`Scalar::resolve`]. The behaviour is that of `resolve.go` in both versions, and of `scalar()` in
//! their `decode.go`.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::byte_set::{ByteSet, byte_set};
use super::node::Scalar;
use super::tag::{Style, Tag};
use crate::error::{Error, ErrorKind, Result};

mod number;
mod timestamp;

use number::Number;

/// The value of a scalar.
///
/// ```
/// use kustody::yaml::{Resolved, Scalar, Style, Tag};
/// let scalar = Scalar::new(Tag::None, Style::Plain, "0x10");
/// assert_eq!(scalar.resolve()?, Resolved::Int(16));
/// # Ok::<(), kustody::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Resolved<'a> {
    /// `null`, `~` or no text.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that an `i64` holds.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// Any other number, infinities and NaN among them.
    Float(f64),
    /// Text.
    Str(Cow<'a, str>),
    /// A date, or date and time, as RFC 3339 has it: `2001-01-01T00:00:00Z`.
    Timestamp(String),
    /// The bytes that a `!!binary` text encodes. Where a string is needed, the reference replaces
    /// what is not UTF-8 by U+FFFD.
    Binary(Vec<u8>),
}

impl Resolved<'_> {
    fn tag(&self) -> Tag {
        match self {
            Self::Null => Tag::Null,
            Self::Bool(_) => Tag::Bool,
            Self::Int(_) | Self::UInt(_) => Tag::Int,
            Self::Float(_) => Tag::Float,
            Self::Str(_) => Tag::Str,
            Self::Timestamp(_) => Tag::Timestamp,
            Self::Binary(_) => Tag::Binary,
        }
    }
}

/// The type; never the value, which may be secret.
impl std::fmt::Debug for Resolved<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resolved({})", self.tag().name())
    }
}

/// Which go-yaml reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    V2,
    V3,
}

impl Scalar {
    /// The value as go-yaml v3 reads it: a tag decides, else quotes make a string, else the text
    /// says what it is.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if the text does not fit the tag, as in `!!int word`.
    ///
    /// ```
    /// use kustody::yaml::{Resolved, Scalar, Style, Tag};
    /// let quoted = Scalar::new(Tag::None, Style::SingleQuoted, "yes");
    /// assert_eq!(quoted.resolve()?, Resolved::Str("yes".into()));
    /// assert!(Scalar::with_explicit_tag("!!int", Style::Plain, "word").resolve().is_err());
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn resolve(&self) -> Result<Resolved<'_>> {
        self.resolve_as(self.tag(), Version::V3)
    }

    /// The value that readers of the printed text see: a tag that was not written out, left from
    /// another value of the field, does not outlive quotes.
    pub(super) fn resolve_printed(&self) -> Result<Resolved<'_>> {
        let is_implied = !self.has_explicit_tag() && !matches!(self.tag(), Tag::Str | Tag::None);
        if is_implied
            && self.style() != Style::Plain
            && plain_tag(self.text().as_bytes()) == self.tag()
        {
            return Ok(self.as_str());
        }
        self.resolve()
    }

    /// The value as go-yaml v2, a reader of YAML 1.1, has it: `yes`, `on` and `y` are booleans,
    /// dates stay text, and only a tag that was written out counts. JSON patches are read so.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] if the text does not fit the tag.
    ///
    /// ```
    /// use kustody::yaml::{Resolved, Scalar, Style, Tag};
    /// let scalar = Scalar::new(Tag::Str, Style::Plain, "on");
    /// assert_eq!(scalar.resolve_yaml11()?, Resolved::Bool(true));
    /// # Ok::<(), kustody::Error>(())
    /// ```
    pub fn resolve_yaml11(&self) -> Result<Resolved<'_>> {
        let tag = if self.has_explicit_tag() {
            self.tag()
        } else {
            Tag::None
        };
        let resolved = self.resolve_as(tag, Version::V2)?;
        Ok(match resolved {
            Resolved::Timestamp(_) => self.as_str(),
            other => other,
        })
    }

    /// The value under `tag`, whatever the scalar's own is.
    pub(super) fn resolve_under(&self, tag: Tag) -> Result<Resolved<'_>> {
        self.resolve_as(tag, Version::V3)
    }

    fn resolve_as(&self, tag: Tag, version: Version) -> Result<Resolved<'_>> {
        let resolved = match tag {
            Tag::Str | Tag::Merge | Tag::Other => return Ok(self.as_str()),
            Tag::None if self.style() != Style::Plain => return Ok(self.as_str()),
            Tag::None => return Ok(self.plain(Tag::None, version)),
            Tag::Binary => return self.decoded(),
            _ => self.plain(tag, version),
        };
        match (tag, resolved) {
            (Tag::Float, Resolved::Int(value)) => Ok(Resolved::Float(value as f64)),
            (_, resolved) if resolved.tag() == tag => Ok(resolved),
            _ => Err(Error::new(
                ErrorKind::Value,
                format!(
                    "the text is not a {}: change the text or the tag",
                    tag.name()
                ),
            )),
        }
    }

    fn plain(&self, tag: Tag, version: Version) -> Resolved<'_> {
        plain(self.text().as_bytes(), tag, version).unwrap_or_else(|| self.as_str())
    }

    fn as_str(&self) -> Resolved<'_> {
        Resolved::Str(Cow::Borrowed(self.text().as_str()))
    }

    fn decoded(&self) -> Result<Resolved<'_>> {
        let mut text = Cow::Borrowed(self.text().as_bytes());
        if text.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            text.to_mut().retain(|byte| !matches!(byte, b'\n' | b'\r'));
        }
        BASE64.decode(text).map(Resolved::Binary).map_err(|_| {
            Error::new(
                ErrorKind::Value,
                "the text is not the base64 that !!binary needs: encode it again",
            )
        })
    }
}

/// Go's `base64.StdEncoding`, which wants padding but does not look at the bits left over.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// The tag that go-yaml v3 gives an untagged plain scalar when it reads one (`node()` and
/// `scalar()` in `decode.go`).
///
/// Most texts begin with a letter that begins no number, boolean or null: they cost one look.
#[inline(always)]
pub(super) fn plain_tag(text: &[u8]) -> Tag {
    match text.first() {
        Some(byte) if !MAY_BE_SPECIAL[*byte as usize] => Tag::Str,
        _ => special_tag(text),
    }
}

/// What the texts begin with that may be something else than strings.
const MAY_BE_SPECIAL: ByteSet = byte_set(b"0123456789+-.tTfFnN~<");

#[inline(never)]
fn special_tag(text: &[u8]) -> Tag {
    match text.first() {
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number_tag(text),
        Some(b't' | b'T' | b'f' | b'F') if boolean(text).is_some() => Tag::Bool,
        Some(b'n' | b'N' | b'~') | None if is_null(text) => Tag::Null,
        Some(b'<') if text == b"<<" => Tag::Merge,
        _ => Tag::Str,
    }
}

fn number_tag(text: &[u8]) -> Tag {
    if are_few_digits(text) {
        return Tag::Int;
    }
    if timestamp::parse(text).is_some() {
        return Tag::Timestamp;
    }
    match number::parse(text, Version::V3) {
        Some(Number::Int(_) | Number::UInt(_)) => Tag::Int,
        Some(Number::Float(_)) => Tag::Float,
        None => Tag::Str,
    }
}

/// Whether a text that is not empty is a whole number for every reader: so many digits fit, and no
/// date is without a `-`.
fn are_few_digits(text: &[u8]) -> bool {
    text.len() < 18 && text[0] != b'0' && text.iter().all(u8::is_ascii_digit)
}

/// Whether go-yaml v2 takes this plain text for something other than a string, or its encoder
/// fears that another reader might (`stringv()` in v2's `encode.go`).
pub(super) fn is_special_in_yaml11(text: &[u8]) -> bool {
    match text {
        // An option of a program, which no number looks like.
        [b'-', b'-' | b'a'..=b'z', ..] => false,
        [b'0'..=b'9' | b'+' | b'-', ..] => {
            are_few_digits(text)
                || number::is_base60(text)
                || plain(text, Tag::None, Version::V2).is_some()
        }
        [b'.', ..] => plain(text, Tag::None, Version::V2).is_some(),
        [] | [b'~' | b'n' | b'N' | b'y' | b'Y'] => true,
        // Two letters tell most words from these.
        [b'n' | b'N', b'o' | b'O' | b'u' | b'U', ..]
        | [b't' | b'T', b'r' | b'R', ..]
        | [b'f' | b'F', b'a' | b'A', ..]
        | [b'y' | b'Y', b'e' | b'E', ..]
        | [b'o' | b'O', b'n' | b'N' | b'f' | b'F', ..] => {
            is_null(text) || boolean(text).is_some() || old_boolean(text).is_some()
        }
        _ => false,
    }
}

/// Whether go-yaml v3's encoder prints a string without quotes, as far as its type goes
/// (`stringv()` in v3's `encode.go`).
pub(crate) fn is_plain_string(text: &[u8]) -> bool {
    plain_tag(text) == Tag::Str && !number::is_base60(text) && old_boolean(text).is_none()
}

/// What a text says by itself, if not that it is a string. Only under no tag and `!!timestamp` can
/// it be a date.
fn plain(text: &[u8], tag: Tag, version: Version) -> Option<Resolved<'static>> {
    match text.first() {
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            if matches!(tag, Tag::None | Tag::Timestamp)
                && let Some(time) = timestamp::parse(text)
            {
                return Some(Resolved::Timestamp(time.to_string()));
            }
            number::parse(text, version).map(|number| match number {
                Number::Int(value) => Resolved::Int(value),
                Number::UInt(value) => Resolved::UInt(value),
                Number::Float(value) => Resolved::Float(value),
            })
        }
        _ if is_null(text) => Some(Resolved::Null),
        _ => boolean(text)
            .or_else(|| {
                (version == Version::V2)
                    .then(|| old_boolean(text))
                    .flatten()
            })
            .map(Resolved::Bool),
    }
}

fn is_null(text: &[u8]) -> bool {
    matches!(text, b"" | b"~" | b"null" | b"Null" | b"NULL")
}

fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

/// The booleans that only YAML 1.1 knows.
pub(crate) fn old_boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"on" | b"On" | b"ON" => Some(true),
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"off" | b"Off" | b"OFF" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(resolved: Result<Resolved<'_>>) -> String {
        match resolved {
            Ok(Resolved::Null) => "null".into(),
            Ok(Resolved::Bool(value)) => format!("bool {value}"),
            Ok(Resolved::Int(value)) => format!("int {value}"),
            Ok(Resolved::UInt(value)) => format!("uint {value}"),
            Ok(Resolved::Float(value)) => format!("float {value}"),
            Ok(Resolved::Str(value)) => format!("str {value}"),
            Ok(Resolved::Timestamp(value)) => format!("time {value}"),
            Ok(Resolved::Binary(value)) => format!("binary {value:?}"),
            Err(error) => error.kind().code().into(),
        }
    }

    fn v3(text: &str) -> String {
        shown(Scalar::new(Tag::None, Style::Plain, text).resolve())
    }

    fn v2(text: &str) -> String {
        shown(Scalar::new(Tag::Str, Style::Plain, text).resolve_yaml11())
    }

    fn tagged(tag: &str, text: &str) -> String {
        shown(Scalar::with_explicit_tag(tag, Style::SingleQuoted, text).resolve())
    }

    #[test]
    fn plain_texts() {
        for (text, expected) in [
            ("", "null"),
            ("~", "null"),
            ("Null", "null"),
            ("nUll", "str nUll"),
            ("TRUE", "bool true"),
            ("False", "bool false"),
            ("yes", "str yes"),
            ("off", "str off"),
            ("<<", "str <<"),
            ("8080", "int 8080"),
            ("-0", "int 0"),
            ("+1_000", "int 1000"),
            ("0777", "int 511"),
            ("0o17", "int 15"),
            ("0O17", "int 15"),
            ("0o-17", "int -15"),
            ("0b-11", "int -3"),
            ("-0b11", "int -3"),
            ("-0x8000000000000000", "int -9223372036854775808"),
            ("0x", "str 0x"),
            ("08", "float 8"),
            ("18446744073709551615", "uint 18446744073709551615"),
            ("+18446744073709551615", "float 18446744073709552000"),
            ("18446744073709551616", "float 18446744073709552000"),
            ("0xfffffffffffffffff", "str 0xfffffffffffffffff"),
            ("1.", "float 1"),
            (".5", "float 0.5"),
            (".1_0", "float 0.1"),
            ("._5", "str ._5"),
            (".5_", "str .5_"),
            (".", "str ."),
            ("..5", "str ..5"),
            (".e5", "str .e5"),
            ("+.5e-1", "float 0.05"),
            ("1e3", "float 1000"),
            ("1e400", "str 1e400"),
            ("1e", "str 1e"),
            ("0x1p3", "str 0x1p3"),
            (".inf", "float inf"),
            ("-.INF", "float -inf"),
            ("+.Inf", "float inf"),
            (".NaN", "float NaN"),
            (".iNF", "str .iNF"),
            ("1:30", "str 1:30"),
            ("1.2.3", "str 1.2.3"),
            ("-", "str -"),
            ("_1", "str _1"),
            ("2001-01-01", "time 2001-01-01T00:00:00Z"),
        ] {
            assert_eq!(v3(text), expected, "{text}");
            let tag = plain_tag(text.as_bytes()).name();
            let name = expected.split(' ').next().unwrap();
            let expected_tag = match name {
                _ if text == "<<" => "!!merge".into(),
                "uint" => "!!int".into(),
                "time" => "!!timestamp".into(),
                _ => format!("!!{name}"),
            };
            assert_eq!(tag, expected_tag, "{text}");
        }
    }

    #[test]
    fn two_letters_tell_words_from_booleans() {
        const LETTERS: &[u8] = b"~nNoOuUlLyYeEsStTrRfFaAx";
        let mut texts = vec![Vec::new()];
        for start in 0.. {
            let Some(text) = texts.get(start).cloned() else {
                break;
            };
            let is_word =
                is_null(&text) || boolean(&text).is_some() || old_boolean(&text).is_some();
            let shown = text.escape_ascii();
            assert_eq!(is_special_in_yaml11(&text), is_word, "{shown}");
            assert_eq!(plain_tag(&text) == Tag::Null, is_null(&text), "{shown}");
            if text.len() < 3 {
                texts.extend(
                    LETTERS
                        .iter()
                        .map(|letter| [&text[..], &[*letter]].concat()),
                );
            }
        }
        for word in ["null", "NULL", "true", "True", "FALSE", "false"] {
            assert!(is_special_in_yaml11(word.as_bytes()), "{word}");
            assert_ne!(plain_tag(word.as_bytes()), Tag::Str, "{word}");
        }
        for option in ["--x", "-v", "-i1", "-e1"] {
            assert!(
                plain(option.as_bytes(), Tag::None, Version::V2).is_none(),
                "{option}"
            );
        }
    }

    #[test]
    fn yaml_1_1_texts() {
        for (text, expected) in [
            ("y", "bool true"),
            ("N", "bool false"),
            ("Off", "bool false"),
            ("yEs", "str yEs"),
            ("1:30", "str 1:30"),
            ("0o17", "int 15"),
            ("0o-17", "str 0o-17"),
            ("0b-11", "int -3"),
            ("2001-01-01", "str 2001-01-01"),
            ("010", "int 8"),
        ] {
            assert_eq!(v2(text), expected, "{text}");
        }
    }

    #[test]
    fn tags_decide_over_quotes() {
        for (tag, text, expected) in [
            ("!!int", "3", "int 3"),
            ("!!int", "3.5", "value"),
            ("!!int", "", "value"),
            ("!!float", "3", "float 3"),
            ("!!float", "18446744073709551615", "value"),
            ("!!bool", "yes", "value"),
            ("!!null", "~", "null"),
            ("!!null", "x", "value"),
            ("!!str", "3", "str 3"),
            ("!local", "3", "str 3"),
            ("!!merge", "3", "str 3"),
            ("!!timestamp", "2001-1-1", "time 2001-01-01T00:00:00Z"),
            ("!!timestamp", "now", "value"),
            ("!!int", "2001-1-1", "value"),
            (
                "!!binary",
                "aGV\nsbG8=\r\n",
                "binary [104, 101, 108, 108, 111]",
            ),
            ("!!binary", "aGVsbG9=", "binary [104, 101, 108, 108, 111]"),
            ("!!binary", "aGVsbG8", "value"),
            ("!!binary", "aGVs bG8=", "value"),
        ] {
            assert_eq!(tagged(tag, text), expected, "{tag} {text}");
        }
        let implied = Scalar::new(Tag::Int, Style::DoubleQuoted, "3");
        assert_eq!(shown(implied.resolve()), "int 3");
        assert_eq!(shown(implied.resolve_printed()), "str 3");
        assert_eq!(shown(implied.resolve_yaml11()), "str 3");
    }

    #[test]
    fn what_yaml_1_1_would_misread() {
        for text in [
            "",
            "y",
            "NO",
            "on",
            "~",
            "null",
            ".5",
            ".inf",
            "+1",
            "0x1F",
            "1_000",
            "1:30",
            "-1_0:5:59.5_",
            "2001-01-01",
            "1e3",
            "true",
            "n",
        ] {
            assert!(is_special_in_yaml11(text.as_bytes()), "{text}");
        }
        for text in [
            "nUll",
            "1e400",
            "1.2.3",
            "_1",
            "=",
            "<<",
            "NaN",
            "2001-13-01",
            "1:60",
            "a:1",
        ] {
            assert!(!is_special_in_yaml11(text.as_bytes()), "{text}");
        }
    }
}
