//! A value put into fields of many resources, or inserted into the paths that stand there.

use super::field_spec::Table;
use super::namespace::{Namespace, Subjects, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{Selector, Str};
use crate::patch::select::Selection;
use crate::resource::{Resource, ResourceSet};
use crate::schema::Schema;
use crate::source::Mark;
use crate::yaml::path::split_escaped;
use crate::yaml::{Mapping, Node, Scalar, Sequence, Style, Tag, Text, Value};

/// What the transformer is asked for.
#[derive(Clone)]
pub(crate) struct ValueAdd {
    pub(crate) value: Text,
    pub(crate) targets: Vec<Target>,
    /// Where it was asked for.
    pub(crate) mark: Mark,
}

/// A field of some resources.
#[derive(Clone)]
pub(crate) struct Target {
    /// `None` is every resource.
    pub(crate) selector: Option<Selector>,
    /// Keys, indices and `[key=value]` between slashes.
    pub(crate) path: Str,
    /// 0 if the value takes the place of what is there; else where it goes in the path that is
    /// there, counted from 1.
    pub(crate) position: usize,
}

/// Puts a value into the fields of all targets, making fields that are missing
/// (`ValueAddTransformer` in kustomize).
///
/// # Errors
/// [`ErrorKind::Field`] where a path leads to no scalar or cannot be walked, with the mark of the
/// path; what [`Selection::new`] returns; [`ErrorKind::FieldSpec`] for a namespace that cannot be
/// set.
pub(crate) fn value_add(set: &mut ResourceSet, entry: &ValueAdd) -> Result<()> {
    for target in &entry.targets {
        let chosen = match &target.selector {
            None => (0..set.len()).collect(),
            Some(selector) => Selection::new(selector)?.of(set)?,
        };
        for at in chosen {
            set.update(at, |resource, schema| {
                if *target.path.value == *"metadata/namespace" {
                    return set_namespace(resource, schema, entry);
                }
                let id = resource.id().clone();
                let edited = resource.edit(schema, |root| put(root, target, entry));
                resource.settle_shared();
                edited.map_err(|what| {
                    let message = format!("`{}` of {id} {what}", *target.path);
                    Error::marked(ErrorKind::Field, target.path.mark, message)
                })
            })?;
        }
    }
    Ok(())
}

/// The namespace is more than a field: not every type has one.
fn set_namespace(resource: &mut Resource, schema: &Schema, entry: &ValueAdd) -> Result<()> {
    let namespace = Namespace {
        name: entry.value.clone(),
        mark: entry.mark,
        unset_only: false,
        subjects: Subjects::default(),
    };
    Writer::new(&namespace, &Table::default()).write_all(resource, schema)
}

fn put(root: &mut Node, target: &Target, entry: &ValueAdd) -> Result<(), &'static str> {
    let pieces = split_escaped(&target.path, '/');
    let names = pieces.iter().map(|piece| piece.text.trim());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut node = root;
    for (at, name) in names.iter().enumerate() {
        match step(node, name, names.get(at + 1).copied(), entry.mark)? {
            Some(child) => node = child,
            // The reference crashes here.
            None if target.position > 0 => return Err("leads to no path that could be changed"),
            None => return Ok(()),
        }
    }
    let Some(scalar) = node.as_scalar() else {
        return Err("is a mapping or a list, which cannot take a value");
    };
    let (value, mark) = match target.position {
        0 => (entry.value.clone(), entry.mark),
        position => {
            let path = insert_into_path(scalar.text(), position - 1, &entry.value);
            (path.into(), entry.mark.made_of(node.mark()))
        }
    };
    node.set_scalar(Tag::None, value, mark);
    Ok(())
}

