"""The client of a page: the actor, or the client whom a representative has picked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect, request, session, url_for

from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.clock import now, today
from foundation.web.identity import actor_or_none, current_actor
from foundation.web.pages import not_found
from foundation.web.transaction import db
from marketplace.disclosure.client_data import ClientData, open_client
from marketplace.load.funding_views import FundingView, is_usable
from marketplace.load.fundings import MyFunding
from marketplace.load.mandates import ClientEntry

ACTING_FOR = "acting_for"


@dataclass(frozen=True, slots=True)
class Acting:
    """The client of a page; `banner` is the client's name if somebody else acts."""

    data: ClientData
    banner: str | None
    may_choose: bool
    may_confirm: bool

    @property
    def client(self) -> ClientEntry:
        """The client."""
        return self.data.client


def acting() -> Acting:
    """Return the client of the page, and record a representative's look.

    A representative who has not picked a client is redirected to the list.
    """
    actor = current_actor()
    client_id = _client_id()
    if client_id is None:
        abort(redirect(url_for("marketplace_helping.show_helped")))
    data = open_client(db(), client_id, page=request.path, actor=actor, now=now()) or not_found()
    return Acting(
        data=data,
        banner=data.client.name if actor.role is Role.REPRESENTATIVE else None,
        may_choose=data.may_choose(today()),
        may_confirm=data.may_confirm(today()),
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


def my_views(person: Acting) -> list[FundingView]:
    """Return the client's fundings as the pages show them, in order of their last day."""
    return person.data.views(today())


def usable_fundings(person: Acting | None) -> list[MyFunding]:
    """Return the fundings that the client can use today."""
    if person is None:
        return []
    return [funding for funding in person.data.fundings() if is_usable(funding, today())]


def funding_for(fundings: list[MyFunding], service: str | None) -> MyFunding | None:
    """Return the funding that pays for a service; without a service the only one, if there is just one."""
    if service is None:
        return fundings[0] if len(fundings) == 1 else None
    return next((funding for funding in fundings if service in funding.facts.services), None)
