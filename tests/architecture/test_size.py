"""How large a thing may be. A breach lives in a list that is compared by equality: it can only shrink."""

import ast
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from tests.architecture.sources import (
    Function,
    files_of_tests,
    functions_of,
    lines_of,
    name_of,
    program_files,
)

LONGEST_FUNCTION = 40
LONGEST_MEDIAN = 8
LONGEST_FILE = 300
LONGEST_RULE_FILE = 150
LONGEST_ENDPOINT = 15
ROUTE_WORDS = {"get", "post", "put", "patch", "delete", "route"}

LONG_FUNCTIONS: set[str] = set()
LONG_FILES: set[str] = set()
LONG_RULE_FILES: set[str] = set()
LONG_ENDPOINTS: set[str] = set()


def test_functions_are_short() -> None:
    files = [path for path in [*program_files(), *files_of_tests()] if not is_migration(path)]
    long = {place(path, function) for path in files for function in too_long(path, LONGEST_FUNCTION)}
    assert long == LONG_FUNCTIONS


def test_the_usual_function_is_very_short() -> None:
    lengths = [code_lines(function) for path in program_files() for function in functions_of(path)]
    assert median(lengths) <= LONGEST_MEDIAN


def test_files_are_short() -> None:
    files = [path for path in [*program_files(), *files_of_tests()] if not is_migration(path)]
    assert {name_of(path) for path in files if line_count(path) > LONGEST_FILE} == LONG_FILES


def test_rule_files_are_shorter_still() -> None:
    files = [path for path in program_files() if "rules" in path.parts]
    assert {name_of(path) for path in files if line_count(path) > LONGEST_RULE_FILE} == LONG_RULE_FILES


def test_endpoints_only_parse_ask_and_answer() -> None:
    files = [path for path in program_files() if {"pages", "api", "web"} & set(path.parts)]
    long = {
        place(path, function)
        for path in files
        for function in too_long(path, LONGEST_ENDPOINT)
        if is_endpoint(function)
    }
    assert long == LONG_ENDPOINTS


def is_migration(path: Path) -> bool:
    """A migration is a frozen list of statements, never edited once it has run."""
    return "migrations" in path.parts


def too_long(path: Path, longest: int) -> Iterable[Function]:
    return (function for function in functions_of(path) if lines_of(function) > longest)


def place(path: Path, function: Function) -> str:
    return f"{name_of(path)}:{function.name}"


def line_count(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def code_lines(function: Function) -> int:
    """Length without the docstring."""
    has_words = ast.get_docstring(function, clean=False) is not None
    words = function.body[0]
    return lines_of(function) - ((words.end_lineno or 0) - words.lineno + 1 if has_words else 0)


def is_endpoint(function: Function) -> bool:
    calls = [mark.func for mark in function.decorator_list if isinstance(mark, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTE_WORDS for call in calls)
