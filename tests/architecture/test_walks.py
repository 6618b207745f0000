"""The newcomer's walks in docs/walks.md: short, and each file is reached from one before it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, tree_of

PAGE = (ROOT / "docs/walks.md").read_text("utf-8")
MOST_FILES = {"One charge": 35, "One payment run": 20}
STEP = re.compile(r"^\d+\. `([^`]+)`(.*(?:\n {3,}.*)*)", re.M)
NAME = re.compile(r"`([A-Za-z_]+)`")

Step = tuple[Path, str]
"""A file of a walk, and what the page says about it."""


def steps_of(title: str) -> list[Step]:
    """The steps of a walk in order."""
    (section,) = [part for part in PAGE.split("\n## ") if part.startswith(title)]
    return [(ROOT / path, words) for path, words in STEP.findall(section)]


@pytest.mark.parametrize("title", MOST_FILES)
def test_a_walk_is_short(title: str) -> None:
    files = [path for path, _ in steps_of(title)]
    assert len(files) == len(set(files))
    assert 1 < len(files) <= MOST_FILES[title]


@pytest.mark.parametrize("title", MOST_FILES)
def test_the_files_of_a_walk_exist_and_have_what_it_names(title: str) -> None:
    missing = [
        (name_of(path), name)
        for path, words in steps_of(title)
        for name in NAME.findall(words)
        if not path.exists() or not re.search(rf"\b{name}\b", path.read_text("utf-8"))
    ]
    assert missing == []


@pytest.mark.parametrize("title", MOST_FILES)
def test_each_file_of_a_walk_is_imported_by_an_earlier_file(title: str) -> None:
    first, *later = [path for path, _ in steps_of(title)]
    reached = set(imported_by(first))
    unreached = []
    for path in later:
        if path not in reached:
            unreached.append(name_of(path))
        reached.update(imported_by(path))
    assert unreached == [], "a reader cannot come from the files before to these"


def imported_by(path: Path) -> Iterator[Path]:
    """Our files that a file imports; through a package also those that its `__init__` imports from."""
    for node in ast.walk(tree_of(path)) if path.exists() else ():
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        folder = ROOT / node.module.replace(".", "/")
        yield folder.with_suffix(".py")
        yield from (folder / f"{alias.name}.py" for alias in node.names)
        package = folder / "__init__.py"
        if package.exists() and package != path:
            yield package
            yield from imported_by(package)
