"""Grants that arrive from the case system."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from clearing.actions.receive_decision import DecisionRefused, receive_decision
from clearing.facts.decision import DecidedClient, DecidedFunding, DecisionDocument
from clearing.facts.funding import ByClass
from county_desk.api.decision_schemas import DecisionInSchema, DecisionOutSchema
from county_desk.rules.rights import WORKERS
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    idempotent,
    read_body,
    takes_body,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.state import shell
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_decisions", __name__, url_prefix="/api/v1", description=N_("Grants from the case system")
)


@blueprint.post("/decisions")
@allow(*WORKERS)
@idempotent
@takes_body(DecisionInSchema)
@blueprint.response(201, DecisionOutSchema)
@blueprint.alt_response(200, schema=DecisionOutSchema, description="The same document again")
def post_decision() -> Answer:
    """Grant what a decision says; the same document again gives the same vouchers"""
    document = read_document(read_body(DecisionInSchema))
    answer = receive_decision(db(), document, actor=current_actor(), now=now())
    if isinstance(answer, DecisionRefused):
        errors = [FieldError(fault.field, fault.code, fault.words) for fault in answer.faults]
        raise Problem(422, "decision_refused", N_("Nothing was granted"), errors=errors)
    granted = {"number": document.number, "county": document.county, "version": answer.version}
    return granted | {"vouchers": answer.vouchers}, 201 if answer.stored else 200


def read_document(sent: dict[str, Any]) -> DecisionDocument:
    """The document as the grant takes it."""
    return DecisionDocument(
        number=sent["number"],
        county=sent["county"],
        decided_on=sent["decided_on"],
        decided_by=sent["decided_by"],
        legal_basis=sent["legal_basis"],
        cost_centre=sent["cost_centre"],
        client=_client(sent["client"]),
        fundings=tuple(_funding(funding) for funding in sent["fundings"]),
        personal_budget=sent["personal_budget"],
    )


def _client(sent: dict[str, Any]) -> DecidedClient:
    code, hashed = sent["identity_code"], None
    if code:
        hashed = hash_identity_code(code, shell().settings.secret_key)
        if hashed is None:
            raise Problem(422, errors=[FieldError("client.identity_code", "field_malformed")])
    return DecidedClient(sent["number"], sent["name"], sent["municipality"], sent["language"], hashed)


def _funding(sent: dict[str, Any]) -> DecidedFunding:
    services = tuple(dict.fromkeys(sent["services"]))
    return DecidedFunding(
        external_id=sent["external_id"],
        kind=sent["kind"],
        services=services,
        window=sent["window"],
        amount_cents=sent["amount"],
        quantity=sent["quantity"],
        per_period=sent["per_period"],
        unit_values=_by_service(sent["unit_values"], services),
        income_related=sent["income_related"],
        price_caps=_by_service(sent["price_cap"], services),
        free_of_charge=sent["free_of_charge"],
        overrun=sent["overrun"],
        provider=sent["provider"],
    )


def _by_service(sent: dict[str, ByClass] | None, services: tuple[str, ...]) -> dict[str, ByClass]:
    """Values by service; those not said by service hold for every one."""
    by_service = dict(sent or {})
    for_all = by_service.pop("", None)
    return by_service if for_all is None else dict.fromkeys(services, for_all)
