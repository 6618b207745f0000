"""What an accepted charge leaves of its choice's hold: what planning again would hold (rulebook, Holds)."""

from collections.abc import Iterable
from datetime import date

from clearing.charges.facts.book import Book
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.open_funding import OpenFunding
from clearing.charges.rules.plans_in_use import PlanInUse, UsedHold
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.grants.facts.funding import Choice
from clearing.ledger.rules.hold_changes import NO_CHANGE, HoldChange
from clearing.plans.facts.visits import UsedVisit
from clearing.plans.rules.pricing import Setting
from foundation.vocabulary.dates import PeriodKind, period_number

UNCHANGED = (NO_CHANGE, False)


def plan_in_use(context: ChargeInContext, book: Book, calendar: TimeClasses) -> PlanInUse | None:
    """Return the plan of a charge's choice with what this batch has used of it; None without a plan."""
    choice = context.terms_in_force.choice
    plan = None if choice is None else book.plans.get(choice.id)
    if choice is None or plan is None:
        return None
    opened = context.open_funding
    if (found := opened.plans.get(choice.id)) is None:
        offering = _offering(context, choice)
        setting = Setting(opened.funding, offering, context.provider, calendar)
        late_days = context.county.late_days_on(book.today)
        found = PlanInUse.of(plan, choice, setting, book.today, late_days)
        opened.plans[choice.id] = found
    return found


def _offering(context: ChargeInContext, choice: Choice) -> Offering:
    """Return the chosen offering; a charge may be for another service of the same provider."""
    own = context.terms_in_force.offering
    if own is not None and own.id == choice.offering_id:
        return own
    return next(each for each in _offerings(context.provider) if each.id == choice.offering_id)


def _offerings(provider: ProviderFacts) -> list[Offering]:
    return [offering for offerings in provider.offerings.values() for offering in offerings]


def change_hold(
    context: ChargeInContext, in_use: PlanInUse | None, from_held: HoldChange
) -> tuple[HoldChange, bool]:
    """Release what the charge's visit held too much, or hold again what the charge took from other visits.

    Return the change, which is also made in the open funding, and whether the funding must be planned again:
    what came free may be held by visits that a limit had stopped, or not enough was left to hold again.
    """
    charge, opened, choice = context.charge, context.open_funding, context.terms_in_force.choice
    if in_use is None or choice is None or charge.service_day is None or charge.quantity is None:
        return UNCHANGED
    used = in_use.use(UsedVisit(charge.service_day, charge.start, charge.quantity, charge.visit))
    cents, hundredths = from_held.cents - used.cents, from_held.hundredths - used.hundredths
    if not used.is_known:
        return NO_CHANGE, True
    if opened.free_quantity is None:
        hundredths = 0
    change = HoldChange(
        _possible(cents, opened.held_cents[choice.id], opened.free_cents),
        _possible(hundredths, opened.held_quantity[choice.id], opened.free_quantity or 0),
    )
    _move(opened, choice.id, change)
    return change, change != (cents, hundredths) or _may_reach_others(
        opened, change, charge.service_day, used
    )


def _may_reach_others(opened: OpenFunding, change: HoldChange, day: date, used: UsedHold) -> bool:
    """Return whether other visits may hold more or less: a limit has stopped some, or a period limit counts
    the charge otherwise than its visit."""
    if change != NO_CHANGE and any(each.held_until is not None for each in opened.funding.choices):
        return True
    periods = {number for kind in opened.spent for number in _periods(kind, (day, *used.days))}
    return bool(opened.spent) and (change != NO_CHANGE or len(periods) > len(opened.spent))


def _periods(kind: PeriodKind, days: Iterable[date]) -> set[tuple[PeriodKind, int]]:
    return {(kind, period_number(kind, day)) for day in days}


def _possible(change: int, held: int, free: int) -> int:
    """Return what can be released, or held: all of it if enough is free, else nothing."""
    if change < 0:
        return max(change, -held)
    return change if change <= free else 0


def _move(opened: OpenFunding, choice_id: int, change: HoldChange) -> None:
    opened.held_cents[choice_id] += change.cents
    opened.free_cents -= change.cents
    opened.held_quantity[choice_id] += change.hundredths
    if opened.free_quantity is not None:
        opened.free_quantity -= change.hundredths
