//! JSON 6902 patches on nodes.
//!
//! In comes the text of a patch and the node of a resource, out comes the node as the reference has
//! it after it printed the resource as JSON, applied the patch and read the result
//! (`api/filters/patchjson6902`, and evanphx/json-patch v4, whose liberties are kept: `apply`
//! and `pointer` list them).

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::source::{Mark, Source};
use crate::warning::Warning;
use crate::yaml::{self, Node, Numbers, Scalar, Style, Tag, Text, Value};

mod apply;
mod equal;
#[cfg(any(test, feature = "json-patch"))]
mod interop;
mod pointer;
mod surprise;
#[cfg(test)]
mod tests;

use apply::Document;

/// Operations that are applied one after the other, all or none.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    operations: Vec<Operation>,
    /// The text, if it is JSON: a `test` compares its scalars as they are written there.
    json: Option<Source>,
    limits: Limits,
    /// What surprises in its text.
    warnings: Vec<Warning>,
}

#[derive(Clone, Debug)]
struct Operation {
    action: Action,
    path: Field,
    from: Field,
    value: Option<Node>,
    mark: Mark,
}

/// A string, or the place where it should stand.
type Field = std::result::Result<Text, Mark>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
    Unknown,
}

impl Action {
    fn of(name: Option<&str>) -> Self {
        match name {
            Some("add") => Self::Add,
            Some("remove") => Self::Remove,
            Some("replace") => Self::Replace,
            Some("move") => Self::Move,
            Some("copy") => Self::Copy,
            Some("test") => Self::Test,
            _ => Self::Unknown,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
            Self::Move => "move",
            Self::Copy => "copy",
            Self::Test => "test",
            Self::Unknown => "op",
        }
    }
}

impl Patch {
    /// Reads a patch: JSON if the text begins with `[`, else the first document of YAML, with the
    /// types of YAML 1.1. A null document is a patch without operations.
    ///
    /// Operations that miss a field or have an unknown `op` are errors only when they are applied,
    /// as in the reference.
    ///
    /// # Errors
    /// [`ErrorKind::JsonPatch`] for what is not a list of mappings, [`ErrorKind::Syntax`] and the
    /// other errors of reading, each with its place in `source`.
    pub(crate) fn parse(source: &Source, limits: &Limits) -> Result<Self> {
        let read = || {
            if source.bytes().starts_with(b"[") {
                let mut patch = Self::from_node(&yaml::read_json(source, limits)?, limits)?;
                patch.json = Some(source.clone());
                return Ok(patch);
            }
            match yaml::read_first(source, limits)? {
                Some(node) => {
                    let mut patch = Self::from_node(&yaml::as_json(&node)?, limits)?;
                    patch.warnings = surprise::of(source, &node);
                    Ok(patch)
                }
                None => Ok(Self::new(Vec::new(), limits)),
            }
        };
        read().map_err(|error: Error| error.locate_in(source))
    }

    /// A patch from a list of operations whose types are those of JSON.
    ///
    /// # Errors
    /// [`ErrorKind::JsonPatch`] for what is not a list of mappings.
    pub(crate) fn from_node(list: &Node, limits: &Limits) -> Result<Self> {
        let operations = match list.value() {
            _ if list.is_null() => Vec::new(),
            Value::Sequence(items) => items
                .iter()
                .map(Operation::from_node)
                .collect::<Result<_>>()?,
            _ => return Err(not_a_patch(list)),
        };
        Ok(Self::new(operations, limits))
    }

    fn new(operations: Vec<Operation>, limits: &Limits) -> Self {
        Self {
            operations,
            json: None,
            limits: *limits,
            warnings: Vec::new(),
        }
    }

    /// What surprises in its text, whatever it is applied to.
    pub(crate) fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether there are no operations.
    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Applies all operations to a resource. Values that are written keep their marks in the patch,
    /// copies and nulls that no value stands for get that of their operation.
    ///
    /// Whatever the operations touch, the resource looks afterwards as if it came back from JSON:
    /// keys sorted, styles chosen anew, numbers rounded to 64-bit floats, dates become strings.
    ///
    /// # Errors
    /// [`ErrorKind::JsonPatchOperation`] and [`ErrorKind::JsonPatchTest`] with the mark of the
    /// operation, [`ErrorKind::Limit`] for one that nests too deeply or copies too much, and those of
    /// [`yaml::write`] for a resource that JSON cannot hold. The resource is then as it was.
    pub(crate) fn apply(&self, resource: &mut Node) -> Result<()> {
        let mut root = resource.clone();
        yaml::through_json(&mut root, Numbers::Exact)?;
        let mut document = Document::new(root, self);
        for operation in &self.operations {
            document.run(operation)?;
        }
        let mut root = document.into_root();
        if root.as_mapping().is_none() {
            return Err(Error::marked(
                ErrorKind::JsonPatchOperation,
                root.mark(),
                "the patch leaves something else than a mapping of the resource",
            ));
        }
        yaml::through_json(&mut root, Numbers::Floats)?;
        *resource = root;
        Ok(())
    }
}

impl Operation {
    fn from_node(node: &Node) -> Result<Self> {
        let text = |key| -> Field {
            let field = node.as_mapping().and_then(|fields| fields.get(key));
            let field = field.ok_or(node.mark())?;
            let string = field.as_scalar().filter(|it| it.tag() == Tag::Str);
            string.map(|it| it.text().clone()).ok_or(field.mark())
        };
        if node.as_mapping().is_none() && !node.is_null() {
            return Err(not_a_patch(node));
        }
        let mut value = node
            .as_mapping()
            .and_then(|fields| fields.get("value"))
            .cloned();
        if let Some(value) = &mut value {
            // Every resource that gets the value then shares it. What has no such form is an error
            // where a resource holds it.
            let _ = yaml::through_json(value, Numbers::Exact);
        }
        Ok(Self {
            action: Action::of(text("op").ok().as_deref()),
            path: text("path"),
            from: text("from"),
            value,
            mark: node.mark(),
        })
    }

    /// What `add` and `replace` write.
    fn value_or_null(&self) -> Node {
        match &self.value {
            Some(value) => value.clone(),
            None => self.null(),
        }
    }

    fn null(&self) -> Node {
        let null = Scalar::new(Tag::Null, Style::Plain, Text::from_static("null"));
        Node::new(null, self.mark)
    }
}

#[cold]
fn not_a_patch(node: &Node) -> Error {
    Error::marked(
        ErrorKind::JsonPatch,
        node.mark(),
        "a JSON patch is a list of operations, each a mapping with `op` and `path`",
    )
}
