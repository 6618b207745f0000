"""A provider invoices a client's own shares of a month, and credits what was corrected afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Invoice
from clearing.co_payments.facts.shares import NewLine, OwnShare
from clearing.co_payments.load.invoices import lock_invoice
from clearing.co_payments.load.payees import Payee, payee
from clearing.co_payments.load.shares import own_shares, shares_of_charges
from clearing.co_payments.rules.invoicing import CoPaymentRefusal, due_day_refusal, reference_of
from clearing.co_payments.rules.owing import lines_to_credit, lines_to_invoice
from clearing.co_payments.write.invoices import lock_book, next_number, store_invoice
from clearing.ledger.write.audit import record
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import PeriodKind, helsinki_day, period_of
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def make_invoice(
    session: Session,
    provider_id: int,
    *,
    client_id: int,
    month: date,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> int | Refusal:
    """Invoice what the client owes for a month and has no invoice yet; return the invoice's id.

    `month` is a day in it. What is disputed or on hold is left for later. Refused with `nothing_owed`,
    `account_not_confirmed`, `due_too_soon`, `due_too_late`.
    """
    lock_book(session, provider_id)
    shares = own_shares(session, provider_id, client_id=client_id, window=period_of(PeriodKind.MONTH, month))
    made = invoice_shares(session, provider_id, [shares], due_on=due_on, actor=actor, now=now)
    return made if isinstance(made, Refusal) else made[0]


def invoice_shares(
    session: Session,
    provider_id: int,
    groups: Iterable[Sequence[OwnShare]],
    *,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> list[int] | Refusal:
    """Invoice what is open of the shares, each group those of a client's month; return the invoices' ids.

    The book was locked before the shares were read. All are made, or none: nothing is refused after the
    first. Refused as `make_invoice`.
    """
    owed = [(shares, lines) for shares in groups if (lines := lines_to_invoice(shares))]
    if not owed:
        return Refusal(CoPaymentRefusal.NOTHING_OWED)
    refusal = due_day_refusal(due_on, helsinki_day(now))
    if refusal is not None:
        return refusal
    seller = payee(session, provider_id)
    if seller is None:
        return Refusal(CoPaymentRefusal.ACCOUNT_MISSING)
    return [_invoiced(session, shares, lines, seller, due_on, actor, now) for shares, lines in owed]


def _invoiced(
    session: Session,
    shares: Sequence[OwnShare],
    lines: Sequence[NewLine],
    seller: Payee,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> int:
    provider_id = shares[0].provider_id
    number = next_number(session, provider_id)
    row = {
        **_row(shares, lines, provider_id, seller, number, actor, now),
        "month": shares[0].month,
        "reference": reference_of(provider_id, number),
        "due_on": due_on,
    }
    key = store_invoice(session, row, lines)
    failpoint("co_payment.invoice.after_lines")
    _record(session, "co_payment.invoice", key, shares[0], row, actor, now)
    failpoint("co_payment.month.after_invoice")
    return key


def credit_invoice(session: Session, invoice_id: int, *, actor: Actor, now: datetime) -> list[int] | Refusal:
    """Credit what was corrected after the invoice was made; return the ids of the credit notes.

    The invoice stays as it was sent. Refused with `invoice_unknown`, `nothing_to_credit`.
    """
    invoice = lock_invoice(session, invoice_id)
    if invoice is None:
        return Refusal(CoPaymentRefusal.INVOICE_UNKNOWN)
    lock_book(session, invoice.provider_id)
    shares = shares_of_charges(session, [line.charge_id for line in invoice.lines])
    lines = lines_to_credit(shares).get(invoice_id, [])
    if not lines:
        return Refusal(CoPaymentRefusal.NOTHING_TO_CREDIT)
    return [_credited(session, invoice, shares, lines, actor, now)]


def _credited(
    session: Session,
    invoice: Invoice,
    shares: Sequence[OwnShare],
    lines: Sequence[NewLine],
    actor: Actor,
    now: datetime,
) -> int:
    seller = Payee(
        invoice.payee_name,
        invoice.payee_business_id,
        invoice.payee_phone,
        invoice.payee_email,
        invoice.iban,
        invoice.bic,
    )
    number = next_number(session, invoice.provider_id)
    row = {
        **_row(shares, lines, invoice.provider_id, seller, number, actor, now),
        "month": invoice.month,
        "credits_id": invoice.id,
    }
    key = store_invoice(session, row, lines)
    failpoint("co_payment.credit.after_lines")
    _record(session, "co_payment.credit", key, shares[0], row, actor, now)
    return key


def _row(
    shares: Sequence[OwnShare],
    lines: Sequence[NewLine],
    provider_id: int,
    seller: Payee,
    number: int,
    actor: Actor,
    now: datetime,
) -> dict[str, object]:
    return {
        "county_id": shares[0].county_id,
        "provider_id": provider_id,
        "client_id": shares[0].client_id,
        "number": number,
        "sum_cents": sum(line.cents for line in lines),
        "made_on": helsinki_day(now),
        "made_at": now,
        "made_by": actor.person_id,
        "payee_name": seller.name,
        "payee_business_id": seller.business_id,
        "payee_phone": seller.phone,
        "payee_email": seller.email,
        "iban": seller.iban,
        "bic": seller.bic,
    }


def _record(
    session: Session,
    act: str,
    key: int,
    share: OwnShare,
    row: dict[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("co_payment_invoice", key),
        county_id=share.county_id,
        client_id=share.client_id,
        detail={"number": row["number"], "sum_cents": row["sum_cents"]},
    )
