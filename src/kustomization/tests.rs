use super::*;
use crate::error::{Error, ErrorKind};
use crate::source::SourceId;
use crate::warning::WarningKind;

fn source(text: &str) -> Source {
    Source::new(SourceId(7), "kustomization.yaml", text.to_owned()).unwrap()
}

fn read_with(text: &str) -> Result<(Kustomization, Vec<Warning>)> {
    let mut warnings = Vec::new();
    let read = Kustomization::read(&source(text), &Limits::default(), &mut warnings)?;
    Ok((read, warnings))
}

fn read(text: &str) -> Kustomization {
    read_with(text).map(|(read, _)| read).unwrap()
}

fn refused(text: &str) -> Error {
    read_with(text).map(|_| ()).unwrap_err()
}

/// The texts of a list, joined by spaces.
fn texts(list: &List<Str>) -> String {
    let texts: Vec<&str> = list.iter().map(|text| text.as_str()).collect();
    texts.join(" ")
}

fn shown(pairs: &Pairs) -> String {
    let shown: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", **key, **value))
        .collect();
    shown.join(" ")
}

#[test]
fn every_field_is_read() {
    let text = include_str!("every_field.yaml");
    let (read, warnings) = read_with(text).unwrap();
    assert!(!read.is_component());
    assert_eq!(read.metadata.as_ref().unwrap().name.as_str(), "all");
    assert_eq!(shown(&read.openapi), "version=v1.21.2");
    assert_eq!(
        (
            &*read.name_prefix.value,
            &*read.name_suffix.value,
            &*read.namespace.value
        ),
        ("p-", "-s", "space")
    );
    assert_eq!(shown(&read.common_labels), "a=1 b=2");
    let label = &read.labels[0];
    assert_eq!(shown(&label.pairs), "x=y");
    assert!(label.include_selectors && label.include_templates);
    let spec = &label.fields[0];
    assert_eq!(
        (
            &*spec.gvk.group,
            &*spec.gvk.version,
            &*spec.gvk.kind,
            &*spec.path,
            spec.create
        ),
        ("g", "v", "K", "spec/labels", true)
    );
    assert_eq!(shown(&read.common_annotations), "n=o");
    assert_eq!(texts(&read.patches_strategic_merge), "sm.yaml");
    assert_eq!(read.patches_json6902[0].path.as_str(), "json.yaml");
    let patch = &read.patches[0];
    assert_eq!(patch.patch.as_str(), "- op: remove\n");
    let target = patch.target.as_ref().unwrap();
    assert_eq!(
        [
            &target.group,
            &target.version,
            &target.kind,
            &target.name,
            &target.namespace
        ]
        .map(|part| part.as_str()),
        ["g", "v", "K", "n", "ns"]
    );
    assert_eq!(target.label_selector.as_str(), "l=1");
    assert_eq!(target.annotation_selector.as_str(), "a=1");
    let options = patch.options.as_ref().unwrap();
    assert!(options.allow_name_change && !options.allow_kind_change);
    let image = &read.images[0];
    assert_eq!(
        [
            &image.name,
            &image.new_name,
            &image.new_tag,
            &image.tag_suffix,
            &image.digest
        ]
        .map(|part| part.as_str()),
        ["i", "j", "1", "-x", "sha256:0"]
    );
    assert_eq!(read.images[1].name.as_str(), "old");
    let replacement = &read.replacements[0].replacement;
    let from = replacement.source.as_ref().unwrap();
    assert_eq!(
        (from.kind.as_str(), from.field_path.as_str()),
        ("K", "spec.x")
    );
    let part = from.options.as_ref().unwrap();
    assert_eq!(
        (part.delimiter.as_str(), *part.index, part.create),
        (":", -1, false)
    );
    let to = &replacement.targets[0];
    assert_eq!(to.select.as_ref().unwrap().name.as_str(), "t");
    assert_eq!(to.reject[0].name.as_str(), "u");
    assert_eq!(texts(&to.field_paths), "a.b c.d");
    assert!(to.options.as_ref().unwrap().create);
    assert!(read.replacements[0].file().unwrap().is_none());
    let value = read.replacements[1].replacement.source_value.as_ref();
    assert_eq!(value.unwrap().as_str(), "v");
    assert_eq!(
        read.replacements[2].file().unwrap().unwrap().as_str(),
        "r.yaml"
    );
    assert_eq!(
        (read.replicas[0].name.as_str(), *read.replicas[0].count),
        ("d", 3)
    );
    let var = &read.vars[0];
    assert_eq!(
        (var.name.as_str(), var.field_path()),
        ("V", "metadata.name")
    );
    assert_eq!(var.objref.group_version(), ("apps", "v1"));
    assert_eq!(read.vars[1].field_path(), "data.x");
    let sorting = read.sort_options.as_ref().unwrap();
    assert_eq!(sorting.order.as_str(), "legacy");
    let legacy = sorting.legacy_sort_options.as_ref().unwrap();
    assert_eq!(
        (&*legacy.order_first[0], &*legacy.order_last[0]),
        ("A", "Z")
    );
    assert_eq!(texts(&read.resources), "r.yaml base");
    assert_eq!(texts(&read.components), "c");
    assert_eq!(texts(&read.crds), "crd.yaml");
    let generator = &read.config_map_generator[0].args;
    assert_eq!(
        (
            generator.name.as_str(),
            generator.namespace.as_str(),
            generator.behavior.as_str()
        ),
        ("cm", "ns", "merge")
    );
    assert_eq!(texts(&generator.literals), "a=b");
    assert_eq!(texts(&generator.files), "f.txt");
    assert_eq!(texts(&generator.envs), "e.env old.env");
    let secret = &read.secret_generator[0];
    assert_eq!(
        (secret.args.name.as_str(), secret.secret_type.as_str()),
        ("s", "t")
    );
    let options = generator.merged_options(read.generator_options.as_ref());
    assert_eq!(shown(&options.labels), "own=1 shared=own");
    assert_eq!(shown(&options.annotations), "all=1");
    assert!(options.disable_name_suffix_hash && options.immutable.value);
    assert_eq!(
        read.helm_globals.as_ref().unwrap().chart_home.as_str(),
        "home"
    );
    assert_eq!(read.helm_charts[0].name.as_str(), "chart");
    assert_eq!(read.helm_charts[1].name.as_str(), "old-chart");
    assert!(read.helm_charts[0].values_inline.is_some());
    assert_eq!(texts(&read.configurations), "conf.yaml");
    assert_eq!(texts(&read.generators), "g.yaml");
    assert_eq!(texts(&read.transformers), "t.yaml");
    assert_eq!(texts(&read.validators), "v.yaml");
    assert_eq!(texts(&read.build_metadata), "originAnnotations");
    let old: Vec<&str> = warnings
        .iter()
        .map(|warning| warning.message().split('`').nth(1).unwrap())
        .collect();
    let names = [
        "bases",
        "commonLabels",
        "imageTags",
        "patchesJson6902",
        "patchesStrategicMerge",
        "vars",
    ];
    assert_eq!(old, names);
}

