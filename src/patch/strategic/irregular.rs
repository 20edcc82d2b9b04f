//! Lists of which some elements lack a key, or are no mappings: the reference's steps, one by one.
//!
//! An element without a key stands for every element that has the key, so that the steps delete
//! and double neighbours. Nobody means that; it is what the reference does.

use foldhash::{HashSet, HashSetExt};

use super::is_nothing;
use super::list::Elements;
use crate::error::{Error, ErrorKind, Result};
use crate::yaml::{Node, Text, Value};

/// The steps take a time that grows with the square of this.
const LONGEST: usize = 10_000;

/// The texts by which an element is found; an empty one stands for any.
type Texts = Vec<Text>;

pub(super) struct Steps {
    /// Those that any element has; an empty one for scalars.
    keys: Vec<Text>,
    tuples: Vec<Texts>,
    /// The next tuple.
    at: usize,
    /// What is left of the list.
    dest: Vec<usize>,
    /// Its counterpart, if that is another list.
    patch: Vec<usize>,
    /// What the merge gave so far.
    items: Vec<usize>,
}

impl Steps {
    /// Without keys the elements are scalars.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] if the list is too long for this.
    pub(super) fn new(elements: &Elements<'_>, keys: &[&str]) -> Result<Self> {
        if elements.len() > LONGEST {
            return Err(Error::marked(
                ErrorKind::Limit,
                elements.original(0).mark(),
                "a list of more than 10,000 elements can be merged only if every element has its keys",
            ));
        }
        let keys = if keys.is_empty() { &[""] } else { keys };
        let mut tuples = tuples(elements, keys);
        if keys.len() > 1 {
            unify(&mut tuples);
        }
        let has_key = |at: &usize| tuples.iter().any(|texts| !texts[*at].is_empty());
        let mut valid: Vec<_> = (0..keys.len()).filter(has_key).collect();
        if valid.is_empty() {
            valid = (0..keys.len()).collect();
        }
        for texts in &mut tuples {
            *texts = valid.iter().map(|at| texts[*at].clone()).collect();
        }
        Ok(Self {
            keys: valid.iter().map(|at| Text::from(keys[*at])).collect(),
            tuples,
            at: 0,
            dest: elements.dest().collect(),
            patch: elements.patch().collect(),
            items: Vec::new(),
        })
    }

    /// The elements to merge next: one of the list and one of its counterpart.
    pub(super) fn next(
        &mut self,
        elements: &Elements<'_>,
    ) -> Option<(Option<usize>, Option<usize>)> {
        let texts = self.tuples.get(self.at)?;
        self.at += 1;
        let find = |list: &[usize]| find(elements, list, &self.keys, texts);
        Some((find(&self.dest), find(&self.patch)))
    }

    pub(super) fn record(
        &mut self,
        merged: Option<usize>,
        elements: &mut Elements<'_>,
    ) -> Result<()> {
        let texts = &self.tuples[self.at - 1];
        let Some(merged) = merged else {
            return set(elements, &mut self.dest, &self.keys, texts, None);
        };
        if self.keys[0].is_empty() && !texts[0].is_empty() {
            elements.clear_tag(merged);
        }
        set(elements, &mut self.items, &self.keys, texts, Some(merged))
    }

    /// Which elements are the result, in order: what is left of the list replaces, or is appended
    /// to, what the merge gave.
    pub(super) fn finish(self, elements: &Elements<'_>) -> Result<Vec<usize>> {
        let (keys, mut items) = (&self.keys, self.items);
        for at in self.dest {
            let node = elements.get(at);
            if keys[0].is_empty() {
                set(elements, &mut items, keys, &vec![raw_text(node)], Some(at))?;
                continue;
            }
            if !node.is_null() && node.as_mapping().is_none() {
                return Err(not_a(node, "a mapping"));
            }
            let mut texts = Texts::new();
            for key in keys {
                match field(node, key) {
                    Some(value) => texts.push(raw_text(value)),
                    None => items.push(at),
                }
            }
            if keys.len() > 1 {
                set(elements, &mut items, keys, &texts, None)?;
            }
            set(elements, &mut items, keys, &texts, Some(at))?;
        }
        Ok(items)
    }
}

