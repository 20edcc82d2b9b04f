//! Group, version and kind.

use std::fmt;

use crate::yaml::Text;

/// The type of a resource: API group, version and kind (`resid.Gvk` in kyaml).
///
/// ```
/// use kustody::Gvk;
/// let gvk = Gvk::new("apps/v1", "Deployment");
/// assert_eq!(gvk.to_string(), "Deployment.v1.apps");
/// assert_eq!(gvk.group(), "apps");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Gvk {
    pub(crate) group: Text,
    pub(crate) version: Text,
    pub(crate) kind: Text,
}

impl Gvk {
    /// From the two fields of a resource. An `apiVersion` without a slash is a version alone.
    pub fn new(api_version: &str, kind: impl Into<Text>) -> Self {
        let (group, version) = parts(api_version);
        Self::from_parts(group, version, kind)
    }

    /// From its three parts; as a selector, an empty part stands for anything.
    pub fn from_parts(
        group: impl Into<Text>,
        version: impl Into<Text>,
        kind: impl Into<Text>,
    ) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// `apps` in `apps/v1`; empty for the core group.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// `v1` in `apps/v1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// `Deployment`, for instance.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Whether a resource with these two fields certainly has this type.
    pub(crate) fn is_written(&self, api_version: &str, kind: &str) -> bool {
        let (group, version) = parts(api_version);
        // `/v1` has the parts of `v1`, and is something else.
        let is_usual = !api_version.starts_with('/');
        is_usual && self.kind == *kind && self.version == *version && self.group == *group
    }

    /// Whether each part that `selector` gives is this type's.
    pub(crate) fn is_selected_by(&self, selector: &Self) -> bool {
        let fits = |wanted: &Text, part: &Text| {
            let (wanted, part) = (wanted.as_bytes(), part.as_bytes());
            wanted.is_empty() || wanted == part
        };
        fits(&selector.group, &self.group)
            && fits(&selector.version, &self.version)
            && fits(&selector.kind, &self.kind)
    }

    /// The text that the reference sorts types by, in parts.
    pub(crate) fn sort_key(&self) -> [&str; 5] {
        let or = |part, none| if str::is_empty(part) { none } else { part };
        [
            or(&self.group, "~G"),
            "_",
            or(&self.version, "~V"),
            "_",
            or(&self.kind, "~K"),
        ]
    }
}

/// Group and version. They are short, so that a search by `split_once` would take longer to begin
/// than to end.
#[inline]
fn parts(api_version: &str) -> (&str, &str) {
    match api_version.bytes().position(|byte| byte == b'/') {
        Some(slash) => (&api_version[..slash], &api_version[slash + 1..]),
        None => ("", api_version),
    }
}

/// `Deployment.v1.apps`, with `[noGrp]` and the like for what is empty.
impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |part: &Text, none: &'static str| match part.is_empty() {
            true => Text::from_static(none),
            false => part.clone(),
        };
        write!(
            f,
            "{}.{}.{}",
            or(&self.kind, "[noKind]"),
            or(&self.version, "[noVer]"),
            or(&self.group, "[noGrp]")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_parts_of_a_selector_stand_for_anything() {
        let deployment = Gvk::new("apps/v1", "Deployment");
        assert!(deployment.is_selected_by(&Gvk::from_parts("", "", "Deployment")));
        assert!(deployment.is_selected_by(&Gvk::default()));
        assert!(!deployment.is_selected_by(&Gvk::from_parts("", "v2", "")));
        assert!(!Gvk::new("v1", "Service").is_selected_by(&Gvk::new("apps/v1", "Service")));
    }

    #[test]
    fn shows_and_sorts_as_the_reference_does() {
        assert_eq!(Gvk::new("v1", "Service").to_string(), "Service.v1.[noGrp]");
        assert_eq!(
            Gvk::new("v1", "Service").sort_key().concat(),
            "~G_v1_Service"
        );
    }
}
