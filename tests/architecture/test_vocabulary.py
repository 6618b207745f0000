"""The vocabulary holds each list once: no package keeps a copy of its own."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import name_of, program_files, tree_of

ROLES = "foundation/vocabulary/roles.py"
Literal = ast.Tuple | ast.List | ast.Set | ast.Call


def groups_of_roles(tree: ast.Module) -> Iterator[int]:
    """The lines that name two or more roles in one tuple, list, set or call."""
    for node in ast.walk(tree):
        if isinstance(node, Literal):
            members = node.args if isinstance(node, ast.Call) else node.elts
            if sum(is_role(member) for member in members) >= 2:
                yield node.lineno


def is_role(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"


def test_groups_of_roles_are_named_in_the_vocabulary() -> None:
    files = [path for path in program_files() if name_of(path) != ROLES]
    assert [f"{name_of(path)}:{line}" for path in files for line in groups_of_roles(tree_of(path))] == []


def test_a_group_of_roles_elsewhere_is_found() -> None:
    planted = (
        "A = (Role.CLIENT, Role.WORKER)\nB = (Role.CLIENT,)\n@allow(Role.ADMIN, Role.AUDITOR)\ndef f(): ..."
    )
    assert list(groups_of_roles(ast.parse(planted))) == [1, 3]
