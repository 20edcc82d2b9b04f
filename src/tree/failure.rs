//! The errors that every tree gives, in the same words.

use super::path::quoted;
use crate::error::{Error, ErrorKind};

/// Every function takes the path as [`FileTree::show`](super::FileTree::show) shows it.
pub(super) fn not_found(shown: &str) -> Error {
    let message = format!("there is no {}", quoted(shown));
    Error::new(ErrorKind::NotFound, message)
}

pub(super) fn not_a_file(shown: &str) -> Error {
    let message = format!(
        "{} is a directory where a file is needed; name a file in it",
        quoted(shown)
    );
    Error::new(ErrorKind::NotAFile, message)
}

pub(super) fn not_a_directory(shown: &str) -> Error {
    let message = format!(
        "{} is a file where a directory is needed; name the directory that holds it",
        quoted(shown)
    );
    Error::new(ErrorKind::NotADirectory, message)
}

/// Links too: they are for [`resolve`](super::resolve) to follow before.
pub(super) fn not_regular(shown: &str) -> Error {
    let message = format!(
        "{} is a link, a device, a pipe or a socket, which is never opened; put its content in a file",
        quoted(shown)
    );
    Error::new(ErrorKind::NotAFile, message)
}

pub(super) fn too_large(shown: &str, limit: usize) -> Error {
    let message = format!(
        "{} is larger than {limit} bytes, the limit for one file; raise it if that is meant",
        quoted(shown)
    );
    Error::new(ErrorKind::Limit, message)
}
