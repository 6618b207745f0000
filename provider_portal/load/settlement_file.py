"""A settlement as a table, with the reference on the bank statement for each charge."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import ChargeFilter, StoredCharge, find_charges
from foundation.tabular.writing import write_table
from foundation.vocabulary.money import format_hundredths
from provider_portal.load.settlements import OwnSettlement

COLUMNS = (
    "settlement",
    "bank_reference",
    "reference",
    "voucher",
    "service",
    "service_day",
    "quantity",
    "unit_price",
    "price",
    "county_pays",
    "co_payment",
    "corrects",
    "run_hash",
    "check_link",
)
_MOST = 1_000_000


def settlement_charges(session: Session, settlement: OwnSettlement) -> list[StoredCharge]:
    """Return the settlement's charges in the order in which they were received."""
    charges = find_charges(session, ChargeFilter(settlement_id=settlement.id), limit=_MOST)
    return sorted(charges, key=lambda charge: charge.id)


def settlement_file(settlement: OwnSettlement, charges: Iterable[StoredCharge], link: str = "") -> bytes:
    """Return the settlement's charges as CSV for programs: decimal dot, texts safe in spreadsheets.

    `corrects` is the reference of the charge or correction that a correction corrects. `run_hash` and
    `check_link` are empty before the run is approved.
    """
    return write_table(COLUMNS, (_row(settlement, charge, link) for charge in charges))


def _row(settlement: OwnSettlement, charge: StoredCharge, link: str) -> list[str]:
    return [
        str(settlement.id),
        settlement.payment.reference if settlement.payment else "",
        charge.reference or "",
        charge.voucher or "",
        charge.service or "",
        "" if charge.service_day is None else charge.service_day.isoformat(),
        _decimal(charge.quantity),
        _decimal(charge.unit_price_cents),
        _decimal(charge.price_cents),
        _decimal(charge.county_pays_cents),
        _decimal(charge.co_payment_cents),
        charge.corrects_reference or "",
        settlement.approved_hash or "",
        link,
    ]


def _decimal(hundredths: int | None) -> str:
    return "" if hundredths is None else format_hundredths(hundredths)
