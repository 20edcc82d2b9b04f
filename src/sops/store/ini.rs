//! Reading INI as gopkg.in/ini.v1 does for sops (`stores/ini/store.go`): sections of texts, the
//! section `DEFAULT` first, one comment a section and a key.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::sops::comment;
use crate::sops::metadata::unflatten;
#[cfg(feature = "encrypt")]
use crate::sops::tree::already_encrypted;
use crate::sops::tree::{KEY, Tree, not_encrypted};
use crate::source::{Mark, Source};
use crate::yaml::{Entry, Mapping, Node};

/// The section of what stands before all sections.
pub(super) const DEFAULT: &str = "DEFAULT";

/// Reads the sections of a text.
///
/// # Errors
/// [`ErrorKind::Syntax`] and [`ErrorKind::Encoding`] for what is no INI; those of the metadata.
pub(super) fn read(source: &Source) -> Result<Tree> {
    let sections = sections(source)?;
    let is_metadata = |section: &&Section| section.name == KEY;
    let metadata = sections.iter().find(is_metadata);
    let metadata = metadata.ok_or_else(|| not_encrypted(source))?;
    let names = metadata.keys.iter();
    let names = names.map(|key| (key.name.as_str(), key.value.as_bytes(), key.mark));
    let metadata = unflatten(names)?;
    let sections = sections.into_iter();
    let sections = sections.filter(|section| section.name != KEY);
    let entries: Vec<Entry> = sections.map(Section::into_entry).collect();
    let document = Node::new(Mapping::from(entries), Mark::default());
    Tree::new(source, vec![document], Some(&metadata))
}

/// Reads a text that is to be encrypted.
///
/// # Errors
/// Those of [`read`] but for the metadata's; [`ErrorKind::SopsMetadata`] if there is any.
#[cfg(feature = "encrypt")]
pub(super) fn read_plain(source: &Source) -> Result<Vec<Node>> {
    let sections = sections(source)?;
    if let Some(section) = sections.iter().find(|section| section.name == KEY) {
        return Err(already_encrypted(section.mark));
    }
    let entries: Vec<Entry> = sections.into_iter().map(Section::into_entry).collect();
    Ok(vec![Node::new(Mapping::from(entries), Mark::default())])
}

fn sections(source: &Source) -> Result<Vec<Section>> {
    let text = std::str::from_utf8(source.bytes()).map_err(|error| {
        let message = "the text is not UTF-8: save the file as UTF-8";
        Error::at(ErrorKind::Encoding, source, error.valid_up_to(), message)
    })?;
    let mut reader = Reader {
        source,
        text,
        at: 0,
        comment: String::new(),
        count: 1,
        sections: vec![Section::new(DEFAULT, source.mark(0))],
    };
    reader.at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    reader.read()?;
    Ok(reader.sections)
}

struct Section {
    name: String,
    mark: Mark,
    comment: String,
    keys: Vec<Key>,
    /// Where a key stands in `keys`.
    places: HashMap<String, usize>,
}

struct Key {
    name: String,
    mark: Mark,
    value: String,
    comment: String,
}

impl Section {
    fn new(name: &str, mark: Mark) -> Self {
        Self {
            name: name.to_owned(),
            mark,
            comment: String::new(),
            keys: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Adds a key, or gives a known one a new value and comment.
    fn set(&mut self, key: Key) {
        match self.places.get(&key.name) {
            Some(at) => self.keys[*at] = key,
            None => {
                self.places.insert(key.name.clone(), self.keys.len());
                self.keys.push(key);
            }
        }
    }

    fn into_entry(self) -> Entry {
        let mut entries = Vec::with_capacity(self.keys.len() + 1);
        if !self.comment.is_empty() {
            entries.push(comment::entry(
                stripped(&self.comment).as_bytes(),
                self.mark,
            ));
        }
        for key in self.keys {
            let mut name = Node::string(key.name);
            name.set_mark(key.mark);
            let mut value = Node::string(key.value);
            value.set_mark(key.mark);
            entries.push(Entry { key: name, value });
            if !key.comment.is_empty() {
                entries.push(comment::entry(stripped(&key.comment).as_bytes(), key.mark));
            }
        }
        let mut name = Node::string(self.name);
        name.set_mark(self.mark);
        Entry {
            key: name,
            value: Node::new(Mapping::from(entries), self.mark),
        }
    }
}

/// A comment without what begins it.
fn stripped(comment: &str) -> &str {
    match comment.as_bytes().first() {
        Some(b';') => comment.trim_start_matches([';', ' ']),
        Some(b'#') => comment.trim_start_matches(['#', ' ']),
        _ => comment,
    }
}

struct Reader<'s> {
    source: &'s Source,
    text: &'s str,
    at: usize,
    /// What comments say that no section and no key has taken.
    comment: String,
    /// The number of the next key that is written as `-`.
    count: usize,
    sections: Vec<Section>,
}

impl<'s> Reader<'s> {
    #[cold]
    fn error(&self, at: usize, message: &str) -> Error {
        Error::at(ErrorKind::Syntax, self.source, at, message)
    }

