"""R-23, R-24: units and periods, one unit under, equal, over; carry-over; late charges."""

from datetime import date
from typing import Any

import pytest

from clearing.grants.facts.funding import EarlierCharge, PeriodLimit, Terms
from clearing.grants.facts.kinds import CarryOver, ChargeState
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import (
    ASSISTANCE,
    PROVIDER,
    book,
    decide,
    decide_one,
    funding,
    hours,
    sent,
    terms,
    verdict,
    verdicts,
)

OK = "accepted"
OVER, OVER_PERIOD = "refused: over_quantity", "refused: over_period_limit"
WEEK, MONTH, QUARTER = PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER


def earlier(
    day: str, quantity: str, state: ChargeState = ChargeState.ACCEPTED, number: int = 1
) -> EarlierCharge:
    """Return a stored charge of so many hours at 36.00 without a co-payment."""
    amount = hours(quantity)
    price = Money(amount * 36)
    day_of_service = date.fromisoformat(day)
    return EarlierCharge(
        number, PROVIDER, f"E-{number}", ASSISTANCE, day_of_service, None, None, amount, Money(3600),
        price, price, None, state,
    )  # fmt: skip


QUANTITIES = [
    ("10", [], "9.99", OK),
    ("10", [], "10.00", OK),
    ("10", [], "10.01", OVER),
    ("10", [earlier("2026-11-01", "8")], "2.00", OK),
    ("10", [earlier("2026-11-01", "8")], "2.01", OVER),
    ("10", [earlier("2026-11-01", "8", ChargeState.SETTLED)], "2.01", OVER),
    ("10", [earlier("2026-11-01", "7"), earlier("2026-11-01", "1", number=2)], "2.00", OK),
    ("10", [earlier("2026-11-01", "7"), earlier("2026-11-01", "1", number=2)], "2.01", OVER),
    ("10", [earlier("2026-11-01", "8", ChargeState.ON_HOLD)], "10.00", OK),  # a hold takes no units
    ("10", [earlier("2026-11-01", "10")], "0.01", OVER),
    ("10", [earlier("2026-12-20", "10")], "0.01", OVER),
    (None, [earlier("2026-11-01", "8")], "27.00", OK),
]


@pytest.mark.parametrize(("limit", "stored", "quantity", "expected"), QUANTITIES)
def test_over_quantity(limit: str | None, stored: Any, quantity: str, expected: str) -> None:
    facts = funding(quantity_limit=hours(limit) if limit else None, earlier=tuple(stored))
    assert verdict(decide_one(book(facts), quantity=quantity, unit_price="36")) == expected


def limit_of(kind: PeriodKind, carry: str = "none", **limit: str) -> PeriodLimit:
    """Return a limit: ``hours="10"`` or ``euros="100"``; carry ``none``, ``all`` or ``50`` (per cent)."""
    share = int(carry) if carry.isdigit() else 0
    how = CarryOver.UP_TO if share else CarryOver(carry)
    quantity = hours(limit["hours"]) if "hours" in limit else None
    cents = Money(int(limit["euros"]) * 100) if "euros" in limit else None
    return PeriodLimit(kind, cents, quantity, how, share)


