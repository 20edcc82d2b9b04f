use super::super::testing::{apply, set};
use super::*;
use crate::kustomization::Kustomization;
use crate::limits::Limits;
use crate::resource::Resource;
use crate::source::{Source, SourceId};
use crate::transform::Config;
use crate::yaml::{self, Node};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{args: [$(A)]}]}\n---\n\
                   apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {n: 5, m: {a: 1}}\n";

fn vars(text: &str) -> List {
    let text = format!("vars: {text}");
    let source = Source::new(SourceId(3), "kustomization.yaml", text).unwrap();
    let read = Kustomization::read(&source, &Limits::default(), &mut Vec::new());
    read.unwrap().vars
}

type List = crate::kustomization::List<Var>;

/// The arguments of the pod in the end, and the warnings.
fn resolve(resources: &str, entries: &str) -> Result<(String, Vec<Warning>)> {
    let mut set = set(resources);
    let mut all = Vars::default();
    all.absorb(&vars(entries), &mut set)?;
    let mut warnings = Vec::new();
    all.resolve(&mut set, &Config::default().var_reference, &mut warnings)?;
    let mut text = Vec::new();
    let args = set.iter().find_map(|it| it.get("/spec/containers/0/args"));
    yaml::write(args.unwrap(), &mut text)?;
    Ok((String::from_utf8(text).unwrap(), warnings))
}

fn failure(resources: &str, entries: &str) -> ErrorKind {
    resolve(resources, entries).unwrap_err().kind()
}

#[test]
fn a_var_is_the_field_of_a_resource() {
    let objref = "objref: {apiVersion: v1, kind: Service, name: s}";
    let entry = |more: &str| resolve(POD, &format!("[{{name: A, {objref}{more}}}]")).unwrap();
    assert_eq!(entry("").0, "- s\n");
    assert_eq!(entry(", fieldref: {fieldPath: spec.n}").0, "- 5\n");
    let (text, warnings) = entry(", fieldref: {fieldPath: spec.m}");
    assert_eq!((text.as_str(), warnings.len()), ("- $(A)\n", 1));
    let unused = resolve(POD, &format!("[{{name: B, {objref}}}]")).unwrap().1;
    assert_eq!(unused[0].kind(), WarningKind::NoMatch);
}

#[test]
fn an_objref_says_the_whole_type() {
    for objref in [
        "{kind: Service, name: s}",
        "{apiVersion: v1, kind: Service, name: x}",
        "{apiVersion: v1, kind: Service, name: s, namespace: other}",
    ] {
        let entry = format!("[{{name: A, objref: {objref}}}]");
        assert_eq!(failure(POD, &entry), ErrorKind::Var, "{objref}");
    }
    let default = "[{name: A, objref: {version: v1, kind: Service, name: s, namespace: default}}]";
    assert_eq!(resolve(POD, default).unwrap().0, "- s\n");
    // The reference does not look whether a type has namespaces.
    let namespace = format!("{POD}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: ns}}\n");
    let entry = "[{name: A, objref: {apiVersion: v1, kind: Namespace, name: ns}}]";
    assert_eq!(resolve(&namespace, entry).unwrap().0, "- ns\n");
    let entry = "[{name: A, objref: {apiVersion: v1, kind: Namespace, name: ns, namespace: ns}}]";
    assert_eq!(failure(&namespace, entry), ErrorKind::Var);
}

#[test]
fn a_name_is_there_once_and_means_one_resource() {
    let a = "{name: A, objref: {apiVersion: v1, kind: Service, name: s}}";
    assert_eq!(failure(POD, &format!("[{a}, {a}]")), ErrorKind::Var);
    let two =
        format!("{POD}---\napiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: x}}\n");
    assert_eq!(failure(&two, &format!("[{a}]")), ErrorKind::Var);
    let field = "[{name: A, objref: {apiVersion: v1, kind: Service, name: s}, \
                 fieldref: {fieldPath: spec.x}}]";
    assert_eq!(failure(POD, field), ErrorKind::Var);
    let mut one = Vars::default();
    one.absorb(&vars(&format!("[{a}]")), &mut set(POD)).unwrap();
    assert!(one.append(one.clone()).is_err());
}

#[test]
fn what_is_no_string_has_no_place_in_a_list() {
    let pod = |args: &str| POD.replace("[$(A)]", args);
    let entry = "[{name: A, objref: {apiVersion: v1, kind: Service, name: s}}]";
    assert_eq!(failure(&pod("[1]"), entry), ErrorKind::FieldSpec);
    assert_eq!(failure(&pod("[null]"), entry), ErrorKind::FieldSpec);
    assert_eq!(failure(&pod("[[$(A)]]"), entry), ErrorKind::FieldSpec);
    let keys = format!("{POD}---\nkind: X\nmetadata: {{name: x, labels: {{5: a}}}}\n");
    assert_eq!(failure(&keys, entry), ErrorKind::FieldSpec);
    assert_eq!(resolve(&pod("null"), entry).unwrap().0, "null\n");
    assert_eq!(
        resolve(&pod("{a: [$(A)], b: $(A)}"), entry).unwrap().0,
        "a:\n- $(A)\nb: s\n"
    );
}

#[test]
fn every_string_becomes_one_for_good() {
    let mut set = set(POD);
    let mut all = Vars::default();
    let entry = "[{name: A, objref: {apiVersion: v1, kind: Service, name: s}}]";
    all.absorb(&vars(entry), &mut set).unwrap();
    let untyped = |resource: &mut Resource| {
        resource.edit_fields(|root| {
            let value = Node::new(
                yaml::Scalar::new(yaml::Tag::None, yaml::Style::Plain, "5"),
                Mark::default(),
            );
            *root.get_mut("/spec/containers/0/args/0").unwrap() = value;
        });
    };
    set.update(0, |resource, _| untyped(resource));
    let mut warnings = Vec::new();
    all.resolve(&mut set, &Config::default().var_reference, &mut warnings)
        .unwrap();
    let value = set.get(0).get("/spec/containers/0/args/0").unwrap();
    assert_eq!(value.as_str(), Some("5"));
}

/// The reference has one node in both places and looks at it twice.
#[test]
fn an_annotation_in_two_places_is_expanded_twice() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {}}\n";
    let mut set = set(text);
    apply(&mut set, "commonAnnotations: {a: $$(A)}").unwrap();
    let mut all = Vars::default();
    let entry = "[{name: A, objref: {apiVersion: apps/v1, kind: Deployment, name: d}}]";
    all.absorb(&vars(entry), &mut set).unwrap();
    let fields = &Config::default().var_reference;
    all.resolve(&mut set, fields, &mut Vec::new()).unwrap();
    for pointer in [
        "/metadata/annotations/a",
        "/spec/template/metadata/annotations/a",
    ] {
        assert_eq!(set.get(0).get(pointer).and_then(Node::as_str), Some("d"));
    }
}
