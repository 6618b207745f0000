"""Rules touch nothing outside: they may import little, call nothing that reads or waits, and start fast."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, program_files, tree_of

PURE_ROOMS = {"facts", "reading", "rules", "vocabulary"}
PURE_FILES = {
    "clearing/reasons.py",
    "clearing/reason_kinds.py",
    "clearing/field_forms.py",
    "clearing/charges/decision.py",
}
OWN = {
    "clearing",
    "county_desk",
    "marketplace",
    "provider_portal",
    "foundation",
}  # among them the import contracts decide
LIBRARIES = {"holidays", "rapidfuzz", "stdnum", "yaml"}  # tables, distances of words, check digits, text
STANDARD = {
    "__future__",
    "base64",
    "bisect",
    "calendar",
    "collections",
    "copy",
    "dataclasses",
    "datetime",
    "enum",
}
STANDARD |= {
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "hmac",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "re",
    "types",
    "typing",
    "unicodedata",
    "uuid",
    "zoneinfo",
}
PARTS_OF_STANDARD = {"urllib.parse"}
OUTWARD_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}
CACHES = {"cache", "lru_cache", "cached_property"}
KEPT_TABLES = {
    "clearing/eligibility/rules/civil_days.py",
    "clearing/eligibility/rules/time_classes.py",
    "clearing/payments/rules/bank_days.py",
}
"""Tables that never change: holidays of a year, the instants of a day, the parts of a planned visit."""
CLOCK = {"now", "today", "utcnow"}
"""`zoneinfo` reads the tables of time zones, `holidays` counts: both answer the same for ever."""

PLANTED = {
    "def rule(): return open('balance.csv')": "open",
    "def rule(): print('refused')": "print",
    "import datetime\ndef rule(): return datetime.datetime.now()": "now",
    "from datetime import date\ndef rule(): return date.today()": "today",
    "from pathlib import Path": "pathlib",
    "def rule():\n    import sqlite3": "sqlite3",
    "import urllib.request": "urllib",
    "from threading import Thread": "threading",
    "rule = __import__('os').getcwd": "__import__",
}
HEAVY = {"flask", "playwright", "psycopg", "schemathesis", "sqlalchemy", "stripe"}
COLLECT = f"""
import pytest, sys
exit_code = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "tests/rules"])
sys.exit(", ".join({HEAVY} & sys.modules.keys()) or exit_code)
"""


def pure_files() -> list[Path]:
    """Every file of a room that must be pure, wherever it lies."""
    return [
        file
        for file in program_files()
        if name_of(file) in PURE_FILES or PURE_ROOMS & set(file.relative_to(ROOT).parts[:-1])
    ]


def faults(tree: ast.Module) -> Iterator[str]:
    """The names by which a file reaches outside."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.split(".")[0] for alias in names if not allowed(alias.name))
            case ast.ImportFrom(module=str(module), level=0) if not allowed(module):
                yield module.split(".")[0]
            case ast.Call(func=ast.Name(id=name)) if name in OUTWARD_CALLS:
                yield name
            case ast.Attribute(value=ast.Name(id=kind) | ast.Attribute(attr=kind), attr=name):
                yield from {name} & CLOCK if kind in {"date", "datetime"} else ()


def allowed(module: str) -> bool:
    return module in PARTS_OF_STANDARD or module.split(".", maxsplit=1)[0] in OWN | LIBRARIES | STANDARD


@pytest.mark.parametrize("path", pure_files(), ids=name_of)
def test_a_pure_file_imports_nothing_impure(path: Path) -> None:
    assert not list(faults(tree_of(path)))


@pytest.mark.parametrize(("source", "name"), PLANTED.items(), ids=PLANTED.values())
def test_a_planted_reach_is_seen(source: str, name: str) -> None:
    assert name in faults(ast.parse(source))


def test_rules_keep_no_state() -> None:
    """Results that are kept for speed lie in clearing/charges/hot/memo.py (docs/decisions/0090)."""
    rules = [file for file in pure_files() if "rules" in file.parts]
    assert {name_of(file) for file in rules if CACHES & set(names_in(tree_of(file)))} == KEPT_TABLES


@pytest.mark.parametrize("name", sorted(CACHES))
def test_a_planted_cache_is_seen(name: str) -> None:
    assert name in names_in(ast.parse(f"from functools import {name}"))
    assert name in names_in(ast.parse(f"import functools\nrule = functools.{name}(rule)"))


def names_in(tree: ast.Module) -> Iterator[str]:
    """The names that a file imports or reads from a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (imported.name for imported in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_the_rule_suite_loads_nothing_heavy() -> None:
    command = [sys.executable, "-c", COLLECT]
    result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
