"""What a statement says in each language, whatever the file."""

from __future__ import annotations

from foundation.vocabulary.labels import SETTLEMENT_STATES
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_, translate
from foundation.web.formats import day_text, money_text
from provider_portal.disclosure.settlements import Statement

COMPARE = N_(
    "Open the link to see what the county's books hold. "
    "The number, the sums and the hash there must be the same as here."
)
NOT_APPROVED = N_("The payment is not approved yet, so this can still change. It cannot be checked yet.")


def facts_of(statement: Statement, language: Language) -> list[tuple[str, str]]:
    """Return whose statement it is, with its days and its state, as labels and values."""
    settlement = statement.settlement
    state = SETTLEMENT_STATES[settlement.state].text
    rows = [
        (N_("Number of the statement"), settlement.number),
        (N_("Provider"), f"{settlement.provider_name}, {settlement.business_id}"),
        (N_("Paid by"), _paid_by(statement, language)),
        (N_("Service days until"), day_text(settlement.until, language)),
        (N_("Status"), translate(state, language)),
    ]
    return [(translate(label, language), value) for label, value in rows]


def _paid_by(statement: Statement, language: Language) -> str:
    """Return the county with the business ID and the address that its invoices of that day have."""
    name, buyer = statement.settlement.county_name.in_language(language), statement.buyer
    if buyer is None or not buyer.street:
        return name
    return f"{name}, {buyer.business_id}, {buyer.street}, {buyer.postcode} {buyer.town}"


def payment_of(statement: Statement, language: Language) -> list[tuple[str, str]]:
    """Return what to look for on the bank statement (label, value); nothing without a payment."""
    settlement, payment = statement.settlement, statement.settlement.payment
    if payment is None:
        return []
    rows = [
        (N_("Reference on the bank statement"), payment.reference),
        (N_("To the account"), payment.iban or "Stripe"),
    ]
    if payment.answered_on is not None:
        rows.append((N_("Date of the bank's answer"), day_text(payment.answered_on, language)))
    elif settlement.execution_day is not None:
        rows.append((N_("Payment date"), day_text(settlement.execution_day, language)))
    return [(translate(label, language), value) for label, value in rows]


def sums_of(statement: Statement, language: Language) -> list[tuple[str, str, bool]]:
    """Return the sums from the charges to the payment: label, value, and whether it is a total."""
    return [
        (translate(label, language), money_text(cents, language), is_total)
        for label, cents, is_total in sums_in_cents(statement)
    ]


def sums_in_cents(statement: Statement) -> list[tuple[str, int, bool]]:
    """Return the same sums in whole cents, with the msgid of the label."""
    settlement, sums = statement.settlement, statement.sums
    rows: list[tuple[str, int, bool]] = []
    if sums.correction_count:
        rows.append((N_("Charges"), sums.charged_cents, False))
        rows.append((N_("Corrections"), sums.corrected_cents, False))
    rows.append((N_("Sum of this settlement"), settlement.sum_cents, True))
    if settlement.payment is not None:
        if settlement.carried_cents:
            rows.append((N_("Carried over from earlier settlements"), settlement.carried_cents, False))
        rows.append((N_("Payment"), settlement.paid_cents, True))
    return rows
