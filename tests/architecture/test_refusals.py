"""An action says no with a value: none raises, and none defines an exception or a refusal of its own."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import name_of, program_files, tree_of

ACTIONS = [path for path in program_files() if path.parent.name == "actions"]


def raised_in(tree: ast.Module) -> Iterator[int]:
    """The lines that raise, or that define an exception or an enum of refusals that is returned itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            yield node.lineno
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Error", "Refused", "Fault")):
            yield node.lineno


def test_no_action_raises() -> None:
    assert len(ACTIONS) > 20
    assert [f"{name_of(path)}:{line}" for path in ACTIONS for line in raised_in(tree_of(path))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "def act():\n    raise ValueError",
        "class NotAllowedError(Exception): ...",
        "class DecisionRefused: ...",
    ],
)
def test_an_action_that_raises_is_found(planted: str) -> None:
    assert list(raised_in(ast.parse(planted)))
