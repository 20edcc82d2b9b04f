//! The directories of a tree: bases, components, overlays that share them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::resources::{Item, resource};
use super::{fields, print, words};

/// A tree of files in the making.
#[derive(Debug)]
pub(crate) struct Forest {
    pub(crate) dice: Dice,
    files: BTreeMap<String, Vec<u8>>,
    /// What is numbered: resources, files, prefixes.
    count: usize,
    /// The names of vars are one set for the whole tree.
    pub(crate) vars: usize,
}

/// A directory in the making.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) path: String,
    pub(crate) is_component: bool,
    /// Whether another directory lists it.
    pub(crate) is_base: bool,
    /// What a kustomization here sees, as it was written.
    pub(crate) items: Vec<Item>,
    pub(crate) body: Map<String, Value>,
}

/// The files of a tree, by path. Its directory `top` is the one to build.
pub(crate) fn tree(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let mut forest = Forest {
        dice: Dice::new(seed),
        files: BTreeMap::new(),
        count: 0,
        vars: 0,
    };
    let mut bases = Vec::new();
    for at in 0..forest.dice.between(1, 2) {
        let mut base = Site::new(format!("base{at}"), true);
        forest.list_resources(&mut base, 1, 4);
        if at == 1 && forest.dice.chance(40) {
            base.list(&bases[0]);
        }
        if forest.dice.chance(15) {
            forest.component(&mut base);
        }
        forest.finish(&mut base, 2);
        bases.push(base);
    }
    let mut middles = Vec::new();
    for at in 0..forest.dice.below(3) {
        let mut middle = Site::new(format!("middle{at}"), true);
        let base = forest.dice.pick(&bases);
        middle.list(base);
        let affix = forest.next();
        // Two ways to one base give the same names unless something tells them apart.
        if forest.dice.chance(92) {
            let field = forest.dice.word(&["namePrefix", "nameSuffix"]);
            middle.set(&field, json!(format!("m{affix}-")));
        }
        if forest.dice.chance(30) {
            forest.list_resources(&mut middle, 1, 2);
        }
        forest.finish(&mut middle, 2);
        middles.push(middle);
    }
    let mut top = Site::new("top".to_owned(), false);
    middles.iter().for_each(|middle| top.list(middle));
    if middles.is_empty() || forest.dice.chance(15) {
        // What another base lists would be there twice.
        let is_listed = |base: &&Site| bases.iter().any(|other| other.lists(base));
        let free = bases.iter().filter(|base| !is_listed(base));
        free.for_each(|base| top.list(base));
    }
    if forest.dice.chance(50) {
        forest.list_resources(&mut top, 1, 3);
    }
    for _ in 0..forest.dice.below(3) {
        forest.component(&mut top);
    }
    forest.finish(&mut top, 5);
    forest.files
}

impl Forest {
    pub(crate) fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// Writes a file and returns its name in the directory.
    pub(crate) fn write(&mut self, site: &Site, stem: &str, value: &Value) -> String {
        let text = print::document(&mut self.dice, value);
        self.write_text(site, &format!("{stem}-{}.yaml", self.count), text)
    }

    pub(crate) fn write_text(
        &mut self,
        site: &Site,
        name: &str,
        text: impl Into<Vec<u8>>,
    ) -> String {
        self.count += 1;
        let text = text.into();
        self.files.insert(format!("{}/{name}", site.path), text);
        name.to_owned()
    }

    pub(crate) fn text(&mut self, value: &Value) -> String {
        print::document(&mut self.dice, value)
    }

    /// A component that sees what a site has, and adds to it.
    fn component(&mut self, site: &mut Site) {
        let mut part = Site::new(format!("part{}", self.next()), true);
        part.is_component = true;
        part.items.clone_from(&site.items);
        if self.dice.chance(30) {
            self.list_resources(&mut part, 1, 2);
        }
        if self.dice.chance(10) {
            self.component(&mut part);
        }
        self.finish(&mut part, 2);
        site.items
            .append(&mut part.items.split_off(site.items.len()));
        site.append("components", json!(format!("../{}", part.path)));
    }

