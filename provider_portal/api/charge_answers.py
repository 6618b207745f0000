"""Charges as documents of the API (contract, Charge out)."""

from __future__ import annotations

import json
from typing import Any

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import StoredCharge
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import format_hundredths
from foundation.web.api import FieldError, HttpAnswer, Problem
from foundation.web.catalogues import N_
from foundation.web.reasons import finding_document
from provider_portal.rules.charge_columns import CANCELLATION_COLUMNS, CHARGE_COLUMNS


def charge_out(answer: ChargeAnswer, language: Language | None = None) -> dict[str, Any]:
    """Return what was decided of a charge; money is in cents, which `ChargeOutSchema` writes as euros."""
    return {
        "id": answer.id,
        "reference": answer.reference,
        "outcome": answer.outcome,
        "reasons": [finding_document(finding, language) for finding in answer.findings],
        "price": answer.price_cents,
        "county_pays": answer.county_pays_cents,
        "co_payment": answer.co_payment_cents,
        "balance": None if answer.held_cents is None else {"held": answer.held_cents},
        "duplicate": answer.duplicate,
    }


def charge_as_json(answer: ChargeAnswer, language: Language | None = None) -> dict[str, Any]:
    """Return what `ChargeOutSchema` makes of `charge_out`, without it: no answer is sent more often."""
    document = charge_out(answer, language)
    for name in ("price", "county_pays", "co_payment"):
        document[name] = _euros(document[name])
    if document["balance"] is not None:
        document["balance"] = {"held": _euros(answer.held_cents)}
    return document


def render_charge(answer: ChargeAnswer, language: Language) -> HttpAnswer:
    """Return the answer to a charge as it is sent: 201, 202 on hold, 200 for a duplicate, else a problem.

    It reads nothing but its arguments, so any thread can call it.
    """
    if answer.outcome == "refused":
        return _refusal(answer, language).answer(language)
    document = json.dumps(charge_as_json(answer, language), sort_keys=True, separators=(",", ":"))
    return HttpAnswer(_status(answer), {"Content-Type": "application/json"}, f"{document}\n".encode())


def _status(answer: ChargeAnswer) -> int:
    if answer.duplicate:
        return 200
    return 202 if answer.outcome == "on_hold" else 201


def _refusal(answer: ChargeAnswer, language: Language) -> Problem:
    """Return a refused charge as a problem. It is not raised: a refused charge stays stored."""
    errors = [
        FieldError(finding.field or "", finding.code, finding.reason.title) for finding in answer.findings
    ]
    document = charge_as_json(answer, language)
    if answer.reference_reused:
        title = N_("The reference is already in use")
        return Problem(409, "reference_reused", title, errors=errors, extra=document)
    return Problem(422, "charge_refused", N_("The charge was refused"), errors=errors, extra=document)


def _euros(cents: int | None) -> str | None:
    return None if cents is None else format_hundredths(cents)


def listed_charge(charge: StoredCharge) -> dict[str, Any]:
    """Return a stored charge as it was sent, and what was decided of it."""
    as_sent = {name: charge.sent.get(name) for name in CHARGE_COLUMNS}
    as_sent |= {name: charge.sent[name] for name in CANCELLATION_COLUMNS if name in charge.sent}
    if charge.corrects_id is not None:
        as_sent |= _of_correction(charge)
    stored = {
        "provider": charge.business_id,
        "state": charge.state,
        "received_at": charge.received_at,
        "settlement": charge.settlement_id,
        "corrects": charge.corrects_id,
        "corrects_reference": charge.corrects_reference,
    }
    return as_sent | stored | charge_out(stored_answer(charge))


def _of_correction(charge: StoredCharge) -> dict[str, Any]:
    """Return what a correction has of its original charge, and its own units."""
    return {
        "voucher": charge.voucher,
        "client": charge.client_number,
        "service": charge.service,
        "service_day": None if charge.service_day is None else charge.service_day.isoformat(),
        "quantity": None if charge.quantity is None else format_hundredths(charge.quantity),
        "unit": charge.unit,
        "unit_price": _euros(charge.unit_price_cents),
    }
