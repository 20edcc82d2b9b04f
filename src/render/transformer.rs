//! What is done to all resources: a field of a kustomization asks for it, or the configuration of
//! a plugin.

use super::outside::Function;
use super::patches;
use super::session::Session;
use super::target::Accumulator;
use super::trace::Author;
use crate::error::Result;
use crate::generate;
use crate::kustomization::{Image, Origin, Pairs, Replacement, Replica, Str};
use crate::resource::ResourceSet;
use crate::source::Mark;
use crate::transform::{self, Table};

/// One transformation, with all that it needs.
pub(super) enum Transformer {
    Patch(Box<patches::Loaded>),
    Each(Each),
    Replacements(Vec<Replacement>),
    ValueAdd(transform::ValueAdd),
    Hash,
    Function(Box<Function>),
}

/// A transformation of each resource on its own.
pub(super) enum Each {
    Namespace(transform::Namespace, Table),
    Prefix(Str, Table),
    Suffix(Str, Table),
    Labels(Vec<transform::Pair>, Table),
    Annotations(Vec<transform::Pair>, Table),
    Replicas(Vec<transform::Replica>, Table),
    Images(Vec<transform::Image>, Table),
}

/// What an entry of a kustomization asks for: one transformation in most cases, none for an empty
/// patch.
pub(super) struct Step {
    pub(super) transformers: Vec<Transformer>,
    /// The place of what asks for it.
    pub(super) mark: Mark,
    /// What resources are told of it, where `buildMetadata` asks for that.
    pub(super) origin: Option<Origin>,
}

impl Step {
    /// Carries it out, one transformation after the other. What it leaves nothing of is for the
    /// caller to drop.
    pub(super) fn run(&self, session: &mut Session<'_>, all: &mut Accumulator) -> Result<()> {
        self.transformers.iter().try_for_each(|transformer| {
            let author = (transformer.author(), transformer.mark());
            session
                .traced(all, author, |session, all| {
                    transformer.run(session, &mut all.set)
                })
                .map_err(|error| session.located(error, self.mark))
        })
    }

    /// Carries out several steps, each of which [changes each resource on its own](Self::is_each).
    pub(super) fn run_together(
        steps: &[Self],
        session: &mut Session<'_>,
        all: &mut Accumulator,
    ) -> Result<()> {
        let (mut marks, mut started) = (Vec::new(), Vec::new());
        for step in steps {
            for transformer in &step.transformers {
                if let Transformer::Each(each) = transformer {
                    marks.push(step.mark);
                    started.push(each.start());
                }
            }
        }
        let ran = transform::run_together(&mut all.set, &mut started, &mut session.warnings);
        ran.map_err(|(at, error)| session.located(error, marks[at]))
    }

    /// Whether it changes each resource on its own, and no resource is told of it.
    pub(super) fn is_each(&self) -> bool {
        let is_each = |transformer: &_| matches!(transformer, Transformer::Each(_));
        self.origin.is_none() && self.transformers.iter().all(is_each)
    }

    /// Whether it looks at no resources but those that it finds by their ids.
    pub(super) fn finds_by_id(&self) -> bool {
        let finds = |transformer: &Transformer| match transformer {
            Transformer::Patch(patch) => patch.names_resources(),
            _ => false,
        };
        self.transformers.iter().all(finds)
    }

    /// Makes a transformer of each patch, so that each can be told from the others.
    pub(super) fn split(&mut self) {
        let split = |transformer| match transformer {
            Transformer::Patch(patch) => {
                let patches = patch.split().into_iter();
                patches.map(Box::new).map(Transformer::Patch).collect()
            }
            other => vec![other],
        };
        let transformers = std::mem::take(&mut self.transformers);
        self.transformers = transformers.into_iter().flat_map(split).collect();
    }
}

impl Transformer {
    /// What it is to those who ask for the chain of a value.
    pub(super) fn author(&self) -> Author {
        match self {
            Self::Patch(_) => Author::Patch,
            Self::Each(each) => each.author(),
            Self::Replacements(_) => Author::Replacements,
            Self::ValueAdd(_) => Author::ValueAdd,
            Self::Hash => Author::NameHash,
            Self::Function(_) => Author::Function,
        }
    }

