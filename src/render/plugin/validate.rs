//! The field `validators`: transformers that must not change anything.

use crate::error::{Error, ErrorKind, Result};
use crate::render::session::Session;
use crate::render::target::{Accumulator, Target, Targets};
use crate::render::transformer::Transformer;
use crate::resource::{self, ResourceSet};
use crate::source::Mark;
use crate::yaml::{self, Entry, Node, Tag, Value};

/// The label by which a resource says that it was looked at.
const VALIDATED_BY: &str = "validated-by";

impl Targets<'_, '_> {
    /// Runs the validators of a kustomization on its resources (`runValidators` in the reference).
    /// The label `validated-by` is the one thing that they may leave behind.
    ///
    /// # Errors
    /// What the validators return; [`ErrorKind::Validator`] if one changes something.
    pub(in crate::render) fn validate(
        &mut self,
        target: &Target,
        all: &mut Accumulator,
    ) -> Result<()> {
        let validators = self.transformers_of(target, &target.kustomization.validators)?;
        for (validator, mark) in validators {
            let before = all.set.clone();
            validator.run(self.session, all)?;
            let set = &all.set;
            let session = &*self.session;
            let same_place = |old: &Node, new: &Node| has_same_place(old, new, session);
            match validator.transformers[..] {
                // The reference compares nodes here too, but what was printed and read again is
                // seldom the same to it.
                [Transformer::Function(_)] => compare(&before, set, mark, &same_text)?,
                // These put new texts into scalars that stay where they are.
                [Transformer::Replacements(_)] => {
                    let kept =
                        |old: &Node, new: &Node| old.as_scalar().is_some() || same_place(old, new);
                    compare(&before, set, mark, &|old, new| is_same(old, new, &kept))?;
                }
                _ => compare(&before, set, mark, &|old, new| {
                    is_same(old, new, &same_place)
                })?,
            }
        }
        Ok(())
    }
}

fn compare(
    before: &ResourceSet,
    after: &ResourceSet,
    mark: Mark,
    is_same: &dyn Fn(&Node, &Node) -> bool,
) -> Result<()> {
    let refuse = |what: &str| {
        let message = format!("a validator must not change resources; this one {what}");
        Err(Error::marked(ErrorKind::Validator, mark, message))
    };
    if before.len() != after.len() {
        return refuse("adds or removes some");
    }
    for old in before.iter() {
        let Some(at) = after.with_current_id(old.id()) else {
            return refuse(&format!("removes or renames {}", old.id()));
        };
        let new = after.get(at);
        let mut looked_at = new.node_in_order();
        resource::remove_label(&mut looked_at, VALIDATED_BY, mark);
        if !is_same(&old.node_in_order(), &looked_at) {
            return refuse(&format!("changes {}", old.id()));
        }
    }
    Ok(())
}

/// Whether two nodes are printed alike.
fn same_text(old: &Node, new: &Node) -> bool {
    let print = |node| {
        let mut text = Vec::new();
        yaml::write(node, &mut text).map(|()| text).ok()
    };
    print(old) == print(new)
}

/// Whether two nodes have one place to the reference, where what transformers write has none,
/// whoever asked for it. A scalar without a tag was written so: what is read has one.
fn has_same_place(old: &Node, new: &Node, session: &Session<'_>) -> bool {
    let is_written = |node: &Node| {
        let tag = node.as_scalar().map(|scalar| scalar.tag());
        tag == Some(Tag::None) || session.is_settings(node.mark().source)
    };
    old.mark() == new.mark() || is_written(old) && is_written(new)
}

/// Compares as the reference does: with tags, styles and places, so that a value which was written
/// anew is another one even if it reads the same.
fn is_same(old: &Node, new: &Node, same_place: &dyn Fn(&Node, &Node) -> bool) -> bool {
    let is_same = |old: &Node, new: &Node| is_same(old, new, same_place);
    same_place(old, new)
        && match (old.value(), new.value()) {
            (Value::Scalar(old), Value::Scalar(new)) => {
                old.text() == new.text() && old.tag() == new.tag() && old.style() == new.style()
            }
            (Value::Sequence(old), Value::Sequence(new)) => {
                let mut pairs = old.iter().zip(new);
                old.len() == new.len() && pairs.all(|(old, new)| is_same(old, new))
            }
            (Value::Mapping(old), Value::Mapping(new)) => {
                let mut pairs = old.iter().zip(new);
                let is_same_entry = |(old, new): (&Entry, &Entry)| {
                    is_same(&old.key, &new.key) && is_same(&old.value, &new.value)
                };
                old.len() == new.len() && pairs.all(is_same_entry)
            }
            _ => false,
        }
}
