//! The path of a field spec.

use std::borrow::Cow;

use crate::yaml::Text;

/// Keys from the top of a resource to a field (`PathSplitter` in kyaml), split once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldPath {
    text: Text,
    parts: Box<[Part]>,
}

/// One key of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: Text,
    /// Whether it was written `name[]`: such a field is never made.
    pub(super) list: bool,
    /// Why no mapping can be asked for this key, if none can.
    pub(crate) obstacle: Option<&'static str>,
}

impl FieldPath {
    /// Splits at every `/` that has no `\` before it; one `/` may stand at the beginning.
    pub(crate) fn new(text: &Text) -> Self {
        let rest = text.strip_prefix('/').unwrap_or(text);
        let mut names: Vec<Cow<'_, str>> = Vec::with_capacity(8);
        for piece in rest.split('/') {
            match names.last_mut() {
                Some(last) if last.ends_with('\\') => {
                    let last = last.to_mut();
                    last.pop();
                    last.push('/');
                    last.push_str(piece);
                }
                _ => names.push(Cow::Borrowed(piece)),
            }
        }
        Self {
            text: text.clone(),
            parts: names.iter().filter_map(|name| Part::new(name)).collect(),
        }
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &Text {
        &self.text
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it leads to `metadata.annotations`.
    pub(crate) fn is_annotations(&self) -> bool {
        matches!(&*self.parts, [first, second]
            if first.name == "metadata" && second.name == "annotations")
    }

    /// Whether a value set at this path may be a part of the resource's type.
    pub(crate) fn may_change_type(&self) -> bool {
        matches!(&*self.parts, [] | [_])
    }

    /// Whether a value set at this path, or under a key of it, may be a part of the resource's id.
    pub(crate) fn may_change_id(&self) -> bool {
        match &*self.parts {
            [_] => true,
            [first, second] => {
                first.name == "metadata" && matches!(&*second.name, "name" | "namespace")
            }
            _ => false,
        }
    }
}

impl Part {
    /// `None` for blanks, which kyaml's lookup leaves out.
    fn new(text: &str) -> Option<Self> {
        let (name, list) = match text.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (text, false),
        };
        let obstacle = match name.trim() {
            _ if name.is_empty() => Some("it has an empty key"),
            "" => return None,
            "-" | "*" => Some("`-` and `*` have no meaning in it"),
            name if name.starts_with('[') && name.ends_with(']') => {
                Some("it cannot select elements of a list")
            }
            name if name.parse::<i64>().is_ok() => Some("a number in it is no key"),
            _ => None,
        };
        Some(Self {
            name: Text::from(name.trim()),
            list,
            obstacle,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Vec<String> {
        let path = FieldPath::new(&Text::from(path));
        let show = |part: &Part| match (part.list, part.obstacle) {
            (_, Some(_)) => format!("!{}", part.name),
            (true, None) => format!("{}[]", part.name),
            (false, None) => part.name.to_string(),
        };
        path.parts().iter().map(show).collect()
    }

    #[test]
    fn splits_at_slashes_that_are_not_escaped() {
        assert_eq!(names("spec/a[]/b"), ["spec", "a[]", "b"]);
        assert_eq!(names("/spec/a"), ["spec", "a"]);
        assert_eq!(
            names(r"metadata/annotations/a.b\/c/d"),
            ["metadata", "annotations", "a.b/c", "d"]
        );
        assert_eq!(names("a/ /b"), ["a", "b"]);
    }

    #[test]
    fn some_keys_cannot_be_looked_up() {
        assert_eq!(names(""), ["!"]);
        assert_eq!(names("//a"), ["!", "a"]);
        assert_eq!(names("a/"), ["a", "!"]);
        assert_eq!(names("a/0"), ["a", "!0"]);
        assert_eq!(names("a/[x=y]/-"), ["a", "![x=y]", "!-"]);
    }
}
