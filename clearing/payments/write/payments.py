"""Payment runs, their payments, and what the bank answered, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, exists, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.postings import post
from clearing.payments.rules.answers import Answer, AwaitedPayment, Booking
from clearing.payments.rules.payouts import Due
from clearing.payments.rules.settling import end_to_end_id, payment_reference
from foundation.database.columns import table_of
from foundation.database.rows import reserve_ids, store_rows
from foundation.database.tables.payments import BankAnswer, Payment, PaymentRun
from foundation.vocabulary.money import Money

_run = table_of(PaymentRun)
_payment = table_of(Payment)


class MovedPayment(Protocol):
    """A payment whose money moves, by either rail; its sum is in whole cents."""

    @property
    def id(self) -> int: ...
    @property
    def run_id(self) -> int: ...
    @property
    def county_id(self) -> int: ...
    @property
    def provider_id(self) -> int: ...
    @property
    def sum_cents(self) -> int: ...


Step = tuple[Event, Account, Account]
"""An event with the accounts from and to which it moves a payment's money."""


def open_run(session: Session, values: Mapping[str, Any]) -> int:
    """Store a prepared run and return its id."""
    query = insert(_run).values(state="prepared", **values).returning(_run.c.id)
    return int(session.connection().execute(query).scalar_one())


def change_run(session: Session, run_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a run that the caller has locked."""
    session.connection().execute(update(_run).where(_run.c.id == run_id).values(**values))
    session.expire_all()


def store_payments(
    session: Session, *, run_id: int, county_id: int, county_code: str, dues: Mapping[int, Due]
) -> None:
    """Store prepared payments of what is due, by settlement id. Their identifiers follow from their ids."""
    fixed = {"state": "prepared"}
    keys = reserve_ids(session, Payment, len(dues))
    rows = [
        {
            "id": key,
            "county_id": county_id,
            "run_id": run_id,
            "settlement_id": settlement_id,
            "reference": payment_reference(settlement_id),
            "end_to_end_id": end_to_end_id(county_code, run_id, key),
            **_payee(due),
            **fixed,
        }
        for key, (settlement_id, due) in zip(keys, dues.items(), strict=True)
    ]
    store_rows(session, Payment, rows)


def _payee(due: Due) -> dict[str, Any]:
    """Who is paid how much to which account. The account is known: without one the money waits."""
    payee = {
        "provider_id": due.provider_id,
        "sum_cents": due.total_cents,
        "carried_cents": due.carried_cents,
        "creditor_name": due.name,
        "rail": due.rail.value,
    }
    if due.stripe is not None:
        return payee | {
            "stripe_account_id": due.stripe.id,
            "bank_account_id": None,
            "iban": "",
            "bic": "",
        }
    assert due.account is not None
    bank = {"bank_account_id": due.account.id, "iban": due.account.iban, "bic": due.account.bic}
    return payee | bank | {"stripe_account_id": None}


def drop_prepared_payments(session: Session, *, run_id: int, settlement_id: int | None = None) -> None:
    """Take payments that were never approved out of a run; their identifiers are not used again."""
    statement = delete(_payment).where(_payment.c.run_id == run_id, _payment.c.state == "prepared")
    if settlement_id is not None:
        statement = statement.where(_payment.c.settlement_id == settlement_id)
    session.connection().execute(statement)


def post_movements(
    session: Session,
    moved: Iterable[tuple[MovedPayment, Sequence[Step]]],
    *,
    at: datetime,
) -> None:
    """Post the steps of each payment; they share a transaction."""
    post(session, ([_posting(payment, *step) for step in steps] for payment, steps in moved), at=at)


_SEND = text("""
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
  provider_id, run_id, payment_id)
SELECT nextval('posting_transaction'), county_id, :at, :event, :payable, :transit, sum_cents, provider_id,
  run_id, id
FROM (SELECT * FROM payment WHERE run_id = :run ORDER BY id) AS sent
""")
_ADVISE = text("""
INSERT INTO outbox (county_id, key, kind, body, made_at, due_at, attempts)
SELECT county_id, 'payment-advice:' || id, 'payment_advice',
  jsonb_build_object('payment_id', id, 'provider_id', provider_id), :now, :now, 0
