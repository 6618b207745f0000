"""The clients whose visits a provider may charge, without their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ARRAY, Select, Text, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering

CHARGED_LATE: Final = timedelta(days=60)
"""How long after its end a voucher stays in the list: until then its visits are charged late."""
COUNTED: Final = ("accepted", "on_hold")


@dataclass(frozen=True, slots=True)
class OwnClient:
    """A client's voucher that the provider may charge, and when it last did. `titles` are the services."""

    client_id: int
    county_id: int
    client_name: str | None
    client_number: str | None
    voucher: str
    titles: tuple[str, ...]
    last_day: date | None
    last_start: datetime | None
    last_end: datetime | None


def own_clients(
    session: Session, provider_id: int, day: date, words: str, *, first: int, count: int
) -> tuple[list[OwnClient], int]:
    """Return a page of the vouchers that the provider may charge, and the number of all.

    Those charged last come first. With `words` only clients in whose name each of them is.
    """
    chosen = _chosen(provider_id, day)
    query = _vouchers(provider_id, day, words, chosen)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(_with_last(query, provider_id).limit(count).offset(first))
    return [_own_client(row) for row in rows], total


def _own_client(row: Sequence[Any]) -> OwnClient:
    client_id, county_id, name, number, voucher, titles, *last = row
    shown = tuple(sorted(set(titles or ())))
    return OwnClient(client_id, county_id, name, number, voucher, shown, *last)


def _chosen(provider_id: int, day: date) -> Any:
    """Return the condition that a choice of the provider lasts, or has ended lately."""
    return and_(
        Choice.funding_id == Funding.id,
        Choice.provider_id == provider_id,
        Choice.withdrawn_at.is_(None),
        Choice.starts_on <= day,
        or_(Choice.ends_on.is_(None), Choice.ends_on >= day - CHARGED_LATE),
    )


def _vouchers(provider_id: int, day: date, words: str, chosen: Any) -> Select[*tuple[Any, ...]]:
    titles = (
        select(func.array_agg(Offering.title, type_=ARRAY(Text)))
        .select_from(Choice)
        .join(Offering, Offering.id == Choice.offering_id)
        .where(chosen)
        .correlate(Funding)
    )
    query = (
        select(
            Client.id.label("client_id"),
            Funding.county_id,
            Client.name,
            Client.number,
            Funding.voucher,
            titles.scalar_subquery().label("titles"),
            Funding.id.label("funding_id"),
        )
        .join(Client, Client.id == Funding.client_id)
        .where(or_(Funding.provider_id == provider_id, exists().where(chosen)))
        .where(func.lower(Funding.valid) <= day)
        .where(or_(func.upper_inf(Funding.valid), func.upper(Funding.valid) > day - CHARGED_LATE))
    )
    for word in words.split():
        query = query.where(Client.name.icontains(word, autoescape=True))
    return query


def _with_last(query: Select[*tuple[Any, ...]], provider_id: int) -> Select[*tuple[Any, ...]]:
    """Return the vouchers with the newest charge of each, those charged last first."""
    found = query.subquery()
    last = (
        select(Charge.id, Charge.service_day, Charge.starts_at, Charge.ends_at)
        .where(Charge.funding_id == found.c.funding_id, Charge.provider_id == provider_id)
        .where(Charge.state.in_(COUNTED), Charge.original_id.is_(None))
        .order_by(Charge.service_day.desc(), Charge.id.desc())
        .limit(1)
        .lateral()
    )
    columns = [column for column in found.c if column.key != "funding_id"]
    return (
        select(*columns, last.c.service_day, last.c.starts_at, last.c.ends_at)
        .select_from(found.outerjoin(last, true()))
        .order_by(last.c.id.desc().nulls_last(), found.c.name, found.c.voucher)
    )


def newest_charge_of_voucher(session: Session, provider_id: int, voucher: str) -> int | None:
    """Return the id of the provider's charge of the latest visit on a voucher; None if it has none."""
    query = (
        select(Charge.id)
        .join(Funding, Funding.id == Charge.funding_id)
        .where(Funding.voucher == voucher, Charge.provider_id == provider_id)
        .where(Charge.state.in_(COUNTED), Charge.original_id.is_(None))
        .order_by(Charge.service_day.desc(), Charge.id.desc())
    )
    return session.scalar(query.limit(1))
