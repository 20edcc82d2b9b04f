//! Files of resources, read some at a time.
//!
//! Each step goes over all of them before the next begins: what opens a file, what reads its text and
//! what makes resources of it is more code than a processor keeps at hand, and in turns each would
//! push out the others.

use super::memory::{self, Memory, Stamp};
use super::place::Place;
use super::sealed;
use super::session::Session;
use crate::error::{Error, Result};
use crate::resource::{Resource, read_documents, resources_of};
use crate::schema::Schema;
use crate::source::Source;
use crate::tree::{Found, TreePath};
use crate::warning::Warning;
use crate::yaml::Node;

/// A file that waits to be read.
pub(super) struct File<'p> {
    /// As a kustomization names it.
    pub(super) written: &'p str,
    /// What [`find`](crate::tree::find) finds, if that is known.
    pub(super) found: Option<Found>,
}

/// A file on its way.
enum Step {
    /// It was read before.
    Known(Vec<Resource>, Vec<Warning>),
    Opened(Opened),
    Read(Opened, Vec<Node>),
}

/// A text, and what to remember of its file.
struct Opened {
    path: TreePath,
    source: Source,
    /// Missing if nothing is remembered.
    stamp: Option<Stamp>,
    is_secret: bool,
    warnings: Vec<Warning>,
    /// What there is to say of a file that is encrypted still.
    closed: Option<Warning>,
}

impl Session<'_> {
    /// The resources of files that are no URLs, in order; up to the first that cannot be read.
    pub(super) fn resources<'p>(
        &mut self,
        place: &Place,
        files: impl IntoIterator<Item = File<'p>>,
        schema: &Schema,
    ) -> Vec<Result<Vec<Resource>>> {
        let limits = self.options.limits;
        let mut failed = None;
        let steps = until(files, &mut failed, |file| self.open(place, file, schema));
        let steps = until(steps, &mut failed, |step| match step {
            Step::Opened(opened) => {
                let documents = read_documents(&mut self.room, &opened.source, &limits)?;
                Ok(Step::Read(opened, documents))
            }
            step => Ok(step),
        });
        let read = until(steps, &mut failed, |step| match step {
            Step::Read(opened, documents) => {
                let resources = resources_of(documents, &opened.source, &limits, schema)?;
                self.close(place, opened, &resources, schema);
                Ok(resources)
            }
            Step::Known(resources, warnings) => {
                self.warnings.extend(warnings);
                Ok(resources)
            }
            Step::Opened(_) => Ok(Vec::new()),
        });
        let read = read.into_iter().map(Ok);
        read.chain(failed.map(Err)).collect()
    }

    /// Reads the text of a file, unless its resources are known.
    fn open(&mut self, place: &Place, file: File<'_>, schema: &Schema) -> Result<Step> {
        let found = self.file(place, file.written, file.found)?;
        let memory = self.memory.as_mut().filter(|_| is_kept(place, schema));
        if let Some(file) = memory.and_then(|memory| memory.file(place, &found)) {
            self.inputs.push(place.show(&found.path));
            self.sources.insert(file.source.clone());
            self.notes.read(&file.source, &self.options.limits);
            self.decrypted |= file.is_secret;
            // Reading it would have asked for the scopes of its types.
            for resource in &file.resources {
                schema.is_cluster_scoped(resource.api_version(), resource.gvk().kind());
            }
            return Ok(Step::Known(file.resources.clone(), file.warnings.clone()));
        }
        let path = found.path.clone();
        let (name, content) = self.read(place, found)?;
        let stamp = self.memory.as_ref().and_then(Memory::last_stamp);
        let known = self.warnings.len();
        let loaded = self.unseal(name, "", content)?;
        let warnings = self.warnings.split_off(known);
        let (is_secret, closed) = (loaded.is_secret(), loaded.warning());
        Ok(Step::Opened(Opened {
            path,
            source: self.text(loaded)?,
            stamp,
            is_secret,
            warnings,
            closed,
        }))
    }

    /// Says what there is to say of a file, and remembers its resources.
    fn close(&mut self, place: &Place, file: Opened, resources: &[Resource], schema: &Schema) {
        let mut warnings = file.warnings;
        if let Some(closed) = file.closed {
            warnings.extend(sealed::warnings_of(closed, resources));
        }
        let memory = self.memory.as_ref().filter(|_| is_kept(place, schema));
        if let (Some(memory), Some(stamp)) = (memory, file.stamp) {
            let known = memory::File {
                stamp,
                source: file.source,
                resources: resources.to_vec(),
                warnings: warnings.clone(),
            };
            memory.add_file(place, &file.path, known, file.is_secret);
        }
        self.warnings.extend(warnings);
    }
}

/// Whether what a file of resources holds is remembered.
fn is_kept(place: &Place, schema: &Schema) -> bool {
    !schema.is_chosen() && place.is_local()
}

/// What `step` makes of each, up to the first with which it fails: no later one counts then.
fn until<T, U>(
    all: impl IntoIterator<Item = T>,
    failed: &mut Option<Error>,
    mut step: impl FnMut(T) -> Result<U>,
) -> Vec<U> {
    let all = all.into_iter();
    let mut done = Vec::with_capacity(all.size_hint().0);
    for one in all {
        match step(one) {
            Ok(one) => done.push(one),
            Err(error) => {
                *failed = Some(error);
                break;
            }
        }
    }
    done
}