/// The tuples of key texts, each once: those of the patch, then those of the list.
fn tuples(elements: &Elements<'_>, keys: &[&str]) -> Vec<Texts> {
    let mut seen = HashSet::new();
    let all = elements.patch().chain(elements.dest());
    all.map(|at| {
        let node = elements.original(at);
        let text = |key: &&str| match field(node, key) {
            _ if key.is_empty() => raw_text(node),
            Some(value) if !value.is_null() => raw_text(value),
            _ => Text::default(),
        };
        keys.iter().map(text).collect::<Texts>()
    })
    .filter(|texts| seen.insert(texts.clone()))
    .collect()
}

/// The first element with these texts. Keys without a text do not count, unless none has one.
fn find(elements: &Elements<'_>, list: &[usize], keys: &[Text], texts: &Texts) -> Option<usize> {
    let none = texts.iter().all(|text| text.is_empty());
    list.iter().copied().find(|at| {
        let node = elements.get(*at);
        if keys[0].is_empty() {
            return raw_text(node) == texts[0];
        }
        keys.iter().zip(texts).all(|(key, text)| {
            let is_wanted = none || !text.is_empty();
            !is_wanted || field(node, key).is_some_and(|value| raw_text(value) == *text)
        })
    })
}

/// Puts an element in the place of every one that has these texts, or at the end if none has;
/// without an element, takes them out. There may be fewer texts than keys. Nulls and empty mappings
/// go in any case (`ElementSetter` in `kyaml/yaml/fns.go`).
fn set(
    elements: &Elements<'_>,
    list: &mut Vec<usize>,
    keys: &[Text],
    texts: &Texts,
    element: Option<usize>,
) -> Result<()> {
    let wants_mapping = !keys[0].is_empty() && texts.first().is_some_and(|text| !text.is_empty());
    let mut is_found = false;
    let mut kept = Vec::with_capacity(list.len() + 1);
    for at in list.iter().copied() {
        let node = elements.get(at);
        if is_nothing(node) {
            continue;
        }
        if wants_mapping && node.as_mapping().is_none() {
            kept.push(at);
            continue;
        }
        let mut matches = false;
        for (index, key) in keys.iter().enumerate() {
            // Where the texts end, the verdict on the key before holds.
            if let Some(text) = texts.get(index) {
                matches = has(node, key, text)?;
            }
            if !matches {
                break;
            }
        }
        if matches {
            is_found = true;
            kept.extend(element);
        } else if !texts.is_empty() {
            kept.push(at);
        }
    }
    if let Some(at) = element
        && !is_found
        && !elements.get(at).is_null()
    {
        kept.push(at);
    }
    *list = kept;
    Ok(())
}

/// Takes tuples for one that differ only in texts that one of them lacks.
fn unify(tuples: &mut [Texts]) {
    for first in 0..tuples.len() {
        let texts = tuples[first].clone();
        for second in 0..tuples.len() {
            if let Some(both) = union(&texts, &tuples[second]) {
                tuples[first].clone_from(&both);
                tuples[second] = both;
            }
        }
    }
}

fn union(one: &Texts, other: &Texts) -> Option<Texts> {
    let mut have_common = false;
    let mut both = Texts::with_capacity(one.len());
    for (one, other) in one.iter().zip(other) {
        have_common |= one == other;
        both.push(match (one.is_empty(), other.is_empty()) {
            (true, _) => other.clone(),
            (_, true) => one.clone(),
            _ if one == other => one.clone(),
            _ => return None,
        });
    }
    have_common.then_some(both)
}

/// Whether an element has a text in a field; an empty text means that the field is there. Without
/// a key the element itself is asked.
fn has(node: &Node, key: &str, text: &Text) -> Result<bool> {
    if key.is_empty() {
        return match node.value() {
            Value::Scalar(scalar) => Ok(scalar.text() == text),
            _ => Err(not_a(node, "a scalar")),
        };
    }
    if node.as_mapping().is_none() {
        return Err(not_a(node, "a mapping"));
    }
    Ok(field(node, key).is_some_and(|value| text.is_empty() || raw_text(value) == *text))
}

fn field<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.as_mapping()?.get(key)
}

/// The text of a scalar, null or not; collections have none.
fn raw_text(node: &Node) -> Text {
    node.as_scalar()
        .map(|scalar| scalar.text().clone())
        .unwrap_or_default()
}

#[cold]
fn not_a(node: &Node, wanted: &str) -> Error {
    let message = format!("an element of this list must be {wanted} to be merged with the others");
    Error::marked(ErrorKind::Merge, node.mark(), message)
}