FROM payment WHERE run_id = :run ORDER BY id
""")


def post_sent(session: Session, run_id: int, *, at: datetime) -> None:
    """payable → transit for every payment of the run, each a transaction of its own."""
    session.execute(
        _SEND,
        {
            "run": run_id,
            "at": at,
            "event": Event.PAY.value,
            "payable": Account.PAYABLE.value,
            "transit": Account.TRANSIT.value,
        },
    )


def mark_sent(session: Session, run_id: int) -> None:
    """Every payment of the run is on its way."""
    session.connection().execute(update(_payment).where(_payment.c.run_id == run_id).values(state="sent"))


def mark_answered(session: Session, answers: Mapping[int, Answer], *, by: int | None) -> None:
    """Store what the bank said of each payment, by payment id, and the person who uploaded it."""
    if not answers:
        return
    statement = (
        update(_payment)
        .where(_payment.c.id == bindparam("key"))
        .values(
            state=bindparam("new_state"),
            answered_on=bindparam("day"),
            bank_reference=bindparam("bank_reference"),
            return_reason=bindparam("return_reason"),
            return_text=bindparam("return_text"),
            answered_by=by,
        )
    )
    rows = [
        {
            "key": key,
            "new_state": answer.status.value,
            "day": answer.day,
            "bank_reference": answer.bank_reference or None,
            "return_reason": answer.reason or None,
            "return_text": answer.text or None,
        }
        for key, answer in sorted(answers.items())
    ]
    session.connection().execute(statement, rows)


_BOOKED = ("on", "references", "kind")
_REPORTED = ("accepted_on", *(f"{side}_{name}" for side in ("debit", "credit") for name in _BOOKED))


def mark_reported(session: Session, payments: Iterable[AwaitedPayment]) -> None:
    """Store the acceptance and the bookings that the bank has reported of these payments."""
    rows = [
        {
            "key": payment.id,
            "new_accepted_on": payment.accepted_on,
            **_booking("debit", payment.debit),
            **_booking("credit", payment.credit),
        }
        for payment in sorted(payments, key=lambda payment: payment.id)
    ]
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _REPORTED}
    session.connection().execute(
        update(_payment).where(_payment.c.id == bindparam("key")).values(values), rows
    )


def mark_open(session: Session, answers: Mapping[int, tuple[Answer, str]], *, by: int | None) -> None:
    """Store answers that another person than `by` decides, by payment id; an earlier one stays open."""
    rows = [
        {
            "key": key,
            "code": str(mismatch),
            "day": answer.day,
            "found_reference": answer.bank_reference or answer.entry_reference or None,
            "reason": answer.reason or None,
            "answer_text": answer.text or None,
        }
        for key, (answer, mismatch) in sorted(answers.items())
    ]
    if not rows:
        return
    statement = (
        update(_payment)
        .where(_payment.c.id == bindparam("key"), _payment.c.open_code.is_(None))
        .values(
            open_code=bindparam("code"),
            open_by=by,
            open_day=bindparam("day"),
            open_reference=bindparam("found_reference"),
            open_reason=bindparam("reason"),
            open_text=bindparam("answer_text"),
        )
    )
    session.connection().execute(statement, rows)


def change_payment(session: Session, payment_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a payment that the caller has locked."""
    session.connection().execute(update(_payment).where(_payment.c.id == payment_id).values(**values))
    session.expire_all()


def _booking(name: str, booking: Booking | None) -> dict[str, Any]:
    return {
        f"new_{name}_on": booking and booking.day,
        f"new_{name}_references": booking and sorted(booking.references),
        f"new_{name}_kind": booking and booking.kind,
    }


def close_answered_runs(session: Session, run_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Close the sent runs of which the bank has answered every payment; return their ids."""
    awaited = select(_payment.c.id).where(_payment.c.run_id == _run.c.id, _payment.c.state == "sent")
    statement = (
        update(_run)
        .where(_run.c.id.in_(sorted(set(run_ids))), _run.c.state == "sent", ~exists(awaited))
        .values(state="closed", closed_at=now)
        .returning(_run.c.id)
    )
    return sorted(session.connection().execute(statement).scalars())


def store_advices(session: Session, run_id: int, *, now: datetime) -> None:
    """Leave a payment advice for each payee of the run in the outbox, once."""
    session.execute(_ADVISE, {"run": run_id, "now": now})


def store_answer_file(session: Session, values: Mapping[str, Any]) -> None:
    """Store that a file of the bank was processed; the same bytes are stored once."""
    statement = insert_or_leave(table_of(BankAnswer)).values(**values)
    session.connection().execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))


def _posting(payment: MovedPayment, event: Event, from_account: Account, to_account: Account) -> Posting:
    return Posting(
        county_id=payment.county_id,
        event=event,
        from_account=from_account,
        to_account=to_account,
        amount_cents=Money(payment.sum_cents),
        provider_id=payment.provider_id,
        run_id=payment.run_id,
        payment_id=payment.id,
    )