/// The child of a name, made if it is missing (`PathGetter` in kyaml); `None` where nothing can be
/// made.
fn step<'n>(
    node: &'n mut Node,
    name: &str,
    next: Option<&str>,
    mark: Mark,
) -> Result<Option<&'n mut Node>, &'static str> {
    if name == "*" {
        return Err("has a `*`, which leads to many fields where one is asked for");
    }
    let index = name.parse::<i64>().ok();
    if index.is_some_and(|index| index < 0) {
        return Err("has a negative index; `-` is the last element");
    }
    let selector = in_brackets(name);
    let is_list = index.is_some() || name == "-" || selector.is_some();
    if node.is_null() {
        return match name {
            // The reference crashes here.
            "-" => Err("asks for the last element of an empty list"),
            _ => Ok(None),
        };
    }
    match node.value_mut() {
        Value::Sequence(list) if is_list => match (index, selector) {
            (Some(index), _) => {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                Ok(list.items_mut().get_mut(index))
            }
            (None, Some(selector)) => element(list, selector, mark).map(Some),
            (None, None) => match list.items_mut().last_mut() {
                Some(last) => Ok(Some(last)),
                None => Err("asks for the last element of an empty list"),
            },
        },
        Value::Mapping(mapping) if !is_list => {
            let at = match mapping.position(name) {
                Some(at) => at,
                None => {
                    mapping.append(name, made(next, mark));
                    mapping.len() - 1
                }
            };
            let entry = mapping.entries_mut().get_mut(at);
            Ok(entry.map(|entry| &mut entry.value))
        }
        _ if is_list => Err("needs a list where none is"),
        _ => Err("needs a mapping where none is"),
    }
}

/// What a missing field is made for the part of the path that follows.
fn made(next: Option<&str>, mark: Mark) -> Node {
    match next {
        None => Node::new(Scalar::new(Tag::None, Style::Plain, ""), mark),
        Some(next) if in_brackets(next).is_some() || next.parse::<u32>().is_ok() => {
            Node::new(Sequence::default(), mark)
        }
        Some(_) => Node::new(Mapping::default(), mark),
    }
}

/// The first element that is the text, or whose field is; made if there is none.
fn element<'n>(
    list: &'n mut Sequence,
    selector: &str,
    mark: Mark,
) -> Result<&'n mut Node, &'static str> {
    let Some((field, wanted)) = selector.split_once('=') else {
        return Err("has brackets without `=`: write `[field=value]` for an element");
    };
    let is_wanted = |node: &Node| node.text().unwrap_or_default() == wanted;
    let found = list.iter().position(|element| {
        if field.is_empty() {
            return is_wanted(element);
        }
        let field = element.as_mapping().and_then(|mapping| mapping.get(field));
        field.is_some_and(is_wanted)
    });
    let at = found.unwrap_or_else(|| {
        let text = |text: &str| Node::new(Scalar::new(Tag::None, Style::Plain, text), mark);
        list.push(match field {
            "" => text(wanted),
            field => {
                let mut mapping = Mapping::default();
                mapping.append(field, text(wanted));
                Node::new(mapping, mark)
            }
        });
        list.len() - 1
    });
    Ok(&mut list.items_mut()[at])
}

fn in_brackets(name: &str) -> Option<&str> {
    name.strip_prefix('[')?.strip_suffix(']')
}

/// Inserts a part into a path of a file system; a position beyond its end is its end. A path that
/// begins with `/` still does (`InsertPathPart` in kyaml).
fn insert_into_path(path: &str, position: usize, part: &str) -> String {
    // Of two slashes at the start the reference takes the first for none.
    let split = match path == "/" || path.starts_with("//") {
        true => &path[1..],
        false => path,
    };
    let mut parts: Vec<&str> = match path {
        "" => Vec::new(),
        _ => split.split('/').collect(),
    };
    let position = position.min(parts.len());
    let is_absolute = parts.first() == Some(&"");
    let shift = usize::from(is_absolute && position < parts.len());
    parts.insert(position + shift, part);
    match parts.split_first() {
        Some((&"", rest)) => format!("/{}", join(rest)),
        _ => join(&parts),
    }
}

