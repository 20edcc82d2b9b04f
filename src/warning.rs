//! What is not an error and yet worth knowing.

use crate::source::Mark;

/// What a [`Warning`] is about, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// A field that the reference is going to give up.
    DeprecatedField,
}

impl WarningKind {
    /// A stable name, fit for tables and logs: it does not change when wording does.
    ///
    /// ```
    /// assert_eq!(kustody::WarningKind::DeprecatedField.code(), "deprecated-field");
    /// ```
    pub fn code(self) -> &'static str {
        match self {
            Self::DeprecatedField => "deprecated-field",
        }
    }
}

/// Something that renders and is probably not what was meant, or will not render for ever.
///
/// ```
/// fn is_urgent(warning: &kustody::Warning) -> bool {
///     warning.kind != kustody::WarningKind::DeprecatedField
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// What it is about, for programs.
    pub kind: WarningKind,
    /// One sentence, without the text of any scalar.
    pub message: String,
    /// Where it was written.
    pub mark: Option<Mark>,
}
