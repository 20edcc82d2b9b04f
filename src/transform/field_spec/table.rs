//! Tables of field specs, indexed by kind.

use std::sync::{Arc, LazyLock};

use foldhash::{HashMap, HashMapExt};

use super::order;
use super::path::FieldPath;
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
    by_kind: HashMap<Text, Vec<u32>>,
    /// The rules for any kind.
    for_any: Vec<u32>,
    /// Whether these are the rows that ship with kustomize, all of them.
    builtin: bool,
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
        let mut by_kind: HashMap<Text, Vec<u32>> = HashMap::new();
        for rule in &rules {
            if !rule.spec.gvk.kind().is_empty() {
                by_kind.entry(Text::from(rule.spec.gvk.kind())).or_default();
            }
        }
        let mut for_any = Vec::new();
        for (at, rule) in (0..).zip(&rules) {
            if rule.spec.gvk.kind().is_empty() {
                for_any.push(at);
                by_kind.values_mut().for_each(|rules| rules.push(at));
            } else if let Some(rules) = by_kind.get_mut(rule.spec.gvk.kind()) {
                rules.push(at);
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
        let rules = self.0.by_kind.get(gvk.kind()).unwrap_or(&self.0.for_any);
        rules
            .iter()
            .map(|at| &*self.0.rules[*at as usize])
            .filter(|rule| rule.spec.selects(gvk))
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