#[test]
fn values_know_where_they_were_written() {
    let text = "images:\n- name: a\n  newTag: '1'\ncommonLabels:\n  k: v\nbases: []\nvars:\n";
    let (read, warnings) = read_with(text).unwrap();
    let place = |mark: Mark| {
        let place = source(text).locate(mark.offset);
        assert_eq!(mark.source, SourceId(7));
        (place.line, place.column)
    };
    assert_eq!(place(read.images[0].mark), (2, 3));
    assert_eq!(place(read.images[0].new_tag.mark), (3, 11));
    let (key, value) = &read.common_labels[0];
    assert_eq!((place(key.mark), place(value.mark)), ((5, 3), (5, 6)));
    let places: Vec<_> = warnings
        .iter()
        .map(|warning| place(warning.mark().unwrap()))
        .collect();
    assert_eq!(places, [(6, 1), (4, 1)]);
    assert_eq!(warnings[0].kind(), WarningKind::DeprecatedField);
    assert_eq!(
        warnings[0].message(),
        "`bases` is deprecated: use `resources`"
    );
}

#[test]
fn names_match_in_any_case() {
    let text = "NamePrefix: a\nREſOURCES: [x]\n\u{212A}ind: Component\n";
    let read = read(text);
    assert_eq!(
        (read.name_prefix.as_str(), &*texts(&read.resources)),
        ("a", "x")
    );
    assert!(read.is_component());
    assert_eq!(
        read.api_version.as_str(),
        "kustomize.config.k8s.io/v1alpha1"
    );
}

