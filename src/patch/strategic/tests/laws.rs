//! What holds of any merge.

use proptest::prelude::*;

use super::*;

fn scalar() -> impl Strategy<Value = Node> {
    let text = prop::sample::select(vec!["a", "1", "on", "null", "", "1.0", "a: b"]);
    let tag = prop::sample::select(vec![Tag::Str, Tag::None]);
    let style = prop::sample::select(vec![Style::Plain, Style::DoubleQuoted, Style::Literal]);
    (text, tag, style).prop_map(|(text, tag, style)| Scalar::new(tag, style, text).into())
}

fn mapping(inner: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Node> {
    let key = prop::sample::select(vec![
        "name",
        "port",
        "protocol",
        "a",
        "$patch",
        "containers",
        "ports",
    ]);
    prop::collection::vec((key, inner), 0..4).prop_map(|fields| {
        let entry = |(key, value)| Entry {
            key: Node::string(key),
            value,
        };
        Node::from(
            fields
                .into_iter()
                .map(entry)
                .fold(Mapping::default(), |mut mapping, entry| {
                    if mapping.get(entry.key.text().unwrap()).is_none() {
                        mapping.push(entry);
                    }
                    mapping
                }),
        )
    })
}

fn node() -> impl Strategy<Value = Node> {
    let null = Just(Node::null());
    prop_oneof![8 => scalar(), 1 => null].prop_recursive(5, 40, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4)
            .prop_map(|items| Sequence::from(items).into());
        prop_oneof![list, mapping(inner)]
    })
}

/// Whether a quick look finds that a merge leaves a node alone, and whether it does.
fn settles(node: &Node) -> (bool, bool) {
    let notes = Notes::default();
    let mut merge = Merge {
        notes: [&notes; 2],
        schema: &Schema::builtin(),
        warnings: &mut Vec::new(),
    };
    let quick = merge.is_settled(node, None);
    let begun = merge.begin(Sides::Resource(node), None);
    let stays = matches!(merge.walk(begun), Ok(Merged::Same));
    (quick, stays && merge.warnings.is_empty())
}

#[test]
fn a_quick_look_sees_what_stays() {
    for (spec, stays) in [
        (
            "{containers: [{name: a, env: [{name: one}, {name: two}]}, {name: b}], a: ~, b: [~]}",
            true,
        ),
        ("{containers: []}", true),
        ("{containers: [{name: a}, {name: a}]}", false),
        ("{containers: [{name: a}, {image: b}]}", false),
        ("{containers: [{name: a}, {}]}", false),
        ("{containers: [{name: a, command: on}]}", false),
        (
            "{containers: [{name: a, ports: [{containerPort: 1}, {containerPort: 2}]}]}",
            true,
        ),
        (
            "{containers: [{name: a, ports: [{containerPort: 1}, {containerPort: 1}]}]}",
            false,
        ),
        ("{a: {b: }}", false),
    ] {
        let node = read(0, &format!("{POD}{spec}"));
        let (quick, really) = settles(&node);
        assert_eq!(really, stays, "{spec}");
        // Null is left to the walk.
        assert_eq!(quick, stays && !spec.contains('~'), "{spec}");
    }
}

/// Without lists, directives and nulls.
fn plain() -> impl Strategy<Value = Node> {
    scalar().prop_recursive(4, 20, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "c"]);
        prop::collection::btree_map(key, inner, 0..4)
            .prop_map(|fields| Node::from(fields.into_iter().collect::<Mapping>()))
    })
}

fn object(spec: Node) -> Node {
    let head = read(0, "apiVersion: v1\nkind: Pod");
    let Value::Mapping(mut mapping) = head.into_value() else {
        unreachable!()
    };
    mapping.set("spec", spec);
    mapping.into()
}

proptest! {
    #[test]
    fn a_quick_look_is_right(spec in node()) {
        let (quick, really) = settles(&object(spec));
        prop_assert!(really || !quick);
    }

    #[test]
    fn any_two_nodes_merge_or_fail(dest in node(), patch in node()) {
        let _ = merge(&object(dest), &object(patch));
    }

    #[test]
    fn a_patch_is_applied_once(dest in plain(), patch in plain()) {
        if let Ok((Some(once), _)) = merge(&object(dest), &object(patch.clone())) {
            let (twice, _) = merge(&once, &object(patch)).unwrap();
            prop_assert!(twice == Some(once));
        }
    }

    #[test]
    fn an_empty_patch_settles_at_once(dest in node()) {
        let empty = object(Node::from(Mapping::default()));
        if let Ok((Some(once), _)) = merge(&object(dest), &empty)
            && let Ok((Some(twice), _)) = merge(&once, &empty)
        {
            let again = merge(&twice, &empty).unwrap().0;
            prop_assert!(again == Some(twice));
        }
    }
}
