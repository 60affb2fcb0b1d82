#!/usr/bin/env python3
"""Checks that docs/session-format.md names every key that a session may have, and no other.

keys.py ROOT, with the program in the environment variable DUBPLATE, compares the page with `dubplate schema`. The
processors' parameters are left to their own pages. Exit 0: all is well; 1: each mistake on stdout.
keys.py --self-test proves that both rules can fail.
"""

import json
import os
import pathlib
import re
import subprocess

import checker


def keys_of(schema, parameters=frozenset()):
    """Every key of the schema; of an insert those that are not a parameter's (or a group's of them)."""
    if isinstance(schema, list):
        return set().union(*(keys_of(part, parameters) for part in schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    for key, part in schema.items():
        if key.startswith("processor_"):
            found |= set(part["properties"]) - set(parameters)
        else:
            found |= keys_of(part, parameters)
    return found


def parameters_of(processors):
    """The names of all parameters and of their groups."""
    names = set()
    for processor in processors:
        names |= {parameter["name"] for parameter in processor["parameters"]}
        if "group" in processor:
            names.add(processor["group"]["name"])
    return names


def named_in(page):
    """Words that stand as keys: `key` or "key" in code."""
    code = re.findall(r"`+([^`]+)`+", page) + re.findall(r"(?m)^ {4,}(.*)$", page)
    return {word for text in code for word in re.findall(r"[a-z_]+", text)}


def listed_in(page):
    """The keys that open a row of a table of keys."""
    tables = re.findall(r"(?m)^\| key \|.*\n\|[-|]+\n((?:\|.*\n)+)", page)
    cells = [row.split("|")[1] for table in tables for row in table.splitlines()]
    return {key for cell in cells for key in re.findall(r"`([a-z_]+)`", cell)}


def mistakes(page, schema, parameters):
    keys = keys_of(schema, parameters)
    for key in sorted(keys - named_in(page)):
        yield f"docs/session-format.md does not explain the key `{key}`"
    for key in sorted(listed_in(page) - keys):
        yield f"docs/session-format.md lists the key `{key}`, which no session has"


def self_test():
    schema = {
        "properties": {"tempo": {}, "tracks": {"items": {"$ref": "#/$defs/track"}}},
        "$defs": {
            "track": {"anyOf": [{"properties": {"pan_law": {}}}]},
            "processor_eq": {"properties": {"bands": {"properties": {"q": {}}}, "bypass": {}}},
        },
    }
    head = "| key | value |\n|---|---|\n"
    assert list(mistakes(head + "| `tempo`, `tracks` | x |\n| `pan_law`, `bypass` | y |\n", schema, {"bands"})) == []
    assert list(mistakes(head + "| `tempo` | `tracks`, `bypass` |\n", schema, {"bands"})) == [
        "docs/session-format.md does not explain the key `pan_law`"
    ]
    assert list(mistakes(head + "| `tempo` | `tracks`, `pan_law`, `bypass` |\n| `tempi` | |\n", schema, {"bands"})) == [
        "docs/session-format.md lists the key `tempi`, which no session has"
    ]


def mistakes_below(root):
    page = pathlib.Path(root, "docs", "session-format.md").read_text(encoding="utf-8")
    schema, processors = (
        json.loads(subprocess.run([os.environ["DUBPLATE"], *words], capture_output=True, text=True, check=True).stdout)
        for words in (["schema"], ["processors", "--json"])
    )
    return mistakes(page, schema, parameters_of(processors["processors"]))


checker.run(__doc__, self_test, mistakes_below)
