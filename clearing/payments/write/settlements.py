"""Freezing charges into settlements, and settling them. Set by set: a million charges are one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Select, and_, bindparam, func, insert, literal, or_, select, text, update
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event
from foundation.database.columns import table_of
from foundation.database.rows import reserve_ids, store_rows
from foundation.database.session import driver
from foundation.database.tables.grants import Balance
from foundation.database.tables.ledger import Posting, transaction_numbers
from foundation.database.tables.payments import Settlement, SettlementCharge

_settlement = table_of(Settlement)
_frozen = table_of(SettlementCharge)
_balance = table_of(Balance)

_SUM_UP = text("""
UPDATE settlement s SET charge_count = sums.charges, sum_cents = sums.cents
FROM (SELECT k.settlement_id, count(*) AS charges, sum(k.county_pays_cents) AS cents
  FROM settlement_charge k JOIN settlement o ON o.id = k.settlement_id AND o.run_id = :run
  GROUP BY k.settlement_id) AS sums
WHERE s.id = sums.settlement_id
""")
_RELEASE = text("""
DELETE FROM settlement_charge k USING settlement s WHERE s.id = k.settlement_id AND s.run_id = :run
""")


def sort_in_memory(session: Session) -> None:
    """Let the statements of this transaction sort and hash a run's charges without writing them aside."""
    driver(session).execute("SET LOCAL work_mem = '64MB'")


def freeze_charges(
    session: Session,
    *,
    run_id: int,
    county_id: int,
    provider_ids: Sequence[int],
    charges: Select[*tuple[Any, ...]],
) -> None:
    """Make one settlement for each provider and freeze its charges into it.

    Args:
        charges: Selects id, provider_id, funding_id, county_pays_cents and drawn_hundredths of the charges
            to freeze.
    """
    ids = reserve_ids(session, Settlement, len(provider_ids))
    empty: dict[str, int | None] = {"charge_count": 0, "sum_cents": 0, "waiting": None}
    rows = [
        {"id": key, "county_id": county_id, "run_id": run_id, "provider_id": provider_id, **empty}
        for key, provider_id in zip(ids, provider_ids, strict=True)
    ]
    store_rows(session, Settlement, rows)
    session.connection().execute(_freeze(run_id, charges))
    session.execute(_SUM_UP, {"run": run_id})
    session.expire_all()


def _freeze(run_id: int, charges: Select[*tuple[Any, ...]]) -> Insert:
    """The charges are found first and only then joined: a plan that goes provider by provider would read all
    that every provider ever charged."""
    due = charges.cte("due").prefix_with("MATERIALIZED")
    of_provider = and_(_settlement.c.run_id == run_id, _settlement.c.provider_id == due.c.provider_id)
    rows = select(
        due.c.id, _settlement.c.id, due.c.funding_id, due.c.county_pays_cents, due.c.drawn_hundredths
    )
    return insert(_frozen).from_select(
        ["charge_id", "settlement_id", "funding_id", "county_pays_cents", "drawn_hundredths"],
        rows.join(_settlement, of_provider).order_by(due.c.id),
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
    session.execute(_RELEASE, {"run": run_id})
    session.expire_all()


def lock_balances_of_run(session: Session, run_id: int) -> None:
    """Lock the balances of every funding whose charged money the run holds, in id order as all writers do."""
    fundings = (
        select(_frozen.c.funding_id)
        .join(_settlement, _settlement.c.id == _frozen.c.settlement_id)
        .where(_settlement.c.run_id == run_id, _frozen.c.funding_id.is_not(None))
        .distinct()
    )
    locked = (
        select(_balance.c.funding_id)
        .where(_balance.c.funding_id.in_(fundings))
        .order_by(_balance.c.funding_id)
        .with_for_update()
        .subquery()
    )
    session.connection().execute(select(func.count()).select_from(locked))


def post_settlements(session: Session, *, run_id: int, county_id: int, at: datetime) -> None:
    """charged → payable: one posting for each funding and provider, of the money and units frozen.

    Corrections after settlement were posted to the payable when they were made.
    """
    cents, units = func.sum(_frozen.c.county_pays_cents), func.sum(_frozen.c.drawn_hundredths)
    sums = (
        select(_frozen.c.funding_id, _settlement.c.provider_id, cents.label("cents"), units.label("units"))
        .join(_settlement, _settlement.c.id == _frozen.c.settlement_id)
        .where(_settlement.c.run_id == run_id, _frozen.c.funding_id.is_not(None))
        .group_by(_frozen.c.funding_id, _settlement.c.provider_id)
        .having(or_(cents > 0, units > 0))
        .order_by(_frozen.c.funding_id, _settlement.c.provider_id)
        .subquery()
    )
    numbered = select(
        transaction_numbers.next_value(),
        literal(county_id),
        literal(at),
        literal(Event.SETTLE.value),
        literal(Account.CHARGED.value),
        literal(Account.PAYABLE.value),
        sums.c.cents,
        sums.c.units,
        sums.c.funding_id,
        sums.c.provider_id,
        literal(run_id),
    )
    names = ("transaction_id", "county_id", "at", "event", "from_account", "to_account", "amount_cents")
    others = ("quantity_hundredths", "funding_id", "provider_id", "run_id")
    statement = insert(table_of(Posting)).from_select([*names, *others], numbered)
    session.connection().execute(statement)


def settle_balances(session: Session, run_id: int) -> None:
    """charged becomes settled in every funding of the run, by what was posted."""
    posting = table_of(Posting)
    sums = (
        select(
            posting.c.funding_id,
            func.sum(posting.c.amount_cents).label("cents"),
            func.sum(posting.c.quantity_hundredths).label("units"),
        )
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
            charged_hundredths=_balance.c.charged_hundredths - sums.c.units,
            settled_hundredths=_balance.c.settled_hundredths + sums.c.units,
        )
    )
    session.expire_all()
