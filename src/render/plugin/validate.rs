//! The field `validators`: transformers that must not change anything.

use crate::error::{Error, ErrorKind, Result};
use crate::render::session::Session;
use crate::render::target::{Target, Targets};
use crate::render::transformer::Transformer;
use crate::resource::ResourceSet;
use crate::source::Mark;
use crate::yaml::{self, Node, Value};

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
        set: &mut ResourceSet,
    ) -> Result<()> {
        let validators = self.transformers_of(target, &target.kustomization.validators)?;
        for (validator, mark) in validators {
            let before = set.clone();
            validator.run(self.session, set)?;
            match validator.transformers[..] {
                // The reference compares nodes here too, but what was printed and read again is
                // seldom the same to it.
                [Transformer::Function(_)] => compare(&before, set, mark, &same_text)?,
                _ => {
                    let session = &*self.session;
                    compare(&before, set, mark, &|old, new| is_same(old, new, session))?;
                }
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
        let mut new = after.get(at).clone();
        new.remove_label(VALIDATED_BY, mark);
        let same_history = old.history() == new.history();
        if !same_history || !is_same(old.node(), new.node()) {
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

/// Compares as the reference does: with tags, styles and positions, so that a value which was
/// written anew is another one even if it reads the same. What transformers write has no position
/// in the reference, whoever asked for it.
fn is_same(old: &Node, new: &Node, session: &Session<'_>) -> bool {
    let (was, is) = (old.mark(), new.mark());
    let same_place = was == is || session.is_settings(was.source) && session.is_settings(is.source);
    same_place
        && match (old.value(), new.value()) {
            (Value::Scalar(old), Value::Scalar(new)) => {
                old.text() == new.text() && old.tag() == new.tag() && old.style() == new.style()
            }
            (Value::Sequence(old), Value::Sequence(new)) => {
                let mut pairs = old.iter().zip(new);
                old.len() == new.len() && pairs.all(|(old, new)| is_same(old, new, session))
            }
            (Value::Mapping(old), Value::Mapping(new)) => {
                let mut pairs = old.iter().zip(new);
                old.len() == new.len()
                    && pairs.all(|(old, new)| {
                        is_same(&old.key, &new.key, session)
                            && is_same(&old.value, &new.value, session)
                    })
            }
            _ => false,
        }
}
