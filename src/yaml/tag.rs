//! What a scalar is (its tag) and how it was written (its style).

/// The tag of a scalar, as go-yaml v3's `Node.Tag` has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tag {
    /// No tag: what a plain text means is decided when it is printed. Writers that change a text
    /// without saying its type leave this, as kustomize does.
    #[default]
    None,
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!str`
    Str,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`, the tag of a plain `<<`.
    Merge,
    /// Any other; [`Scalar::tag_name`](super::Scalar::tag_name) has its name.
    Other,
}

impl Tag {
    /// The short name, `!!int` for instance; empty for `None` and `Other`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None | Self::Other => "",
            Self::Null => "!!null",
            Self::Bool => "!!bool",
            Self::Int => "!!int",
            Self::Float => "!!float",
            Self::Str => "!!str",
            Self::Timestamp => "!!timestamp",
            Self::Binary => "!!binary",
            Self::Merge => "!!merge",
        }
    }

    /// The tag of a short name; every name that is not here is `Other`.
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "" => Self::None,
            "!!null" => Self::Null,
            "!!bool" => Self::Bool,
            "!!int" => Self::Int,
            "!!float" => Self::Float,
            "!!str" => Self::Str,
            "!!timestamp" => Self::Timestamp,
            "!!binary" => Self::Binary,
            "!!merge" => Self::Merge,
            _ => Self::Other,
        }
    }
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    #[default]
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}
