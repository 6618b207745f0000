"""Tests change nothing of our own code: what a test needs otherwise is passed as an argument."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGES, files_of_tests, name_of, tree_of

OWN = {*PACKAGES, "cli", "config", "wsgi", "dev", "dev_system"}
PATCHING_CALLS = {"setattr", "delattr", "setitem", "delitem"}
PATCHING_LIBRARIES = {"mock", "unittest", "pytest_mock"}

PLANTED = {
    "from clearing.charges.batch import slices\nslices.SIZE = 3": "slices.SIZE",
    "import clearing.jobs\nclearing.jobs.MOST_AT_ONCE = 3": "clearing.jobs.MOST_AT_ONCE",
    "import clearing.jobs as jobs\ndef test() -> None:\n    jobs.MOST_AT_ONCE += 3": "jobs.MOST_AT_ONCE",
    "from clearing.jobs import Timetable\ndel Timetable.run": "Timetable.run",
    "from clearing import jobs\nold, jobs.MOST_AT_ONCE = jobs.MOST_AT_ONCE, 3": "jobs.MOST_AT_ONCE",
    "def test(monkeypatch):\n    monkeypatch.setattr('clearing.jobs.MOST_AT_ONCE', 3)": "monkeypatch.setattr",
    "from clearing import jobs\nsetattr(jobs, 'MOST_AT_ONCE', 3)": "setattr",
    "from unittest import mock": "unittest",
    "import unittest.mock": "unittest",
}


def patches_in(tree: ast.Module) -> Iterator[str]:
    """Yield what the code replaces in our packages, and calls and libraries made for that."""
    own = set(own_names(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called in PATCHING_CALLS:
                yield ast.unparse(node.func)
            case ast.Import(names=names):
                yield from PATCHING_LIBRARIES & {first(name.name) for name in names}
            case ast.ImportFrom(module=str(module)):
                yield from PATCHING_LIBRARIES & {first(module)}
            case ast.Attribute(ctx=ast.Store() | ast.Del()) if root_of(node) in own:
                yield ast.unparse(node)


def own_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names by which a file knows our modules and what it imports from them."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.asname or first(name.name) for name in names if first(name.name) in OWN)
            case ast.ImportFrom(module=str(module), names=names) if first(module) in OWN:
                yield from (name.asname or name.name for name in names)


def first(dotted: str) -> str:
    return dotted.partition(".")[0]


def root_of(node: ast.expr) -> str | None:
    """Return `a` of `a.b.c`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def test_no_test_patches_our_code() -> None:
    found = {name_of(path): sorted(set(patches_in(tree_of(path)))) for path in files_of_tests()}
    assert {name: patches for name, patches in found.items() if patches} == {}


@pytest.mark.parametrize(("source", "patch"), PLANTED.items(), ids=PLANTED.values())
def test_a_planted_patch_is_seen(source: str, patch: str) -> None:
    assert patch in patches_in(ast.parse(source))
