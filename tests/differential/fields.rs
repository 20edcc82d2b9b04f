//! The fields of a kustomization that need few words, and the choice among all.

use serde_json::{Value, json};

use super::dice::Dice;
use super::forest::{Forest, Site};
use super::resources::Item;
use super::{patches, plugins, schemas, values, words};

type Add = fn(&mut Forest, &mut Site);

/// Every feature, and how often it is wanted beside the others.
const FEATURES: [(usize, Add); 24] = [
    (4, namespace),
    (6, affixes),
    (6, labels),
    (3, common_labels),
    (3, annotations),
    (6, images),
    (3, replicas),
    (8, config_maps),
    (4, secrets),
    (2, generator_options),
    (14, patches::patch),
    (4, patches::strategic),
    (4, patches::json6902),
    (8, values::replacement),
    (3, values::variable),
    (3, schemas::configurations),
    (2, schemas::crds),
    (2, schemas::openapi),
    (6, plugins::transformers),
    (4, plugins::generators),
    (2, plugins::validators),
    (3, build_metadata),
    (3, sort_options),
    (1, old_spelling),
];

pub(crate) fn add(forest: &mut Forest, site: &mut Site) {
    let total = FEATURES.iter().map(|(weight, _)| weight).sum();
    let mut left = forest.dice.below(total);
    for (weight, add) in FEATURES {
        if left < weight {
            return add(forest, site);
        }
        left -= weight;
    }
}

/// `apiVersion` and `kind`, which only a component must have.
pub(crate) fn type_meta(dice: &mut Dice, site: &mut Site) {
    if site.is_component {
        site.set("apiVersion", json!("kustomize.config.k8s.io/v1alpha1"));
        site.set("kind", json!("Component"));
    } else if dice.chance(60) {
        site.set("apiVersion", json!("kustomize.config.k8s.io/v1beta1"));
        site.set("kind", json!("Kustomization"));
    }
}

fn namespace(forest: &mut Forest, site: &mut Site) {
    let name = forest
        .dice
        .word(&["first", "second", "third", "default", "'5'"]);
    site.set("namespace", json!(name));
}

fn affixes(forest: &mut Forest, site: &mut Site) {
    if forest.dice.chance(70) {
        let prefix = forest.dice.word(&["pre-", "a-", "'12'", "x."]);
        site.set("namePrefix", json!(prefix));
    }
    if forest.dice.chance(40) {
        let suffix = forest.dice.word(&["-end", "-v1", "'0'"]);
        site.set("nameSuffix", json!(suffix));
    }
}

fn labels(forest: &mut Forest, site: &mut Site) {
    let dice = &mut forest.dice;
    let mut entry = json!({"pairs": words::labels(dice)});
    match dice.below(4) {
        0 => entry["includeSelectors"] = json!(true),
        1 => entry["includeTemplates"] = json!(true),
        2 => {
            let spec =
                json!({"path": "spec/any/labels", "kind": "Widget", "create": dice.chance(70)});
            entry["fields"] = json!([spec]);
        }
        _ => {}
    }
    site.append("labels", entry);
}

fn common_labels(forest: &mut Forest, site: &mut Site) {
    site.set("commonLabels", words::labels(&mut forest.dice));
}

fn annotations(forest: &mut Forest, site: &mut Site) {
    let dice = &mut forest.dice;
    let pairs = json!({"note": words::string(dice), "example.com/by": words::string(dice)});
    site.set("commonAnnotations", pairs);
}

pub(crate) fn image(dice: &mut Dice) -> Value {
    let names = [
        "nginx",
        "redis",
        "team/app",
        "reg.example.com:5000/team/app",
        "busybox",
        "ngin.*",
        "none",
    ];
    let mut entry = json!({"name": dice.word(&names)});
    if dice.chance(40) {
        entry["newName"] = json!(dice.word(&["mirror/nginx", "redis", "'7'", "a.b:5/c"]));
    }
    match dice.below(5) {
        0 => entry["digest"] = json!("sha256:cccc"),
        1 => entry["tagSuffix"] = json!("-rc"),
        2 => {}
        _ => entry["newTag"] = json!(dice.word(&["v2", "\"1.10\"", "'1e3'", "latest"])),
    }
    entry
}

fn images(forest: &mut Forest, site: &mut Site) {
    let entry = image(&mut forest.dice);
    site.append("images", entry);
}

/// Something that can be scaled.
pub(crate) fn scalable<'a>(dice: &mut Dice, items: &'a [Item]) -> Option<&'a Item> {
    let kinds = ["Deployment", "StatefulSet", "ReplicaSet"];
    let fit: Vec<_> = items
        .iter()
        .filter(|item| kinds.contains(&&*item.kind))
        .collect();
    (!fit.is_empty()).then(|| *dice.pick(&fit))
}

fn replicas(forest: &mut Forest, site: &mut Site) {
    if let Some(item) = scalable(&mut forest.dice, &site.items) {
        let entry = json!({"name": item.name, "count": forest.dice.below(9)});
        site.append("replicas", entry);
    }
}

fn config_maps(forest: &mut Forest, site: &mut Site) {
    generator(forest, site, "ConfigMap", "configMapGenerator");
}

fn secrets(forest: &mut Forest, site: &mut Site) {
    generator(forest, site, "Secret", "secretGenerator");
}

fn generator(forest: &mut Forest, site: &mut Site, kind: &str, field: &str) {
    let mut entry = generated(forest, site, kind);
    if forest.dice.chance(20) {
        let name = site_file(forest, site, "old", ".env");
        entry["env"] = json!(name);
    }
    site.items.push(item(kind, &entry));
    site.append(field, entry);
}

