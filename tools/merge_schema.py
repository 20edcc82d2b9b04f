#!/usr/bin/env python3
"""Prints src/schema/tables.rs: which lists a strategic merge merges, and which types are namespaced.

    python3 tools/merge_schema.py > src/schema/tables.rs

The data are src/schema/data/merge_schema.json: what the OpenAPI document of Kubernetes 1.21.2, which
kustomize carries, says of patches, without everything from which no merged list can be reached; and
beside it other_fields.json, the names of what is left out. The schema of `Kustomization`, which
kustomize always adds, is written here: it has two such lists.
"""

import json
import pathlib

DATA = pathlib.Path(__file__).parent.parent / "src/schema/data"
KUSTOMIZATION = "io.k8s.api.apps.v1.Kustomization"
MERGED_BY_NAME = {"list": {"keys": ["name"]}}

data = json.loads((DATA / "merge_schema.json").read_text())
others = json.loads((DATA / "other_fields.json").read_text())
types = dict(data["types"])
types[KUSTOMIZATION] = {
    "configMapGenerator": MERGED_BY_NAME,
    "secretGenerator": MERGED_BY_NAME,
}
roots = dict(data["roots"])
roots["kustomize.config.k8s.io/v1beta1|Kustomization"] = KUSTOMIZATION
number = {name: at for at, name in enumerate(sorted(types))}


def shape(field):
    if "map" in field:
        return f"Shape::Map({number[field['map']]})"
    keys = ", ".join(f'"{key}"' for key in field["list"]["keys"])
    element = field["list"].get("elem")
    element = "None" if element is None else f"Some({number[element]})"
    return f"Shape::List(&[{keys}], {element})"


def by_type(table, value):
    for name, entry in sorted(table.items(), key=lambda item: item[0].split("|")[::-1]):
        api_version, kind = name.split("|")
        print(f'    ("{kind}", "{api_version}", {value(entry)}),')


print(f"""\
//! The patch rules and scopes of Kubernetes {data["kubernetesVersion"]}.
//!
//! Made by `tools/merge_schema.py`; do not edit.

use super::builtin::{{Shape, Type}};

/// Types from which a list that is merged can be reached, sorted by name.
#[rustfmt::skip]
pub(super) static TYPES: [Type; {len(types)}] = [""")
for name in sorted(types):
    print(f'    Type {{ name: "{name}", fields: &[')
    rules = {field: shape(rule) for field, rule in types[name].items()}
    rules.update((field, "Shape::Other") for field in others.get(name, []))
    for field, rule in sorted(rules.items()):
        print(f'        ("{field}", {rule}),')
    print("    ] },")
print(f"""\
];

/// Kind, API version and type of resources, sorted.
#[rustfmt::skip]
pub(super) static ROOTS: [(&str, &str, u16); {len(roots)}] = [""")
by_type(roots, lambda name: number[name])
print(f"""\
];

/// Kind and API version of resources, sorted, and whether they live in namespaces.
#[rustfmt::skip]
pub(super) static NAMESPACED: [(&str, &str, bool); {len(data["namespaced"])}] = [""")
by_type(data["namespaced"], lambda namespaced: str(namespaced).lower())
print("];")
