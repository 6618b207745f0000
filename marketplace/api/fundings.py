"""The client's own fundings and choices."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, COUNTY_READERS, Role
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.choose_offering import choose_offering
from marketplace.actions.end_choice import end_choice
from marketplace.api.answers import reasons_out
from marketplace.api.funding_answers import choice_out, funding_out
from marketplace.api.funding_schemas import ChoiceInSchema, ChoiceSchema, FundingSchema
from marketplace.api.rights import funding_or_404, mandate_problem, may_see
from marketplace.labels import for_client
from marketplace.load.choices import choice_by_id
from marketplace.load.funding_views import funding_view, funding_views
from marketplace.load.fundings import MyFunding, funding_by_voucher, fundings_of_clients
from marketplace.rules.planning import Wish
from marketplace.rules.refusals import MANDATE_MISSING, OFFERING_UNKNOWN

blueprint = Blueprint("my_fundings", __name__, url_prefix="/api/v1", description=N_("A client's own money"))
LONGEST_WHY = 500


@blueprint.get("/me/fundings")
@allow(*CLIENT_ROLES)
@takes_paging
@blueprint.response(200, paged_schema(FundingSchema))
def list_my_fundings() -> Answer:
    """List my fundings"""
    paging = read_paging()
    found = fundings_of_clients(db(), current_actor().client_ids)
    shown = found[paging.offset : paging.offset + paging.page_size]
    items = [funding_out(view) for view in funding_views(db(), shown, today())]
    return paged(items, paging, len(found))


@blueprint.get("/fundings/<voucher>")
@allow(*CLIENT_ROLES, *COUNTY_READERS)
@blueprint.response(200, FundingSchema)
def show_funding(voucher: str) -> Answer:
    """Read a funding: terms, balance, forecast"""
    funding = funding_or_404(voucher, current_actor())
    _note_look(funding)
    return funding_out(funding_view(db(), funding, today()))


def _note_look(funding: MyFunding) -> None:
    """Record a look by staff or a representative, which the client can read."""
    actor = current_actor()
    if actor.role is Role.CLIENT:
        return
    record(
        db(),
        actor=actor,
        now=now(),
        act="client.look",
        subject=("funding", funding.facts.voucher),
        county_id=funding.facts.county_id,
        client_id=funding.client.id,
        why=request.args.get("why", "").replace("\x00", "")[:LONGEST_WHY],
    )


@blueprint.post("/fundings/<voucher>/choices")
@allow(*CLIENT_ROLES)
@idempotent
@takes_body(ChoiceInSchema)
@blueprint.response(201, ChoiceSchema)
def post_choice(voucher: str) -> Answer:
    """Choose an offering: holds the money"""
    funding = funding_or_404(voucher, current_actor())
    return _choice_document(_choose(funding, read_body(ChoiceInSchema))), 201


def _choose(funding: MyFunding, sent: dict[str, Any]) -> int:
    wish = Wish(sent["starts_on"], sent["ends_on"], sent["quantity"], sent["quantity_per_week"])
    key = {"funding_id": funding.facts.id, "offering_id": sent["offering"]}
    outcome = choose_offering(db(), **key, wish=wish, actor=current_actor(), now=now())
    if isinstance(outcome, Refusal):
        raise _problem(outcome)
    return outcome.choice_id


def _problem(refusal: Refusal) -> Problem:
    """Return 403 without the right for the client, else 422 with every reason."""
    if refusal == MANDATE_MISSING:
        return mandate_problem()
    if refusal == OFFERING_UNKNOWN:
        title = N_("There is no such offering")
        return Problem(422, errors=[FieldError(refusal.field, refusal.code, title)])
    worded = [(reason, for_client(reason).reason) for reason in refusal.reasons]
    return Problem(
        422,
        refusal.code,
        N_("This cannot be chosen"),
        errors=[FieldError(words.field, reason.code, words.title) for reason, words in worded],
        extra={"reasons": reasons_out(refusal.reasons)},
    )


@blueprint.delete("/choices/<int:choice_id>")
@allow(*CLIENT_ROLES)
@blueprint.response(200, ChoiceSchema)
def delete_choice(choice_id: int) -> Answer:
    """End a choice, or undo it within seven days: releases the money"""
    choice = choice_by_id(db(), choice_id)
    if choice is None or choice.client_id not in current_actor().client_ids:
        not_there()
    ended = end_choice(db(), choice=choice, actor=current_actor(), now=now())
    if isinstance(ended, Refusal):
        raise _problem(ended)
    return _choice_document(choice_id)


def _choice_document(choice_id: int) -> Answer:
    choice = choice_by_id(db(), choice_id)
    funding = None if choice is None else funding_by_voucher(db(), choice.voucher)
    assert choice is not None
    assert funding is not None
    assert may_see(current_actor(), funding)
    return choice_out(choice, funding_view(db(), funding, today()), today())
