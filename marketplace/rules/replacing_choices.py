"""A choice that another one replaces: its last day, what it holds until then, what an undo restores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clearing.plans.rules.replanning import ChosenPlan
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.money import NO_UNITS, Money, Quantity, half_up_division
from marketplace.rules.weeks import weeks_between

UNDO_DAYS = 7


@dataclass(frozen=True, slots=True)
class PlannedMoney:
    """The money of a choice between two days, planned and held.

    `to_charge_from` is the first day whose visits may still be charged (`first_day_to_charge`).
    """

    first_day: date
    last_day: date
    is_weekly: bool
    planned_cents: Money
    held_cents: Money
    to_charge_from: date


@dataclass(frozen=True, slots=True)
class Shortened:
    """A choice with an earlier last day: what it then plans and holds."""

    planned_cents: Money
    held_cents: Money


def last_day_of_replaced(changed_on: date, starts_on: date, ends_on: date | None) -> date:
    """Return the last day of a replaced choice: the day before the new one begins, today at the earliest."""
    last_day = max(changed_on, starts_on - ONE_DAY)
    return last_day if ends_on is None else min(last_day, ends_on)


def shortened(money: PlannedMoney, through: date) -> Shortened:
    """Return what a choice plans and holds if it helps through a day.

    It holds the money of the visits until then that may still be charged. A plan by the week counts each week
    that has begun; another plan is spread evenly over its days.
    """
    planned = min(money.planned_cents, _planned_from(money, money.first_day, through))
    held = min(money.held_cents, _planned_from(money, money.to_charge_from, through))
    return Shortened(Money(planned), Money(held))


def _planned_from(money: PlannedMoney, first_day: date, through: date) -> int:
    if through < first_day:
        return 0
    if money.is_weekly:
        weekly = half_up_division(money.planned_cents, weeks_between(money.first_day, money.last_day))
        return weekly * weeks_between(first_day, through)
    days = max(1, (money.last_day - money.first_day).days + 1)
    return half_up_division(money.planned_cents * ((through - first_day).days + 1), days)


@dataclass(frozen=True, slots=True)
class Replacing:
    """A choice that a change would replace: its last day, what it keeps, and the money that comes free.

    `helps_through` is the last day of its visits: before its last day if the new choice begins today.
    """

    choice_id: int
    last_day: date
    helps_through: date
    keeps: Shortened
    freed_cents: Money
    freed_quantity: Quantity = NO_UNITS


@dataclass(frozen=True, slots=True)
class Replaced:
    """The choice that a change ended, as it is now, and what the change took from it.

    `was_ends_on` and `was_planned_cents` are of before the change. `freed_cents` and `freed_quantity` are
    the part of its hold that came free.
    """

    id: int
    provider: str
    ends_on: date | None
    ended_at: datetime | None
    was_ends_on: date | None
    was_planned_cents: Money
    freed_cents: Money
    freed_quantity: Quantity = NO_UNITS

    def is_as_left(self, changed_at: datetime, starts_on: date) -> bool:
        """Return whether it is still as the change left it; an undo restores nothing that changed since."""
        left_on = last_day_of_replaced(helsinki_day(changed_at), starts_on, self.was_ends_on)
        return self.ends_on == left_on and self.ended_at in (None, changed_at)


def shortened_plan(chosen: ChosenPlan, change: Replacing | None) -> ChosenPlan:
    """Return a plan as a change leaves it, if it is that of the choice which the change replaces."""
    return chosen if change is None else ended_plan(chosen, change.choice_id, change.helps_through)


def ended_plan(chosen: ChosenPlan, choice_id: int, last_day: date) -> ChosenPlan:
    """Return a plan as it is if the choice with the id ends on a day."""
    if chosen.plan.choice_id != choice_id:
        return chosen
    return replace(chosen, plan=replace(chosen.plan, last_day=last_day))


def undo_until(made_at: datetime) -> date:
    """Return the last day on which a choice can be undone."""
    return helsinki_day(made_at) + timedelta(days=UNDO_DAYS)
