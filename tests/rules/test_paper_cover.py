"""Until when papers of a kind are valid without a gap, and the days without one (R-15)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.facts.provider import Paper
from clearing.eligibility.rules.paper_cover import covered_until, days_without, first_end

TODAY = date(2026, 11, 30)
KIND = PaperKind.INSURANCE


def on(day: int | None) -> date | None:
    return None if day is None else TODAY + timedelta(days=day)


def paper(first: int, last: int | None, kind: PaperKind = KIND) -> Paper:
    return Paper(kind, TODAY + timedelta(days=first), on(last))


@pytest.mark.parametrize(
    ("papers", "until"),
    [
        ([(-10, 10)], 10),
        ([(-10, 0)], 0),
        ([(-10, -1)], -1),
        ([(-10, 10), (11, 40)], 40),
        ([(-10, 10), (12, 40)], 10),
        ([(-10, 40), (0, 20)], 40),
        ([(-10, 10), (5, None)], None),
        ([(-30, -20), (-10, -5)], -5),
        ([(5, 20)], -1),
        ([(-20, -10), (0, 20)], 20),
    ],
)
def test_covered_until(papers: list[tuple[int, int | None]], until: int | None) -> None:
    assert covered_until([paper(*each) for each in papers], KIND, TODAY) == on(until)


def test_the_first_end_is_that_of_the_kind_that_ends_first() -> None:
    register = paper(-10, None, PaperKind.REGISTER_ENTRY)
    assert first_end([register, paper(-10, 30)], TODAY) == on(30)
    assert first_end([register], TODAY) is None
    assert first_end([], TODAY) is None


@pytest.mark.parametrize(
    ("papers", "new", "gap"),
    [
        ([(-10, -3)], (-2, 365), None),
        ([(-10, -3)], (0, 365), (-2, -1)),
        ([(-10, -3)], (2, 365), (-2, 1)),
        ([(-10, 10)], (11, 365), None),
        ([(-10, 10)], (13, 365), (11, 12)),
        ([(-10, None)], (13, 365), None),
        ([], (3, 365), (0, 2)),
    ],
)
def test_days_without(
    papers: list[tuple[int, int | None]], new: tuple[int, int], gap: tuple[int, int] | None
) -> None:
    found = days_without([paper(*each) for each in papers], paper(*new), TODAY)
    assert found == (None if gap is None else (on(gap[0]), on(gap[1])))
