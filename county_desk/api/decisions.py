"""Grants that arrive from the case system."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from clearing.grants.actions.receive_decision import faults_of_decision, receive_decision
from clearing.grants.facts.decision import DecidedClient, DecidedFunding, DecisionDocument
from clearing.grants.facts.funding import ByClass
from clearing.grants.rules.grant_faults import GRANT_FAULTS
from clearing.grants.rules.grant_warnings import OVER_APPROPRIATION
from county_desk.api.decision_schemas import DecisionInSchema, DecisionOutSchema
from county_desk.rules.mended_decision import besides, mended
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    idempotent,
    read_body,
    takes_body,
)
from foundation.web.api.bodies import load, parse_json
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.state import shell
from foundation.web.transaction import db

GRANTED = ("version", "vouchers", "overlaps", "left_out", "replaced")
blueprint = Blueprint(
    "county_decisions", __name__, url_prefix="/api/v1", description=N_("Grants from the case system")
)


@blueprint.post("/decisions")
@allow(Role.WORKER, scope=KeyScope.CASES_WRITE)
@idempotent
@takes_body(DecisionInSchema)
@blueprint.response(201, DecisionOutSchema)
@blueprint.alt_response(200, schema=DecisionOutSchema, description="The same document again")
def post_decision() -> Answer:
    """Grant what a decision says; the same document again gives the same vouchers

    A decision that grants more than what is left of the appropriation is refused with `over_appropriation`
    of `cost_centre`. Send it again with `"acknowledged": ["over_appropriation"]` to grant it nevertheless.
    """
    document, acknowledged = _read_all()
    answer = receive_decision(db(), document, actor=current_actor(), now=now(), acknowledged=acknowledged)
    if isinstance(answer, Refusal):
        raise _problem(answer)
    granted = {name: getattr(answer, name) for name in GRANTED}
    return {"number": document.number, "county": document.county, **granted}, 201 if answer.stored else 200


def _read_all() -> tuple[DecisionDocument, list[str]]:
    """Return the document and the warnings that it acknowledges, or every fault at once."""
    try:
        sent = read_body(DecisionInSchema)
        return read_document(sent), sent["acknowledged"]
    except Problem as problem:
        raise _with_all_faults(problem) from problem


def _problem(refused: Refusal) -> Problem:
    """Return what is wrong with each field, and the sums if the appropriation does not suffice."""
    sums = {
        name.removesuffix("_cents"): format_hundredths(int(cents))
        for fault in refused.reasons
        for name, cents in fault.values.items()
        if fault.code == OVER_APPROPRIATION
    }
    errors = [_field_error(fault) for fault in refused.reasons]
    extra = {"appropriation": sums} if sums else {}
    return Problem(422, refused.code, N_("Nothing was granted"), errors=errors, extra=extra)


def _with_all_faults(problem: Problem) -> Problem:
    """The problem of the unread fields, with what is wrong in the fields that could be read."""
    unread = [error.field for error in problem.errors]
    if not unread or "county" in unread:
        return problem
    try:
        document = read_document(load(DecisionInSchema(), mended(parse_json(request.get_data()), unread)))
    except Problem:
        return problem
    found = besides(faults_of_decision(db(), document, actor=current_actor(), now=now()), unread)
    return Problem(422, errors=[*problem.errors, *(_field_error(fault) for fault in found)])


def _field_error(fault: Refusal) -> FieldError:
    return FieldError(fault.field, fault.code, GRANT_FAULTS[fault.code])


def read_document(sent: dict[str, Any]) -> DecisionDocument:
    """The document as the grant takes it."""
    fundings = tuple(_funding(funding) for funding in sent["fundings"])
    own = {name: value for name, value in sent.items() if name != "acknowledged"}
    lists = {"fundings": fundings, "replaces": tuple(sent["replaces"])}
    return DecisionDocument(**own | {"client": _client(sent["client"])} | lists)


def _client(sent: dict[str, Any]) -> DecidedClient:
    code, hashed = sent["identity_code"], None
    if code:
        hashed = hash_identity_code(code, shell().settings.keys(KeyPurpose.IDENTITY))
        if hashed is None:
            raise Problem(422, errors=[FieldError("client.identity_code", "field_malformed")])
    known = {name: value for name, value in sent.items() if name != "identity_code"}
    if hashed is not None:
        known |= {"identity_hash": hashed.newest, "earlier_hashes": hashed.earlier}
    return DecidedClient(**known)


def _funding(sent: dict[str, Any]) -> DecidedFunding:
    services = tuple(dict.fromkeys(sent["services"]))
    by_service = {name: _by_service(sent[name], services) for name in ("unit_values", "price_caps")}
    return DecidedFunding(**sent | by_service | {"services": services})


def _by_service(sent: dict[str, ByClass] | None, services: tuple[str, ...]) -> dict[str, ByClass]:
    """Values by service; those not said by service hold for every one."""
    by_service = dict(sent or {})
    for_all = by_service.pop("", None)
    return by_service if for_all is None else dict.fromkeys(services, for_all)