/// What a generator makes, as far as others can name it.
pub(crate) fn item(kind: &str, entry: &Value) -> Item {
    let data = json!({"a": "x", "key": "x"});
    Item::of(
        json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": entry["name"]}, "data": data}),
    )
}

/// The arguments of a generator; sometimes those for one that is there.
pub(crate) fn generated(forest: &mut Forest, site: &Site, kind: &str) -> Value {
    let number = forest.next();
    let mut entry = json!({"name": format!("conf-{number}")});
    let there: Vec<_> = site.items.iter().filter(|item| item.kind == kind).collect();
    if !there.is_empty() && forest.dice.chance(40) {
        let item = *forest.dice.pick(&there);
        entry["name"] = json!(item.name);
        entry["behavior"] = json!(forest.dice.word(&["merge", "merge", "merge", "replace"]));
        if let Some(namespace) = &item.namespace {
            entry["namespace"] = json!(namespace);
        }
    } else if forest.dice.chance(10) {
        entry["namespace"] = json!("first");
    }
    if forest.dice.chance(80) {
        let mut literals = [
            "a=b",
            "key=x=y",
            "\"q='1'\"",
            "'e='",
            "n=5",
            "\"sp=a b\"",
            "dq=\"v\"",
            "u=h\u{e9}",
        ];
        forest.dice.shuffle(&mut literals);
        let count = forest.dice.between(1, 2);
        entry["literals"] = json!(literals[..count]);
    }
    if forest.dice.chance(30) {
        let name = site_file(forest, site, "file", ".txt");
        entry["files"] = json!([if forest.dice.chance(40) {
            format!("f.txt={name}")
        } else {
            name
        }]);
    }
    if forest.dice.chance(25) {
        entry["envs"] = json!([site_file(forest, site, "env", ".env")]);
    }
    if kind == "Secret" && forest.dice.chance(30) {
        entry["type"] = json!(
            forest
                .dice
                .word(&["Opaque", "kubernetes.io/tls", "example.com/x"])
        );
    }
    if forest.dice.chance(30) {
        entry["options"] = options(&mut forest.dice);
    }
    entry
}

fn options(dice: &mut Dice) -> Value {
    let mut options = json!({});
    if dice.chance(50) {
        options["disableNameSuffixHash"] = json!(dice.chance(70));
    }
    if dice.chance(40) {
        options["labels"] = words::labels(dice);
    }
    if dice.chance(40) {
        options["annotations"] = json!({"from": words::string(dice)});
    }
    if dice.chance(20) {
        options["immutable"] = json!(true);
    }
    options
}

/// A file for a generator: lines that can be those of an environment, or any bytes.
fn site_file(forest: &mut Forest, site: &Site, stem: &str, end: &str) -> String {
    let number = forest.next();
    let text: Vec<u8> = match end {
        ".txt" if forest.dice.chance(25) => {
            let bytes: [&[u8]; 6] = [
                b"caf\xE9\n",
                b"\xFF\xFE\0a",
                b"\xEF\xBB\xBFmarked\n",
                b"cut \xE2\x82",
                b"\xED\xA0\x80",
                &[0x9F; 80],
            ];
            forest.dice.pick(&bytes).to_vec()
        }
        ".txt" => {
            let long = "long ".repeat(30);
            let texts = [
                "a\nb\n",
                "no end",
                "",
                "tab\there\n",
                "trailing \n",
                "a: 1\nb: [x]\n",
                "\u{7}bell\0\n",
                &long,
            ];
            forest.dice.word(&texts).into_bytes()
        }
        _ => {
            let texts = [
                "\u{FEFF}K_=marked\n",
                "K_=v1\nL_=v 2\n",
                "# comment\n\nK_='q'\n",
                "K_=\n",
                "K_=a=b\r\nL_=x\n",
                "K_=h\u{e9}",
            ];
            // Two files of one generator must not share keys.
            let text = forest.dice.word(&texts);
            text.replace('_', &number.to_string()).into_bytes()
        }
    };
    forest.write_text(site, &format!("{stem}{number}{end}"), text)
}

fn generator_options(forest: &mut Forest, site: &mut Site) {
    let options = options(&mut forest.dice);
    site.set("generatorOptions", options);
}

fn build_metadata(forest: &mut Forest, site: &mut Site) {
    let all = [
        "originAnnotations",
        "transformerAnnotations",
        "managedByLabel",
    ];
    let chosen: Vec<_> = all.into_iter().filter(|_| forest.dice.chance(50)).collect();
    site.set("buildMetadata", json!(chosen));
}

fn sort_options(forest: &mut Forest, site: &mut Site) {
    if site.is_base && !forest.dice.chance(3) {
        return;
    }
    let options = match forest.dice.below(3) {
        0 => json!({"order": "fifo"}),
        1 => json!({"order": "legacy"}),
        _ => json!({"order": "legacy", "legacySortOptions": {
            "orderFirst": ["Secret", "Service"], "orderLast": ["Deployment", "Widget"]}}),
    };
    site.set("sortOptions", options);
}

/// Brings a field back to what it was called once.
fn old_spelling(_: &mut Forest, site: &mut Site) {
    let names = [("resources", "bases"), ("images", "imageTags")];
    for (new, old) in names {
        let Some(Value::Array(list)) = site.body.get_mut(new) else {
            continue;
        };
        let is_directory =
            |entry: &Value| entry.as_str().is_none_or(|text| text.starts_with("../"));
        let (moved, kept): (Vec<_>, Vec<_>) = list.drain(..).partition(is_directory);
        for entry in kept {
            list.push(entry);
        }
        if list.is_empty() {
            site.body.remove(new);
        }
        if !moved.is_empty() {
            site.set(old, json!(moved));
        }
    }
}
