//! Metadata as nodes, in the order in which sops writes it (`stores/stores.go`).

use super::{MasterKey, MasterKeyKind, Metadata};
use crate::sops::format::Format;
use crate::sops::leaf;
use crate::source::Mark;
use crate::yaml::{Entry, Mapping, Node, Scalar, Sequence, Style, Tag};

impl Metadata {
    /// The value of `sops`. What holds its default is left out, and so is the rule of a binary file,
    /// of which one value is all.
    pub(in crate::sops) fn to_node(&self, format: Format) -> Node {
        let mut fields = Vec::new();
        if self.groups.len() > 1 {
            let threshold = self.shamir_threshold.to_string();
            let threshold = Scalar::new(Tag::Int, Style::Plain, threshold);
            fields.push(entry("shamir_threshold", threshold.into()));
            let groups = self.groups.iter().map(|keys| group(keys, format));
            fields.push(entry("key_groups", list(groups)));
        } else {
            let keys = self.groups.iter().flat_map(|keys| by_kind(keys));
            fields.extend(keys);
        }
        fields.push(entry("lastmodified", Node::string(&*self.last_modified)));
        fields.push(entry("mac", Node::string(&*self.mac)));
        if format != Format::Binary {
            let (name, text) = self.rule.field();
            fields.push(entry(name, Node::string(text)));
        }
        if self.mac_only_encrypted {
            fields.push(entry("mac_only_encrypted", leaf::boolean(true).into()));
        }
        fields.push(entry("version", Node::string(&*self.version)));
        mapping(fields)
    }
}

/// One of several groups. sops writes the empty list of Vault keys in them, as YAML or as null.
fn group(keys: &[MasterKey], format: Format) -> Node {
    let mut fields: Vec<Entry> = by_kind(keys).collect();
    let vault = MasterKeyKind::HcVault.name();
    if !fields.iter().any(|field| field.has_key(vault)) {
        let none = match format {
            Format::Yaml => list([]),
            _ => leaf::null().into(),
        };
        fields.insert(0, entry(vault, none));
    }
    mapping(fields)
}

/// A list for each kind of key that there is.
fn by_kind(keys: &[MasterKey]) -> impl Iterator<Item = Entry> {
    MasterKeyKind::ALL.into_iter().filter_map(|kind| {
        let keys = keys.iter().filter(|key| key.kind == kind);
        let mut keys = keys.map(|key| key.entry.clone()).peekable();
        keys.peek()?;
        Some(entry(kind.name(), list(keys)))
    })
}

fn entry(name: &str, value: Node) -> Entry {
    Entry {
        key: Node::string(name),
        value,
    }
}

fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::new(items.into_iter().collect::<Sequence>(), Mark::default())
}

fn mapping(entries: Vec<Entry>) -> Node {
    Node::new(Mapping::from(entries), Mark::default())
}
