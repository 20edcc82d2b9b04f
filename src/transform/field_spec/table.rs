//! Tables of field specs, indexed by kind.

use std::sync::{Arc, LazyLock};

use foldhash::{HashMap, HashMapExt};

use super::order;
use super::path::FieldPath;
use super::walk::Turn;
use crate::error::{Error, ErrorKind, Result};
use crate::kustomization::FieldSpec;
use crate::resource::Gvk;
use crate::yaml::Text;

/// The field specs of one transformer, in the order in which they are used. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Table(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    rules: Vec<Arc<Rule>>,
    /// For every kind that a rule names: the rules for it and for any kind, in order.
    by_kind: HashMap<Text, Vec<Place>>,
    /// The rules for any kind.
    for_any: Vec<Place>,
    /// Whether these are the rows that ship with kustomize, all of them.
    builtin: bool,
}

/// A rule in a list of some.
#[derive(Clone, Copy, Debug)]
struct Place {
    rule: u32,
    /// How many parts its path has in common with that of the rule before it.
    shared: u32,
    /// Whether it is only for some groups or versions of the kind.
    is_picky: bool,
}

/// A field spec and its path, split.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) spec: FieldSpec,
    pub(crate) path: FieldPath,
}

impl Rule {
    pub(crate) fn new(spec: FieldSpec) -> Self {
        let path = FieldPath::new(&spec.path);
        Self { spec, path }
    }
}

impl Default for Table {
    /// No rows; all such tables are one.
    fn default() -> Self {
        static EMPTY: LazyLock<Table> = LazyLock::new(|| Table::of(Vec::new(), false));
        EMPTY.clone()
    }
}

impl Table {
    /// A table of specs as somebody listed them: in this order, repetitions and all.
    pub(crate) fn new(specs: impl IntoIterator<Item = FieldSpec>) -> Self {
        let rules = specs.into_iter().map(|spec| Arc::new(Rule::new(spec)));
        Self::of(rules.collect(), false)
    }

    /// A map of the metadata of any type, made where it is not.
    pub(crate) fn of_metadata(map: &str) -> Self {
        Self::new([FieldSpec {
            path: Text::from(format!("metadata/{map}")),
            create: true,
            ..FieldSpec::default()
        }])
    }

    pub(super) fn builtin(specs: impl IntoIterator<Item = FieldSpec>) -> Self {
        let rules = specs.into_iter().map(|spec| Arc::new(Rule::new(spec)));
        Self::of(rules.collect(), true)
    }

    fn of(rules: Vec<Arc<Rule>>, builtin: bool) -> Self {
        let mut by_kind: HashMap<Text, Vec<Place>> = HashMap::new();
        for rule in &rules {
            if !rule.spec.gvk.kind().is_empty() {
                by_kind.entry(Text::from(rule.spec.gvk.kind())).or_default();
            }
        }
        let mut for_any = Vec::new();
        for (at, rule) in (0..).zip(&rules) {
            let push = |list: &mut Vec<Place>| {
                let before = list.last().map(|last| &rules[last.rule as usize].path);
                let shared = before.map_or(0, |before| rule.path.shared(before));
                let gvk = &rule.spec.gvk;
                list.push(Place {
                    rule: at,
                    shared,
                    is_picky: !gvk.group().is_empty() || !gvk.version().is_empty(),
                });
            };
            if rule.spec.gvk.kind().is_empty() {
                push(&mut for_any);
                by_kind.values_mut().for_each(push);
            } else if let Some(list) = by_kind.get_mut(rule.spec.gvk.kind()) {
                push(list);
            }
        }
        Self(Arc::new(Inner {
            rules,
            by_kind,
            for_any,
            builtin,
        }))
    }

