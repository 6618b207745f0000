"""A client's own data: the bills for own shares, and what was paid of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from clearing.co_payments.load.invoices import invoices_of_client
from foundation.vocabulary.labels import N_, WAYS_OF_PAYING
from marketplace.rules.own_data import DataField as F
from marketplace.rules.own_data import DataKind, Form, KindRows

TO_PAY: Final = DataKind(
    "bills_to_pay",
    N_("What is still to be paid"),
    "",
    (
        F("bill", N_("Bill"), Form.NUMBER),
        F("provider", N_("Provider")),
        F("sum", N_("Sum"), Form.MONEY),
        F("due_on", N_("Due day"), Form.DAY),
    ),
)
"""What the bills come to, by the same function as everywhere: corrections count before their credit note."""
CARD_STATES: Final = {
    "open": N_("Not paid yet"),
    "processing": N_("The bank has not answered yet"),
    "failed": N_("The bank refused"),
    "expired": N_("Not paid in time"),
    "paid": N_("Paid"),
}
RETURN_KINDS: Final = {
    "charge": N_("Given back in all"),
    "refund": N_("One refund"),
    "dispute": N_("The payer's bank asked it back"),
}
RETURN_STATES: Final = {
    "open": N_("The bank has not decided"),
    "back": N_("Went back"),
    "stays": N_("Did not go back"),
}
RETURN_CHOICES: Final = {
    "owed": N_("You still have to pay it"),
    "waived": N_("You need not pay it"),
}
BILL: Final = F("bill", N_("Bill"), Form.NUMBER)
BILL_KINDS: Final = (
    DataKind(
        "bills",
        N_("Bills from providers"),
        """SELECT i.id, i.number, i.payee_name, i.month, i.sum_cents, i.credits_id, i.made_on, i.due_on,
            i.reference, i.iban FROM co_payment_invoice i WHERE i.client_id = :client ORDER BY i.id""",
        (
            F("id", N_("Bill"), Form.NUMBER),
            F("number", N_("The provider's number"), Form.NUMBER),
            F("provider", N_("Provider")),
            F("month", N_("Month"), Form.DAY),
            F("sum", N_("Sum"), Form.MONEY),
            F("credits", N_("Makes smaller the bill"), Form.NUMBER),
            F("made_on", N_("Made"), Form.DAY),
            F("due_on", N_("Due day"), Form.DAY),
            F("reference", N_("Bank reference")),
            F("account", N_("Account")),
        ),
    ),
    DataKind(
        "bill_lines",
        N_("Visits on the bills"),
        """SELECT l.invoice_id, l.charge_id, l.quantity_hundredths, l.cents FROM co_payment_line l
        JOIN co_payment_invoice i ON i.id = l.invoice_id WHERE i.client_id = :client
        ORDER BY l.invoice_id, l.charge_id""",
        (
            BILL,
            F("charge", N_("Number of the charge"), Form.NUMBER),
            F("quantity", N_("Quantity"), Form.QUANTITY),
            F("you_pay", N_("You pay"), Form.MONEY),
        ),
    ),
    DataKind(
        "bill_payments",
        N_("What was paid of the bills"),
        """SELECT r.invoice_id, r.cents, r.paid_on, r.way, r.marked_at, r.undone_at FROM co_payment_receipt r
        JOIN co_payment_invoice i ON i.id = r.invoice_id WHERE i.client_id = :client ORDER BY r.id""",
        (
            BILL,
            F("sum", N_("Sum"), Form.MONEY),
            F("paid_on", N_("Day"), Form.DAY),
            F("way", N_("How it was paid"), Form.CODE, WAYS_OF_PAYING),
            F("marked_at", N_("Made"), Form.MOMENT),
            F("undone_at", N_("Taken back"), Form.MOMENT),
        ),
    ),
    DataKind(
        "card_payments",
        N_("Payments by card"),
        """SELECT c.invoice_id, c.cents, c.state, c.made_at FROM co_payment_checkout c
        JOIN co_payment_invoice i ON i.id = c.invoice_id WHERE i.client_id = :client ORDER BY c.id""",
        (
            BILL,
            F("sum", N_("Sum"), Form.MONEY),
            F("state", N_("Status"), Form.CODE, CARD_STATES),
            F("made_at", N_("Made"), Form.MOMENT),
        ),
    ),
    DataKind(
        "card_payments_back",
        N_("Card payments that went back"),
        """SELECT c.invoice_id, r.kind, r.cents, r.state, r.at FROM co_payment_return r
        JOIN co_payment_checkout c ON c.intent = r.intent AND c.stripe_account_id = r.stripe_account_id
        JOIN co_payment_invoice i ON i.id = c.invoice_id WHERE i.client_id = :client ORDER BY r.id""",
        (
            BILL,
            F("kind", N_("What happened"), Form.CODE, RETURN_KINDS),
            F("sum", N_("Sum"), Form.MONEY),
            F("state", N_("Status"), Form.CODE, RETURN_STATES),
            F("at", N_("When"), Form.MOMENT),
        ),
    ),
    DataKind(
        "card_payments_decided",
        N_("What the provider said of payments that went back"),
        """SELECT d.invoice_id, d.choice, d.cents, d.chosen_at FROM co_payment_return_choice d
        JOIN co_payment_invoice i ON i.id = d.invoice_id WHERE i.client_id = :client ORDER BY d.id""",
        (
            BILL,
            F("choice", N_("What the provider said"), Form.CODE, RETURN_CHOICES),
            F("sum", N_("Sum"), Form.MONEY),
            F("chosen_at", N_("When"), Form.MOMENT),
        ),
    ),
)


def bills_to_pay(session: Session, client_id: int) -> KindRows:
    """Return the bills of which something is open, with what it is."""
    found = [invoice for invoice in invoices_of_client(session, client_id) if invoice.open_cents > 0]
    rows = [(each.id, each.payee_name, each.open_cents, each.due_on) for each in found]
    return KindRows(TO_PAY, tuple(rows))
