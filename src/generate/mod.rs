//! ConfigMaps and Secrets from literals and files, and the hash that ends their names.
//!
//! In come an entry of `configMapGenerator` or `secretGenerator` and a way to read files; out comes
//! the resource as a node. What an existing resource of its name means for it, and giving it the
//! name with the hash, is for others.

mod hash;
mod pairs;
mod service_account;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::{ConfigMapArgs, GeneratorArgs, GeneratorOptions, Located, SecretArgs};
use crate::source::{Content, Mark};
use crate::tree::nearest::nearest;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Entry, Mapping, Node, Scalar, Style, Tag, Text};

use crate::resource::Behavior;
pub(crate) use hash::name_hash;
pub(crate) use service_account::service_account;

/// A file that an entry names.
pub(crate) struct Wanted<'e> {
    pub(crate) path: &'e str,
    /// What it stands under in the resource; empty for an env file.
    pub(crate) key: &'e str,
    /// Where the entry is written.
    pub(crate) mark: Mark,
}

/// Reads a file; with the mark of the entry for the values made of it.
pub(crate) type Load<'l> = dyn FnMut(Wanted<'_>) -> Result<(Content, Mark)> + 'l;

/// A resource that was generated.
pub(crate) struct Generated {
    pub(crate) node: Node,
    pub(crate) behavior: Option<Behavior>,
    /// Whether its name is to end with the hash of its content.
    pub(crate) needs_hash: bool,
    pub(crate) warnings: Vec<Warning>,
}

/// Generates a ConfigMap (`generators.MakeConfigMap`). `global` are the `generatorOptions` of the
/// kustomization.
///
/// # Errors
/// With a mark: [`ErrorKind::Generator`] for an entry without name or with a literal or file that
/// is not `key=…`, [`ErrorKind::DuplicateKey`] for a key that two sources give,
/// [`ErrorKind::Encoding`] for an env file that is not UTF-8, and what `load` returns.
pub(crate) fn config_map(
    entry: &ConfigMapArgs,
    global: Option<&GeneratorOptions>,
    load: &mut Load<'_>,
) -> Result<Generated> {
    let mut builder = Builder::new("ConfigMap", &entry.args, entry.mark)?;
    let pairs = pairs::load(&entry.args, load, &mut builder.warnings)?;
    let mut data = Fields::new(entry.mark);
    let mut binary = Fields::new(entry.mark);
    for pair in pairs {
        match std::str::from_utf8(pair.bytes()) {
            Ok(text) => data.set(&pair.key, string(text.into()), pair.mark),
            Err(_) => binary.set(&pair.key, string(base64(pair.bytes())), pair.mark),
        }
    }
    for (name, fields) in [("data", data), ("binaryData", binary)] {
        if !fields.entries.is_empty() {
            builder.root.set(name, fields.into_mapping(), entry.mark);
        }
    }
    let options = entry.args.merged_options(global);
    builder.labels(&options)?;
    builder.annotations(&options)?;
    Ok(builder.finish(&entry.args, &options))
}

/// Generates a Secret (`generators.MakeSecret`). `global` are the `generatorOptions` of the
/// kustomization.
///
/// # Errors
/// Those of [`config_map`].
pub(crate) fn secret(
    entry: &SecretArgs,
    global: Option<&GeneratorOptions>,
    load: &mut Load<'_>,
) -> Result<Generated> {
    let mut builder = Builder::new("Secret", &entry.args, entry.mark)?;
    let (secret_type, mark) = match entry.secret_type.is_empty() {
        true => (Text::from_static("Opaque"), entry.mark),
        false => (entry.secret_type.value.clone(), entry.secret_type.mark),
    };
    builder.root.set("type", string(secret_type), mark);
    let mut data = Fields::new(entry.mark);
    for pair in pairs::load(&entry.args, load, &mut builder.warnings)? {
        data.set(&pair.key, string(base64(pair.bytes())), pair.mark);
    }
    builder.root.set("data", data.into_mapping(), entry.mark);
    let options = entry.args.merged_options(global);
    // The reference does not look whether this failed: an empty key ends it.
    if builder.labels(&options).is_ok() {
        let _ = builder.annotations(&options);
    }
    Ok(builder.finish(&entry.args, &options))
}

/// A mapping that grows. Its keys carry no tag, as keys that kyaml sets: `5` is a number.
struct Fields {
    entries: Vec<Entry>,
    mark: Mark,
}

impl Fields {
    fn new(mark: Mark) -> Self {
        Self {
            entries: Vec::new(),
            mark,
        }
    }

    fn set(&mut self, key: &str, value: impl Into<yaml::Value>, mark: Mark) {
        let key = Scalar::new(Tag::None, Style::Plain, key);
        self.entries.push(Entry {
            key: Node::new(key, mark),
            value: Node::new(value, mark),
        });
    }

