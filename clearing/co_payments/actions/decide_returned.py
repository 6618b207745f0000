"""A provider says of money that went back to a client's card whether the client still owes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.returns import ReturnChoice
from clearing.co_payments.load.invoices import lock_invoice
from clearing.co_payments.rules.invoicing import CoPaymentRefusal
from clearing.co_payments.write.returns import store_choice
from clearing.ledger.write.audit import record
from foundation.database.failpoints import failpoint
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def decide_returned(
    session: Session,
    invoice_id: int,
    choice: ReturnChoice,
    *,
    seen_cents: Money | None = None,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Decide about all that went back and is undecided; it is decided once.

    `seen_cents` is the sum that the person has seen: if more went back since, nothing is decided.
    Refused with `invoice_unknown`, `nothing_returned`, `total_changed`.
    """
    invoice = lock_invoice(session, invoice_id)
    if invoice is None:
        return Refusal(CoPaymentRefusal.INVOICE_UNKNOWN)
    cents = invoice.undecided_cents
    if cents <= 0:
        return Refusal(CoPaymentRefusal.NOTHING_RETURNED)
    if seen_cents not in (None, cents):
        return Refusal(CoPaymentRefusal.TOTAL_CHANGED)
    row = {"invoice_id": invoice_id, "choice": choice.value, "cents": cents}
    row |= {"settled_cents": invoice.held.settled_cents}
    store_choice(session, {**row, "chosen_at": now, "chosen_by": actor.person_id})
    failpoint("co_payment.choice.after_row")
    record(
        session,
        actor=actor,
        now=now,
        act="co_payment.returned_decided",
        subject=("co_payment_invoice", invoice_id),
        county_id=invoice.county_id,
        client_id=invoice.client_id,
        detail={"cents": cents, "choice": choice.value},
    )
    return None
