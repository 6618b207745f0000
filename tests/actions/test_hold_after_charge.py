"""What a choice holds after a charge is what planning it again gives: at once, in euros and in units."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.batch.take_in_slices import take_in_slices
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from clearing.ledger.load.proof_fundings import (
    balances_against_ledger,
    charges_against_ledger,
    held_by_choices,
    holds_against_ledger,
)
from clearing.ledger.load.proof_units import (
    charged_units,
    unit_balances_against_ledger,
    unit_holds_against_ledger,
)
from clearing.plans.actions.plan_again import plan_marked
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.facts.plan import LoosePattern, PartOfWeek, TimedPattern, TotalPattern, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from foundation.database.tables.choices import Choice
from foundation.database.tables.plans import FundingToReplan, PlanPattern
from foundation.vocabulary.dates import HELSINKI, PeriodKind
from foundation.vocabulary.money import Quantity, format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.change_visit import ChangedVisit, cancel_visit
from marketplace.actions.choose_offering import Chosen
from marketplace.load.visits import visits_to_charge_of
from marketplace.rules.wishes import Wish
from tests.actions.test_choose_offering import ChoiceScenario
from tests.actions.test_plan_is_charge_in_the_books import AFTER, FIRST, RandomChoice, as_planned
from tests.builders import a_charge

PROOFS = (
    balances_against_ledger,
    charges_against_ledger,
    held_by_choices,
    holds_against_ledger,
    charged_units,
    unit_balances_against_ledger,
    unit_holds_against_ledger,
)
ACTOR = Actor(None, None, "test")
TIMED = TimedPattern(frozenset({0, 3}), 10 * 60, 120, FIRST)
PLAN = VisitPlan(0, "hour", timed=(TIMED,))
"""Two hours each Monday and Thursday from 23 November to the end of the year, 12 visits at 60 €."""


class HeldChoice(RandomChoice):
    """A random choice, whose charges are not always as planned."""

    def __init__(self, session: Session, seed: int) -> None:
        super().__init__(session, seed)
        self.cancelled: list[PlannedVisit] = []

    def any_plan(self) -> VisitPlan:
        """Return a plan of one of the three kinds."""
        quantity = Quantity(self.random.randint(2, 90) * 25)
        kind = self.random.choice(("timed", "timed", "loose", "total"))
        if kind == "loose":
            per = self.random.choice((PeriodKind.WEEK, PeriodKind.MONTH))
            part = self.random.choice((None, *PartOfWeek))
            return VisitPlan(0, "hour", loose=LoosePattern(quantity, per, FIRST, None, part))
        if kind == "total":
            return VisitPlan(0, "hour", total=TotalPattern(quantity, FIRST, date(2026, 12, 31)))
        return self.plan()

    def cancel_late(self, choice_id: int) -> None:
        """Sometimes cancel a visit in time for nothing, and one so late that its fee stays held."""
        session, offering = self.scenario.session, self.scenario.offering
        offering.cancel_notice_hours, offering.cancel_share_percent = 24, self.random.choice((1, 50, 100))
        session.flush()
        found = visits_to_charge_of(session, self.scenario.funding.id, choice_id, FIRST)
        visits = [] if found is None else [each for each in found.visits if each.start is not None]
        for visit in self.random.sample(visits, min(len(visits), self.random.randint(0, 2))):
            assert visit.start is not None
            at = visit.start - timedelta(hours=self.random.choice((1, 1, 48)))
            done = cancel_visit(session, visit=visit.id, actor=self.scenario.actor, now=at)
            assert isinstance(done, ChangedVisit)
            self.cancelled.append(visit)

    def fee(self, number: int) -> dict[str, str]:
        """Return the charge of a cancelled visit, by its name or its time."""
        visit = self.random.choice(self.cancelled)
        why = {"cancel_reason": "client_ill", "notice_hours": "0"}
        sent = as_planned(self.scenario, visit) | why | {"reference": f"R-{number}"}
        return sent | ({"visit": visit.id.text} if self.random.random() < 0.5 else {})

    def sent(self, number: int, planned: list[tuple[str, date, int]]) -> dict[str, str]:
        """Return a charge on a day of the plan or another, now and then of a visit that it names."""
        if self.cancelled and self.random.random() < 0.3:
            return self.fee(number)
        day, minutes = FIRST + timedelta(days=self.random.randint(0, 38)), self.random.randint(1, 20) * 15
        visit = self.random.choice(planned) if planned and self.random.random() < 0.8 else None
        if visit is not None:
            day, minutes = visit[1], self.random.choice((visit[2], visit[2], minutes))
        start = datetime(day.year, day.month, day.day, self.random.randint(6, 14), tzinfo=HELSINKI)
        charge = a_charge(
            self.scenario.funding,
            reference=f"R-{number}",
            service_day=day.isoformat(),
            quantity=format_hundredths(Quantity((minutes * 100 + 30) // 60)),
            start=f"{start:%H:%M}",
            end=f"{start + timedelta(minutes=minutes):%H:%M}",
        )
        del charge["unit_price"]
        return charge | ({"visit": visit[0]} if visit and self.random.random() < 0.5 else {})


def holds(session: Session, funding_id: int) -> dict[int, tuple[int, int]]:
    """Return what each choice of a funding holds: cents and hundredths of a unit."""
    session.flush()
    query = select(Choice.id, Choice.held_cents, Choice.held_hundredths)
    rows = session.execute(query.where(Choice.funding_id == funding_id))
    return {key: (cents, units) for key, cents, units in rows}


def assert_nothing_to_plan(session: Session, funding_id: int, why: object) -> None:
    """Assert that planning again changes no hold, unless the funding is marked to be planned again."""
    if session.get(FundingToReplan, funding_id) is None:
        before = holds(session, funding_id)
        replan_holds(session, funding_id, now=AFTER)
        assert before == holds(session, funding_id), why


def take_in(session: Session, provider_id: int, sent: list[dict[str, str]], way: str) -> list[str]:
    """Take charges in together, or by slices as a long file."""
    if way == "together":
        answers = take_in_charges(session, provider_id=provider_id, sent=sent, actor=ACTOR, now=AFTER)
    else:
        intake = Intake(provider_id, sent, ACTOR, AFTER, True, None)
        answers = take_in_slices(session, intake, SliceDecider(None), slice_size=2)
    return [answer.outcome for answer in answers]


def assert_holds_follow(session: Session, seed: int) -> list[str]:
    """Assert the property for a choice of a seed; return the outcomes of its charges, and what stopped it."""
    drawn = HeldChoice(session, seed)
    scenario, funding_id = drawn.scenario, drawn.scenario.funding.id
    made = scenario.choose(Wish.of_plan(drawn.any_plan(), FIRST, None))
    if isinstance(made, Refusal):
        return ["no choice"]
    assert isinstance(made, Chosen)
    drawn.cancel_late(made.choice_id)
    held = replan_holds(session, funding_id, now=AFTER)[made.choice_id]
    planned = [
        (each.visit.id.text, each.visit.day, int((each.visit.end - each.visit.start).total_seconds()) // 60)
        for each in held.visits
        if each.visit.start and each.visit.end
    ]
    if held.held.stopped_by is None:
        session.query(FundingToReplan).delete()
    sent = iter([drawn.sent(number, planned) for number in range(9)])
    outcomes = [held.held.stopped_by.value if held.held.stopped_by else "fits"]
    for size, way in ((1, "together"), (3, "together"), (1, "together"), (4, "slices")):
        outcomes += take_in(session, scenario.provider.id, list(islice(sent, size)), way)
        assert_nothing_to_plan(session, funding_id, (seed, way))
    assert [found for proof in PROOFS for found in proof(session)] == []
    return outcomes


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(12), id="12"), pytest.param(range(12, 240), id="228", marks=pytest.mark.long)],
)
def test_a_hold_after_charges_is_that_of_the_plan(session: Session, seeds: range) -> None:
    outcomes = set()
    for seed in seeds:
        with session.begin_nested() as savepoint:
            outcomes |= set(assert_holds_follow(session, seed))
            savepoint.rollback()
        session.expire_all()
    assert {"accepted", "fits"} <= outcomes


class Planned:
    """A voucher in hours with a choice of two hours each Monday and Thursday, planned on 4 January."""

    def __init__(self, session: Session, **funding: object) -> None:
        self.session = session
        self.scenario = ChoiceScenario(session, **{"quantity_hundredths": 3000, **funding})
        made = self.scenario.choose(Wish.of_plan(PLAN, FIRST, None))
        assert isinstance(made, Chosen)
        self.choice_id, self.funding_id = made.choice_id, self.scenario.funding.id
        replan_holds(session, self.funding_id, now=AFTER)
        session.query(FundingToReplan).delete()

    def charge(self, hours: str, day: str = "2026-11-23", **fields: str) -> ChargeAnswer:
        """Charge hours of a day."""
        sent = a_charge(self.scenario.funding, service_day=day, quantity=hours, unit_price="30.00", **fields)
        [answer] = take_in_charges(
            self.session, provider_id=self.scenario.provider.id, sent=[sent], actor=ACTOR, now=AFTER
        )
        assert answer.outcome == "accepted", answer
        return answer

    @property
    def held(self) -> tuple[int, int]:
        """What the choice holds: cents and hundredths of an hour."""
        return holds(self.session, self.funding_id)[self.choice_id]

    @property
    def free(self) -> tuple[int, int]:
        """What is free: cents and hundredths of an hour."""
        balance = self.scenario.balance()
        return balance.free_cents, balance.free_hundredths

    @property
    def is_marked(self) -> bool:
        """Whether the funding will be planned again within a minute."""
        return self.session.get(FundingToReplan, self.funding_id) is not None


def test_what_a_visit_held_too_much_is_free_with_the_charge(session: Session) -> None:
    planned = Planned(session)
    assert (planned.held, planned.free) == ((72_000, 2400), (28_000, 600))
    answer = planned.charge("0.50")
    assert answer.held_cents == 66_000
    assert (planned.held, planned.free) == ((66_000, 2200), (32_500, 750))
    assert not planned.is_marked


def test_what_a_charge_takes_from_other_visits_is_held_again(session: Session) -> None:
    planned = Planned(session)
    planned.charge("4")
    assert (planned.held, planned.free) == ((66_000, 2200), (22_000, 400))
    assert not planned.is_marked


def test_a_named_visit_is_used_also_on_another_day(session: Session) -> None:
    planned = Planned(session)
    planned.charge("1", "2026-11-25", visit=f"{planned.choice_id}-20261126-1")
    planned.charge("2", "2026-11-26", reference="R-2")
    assert planned.held == (60_000, 2000)


def test_a_charge_without_a_plan_draws_from_the_hold_only(session: Session) -> None:
    planned = Planned(session)
    session.execute(delete(PlanPattern))
    planned.charge("0.50")
    assert (planned.held, planned.free) == ((70_500, 2350), (28_000, 600))


def test_what_a_limit_had_stopped_is_planned_again_within_a_minute(session: Session) -> None:
    planned = Planned(session, quantity_hundredths=1000)
    assert (planned.held, planned.free[1]) == ((30_000, 1000), 0)
    planned.charge("0.50")
    assert (planned.held, planned.free[1]) == ((24_000, 800), 150)
    assert planned.is_marked


def test_a_withdrawn_charge_is_planned_again_within_a_minute(session: Session) -> None:
    planned = Planned(session)
    answer = planned.charge("0.50")
    assert answer.id is not None
    withdraw_charge(session, answer.id, actor=ACTOR, now=AFTER)
    assert (planned.held, planned.is_marked) == ((67_500, 2250), True)
    plan_marked(session, most=10, now=AFTER)
    assert (planned.held, planned.free) == ((72_000, 2400), (28_000, 600))


def test_a_corrected_charge_is_planned_again_within_a_minute(session: Session) -> None:
    planned = Planned(session)
    answer = planned.charge("2")
    assert answer.id is not None
    assert (planned.held, planned.is_marked) == ((66_000, 2200), False)
    wish = CorrectionWish("K-1", CorrectionReason.NOT_GIVEN)
    correct_charge(session, answer.id, wish=wish, actor=ACTOR, now=AFTER)
    assert planned.is_marked
    plan_marked(session, most=10, now=AFTER)
    assert (planned.held, planned.free) == ((72_000, 2400), (28_000, 600))
    assert [found for proof in PROOFS for found in proof(session)] == []
