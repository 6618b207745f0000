"""A settlement's self-billed invoice as a file, and in words why there is none."""

from __future__ import annotations

from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_
from provider_portal.documents.settlement_invoice import SettlementInvoice
from provider_portal.documents.ubl_invoice import InvoiceHead, PaidBy, Party, ubl_invoice
from provider_portal.rules.self_billing import InvoiceRefusalCode

NO_INVOICE = {
    InvoiceRefusalCode.NOT_APPROVED: N_(
        "There is no invoice yet: the payment is not approved. Come back when the county has approved it."
    ),
    InvoiceRefusalCode.NOT_AGREED: N_(
        "There is no invoice: your company has not agreed that the county makes invoices in its name. "
        "An owner agrees on the page Company. Make your own invoice from the statement until then."
    ),
    InvoiceRefusalCode.AGREED_LATER: N_(
        "There is no invoice: your company agreed later that the county makes invoices in its name. "
        "Make your own invoice of this settlement from the statement."
    ),
    InvoiceRefusalCode.NO_LINES: N_(
        "There is no invoice: this settlement has no charges. It pays what earlier settlements left, "
        "and they have invoices of their own."
    ),
}
"""Why a settlement has no invoice, and what to do."""


def invoice_file(made: SettlementInvoice, check_link: str, language: Language) -> bytes:
    """Return the invoice as UBL 2.1. What it says is fixed by the approval of the run."""
    settlement, agreement, buyer = made.settlement, made.agreement, made.parties.buyer
    payment = settlement.payment
    paid_by = None
    if payment is not None:
        paid_by = PaidBy(made.parties.payee, payment.iban, payment.reference, settlement.not_before)
    head = InvoiceHead(
        number=settlement.number,
        issued_on=made.issued_on,
        seller=Party(
            settlement.provider_name,
            settlement.business_id,
            agreement.street,
            agreement.postcode,
            agreement.town,
        ),
        buyer=Party(buyer.name, buyer.business_id, buyer.street, buyer.postcode, buyer.town),
        paid_by=paid_by,
        corrected=made.corrected,
        run_hash=settlement.approved_hash or "",
        check_link=check_link,
    )
    return ubl_invoice(head, made.invoice, language)
