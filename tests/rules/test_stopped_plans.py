"""When a provider stops a plan: why, from when, and since when somebody else must be found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from clearing.plans.facts.plan import VisitId
from clearing.plans.facts.visits import Held, Limit, PlannedVisit
from clearing.plans.rules.stopped_plans import SOON_DAYS, PlanStop, found_at, stop_of_plan
from clearing.reasons import (
    NO_PRICE_ON_DAY,
    PROVIDER_PAPERS_EXPIRED,
    PROVIDER_SUSPENDED,
    VOUCHER_NOT_OPEN,
    Reason,
    report,
)
from foundation.vocabulary.money import Money, Quantity

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
TODAY = NOW.date()
DAY = TODAY + timedelta(days=3)


def stopped(*reasons: Reason, limit: Limit = Limit.RULE) -> Held:
    visit = PlannedVisit(VisitId(1, DAY, 1), DAY, None, None, Quantity(100), ())
    findings = tuple(report(reason) for reason in reasons)
    return Held(Money(0), Quantity(0), 0, limit, visit, findings)


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (stopped(PROVIDER_SUSPENDED), "provider_suspended"),
        (stopped(PROVIDER_PAPERS_EXPIRED), "provider_papers_expired"),
        (stopped(NO_PRICE_ON_DAY), "no_price_on_day"),
        (stopped(NO_PRICE_ON_DAY, PROVIDER_SUSPENDED), "provider_suspended"),
        (stopped(VOUCHER_NOT_OPEN), None),
        (stopped(limit=Limit.MONEY), None),
        (Held(Money(0), Quantity(0), 0), None),
    ],
)
def test_only_what_the_provider_causes_is_its_stop(held: Held, code: str | None) -> None:
    assert stop_of_plan(held) == (None if code is None else PlanStop(code, DAY))


@pytest.mark.parametrize(
    ("from_day", "before", "expected"),
    [
        (TODAY + timedelta(days=SOON_DAYS), None, NOW),
        (TODAY + timedelta(days=SOON_DAYS + 1), None, None),
        (TODAY, NOW - timedelta(days=1), NOW - timedelta(days=1)),
        (TODAY + timedelta(days=SOON_DAYS + 1), NOW, None),
    ],
)
def test_a_stop_is_a_task_from_soon_before(
    from_day: date, before: datetime | None, expected: datetime | None
) -> None:
    assert found_at(PlanStop("provider_suspended", from_day), before, NOW) == expected
    assert found_at(None, before, NOW) is None
