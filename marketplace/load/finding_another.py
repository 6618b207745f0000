"""Choices whose provider stops, so that another must be found, and offerings that could take its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from clearing.grants.load.funding_states import funding_state_on
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.roles import Actor
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import MyFunding
from marketplace.load.names import Names
from marketplace.load.priced import Priced, price_for_me, purse_of
from marketplace.load.search import Listed, find_offerings
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Search, Wishes

ALTERNATIVES = 3
LOOKED_AT = 12
"""So many offerings are priced to find the alternatives: some of the first may not be eligible."""


@dataclass(frozen=True, slots=True)
class FindAnother:
    """A task: the provider of a choice stops, and nobody gives the visits from a day on.

    It is done when the client has chosen somebody else for the service since it was found, or has ended the
    choice. `code` is the reason code of why the provider stops.
    """

    choice_id: int
    funding_id: int
    client_id: int
    county_id: int
    client_number: str
    voucher: str
    provider_id: int
    provider: str
    business_id: str
    service: str
    service_name: Names
    code: str
    from_day: date
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Alternative:
    """An offering that the client may choose instead, with what it costs the client."""

    offering: Listed
    priced: Priced


def tasks_of_county(
    session: Session, county_id: int, day: date, *, first: int, count: int
) -> tuple[list[FindAnother], int]:
    """Return a page of the tasks of a county's clients, the earliest stop first, and the number of all."""
    query = _tasks(day).where(Choice.county_id == county_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.offset(first).limit(count)) if total else ()
    return [_task(row) for row in rows], total


def tasks_of_clients(session: Session, client_ids: Collection[int], day: date) -> list[FindAnother]:
    """Return the tasks of clients, the earliest stop first."""
    if not client_ids:
        return []
    return [_task(row) for row in session.execute(_tasks(day).where(Funding.client_id.in_(client_ids)))]


def count_tasks(session: Session, actor: Actor, day: date) -> Counter[int]:
    """Return for how many choices another provider must be found, by client, of those the actor may see."""
    found = tasks_of_clients(session, actor.client_ids, day)
    return Counter(task.client_id for task in found if actor.reaches(task.client_id, task.funding_id))


def _tasks(day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Choice, Funding.client_id, Funding.voucher, Client.number, Provider, Service)
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .join(Provider, Provider.id == Choice.provider_id)
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Service, Service.id == Offering.service_id)
        .where(Choice.stop_found_at.is_not(None), _is_live(Choice, day))
        .where(funding_state_on(day) == "open", func.upper(Funding.valid) > day)
        .where(Client.ended_on.is_(None), ~_found_since(day))
        .order_by(Choice.stops_on, Choice.id)
        .execution_options(populate_existing=True)
    )


def _is_live(choice: Any, day: date) -> ColumnElement[bool]:
    in_time = or_(choice.ends_on.is_(None), choice.ends_on >= day)
    live: ColumnElement[bool] = choice.withdrawn_at.is_(None) & choice.ended_at.is_(None) & in_time
    return live


_Other, _OtherOffering = aliased(Choice), aliased(Offering)


def _found_since(day: date) -> ColumnElement[bool]:
    """Whether the client has chosen somebody else for the same service since the task was found."""
    return (
        exists()
        .where(
            _Other.funding_id == Choice.funding_id,
            _Other.id != Choice.id,
            _Other.made_at >= Choice.stop_found_at,
            _Other.stop_found_at.is_(None),
            _is_live(_Other, day),
            _OtherOffering.id == _Other.offering_id,
            _OtherOffering.service_id == Offering.service_id,
        )
        .correlate(Choice, Offering)
    )


def _task(row: Row[*tuple[Any, ...]]) -> FindAnother:
    choice, service = row.Choice, row.Service
    return FindAnother(
        choice_id=choice.id,
        funding_id=choice.funding_id,
        client_id=row.client_id,
        county_id=choice.county_id,
        client_number=row.number,
        voucher=row.voucher,
        provider_id=choice.provider_id,
        provider=row.Provider.name,
        business_id=row.Provider.business_id,
        service=service.code,
        service_name=Names(service.name_fi, service.name_sv, service.name_en),
        code=choice.stop_code,
        from_day=choice.stops_on,
        found_at=choice.stop_found_at,
    )


def alternatives_to(
    session: Session, funding: MyFunding, provider_id: int, service: str, day: date
) -> list[Alternative]:
    """Return offerings of the same service that the client may choose instead.

    Those that help in the client's municipality, as a search finds, prices and orders them: what the client
    pays, then the first free day.
    """
    purse = purse_of(funding, day)
    search = Search(
        wishes=Wishes(service=service, municipality=funding.client.municipality),
        day=day,
        sort=Sort.OWN_SHARE,
        time_class=typical_class(session, funding.facts.county_id, day),
        county_id=funding.facts.county_id,
        services=tuple(sorted(purse.values)),
        purse=purse,
    )
    found = find_offerings(session, search, first=0, count=LOOKED_AT)
    others = [each for each in found if each.provider_id != provider_id]
    prices = price_for_me(session, funding, [each.id for each in others], day) if others else {}
    fitting = [Alternative(each, prices[each.id]) for each in others if prices[each.id].eligible]
    return fitting[:ALTERNATIVES]
