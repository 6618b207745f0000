"""The self-billed invoice of a settlement. It names no client, so reading it is no look at anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from provider_portal.load.self_billing import (
    Agreement,
    BillingParties,
    agreements_of,
    billed_charges,
    billing_parties,
    corrected_settlements,
)
from provider_portal.load.settlements import OwnSettlement
from provider_portal.rules.invoice_parts import SelfBilledInvoice
from provider_portal.rules.self_billed import invoice_of
from provider_portal.rules.self_billing import InvoiceRefusalCode, why_no_invoice


@dataclass(frozen=True, slots=True)
class SettlementInvoice:
    """An invoice with its parties. `corrected`: the numbers of the invoices that it corrects."""

    settlement: OwnSettlement
    invoice: SelfBilledInvoice
    issued_on: date
    agreement: Agreement
    parties: BillingParties
    corrected: tuple[str, ...]


def invoice_refusal(session: Session, provider_id: int, settlement: OwnSettlement) -> Refusal | None:
    """Return why a settlement of the provider has no invoice; None if it has one."""
    return why_no_invoice(
        approved_on=_approved_on(settlement),
        agreed_days=[(each.first, each.last) for each in agreements_of(session, provider_id)],
        line_count=settlement.charge_count,
    )


def self_billed_invoice(
    session: Session, provider_id: int, settlement: OwnSettlement, language: Language
) -> SettlementInvoice | Refusal:
    """Return the invoice of a settlement, its services named in a language, or why there is none.

    What it leaves to pay is the payment of the settlement; without a payment it is the settlement's sum.
    """
    refusal = invoice_refusal(session, provider_id, settlement)
    approved_on = _approved_on(settlement)
    if refusal is not None or approved_on is None:
        return refusal or Refusal(InvoiceRefusalCode.NOT_APPROVED)
    charges = billed_charges(session, settlement.id, language)
    (agreement,) = (each for each in agreements_of(session, provider_id) if each.is_in_force(approved_on))
    corrected = corrected_settlements(session, settlement.id)
    return SettlementInvoice(
        settlement=settlement,
        invoice=invoice_of(charges, settlement.carried_cents),
        issued_on=approved_on,
        agreement=agreement,
        parties=billing_parties(session, settlement.county, settlement.id, approved_on),
        corrected=tuple(f"{settlement.county}-{number}" for number in corrected),
    )


def _approved_on(settlement: OwnSettlement) -> date | None:
    if not settlement.is_owed or settlement.approved_at is None:
        return None
    return helsinki_day(settlement.approved_at)
