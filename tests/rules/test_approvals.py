"""R-14, R-15: the provider's approval and papers on the service day, whatever they are today."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.rules.withdrawal import approval_changed_afterwards
from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import Paper
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    LONG_AGO,
    MEALS,
    book,
    decide_one,
    papers,
    provider,
    verdict,
)

OK = "accepted"
NONE, PENDING = "refused: provider_not_approved", "refused: provider_approval_pending"
ENDED, SUSPENDED = "refused: provider_approval_ended", "refused: provider_suspended"
NOV_2, NOV_3, NOV_4 = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)
P, A, S, E = ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.SUSPENDED, ApprovalState.ENDED

APPROVALS = [
    ([(LONG_AGO, A)], OK),
    ([(LONG_AGO, P)], PENDING),
    ([(LONG_AGO, S)], SUSPENDED),
    ([(LONG_AGO, E)], ENDED),
    ([], NONE),
    ([(NOV_4, P)], NONE),
    ([(NOV_4, A)], NONE),
    ([(LONG_AGO, P), (NOV_2, A)], OK),
    ([(LONG_AGO, P), (NOV_3, A)], OK),
    ([(LONG_AGO, P), (NOV_4, A)], PENDING),
    ([(LONG_AGO, A), (NOV_2, S)], SUSPENDED),
    ([(LONG_AGO, A), (NOV_3, S)], SUSPENDED),
    ([(LONG_AGO, A), (NOV_4, S)], OK),  # suspended now, approved then
    ([(LONG_AGO, A), (NOV_2, S), (NOV_3, A)], OK),
    ([(LONG_AGO, A), (NOV_2, S), (NOV_4, A)], SUSPENDED),  # suspended then, approved now
    ([(LONG_AGO, A), (NOV_3, E)], ENDED),
    ([(LONG_AGO, A), (NOV_4, E)], OK),
    ([(LONG_AGO, A), (NOV_3, E), (NOV_3, A)], OK),
]


@pytest.mark.parametrize(("states", "expected"), APPROVALS)
def test_provider_approval_on_the_service_day(states: Any, expected: str) -> None:
    facts = provider(approvals={(COUNTY, ASSISTANCE): tuple(states)})
    assert verdict(decide_one(book(providers=[facts]))) == expected


WAIVED = frozenset({"approval_changed_afterwards"})


@pytest.mark.parametrize(
    ("waived", "expected"),
    [(WAIVED, OK), (frozenset({"provider_suspended"}), SUSPENDED), (frozenset(), SUSPENDED)],
)
def test_a_charge_held_for_a_later_change_is_admitted_against_it(
    waived: frozenset[str], expected: str
) -> None:
    facts = provider(approvals={(COUNTY, ASSISTANCE): ((LONG_AGO, A), (NOV_2, S))})
    assert verdict(decide_one(book(providers=[facts]), waived=waived)) == expected


@pytest.mark.parametrize("key", [(COUNTY, MEALS), (COUNTY + 1, ASSISTANCE)])
def test_approval_is_for_one_service_in_one_county(key: tuple[int, str]) -> None:
    facts = provider(approvals={key: ((LONG_AGO, A),)})
    assert verdict(decide_one(book(providers=[facts]))) == NONE


HELD = "on_hold: provider_papers_expired"


@pytest.mark.parametrize("kind", list(PaperKind))
@pytest.mark.parametrize(("last", "expected"), [(None, OK), (NOV_4, OK), (NOV_3, OK), (NOV_2, HELD)])
def test_paper_valid_until(kind: PaperKind, last: date | None, expected: str) -> None:
    facts = provider(papers=papers(**{kind.value: last}))
    assert verdict(decide_one(book(providers=[facts]))) == expected


@pytest.mark.parametrize("kind", list(PaperKind))
@pytest.mark.parametrize(("first", "expected"), [(NOV_2, OK), (NOV_3, OK), (NOV_4, HELD)])
def test_paper_valid_from(kind: PaperKind, first: date, expected: str) -> None:
    others = [Paper(k, LONG_AGO, None) for k in PaperKind if k != kind]
    facts = provider(papers=(Paper(kind, first, None), *others))
    assert verdict(decide_one(book(providers=[facts]))) == expected


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_paper_that_was_never_given_is_not_valid(kind: PaperKind) -> None:
    facts = provider(papers=tuple(p for p in papers() if p.kind != kind))
    assert verdict(decide_one(book(providers=[facts]))) == HELD


def test_a_renewed_paper_counts_from_its_first_day() -> None:
    renewed = (*papers(insurance=NOV_2), Paper(PaperKind.INSURANCE, NOV_3, None))
    assert verdict(decide_one(book(providers=[provider(papers=renewed)]))) == OK


def test_the_reason_names_the_day_from_which_the_approval_was_changed() -> None:
    found = approval_changed_afterwards(date(2026, 11, 1))
    assert (found.code, found.field, found.values) == (
        "approval_changed_afterwards",
        "service",
        {"from_day": "2026-11-01"},
    )