/// Joins parts as Go's `filepath.Join` does: without empty ones, `.` and `..` resolved.
fn join(parts: &[&str]) -> String {
    let whole: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
    let whole = whole.join("/");
    let is_absolute = whole.starts_with('/');
    let mut clean: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if clean.last().is_some_and(|last| *last != "..") => drop(clean.pop()),
            ".." if is_absolute => {}
            _ => clean.push(part),
        }
    }
    match (is_absolute, clean.is_empty()) {
        (true, _) => format!("/{}", clean.join("/")),
        (false, true) if !whole.is_empty() => ".".to_owned(),
        (false, _) => clean.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{print, set};
    use super::*;

    fn added(text: &str, path: &str, position: usize) -> Result<String> {
        let path = Str {
            value: Text::from(path),
            mark: Mark::default(),
        };
        let entry = ValueAdd {
            value: Text::from_static("42"),
            targets: vec![Target {
                selector: None,
                path,
                position,
            }],
            mark: Mark::default(),
        };
        let resource = format!("kind: A\nmetadata: {{name: a}}\nspec: {text}\n");
        let mut built = set(&resource);
        value_add(&mut built, &entry)?;
        let printed = print(built.into_resources()).unwrap();
        let (_, spec) = printed.split_once("spec:").unwrap();
        Ok(spec.trim().to_owned())
    }

    #[test]
    fn fields_are_made_and_their_style_is_kept() {
        for (text, path, expected) in [
            ("x", "spec", "42"),
            ("\"x\"", "spec", "\"42\""),
            ("{}", "spec/a/b", "a:\n    b: 42"),
            ("{l: [1]}", "spec/l/0", "l:\n  - 42"),
            ("{l: [1]}", "spec/l/1", "l:\n  - 1"),
            ("{l: [1, 2]}", "spec/l/-", "l:\n  - 1\n  - 42"),
            ("{}", "/spec/l/[n=x]/v", "l:\n  - \"n\": x\n    v: 42"),
            ("{l: [a]}", "spec/l/[=a]", "l:\n  - 42"),
            ("{}", "spec/l/3", "l: []"),
            ("{a: null}", "spec/a/b", "a: null"),
            ("{a: null}", "spec/a", "a: 42"),
            ("{}", r"spec/a\/b", "a/b: 42"),
        ] {
            assert_eq!(added(text, path, 0).unwrap(), expected, "{text} {path}");
        }
    }

    #[test]
    fn what_cannot_be_walked_is_an_error() {
        for (text, path) in [
            ("{}", "spec"),
            ("[]", "spec"),
            ("{}", "spec/*"),
            ("[]", "spec/-1"),
            ("[]", "spec/-"),
            ("[]", "spec/[x]"),
            ("[]", "spec/a"),
            ("{}", "spec/0"),
            ("x", "spec/a"),
        ] {
            let error = added(text, path, 0).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Field, "{text} {path}");
        }
    }

    #[test]
    fn a_path_that_is_not_there_cannot_be_changed() {
        assert!(added("{l: []}", "spec/l/0", 0).is_ok());
        assert!(added("{l: []}", "spec/l/0", 1).is_err());
    }

    #[test]
    fn parts_of_paths() {
        for (path, position, expected) in [
            ("", 0, "P"),
            ("/", 3, "/P"),
            ("pie", 0, "P/pie"),
            ("/pie", 0, "/P/pie"),
            ("raw", 1, "raw/P"),
            ("/raw", 9, "/raw/P"),
            ("a/nice/warm/pie", 3, "a/nice/warm/P/pie"),
            ("/a/nice/warm/pie", 3, "/a/nice/warm/P/pie"),
            ("a//b/", 1, "a/P/b"),
            ("../a", 0, "a"),
            ("..", 1, "../P"),
        ] {
            assert_eq!(insert_into_path(path, position, "P"), expected, "{path}");
        }
    }
}
