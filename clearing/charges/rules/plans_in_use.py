"""The plan of a choice while a batch is decided: which visits are left, and what each charge uses of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from clearing.grants.facts.funding import ChargedVisit, Choice, Funding
from clearing.grants.facts.kinds import ChargeState
from clearing.ledger.rules.hold_changes import HoldChange
from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit, UsedVisit
from clearing.plans.rules.holding import stops_charging
from clearing.plans.rules.pricing import Setting, priced
from clearing.plans.rules.replanning import ChosenPlan, all_visits, left_to_charge
from foundation.vocabulary.dates import ONE_DAY

FURTHEST_DAYS = 60
"""How far the service day of a charge may be from the day of the visit that it names."""
_NO_START = datetime.max.replace(tzinfo=UTC)


class UsedHold(NamedTuple):
    """What the visits that a charge used had held, in cents and hundredths of a unit, and their days.

    `is_known`: whether it is known that they held anything. On the day on which a limit stopped the plan,
    some visits did and others did not; the fee of a visit that was cancelled late may then be held or not.
    """

    cents: int
    hundredths: int
    days: frozenset[date]
    is_known: bool


@dataclass(slots=True)
class PlanInUse:
    """The plan of a choice, with the visits that no charge has used yet.

    `visits` are those from the first of the late days until `until`, or all of a total. That is the last day
    that a charge has been for, until a charge names a later visit: no other charge can use one.
    """

    chosen: ChosenPlan
    choice: Choice
    today: date
    first_day: date
    until: date
    visits: tuple[PlannedVisit, ...]
    left: dict[VisitId, PlannedVisit]

    @classmethod
    def of(
        cls, plan: VisitPlan, choice: Choice, setting: Setting, today: date, late_days: int
    ) -> "PlanInUse":
        """Open a plan with what stored charges have used of it."""
        funding, first = setting.funding, today - timedelta(days=late_days)
        complete = replace(
            plan,
            unit=setting.offering.unit,
            last_day=last_day_of(choice, funding),
            pauses=(*plan.pauses, *funding.client_absences),
        )
        used = _used(funding, choice.id)
        until = max([today, *(charge.day for charge in used)])
        opened = cls(ChosenPlan(complete, setting, used), choice, today, first, until, (), {})
        opened.open_until(until)
        return opened

    def open_until(self, day: date) -> None:
        """Compute the visits until a day, and which of them are left."""
        funding = self.chosen.setting.funding
        self.until = day
        self.visits = all_visits(self.chosen, funding, self.first_day, day)
        self.left = self._not_used()

    def _not_used(self) -> dict[VisitId, PlannedVisit]:
        funding = self.chosen.setting.funding
        left = left_to_charge(self.chosen, self.visits, funding, self.today, self.first_day)
        return {visit.id: visit for visit in left}

    def use(self, charge: UsedVisit) -> UsedHold:
        """Use the visit of an accepted charge, and return what it held.

        The visit is the one that `unbilled` chooses, as when holds are planned again.
        """
        furthest = max(charge.day, self.today + timedelta(days=FURTHEST_DAYS))
        is_later = charge.visit is not None and charge.visit not in self.left
        if charge.day > self.until or (is_later and self.until < furthest):
            self.open_until(furthest)
        chosen = self.chosen
        self.chosen = replace(chosen, used=tuple(sorted((*chosen.used, charge), key=_order)))
        before, self.left = self.left, self._not_used()
        used = _missing(before, self.left)
        gone, rest = self._share(used), self._share(_missing(self.left, before))
        days = frozenset([visit.day for visit in used])
        until = self.choice.held_until
        has_fee = any(visit.fee is not None for visit in used)
        is_known = until is None or not (has_fee or until + ONE_DAY in days)
        return UsedHold(gone.cents - rest.cents, gone.hundredths - rest.hundredths, days, is_known)

    def _share(self, visits: Iterable[PlannedVisit]) -> HoldChange:
        """Return the county's share and the units of visits, without those that hold nothing."""
        cents = hundredths = 0
        until = self.choice.held_until
        for visit in priced(
            [each for each in visits if until is None or each.day <= until], self.chosen.setting
        ):
            if not stops_charging(visit):
                cents += visit.county_pays_cents or 0
                hundredths += visit.visit.quantity
        return HoldChange(cents, hundredths)


def _missing(
    visits: Mapping[VisitId, PlannedVisit], others: Mapping[VisitId, PlannedVisit]
) -> list[PlannedVisit]:
    """Return the visits that are not among the others, or are there with another quantity or day."""
    return [
        visit for key, visit in visits.items() if others.get(key) is not visit and others.get(key) != visit
    ]


def last_day_of(choice: Choice, funding: Funding) -> date:
    """Return the last day of the visits of a choice."""
    return min(choice.last_day or date.max, funding.window.last)


def _order(charge: UsedVisit) -> tuple[date, datetime]:
    return charge.day, charge.start or _NO_START


def _used(funding: Funding, choice_id: int) -> tuple[UsedVisit, ...]:
    """Return what accepted and settled charges have used of a choice, in order."""
    named = {visit.charge_id: _id_of(visit) for visit in funding.charged_visits}
    found = [
        UsedVisit(charge.service_day, charge.start, charge.quantity, named.get(charge.id))
        for charge in funding.earlier
        if charge.choice_id == choice_id and charge.state is not ChargeState.ON_HOLD and charge.quantity > 0
    ]
    return tuple(sorted(found, key=_order))


def _id_of(visit: ChargedVisit) -> VisitId:
    return VisitId(visit.choice_id, visit.day, visit.number)