TWO_DAYS = [("2026-11-02", "8"), ("2026-11-04", "1")]
# limit, charges stored (day, hours), service day, hours
PERIODS = [
    (limit_of(WEEK, hours="10"), [], "2026-11-03", "10.00", OK),
    (limit_of(WEEK, hours="10"), [], "2026-11-03", "10.01", OVER_PERIOD),
    (limit_of(WEEK, hours="0"), [], "2026-11-03", "0.01", OVER_PERIOD),
    (limit_of(WEEK, "all", euros="0"), [], "2026-11-03", "0.01", OVER_PERIOD),
    (limit_of(WEEK, hours="10"), [("2026-11-02", "9")], "2026-11-03", "1.00", OK),
    (limit_of(WEEK, hours="10"), [("2026-11-02", "9")], "2026-11-03", "1.01", OVER_PERIOD),
    (limit_of(WEEK, hours="10"), [("2026-11-01", "9")], "2026-11-02", "10.00", OK),  # Sunday, Monday
    (limit_of(WEEK, hours="10"), [("2026-11-08", "9")], "2026-11-02", "1.01", OVER_PERIOD),
    (limit_of(WEEK, hours="10"), [("2026-11-09", "9")], "2026-11-08", "10.00", OK),
    (limit_of(WEEK, hours="10"), [("2026-11-09", "11")], "2026-11-03", "10.00", OK),  # none is carried to it
    (limit_of(MONTH, hours="10"), [("2026-10-31", "9")], "2026-11-01", "10.00", OK),
    (limit_of(MONTH, hours="10"), [("2026-11-20", "9")], "2026-11-01", "1.01", OVER_PERIOD),
    (limit_of(MONTH, hours="10"), [("2026-11-20", "9")], "2026-11-01", "1.00", OK),
    (limit_of(QUARTER, hours="10"), [("2026-09-30", "9")], "2026-10-01", "10.00", OK),
    (limit_of(QUARTER, hours="10"), [("2026-10-01", "9")], "2026-11-20", "1.01", OVER_PERIOD),
    # Euros count the county's share.
    (limit_of(WEEK, euros="360"), [], "2026-11-03", "10.00", OK),
    (limit_of(WEEK, euros="360"), [], "2026-11-03", "10.01", OVER_PERIOD),
    (limit_of(WEEK, euros="360"), [("2026-11-02", "9")], "2026-11-03", "1.00", OK),
    (limit_of(WEEK, euros="360"), [("2026-11-02", "9")], "2026-11-03", "1.01", OVER_PERIOD),
    (limit_of(WEEK, euros="360"), TWO_DAYS, "2026-11-03", "1.00", OK),
    (limit_of(WEEK, euros="360"), TWO_DAYS, "2026-11-03", "1.01", OVER_PERIOD),
    (limit_of(WEEK, hours="10"), TWO_DAYS, "2026-11-03", "1.00", OK),
    (limit_of(WEEK, hours="10"), TWO_DAYS, "2026-11-03", "1.01", OVER_PERIOD),
    # Carry-over of all that is unused; the window begins on Thursday 1 October 2026 (a partial week).
    (limit_of(WEEK, "all", hours="10"), [], "2026-10-01", "10.01", OVER_PERIOD),
    (limit_of(WEEK, "all", hours="10"), [], "2026-10-05", "20.00", OK),
    (limit_of(WEEK, "all", hours="10"), [], "2026-10-05", "20.01", OVER_PERIOD),
    (limit_of(WEEK, "all", hours="5"), [], "2026-10-12", "15.00", OK),
    (limit_of(WEEK, "all", hours="5"), [], "2026-10-12", "15.01", OVER_PERIOD),
    (limit_of(WEEK, "all", hours="5"), [("2026-10-05", "10")], "2026-10-12", "5.00", OK),
    (limit_of(WEEK, "all", hours="5"), [("2026-10-05", "10")], "2026-10-12", "5.01", OVER_PERIOD),
    # Carry-over of at most half the limit, from the period before only.
    (limit_of(WEEK, "50", hours="10"), [], "2026-10-01", "10.01", OVER_PERIOD),
    (limit_of(WEEK, "50", hours="10"), [], "2026-10-05", "15.00", OK),
    (limit_of(WEEK, "50", hours="10"), [], "2026-10-05", "15.01", OVER_PERIOD),
    (limit_of(WEEK, "50", hours="10"), [], "2026-11-09", "15.00", OK),
    (limit_of(WEEK, "50", hours="10"), [], "2026-11-09", "15.01", OVER_PERIOD),
    (limit_of(WEEK, "50", hours="10"), [("2026-10-01", "8")], "2026-10-05", "12.00", OK),
    (limit_of(WEEK, "50", hours="10"), [("2026-10-01", "8")], "2026-10-05", "12.01", OVER_PERIOD),
    (limit_of(WEEK, "50", hours="10"), [("2026-10-05", "14")], "2026-10-12", "11.00", OK),
    (limit_of(WEEK, "50", hours="10"), [("2026-10-05", "14")], "2026-10-12", "11.01", OVER_PERIOD),
    # A late charge must fit its own period and leave every later one within its limit.
    (limit_of(WEEK, "all", hours="10"), [("2026-10-05", "20")], "2026-10-01", "0.01", OVER_PERIOD),
    (limit_of(WEEK, "all", hours="10"), [("2026-10-05", "19")], "2026-10-01", "1.00", OK),
    (limit_of(WEEK, "all", hours="10"), [("2026-10-05", "19")], "2026-10-01", "1.01", OVER_PERIOD),
    (limit_of(WEEK, "all", hours="5"), [("2026-10-12", "15")], "2026-10-01", "0.01", OVER_PERIOD),
    (limit_of(WEEK, "50", hours="10"), [("2026-10-05", "15")], "2026-10-01", "5.00", OK),
    (limit_of(WEEK, "50", hours="10"), [("2026-10-05", "15")], "2026-10-01", "5.01", OVER_PERIOD),
    (limit_of(WEEK, "none", hours="10"), [("2026-10-05", "10")], "2026-10-01", "10.00", OK),
    (limit_of(MONTH, "all", hours="10"), [], "2026-11-20", "20.00", OK),
    (limit_of(MONTH, "all", hours="10"), [], "2026-11-20", "20.01", OVER_PERIOD),
    (limit_of(QUARTER, "all", hours="10"), [], "2026-11-20", "10.01", OVER_PERIOD),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "stored", "day", "quantity", "expected"), PERIODS)