    /// All rules.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.0.rules.iter().map(|rule| &**rule)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.rules.is_empty()
    }

    pub(super) fn is_builtin(&self) -> bool {
        self.0.builtin
    }

    /// The rules that stand for a type.
    pub(crate) fn matching(&self, gvk: &Gvk) -> impl Iterator<Item = &Rule> {
        self.turns(gvk).map(|(rule, _)| rule)
    }

    /// The rules that stand for a type, with their paths for who follows one after the other.
    pub(crate) fn turns(&self, gvk: &Gvk) -> impl Iterator<Item = (&Rule, Turn<'_>)> {
        let places = self.0.by_kind.get(gvk.kind()).unwrap_or(&self.0.for_any);
        let mut least = u32::MAX;
        places.iter().filter_map(move |place| {
            let rule = &*self.0.rules[place.rule as usize];
            least = least.min(place.shared);
            if place.is_picky && !rule.spec.selects(gvk) {
                return None;
            }
            let shared = std::mem::replace(&mut least, u32::MAX) as usize;
            let path = &rule.path;
            Some((rule, Turn { path, shared }))
        })
    }

    /// Whether a rule stands for this path and at least these types.
    pub(super) fn holds(&self, spec: &FieldSpec) -> bool {
        let mut rules = self.rules();
        rules.any(|rule| rule.spec.path == spec.path && rule.spec.selects(&spec.gvk))
    }

    /// Adds the specs of another table, leaving out what is there (`FsSlice.MergeAll` in
    /// kustomize). One that stands for more types than one of the same path that is there is left
    /// out too.
    ///
    /// # Errors
    /// [`ErrorKind::FieldSpecConflict`] if the one that is there says something else about
    /// creating.
    pub(crate) fn merge(&self, other: &Self) -> Result<Self> {
        // That the rows that ship with kustomize do not change by this is tested.
        if other.is_empty() || (other.0.builtin && (self.0.builtin || self.is_empty())) {
            let unchanged = if self.is_empty() { other } else { self };
            return Ok(unchanged.clone());
        }
        let mut rules = self.0.rules.clone();
        let mut by_path: HashMap<Text, Vec<usize>> = HashMap::new();
        for (at, rule) in rules.iter().enumerate() {
            by_path.entry(rule.spec.path.clone()).or_default().push(at);
        }
        for rule in &other.0.rules {
            let new = &rule.spec;
            let places = by_path.entry(new.path.clone()).or_default();
            let there = places.iter().map(|at| &rules[*at].spec);
            match there.into_iter().find(|spec| new.selects(&spec.gvk)) {
                Some(spec) if spec.create != new.create => {
                    return Err(conflict(new).with_other("the other", spec.mark));
                }
                Some(_) => {}
                None => {
                    places.push(rules.len());
                    rules.push(Arc::clone(rule));
                }
            }
        }
        Ok(Self::of(rules, false))
    }

    /// The same rules in the order of their types.
    pub(super) fn sorted(self) -> Self {
        if self.0.builtin || self.is_empty() {
            return self;
        }
        let mut rules = self.0.rules.clone();
        rules.sort_by_cached_key(|rule| order::key(&rule.spec.gvk));
        Self::of(rules, false)
    }
}

#[cold]
fn conflict(spec: &FieldSpec) -> Error {
    let (says, other) = match spec.create {
        true => ("true", "false"),
        false => ("false", "true"),
    };
    Error::marked(
        ErrorKind::FieldSpecConflict,
        spec.mark,
        format!(
            "the field `{}` has `create: {says}` here and `create: {other}` elsewhere; make them agree",
            spec.path
        ),
    )
}

/// By identity of rows, not of tables.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.rules == other.0.rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Mark;

    fn spec(kind: &'static str, path: &'static str, create: bool) -> FieldSpec {
        FieldSpec {
            gvk: Gvk::from_parts("", "", kind),
            path: Text::from_static(path),
            create,
            mark: Mark::default(),
        }
    }

    fn shown(table: &Table) -> Vec<(String, String)> {
        let show = |rule: &Rule| (rule.spec.gvk.kind().to_owned(), rule.spec.path.to_string());
        table.rules().map(show).collect()
    }

    #[test]
    fn finds_the_rules_of_a_kind_in_order() {
        let table = Table::new([
            spec("", "a", false),
            spec("Pod", "b", false),
            spec("Job", "c", false),
            spec("", "d", false),
        ]);
        let paths = |kind: &str| {
            let gvk = Gvk::new("v1", kind);
            let rules = table.matching(&gvk).map(|rule| rule.spec.path.to_string());
            rules.collect::<String>()
        };
        assert_eq!(paths("Pod"), "abd");
        assert_eq!(paths("Job"), "acd");
        assert_eq!(paths("Service"), "ad");
    }

    #[test]
    fn tells_what_paths_have_in_common_with_those_before() {
        let grouped = FieldSpec {
            gvk: Gvk::from_parts("apps", "", "Pod"),
            ..spec("", "b", false)
        };
        let table = Table::new([
            spec("", "a/b/c", false),
            spec("Pod", "a/b[]/c", false),
            spec("", "a/b[]/d", false),
            grouped,
            spec("Pod", "b/c", false),
        ]);
        let shared = |api_version: &str, kind: &str| {
            let gvk = Gvk::new(api_version, kind);
            let turns = table.turns(&gvk).map(|(_, turn)| turn.shared);
            turns.collect::<Vec<_>>()
        };
        assert_eq!(shared("v1", "Pod"), [0, 1, 1, 0]);
        assert_eq!(shared("apps/v1", "Pod"), [0, 1, 1, 0, 1]);
        assert_eq!(shared("v1", "Job"), [0, 1]);
    }

    #[test]
    fn a_spec_for_any_kind_is_lost_where_a_narrower_one_is() {
        let narrow = Table::new([spec("Pod", "a", false)]);
        let wide = Table::new([spec("", "a", false), spec("", "b", false)]);
        let merged = narrow.merge(&wide).unwrap();
        assert_eq!(
            shown(&merged),
            [("Pod".into(), "a".into()), ("".into(), "b".into())]
        );
        assert_eq!(wide.merge(&narrow).unwrap().rules().count(), 3);
    }

    #[test]
    fn create_flags_must_agree() {
        let narrow = Table::new([spec("Pod", "a", false)]);
        let wide = Table::new([spec("", "a", true)]);
        let error = narrow.merge(&wide).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldSpecConflict);
        let both = wide.merge(&narrow).unwrap().sorted();
        assert_eq!(both.rules().count(), 2);
        // The reference refuses a list that it has sorted itself when it meets it again.
        assert!(both.merge(&both).is_err());
        assert!(Table::default().merge(&both).is_err());
    }
}
