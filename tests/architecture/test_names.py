"""Names say what a thing is, in the glossary's words."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.architecture.sources import files_of_tests, name_of, program_files, tree_of

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "misc"}
OTHER_NOUNS = {"customer", "customers", "wallet", "deductible"}
VERSION = re.compile(r"(^|_)v\d+($|_)|[a-z]V\d+$")
FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_a_module_is_named_after_a_noun_or_a_verb() -> None:
    assert [path for path in every_file() if module_name(path) in SAYS_NOTHING] == []


def test_no_name_carries_a_version() -> None:
    assert names_where(lambda name: VERSION.search(name) is not None) == set()


def test_names_use_the_words_of_the_glossary() -> None:
    assert names_where(lambda name: bool(OTHER_NOUNS & words_of(name))) == set()


def test_nothing_is_left_for_later() -> None:
    assert [name_of(path) for path in program_files() if FOR_LATER.search(path.read_text("utf-8"))] == []


def every_file() -> list[Path]:
    return [*program_files(), *files_of_tests()]


def module_name(path: Path) -> str:
    return path.parent.name if path.stem == "__init__" else path.stem


def names_where(is_bad: Callable[[str], bool]) -> set[str]:
    return {f"{name_of(path)}:{name}" for path in every_file() for name in names_in(path) if is_bad(name)}


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.split(r"_|(?<=[a-z])(?=[A-Z])", name)}


@cache
def names_in(path: Path) -> frozenset[str]:
    return frozenset({module_name(path), *given_names(tree_of(path))})


def given_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
