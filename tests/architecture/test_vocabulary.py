"""The vocabulary holds each list once: no package keeps a copy of its own."""

import ast
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from clearing.eligibility.facts.calendar import DayKind
from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.grants.facts.kinds import ChargeState, FundingKind, FundingState
from clearing.payments.gateways.bank_answer import AnswerFault
from clearing.payments.rules.payouts import Sign, WaitReason
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.payments.rules.verdicts import Mismatch
from clearing.upkeep.actions.verify_books import CHECKS
from county_desk import labels as county_labels
from foundation.vocabulary import labels
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.languages import SERVICE_LANGUAGES, Language
from foundation.vocabulary.roles import Role
from foundation.vocabulary.units import UNITS
from tests.architecture.sources import name_of, program_files, tree_of

ROLES = "foundation/vocabulary/roles.py"
Literal = ast.Tuple | ast.List | ast.Set | ast.Call


def groups_of_roles(tree: ast.Module) -> Iterable[int]:
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


LABELS: list[tuple[Mapping[Any, object], Iterable[str]]] = [
    (labels.UNITS, UNITS),
    (labels.LANGUAGES, {*Language, *SERVICE_LANGUAGES}),
    (labels.ROLES, Role),
    (labels.ROLES_FOR_CLIENT, Role),
    (labels.DAY_KINDS, DayKind),
    (labels.DAY_KINDS_IN_SENTENCE, DayKind),
    (labels.PERIODS, PeriodKind),
    (labels.FUNDING_KINDS, FundingKind),
    (labels.FUNDING_STATES, FundingState),
    (labels.FUNDING_STATES_FOR_CLIENT, FundingState),
    (labels.CHARGE_STATES, {*ChargeState, "rejected"}),
    (labels.APPROVAL_STATES, ApprovalState),
    (labels.APPROVAL_STATES_FOR_PROVIDER, ApprovalState),
    (labels.PAPERS, PaperKind),
]


LABELS_OF_COUNTY: list[tuple[Mapping[Any, object], Iterable[str]]] = [
    (county_labels.RUN_STATES, RunState),
    (county_labels.NEXT_STEPS, RunState),
    (county_labels.RUN_REFUSALS, RunRefusalCode),
    (county_labels.ANSWER_FAULTS, AnswerFault),
    (county_labels.WAIT_REASONS, WaitReason),
    (county_labels.SIGNS, Sign),
    (county_labels.MISMATCHES, Mismatch),
    (county_labels.CHECKS, CHECKS),
]


@pytest.mark.parametrize(("labels_by_code", "codes"), LABELS + LABELS_OF_COUNTY)
def test_every_code_has_a_label(labels_by_code: Mapping[Any, object], codes: Iterable[str]) -> None:
    assert labels_by_code.keys() - {None} == set(codes)
