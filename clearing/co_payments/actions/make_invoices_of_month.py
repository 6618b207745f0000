"""A provider invoices the own shares of a whole month: one invoice for each client, all or none."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.co_payments.actions.make_invoice import make_invoice
from clearing.co_payments.load.shares import own_shares
from clearing.co_payments.rules.invoicing import CoPaymentRefusal
from clearing.co_payments.rules.owing import owed_by_month
from clearing.co_payments.write.invoices import lock_book
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import PeriodKind, period_of
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def make_invoices_of_month(
    session: Session,
    provider_id: int,
    *,
    month: date,
    due_on: date,
    total_cents: Money | None = None,
    actor: Actor,
    now: datetime,
) -> list[int] | Refusal:
    """Invoice each client for what has no invoice of the month yet; return the ids, by client.

    `month` is a day in it. `total_cents` is the sum that the person has seen: if it is another one by now,
    nothing is made. The provider's book is locked, so of two people at once the second finds nothing owed.
    Refused with `nothing_owed`, `total_changed`, `account_not_confirmed`, `due_too_soon`, `due_too_late`.
    """
    lock_book(session, provider_id)
    window = period_of(PeriodKind.MONTH, month)
    shares = own_shares(session, provider_id, window=window)
    owed = [each for each in owed_by_month(shares) if each.to_invoice_cents]
    if not owed:
        return Refusal(CoPaymentRefusal.NOTHING_OWED)
    if total_cents not in (None, sum(each.to_invoice_cents for each in owed)):
        return Refusal(CoPaymentRefusal.TOTAL_CHANGED)
    made: list[int] = []
    for each in owed:
        how = {"client_id": each.client_id, "month": month, "due_on": due_on, "actor": actor, "now": now}
        done = make_invoice(session, provider_id, **how)  # type: ignore[arg-type]
        if isinstance(done, Refusal):
            return done
        made.append(done)
        failpoint("co_payment.month.after_invoice")
    return made
