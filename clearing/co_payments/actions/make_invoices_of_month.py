"""A provider invoices the own shares of a whole month: one invoice for each client, all or none."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.co_payments.actions.make_invoice import invoice_shares
from clearing.co_payments.facts.shares import OwnShare
from clearing.co_payments.load.shares import own_shares
from clearing.co_payments.rules.invoicing import CoPaymentRefusal
from clearing.co_payments.write.invoices import lock_book
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
    What is owed is read once: a dispute that comes meanwhile neither stops the rest nor changes the sum.
    Refused with `nothing_owed`, `total_changed`, `account_not_confirmed`, `due_too_soon`, `due_too_late`.
    """
    lock_book(session, provider_id)
    shares = own_shares(session, provider_id, window=period_of(PeriodKind.MONTH, month))
    of_client: defaultdict[int, list[OwnShare]] = defaultdict(list)
    for share in shares:
        of_client[share.client_id].append(share)
    owed_cents = sum(max(share.open_cents, 0) for share in shares)
    if owed_cents and total_cents not in (None, owed_cents):
        return Refusal(CoPaymentRefusal.TOTAL_CHANGED)
    groups = [of_client[key] for key in sorted(of_client)]
    return invoice_shares(session, provider_id, groups, due_on=due_on, actor=actor, now=now)
