"""Card payments that went back, by invoice, and what providers said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clearing.co_payments.facts.returns import (
    UNDECIDED,
    Decided,
    Return,
    ReturnChoice,
    ReturnKind,
    ReturnState,
)
from foundation.database.columns import any_of
from foundation.database.tables.co_payments import (
    CoPaymentCheckout,
    CoPaymentReturn,
    CoPaymentReturnChoice,
)
from foundation.vocabulary.money import Money


@dataclass(slots=True)
class Returned:
    """What went back of the payments of one invoice, and what the provider has said of it."""

    returns: list[Return] = field(default_factory=list)
    decided: Decided = UNDECIDED


def returned_of(session: Session, invoice_ids: Collection[int]) -> dict[int, Returned]:
    """Return what went back by invoice; those of which nothing did are left out."""
    found: defaultdict[int, Returned] = defaultdict(Returned)
    of, paid = CoPaymentReturn, CoPaymentCheckout
    query = (
        _returns()
        .add_columns(paid.invoice_id)
        .join(paid, (paid.intent == of.intent) & (paid.stripe_account_id == of.stripe_account_id))
    )
    for *values, invoice_id in session.execute(query.where(paid.invoice_id == any_of(invoice_ids))):
        found[invoice_id].returns.append(_return(values))
    chosen = CoPaymentReturnChoice
    parts = [func.sum(chosen.cents).filter(chosen.choice == choice.value) for choice in ReturnChoice]
    sums = select(chosen.invoice_id, *parts, func.sum(chosen.settled_cents)).group_by(chosen.invoice_id)
    for invoice_id, *cents in session.execute(sums.where(chosen.invoice_id == any_of(invoice_ids))):
        found[invoice_id].decided = Decided(*(Money(int(each or 0)) for each in cents))
    return dict(found)


def lock_return(session: Session, name: str) -> Return | None:
    """Return the refund or dispute with Stripe's id, locked."""
    query = _returns().where(CoPaymentReturn.object == name)
    row = session.execute(query.with_for_update()).one_or_none()
    return None if row is None else _return(row)


def returns_of_payment(session: Session, intent: str) -> list[Return]:
    """Return what went back of one payment."""
    return [_return(row) for row in session.execute(_returns().where(CoPaymentReturn.intent == intent))]


def _returns() -> Select[*tuple[Any, ...]]:
    of = CoPaymentReturn
    return select(of.intent, of.object, of.kind, of.cents, of.state, of.at).order_by(of.at, of.id)


def _return(row: Any) -> Return:
    intent, name, kind, cents, state, at = row
    return Return(intent, name, ReturnKind(kind), Money(cents), ReturnState(state), at)