    /// Documents as one text, with what people put between them.
    fn documents(&mut self, values: &[Value]) -> String {
        let texts: Vec<_> = values.iter().map(|value| self.text(value)).collect();
        let mut text = texts.join("---\n");
        match self.dice.below(40) {
            0..=2 => text.insert_str(0, "---\n"),
            3 => text.insert_str(0, "# first\n---\n"),
            4 => text.push_str("---\n# end\n"),
            5 => text.push_str("---\n---\n"),
            6 => text = text.replace('\n', "\r\n"),
            7 => text.truncate(text.trim_end().len()),
            8 => text.insert(0, '\u{FEFF}'),
            9 => text.push_str("...\n"),
            10 => text.insert_str(0, "--- # one\n"),
            _ => {}
        }
        text
    }

    /// A file with some resources, as documents, a list or JSON.
    fn list_resources(&mut self, site: &mut Site, least: usize, most: usize) {
        for _ in 0..self.dice.between(least, most) {
            let count = *self.dice.pick(&[1, 1, 2, 3]);
            let mut values = Vec::new();
            for _ in 0..count {
                let number = self.next();
                let item = resource(&mut self.dice, number, site.is_base);
                values.push(item.value.clone());
                site.items.push(item);
            }
            let name = format!("r{}", self.next());
            let name = match self.dice.below(20) {
                0 => {
                    let kind = values[0]["kind"].as_str().unwrap_or_default();
                    let kind = match self.dice.chance(50) {
                        true => format!("{kind}List"),
                        false => "List".to_owned(),
                    };
                    let list = json!({"apiVersion": "v1", "kind": kind, "items": values});
                    let text = self.text(&list);
                    self.write_text(site, &format!("{name}.yaml"), text)
                }
                1 => {
                    let documents = values.iter().map(|value| format!("{}\n", unquoted(value)));
                    let text: Vec<_> = documents.collect();
                    self.write_text(site, &format!("{name}.json"), text.join("---\n"))
                }
                _ => {
                    let text = self.documents(&values);
                    self.write_text(site, &format!("{name}.yaml"), text)
                }
            };
            site.append("resources", json!(name));
        }
    }

    /// Gives the kustomization up to so many features, and writes it.
    fn finish(&mut self, site: &mut Site, most: usize) {
        let count = self.dice.between(0, most);
        for _ in 0..count {
            fields::add(self, site);
        }
        if self.dice.chance(5) {
            let field = self
                .dice
                .word(&["patches", "images", "transformers", "vars"]);
            site.body.entry(field).or_insert_with(|| json!([]));
        }
        if site.body.is_empty() {
            let word = words::word(&mut self.dice);
            site.set("commonAnnotations", json!({"made": word}));
        }
        fields::type_meta(&mut self.dice, site);
        let text = self.text(&Value::Object(site.body.clone()));
        let name = match self.dice.below(20) {
            0 => "kustomization.yml",
            1 => "Kustomization",
            _ => "kustomization.yaml",
        };
        self.write_text(site, name, text);
    }
}

impl Site {
    fn new(path: String, is_base: bool) -> Self {
        Self {
            path,
            is_component: false,
            is_base,
            items: Vec::new(),
            body: Map::new(),
        }
    }

    pub(crate) fn set(&mut self, field: &str, value: Value) {
        self.body.insert(field.to_owned(), value);
    }

    /// Adds an entry to a list.
    pub(crate) fn append(&mut self, field: &str, value: Value) {
        let list = self.body.entry(field).or_insert_with(|| json!([]));
        list.as_array_mut().unwrap().push(value);
    }

    fn lists(&self, other: &Self) -> bool {
        let path = format!("../{}", other.path);
        let entries = [self.body.get("resources"), self.body.get("bases")];
        let mut entries = entries
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten();
        entries.any(|entry| *entry == json!(path))
    }

    fn list(&mut self, other: &Self) {
        self.append("resources", json!(format!("../{}", other.path)));
        self.items.extend(other.items.iter().cloned());
    }
}

/// JSON knows no YAML source: every text means itself there.
pub(crate) fn unquoted(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(super::resources::bare(text)),
        Value::Array(list) => list.iter().map(unquoted).collect(),
        Value::Object(map) => {
            let entries = map
                .iter()
                .map(|(key, value)| (key.clone(), unquoted(value)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}
