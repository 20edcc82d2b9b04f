//! A decrypted file for readers of plain files, with the way back to the encrypted one.

use super::format::Format;
use super::{Decryptor, Plain};
use crate::error::Result;
use crate::limits::Limits;
use crate::source::{Content, Source, SourceId};
use crate::warning::Warning;
use crate::yaml::{self, Entry, Node, ReadOptions, Value};

/// What stands in an encrypted file: the text that `sops decrypt` prints. Both are wiped when
/// nobody holds them any longer.
pub(crate) struct Unsealed {
    plain: Plain,
    content: Content,
}

impl Unsealed {
    /// Decrypts a file, in its own format.
    ///
    /// # Errors
    /// Those of [`Decryptor::decrypt`] and [`Plain::to_bytes`].
    pub(crate) fn open(decryptor: &Decryptor<'_>, content: &[u8], format: Format) -> Result<Self> {
        let plain = decryptor.decrypt(content, format)?;
        let content = Content::secret(plain.to_bytes(format)?.into_vec());
        Ok(Self { plain, content })
    }

    /// The plaintext.
    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    pub(crate) fn warnings(&self) -> &[Warning] {
        self.plain.warnings()
    }

    /// The plaintext as a text in which every place is one of the encrypted file.
    ///
    /// # Errors
    /// Those of [`Source::new`].
    pub(crate) fn source(&self, id: SourceId, limits: &Limits) -> Result<Source> {
        let encrypted = self.plain.source();
        let make = |places| Source::decrypted(id, encrypted, places, self.content.clone());
        if self.plain.format() == Format::Binary {
            return make(vec![(0, self.plain.start())]);
        }
        let mut places = vec![(0, 0)];
        let options = ReadOptions {
            limits: *limits,
            ..ReadOptions::default()
        };
        // What cannot be read is at the start of the file.
        let mut read = yaml::read_stream(&make(places.clone())?, &options).unwrap_or_default();
        let mut written = self.plain.to_nodes();
        for (read, written) in read.iter().zip(&written) {
            pair(&read.node, written, &mut places);
        }
        read.iter_mut().for_each(|read| read.node.wipe());
        written.iter_mut().for_each(Node::wipe);
        places.sort_unstable();
        make(places)
    }
}

/// Notes where the nodes of a plaintext stand in the encrypted text, as far as both have the same
/// shape.
fn pair(read: &Node, written: &Node, places: &mut Vec<(u32, u32)>) {
    places.push((read.mark().offset, written.mark().offset));
    match (read.value(), written.value()) {
        (Value::Sequence(read), Value::Sequence(written)) => {
            let items = read.iter().zip(written.iter());
            items.for_each(|(read, written)| pair(read, written, places));
        }
        (Value::Mapping(read), Value::Mapping(written)) => {
            for (read, written) in read.iter().zip(written.iter()) {
                pair_entry(read, written, places);
            }
        }
        _ => {}
    }
}

fn pair_entry(read: &Entry, written: &Entry, places: &mut Vec<(u32, u32)>) {
    if read.key.text() == written.key.text() {
        pair(&read.key, &written.key, places);
        pair(&read.value, &written.value, places);
    }
}
