"""Who may act for a client: the client, and people with a mandate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from foundation.database.columns import any_of_parameter, first_and_last
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import FundingService
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.people import Mandate
from foundation.database.tables.services import Service
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.names import Names
from marketplace.rules.distance import Place


@dataclass(frozen=True, slots=True)
class Helped:
    """A client whom the actor helps, what the actor may do, and until when (None: no last day).

    `services` are those of the vouchers to which the mandate is limited; None: it is for all vouchers.
    `changes_on` is the day from which other rights have been set; None if none have.
    """

    client_id: int
    county_id: int
    name: str
    kind: str
    may_see: bool
    may_propose: bool
    may_choose: bool
    may_move: bool
    may_confirm: bool
    last_day: date | None
    services: tuple[Names, ...] | None
    changes_on: date | None


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """A client; `place` is the client's home, None if it is not known."""

    id: int
    county_id: int
    number: str
    name: str
    municipality: str
    place: Place | None
    language: Language
    has_protected_address: bool = False


def helped_by(session: Session, actor: Actor, day: date) -> list[Helped]:
    """Return the clients of a representative on a day, by name; none for other roles."""
    if actor.role is not Role.REPRESENTATIVE or actor.person_id is None:
        return []
    later = aliased(Mandate)
    changes_on = (
        select(func.min(func.lower(later.valid)))
        .where(later.client_id == Mandate.client_id, later.person_id == Mandate.person_id)
        .where(later.revoked_at.is_(None), func.lower(later.valid) > day)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Mandate, Client.county_id, Client.name, changes_on)
        .join(Client, Client.id == Mandate.client_id)
        .where(
            Mandate.person_id == actor.person_id, Mandate.revoked_at.is_(None), Mandate.valid.contains(day)
        )
        .order_by(Client.name, Mandate.id)
    ).all()
    limited = services_of_mandates(session, [row.id for row, *_ in rows if not row.all_fundings])
    return [
        Helped(
            client_id=row.client_id,
            county_id=county_id,
            name=name,
            kind=row.kind,
            may_see=row.may_see,
            may_propose=row.may_propose,
            may_choose=row.may_choose,
            may_move=row.may_move,
            may_confirm=row.may_confirm,
            last_day=first_and_last(row.valid)[1],
            services=None if row.all_fundings else limited.get(row.id, ()),
            changes_on=changes,
        )
        for row, county_id, name, changes in rows
    ]


def services_of_mandates(session: Session, mandate_ids: Collection[int]) -> dict[int, tuple[Names, ...]]:
    """Return the services of the vouchers to which mandates are limited, by mandate id."""
    found: defaultdict[int, dict[int, Names]] = defaultdict(dict)
    if mandate_ids:
        rows = session.execute(
            select(MandateFunding.mandate_id, Service)
            .join(FundingService, FundingService.funding_id == MandateFunding.funding_id)
            .join(Service, Service.id == FundingService.service_id)
            .where(MandateFunding.mandate_id.in_(mandate_ids))
            .order_by(Service.id)
        )
        for mandate_id, service in rows:
            found[mandate_id][service.id] = Names(service.name_fi, service.name_sv, service.name_en)
    return {key: tuple(names.values()) for key, names in found.items()}


def is_guardian(session: Session, actor: Actor, client_id: int, day: date) -> bool:
    """Return whether the actor is the client's guardian on a day."""
    helped = helped_by(session, actor, day)
    return any(each.client_id == client_id and each.kind == "guardian" for each in helped)


def may_choose(
    session: Session, actor: Actor, client_id: int, day: date, funding_id: int | None = None
) -> bool:
    """Return whether the actor may choose for the client: as the client, or with a mandate to choose.

    For the funding; without one, for any of those that the mandate is for.
    """
    return _may(session, actor, client_id, day, funding_id, lambda helped: helped.may_choose)


def may_manage_card(session: Session, actor: Actor, client_id: int, day: date) -> bool:
    """Return whether the actor may make and cancel the client's card.

    As the client, or with a mandate to choose for all vouchers: the card finds every one of them.
    """
    return actor.reaches_all(client_id) and may_choose(session, actor, client_id, day)


def may_propose(
    session: Session, actor: Actor, client_id: int, day: date, funding_id: int | None = None
) -> bool:
    """Return whether the actor may propose offerings to the client: with a mandate for it, not the client."""
    if actor.role is not Role.REPRESENTATIVE:
        return False
    return _may(session, actor, client_id, day, funding_id, lambda helped: helped.may_propose)


def may_write(session: Session, actor: Actor, client_id: int, day: date) -> bool:
    """Return whether the actor may exchange messages: as the client, or with a mandate to propose."""
    return _may(session, actor, client_id, day, None, lambda helped: helped.may_propose)


def may_move(
    session: Session, actor: Actor, client_id: int, day: date, funding_id: int | None = None
) -> bool:
    """Return whether the actor may move the client's money from one voucher to another."""
    return _may(session, actor, client_id, day, funding_id, lambda helped: helped.may_move)


def may_confirm(
    session: Session, actor: Actor, client_id: int, day: date, funding_id: int | None = None
) -> bool:
    """Return whether the actor may answer the client's charges."""
    return _may(session, actor, client_id, day, funding_id, lambda helped: helped.may_confirm)


def _may(
    session: Session,
    actor: Actor,
    client_id: int,
    day: date,
    funding_id: int | None,
    right: Callable[[Helped], bool],
) -> bool:
    if client_id not in actor.client_ids or (
        funding_id is not None and not actor.reaches(client_id, funding_id)
    ):
        return False
    if actor.role is Role.CLIENT:
        return True
    return any(right(helped) for helped in helped_by(session, actor, day) if helped.client_id == client_id)


_CLIENTS = select(
    Client.id,
    Client.county_id,
    Client.number,
    Client.name,
    Client.municipality_code,
    Client.latitude,
    Client.longitude,
    Client.language,
    Client.protected_address,
).where(Client.id == any_of_parameter())


def clients(session: Session, ids: Iterable[int]) -> dict[int, ClientEntry]:
    """Return the clients by id."""
    rows = session.execute(_CLIENTS, {"ids": list(ids)})
    return {
        row.id: ClientEntry(
            id=row.id,
            county_id=row.county_id,
            number=row.number,
            name=row.name,
            municipality=row.municipality_code,
            place=_place(row.latitude, row.longitude),
            language=Language(row.language),
            has_protected_address=row.protected_address,
        )
        for row in rows
    }


def _place(latitude: float | None, longitude: float | None) -> Place | None:
    return None if latitude is None or longitude is None else Place(latitude, longitude)
