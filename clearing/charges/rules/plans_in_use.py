"""The plan of a choice while a batch is decided: which visits are left, and what each charge uses of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from clearing.charges.rules.days_in_use import DaysInUse, VisitChange
from clearing.charges.rules.used_visits import used_visits
from clearing.grants.facts.funding import Choice, Funding
from clearing.ledger.rules.hold_changes import HoldChange
from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit, UsedVisit
from clearing.plans.rules.holding import stops_charging
from clearing.plans.rules.pricing import Setting, priced
from clearing.plans.rules.replanning import ChosenPlan, all_visits, left_to_charge
from foundation.vocabulary.dates import ONE_DAY

FURTHEST_DAYS = 60
"""How far the service day of a charge may be from the day of the visit that it names."""


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
    that a charge has been for, until a charge names a later visit: no other charge can use one. They are
    computed for the first charge for which `days` does not suffice.
    """

    chosen: ChosenPlan
    choice: Choice
    today: date
    first_day: date
    until: date
    days: DaysInUse | None
    _visits: tuple[PlannedVisit, ...] | None = None
    _left: dict[VisitId, PlannedVisit] | None = None

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
        used = used_visits(funding, choice.id)
        chosen = ChosenPlan(complete, setting, used)
        until = max([today, *(charge.day for charge in used)])
        return cls(chosen, choice, today, first, until, DaysInUse.of(chosen, first))

    @property
    def visits(self) -> tuple[PlannedVisit, ...]:
        """The visits until `until`, charged or not."""
        if self._visits is None:
            funding = self.chosen.setting.funding
            self._visits = all_visits(self.chosen, funding, self.first_day, self.until)
        return self._visits

    @property
    def left(self) -> dict[VisitId, PlannedVisit]:
        """Those of the visits, or the part of them, that no charge has used."""
        if self._left is None:
            funding = self.chosen.setting.funding
            left = left_to_charge(self.chosen, self.visits, funding, self.today, self.first_day)
            self._left = {visit.id: visit for visit in left}
        return self._left

    def open_until(self, day: date) -> None:
        """Compute the visits until a day, and which of them are left."""
        self.until, self._visits, self._left = day, None, None

    def use(self, charge: UsedVisit) -> UsedHold:
        """Use the visit of an accepted charge, and return what it held.

        The visit is the one that `unbilled` chooses, as when holds are planned again.
        """
        furthest = max(charge.day, self.today + timedelta(days=FURTHEST_DAYS))
        change = None if self.days is None else self.days.use(charge, furthest)
        if change is not None:
            self._count(charge)
            if charge.day > self.until:
                self.open_until(furthest)
            return self._held_by(change)
        self.days = None
        is_later = charge.visit is not None and charge.visit not in self.left
        if charge.day > self.until or (is_later and self.until < furthest):
            self.open_until(furthest)
        before = self.left
        self._count(charge)
        return self._held_by(VisitChange(_missing(before, self.left), _missing(self.left, before)))

    def _count(self, charge: UsedVisit) -> None:
        used = tuple(sorted((*self.chosen.used, charge), key=UsedVisit.order))
        self.chosen, self._left = replace(self.chosen, used=used), None

    def _held_by(self, change: VisitChange) -> UsedHold:
        gone, back = self._share(change.gone), self._share(change.back)
        days = frozenset([visit.day for visit in change.gone])
        until = self.choice.held_until
        has_fee = any(visit.fee is not None for visit in change.gone)
        is_known = until is None or not (has_fee or until + ONE_DAY in days)
        return UsedHold(gone.cents - back.cents, gone.hundredths - back.hundredths, days, is_known)

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
) -> tuple[PlannedVisit, ...]:
    """Return the visits that are not among the others, or are there with another quantity or day."""
    return tuple(
        [visit for key, visit in visits.items() if others.get(key) is not visit and others.get(key) != visit]
    )


def last_day_of(choice: Choice, funding: Funding) -> date:
    """Return the last day of the visits of a choice."""
    return min(choice.last_day or date.max, funding.window.last)