    /// Where it was asked for; of several entries the first.
    pub(super) fn mark(&self) -> Mark {
        let mark = match self {
            Self::Patch(patch) => Some(patch.mark()),
            Self::Each(each) => each.mark(),
            Self::Replacements(all) => all.first().map(|it| it.mark),
            Self::ValueAdd(entry) => Some(entry.mark),
            Self::Hash => None,
            Self::Function(function) => Some(function.mark()),
        };
        mark.unwrap_or_default()
    }

    pub(super) fn run(&self, session: &mut Session<'_>, set: &mut ResourceSet) -> Result<()> {
        match self {
            Self::Patch(patch) => patches::apply(patch, set, session),
            Self::Each(each) => {
                let started = &mut [each.start()];
                let ran = transform::run_together(set, started, &mut session.warnings);
                ran.map_err(|(_, error)| error)
            }
            Self::Replacements(replacements) => {
                transform::replace(
                    set,
                    replacements,
                    &session.options.limits,
                    &mut session.warnings,
                )?;
                set.update_fields(|resource| {
                    resource.settle_shared();
                    Ok(())
                })
            }
            Self::ValueAdd(entry) => transform::value_add(set, entry),
            Self::Hash => transform::hash(set, generate::name_hash),
            Self::Function(function) => function.transform(session, set),
        }
    }
}

impl Each {
    fn author(&self) -> Author {
        match self {
            Self::Namespace(..) => Author::Namespace,
            Self::Prefix(..) => Author::NamePrefix,
            Self::Suffix(..) => Author::NameSuffix,
            Self::Labels(..) => Author::Labels,
            Self::Annotations(..) => Author::Annotations,
            Self::Replicas(..) => Author::Replicas,
            Self::Images(..) => Author::Images,
        }
    }

    fn mark(&self) -> Option<Mark> {
        match self {
            Self::Namespace(entry, _) => Some(entry.mark),
            Self::Prefix(text, _) | Self::Suffix(text, _) => Some(text.mark),
            Self::Labels(all, _) | Self::Annotations(all, _) => all.first().map(|it| it.mark),
            Self::Replicas(all, _) => all.first().map(|it| it.mark),
            Self::Images(all, _) => all.first().map(|it| it.mark),
        }
    }

    fn start(&self) -> Box<dyn transform::Each + '_> {
        match self {
            Self::Namespace(entry, fields) => Box::new(transform::namespace(entry, fields)),
            Self::Prefix(prefix, fields) => {
                Box::new(transform::prefix(&prefix.value, prefix.mark, fields))
            }
            Self::Suffix(suffix, fields) => {
                Box::new(transform::suffix(&suffix.value, suffix.mark, fields))
            }
            Self::Labels(pairs, fields) | Self::Annotations(pairs, fields) => {
                Box::new(transform::pairs(pairs, fields))
            }
            Self::Replicas(replicas, fields) => Box::new(transform::replicas(replicas, fields)),
            Self::Images(images, fields) => Box::new(transform::images(images, fields)),
        }
    }
}

impl From<Each> for Transformer {
    fn from(each: Each) -> Self {
        Self::Each(each)
    }
}

pub(super) fn pairs(pairs: &Pairs) -> Vec<transform::Pair> {
    let pair = |(key, value): &(Str, Str)| transform::Pair {
        key: key.value.clone(),
        value: value.value.clone(),
        mark: key.mark,
    };
    pairs.iter().map(pair).collect()
}

pub(super) fn replica(replica: &Replica) -> transform::Replica {
    transform::Replica {
        name: replica.name.value.clone(),
        count: replica.count.value,
        mark: replica.mark,
    }
}

pub(super) fn image(image: &Image) -> transform::Image {
    transform::Image {
        name: image.name.value.clone(),
        new_name: image.new_name.value.clone(),
        new_tag: image.new_tag.value.clone(),
        tag_suffix: image.tag_suffix.value.clone(),
        digest: image.digest.value.clone(),
        mark: image.mark,
    }
}
