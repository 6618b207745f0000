"""The course of fundings, for the early warnings, and how late their providers report."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, cast, func, or_, select
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingState
from clearing.plans.load.funding_plans import plans_since_the_beginning
from clearing.plans.rules.pricing import priced
from clearing.plans.rules.replanning import ChosenPlan, visits_to_charge
from clearing.plans.rules.visits import visits_of
from clearing.upkeep.rules.courses import CourseOfChoice, Spending
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Balance
from foundation.database.tables.grants import Funding as FundingRow
from foundation.vocabulary.dates import DateWindow, state_on

LATEST = 20
"""How late a provider reports is read from so many of its newest charges."""
USED = ("accepted", "settled")


@dataclass(frozen=True, slots=True)
class FundingCourse:
    """What the course of a funding is computed from. `delays` are days from service to entry, sorted.

    `is_open`: the funding may be used, and the client has not ended.
    """

    choices: tuple[CourseOfChoice, ...]
    spending: Spending
    delays: tuple[int, ...]
    is_open: bool


def course_of_funding(session: Session, funding: Funding, today: date) -> FundingCourse:
    """Return what the course of a funding is computed from, as of a day."""
    found = plans_since_the_beginning(session, funding)
    rows = _choice_rows(session, funding.id)
    choices = tuple(
        _course_of_choice(chosen, rows[chosen.plan.choice_id], funding, today, found.late_days)
        for chosen in found.plans
        if chosen.plan.choice_id in rows
    )
    fenced = [choice.choice_id for choice in choices if choice.is_ring_fenced]
    return FundingCourse(
        choices,
        _spending(session, funding, fenced),
        _delays(session, {row.provider_id for row in rows.values()}),
        state_on(funding.states, today) is FundingState.OPEN and _is_with_county(session, funding.id),
    )


def _is_with_county(session: Session, funding_id: int) -> bool:
    """Return whether the client of a funding has neither died nor moved away."""
    query = select(Client.ended_on.is_(None)).join(FundingRow, FundingRow.client_id == Client.id)
    return session.scalars(query.where(FundingRow.id == funding_id)).one()


def _choice_rows(session: Session, funding_id: int) -> dict[int, Choice]:
    query = select(Choice).where(Choice.funding_id == funding_id, Choice.withdrawn_at.is_(None))
    return {row.id: row for row in session.scalars(query)}


def _course_of_choice(
    chosen: ChosenPlan, row: Choice, funding: Funding, today: date, late_days: int
) -> CourseOfChoice:
    window = DateWindow(max(funding.window.first, row.starts_on), funding.window.last)
    visits = () if window.last < window.first else visits_of(chosen.plan, chosen.setting.calendar, window)
    waiting = visits_to_charge(chosen, funding, today, late_days)
    return CourseOfChoice(
        choice_id=row.id,
        provider_id=row.provider_id,
        first_day=row.starts_on,
        plan=chosen.plan,
        visits=priced(visits, chosen.setting),
        waiting=priced(waiting, chosen.setting),
        used=chosen.used,
        is_live=row.ended_at is None and row.stop_found_at is None,
    )


def _spending(session: Session, funding: Funding, fenced: Collection[int]) -> Spending:
    """Return what is granted and charged by day, in units if that is what is granted."""
    in_units = funding.free_quantity is not None
    of_charge = Charge.quantity_hundredths if in_units else Charge.county_pays_cents
    of_choice = Choice.held_hundredths if in_units else Choice.held_cents
    granted = Balance.granted_hundredths if in_units else Balance.granted_cents
    own = (Charge.funding_id == funding.id, Charge.state.in_(USED))
    total = session.scalars(select(granted).where(Balance.funding_id == funding.id)).one()
    held = session.scalar(select(func.sum(of_choice)).where(Choice.id.in_(fenced))) or 0
    used = session.scalar(select(func.sum(of_charge)).where(*own, Charge.choice_id.in_(fenced))) or 0
    days = session.execute(
        select(Charge.service_day, func.sum(of_charge))
        .where(*own, or_(Charge.choice_id.is_(None), Charge.choice_id.not_in(fenced)))
        .group_by(Charge.service_day)
        .order_by(Charge.service_day)
    )
    charged = [(day, int(amount or 0)) for day, amount in days if day is not None]
    return Spending(int(total - held - used), charged, in_units)


def _delays(session: Session, provider_ids: Collection[int]) -> tuple[int, ...]:
    """Return how many days after the service each of the providers' latest charges came, sorted."""
    received = cast(func.timezone("Europe/Helsinki", Charge.received_at), Date)
    query = (
        select(received, Charge.service_day)
        .where(Charge.provider_id.in_(provider_ids), Charge.state.in_(USED), Charge.original_id.is_(None))
        .order_by(Charge.id.desc())
        .limit(LATEST)
    )
    rows = session.execute(query)
    return tuple(sorted(max(0, (entered - day).days) for entered, day in rows if day is not None))


def day_that_is_known(delays: Collection[int], today: date) -> date:
    """Return the last service day whose charges have come: yesterday less the longest delay."""
    return today - timedelta(days=1 + max(delays, default=0))
