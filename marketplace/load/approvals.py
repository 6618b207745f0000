"""Approvals of a provider in a county, and the clients whom a change of them touches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Approval, Offering
from foundation.database.tables.providers import ApprovalState as StateRow
from foundation.database.tables.services import CountyService, Service
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ApprovedService:
    """One service that the provider asked to be approved for; `id` of the approval."""

    id: int
    service: str
    history: tuple[tuple[date, ApprovalState], ...]


@dataclass(frozen=True, slots=True)
class TouchedChoice:
    """A choice in force that rests on an approval."""

    id: int
    county_id: int
    funding_id: int
    client_id: int
    client_number: str
    client_name: str
    voucher: str
    service: str
    ends_on: date | None
    held_cents: Money


def approvals_of(
    session: Session, provider_id: int, county_id: int, *, lock: bool = False
) -> dict[str, ApprovedService]:
    """The provider's approvals in the county by service code; with `lock` until the transaction ends."""
    wanted = (
        select(Approval.id, Service.code)
        .join(Service, Service.id == Approval.service_id)
        .where(Approval.provider_id == provider_id, Approval.county_id == county_id)
        .order_by(Approval.id)
    )
    rows = session.execute(wanted.with_for_update(of=Approval) if lock else wanted).all()
    history: defaultdict[int, list[tuple[date, ApprovalState]]] = defaultdict(list)
    states = (
        select(StateRow.approval_id, StateRow.from_day, StateRow.state)
        .where(StateRow.approval_id.in_([row.id for row in rows]))
        .order_by(StateRow.from_day, StateRow.id)
    )
    for approval_id, day, state in session.execute(states):
        history[approval_id].append((day, ApprovalState(state)))
    return {row.code: ApprovedService(row.id, row.code, tuple(history[row.id])) for row in rows}


def offered_services(session: Session, county_id: int) -> dict[str, int]:
    """The ids of the county's services by code."""
    rows = session.execute(
        select(Service.code, Service.id)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(CountyService.county_id == county_id)
    )
    return {row.code: row.id for row in rows}


def touched_choices(
    session: Session, provider_id: int, county_id: int, service: str, *, from_day: date
) -> list[TouchedChoice]:
    """The choices of the provider's service that reach the day or a later one, by client."""
    rows = session.execute(
        select(
            Choice.id,
            Choice.county_id,
            Choice.funding_id,
            Client.id.label("client_id"),
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Funding.voucher,
            Service.code.label("service"),
            Choice.ends_on,
            Choice.held_cents,
        )
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Service, Service.id == Offering.service_id)
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .where(
            Choice.provider_id == provider_id,
            Choice.county_id == county_id,
            Service.code == service,
            Choice.ended_at.is_(None),
            (Choice.ends_on.is_(None)) | (Choice.ends_on >= from_day),
        )
        .order_by(Client.name, Choice.id)
    )
    return [TouchedChoice(**row._mapping) for row in rows]