def test_over_period_limit(limit: PeriodLimit, stored: Any, day: str, quantity: str, expected: str) -> None:
    facts = funding(
        window=DateWindow(date(2026, 10, 1), date(2026, 12, 31)),
        period_limit=limit,
        earlier=tuple(earlier(d, q, number=n) for n, (d, q) in enumerate(stored, 1)),
    )
    assert verdict(decide_one(book(facts), service_day=day, quantity=quantity, unit_price="36")) == expected


def test_a_charge_on_hold_uses_no_period_limit() -> None:
    facts = funding(
        period_limit=limit_of(WEEK, hours="10"), earlier=(earlier("2026-11-02", "10", ChargeState.ON_HOLD),)
    )
    assert verdict(decide_one(book(facts), quantity="10", unit_price="36")) == OK


def test_a_period_counts_the_county_share_not_the_price() -> None:
    facts = funding(period_limit=limit_of(WEEK, euros="72"))
    assert verdict(decide_one(book(facts))) == OK  # 80.00, of which the county pays 72.00


def test_a_zero_quantity_uses_no_period_limit() -> None:
    facts = funding(period_limit=limit_of(WEEK, euros="36"), earlier=(earlier("2026-11-02", "2"),))
    assert verdict(decide_one(book(facts), quantity="0")) == "refused: amount_not_positive"


def test_both_limits_are_reported() -> None:
    facts = funding(quantity_limit=Quantity(100), period_limit=limit_of(WEEK, hours="1"))
    assert verdict(decide_one(book(facts))) == "refused: over_quantity over_period_limit"


def test_a_batch_fills_a_period_in_the_order_of_its_days() -> None:
    facts = book(funding(period_limit=limit_of(WEEK, hours="3")))
    later, first = (
        sent(reference="B", service_day="2026-11-04"),
        sent(reference="A", service_day="2026-11-03"),
    )
    assert verdicts(decide(facts, later, first)) == [OVER_PERIOD, OK]


def changing(*limits: tuple[str, PeriodLimit | None]) -> tuple[Terms, ...]:
    """Return terms with these limits, each from a day on."""
    return tuple(terms(from_day=date.fromisoformat(day), period_limit=limit) for day, limit in limits)


