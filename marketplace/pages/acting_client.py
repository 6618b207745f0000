"""The client of a page: the actor, or the client whom a representative has picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from flask import abort, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.clock import now, today
from foundation.web.identity import actor_or_none, current_actor
from foundation.web.pages import Page, not_found, read_id
from foundation.web.transaction import db
from marketplace.disclosure.client_data import ClientData, open_client
from marketplace.disclosure.fundings import helped_clients
from marketplace.load.funding_views import FundingView, is_usable
from marketplace.load.fundings import MyFunding
from marketplace.load.mandates import ClientEntry
from marketplace.pages.lost_rights import page_with_typed_words

ACTING_FOR = "acting_for"
"""The key of the session: the client whom a representative has picked."""

FORM_CLIENT = "for_client"
"""The field of a client's form: the id of the client for whom the page was made."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The client of a page; `banner` is the client's name if somebody else acts."""

    data: ClientData
    banner: str | None
    may_choose: bool
    may_move: bool
    may_confirm: bool
    may_propose: bool = False

    @property
    def client(self) -> ClientEntry:
        """The client."""
        return self.data.client


def acting() -> Acting:
    """Return the client of the page, and record a representative's look.

    A representative who has not picked a client is redirected to the list. A form that was made for another
    client, or for nobody, is refused: the session may have changed in another window since then.
    """
    person = _open_client()
    claimed = request.form.get(FORM_CLIENT, "") if request.method == "POST" else request.args.get(FORM_CLIENT)
    if claimed is not None and claimed != str(person.client.id):
        _refuse_form(person, read_id(claimed))
    return person


def _refuse_form(person: Acting, claimed_id: int | None) -> NoReturn:
    """Answer with a page that names both clients, if the actor may act for both. Nothing is stored."""
    helped = helped_clients(db(), day=today(), actor=current_actor(), now=now())
    other = next((client for client in helped if client.client_id == claimed_id), None)
    page = render_template("marketplace/another_client.html", person=person, other=other)
    abort(make_response(page, 409))


def _open_client() -> Acting:
    actor = current_actor()
    client_id = _client_id()
    if client_id is None:
        typed = page_with_typed_words()
        abort(redirect(url_for("marketplace_helping.show_helped")) if typed is None else _refused(typed))
    data = open_client(db(), client_id, page=request.path, actor=actor, now=now()) or not_found()
    return Acting(
        data=data,
        banner=data.client.name if actor.role is Role.REPRESENTATIVE else None,
        may_choose=data.may_choose(today()),
        may_move=data.may_move(today()),
        may_confirm=data.may_confirm(today()),
        may_propose=data.may_propose(today()),
    )


def _refused(page: Page) -> Response:
    return make_response(page, 404)


def acting_or_none() -> Acting | None:
    """Return the client of a public page; None for a visitor and before a client has been picked."""
    actor = actor_or_none()
    if actor is None or actor.role not in CLIENT_ROLES or _client_id() is None:
        return None
    return _open_client()


def _client_id() -> int | None:
    ids = current_actor().client_ids
    picked = session.get(ACTING_FOR)
    if picked is not None:
        return int(picked) if picked in ids else None
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
