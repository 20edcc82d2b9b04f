//! Scalars.

use std::fmt;

use crate::yaml::tag::{Style, Tag};
use crate::yaml::text::Text;

/// A text, what it stands for and how it was written.
#[derive(Clone)]
pub struct Scalar {
    text: Text,
    /// Which scalars of a resource are one node in the reference; 0 for nearly all, which are not.
    shared: u16,
    tag: Tag,
    style: Style,
    /// Whether the tag was written out, which a writer then repeats.
    tagged: bool,
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            && self.tag == other.tag
            && self.style == other.style
            && self.tagged == other.tagged
    }
}

impl Eq for Scalar {}

impl Scalar {
    /// A scalar whose tag was not written out.
    pub fn new(tag: Tag, style: Style, text: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            shared: 0,
            tag,
            style,
            tagged: false,
        }
    }

    /// A scalar whose tag was written out; `name` is in its short form, `!!int` or `!local`.
    pub fn with_explicit_tag(name: &str, style: Style, text: impl Into<Text>) -> Self {
        let tag = Tag::from_name(name);
        let mut text = text.into();
        if tag == Tag::Other {
            text = text.with_tag(Text::from(name));
        }
        Self {
            text,
            shared: 0,
            tag,
            style,
            tagged: true,
        }
    }

    /// The number of the node that the reference shows in several places; 0 if it does not.
    pub(crate) fn shared(&self) -> u16 {
        self.shared
    }

    /// Says that it is one node with all scalars of this resource that have this number.
    pub(crate) fn set_shared(&mut self, number: u16) {
        self.shared = number;
    }

    /// The text, unquoted and unescaped.
    #[inline]
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Replaces the text; tag and style stay.
    pub fn set_text(&mut self, text: impl Into<Text>) {
        let text = text.into();
        self.text = match self.text.tag_name() {
            Some(name) => text.with_tag(Text::from(name)),
            None => text,
        };
    }

    /// The tag.
    #[inline]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// Sets or clears a tag that is not written out.
    pub fn set_tag(&mut self, tag: Tag) {
        if self.tag == Tag::Other {
            self.text = Text::from(self.text.as_str());
        }
        self.tag = tag;
        self.tagged = false;
    }

    /// The short name of the tag, `!!int` or `!local`; empty if there is none.
    pub fn tag_name(&self) -> &str {
        self.text.tag_name().unwrap_or_else(|| self.tag.name())
    }

    /// Whether the tag was written out.
    #[inline]
    pub fn has_explicit_tag(&self) -> bool {
        self.tagged
    }

    /// How it was written.
    #[inline]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Changes how it counts as written, and so how an untagged text is understood.
    pub fn set_style(&mut self, style: Style) {
        self.style = style;
    }

    /// Overwrites the text, as far as nobody else holds it.
    #[cfg(feature = "sops")]
    pub(crate) fn wipe(&mut self) {
        self.text.wipe();
    }

    /// Takes over how another counts as written, whether its tag was written out, and what it is
    /// one node with: what kyaml leaves of a node when it sets another in its place.
    pub(crate) fn take_style(&mut self, from: &Self) {
        self.style = from.style;
        self.tagged = from.tagged;
        self.shared = from.shared;
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Scalar({} {:?}, {} bytes)",
            self.tag_name(),
            self.style,
            self.text.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_tag_survives_a_new_text() {
        let mut scalar = Scalar::with_explicit_tag("!vault", Style::Plain, "one");
        scalar.set_text("two");
        assert_eq!(
            (scalar.tag_name(), scalar.text().as_str()),
            ("!vault", "two")
        );
        scalar.set_tag(Tag::Str);
        assert_eq!(
            (scalar.tag_name(), scalar.text().as_str()),
            ("!!str", "two")
        );
    }
}
