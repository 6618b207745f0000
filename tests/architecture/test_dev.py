"""dev.py starts on any machine: standard library alone, readable by old Pythons so that they can speak."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, tree_of

DEV = ROOT / "dev.py"


def test_it_needs_only_the_standard_library() -> None:
    imports = [node for node in ast.walk(tree_of(DEV)) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert {str(name).partition(".")[0] for name in named} <= sys.stdlib_module_names


def test_an_old_python_can_read_it() -> None:
    """It says that Python is too old instead of failing at a word that came later."""
    ast.parse(DEV.read_text("utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(("words", "code"), [(["help"], 0), (["--help"], 0), ([], 0), (["frob"], 2)])
def test_it_tells_what_it_can_do(words: list[str], code: int) -> None:
    told = subprocess.run([sys.executable, str(DEV), *words], check=False, capture_output=True, text=True)
    assert told.returncode == code
    assert "dev.py run" in told.stdout
