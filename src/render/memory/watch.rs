//! A tree that takes down what it was asked.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::source::Content;
use crate::tree::{FileTree, Kind, TreePath};

/// A question about a tree, with its answer. What a file holds is asked elsewhere.
#[derive(Clone)]
pub(super) enum Question {
    Kind(TreePath, Option<Kind>),
    Link(TreePath, String),
    /// There was no answer, and there may be one some time.
    Unanswered,
}

impl Question {
    /// Whether a tree gives the same answer.
    pub(super) fn has_same_answer(&self, tree: &dyn FileTree) -> bool {
        match self {
            Self::Kind(path, kind) => tree.kind(path).is_ok_and(|found| found == *kind),
            Self::Link(path, target) => tree.link(path).is_ok_and(|found| found == *target),
            Self::Unanswered => false,
        }
    }
}

/// Questions in the order in which they were asked.
#[derive(Clone, Default)]
pub(super) struct Questions(Arc<Mutex<Vec<Question>>>);

impl Questions {
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Takes those after the first `start` away.
    pub(super) fn take_since(&self, start: usize) -> Vec<Question> {
        let mut questions = self.lock();
        let start = start.min(questions.len());
        questions.split_off(start)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Question>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct Watched {
    pub(super) tree: Arc<dyn FileTree>,
    pub(super) questions: Questions,
}

impl Watched {
    /// Takes down what was said to be at a path; nothing if that could not be told.
    fn note(&self, path: &TreePath, kind: Option<Option<Kind>>) {
        self.questions.lock().push(match kind {
            Some(kind) => Question::Kind(path.clone(), kind),
            None => Question::Unanswered,
        });
    }
}

impl FileTree for Watched {
    fn kind(&self, path: &TreePath) -> Result<Option<Kind>> {
        let kind = self.tree.kind(path);
        self.note(path, kind.as_ref().ok().copied());
        kind
    }

    fn look(&self, path: &TreePath, limit: usize) -> Result<Option<(Kind, Option<Content>)>> {
        let looked = self.tree.look(path, limit);
        let kind = looked.as_ref().ok();
        self.note(
            path,
            kind.map(|found| found.as_ref().map(|(kind, _)| *kind)),
        );
        looked
    }

    fn read(&self, path: &TreePath, limit: usize) -> Result<Content> {
        self.tree.read(path, limit)
    }

    fn list(&self, dir: &TreePath) -> Result<Vec<(String, Kind)>> {
        self.tree.list(dir)
    }

    fn link(&self, path: &TreePath) -> Result<String> {
        let target = self.tree.link(path);
        self.questions.lock().push(match &target {
            Ok(target) => Question::Link(path.clone(), target.clone()),
            Err(_) => Question::Unanswered,
        });
        target
    }

    fn digest(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        self.tree.digest(path)
    }

    fn mount(&self) -> Option<&Path> {
        self.tree.mount()
    }

    fn show(&self, path: &TreePath) -> String {
        self.tree.show(path)
    }
}
