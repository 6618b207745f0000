"""Visits at the same minute at two providers are known when choosing, not only when charged (R-28)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.plans.facts.plan import TimedPattern, VisitId, VisitPlan
from foundation.database.tables.providers import Offering
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor
from marketplace.actions.change_visit import change_visit
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.actions.pause_plan import DaysAway, pause_plan
from marketplace.rules.visit_changes import VisitWish
from marketplace.rules.wishes import Wish
from tests.actions.test_choose_offering import ChoiceScenario, chosen, codes
from tests.builders import NOW, a_charge, a_funding, a_provider, an_offering

MONDAY = date(2026, 11, 23)
WARNED = ["overlaps_other_provider"]


def timed(hour: int, weekday: int = 0, minutes: int = 120, last: date | None = None) -> Wish:
    """Return the wish for a visit each week at a time."""
    pattern = TimedPattern(frozenset({weekday}), hour * 60, minutes, MONDAY, last)
    return Wish.of_plan(VisitPlan(0, "hour", timed=(pattern,)), MONDAY, None)


class TwoProviders:
    """A client with a choice on Mondays 17-19, and another provider on another voucher."""

    def __init__(self, session: Session) -> None:
        self.session, self.first = session, ChoiceScenario(session)
        self.choice_id = chosen(self.first.choose(timed(17))).choice_id
        terms = {"unit_values": {"PERSONAL_ASSISTANCE": {"any": 3000}}}
        self.funding = a_funding(session, self.first.county, self.first.client, **terms)  # type: ignore[arg-type]
        provider = a_provider(session, self.first.county, business_id="7654321-2")
        self.other = an_offering(session, self.first.county, provider)

    def choose(self, wish: Wish, offering: Offering | None = None) -> Chosen:
        """Choose on the other voucher."""
        made = choose_offering(
            self.session,
            funding_id=self.funding.id,
            offering_id=(offering or self.other).id,
            wish=wish,
            actor=self.first.actor,
            now=NOW,
        )
        return chosen(made)

    def codes(self, wish: Wish, offering: Offering | None = None) -> list[str]:
        """Return the codes of the warnings of a choice."""
        return [finding.code for finding in self.choose(wish, offering).warnings]


@pytest.fixture
def two(session: Session) -> TwoProviders:
    return TwoProviders(session)


# the other wish; the warnings
WISHES = [
    (timed(18), WARNED),
    (timed(18, minutes=59), WARNED),
    (timed(16, minutes=61), WARNED),
    (timed(10, weekday=6, minutes=32 * 60), WARNED),  # from Sunday to Monday 18
    (timed(19), []),
    (timed(16, minutes=60), []),
    (timed(17, weekday=1), []),
    (Wish(MONDAY, None, None, Quantity(300)), []),
]


@pytest.mark.parametrize(("wish", "expected"), WISHES)
def test_the_same_minute_at_another_provider_is_known(
    two: TwoProviders, wish: Wish, expected: list[str]
) -> None:
    assert two.codes(wish) == expected


DOUBLE = ["possible_double"]


@pytest.mark.parametrize(("hour", "expected"), [(18, DOUBLE), (19, [])])
def test_help_that_the_charge_would_be_held_for_cannot_be_chosen(
    two: TwoProviders, hour: int, expected: list[str]
) -> None:
    """Same provider, voucher and service at the same minute (R-27)."""
    made = two.first.choose(timed(hour))
    assert codes(made) == expected if expected else chosen(made).warnings == ()


def test_what_cannot_be_chosen_is_what_clearing_holds(two: TwoProviders) -> None:
    assert codes(two.first.choose(timed(18))) == DOUBLE
    now, actor = datetime.combine(date(2026, 11, 24), NOW.timetz()), Actor(None, None, "test")
    found = []
    for reference, start, end in (("R-1", "17:00", "19:00"), ("R-2", "18:00", "20:00")):
        sent = a_charge(two.first.funding, service_day=str(MONDAY), quantity="2.00", start=start, end=end)
        provider_id = two.first.provider.id
        sent = sent | {"reference": reference, "unit_price": "30.00"}
        [answer] = take_in_charges(two.session, provider_id=provider_id, sent=[sent], actor=actor, now=now)
        found.append([finding.code for finding in answer.findings])
    assert found == [[], DOUBLE]


TWICE = ["same_help_twice"]
LOOSE = Wish(MONDAY, None, None, Quantity(200))


@pytest.mark.parametrize("wish", [LOOSE, Wish(MONDAY, date(2026, 12, 6), Quantity(200), None)])
def test_help_beside_a_plan_of_the_same_helper_without_times_is_a_warning(
    two: TwoProviders, wish: Wish
) -> None:
    assert [found.code for found in chosen(two.first.choose(wish)).warnings] == TWICE
    assert [found.code for found in chosen(two.first.choose(timed(10))).warnings] == TWICE


def test_help_after_the_other_has_ended_or_of_another_helper_is_no_warning(two: TwoProviders) -> None:
    until = Wish(MONDAY, date(2026, 12, 6), Quantity(200), None)
    assert two.codes(until) == []
    assert two.codes(Wish(date(2026, 12, 7), None, None, Quantity(200))) == []


def test_the_warning_of_help_twice_is_the_hold_of_the_charges(two: TwoProviders) -> None:
    """Two charges of one day, quantity and price without times are of two plans, or of one visit (R-27)."""
    chosen(two.first.choose(LOOSE))
    now, actor = datetime.combine(date(2026, 11, 24), NOW.timetz()), Actor(None, None, "test")
    found = []
    for reference in ("R-1", "R-2"):
        sent = a_charge(two.first.funding, service_day=str(MONDAY), quantity="2.00")
        sent = sent | {"reference": reference, "unit_price": "30.00"}
        provider_id = two.first.provider.id
        [answer] = take_in_charges(two.session, provider_id=provider_id, sent=[sent], actor=actor, now=now)
        found.append([finding.code for finding in answer.findings])
    assert found == [[], DOUBLE]


def test_a_visit_does_not_move_to_the_minute_of_another_choice_of_the_service(two: TwoProviders) -> None:
    choice_id = chosen(two.first.choose(timed(10, weekday=1))).choice_id
    visit, actor = VisitId(choice_id, date(2026, 11, 24), 1), two.first.actor
    for minute, expected in ((18 * 60, DOUBLE), (19 * 60, [])):
        moved = change_visit(two.session, visit=visit, wish=VisitWish(MONDAY, minute), actor=actor, now=NOW)
        assert (codes(moved) if isinstance(moved, Refusal) else []) == expected


def test_the_same_provider_is_not_another(two: TwoProviders) -> None:
    assert two.codes(timed(18), two.first.offering) == []


def test_days_away_and_ended_help_are_no_overlap(two: TwoProviders) -> None:
    away = DaysAway(MONDAY, None, two.choice_id)
    client_id, actor = two.first.client.id, two.first.actor
    not_refused(pause_plan(two.session, client_id=client_id, away=away, actor=actor, now=NOW))
    assert two.codes(timed(18)) == []


def test_the_warning_of_the_choice_is_that_of_the_charge(two: TwoProviders) -> None:
    two.choose(timed(18))
    now, actor = datetime.combine(date(2026, 11, 24), NOW.timetz()), Actor(None, None, "test")
    found = []
    for funding, provider_id, start, end in (
        (two.first.funding, two.first.provider.id, "17:00", "19:00"),
        (two.funding, two.other.provider_id, "18:00", "20:00"),
    ):
        sent = a_charge(funding, service_day=str(MONDAY), quantity="2.00", start=start, end=end)
        sent["unit_price"] = "30.00"
        [answer] = take_in_charges(two.session, provider_id=provider_id, sent=[sent], actor=actor, now=now)
        assert answer.outcome == "accepted", answer
        found.append([finding.code for finding in answer.findings])
    assert found == [[], WARNED]


def test_a_visit_that_is_moved_to_the_same_minute_is_known(two: TwoProviders) -> None:
    choice_id = two.choose(timed(10, weekday=1)).choice_id
    visit, actor = VisitId(choice_id, date(2026, 11, 24), 1), two.first.actor
    moves: tuple[tuple[date, int, list[str]], ...] = (  # day, minute, warnings
        (MONDAY, 18 * 60, WARNED),
        (MONDAY, 10 * 60, []),
        (date(2026, 11, 30), 17 * 60, WARNED),
    )
    for day, minute, expected in moves:
        moved = change_visit(two.session, visit=visit, wish=VisitWish(day, minute), actor=actor, now=NOW)
        assert [finding.code for finding in not_refused(moved).warnings] == expected
