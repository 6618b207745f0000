"""Compare the units of fundings, holds and charges with what the ledger says they should be.

Only a funding that is granted in units has any (docs/decisions/0151). Sums are in hundredths of a unit.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import (
    ACCOUNTS,
    KEY,
    Difference,
    Fundings,
    differences,
    funding_differences,
    paid_earlier,
    posted,
    within,
)
from clearing.ledger.load.proof_sums import unequal
from clearing.ledger.rules.postings import Account
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Balance, Funding
from foundation.database.tables.ledger import Posting
from foundation.database.tables.payments import settled_charges

_COLUMNS = [getattr(Balance, f"{name}_hundredths").label(name) for name in ACCOUNTS]


def unit_balances_against_ledger(session: Session, only: Fundings = None) -> list[Difference]:
    """Check that every balance of units is the sum of its funding's postings, account by account."""
    stored = select(Balance.funding_id, *_COLUMNS).where(
        or_(*(column != 0 for column in _COLUMNS)), within(Balance.funding_id, only)
    )
    by_ledger = posted(only, Posting.quantity_hundredths).where(Posting.quantity_hundredths > 0)
    differ = unequal(ACCOUNTS, keys=KEY, expected=[by_ledger], found=[stored])
    return funding_differences(session, differ, {f"units_{name}": name for name in ACCOUNTS})


def unit_holds_against_ledger(session: Session) -> list[Difference]:
    """Check that choices hold the units of their postings, and together those that their funding holds."""
    sign = case((Posting.to_account == Account.HELD.value, 1), else_=-1)
    touches = or_(Posting.from_account == Account.HELD.value, Posting.to_account == Account.HELD.value)
    by_ledger = (
        select(Posting.choice_id, func.sum(sign * Posting.quantity_hundredths).label("units"))
        .where(Posting.choice_id.is_not(None), Posting.quantity_hundredths > 0, touches)
        .group_by(Posting.choice_id)
        .subquery()
    )
    posted_units = func.coalesce(by_ledger.c.units, 0)
    of_choices = (
        select(func.concat("choice:", Choice.id), posted_units, Choice.held_hundredths, Choice.county_id)
        .outerjoin(by_ledger, by_ledger.c.choice_id == Choice.id)
        .where(posted_units != Choice.held_hundredths)
        .order_by(Choice.id)
    )
    by_choices = (
        select(Choice.funding_id, func.sum(Choice.held_hundredths).label("units"))
        .group_by(Choice.funding_id)
        .subquery()
    )
    held = func.coalesce(by_choices.c.units, 0)
    of_fundings = (
        select(func.concat("funding:", Funding.voucher), held, Balance.held_hundredths, Funding.county_id)
        .select_from(Balance)
        .join(Funding, Funding.id == Balance.funding_id)
        .outerjoin(by_choices, by_choices.c.funding_id == Balance.funding_id)
        .where(held != Balance.held_hundredths)
        .order_by(Funding.id)
    )
    found = differences(session, "choice_units", of_choices)
    return found + differences(session, "units_held_by_choices", of_fundings)


def charged_units(session: Session) -> list[Difference]:
    """Check that charges moved the units that they say, and are the charged and settled units of balances."""
    sign = case(
        (Posting.to_account.in_((Account.CHARGED.value, Account.PAYABLE.value)), 1),
        (Posting.from_account.in_((Account.CHARGED.value, Account.PAYABLE.value)), -1),
        else_=0,
    )
    by_ledger = (
        select(Posting.charge_id, func.sum(sign * Posting.quantity_hundredths).label("units"))
        .where(Posting.charge_id.is_not(None), Posting.quantity_hundredths > 0)
        .group_by(Posting.charge_id)
        .subquery()
    )
    posted_units = func.coalesce(by_ledger.c.units, 0)
    of_charges = (
        select(func.concat("charge:", Charge.id), posted_units, _drawn(), Charge.county_id)
        .outerjoin(by_ledger, by_ledger.c.charge_id == Charge.id)
        .where(posted_units != _drawn())
        .order_by(Charge.id)
    )
    stored = [column for column in _COLUMNS if column.name in _CHARGED]
    balances = select(Balance.funding_id, *stored).where(
        tuple_(Balance.charged_hundredths, Balance.settled_hundredths) != tuple_(literal(0), literal(0))
    )
    earlier = paid_earlier(None, Posting.quantity_hundredths).where(Posting.quantity_hundredths > 0)
    differ = unequal(_CHARGED, keys=KEY, expected=[_sums_of_charges(), earlier], found=[balances])
    found = differences(session, "charge_units", of_charges)
    checks = {f"units_{name}_by_charges": name for name in _CHARGED}
    return found + funding_differences(session, differ, checks)


_CHARGED = ("charged", "settled")


def _drawn() -> ColumnElement[int]:
    return case((Charge.state == "accepted", Charge.drawn_hundredths), else_=0)


def _sums_of_charges() -> Select[*tuple[Any, ...]]:
    over, units = settled_charges, func.sum(Charge.drawn_hundredths)
    settled = or_(over.c.charge_id.is_not(None), Charge.after_settlement.is_(True))
    return (
        select(
            Charge.funding_id,
            func.coalesce(units.filter(~settled), 0).label("charged"),
            func.coalesce(units.filter(settled), 0).label("settled"),
        )
        .outerjoin(over, over.c.charge_id == Charge.id)
        .where(Charge.state == "accepted", Charge.drawn_hundredths != 0)
        .group_by(Charge.funding_id)
    )
