//! Scalars as Rust values, and back.

use std::borrow::Cow;

use super::node::{Node, Scalar};
use super::resolve::Resolved;
use super::tag::{Style, Tag};
use super::text::Text;

impl Node {
    /// A whole number.
    ///
    /// ```
    /// use kustody::yaml::Node;
    /// assert_eq!(Node::uint(u64::MAX).as_u64(), Some(u64::MAX));
    /// ```
    pub fn uint(number: u64) -> Self {
        Scalar::new(Tag::Int, Style::Plain, number.to_string()).into()
    }

    /// A number that may have a fraction, be infinite or NaN.
    ///
    /// ```
    /// use kustody::yaml::Node;
    /// assert_eq!(Node::float(0.5).text(), Some("0.5"));
    /// assert_eq!(Node::float(f64::NEG_INFINITY).text(), Some("-.inf"));
    /// ```
    pub fn float(number: f64) -> Self {
        let text = if number.is_nan() {
            Text::from_static(".nan")
        } else if number.is_infinite() {
            Text::from_static(if number > 0.0 { ".inf" } else { "-.inf" })
        } else {
            // Shortest text that reads back as the same number, never without a `.` or `e`.
            Text::from(format!("{number:?}"))
        };
        Scalar::new(Tag::Float, Style::Plain, text).into()
    }

    /// The value of a boolean, as go-yaml v3 reads it: `yes` is a string.
    ///
    /// ```
    /// use kustody::yaml::{Node, Scalar, Style, Tag};
    /// let read = |text| Node::from(Scalar::new(Tag::None, Style::Plain, text)).as_bool();
    /// assert_eq!(read("True"), Some(true));
    /// assert_eq!(read("yes"), None);
    /// ```
    pub fn as_bool(&self) -> Option<bool> {
        match self.resolved()? {
            Resolved::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a whole number that an `i64` holds; `1.0` is none.
    ///
    /// ```
    /// use kustody::yaml::{Node, Scalar, Style, Tag};
    /// let read = |text| Node::from(Scalar::new(Tag::None, Style::Plain, text)).as_i64();
    /// assert_eq!(read("0x10"), Some(16));
    /// assert_eq!(read("1.0"), None);
    /// ```
    pub fn as_i64(&self) -> Option<i64> {
        match self.resolved()? {
            Resolved::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a whole number that a `u64` holds.
    ///
    /// ```
    /// use kustody::yaml::Node;
    /// assert_eq!(Node::int(3).as_u64(), Some(3));
    /// assert_eq!(Node::int(-3).as_u64(), None);
    /// ```
    pub fn as_u64(&self) -> Option<u64> {
        match self.resolved()? {
            Resolved::Int(value) => value.try_into().ok(),
            Resolved::UInt(value) => Some(value),
            _ => None,
        }
    }

    /// The value of any number, whole ones rounded to what an `f64` holds.
    ///
    /// ```
    /// use kustody::yaml::Node;
    /// assert_eq!(Node::int(3).as_f64(), Some(3.0));
    /// assert_eq!(Node::string("3").as_f64(), None);
    /// ```
    pub fn as_f64(&self) -> Option<f64> {
        match self.resolved()? {
            Resolved::Int(value) => Some(value as f64),
            Resolved::UInt(value) => Some(value as f64),
            Resolved::Float(value) => Some(value),
            _ => None,
        }
    }

    /// The text of a string. Numbers, booleans, dates and `!!binary` are none: for the text of any
    /// scalar there is [`text`](Self::text).
    ///
    /// ```
    /// use kustody::yaml::Node;
    /// assert_eq!(Node::string("3").as_str(), Some("3"));
    /// assert_eq!(Node::int(3).as_str(), None);
    /// assert_eq!(Node::int(3).text(), Some("3"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        match self.resolved()? {
            Resolved::Str(Cow::Borrowed(text)) => Some(text),
            _ => None,
        }
    }

    fn resolved(&self) -> Option<Resolved<'_>> {
        self.as_scalar()?.resolve_printed().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untagged(text: &str) -> Node {
        Scalar::new(Tag::None, Style::Plain, text).into()
    }

    #[test]
    fn a_text_is_read_as_its_tag_and_style_say() {
        assert_eq!(untagged("5").as_i64(), Some(5));
        assert_eq!(untagged("5").as_str(), None);
        assert_eq!(untagged("five").as_str(), Some("five"));
        assert_eq!(untagged("null").as_str(), None);
        let quoted = Node::from(Scalar::new(Tag::None, Style::DoubleQuoted, "5"));
        assert_eq!((quoted.as_i64(), quoted.as_str()), (None, Some("5")));
        let word = Node::from(Scalar::with_explicit_tag("!!int", Style::Plain, "word"));
        assert_eq!((word.as_i64(), word.as_str()), (None, None));
    }

    #[test]
    fn numbers_keep_their_range() {
        assert_eq!(untagged("18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!(untagged("18446744073709551615").as_i64(), None);
        assert_eq!(untagged("-1").as_u64(), None);
        assert_eq!(untagged(".inf").as_f64(), Some(f64::INFINITY));
        for number in [0.0, -0.0, 1.0, 1e300, -1.5e-9, f64::MAX, f64::MIN_POSITIVE] {
            let back = Node::float(number).as_f64().map(f64::to_bits);
            assert_eq!(back, Some(number.to_bits()));
        }
        assert!(Node::float(f64::NAN).as_f64().is_some_and(f64::is_nan));
    }

    #[test]
    fn collections_are_no_scalars() {
        let list = Node::from(super::super::Sequence::default());
        assert_eq!((list.as_bool(), list.as_str()), (None, None));
    }
}
