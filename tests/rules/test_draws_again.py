"""A correction of a correction draws money and units again: what it must find left (R-23, R-24, R-25)."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.corrections.rules.correction_money import draws_again
from clearing.charges.corrections.rules.counter_entries import Share
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import funding, terms
from tests.rules.test_limits import earlier

DAY = date(2026, 11, 3)
WEEKLY_CENTS = PeriodLimit(PeriodKind.WEEK, Money(36_000), None, CarryOver.NONE)
WEEKLY_HOURS = PeriodLimit(PeriodKind.WEEK, None, Quantity(1000), CarryOver.NONE)
CARRIED_TWO = PeriodLimit(PeriodKind.WEEK, None, Quantity(200), CarryOver.ALL)
CARRIED = PeriodLimit(PeriodKind.WEEK, None, Quantity(100), CarryOver.ALL)
RAISED = (terms(period_limit=CARRIED), terms(from_day=DAY, period_limit=CARRIED_TWO))
EIGHT_HOURS = (earlier("2026-11-02", "7"), earlier("2026-11-04", "1", number=2))
WEEK = ("over_period_limit", {"first_day": "2026-11-02", "last_day": "2026-11-08"})
LATER = (terms(), terms(from_day=date(2026, 11, 4), quantity_limit=Quantity(1)))
FROM_THE_DAY = (terms(quantity_limit=Quantity(1)), terms(from_day=DAY))
UNITS_HELD = {"quantity_limit": Quantity(1000), "free_quantity": Quantity(150)}


def over_quantity(left: int, drawn: int) -> tuple[str, dict[str, int]]:
    return "over_quantity", {"left_hundredths": left, "quantity_hundredths": drawn}


def over_amount(left: int, drawn: int) -> tuple[str, dict[str, int]]:
    return "over_amount", {"left_cents": left, "county_pays_cents": drawn}


# the funding, what its choice holds in cents and in hundredths of an hour; the county's cents and units
# drawn again; the expected reasons
DRAWS: list[tuple[dict[str, Any], int | tuple[int, int], tuple[int, int], list[Any]]] = [
    ({"free_cents": 7200}, 0, (7200, 200), []),
    ({"free_cents": 7200}, 0, (7201, 200), [over_amount(7200, 7201)]),
    ({"free_cents": 5000}, 2200, (7200, 200), []),
    ({"free_cents": 5000}, 2200, (7201, 200), [over_amount(7200, 7201)]),
    ({"quantity_limit": Quantity(1000), "earlier": EIGHT_HOURS}, 0, (7200, 200), []),
    ({"quantity_limit": Quantity(1000), "earlier": EIGHT_HOURS}, 0, (7200, 201), [over_quantity(200, 201)]),
    ({"quantity_limit": Quantity(700), "earlier": EIGHT_HOURS}, 0, (7200, 1), [over_quantity(0, 1)]),
    (UNITS_HELD, (0, 50), (7200, 200), []),
    (UNITS_HELD, (0, 50), (7200, 201), [over_quantity(200, 201)]),
    # the newest limit counts for every day: it is what the decision now grants
    ({"terms": LATER}, 0, (7200, 200), [over_quantity(1, 200)]),
    ({"terms": FROM_THE_DAY}, 0, (7200, 200), []),
    ({"period_limit": WEEKLY_CENTS, "earlier": EIGHT_HOURS}, 0, (7200, 900), []),
    ({"period_limit": WEEKLY_CENTS, "earlier": EIGHT_HOURS}, 0, (7201, 0), [WEEK]),
    ({"period_limit": WEEKLY_HOURS, "earlier": EIGHT_HOURS}, 0, (20_000, 200), []),
    ({"period_limit": WEEKLY_HOURS, "earlier": EIGHT_HOURS}, 0, (1, 201), [WEEK]),
    # the window's first week is one of 45 before and with this one
    ({"period_limit": CARRIED, "earlier": EIGHT_HOURS}, 0, (1, 3700), []),
    ({"period_limit": CARRIED, "earlier": EIGHT_HOURS}, 0, (1, 3701), [WEEK]),
    # each week before left what its own limit left
    ({"terms": RAISED, "earlier": EIGHT_HOURS}, 0, (1, 3800), []),
    ({"terms": RAISED, "earlier": EIGHT_HOURS}, 0, (1, 3801), [WEEK]),
    (
        {"quantity_limit": Quantity(1000), "period_limit": WEEKLY_HOURS, "free_cents": 0,
         "earlier": EIGHT_HOURS}, 1, (2, 201), [over_quantity(200, 201), WEEK, over_amount(1, 2)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "held", "drawn", "expected"), DRAWS)
def test_the_amount_drawn_again_must_be_left(
    changes: dict[str, Any], held: int | tuple[int, int], drawn: tuple[int, int], expected: list[Any]
) -> None:
    county, units = drawn
    cents, held_units = held if isinstance(held, tuple) else (held, 0)
    found = draws_again(funding(**changes), DAY, cents, held_units, Share(county, 0, units))
    assert [(reason.code, dict(reason.values)) for reason in found] == expected
