"""Balances: money and units granted, free, held, charged, settled and returned, as of now."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from foundation.database.columns import any_of_parameter
from foundation.database.session import driver
from foundation.database.tables.grants import Balance as BalanceRow
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of a funding in whole cents: granted = free + held + charged + settled + returned.

    The same holds of its units in hundredths, which are 0 if it is not granted in units.
    """

    granted_cents: Money
    free_cents: Money
    held_cents: Money
    charged_cents: Money
    settled_cents: Money
    returned_cents: Money
    granted_hundredths: Quantity
    free_hundredths: Quantity
    held_hundredths: Quantity
    charged_hundredths: Quantity
    settled_hundredths: Quantity
    returned_hundredths: Quantity

    @property
    def used_hundredths(self) -> Quantity:
        """The units of accepted and settled charges."""
        return Quantity(self.charged_hundredths + self.settled_hundredths)


_COLUMNS = [getattr(BalanceRow, field.name) for field in fields(Balance)]
_BALANCES = select(BalanceRow.funding_id, *_COLUMNS).where(BalanceRow.funding_id == any_of_parameter())
_LOCKED_BALANCES = _BALANCES.order_by(BalanceRow.funding_id).with_for_update()


def balances_of(session: Session, funding_ids: Iterable[int]) -> dict[int, Balance]:
    """Return the balances by funding id."""
    return _read(session, _BALANCES, funding_ids)


def _read(
    session: Session, query: Select[*tuple[Any, ...]], funding_ids: Iterable[int]
) -> dict[int, Balance]:
    rows = session.execute(query, {"ids": list(funding_ids)})
    return {row[0]: Balance(*row[1:]) for row in rows}


def balance_of(session: Session, funding_id: int) -> Balance:
    """Return the balance of a funding.

    Raises:
        KeyError: There is no such funding.
    """
    return balances_of(session, [funding_id])[funding_id]


def lock_balances(session: Session, funding_ids: Iterable[int]) -> dict[int, Balance]:
    """Lock the fundings' balances in id order until the transaction ends, and return them.

    Everything about a funding (charges, choices, states) is changed under this lock. All writers lock in the
    same order, so they cannot deadlock.
    """
    return _read(session, _LOCKED_BALANCES, sorted(set(funding_ids)))


def lock_vouchers(session: Session, vouchers: Iterable[str], *, wait_ms: int | None = None) -> dict[str, int]:
    """Lock the balances of these vouchers as `lock_balances` does; return the county of each that exists.

    Args:
        wait_ms: The longest wait for a lock in this transaction; None for that of the connection.

    Raises:
        LockNotAvailable: The wait was too long.
    """
    connection = driver(session)
    if wait_ms is not None:
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (str(wait_ms),))
    return dict(connection.execute(_LOCK_VOUCHERS, (list(vouchers),)).fetchall())


_LOCK_VOUCHERS = """
SELECT f.voucher, f.county_id FROM balance b JOIN funding f ON f.id = b.funding_id
WHERE f.voucher = ANY(%s::text[]) ORDER BY b.funding_id FOR UPDATE OF b
"""


def counties_of_vouchers(session: Session, vouchers: Iterable[str]) -> dict[str, int]:
    """Return the county of each of these vouchers that exists."""
    found = driver(session).execute(_COUNTIES_OF_VOUCHERS, (list(vouchers),))
    return dict(found.fetchall())


_COUNTIES_OF_VOUCHERS = "SELECT voucher, county_id FROM funding WHERE voucher = ANY(%s::text[])"


def vouchers_in_use(session: Session, vouchers: Iterable[str]) -> set[str]:
    """Return those of the vouchers whose balances another transaction has locked; the others are locked."""
    parameters = {"vouchers": list(vouchers)}
    return {voucher for (voucher,) in driver(session).execute(_VOUCHERS_IN_USE, parameters)}


_VOUCHERS_IN_USE = """
WITH free AS (SELECT b.funding_id FROM balance b JOIN funding f ON f.id = b.funding_id
  WHERE f.voucher = ANY(%(vouchers)s::text[]) FOR UPDATE OF b SKIP LOCKED)
SELECT f.voucher FROM funding f
WHERE f.voucher = ANY(%(vouchers)s::text[]) AND f.id NOT IN (SELECT funding_id FROM free)
"""