#[test]
fn a_field_in_two_cases_is_decoded_twice() {
    let text = "namePrefix: a\nNAMEPREFIX: b\ncommonLabels: {a: '1', b: '1'}\nCommonLabels: {b: '2', c: '2'}\n\
                patches: [{path: p}]\nPatches: [{target: {name: t}}, {path: q}]\nresources: ~\nResources: [x]\n";
    let read = read(text);
    assert_eq!(read.name_prefix.as_str(), "a");
    assert_eq!(shown(&read.common_labels), "a=1 b=1 c=2");
    assert_eq!(read.patches.len(), 1);
    assert_eq!(read.patches[0].path.as_str(), "p");
    assert_eq!(read.patches[0].target.as_ref().unwrap().name.as_str(), "t");
    assert!(read.resources.mark().is_none());
}

#[test]
fn of_equal_keys_the_last_counts() {
    let read = read("namePrefix: a\nnamePrefix: b\ngeneratorOptions: {immutable: yes}\n");
    assert_eq!(read.name_prefix.as_str(), "b");
    assert!(read.generator_options.unwrap().immutable.value);
}

#[test]
fn nothing_and_empty_are_different() {
    for text in [
        "resources: []",
        "metadata: {}",
        "generatorOptions: {}",
        "openapi: {}",
        "vars: []",
        "commonLabels: {}",
        "helmGlobals: {}",
        "sortOptions: {}",
    ] {
        assert!(read_with(text).is_ok(), "{text}");
    }
    for text in [
        "",
        "# nothing\n",
        "---\n",
        "null",
        "kind: Component",
        "resources: ~",
        "bases: []",
        "imageTags: []",
        "helmChartInflationGenerator: []",
        "namePrefix: ''",
        "metadata:",
    ] {
        assert_eq!(
            refused(text).kind(),
            ErrorKind::EmptyKustomization,
            "{text}"
        );
    }
}

#[test]
fn null_is_the_zero_value() {
    let read = read(
        "resources: [~, a]\nlabels: [~]\ncommonLabels: {a: ~}\nreplicas: [{count: ~, name: ~}]\n",
    );
    assert_eq!(texts(&read.resources), " a");
    assert_eq!(shown(&read.common_labels), "a=");
    assert_eq!((read.labels.len(), *read.replicas[0].count), (1, 0));
}

#[test]
fn types_are_exact() {
    for (text, line, column, words) in [
        (
            "namespace: 5",
            1,
            12,
            "namespace: expected a string, found a number: put it in quotes",
        ),
        (
            "namePrefix: yes",
            1,
            13,
            "namePrefix: expected a string, found a boolean: put it in quotes",
        ),
        (
            "images:\n- newTag: 1.10",
            2,
            11,
            "images.0.newTag: expected a string, found a number: put it in quotes",
        ),
        (
            "commonLabels: {a: n}",
            1,
            19,
            "commonLabels.a: expected a string, found a boolean: put it in quotes",
        ),
        (
            "resources: a.yaml",
            1,
            12,
            "resources: expected a list, found a string",
        ),
        (
            "resources: {a: b}",
            1,
            12,
            "resources: expected a list, found a mapping",
        ),
        (
            "commonLabels: [a]",
            1,
            15,
            "commonLabels: expected a mapping, found a list",
        ),
        (
            "patches: [a]",
            1,
            11,
            "patches.0: expected a mapping, found a string",
        ),
        (
            "replicas: [{count: '3'}]",
            1,
            20,
            "replicas.0.count: expected a whole number of 64 bits, found a string",
        ),
        (
            "replicas: [{count: 1.5}]",
            1,
            20,
            "replicas.0.count: expected a whole number of 64 bits, found a number",
        ),
        (
            "replicas: [{count: 9223372036854775808}]",
            1,
            20,
            "replicas.0.count: expected a whole number of 64 bits, found a number",
        ),
        (
            "generatorOptions: {immutable: 'true'}",
            1,
            31,
            "generatorOptions.immutable: expected a boolean, found a string",
        ),
        (
            "helmCharts: [{valuesInline: [a]}]",
            1,
            29,
            "helmCharts.0.valuesInline: expected a mapping, found a list",
        ),
        ("[a]", 1, 1, "expected a mapping, found a list"),
        ("a", 1, 1, "expected a mapping, found a string"),
    ] {
        let error = refused(text);
        let place = error.location().unwrap();
        assert_eq!(error.kind(), ErrorKind::FieldType, "{text}");
        assert_eq!(error.message(), words, "{text}");
        assert_eq!((place.line, place.column), (line, column), "{text}");
    }
    for (text, count) in [
        ("1e3", 1000),
        ("2.0", 2),
        ("-0.0", 0),
        ("0x10", 16),
        ("1_0", 10),
    ] {
        let read = read(&format!("replicas: [{{count: {text}}}]"));
        assert_eq!(*read.replicas[0].count, count, "{text}");
    }
}

