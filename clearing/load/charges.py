"""Charges so far as facts: of a funding, of a client, under a reference, by a worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from clearing.facts import Charge, ChargeState, ClientVisit, EarlierCharge, Funding, KnownReference, WorkerDay
from clearing.rules.withdrawal import Drawn
from foundation.database.tables import charges, choices, clients, grants
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money

LIVE = (ChargeState.ACCEPTED, ChargeState.ON_HOLD, ChargeState.SETTLED)
"""States that keep their reference and count."""


def earlier_charges(session: Session, funding_ids: Iterable[int]) -> defaultdict[int, list[EarlierCharge]]:
    """The accepted, held and settled charges by funding id."""
    row = charges.Charge
    rows = session.execute(
        select(
            row.funding_id,
            row.id,
            row.provider_id,
            row.reference,
            Service.code,
            row.service_day,
            row.starts_at,
            row.ends_at,
            row.quantity_hundredths,
            row.unit_price_cents,
            row.price_cents,
            row.county_pays_cents,
            row.worker,
            row.state,
        )
        .join(Service, Service.id == row.service_id)
        .where(row.funding_id.in_(list(funding_ids)), row.state.in_(LIVE))
        .order_by(row.id)
    )
    found: defaultdict[int, list[EarlierCharge]] = defaultdict(list)
    for funding_id, *values, price, county_pays, worker, state in rows:
        charge: Any = (*values, price, county_pays or 0, worker, ChargeState(state))
        found[cast(int, funding_id)].append(EarlierCharge(*charge))
    return found


def known_references(session: Session, batch: Sequence[Charge]) -> dict[tuple[int, str], KnownReference]:
    """Which references of the batch are in use by their provider (R-04)."""
    row = charges.Charge
    wanted = {charge.provider_id: set[str]() for charge in batch}
    for charge in batch:
        if charge.reference is not None:
            wanted[charge.provider_id].add(charge.reference)
    found: dict[tuple[int, str], KnownReference] = {}
    for provider_id, references in wanted.items():
        rows = session.execute(
            select(row.reference, row.id, row.content, row.state).where(
                row.provider_id == provider_id, row.reference.in_(references), row.state.in_(LIVE)
            )
        )
        for reference, key, content, state in rows:
            found[provider_id, str(reference)] = KnownReference(key, content, ChargeState(state))
    return found


def client_visits(
    session: Session, fundings: Iterable[Funding], batch: Sequence[Charge]
) -> dict[tuple[int, str], list[ClientVisit]]:
    """The visits with times of the fundings' clients, on any funding, near the batch's days (R-28)."""
    near = _near(batch)
    people = {(funding.county_id, funding.client_number) for funding in fundings}
    if near is None or not people:
        return {}
    row, client = charges.Charge, clients.Client
    rows = session.execute(
        select(client.county_id, client.number, row.id, row.provider_id, row.starts_at, row.ends_at)
        .join(grants.Funding, grants.Funding.id == row.funding_id)
        .join(client, client.id == grants.Funding.client_id)
        .where(
            tuple_(client.county_id, client.number).in_(people),
            row.state.in_(LIVE),
            row.starts_at.is_not(None),
            row.service_day.between(*near),
        )
        .order_by(row.id)
    )
    found: defaultdict[tuple[int, str], list[ClientVisit]] = defaultdict(list)
    for county_id, number, key, provider_id, start, end in rows:
        if start is not None and end is not None:
            found[county_id, number].append(ClientVisit(key, provider_id, start, end))
    return found


def worker_minutes(session: Session, batch: Sequence[Charge]) -> Mapping[WorkerDay, dict[int, int]]:
    """How long each worker named in the batch has been charged for on its days, by charge id (R-29)."""
    wanted = {(c.provider_id, c.worker, c.service_day) for c in batch if c.worker and c.service_day}
    if not wanted:
        return {}
    row = charges.Charge
    rows = session.execute(
        select(row.provider_id, row.worker, row.service_day, row.id, row.starts_at, row.ends_at).where(
            tuple_(row.provider_id, row.worker, row.service_day).in_(wanted), row.state.in_(LIVE)
        )
    )
    found: defaultdict[WorkerDay, dict[int, int]] = defaultdict(dict)
    for provider_id, worker, day, key, start, end in rows:
        if start is not None and end is not None and worker is not None and day is not None:
            found[provider_id, worker, day][key] = int((end - start).total_seconds()) // 60
    return found


def _near(batch: Sequence[Charge]) -> tuple[date, date] | None:
    days = [
        charge.service_day for charge in batch if charge.start is not None and charge.service_day is not None
    ]
    if not days:
        return None
    return _shifted(min(days), -2), _shifted(max(days), 2)


def _shifted(day: date, count: int) -> date:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return day


def drawn_of(session: Session, charge_id: int, *, today: date) -> Drawn:
    """What an accepted charge drew; its choice lives unless it has ended or its last day is over."""
    row, choice = charges.Charge, choices.Choice
    found = session.execute(
        select(
            row.county_id,
            row.funding_id,
            row.provider_id,
            row.choice_id,
            row.from_held_cents,
            row.county_pays_cents,
            choice.ended_at,
            choice.ends_on,
        )
        .outerjoin(choice, choice.id == row.choice_id)
        .where(row.id == charge_id)
    ).one()
    over = found.ends_on is not None and found.ends_on < today
    return Drawn(
        charge_id=charge_id,
        county_id=cast(int, found.county_id),
        funding_id=cast(int, found.funding_id),
        provider_id=found.provider_id,
        choice_id=found.choice_id,
        from_held_cents=Money(found.from_held_cents),
        county_pays_cents=Money(found.county_pays_cents or 0),
        choice_lives=found.choice_id is not None and found.ended_at is None and not over,
    )
