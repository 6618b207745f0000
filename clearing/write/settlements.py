"""Freezing charges into settlements, and settling them. Set-based: a million charges are one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from clearing.rules.postings import Account, Event
from clearing.write.rows import reserve_ids, store_rows
from foundation.database.columns import table_of
from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Balance
from foundation.database.tables.ledger import Posting, transaction_numbers
from foundation.database.tables.payments import Settlement

_charge = table_of(Charge)
_settlement = table_of(Settlement)
_balance = table_of(Balance)


def freeze_charges(
    session: Session, *, run_id: int, county_id: int, provider_ids: Sequence[int], until: date
) -> None:
    """Make one settlement a provider and put its accepted charges up to `until` (service day) into it."""
    ids = reserve_ids(session, Settlement, len(provider_ids))
    empty: dict[str, int | None] = {"charge_count": 0, "sum_cents": 0, "waiting": None}
    rows = [
        {"id": key, "county_id": county_id, "run_id": run_id, "provider_id": provider_id, **empty}
        for key, provider_id in zip(ids, provider_ids, strict=True)
    ]
    store_rows(session, Settlement, rows)
    frozen = (
        update(_charge)
        .where(
            _settlement.c.run_id == run_id,
            _charge.c.provider_id == _settlement.c.provider_id,
            _charge.c.county_id == county_id,
            _charge.c.state == "accepted",
            _charge.c.settlement_id.is_(None),
            _charge.c.service_day <= until,
        )
        .values(settlement_id=_settlement.c.id)
        .returning(_charge.c.settlement_id, _charge.c.county_pays_cents)
        .cte("frozen")
    )
    sums = (
        select(
            frozen.c.settlement_id,
            func.count().label("charges"),
            func.sum(frozen.c.county_pays_cents).label("cents"),
        )
        .group_by(frozen.c.settlement_id)
        .cte("sums")
    )
    session.connection().execute(
        update(_settlement)
        .where(_settlement.c.id == sums.c.settlement_id)
        .values(charge_count=sums.c.charges, sum_cents=sums.c.cents)
    )


def set_waiting(session: Session, reasons: Mapping[int, str | None]) -> None:
    """Say of each settlement (by id) why it is not paid in its run; None: it is."""
    if not reasons:
        return
    statement = (
        update(_settlement).where(_settlement.c.id == bindparam("key")).values(waiting=bindparam("why"))
    )
    rows = [{"key": key, "why": why} for key, why in sorted(reasons.items())]
    session.connection().execute(statement, rows)


def release_charges(session: Session, run_id: int) -> None:
    """Give the charges of a run that was not approved back, as if it had never been prepared."""
    session.connection().execute(update(_charge).where(_of_run(run_id)).values(settlement_id=None))


def lock_balances_of_run(session: Session, run_id: int) -> None:
    """Lock the balances of every funding whose charges the run holds, in id order as all writers do."""
    fundings = select(_charge.c.funding_id).where(_of_run(run_id))
    locked = (
        select(_balance.c.funding_id)
        .where(_balance.c.funding_id.in_(fundings))
        .order_by(_balance.c.funding_id)
        .with_for_update()
        .subquery()
    )
    session.connection().execute(select(func.count()).select_from(locked))


def post_settlements(session: Session, *, run_id: int, county_id: int, at: datetime) -> None:
    """charged → payable: one posting for each funding and provider.

    Corrections after settlement were posted to the payable when they were made.
    """
    sums = _charged(run_id).subquery()
    numbered = select(
        transaction_numbers.next_value(),
        literal(county_id),
        literal(at),
        literal(Event.SETTLE.value),
        literal(Account.CHARGED.value),
        literal(Account.PAYABLE.value),
        sums.c.cents,
        sums.c.funding_id,
        sums.c.provider_id,
        literal(run_id),
    )
    names = ("transaction_id", "county_id", "at", "event", "from_account", "to_account", "amount_cents")
    statement = insert(table_of(Posting)).from_select(
        [*names, "funding_id", "provider_id", "run_id"], numbered
    )
    session.connection().execute(statement)


def settle_balances(session: Session, run_id: int) -> None:
    """charged becomes settled in every funding of the run, by what was posted."""
    posting = table_of(Posting)
    sums = (
        select(posting.c.funding_id, func.sum(posting.c.amount_cents).label("cents"))
        .where(posting.c.run_id == run_id, posting.c.event == Event.SETTLE.value)
        .group_by(posting.c.funding_id)
        .subquery()
    )
    session.connection().execute(
        update(_balance)
        .where(_balance.c.funding_id == sums.c.funding_id)
        .values(
            charged_cents=_balance.c.charged_cents - sums.c.cents,
            settled_cents=_balance.c.settled_cents + sums.c.cents,
        )
    )
    session.expire_all()


def settle_charges(session: Session, run_id: int) -> None:
    """The run's charges are settled: from now on only a correction changes what they cost."""
    session.connection().execute(update(_charge).where(_of_run(run_id)).values(state="settled"))
    session.expire_all()


def _charged(run_id: int) -> Select[tuple[int, int, int]]:
    """Whole cents by funding and provider, of the run's charges and the corrections made before it."""
    return (
        select(
            _charge.c.funding_id,
            _charge.c.provider_id,
            func.sum(_charge.c.county_pays_cents).label("cents"),
        )
        .where(_of_run(run_id), _charge.c.after_settlement.is_not(True))
        .group_by(_charge.c.funding_id, _charge.c.provider_id)
        .having(func.sum(_charge.c.county_pays_cents) > 0)
        .order_by(_charge.c.funding_id, _charge.c.provider_id)
    )


def _of_run(run_id: int) -> ColumnElement[bool]:
    return _charge.c.settlement_id.in_(select(_settlement.c.id).where(_settlement.c.run_id == run_id))
