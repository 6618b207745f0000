"""Invoices of own shares, their lines and receipts, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from clearing.co_payments.facts.shares import NewLine
from foundation.database.columns import table_of
from foundation.database.tables.co_payments import CoPaymentInvoice, CoPaymentLine, CoPaymentReceipt

_invoice, _receipt = table_of(CoPaymentInvoice), table_of(CoPaymentReceipt)
_BOOK = text("""
INSERT INTO co_payment_book AS b (provider_id, last_number) VALUES (:provider, 0)
ON CONFLICT (provider_id) DO UPDATE SET last_number = b.last_number
""")
_NUMBER = text(
    "UPDATE co_payment_book SET last_number = last_number + 1 WHERE provider_id = :provider "
    "RETURNING last_number"
)


def lock_book(session: Session, provider_id: int) -> None:
    """Let nobody else make an invoice of the provider before this transaction ends."""
    session.execute(_BOOK, {"provider": provider_id})


def store_invoice(session: Session, values: Mapping[str, Any], lines: Sequence[NewLine]) -> int:
    """Store an invoice or a credit note with its lines; return its id."""
    key = session.execute(insert(_invoice).values(**values).returning(_invoice.c.id)).scalar_one()
    rows = [
        {
            "invoice_id": key,
            "charge_id": line.charge_id,
            "turn": line.turn,
            "cents": line.cents,
            "quantity_hundredths": line.quantity,
            "vat_percent_hundredths": line.vat_percent_hundredths,
        }
        for line in lines
    ]
    session.execute(insert(table_of(CoPaymentLine)), rows)
    return int(key)


def next_number(session: Session, provider_id: int) -> int:
    """Return the next number of the provider's invoices; the book is locked."""
    return int(session.execute(_NUMBER, {"provider": provider_id}).scalar_one())


def store_receipt(session: Session, values: Mapping[str, Any]) -> int:
    """Store money that came; return the receipt's id."""
    return int(session.execute(insert(_receipt).values(**values).returning(_receipt.c.id)).scalar_one())


def undo_receipt(session: Session, receipt_id: int, *, by: int | None, now: datetime) -> None:
    """Take a mark back."""
    row = {"undone_at": now, "undone_by": by}
    session.execute(update(_receipt).where(_receipt.c.id == receipt_id).values(**row))