FIVE, TEN = limit_of(MONTH, "all", hours="5"), limit_of(MONTH, "all", hours="10")
RAISED = changing(("2026-01-01", FIVE), ("2026-11-10", TEN))
LOWERED = changing(("2026-01-01", TEN), ("2026-11-01", FIVE))
LOWERED_WITHIN = changing(("2026-01-01", TEN), ("2026-10-10", FIVE))
HALF = changing(
    ("2026-01-01", limit_of(MONTH, "50", hours="10")), ("2026-11-01", limit_of(MONTH, "50", hours="20"))
)
LOWERED_LATER = changing(("2026-01-01", TEN), ("2026-11-12", FIVE))
HALF_LATER = changing(
    ("2026-01-01", limit_of(MONTH, "50", hours="10")), ("2026-11-12", limit_of(MONTH, "50", hours="5"))
)
HALF_ALWAYS = changing(("2026-01-01", limit_of(MONTH, "50", hours="10")))
WEEK_LATER = changing(("2026-01-01", limit_of(WEEK, hours="10")), ("2026-11-12", limit_of(WEEK, hours="5")))
CARRIES_LATER = changing(("2026-01-01", limit_of(MONTH, hours="5")), ("2026-11-01", FIVE))
NONE_AFTER = changing(("2026-01-01", FIVE), ("2026-11-01", limit_of(MONTH, hours="5")))
# The window begins on 1 September 2026. Terms, charges stored (day, hours), service day, hours.
CHANGED_LIMITS = [
    # September and October left 5 hours each, whatever November has: 10 + 10.
    (RAISED, [], "2026-11-12", "20.00", OK),
    (RAISED, [], "2026-11-12", "20.01", OVER_PERIOD),
    (RAISED, [("2026-10-05", "5")], "2026-11-12", "15.01", OVER_PERIOD),
    # A day before the change has the limit of that day, and what was left before: 5 + 10.
    (RAISED, [], "2026-11-09", "15.00", OK),
    (RAISED, [], "2026-11-09", "15.01", OVER_PERIOD),
    (RAISED, [("2026-11-12", "20")], "2026-10-20", "0.01", OVER_PERIOD),
    (RAISED, [("2026-11-12", "19")], "2026-10-20", "1.00", OK),
    # What was unused under the higher limit stays carried: 5 + 20.
    (LOWERED, [], "2026-11-12", "25.00", OK),
    (LOWERED, [], "2026-11-12", "25.01", OVER_PERIOD),
    (LOWERED, [], "2026-10-12", "20.00", OK),
    (LOWERED, [], "2026-10-12", "20.01", OVER_PERIOD),
    # A day before a lower limit has its own, whatever its month ends with: 10 + 10. Nothing is left then.
    (LOWERED_WITHIN, [], "2026-10-09", "20.00", OK),
    (LOWERED_WITHIN, [], "2026-10-09", "20.01", OVER_PERIOD),
    (LOWERED_WITHIN, [("2026-10-09", "20")], "2026-11-12", "5.00", OK),
    (LOWERED_WITHIN, [("2026-10-09", "20")], "2026-11-12", "5.01", OVER_PERIOD),
    # A month over its lowered limit already is the worse only for what is not carried into it: 5 + 20.
    (LOWERED_LATER, [("2026-11-10", "28")], "2026-10-05", "1.00", OVER_PERIOD),
    (LOWERED_LATER, [("2026-11-10", "24")], "2026-10-05", "1.00", OK),
    (HALF_LATER, [("2026-11-10", "8")], "2026-10-05", "1.00", OK),
    (HALF_ALWAYS, [("2026-10-05", "16"), ("2026-11-10", "11")], "2026-09-25", "1.00", OK),
    (HALF_ALWAYS, [("2026-10-05", "15"), ("2026-11-10", "11")], "2026-09-25", "5.01", OVER_PERIOD),
    (WEEK_LATER, [("2026-11-10", "8")], "2026-11-03", "1.00", OK),
    (WEEK_LATER, [("2026-11-10", "8")], "2026-11-03", "10.01", OVER_PERIOD),
    # At most half the limit: 20 + 10, of which September and October left 10 + 5.
    (HALF, [], "2026-11-12", "30.00", OK),
    (HALF, [], "2026-11-12", "30.01", OVER_PERIOD),
    (HALF, [("2026-10-02", "9")], "2026-11-12", "26.00", OK),
    (HALF, [("2026-10-02", "9")], "2026-11-12", "26.01", OVER_PERIOD),
    # Nothing is carried into a period without carry-over, nor out of one that nobody limited so.
    (NONE_AFTER, [], "2026-11-12", "5.01", OVER_PERIOD),
    (NONE_AFTER, [], "2026-10-12", "10.00", OK),
    (CARRIES_LATER, [], "2026-11-12", "10.00", OK),
    (CARRIES_LATER, [], "2026-11-12", "10.01", OVER_PERIOD),
    (CARRIES_LATER, [("2026-11-12", "10")], "2026-10-20", "0.01", OVER_PERIOD),
    (CARRIES_LATER, [("2026-11-12", "9")], "2026-10-20", "1.00", OK),
    (changing(("2026-01-01", None), ("2026-11-01", TEN)), [], "2026-11-12", "10.01", OVER_PERIOD),
    (changing(("2026-01-01", None), ("2026-11-01", TEN)), [("2026-11-12", "10")], "2026-10-20", "20.00", OK),
    (
        changing(("2026-01-01", limit_of(WEEK, "all", hours="5")), ("2026-11-01", TEN)),
        [],
        "2026-11-12",
        "10.01",
        OVER_PERIOD,
    ),
    (
        changing(("2026-01-01", limit_of(MONTH, "all", euros="500")), ("2026-11-01", TEN)),
        [],
        "2026-11-12",
        "10.01",
        OVER_PERIOD,
    ),
]


@pytest.mark.parametrize(("changes", "stored", "day", "quantity", "expected"), CHANGED_LIMITS)
def test_the_rest_of_a_period_is_reported_by_its_own_limit(
    changes: Any, stored: Any, day: str, quantity: str, expected: str
) -> None:
    facts = funding(
        window=DateWindow(date(2026, 9, 1), date(2026, 12, 31)),
        terms=changes,
        free_cents=Money(1_000_000),
        earlier=tuple(earlier(d, q, number=n) for n, (d, q) in enumerate(stored, 1)),
    )
    assert verdict(decide_one(book(facts), service_day=day, quantity=quantity, unit_price="36")) == expected
