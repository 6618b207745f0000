"""The client's own fundings and choices."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, COUNTY_READERS
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
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.actions.end_choice import end_choice
from marketplace.api.answers import reasons_out
from marketplace.api.funding_answers import choice_out, funding_out
from marketplace.api.funding_schemas import ChoiceInSchema, ChoiceSchema, FundingSchema, MadeChoiceSchema
from marketplace.api.plan_schemas import wish_of
from marketplace.api.rights import disclosed_funding, funding_to_act_on, mandate_problem
from marketplace.api.wishes import GuardianActSchema, keep_sent_wish
from marketplace.disclosure.fundings import (
    choice_after_act,
    choice_to_end,
    own_fundings,
    view_of_disclosed,
)
from marketplace.labels import for_client
from marketplace.load.fundings import MyFunding
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING, OFFERING_UNKNOWN

blueprint = Blueprint("my_fundings", __name__, url_prefix="/api/v1", description=N_("A client's own money"))
LONGEST_WHY = 500


@blueprint.get("/me/fundings")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_READ)
@takes_paging
@blueprint.response(200, paged_schema(FundingSchema))
def list_my_fundings() -> Answer:
    """List my fundings"""
    paging = read_paging()
    window = {"first": paging.offset, "count": paging.page_size}
    views, total = own_fundings(db(), **window, day=today(), actor=current_actor(), now=now())
    return paged([funding_out(view) for view in views], paging, total)


@blueprint.get("/fundings/<voucher>")
@allow(*CLIENT_ROLES, *COUNTY_READERS, scope=KeyScope.CASES_READ)
@blueprint.response(200, FundingSchema)
def show_funding(voucher: str) -> Answer:
    """Read a funding: terms, balance, forecast"""
    why = request.args.get("why", "")[:LONGEST_WHY]
    funding = disclosed_funding(voucher, current_actor(), why=why)
    return funding_out(view_of_disclosed(db(), funding, today()))


@blueprint.post("/fundings/<voucher>/choices")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@idempotent
@takes_body(ChoiceInSchema)
@blueprint.response(201, MadeChoiceSchema)
def post_choice(voucher: str) -> Answer:
    """Choose an offering: holds the money"""
    funding = funding_to_act_on(voucher, current_actor()) or not_there()
    made = _choose(funding, read_body(ChoiceInSchema))
    return {**_choice_document(made.choice_id), "warnings": reasons_out(made.warnings)}, 201


def _choose(funding: MyFunding, sent: dict[str, Any]) -> Chosen:
    key = {"funding_id": funding.facts.id, "offering_id": sent["offering"]}
    outcome = choose_offering(db(), **key, wish=wish_of(sent), actor=current_actor(), now=now())
    if isinstance(outcome, Refusal):
        raise _problem(outcome)
    keep_sent_wish(funding.client.id, funding.client.county_id, GuardianAct.CHOOSE, outcome.choice_id)
    return outcome


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
        errors=[
            FieldError(reason.field or words.field, reason.code, words.title) for reason, words in worded
        ],
        extra={"reasons": reasons_out(refusal.reasons)},
    )


@blueprint.delete("/choices/<int:choice_id>")
@allow(*CLIENT_ROLES, scope=KeyScope.OWN_WRITE)
@takes_body(GuardianActSchema, required=False)
@blueprint.response(200, ChoiceSchema)
def delete_choice(choice_id: int) -> Answer:
    """End a choice, or undo it within seven days: releases the money"""
    choice = choice_to_end(db(), choice_id, actor=current_actor()) or not_there()
    ended = end_choice(db(), choice=choice, actor=current_actor(), now=now())
    if isinstance(ended, Refusal):
        raise _problem(ended)
    keep_sent_wish(choice.client_id, choice.county_id, GuardianAct.END, choice_id)
    return _choice_document(choice_id)


def _choice_document(choice_id: int) -> Answer:
    found = choice_after_act(db(), choice_id, today(), actor=current_actor())
    assert found is not None  # the actor has just made or ended it
    choice, view = found
    return choice_out(choice, view, today())
