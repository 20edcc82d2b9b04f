//! The path of a field spec.

use std::sync::OnceLock;

use crate::yaml::Text;

/// Keys from the top of a resource to a field (`PathSplitter` in kyaml), split once.
#[derive(Clone, Debug)]
pub(crate) struct FieldPath {
    text: Text,
    /// Split when somebody asks: of the paths that ship with kustomize few are followed.
    parts: OnceLock<Box<[Part]>>,
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
        Self {
            text: text.clone(),
            parts: OnceLock::new(),
        }
    }

    fn split(&self) -> Box<[Part]> {
        let mut parts = Vec::new();
        // What stands before a slash that does not split.
        let mut before = String::new();
        let mut pieces = self.pieces().peekable();
        while let Some(piece) = pieces.next() {
            match piece.strip_suffix('\\') {
                Some(piece) if pieces.peek().is_some() => before.extend([piece, "/"]),
                _ if before.is_empty() => parts.extend(Part::new(piece)),
                _ => parts.extend(Part::new(&(std::mem::take(&mut before) + piece))),
            }
        }
        parts.into()
    }

    /// What stands between slashes.
    fn pieces(&self) -> impl Iterator<Item = &str> {
        // They are short, so that a search for slashes takes longer to begin than to end.
        let mut rest = Some(self.text.strip_prefix('/').unwrap_or(&self.text));
        std::iter::from_fn(move || {
            let text = rest?;
            let slash = text.as_bytes().iter().position(|byte| *byte == b'/');
            rest = slash.map(|slash| &text[slash + 1..]);
            Some(&text[..slash.unwrap_or(text.len())])
        })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &Text {
        &self.text
    }

    pub(crate) fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| self.split())
    }

    /// How many plain words it certainly begins with as another path does.
    pub(super) fn shared(&self, other: &Self) -> u32 {
        let same = self.pieces().zip(other.pieces());
        same.take_while(|(piece, other)| piece == other && is_word(piece))
            .count() as u32
    }

    /// Whether it leads to `metadata.annotations`.
    pub(crate) fn is_annotations(&self) -> bool {
        matches!(self.parts(), [first, second]
            if first.name == "metadata" && second.name == "annotations")
    }

    /// Whether a value set at this path may be a part of the resource's type.
    pub(crate) fn may_change_type(&self) -> bool {
        matches!(self.parts(), [] | [_])
    }

    /// Whether a value set at this path, or under a key of it, may be a part of the resource's id.
    pub(crate) fn may_change_id(&self) -> bool {
        match self.parts() {
            [_] => true,
            [first, second] => {
                first.name == "metadata" && matches!(&*second.name, "name" | "namespace")
            }
            _ => false,
        }
    }
}

/// By the text, of which the parts are made.
impl PartialEq for FieldPath {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FieldPath {}

/// Whether a part is as nearly all are: it stands for itself.
fn is_word(text: &str) -> bool {
    let begins = text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    begins && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Part {
    /// `None` for blanks, which kyaml's lookup leaves out.
    fn new(text: &str) -> Option<Self> {
        if is_word(text) {
            return Some(Self {
                name: Text::from(text),
                list: false,
                obstacle: None,
            });
        }
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