    fn into_mapping(self) -> Mapping {
        Mapping::from(self.entries)
    }
}

/// The parts of a resource under construction.
struct Builder {
    root: Fields,
    metadata: Fields,
    warnings: Vec<Warning>,
}

impl Builder {
    fn new(kind: &'static str, args: &GeneratorArgs, mark: Mark) -> Result<Self> {
        if args.name.is_empty() {
            let message = format!("a generated {kind} needs a name: add `name`");
            return Err(Error::marked(ErrorKind::Generator, mark, message));
        }
        let mut warnings = Vec::new();
        let behavior = &args.behavior;
        let known = Behavior::NAMES;
        if !behavior.is_empty() && !known.contains(&behavior.as_str()) {
            let hint = match nearest(behavior, known) {
                Some(name) => format!("; did you mean `{name}`?"),
                None => String::new(),
            };
            let message = format!(
                "`behavior` must be create, merge or replace; this text says nothing{hint}"
            );
            warnings.push(Warning::new(
                WarningKind::UnknownValue,
                behavior.mark,
                message,
            ));
        }
        let mut root = Fields::new(mark);
        root.set(
            "apiVersion",
            Scalar::new(Tag::Str, Style::Plain, "v1"),
            mark,
        );
        root.set("kind", Scalar::new(Tag::Str, Style::Plain, kind), mark);
        let mut metadata = Fields::new(mark);
        metadata.set("name", string(args.name.value.clone()), args.name.mark);
        if !args.namespace.is_empty() {
            let namespace = string(args.namespace.value.clone());
            metadata.set("namespace", namespace, args.namespace.mark);
        }
        Ok(Self {
            root,
            metadata,
            warnings,
        })
    }

    /// Labels are always quoted.
    fn labels(&mut self, options: &GeneratorOptions) -> Result<()> {
        if options.labels.is_empty() {
            return Ok(());
        }
        let mut labels = Fields::new(options.mark);
        let mut result = Ok(());
        for (key, value) in &options.labels {
            result = not_empty(key, "label");
            if result.is_err() {
                break;
            }
            let quoted = Scalar::new(Tag::Str, Style::SingleQuoted, value.value.clone());
            labels.set(key, quoted, value.mark);
        }
        let mark = options.labels.mark().unwrap_or(options.mark);
        self.metadata.set("labels", labels.into_mapping(), mark);
        result
    }

    /// Annotations were quoted too, but the reference writes them again with its notes on the
    /// resource, and then no longer.
    fn annotations(&mut self, options: &GeneratorOptions) -> Result<()> {
        if options.annotations.is_empty() {
            return Ok(());
        }
        let mut annotations = Fields::new(options.mark);
        for (key, value) in &options.annotations {
            not_empty(key, "annotation")?;
            annotations.set(key, string(value.value.clone()), value.mark);
        }
        let mark = options.annotations.mark().unwrap_or(options.mark);
        self.metadata
            .set("annotations", annotations.into_mapping(), mark);
        Ok(())
    }

    fn finish(self, args: &GeneratorArgs, options: &GeneratorOptions) -> Generated {
        let Self {
            mut root,
            metadata,
            warnings,
        } = self;
        let mark = metadata.mark;
        let metadata = metadata.into_mapping();
        root.set("metadata", metadata, mark);
        if options.immutable.value {
            let value = Scalar::new(Tag::Bool, Style::Plain, Text::from_static("true"));
            root.set("immutable", value, options.immutable.mark);
        }
        let mark = root.mark;
        Generated {
            node: Node::new(root.into_mapping(), mark),
            behavior: Some(Behavior::from_name(&args.behavior)),
            needs_hash: !options.disable_name_suffix_hash,
            warnings,
        }
    }
}

fn not_empty(key: &Located<Text>, what: &str) -> Result<()> {
    if key.is_empty() {
        let message = format!("a generated {what} needs a key");
        return Err(Error::marked(ErrorKind::Generator, key.mark, message));
    }
    Ok(())
}

/// A string as kyaml sets one: a block text if it has several lines, quoted if it would read as
/// something else (`SetString`, `FieldSetter`).
fn string(text: Text) -> Scalar {
    let style = if text.as_bytes().contains(&b'\n') {
        Style::Literal
    } else if yaml::reads_as_string(&text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    };
    Scalar::new(Tag::Str, style, text)
}

/// Base64 in lines of 70 characters, each with its end, where one line does not hold it.
pub(crate) fn base64(bytes: &[u8]) -> Text {
    const LINE: usize = 70;
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded.into();
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines.into()
}

#[cfg(test)]
mod tests;
