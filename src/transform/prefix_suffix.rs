//! Prefixes and suffixes of names.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::each::Each;
use super::field_spec::{Creates, Rule, Table, Trail, Turn, edit, scalar};
use super::set_untyped;
use crate::error::Result;
use crate::resource::{Gvk, Resource, ResourceSet};
use crate::schema::Schema;
use crate::source::Mark;
use crate::warning::Warning;
use crate::yaml::{Node, Tag, Text};

/// Puts a prefix before names (`PrefixTransformer` in kustomize). It fails with
/// [`ErrorKind::FieldSpec`](crate::ErrorKind::FieldSpec) where a field is no scalar.
pub(crate) fn prefix<'r>(prefix: &'r Text, mark: Mark, fields: &'r Table) -> impl Each + 'r {
    Run::new(End::Prefix, prefix, mark, fields)
}

/// Puts a suffix behind names (`SuffixTransformer` in kustomize); it fails as [`prefix`] does.
pub(crate) fn suffix<'r>(suffix: &'r Text, mark: Mark, fields: &'r Table) -> impl Each + 'r {
    Run::new(End::Suffix, suffix, mark, fields)
}

#[derive(Clone, Copy)]
enum End {
    Prefix,
    Suffix,
}

struct Run<'r> {
    end: End,
    affix: &'r Text,
    mark: Mark,
    fields: &'r Table,
    warnings: Vec<Warning>,
}

impl<'r> Run<'r> {
    fn new(end: End, affix: &'r Text, mark: Mark, fields: &'r Table) -> Self {
        Self {
            end,
            affix,
            mark,
            fields,
            warnings: Vec::new(),
        }
    }
}

impl Each for Run<'_> {
    fn may_change_ids(&self) -> bool {
        true
    }

    fn change(&mut self, resource: &mut Resource, schema: &Schema) -> Result<()> {
        let Self {
            end,
            affix,
            mark,
            fields,
            ref mut warnings,
        } = *self;
        let original = resource.original_gvk();
        if keeps_its_name(&original) {
            return Ok(());
        }
        let is_original = matches!(original, Cow::Borrowed(_));
        let rules: SmallVec<[&Rule; 4]> = fields.matching(&original).collect();
        for rule in rules {
            // What was written otherwise, with a slash before it for instance, does not count.
            if rule.spec.path == "metadata/name" && !affix.is_empty() {
                let history = resource.history_mut();
                match end {
                    End::Prefix => history.prefixes.push(affix.clone()),
                    End::Suffix => history.suffixes.push(affix.clone()),
                }
                resource.push_previous();
            }
            if !is_original && !rule.spec.selects(resource.gvk()) {
                continue;
            }
            let creates = match rule.spec.create {
                true => Creates::Scalar(Tag::Str),
                false => Creates::Nothing,
            };
            let (path, mut trail) = (Turn::alone(&rule.path), Trail::default());
            let wants = |node: &_| scalar(node).map(|_| true);
            let mut writes = resource.writes();
            let set = |node: &mut _, _: &_| {
                writes.write(node, |node| set_name(node, end, affix, mark, warnings));
            };
            let edit = |root: &mut _| edit(&mut trail, root, path, creates, mark, wants, set);
            match rule.path.may_change_type() {
                true => resource.edit(schema, edit)?,
                false => resource.edit_names(|_, root| edit(root))?,
            }
            if writes.are_shared() {
                resource.settle_shared();
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &ResourceSet, warnings: &mut Vec<Warning>) -> Result<()> {
        warnings.append(&mut self.warnings);
        Ok(())
    }
}

fn set_name(node: &mut Node, end: End, affix: &str, mark: Mark, warnings: &mut Vec<Warning>) {
    let name = node.text().unwrap_or_default();
    let name = match end {
        End::Prefix => Text::concat(&[affix, name]),
        End::Suffix => Text::concat(&[name, affix]),
    };
    set_untyped(node, name, mark, warnings);
}

/// Types whose names mean something outside the tree.
fn keeps_its_name(gvk: &Gvk) -> bool {
    match gvk.kind() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group() == "apiregistration.k8s.io",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{apply, build, print, set};
    use crate::warning::WarningKind;

    fn pod(name: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n")
    }

    #[test]
    fn names_that_come_out_as_numbers_are_numbers() {
        let mut built = set(&pod("e4"));
        let warnings = apply(&mut built, "namePrefix: \"12\"").unwrap();
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].kind(), WarningKind::TypeChanged);
        let text = print(built.into_resources()).unwrap();
        assert!(text.ends_with("  name: 120000\n"), "{text}");
        let quoted = build("namePrefix: \"12\"", &pod("\"e4\"")).unwrap();
        assert!(quoted.ends_with("  name: \"12e4\"\n"), "{quoted}");
    }

    #[test]
    fn every_rename_is_remembered() {
        let mut built = set(&pod("a"));
        apply(&mut built, "{namePrefix: p-, nameSuffix: -s, namespace: n}").unwrap();
        apply(&mut built, "namePrefix: q-").unwrap();
        let resource = built.get(0);
        assert_eq!(resource.id().to_string(), "Pod.v1.[noGrp]/q-p-a-s.n");
        let previous: Vec<_> = resource.previous_ids().map(|id| id.to_string()).collect();
        assert_eq!(
            previous,
            [
                "Pod.v1.[noGrp]/a.default",
                "Pod.v1.[noGrp]/a.n",
                "Pod.v1.[noGrp]/p-a.n",
                "Pod.v1.[noGrp]/p-a-s.n"
            ]
        );
        assert_eq!(resource.history().prefixes[..], ["p-", "q-"]);
        assert_eq!(resource.history().suffixes[..], ["-s"]);
        assert_eq!(*built.with_any_id(&resource.original_id()), [0]);
    }

    #[test]
    fn some_types_keep_their_names() {
        for (api_version, kind, kept) in [
            ("v1", "Namespace", true),
            ("foo/v1", "Namespace", true),
            ("foo/v1", "CustomResourceDefinition", true),
            ("apiregistration.k8s.io/v1", "APIService", true),
            ("foo/v1", "APIService", false),
        ] {
            let text = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n");
            let text = build("namePrefix: p-", &text).unwrap();
            assert_eq!(text.contains("name: a\n"), kept, "{text}");
        }
    }

    #[test]
    fn two_rows_for_a_name_rename_it_twice() {
        let own =
            "{namePrefix: p-, configurations: {namePrefix: [{path: metadata/name, kind: Pod}]}}";
        let text = build(own, &pod("a")).unwrap();
        assert!(text.ends_with("  name: p-p-a\n"), "{text}");
    }

    #[test]
    fn null_has_a_text_too() {
        let own = "{namePrefix: p-, configurations: {namePrefix: [{path: spec/x, kind: Pod}]}}";
        for (value, expected) in [("null", "p-null"), ("~", "p-~"), ("", "p-")] {
            let text = build(own, &format!("{}spec:\n  x: {value}\n", pod("a"))).unwrap();
            assert!(text.ends_with(&format!("  x: {expected}\n")), "{text}");
        }
    }
}
