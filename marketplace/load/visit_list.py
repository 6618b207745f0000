"""Planned visits of clients and of providers, with what their readers see of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from clearing.charges.load.counties import county_settings
from clearing.eligibility.facts.provider import CancellationRule
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import VisitId
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.cancelling import CancellationTerms
from foundation.database.columns import any_of, first_and_last
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import ONE_DAY, DateWindow
from foundation.vocabulary.money import Quantity
from marketplace.load.listed_visit import ListedVisit, VisitChoice
from marketplace.load.names import Names
from marketplace.load.visits import visits_to_charge_of
from marketplace.rules.visit_charges import VisitCharge
from marketplace.rules.visit_list import VisitWithState, listed_visits

LONGEST_PERIOD = 31 * ONE_DAY
"""The longest time that a visit without times stands for: a month."""

SHOWN = ("accepted", "on_hold", "settled")
"""States of charges that count for a visit."""


def visits_of_clients(
    session: Session, client_ids: Collection[int], window: DateWindow, now: datetime
) -> list[ListedVisit]:
    """Return the visits of these clients that begin on the days of a window, in order of their time."""
    return _visits(session, Funding.client_id.in_(list(client_ids)), window, now)


def running_visits_of_clients(
    session: Session, client_ids: Collection[int], window: DateWindow, now: datetime
) -> list[ListedVisit]:
    """Return the same visits, and those without times whose week or month reaches into the window."""
    return _running(visits_of_clients(session, client_ids, _with_periods(window), now), window)


def visits_of_provider(
    session: Session, provider_id: int, window: DateWindow, now: datetime
) -> list[ListedVisit]:
    """Return the visits that clients have planned with a provider, in order of their time.

    A visit without times is there if its week or month reaches into the window.
    """
    condition = Choice.provider_id == provider_id
    return _running(_visits(session, condition, _with_periods(window), now), window)


def visits_of_choices(
    session: Session, choice_ids: Collection[int], window: DateWindow, now: datetime
) -> list[ListedVisit]:
    """Return the same visits of some choices only."""
    condition = Choice.id == any_of(choice_ids)
    return _running(_visits(session, condition, _with_periods(window), now), window)


def visit_by_id(session: Session, visit_id: VisitId, now: datetime) -> ListedVisit | None:
    """Return one visit of any client; the caller checks that the actor may see it."""
    days = _days_of_visit(session, visit_id)
    found = [] if days is None else _visits(session, Choice.id == visit_id.choice_id, days, now)
    return next((visit for visit in found if visit.visit_id == visit_id), None)


def cancellation_of(session: Session, visit: ListedVisit, day: date) -> CancellationTerms | None:
    """Return what cancelling a visit would mean; None if it can no longer be charged."""
    found = visits_to_charge_of(session, visit.choice.funding_id, visit.choice.id, day)
    return None if found is None else found.cancelling(visit.visit_id)


def _days_of_visit(session: Session, visit_id: VisitId) -> DateWindow | None:
    """Return the days on which a visit may be: that of its pattern, of its change, or its month."""
    plan = visit_plans(session, [visit_id.choice_id]).get(visit_id.choice_id)
    if plan is None:
        return None
    key = (visit_id.day, visit_id.number)
    moved = [change.to_day for change in plan.changes if (change.day, change.number) == key]
    days = [visit_id.day, *[day for day in moved if day is not None]]
    last = max(days) if plan.timed else max(days) + LONGEST_PERIOD
    return DateWindow(min(days), last)


def _with_periods(window: DateWindow) -> DateWindow:
    """Return a window that begins as early as a week or month that reaches into the given one."""
    return DateWindow(window.first - LONGEST_PERIOD, window.last)


def _running(visits: Iterable[ListedVisit], window: DateWindow) -> list[ListedVisit]:
    return [visit for visit in visits if visit.planned.last_day >= window.first]


def _visits(
    session: Session, condition: ColumnElement[bool], window: DateWindow, now: datetime
) -> list[ListedVisit]:
    rows = session.execute(_query(condition, window)).all()
    ids = [row.Choice.id for row in rows]
    plans, charges = visit_plans(session, ids), _charges(session, ids, window)
    calendars = _calendars(session, {row.Choice.county_id for row in rows})
    found = []
    for row in rows:
        choice, days = row.Choice, _within(row, window)
        if days is not None:
            calendar, own = calendars[choice.county_id], charges[choice.id]
            visits = listed_visits(plans[choice.id], calendar, days, own, now)
            found += [_listed(row, visit) for visit in visits]
    return sorted(found, key=_order)


def _order(visit: ListedVisit) -> tuple[date, bool, float, str]:
    return visit.day, visit.start is None, visit.start.timestamp() if visit.start else 0.0, visit.id


def _within(row: Any, window: DateWindow) -> DateWindow | None:
    """Return the days of a window on which the choice and its funding are in force."""
    first, last = first_and_last(row.valid)
    first_day = max(window.first, first, row.Choice.starts_on)
    last_day = min(window.last, last or window.last, row.Choice.ends_on or window.last)
    return DateWindow(first_day, last_day) if first_day <= last_day else None


def _query(condition: ColumnElement[bool], window: DateWindow) -> Select[*tuple[Any, ...]]:
    client = (Client.id.label("client_id"), Client.name, Client.number, Client.protected_address)
    return (
        select(Choice, Offering, Provider, Service, Funding.voucher, Funding.valid, *client)
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Provider, Provider.id == Choice.provider_id)
        .join(Service, Service.id == Offering.service_id)
        .where(condition, Choice.withdrawn_at.is_(None), Choice.starts_on <= window.last)
        .where(or_(Choice.ends_on.is_(None), Choice.ends_on >= window.first))
        .order_by(Choice.id)
        .execution_options(populate_existing=True)
    )


def _calendars(session: Session, county_ids: Iterable[int]) -> dict[int, TimeClasses]:
    settings = county_settings(session, county_ids)
    return {key: TimeClasses.of(county.calendar) for key, county in settings.items()}


def _charges(
    session: Session, choice_ids: list[int], window: DateWindow
) -> defaultdict[int, list[VisitCharge]]:
    """Return the charges of the choices near a window, net of corrections.

    A visit of a plan without times stands for a week or a month, which may begin before the window.
    """
    month = 31 * ONE_DAY
    first, quantity = func.coalesce(Charge.original_id, Charge.id), func.sum(Charge.quantity_hundredths)
    own = Charge.original_id.is_(None)
    visit = func.min(Charge.visit_day).filter(own), func.min(Charge.visit_number).filter(own)
    query = (
        select(
            first,
            Charge.choice_id,
            func.min(Charge.service_day),
            func.min(Charge.starts_at),
            quantity,
            func.min(Charge.reference).filter(own),
            *visit,
        )
        .where(Charge.choice_id.in_(choice_ids), Charge.state.in_(SHOWN))
        .where(Charge.service_day.between(window.first - month, window.last + month))
        .group_by(first, Charge.choice_id)
        .having(quantity > 0)
        .order_by(first)
    )
    found: defaultdict[int, list[VisitCharge]] = defaultdict(list)
    for charge_id, choice_id, day, start, hundredths, reference, visit_day, number in session.execute(query):
        if choice_id is not None and day is not None:
            charged = Quantity(int(hundredths or 0))
            visit_id = None
            if visit_day is not None and number is not None:
                visit_id = VisitId(choice_id, visit_day, number)
            found[choice_id].append(VisitCharge(charge_id, day, start, charged, reference or "", visit_id))
    return found


def _listed(row: Row[*tuple[Any, ...]], visit: VisitWithState) -> ListedVisit:
    choice, offering, service = row.Choice, row.Offering, row.Service
    own = VisitChoice(
        id=choice.id,
        funding_id=choice.funding_id,
        voucher=row.voucher,
        offering_id=offering.id,
        title=offering.title,
        service=service.code,
        service_name=Names(service.name_fi, service.name_sv, service.name_en),
        unit=offering.unit,
        remote=offering.remote,
        provider_id=row.Provider.id,
        provider=row.Provider.name,
        business_id=row.Provider.business_id,
        provider_phone=row.Provider.phone,
        cancellation=CancellationRule(offering.cancel_notice_hours, offering.cancel_share_percent),
        stops_on=choice.stops_on,
    )
    who = (row.client_id, choice.county_id, row.name, row.number)
    return ListedVisit(*who, own, visit, has_protected_address=row.protected_address)
