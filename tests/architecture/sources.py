"""The project's own files, for the tests that read them."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("foundation", "clearing", "marketplace", "provider_portal", "county_desk", "commands", "worlds")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def program_files() -> list[Path]:
    """Every Python file that runs in production, and dev.py."""
    inside = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted([*ROOT.glob("*.py"), *inside])


def files_of_tests() -> list[Path]:
    """Every Python file of the tests and benchmarks."""
    return sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])


def name_of(path: Path) -> str:
    """The path as a reader knows it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"))


@cache
def functions_of(path: Path) -> tuple[Function, ...]:
    """Every function and method of a file, nested ones too."""
    return tuple(node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """From `def` to the last line, docstring and all; decorators do not count."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