    /// The next line with its end; `None` behind the last.
    fn line(&mut self) -> Option<&'s str> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        self.at += length;
        Some(&rest[..length])
    }

    fn read(&mut self) -> Result<()> {
        while let Some(line) = self.line() {
            let line = line.trim_start();
            let start = self.at - line.len();
            match line.as_bytes().first() {
                None => {}
                Some(b'#' | b';') => self.comment.push_str(line),
                Some(b'[') => self.section(line, start)?,
                Some(_) => self.key(line, start)?,
            }
        }
        Ok(())
    }

    fn take_comment(&mut self) -> String {
        let comment = self.comment.trim().to_owned();
        self.comment.clear();
        comment
    }

    fn section(&mut self, line: &str, start: usize) -> Result<()> {
        let Some(end) = line.rfind(']') else {
            return Err(self.error(start, "a section is not closed by `]`"));
        };
        let name = &line[1..end];
        if name.is_empty() {
            return Err(self.error(start, "a section has no name"));
        }
        if let Some(comment) = line[end + 1..].find(['#', ';']) {
            self.comment.push_str(&line[end + 1 + comment..]);
        }
        let mut section = Section::new(name, self.source.mark(start));
        section.comment = self.take_comment();
        self.sections.push(section);
        self.count = 1;
        Ok(())
    }

    fn key(&mut self, line: &'s str, start: usize) -> Result<()> {
        let (name, rest) = self.key_name(line, start)?;
        let mut name = name.to_owned();
        if name == "-" {
            name = format!("#{}", self.count);
            self.count += 1;
        }
        let value = self.value(rest, start)?;
        if name.is_empty() {
            return Err(self.error(start, "a key has no name"));
        }
        let key = Key {
            name,
            mark: self.source.mark(start),
            value,
            comment: self.take_comment(),
        };
        if let Some(section) = self.sections.last_mut() {
            section.set(key);
        }
        Ok(())
    }

    /// The name before `=` or `:`, in quotes or not, and what stands behind that.
    fn key_name(&self, line: &'s str, start: usize) -> Result<(&'s str, &'s str)> {
        let quote = match line.as_bytes() {
            [b'"', b'"', b'"', _, _, _, _, ..] => "\"\"\"",
            [b'"', ..] => "\"",
            [b'`', ..] => "`",
            _ => "",
        };
        let no_value = || {
            self.error(
                start,
                "a line must be `key = value`, a section or a comment",
            )
        };
        if quote.is_empty() {
            return match line.find(['=', ':']) {
                None => Err(no_value()),
                Some(0) => Err(self.error(start, "a key has no name")),
                Some(end) => Ok((line[..end].trim(), &line[end + 1..])),
            };
        }
        let inside = &line[quote.len()..];
        let Some(end) = inside.find(quote) else {
            return Err(self.error(start, "the quotes around a key are not closed"));
        };
        // ini.v1 looks for the delimiter as far behind the closing quote as the key began.
        let behind = inside.get(end + quote.len()..).unwrap_or_default();
        let delimiter = behind.find(['=', ':']).ok_or_else(no_value)?;
        Ok((inside[..end].trim(), &behind[delimiter + 1..]))
    }

    fn value(&mut self, text: &'s str, start: usize) -> Result<String> {
        let line = text.trim_start();
        let quote = match line.as_bytes() {
            [] => return Ok(String::new()),
            [b'"', b'"', b'"', _, ..] => "\"\"\"",
            [b'`', ..] => "`",
            _ => "",
        };
        if !quote.is_empty() {
            let inside = &line[quote.len()..];
            return match inside.rfind(quote) {
                Some(end) => Ok(inside[..end].to_owned()),
                None => self.lines_to(quote, inside, start),
            };
        }
        let mut line = line.trim();
        if let Some(first) = line.strip_suffix('\\') {
            return Ok(self.continued(first));
        }
        if let Some(at) = line.find(['#', ';']) {
            self.comment.push_str(&line[at..]);
            line = line[..at].trim();
        }
        Ok(unquoted(line).to_owned())
    }

    /// A value whose closing quotes stand on another line.
    fn lines_to(&mut self, quote: &str, first: &str, start: usize) -> Result<String> {
        let mut value = first.to_owned();
        while let Some(line) = self.line() {
            let Some(end) = line.rfind(quote) else {
                value.push_str(line);
                continue;
            };
            value.push_str(&line[..end]);
            if let Some(comment) = line[end..].find(['#', ';']) {
                self.comment.push_str(line[end + comment..].trim());
            }
            return Ok(value);
        }
        Err(self.error(start, "the quotes around a value are not closed"))
    }

    /// A value that goes on below as long as lines end in a backslash.
    fn continued(&mut self, first: &str) -> String {
        let mut value = first.to_owned();
        while let Some(line) = self.line() {
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            value.push_str(line);
            if !value.ends_with('\\') {
                break;
            }
            value.pop();
        }
        value
    }
}

/// A value without the quotes around it, if there are no others of their kind in it.
fn unquoted(line: &str) -> &str {
    for quote in ['\'', '"'] {
        let inside = line
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inside) = inside.filter(|inside| !inside.contains(quote)) {
            return inside;
        }
    }
    line
}
