"""The course of fundings, for the early warnings, and how late their providers report."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, cast, func, select, true
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingState
from clearing.plans.load.funding_plans import plans_since_the_beginning
from clearing.plans.rules.pricing import priced
from clearing.plans.rules.replanning import ChosenPlan, visits_to_charge
from clearing.plans.rules.visits import visits_of
from clearing.upkeep.rules.courses import CourseOfChoice, Spending
from foundation.database.columns import any_of, any_of_parameter
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Balance
from foundation.database.tables.grants import Funding as FundingRow
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import DateWindow, state_on

LATEST = 20
"""How late a provider reports is read from so many of its newest charges."""
USED = ("accepted", "settled")


@dataclass(frozen=True, slots=True)
class FundingCourse:
    """What the course of a funding is computed from. `delays` are days from service to entry, sorted.

    `is_open`: the funding may be used, and the client has not ended.
    """

    client_id: int
    choices: tuple[CourseOfChoice, ...]
    spending: Spending
    delays: tuple[int, ...]
    is_open: bool


def courses_of_fundings(
    session: Session, fundings: Sequence[Funding], today: date
) -> dict[int, FundingCourse]:
    """Return what the courses of fundings are computed from, as of a day, by id. Each thing is read once."""
    plans = plans_since_the_beginning(session, fundings, today)
    ids = list(plans)
    rows = _choice_rows(session, ids)
    clients = {row.id: row for row in session.execute(_CLIENTS, {"ids": ids})}
    charged = _charged(session, ids)
    newest = _newest_charges(session, {row.provider_id for row in rows.values()})
    found = {}
    for funding in fundings:
        of_funding, own = plans[funding.id], clients[funding.id]
        choices = tuple(
            _course_of_choice(chosen, rows[chosen.plan.choice_id], funding, today, of_funding.late_days)
            for chosen in of_funding.plans
        )
        fenced = [rows[choice.choice_id] for choice in choices if choice.is_ring_fenced]
        providers = {choice.provider_id for choice in choices}
        is_open = state_on(funding.states, today) is FundingState.OPEN and own.ended_on is None
        spending = _spending(funding, own, charged[funding.id], fenced)
        delays = _delays([newest[key] for key in sorted(providers)])
        found[funding.id] = FundingCourse(own.client_id, choices, spending, delays, is_open)
    return found


_CLIENTS = (
    select(
        FundingRow.id,
        FundingRow.client_id,
        Client.ended_on,
        Balance.granted_cents,
        Balance.granted_hundredths,
    )
    .join(Client, Client.id == FundingRow.client_id)
    .join(Balance, Balance.funding_id == FundingRow.id)
    .where(FundingRow.id == any_of_parameter())
)


def _choice_rows(session: Session, funding_ids: Collection[int]) -> dict[int, Choice]:
    query = select(Choice).where(Choice.funding_id == any_of(funding_ids), Choice.withdrawn_at.is_(None))
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


class _Charged(NamedTuple):
    """What was charged of a funding on a day by one choice, or by none: cents of the county, and units."""

    choice_id: int | None
    day: date | None
    cents: int
    hundredths: int


def _charged(session: Session, funding_ids: Collection[int]) -> defaultdict[int, list[_Charged]]:
    """Return what was charged of the fundings, in the order of service days."""
    found: defaultdict[int, list[_Charged]] = defaultdict(list)
    rows = session.execute(_CHARGED, {"ids": list(funding_ids)})
    for funding_id, choice_id, day, cents, hundredths in rows:
        if funding_id is not None:
            found[funding_id].append(_Charged(choice_id, day, int(cents or 0), int(hundredths or 0)))
    return found


_CHARGED = (
    select(
        Charge.funding_id,
        Charge.choice_id,
        Charge.service_day,
        func.sum(Charge.county_pays_cents),
        func.sum(Charge.quantity_hundredths),
    )
    .where(Charge.funding_id == any_of_parameter(), Charge.state.in_(USED))
    .group_by(Charge.funding_id, Charge.choice_id, Charge.service_day)
    .order_by(Charge.service_day)
)


def _spending(
    funding: Funding, row: Any, charged: Collection[_Charged], fenced: Collection[Choice]
) -> Spending:
    """Return what is granted and charged by day, in units if that is what is granted.

    Args:
        row: The funding's row of `_CLIENTS`.
        fenced: The choices of so much in all; what they hold and have used is left out.
    """
    in_units = funding.free_quantity is not None
    granted = row.granted_hundredths if in_units else row.granted_cents
    fenced_ids = {choice.id for choice in fenced}
    left_out = sum(choice.held_hundredths if in_units else choice.held_cents for choice in fenced)
    by_day: defaultdict[date, int] = defaultdict(int)
    for each in charged:
        amount = each.hundredths if in_units else each.cents
        if each.choice_id in fenced_ids:
            left_out += amount
        elif each.day is not None:
            by_day[each.day] += amount
    return Spending(int(granted - left_out), list(by_day.items()), in_units)


class _Entry(NamedTuple):
    """A charge of a provider: its id, and how many days after the service it came."""

    id: int
    delay: int


def _newest_charges(session: Session, provider_ids: Collection[int]) -> defaultdict[int, list[_Entry]]:
    """Return the latest charges of each provider."""
    of_provider = (
        select(Charge.id, _RECEIVED.label("received"), Charge.service_day)
        .where(Charge.provider_id == Provider.id, Charge.state.in_(USED), Charge.original_id.is_(None))
        .order_by(Charge.id.desc())
        .limit(LATEST)
        .lateral()
    )
    query = (
        select(Provider.id, of_provider.c.id, of_provider.c.received, of_provider.c.service_day)
        .join(of_provider, true())
        .where(Provider.id == any_of(provider_ids))
    )
    found: defaultdict[int, list[_Entry]] = defaultdict(list)
    for provider_id, charge_id, entered, day in session.execute(query):
        if day is not None:
            found[provider_id].append(_Entry(charge_id, max(0, (entered - day).days)))
    return found


_RECEIVED = cast(func.timezone("Europe/Helsinki", Charge.received_at), Date)


def _delays(of_providers: Iterable[Collection[_Entry]]) -> tuple[int, ...]:
    """Return how many days after the service each of the providers' latest charges came, sorted."""
    entries = sorted((entry for entries in of_providers for entry in entries), reverse=True)
    return tuple(sorted(entry.delay for entry in entries[:LATEST]))


def day_that_is_known(delays: Collection[int], today: date) -> date:
    """Return the last service day whose charges have come: yesterday less the longest delay."""
    return today - timedelta(days=1 + max(delays, default=0))
