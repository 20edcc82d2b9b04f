//! Transformers that change each resource on its own, and several of them at once.

use crate::error::{Error, Result};
use crate::resource::{Resource, ResourceSet};
use crate::schema::Schema;
use crate::warning::Warning;

/// A transformer at work that looks at no resource but the one that it changes.
pub(crate) trait Each {
    /// Whether what it writes may be a part of an id.
    fn may_change_ids(&self) -> bool;

    /// Changes a resource.
    ///
    /// # Errors
    /// What is wrong with the resource or with what the transformer is asked for.
    fn change(&mut self, resource: &mut Resource, schema: &Schema) -> Result<()>;

    /// Says what is to be said when all resources are changed, perhaps by those that come later too.
    ///
    /// # Errors
    /// What is wrong with all of them together.
    fn end(&mut self, set: &ResourceSet, warnings: &mut Vec<Warning>) -> Result<()>;
}

/// So many resources stay in a fast cache until the last transformer has changed them.
const BLOCK: usize = 32;

/// Runs one transformer over all resources.
///
/// # Errors
/// As its own.
pub(crate) fn run(
    set: &mut ResourceSet,
    each: impl Each,
    warnings: &mut Vec<Warning>,
) -> Result<()> {
    let all: &mut [Box<dyn Each + '_>] = &mut [Box::new(each)];
    run_together(set, all, warnings).map_err(|(_, error)| error)
}

/// Runs transformers over all resources, with the outcome of one after the other.
///
/// # Errors
/// The first error, with the position of its transformer.
pub(crate) fn run_together(
    set: &mut ResourceSet,
    all: &mut [Box<dyn Each + '_>],
    warnings: &mut Vec<Warning>,
) -> Result<(), (usize, Error)> {
    let may_change_ids = all.iter().any(|each| each.may_change_ids());
    let mut failed: Option<(usize, Error)> = None;
    set.update_slice(may_change_ids, |resources, schema| {
        for block in resources.chunks_mut(BLOCK) {
            // An error of an earlier transformer at a later resource would have come first.
            let earlier = failed.as_ref().map_or(all.len(), |(at, _)| *at);
            for (at, each) in all[..earlier].iter_mut().enumerate() {
                let mut block = block.iter_mut();
                let changed = block.try_for_each(|resource| each.change(resource, schema));
                if let Err(error) = changed {
                    failed = Some((at, error));
                    break;
                }
            }
        }
    });
    let whole = failed.as_ref().map_or(all.len(), |(at, _)| *at);
    for (at, each) in all[..whole].iter_mut().enumerate() {
        each.end(set, warnings).map_err(|error| (at, error))?;
    }
    failed.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::super::testing::set;
    use super::super::{Config, Image, Namespace, Subjects, images, namespace};
    use super::*;
    use crate::error::ErrorKind;
    use crate::source::Mark;
    use crate::warning::WarningKind;
    use crate::yaml::Text;

    /// More resources than are changed at a time, and those at the positions that somebody asks for
    /// are others.
    fn pods(others: &[(usize, &str)]) -> ResourceSet {
        let pod = |at: usize| {
            let other = others.iter().find(|(place, _)| *place == at);
            match other {
                Some((_, text)) => format!("---\napiVersion: v1\nkind: Pod\n{text}\n"),
                None => format!("---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}}}\n"),
            }
        };
        set(&(0..3 * BLOCK).map(pod).collect::<String>())
    }

    /// A namespace, then an image.
    fn both(set: &mut ResourceSet) -> (Result<(), (usize, Error)>, Vec<Warning>) {
        let config = Config::default();
        let place = Namespace {
            name: Text::from("n"),
            mark: Mark::default(),
            unset_only: false,
            subjects: Subjects::default(),
        };
        let image = ["a", "b"].map(|name| Image {
            name: Text::from(name),
            new_tag: Text::from("2"),
            ..Image::default()
        });
        let mut warnings = Vec::new();
        let all: &mut [Box<dyn Each + '_>] = &mut [
            Box::new(namespace(&place, &config.namespace)),
            Box::new(images(&image, &config.images)),
        ];
        (run_together(set, all, &mut warnings), warnings)
    }

    const NO_NAMESPACE: &str = "metadata: {name: x, namespace: []}";
    const NO_IMAGE: &str = "metadata: {name: y}\nspec: {containers: [{image: []}]}";

    #[test]
    fn the_error_of_the_earlier_transformer_comes_first() {
        let failed = |others: &[(usize, &str)]| {
            let (at, error) = both(&mut pods(others)).0.unwrap_err();
            (at, error.kind())
        };
        let image = (0, NO_IMAGE);
        assert_eq!(failed(&[image]), (1, ErrorKind::FieldSpec));
        let late = 2 * BLOCK;
        assert_eq!(
            failed(&[image, (late, NO_NAMESPACE)]),
            (0, ErrorKind::FieldSpec)
        );
        let twin = "metadata: {name: p5, namespace: other}";
        assert_eq!(failed(&[image, (late, twin)]), (0, ErrorKind::Conflict));
    }

    #[test]
    fn every_resource_is_changed_by_all() {
        let text = "metadata: {name: z}\nspec: {containers: [{image: a}]}";
        let mut built = pods(&[(0, text), (2 * BLOCK + 1, &text.replace('z', "w"))]);
        let (ran, warnings) = both(&mut built);
        assert!(ran.is_ok());
        assert!(built.iter().all(|it| it.namespace() == "n"));
        for at in [0, 2 * BLOCK + 1] {
            let image = built.get(at).get("/spec/containers/0/image").unwrap();
            assert_eq!(image.text(), Some("a:2"));
        }
        let kinds: Vec<_> = warnings.iter().map(Warning::kind).collect();
        assert_eq!(kinds, [WarningKind::NoMatch]);
    }
}
