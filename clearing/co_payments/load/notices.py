"""Bills of which a mail to the client may be due, and to whom it goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.co_payments import (
    CoPaymentInvoice,
    CoPaymentNotice,
    CoPaymentReceipt,
    CoPaymentReturn,
)
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.people import Mandate, Person, RoleGrant


def bills_to_tell_of(
    session: Session, *, after: int, most: int, today: date, oldest: date
) -> list[tuple[int, str]]:
    """Return the next bills after an id with what may be told of each: `new`, or `late` after its due day.

    Late ones that are paid are left out, unless card payments went back somewhere: those are looked at.
    """
    of, told = CoPaymentInvoice, CoPaymentNotice
    paid = select(func.coalesce(func.sum(CoPaymentReceipt.cents), 0)).where(
        CoPaymentReceipt.invoice_id == of.id, CoPaymentReceipt.undone_at.is_(None)
    )
    is_told = {kind: exists().where(told.invoice_id == of.id, told.kind == kind) for kind in ("new", "late")}
    may_be_open = (of.sum_cents > paid.scalar_subquery()) | exists().where(
        CoPaymentReturn.county_id == of.county_id
    )
    is_late = (of.due_on < today) & ~is_told["late"] & may_be_open
    query = (
        select(of.id, is_late)
        .where(of.id > after, of.credits_id.is_(None), of.due_on >= oldest)
        .where(~is_told["new"] & (of.due_on >= today) | is_late)
        .order_by(of.id)
        .limit(most)
    )
    return [(key, "late" if late else "new") for key, late in session.execute(query)]


def addresses_about_bill(
    session: Session, client_id: int, funding_ids: Collection[int], day: date
) -> list[str]:
    """Return the mail addresses of the client, and of helpers who see all fundings of a bill."""
    own = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == "client", RoleGrant.client_id == client_id, RoleGrant.valid.contains(day))
    )
    reached = select(func.count()).where(
        MandateFunding.mandate_id == Mandate.id, MandateFunding.funding_id.in_(funding_ids)
    )
    reaches = Mandate.all_fundings | (reached.scalar_subquery() == len(funding_ids))
    helping = (
        select(Person.email)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.client_id == client_id, Mandate.revoked_at.is_(None), Mandate.may_see)
        .where(Mandate.valid.contains(day), reaches)
    )
    return sorted({address for query in (own, helping) for address in session.scalars(query) if address})
