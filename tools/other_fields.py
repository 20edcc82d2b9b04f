#!/usr/bin/env python3
"""Prints src/schema/data/other_fields.json: the fields that hold objects and lead to no merged list.

    python3 tools/other_fields.py swagger.pb > src/schema/data/other_fields.json

The argument is kustomize's kyaml/openapi/kubernetesapi/v1_21_2/swagger.pb, an OpenAPI v2 document
in the protobuf form of google/gnostic-models. Of a field that the document describes, kustomize does
not ask whether the object there names a type of its own; src/schema/data/merge_schema.json cannot
tell these fields from unknown ones.
"""

import json
import pathlib
import sys

DATA = pathlib.Path(__file__).parent.parent / "src/schema/data/merge_schema.json"
DEFINITIONS, REFERENCE, TYPE, PROPERTIES = 9, 1, 22, 25
LEAVES = (["string"], ["integer"], ["boolean"], ["number"], ["array"])


def fields(data):
    """The numbers and values of a protobuf message."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            yield tag >> 3, number()
            continue
        length = {1: 8, 5: 4}.get(tag & 7) or number()
        yield tag >> 3, data[at : at + length]
        at += length


def inside(data, *path):
    """The values at a path of field numbers."""
    if not path:
        return [data]
    return [end for at, value in fields(data) if at == path[0] for end in inside(value, *path[1:])]


def named(data, *path):
    pairs = (dict(fields(pair)) for pair in inside(data, *path, 1))
    return {pair[1].decode(): pair[2] for pair in pairs}


def is_object(schema):
    while reference := inside(schema, REFERENCE):
        schema = definitions[reference[0].decode().removeprefix("#/definitions/")]
    return [name.decode() for name in inside(schema, TYPE, 1)] not in LEAVES


definitions = named(pathlib.Path(sys.argv[1]).read_bytes(), DEFINITIONS)
types = json.loads(DATA.read_text())["types"]
found = {}
for name, known in types.items():
    properties = named(definitions[name], PROPERTIES)
    found[name] = sorted(
        field for field, schema in properties.items() if field not in known and is_object(schema)
    )
print(json.dumps({name: known for name, known in found.items() if known}, indent=0, sort_keys=True))
