"""A charge's answer in the contract's words, in the reader's language."""

from __future__ import annotations

from typing import Any

from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import StoredCharge
from clearing.reasons import Finding
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import format_hundredths
from foundation.web.catalogues import translate
from foundation.web.languages import current_language
from foundation.web.values_in_words import in_words
from provider_portal.rules.charge_columns import CANCELLATION_COLUMNS, CHARGE_COLUMNS


def charge_out(answer: ChargeAnswer, language: Language | None = None) -> dict[str, Any]:
    """The charge out (money still in cents: who shows it writes it)."""
    return {
        "id": answer.id,
        "reference": answer.reference,
        "outcome": answer.outcome,
        "reasons": [reason_out(finding, language) for finding in answer.findings],
        "price": answer.price_cents,
        "county_pays": answer.county_pays_cents,
        "co_payment": answer.co_payment_cents,
        "balance": None if answer.held_cents is None else {"held": answer.held_cents},
        "duplicate": answer.duplicate,
    }


def charge_as_json(answer: ChargeAnswer, language: Language | None = None) -> dict[str, Any]:
    """The charge out as the API writes it: what `ChargeOutSchema` makes of `charge_out`, made straight away
    for the answer that programs ask for most."""
    findings = charge_out(answer, language)
    for name in ("price", "county_pays", "co_payment"):
        findings[name] = _euros(findings[name])
    if findings["balance"] is not None:
        findings["balance"] = {"held": _euros(answer.held_cents)}
    return findings


def _euros(cents: int | None) -> str | None:
    return None if cents is None else format_hundredths(cents)


def listed_charge(charge: StoredCharge) -> dict[str, Any]:
    """A stored charge as it was sent, with its answer."""
    as_sent = {name: charge.sent.get(name) for name in CHARGE_COLUMNS}
    as_sent |= {name: charge.sent[name] for name in CANCELLATION_COLUMNS if name in charge.sent}
    of_book = {
        "provider": charge.business_id,
        "state": charge.state,
        "received_at": charge.received_at,
        "settlement": charge.settlement_id,
        "corrects": charge.corrects_id,
    }
    return as_sent | of_book | charge_out(stored_answer(charge))


def reason_out(finding: Finding, language: Language | None = None) -> dict[str, Any]:
    """A reason with its words."""
    reason, language = finding.reason, language or current_language()
    return {
        "rule": reason.rule,
        "code": reason.code,
        "severity": reason.severity.value,
        "field": finding.field,
        "title": translate(reason.title, language),
        "detail": in_words(reason.detail, finding.values, language),
        "fix": in_words(reason.fix, finding.values, language),
        "who": translate(reason.who, language),
    }
