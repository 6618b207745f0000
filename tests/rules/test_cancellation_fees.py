"""What a page says of cancelling a visit is what is held for it, and what clearing then accepts (R-35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from clearing.charges.decision import decide_charges
from clearing.charges.facts.charge import SentCharge
from clearing.charges.facts.outcomes import Accepted, Outcome
from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.provider import CancellationRule, Offering, Price, ProviderFacts
from clearing.plans.facts.plan import CancellationFee, Change, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.cancelling import CancellationTerms, cancellation_terms, no_fee
from clearing.plans.rules.holding import held, left_of
from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.pricing import Setting, priced
from clearing.plans.rules.replanning import ChosenPlan, HeldPlan, hold_plans
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import HELSINKI, DateWindow
from foundation.vocabulary.money import Money, format_hundredths
from tests.rules import facts_builder as facts
from tests.rules.random_plans import RandomPlans

LATE_DAYS = 60


class CancelledVisit:
    """One visit of a random plan with a random cancellation rule, cancelled at some time before its start."""

    def __init__(self, seed: int) -> None:
        self.random, self.drawn = Random(seed), RandomPlans(seed).draw()
        self.rule = CancellationRule(
            self.random.choice((0, 1, 24, 72)), self.random.choice((0, 1, 33, 50, 100))
        )
        self.setting = replace(self.drawn.setting, offering=self.with_rule(self.drawn.setting.offering))
        self.visit = self.draw_visit()

    def with_rule(self, offering: Offering) -> Offering:
        """Return an offering with the rule."""
        return replace(offering, cancellation=self.rule)

    def draw_visit(self) -> PlannedVisit | None:
        """Return a visit that the plan holds, with a time; None if there is none."""
        plan, setting = self.drawn.plan, self.setting
        if plan_faults(plan):
            return None
        visits = priced(visits_of(plan, setting.calendar, self.drawn.window), setting)
        holds = held(visits, setting.funding, left_of(setting.funding))
        with_times = [each.visit for each in visits[: holds.visits] if each.visit.start is not None]
        return self.random.choice(with_times) if with_times else None

    def cancelled_at(self, visit: PlannedVisit) -> datetime:
        """Return a time before the start: often one second or none from the last moment that is free."""
        assert visit.start is not None
        last = visit.start - timedelta(hours=self.rule.notice_hours)
        near = [last + timedelta(seconds=number) for number in (-1, 0, 1)]
        before = visit.start - timedelta(minutes=self.random.randint(1, 7000))
        return min(self.random.choice((*near, before)), visit.start - timedelta(seconds=1))

    def plan_without(self, visit: PlannedVisit, fee: CancellationFee | None) -> VisitPlan:
        """Return the plan with the visit cancelled; sometimes the client is then away on its day."""
        key = visit.id[1:]
        found = (each for each in self.drawn.plan.changes if (each.day, each.number) == key)
        change = replace(next(found, Change(*key)), is_cancelled=True, fee=fee)
        others = [each for each in self.drawn.plan.changes if (each.day, each.number) != key]
        away = (DateWindow(visit.day, visit.day),) if self.random.random() < 0.3 else ()
        return replace(self.drawn.plan, changes=(*others, change), pauses=(*self.drawn.plan.pauses, *away))

    def decide(self, planned: PlannedVisit, plan: VisitPlan, **values: str) -> Outcome:
        """Decide a charge for the cancelled visit; the rule and the prices have become dearer since."""
        dearer = replace(self.setting.offering, cancellation=CancellationRule(96, 100), prices=self.dearer())
        provider = replace(self.setting.provider, offerings=_only(self.setting.provider, dearer))
        book = replace(self.drawn.book, plans={facts.CHOICE: plan}, providers={provider.id: provider})
        [outcome] = decide_charges(book, [read_charge(charge(planned, self.drawn.plan.unit, values))])
        return outcome

    def dearer(self) -> tuple[Price, ...]:
        """Return the prices, half as much again."""
        prices = self.setting.offering.prices
        return tuple(replace(each, unit_price_cents=Money(each.unit_price_cents * 3 // 2)) for each in prices)


def _only(provider: ProviderFacts, offering: Offering) -> dict[tuple[int, str], tuple[Offering, ...]]:
    return dict.fromkeys(provider.offerings, (offering,))


def charge(visit: PlannedVisit, unit: str, values: dict[str, str]) -> SentCharge:
    """Return the charge of a cancelled visit; its provider states that no notice was given."""
    assert visit.start is not None
    assert visit.end is not None
    sent: dict[str, object] = {
        "reference": "K-1",
        "voucher": "AB12",
        "service": facts.ASSISTANCE,
        "service_day": visit.day.isoformat(),
        "start": visit.start.astimezone(HELSINKI).isoformat()[11:16] + _offset(visit.start),
        "end": visit.end.astimezone(HELSINKI).isoformat()[:16] + _offset(visit.end),
        "quantity": format_hundredths(visit.quantity),
        "unit": unit,
        "cancel_reason": "client_cancelled",
        "notice_hours": "0",
        **values,
    }
    return SentCharge(facts.PROVIDER, sent, visit.end.astimezone(UTC))


def _offset(instant: datetime) -> str:
    return instant.astimezone(HELSINKI).isoformat()[-6:]


def assert_promise_is_kept(seed: int) -> str:
    """Assert the property for the visit of a seed; return whether it was cancelled in good time, or late."""
    drawn = CancelledVisit(seed)
    if drawn.visit is None:
        return "none"
    visit, now = drawn.visit, drawn.cancelled_at(drawn.visit)
    terms = cancellation_terms(visit, drawn.setting, LATE_DAYS)
    fee = terms.fee_at(now)
    plan = drawn.plan_without(visit, fee)
    named = {"visit": visit.id.text} if drawn.random.random() < 0.5 else {}
    outcome = drawn.decide(visit, plan, **named)
    if terms.is_free(now):
        assert fee == no_fee(visit.quantity)
        assert "cancellation_rule" in facts.codes(outcome), (seed, outcome)
        assert held_fee(drawn.setting, plan, visit).fees == (), seed
        return "free"
    assert_costs(outcome, terms, seed)
    assert_held(held_fee(drawn.setting, plan, visit), terms, seed)
    over = format_hundredths(((terms.cost_cents or 0) + 1) * 100 // visit.quantity + 1)
    assert "cancellation_rule" in facts.codes(drawn.decide(visit, plan, **named, unit_price=over)), seed
    return "late"


def assert_costs(outcome: Outcome, terms: CancellationTerms, seed: int) -> None:
    """Assert that a charge was accepted with the sums that the page said."""
    assert isinstance(outcome, Accepted), (seed, outcome)
    assert outcome.split.price_cents == terms.cost_cents, seed
    assert outcome.split.price_cents - outcome.split.county_pays_cents == terms.you_pay_cents, seed


def held_fee(setting: Setting, plan: VisitPlan, visit: PlannedVisit) -> HeldPlan:
    """Return what the plan holds on the day of the visit."""
    return hold_plans([ChosenPlan(plan, setting)], setting.funding, visit.day, LATE_DAYS)[facts.CHOICE]


def assert_held(found: HeldPlan, terms: CancellationTerms, seed: int) -> None:
    """Assert that the county's share of the fee and its units are held beside the visits of the plan."""
    [fee] = found.fees
    assert fee.county_pays_cents == (terms.cost_cents or 0) - (terms.you_pay_cents or 0), seed
    own = found.visits[: found.held.visits]
    shares = sum(each.county_pays_cents or 0 for each in own) + fee.county_pays_cents
    units = sum(each.visit.quantity for each in own) + terms.quantity
    assert (found.held.cents, found.held.quantity) == (shares, units), seed


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(200), id="200"), pytest.param(range(200, 5000), id="5000", marks=pytest.mark.long)],
)
def test_what_cancelling_costs_is_said_held_and_accepted(seeds: range) -> None:
    assert {assert_promise_is_kept(seed) for seed in seeds} == {"none", "free", "late"}
