"""The client of a page: the actor, or the client whom a representative has picked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect, request, session, url_for

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import actor_or_none, current_actor
from foundation.web.pages import not_found
from foundation.web.transaction import db
from marketplace.load.funding_views import FundingView, funding_views, is_usable
from marketplace.load.fundings import MyFunding, fundings_of_clients
from marketplace.load.mandates import ClientEntry, clients, may_choose, may_confirm

ACTING_FOR = "acting_for"


@dataclass(frozen=True, slots=True)
class Acting:
    """The client of a page; `banner` is the client's name if somebody else acts."""

    client: ClientEntry
    banner: str | None
    may_choose: bool
    may_confirm: bool


def acting() -> Acting:
    """Return the client of the page, and record a representative's look.

    A representative who has not picked a client is redirected to the list.
    """
    actor = current_actor()
    client_id = _client_id()
    if client_id is None:
        abort(redirect(url_for("marketplace_helping.show_helped")))
    client = clients(db(), [client_id]).get(client_id) or not_found()
    helps = actor.role is Role.REPRESENTATIVE
    if helps:
        _note_look(client)
    return Acting(
        client=client,
        banner=client.name if helps else None,
        may_choose=may_choose(db(), actor, client.id, today()),
        may_confirm=may_confirm(db(), actor, client.id, today()),
    )


def acting_or_none() -> Acting | None:
    """Return the client of a public page; None for a visitor and before a client has been picked."""
    actor = actor_or_none()
    if actor is None or actor.role not in CLIENT_ROLES or _client_id() is None:
        return None
    return acting()


def _client_id() -> int | None:
    ids = current_actor().client_ids
    picked = session.get(ACTING_FOR)
    if picked in ids:
        return int(picked)
    return next(iter(ids)) if len(ids) == 1 else None


def _note_look(client: ClientEntry) -> None:
    record(
        db(),
        actor=current_actor(),
        now=now(),
        act="client.look",
        subject=("page", request.path),
        county_id=client.county_id,
        client_id=client.id,
        why=N_("Acts for the client"),
    )


def my_views(person: Acting) -> list[FundingView]:
    """Return the client's fundings as the pages show them, in order of their last day."""
    return funding_views(db(), fundings_of_clients(db(), [person.client.id]), today())


def usable_fundings(person: Acting | None) -> list[MyFunding]:
    """Return the fundings that the client can use today."""
    if person is None:
        return []
    fundings = fundings_of_clients(db(), [person.client.id])
    return [funding for funding in fundings if is_usable(funding, today())]


def funding_for(fundings: list[MyFunding], service: str | None) -> MyFunding | None:
    """Return the funding that pays for a service; without a service the only one, if there is just one."""
    if service is None:
        return fundings[0] if len(fundings) == 1 else None
    return next((funding for funding in fundings if service in funding.facts.services), None)
