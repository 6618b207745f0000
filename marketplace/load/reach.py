"""What a mandate for some vouchers opens besides the vouchers: services and conversations."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding, FundingService
from foundation.database.tables.services import Service
from foundation.vocabulary.roles import Actor


def services_reached(session: Session, actor: Actor, client_id: int) -> frozenset[str] | None:
    """Return the codes of the services of the vouchers that a mandate names; None: it is for all."""
    named = actor.named_fundings(client_id)
    if named is None:
        return None
    codes = select(Service.code).join(FundingService, FundingService.service_id == Service.id)
    return frozenset(session.scalars(codes.where(FundingService.funding_id.in_(named))))


def reaches_service(session: Session, actor: Actor, client_id: int, service: str) -> bool:
    """Return whether the actor may act for the client with regard to a service."""
    reached = services_reached(session, actor, client_id)
    return reached is None or service in reached


def providers_reached(session: Session, actor: Actor, client_id: int) -> frozenset[int] | None:
    """Return the providers that were chosen on the named vouchers and on no other; None: all of them.

    Messages name no voucher. What is written with a provider of two vouchers may be about either of them, so
    a mandate for one of them does not open it.
    """
    named = actor.named_fundings(client_id)
    if named is None:
        return None
    query = select(Choice.provider_id, Choice.funding_id).join(Funding, Funding.id == Choice.funding_id)
    rows = session.execute(query.where(Funding.client_id == client_id)).all()
    others = {provider for provider, funding in rows if funding not in named}
    return frozenset(provider for provider, _funding in rows if provider not in others)


def reaches_conversation(session: Session, actor: Actor, client_id: int, provider_id: int | None) -> bool:
    """Return whether the actor may read a conversation; that with the workers needs a mandate for all."""
    reached = providers_reached(session, actor, client_id)
    return reached is None or provider_id in reached
