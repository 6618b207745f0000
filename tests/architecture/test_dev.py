"""dev.py starts on any machine: it needs only the standard library, and an old Python can read it."""

import ast
import subprocess
import sys

import pytest

import dev
from tests.architecture.sources import ROOT, tree_of

DEV = ROOT / "dev.py"
FILES = {"dev": DEV, "dev_system": ROOT / "dev_system.py"}


@pytest.mark.parametrize("file", FILES)
def test_it_needs_only_the_standard_library(file: str) -> None:
    imports = [
        node for node in ast.walk(tree_of(FILES[file])) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    named = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert {str(name).partition(".")[0] for name in named} <= sys.stdlib_module_names | FILES.keys()


@pytest.mark.parametrize("file", FILES)
def test_an_old_python_can_read_it(file: str) -> None:
    """It says that Python is too old instead of failing with a syntax error."""
    ast.parse(FILES[file].read_text("utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(("words", "code"), [(["help"], 0), (["--help"], 0), ([], 0), (["frob"], 2)])
def test_it_lists_its_commands(words: list[str], code: int) -> None:
    result = subprocess.run([sys.executable, str(DEV), *words], check=False, capture_output=True, text=True)
    assert result.returncode == code
    assert "dev.py run" in result.stdout
    assert "dev.py test --all" in result.stdout


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ([], ["-m", "not long"]),
        (["-x"], ["-m", "not long", "-x"]),
        (["-m", "browser"], ["-m", "not long", "-m", "browser"]),  # pytest takes the last -m
        (["--all"], []),
        (["--all", "-x"], ["-x"]),
        (["tests/rules"], ["tests/rules"]),
        (["tests/simulation/test_simulated_year.py::test_x", "-x"],) * 2,
    ],
)
def test_it_chooses_the_ring_of_tests(given: list[str], passed_on: list[str]) -> None:
    assert dev.ring_arguments(given) == passed_on
