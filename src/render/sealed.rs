//! Files on their way into a render: those that SOPS encrypted are decrypted here, and nowhere
//! else, or pass through with a warning.

use super::session::Session;
use crate::error::{Error, Result};
use crate::resource::Resource;
use crate::source::{Content, Mark, Source};
use crate::warning::{Warning, WarningKind};

#[cfg(feature = "sops")]
use {
    super::options::Encrypted,
    crate::error::ErrorKind,
    crate::sops::{Decryptor, Format, Keyring, Unsealed},
    crate::source::Location,
};

/// A file that was read.
pub(super) struct Loaded {
    name: String,
    content: Content,
    #[cfg(feature = "sops")]
    seal: Seal,
}

#[cfg(feature = "sops")]
enum Seal {
    /// There never was one.
    None,
    /// It was encrypted, and this is what it holds.
    Opened(Box<Unsealed>),
    /// It is encrypted still.
    Closed,
}

impl Loaded {
    /// What the file holds; decrypted if it was.
    pub(super) fn content(&self) -> &Content {
        &self.content
    }

    /// The mark of a value that an entry makes of the file.
    pub(super) fn mark(&self, entry: Mark) -> Mark {
        match self.is_secret() {
            true => entry.secret(),
            false => entry,
        }
    }
}

#[cfg(not(feature = "sops"))]
impl Session<'_> {
    pub(super) fn unseal(&mut self, name: String, _key: &str, content: Content) -> Result<Loaded> {
        Ok(Loaded { name, content })
    }

    /// The file as a text.
    pub(super) fn text(&mut self, loaded: Loaded) -> Result<Source> {
        self.source(&loaded.name, loaded.content)
    }
}

#[cfg(not(feature = "sops"))]
impl Loaded {
    pub(super) fn is_secret(&self) -> bool {
        false
    }

    pub(super) fn warning(&self) -> Option<Warning> {
        None
    }
}

#[cfg(feature = "sops")]
impl Session<'_> {
    /// Decrypts a file if it is encrypted and there are keys. Its name or its key tells its format.
    ///
    /// # Errors
    /// What is wrong with an encrypted file, in that file; [`ErrorKind::Encrypted`] if there are no
    /// keys and such files are refused.
    pub(super) fn unseal(&mut self, name: String, key: &str, content: Content) -> Result<Loaded> {
        let Some(format) = Format::of_encrypted(&[&name, key], content.as_bytes()) else {
            return Ok(Loaded {
                name,
                content,
                seal: Seal::None,
            });
        };
        let at_start = |error: Error| error.located(start(&name));
        if let Some(stock) = &mut self.stock {
            let none = Keyring::new();
            let decryptor = Decryptor::new(&none)
                .named(&*name)
                .limits(self.options.limits);
            let metadata = decryptor.inspect(content.as_bytes(), format);
            stock.add(&name, metadata.map_err(at_start)?);
        }
        let Some(keyring) = &self.options.decrypt else {
            if self.options.encrypted == Encrypted::Refuse {
                let message = "the file is encrypted: give `Options::decrypt` the keys to it";
                return Err(at_start(Error::new(ErrorKind::Encrypted, message)));
            }
            return Ok(Loaded {
                name,
                content,
                seal: Seal::Closed,
            });
        };
        let decryptor = Decryptor::new(keyring)
            .named(&*name)
            .limits(self.options.limits);
        let unsealed = Unsealed::open(&decryptor, content.as_bytes(), format).map_err(at_start)?;
        self.warnings.extend_from_slice(unsealed.warnings());
        self.note_decrypted();
        Ok(Loaded {
            name,
            content: unsealed.content().clone(),
            seal: Seal::Opened(Box::new(unsealed)),
        })
    }

    /// The file as a text, with places in the encrypted file if it was one.
    pub(super) fn text(&mut self, loaded: Loaded) -> Result<Source> {
        let Seal::Opened(unsealed) = &loaded.seal else {
            return self.source(&loaded.name, loaded.content);
        };
        let id = self.number()?.secret();
        let source = unsealed.source(id, &self.options.limits)?;
        self.add_source(&source);
        Ok(source)
    }
}

impl Session<'_> {
    /// Gives an error its place, and says where it lies in a file that is encrypted still, which may
    /// be all that is wrong with it. It is for the end of a render: what it says, it says once.
    pub(super) fn explain_all(&self, error: Error) -> Error {
        let error = self.explain(error);
        #[cfg(feature = "sops")]
        if let Some(place) = error.location().filter(|_| self.options.decrypt.is_none())
            && error.kind() != ErrorKind::Encrypted
        {
            let name = &*place.file;
            let is_closed =
                |source: &Source| Format::of_encrypted(&[name], source.bytes()).is_some();
            if self.sources_named(name).any(is_closed) {
                return error
                    .and("; the file is encrypted: give `Options::decrypt` the keys to it");
            }
        }
        error
    }
}

#[cfg(feature = "sops")]
impl Loaded {
    /// Whether it was decrypted.
    pub(super) fn is_secret(&self) -> bool {
        matches!(self.seal, Seal::Opened(_))
    }

    /// What there is to say of a file that is encrypted still.
    pub(super) fn warning(&self) -> Option<Warning> {
        let Seal::Closed = self.seal else {
            return None;
        };
        let message = "the file is encrypted and is taken as it is: give `Options::decrypt` the \
                       keys to it";
        let warning = Warning::new(WarningKind::Encrypted, Mark::default(), message);
        Some(warning.located(start(&self.name)))
    }
}

/// What there is to say of the resources of a file that is encrypted still: of each that has the
/// metadata of SOPS, and of the file if that went missing, as it does with the rest of a List.
pub(super) fn warnings_of(file: Warning, resources: &[Resource]) -> Vec<Warning> {
    let is_encrypted = |resource: &&Resource| resource.get("/sops").is_some();
    let warn = |resource: &Resource| {
        let message = format!(
            "{} is encrypted and passes through as it is: give `Options::decrypt` the keys to it",
            resource.id()
        );
        Warning::new(WarningKind::Encrypted, resource.node().mark(), message)
    };
    let warnings: Vec<_> = resources.iter().filter(is_encrypted).map(warn).collect();
    match warnings.is_empty() {
        true => vec![file],
        false => warnings,
    }
}

/// Where what is wrong with a whole file is.
#[cfg(feature = "sops")]
fn start(name: &str) -> Location {
    Location {
        file: name.into(),
        line: 1,
        column: 1,
    }
}