#[test]
fn unknown_fields_are_refused() {
    for (text, words) in [
        (
            "resource: [a]",
            "unknown field `resource`: did you mean `resources`?",
        ),
        ("foo: 1", "unknown field `foo`: remove it"),
        (
            "images: [{tag: a}]",
            "images.0: unknown field `tag`: here may stand `name`, `newName`, `tagSuffix`, `newTag`, `digest`",
        ),
        (
            "patches: [{options: {allowNameChanges: yes}}]",
            "patches.0.options: unknown field `allowNameChanges`: did you mean `allowNameChange`?",
        ),
        (
            "configMapGenerator: [{type: a}]",
            "configMapGenerator.0: unknown field `type`: here may stand `namespace`, `name`, `behavior`, `literals`, `files`, `envs`, `env`, `options`",
        ),
        ("~ : a", "a key must be a string: quote it"),
    ] {
        assert_eq!(refused(text).message(), words, "{text}");
    }
    assert!(refused("foo: 1").location().is_some());
}

#[test]
fn kind_and_version_belong_together() {
    for (text, place) in [
        ("kind: Foo\nresources: []", (1, 7)),
        (
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: []",
            (2, 13),
        ),
        ("apiVersion: v1\nresources: []", (1, 13)),
    ] {
        let error = refused(text);
        assert_eq!(error.kind(), ErrorKind::NotAKustomization, "{text}");
        let location = error.location().unwrap();
        assert_eq!((location.line, location.column), place, "{text}");
    }
}

#[test]
fn texts_are_printed_and_read_once_more() {
    let read = read("namePrefix: \"a \\x85 b\"\nnameSuffix: \"\\u2028\"\n");
    assert_eq!(
        (read.name_prefix.as_str(), read.name_suffix.as_str()),
        ("a b", "\u{2028}")
    );
    for text in ["namePrefix: \"\\x7F\"", "commonLabels: {\"\\x9F\": a}"] {
        let error = refused(text);
        assert_eq!(error.kind(), ErrorKind::Value);
        assert!(error.location().is_some());
    }
}

#[test]
fn replacements_in_files_are_read_leniently() {
    let read = |text: &str| read_replacements(&source(text), &Limits::default(), &mut Vec::new());
    let list = read("- sourceValue: 5\n  unknown: 1\n  targets: [{fieldPaths: [1.10, yes], options: {delimiter: 1}}]\n").unwrap();
    assert_eq!(list[0].source_value.as_ref().unwrap().as_str(), "5");
    assert_eq!(texts(&list[0].targets[0].field_paths), "1.1 true");
    assert_eq!(
        list[0].targets[0]
            .options
            .as_ref()
            .unwrap()
            .delimiter
            .as_str(),
        "1"
    );
    assert_eq!(read("sourceValue: a").unwrap().len(), 1);
    // The type of what Go embeds is not found, so nothing is converted.
    for text in ["source: {name: 5}", "", "text", "- targets: {}"] {
        let error = read(text).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FieldType, "{text}");
        assert!(error.location().is_some());
    }
}

#[test]
fn a_replacement_has_a_path_or_is_one() {
    let read = read("replacements: [{path: a, targets: [{}]}]");
    let error = read.replacements[0].file().map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Replacement);
}

#[test]
fn configurations_and_plugins_have_their_own_rules() {
    let read =
        |text: &str| read_file::<FieldSpec>(&source(text), &Limits::default(), Mode::CONFIGURATION);
    assert_eq!(&*read("path: 5").unwrap().path, "5");
    assert!(read("").unwrap().path.is_empty());
    for (text, kind) in [
        ("create: 'true'", ErrorKind::FieldType),
        ("foo: a", ErrorKind::UnknownField),
        ("path: a\npath: b", ErrorKind::DuplicateKey),
    ] {
        assert_eq!(read(text).map(|_| ()).unwrap_err().kind(), kind, "{text}");
    }
    let node = &yaml::read_str("x", "metadata: {}\npath: yes\ncreate: true\n").unwrap()[0];
    let plugin: FieldSpec = decode_plugin(node, Mode::PLUGIN, &mut Vec::new()).unwrap();
    assert_eq!((&*plugin.path, plugin.create), ("yes", true));
}

#[test]
fn only_the_first_document_is_read() {
    for text in [
        "namePrefix: a\n---\nfoo: b\n",
        "namePrefix: a\n---\n\t@",
        "namePrefix: a\n...\n@",
    ] {
        assert_eq!(read(text).name_prefix.as_str(), "a", "{text}");
    }
}
