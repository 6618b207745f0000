"""What waits for a worker: simple counts of what the book says today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from clearing.charges.disputes.facts.thread import Turn
from clearing.charges.disputes.load.threads import OpenThreads, count_open_threads
from clearing.grants.load.funding_states import funding_state_on
from clearing.reasons import APPROVAL_CHANGED_AFTERWARDS
from clearing.upkeep.facts.course import AlertRule
from foundation.database.columns import first_and_last
from foundation.database.tables.alerts import Alert
from foundation.database.tables.charges import Charge, ChargeReason
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Balance, Funding
from foundation.database.tables.providers import Approval, ApprovalState, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.applications import count_waiting
from marketplace.load.finding_another import tasks_of_county
from marketplace.load.names import Names
from marketplace.load.renewals import count_waiting_renewals

NOT_CHOSEN_AFTER = timedelta(days=21)
ENDS_WITHIN = timedelta(days=30)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class FundingLine:
    """A funding that somebody should look at; clients by number, names on the client's own page."""

    client_id: int
    county_id: int
    client_number: str | None
    first_day: date
    last_day: date
    left_cents: Money


@dataclass(frozen=True, slots=True)
class ClientSum:
    """Money of a client that waits for the county, and the provider that it would go to."""

    client_id: int
    county_id: int
    client_number: str
    business_id: str
    provider: str
    count: int
    cents: Money


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An approval that waits for the county."""

    business_id: str
    name: str
    service: Names
    from_day: date


@dataclass(frozen=True, slots=True)
class Lines:
    """The first lines of one part of the work, and how many there are in all."""

    shown: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """What waits."""

    held_charges: int
    disputes: int
    disputes_to_decide: int
    changed_afterwards: Lines
    find_another: Lines
    applications: Lines
    new_applications: int
    new_papers: int
    not_chosen: Lines
    ending: Lines


def load_worklist(session: Session, county_id: int, *, day: date) -> Worklist:
    """The work of a county as of a day."""
    held = select(func.count()).where(Charge.county_id == county_id, Charge.state == "on_hold")
    return Worklist(
        held_charges=session.scalar(held) or 0,
        disputes=count_open_threads(session, OpenThreads(county_id)),
        disputes_to_decide=count_open_threads(session, OpenThreads(county_id, None, Turn.COUNTY, day)),
        changed_afterwards=_client_sums(session, _changed_afterwards(county_id)),
        find_another=Lines(*tasks_of_county(session, county_id, day, first=0, count=SHOWN)),
        applications=_applications(session, county_id, day),
        new_applications=count_waiting(session, county_id),
        new_papers=count_waiting_renewals(session, county_id),
        not_chosen=_fundings(session, _not_chosen(county_id, day)),
        ending=_fundings(session, _ending(county_id, day)),
    )


ClientSums = Select[*tuple[Any, ...]]
CLIENT = (Client.id, Client.county_id, Client.number)


def _changed_afterwards(county_id: int) -> ClientSums:
    """Charges on hold because an approval was changed from a past day, by client and provider."""
    cents = func.coalesce(func.sum(Charge.county_pays_cents), 0)
    why = (ChargeReason.charge_id == Charge.id) & (ChargeReason.code == APPROVAL_CHANGED_AFTERWARDS.code)
    return (
        select(*CLIENT, Provider.business_id, Provider.name, func.count(), cents)
        .select_from(Charge)
        .join(ChargeReason, why)
        .join(Provider, Provider.id == Charge.provider_id)
        .join(Funding, Funding.id == Charge.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .where(Charge.county_id == county_id, Charge.state == "on_hold")
        .group_by(Client.id, Provider.id)
        .order_by(cents.desc(), Client.number, Provider.name)
    )


def _client_sums(session: Session, query: ClientSums) -> Lines:
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.limit(SHOWN))
    lines = [
        ClientSum(client_id, county_id, number, business_id, provider, count, Money(int(cents)))
        for client_id, county_id, number, business_id, provider, count, cents in rows
    ]
    return Lines(lines, total)


def _applications(session: Session, county_id: int, day: date) -> Lines:
    newest = (
        select(ApprovalState.id)
        .where(ApprovalState.approval_id == Approval.id, ApprovalState.from_day <= day)
        .order_by(ApprovalState.from_day.desc(), ApprovalState.id.desc())
        .limit(1)
        .correlate(Approval)
        .scalar_subquery()
    )
    query = (
        select(
            Provider.business_id,
            Provider.name,
            Service.name_fi,
            Service.name_sv,
            Service.name_en,
            ApprovalState.from_day,
        )
        .join(Approval, Approval.provider_id == Provider.id)
        .join(Service, Service.id == Approval.service_id)
        .join(ApprovalState, ApprovalState.id == newest)
        .where(Approval.county_id == county_id, ApprovalState.state == "pending")
        .order_by(ApprovalState.from_day, Provider.name, ApprovalState.id)
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.limit(SHOWN))
    return Lines(
        [ApplicationLine(row[0], row[1], Names(row[2], row[3], row[4]), row[5]) for row in rows], total
    )


def _open_fundings(county_id: int, day: date) -> Select[int, int, str, Range[date], int]:
    left = (Balance.free_cents + Balance.held_cents).label("left")
    return (
        select(Funding.client_id, Funding.county_id, Client.number, Funding.valid, left)
        .join(Client, Client.id == Funding.client_id)
        .join(Balance, Balance.funding_id == Funding.id)
        .where(
            Funding.county_id == county_id,
            funding_state_on(day) == "open",
            Funding.valid.contains(day),
            left > 0,
        )
        .where(Client.ended_on.is_(None))
    )


def _not_chosen(county_id: int, day: date) -> Select[int, int, str, Range[date], int]:
    """Free choice, open for 21 days, and nothing chosen: the longest wait first.

    Without those that have an early warning: it is on the same page.
    """
    opened = func.lower(Funding.valid)
    warned = exists().where(
        Alert.funding_id == Funding.id,
        Alert.rule == AlertRule.NOT_STARTED.value,
        Alert.closed_on.is_(None),
        Alert.opened_on.is_not(None),
    )
    chosen = exists().where(Choice.funding_id == Funding.id, Choice.withdrawn_at.is_(None))
    return (
        _open_fundings(county_id, day)
        .where(Funding.provider_id.is_(None), ~chosen, ~warned, opened <= day - NOT_CHOSEN_AFTER)
        .order_by(opened, Funding.id)
    )


def _ending(county_id: int, day: date) -> Select[int, int, str, Range[date], int]:
    """The window ends within 30 days while money is left: the soonest first."""
    ends = func.upper(Funding.valid)
    return _open_fundings(county_id, day).where(ends <= day + ENDS_WITHIN).order_by(ends, Funding.id)


def _fundings(session: Session, query: Select[int, int, str, Range[date], int]) -> Lines:
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    lines = []
    for client_id, county_id, number, valid, left in session.execute(query.limit(SHOWN)):
        first, last = first_and_last(valid)
        lines.append(FundingLine(client_id, county_id, number, first, last or date.max, Money(left)))
    return Lines(lines, total)
