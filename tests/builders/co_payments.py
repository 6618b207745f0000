"""An invoice of own shares: as a fact for documents, and as rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clearing.co_payments.facts.invoices import Invoice, InvoiceLine
from foundation.database.tables.charges import Charge
from foundation.database.tables.co_payments import CoPaymentInvoice, CoPaymentLine, CoPaymentReceipt
from foundation.database.tables.grants import Funding
from foundation.vocabulary.identifiers import ReferenceNumber
from foundation.vocabulary.money import Money, Quantity
from tests.builders.county import NOW, TODAY

SERVICE = ("PERSONAL_ASSISTANCE", "Henkilökohtainen apu", "Personlig assistans", "Personal assistance")


def an_invoice(**more: Any) -> Invoice:
    """Return an invoice of 18 € for two visits in November 2026."""
    lines = tuple(
        InvoiceLine(key, 1, date(2026, 11, 15 + key), SERVICE, "hour", Quantity(units), Money(cents), vat)
        for key, (units, cents, vat) in enumerate([(200, 1_200, 0), (100, 600, more.pop("vat", 0))])
    )
    values: dict[str, Any] = {
        "id": 7,
        "county_id": 12,
        "provider_id": 3,
        "client_id": 1,
        "client_number": "C-000001",
        "client_name": "Aino Asiakas",
        "language": "fi",
        "number": 17,
        "month": date(2026, 11, 1),
        "sum_cents": Money(1_800),
        "reference": ReferenceNumber("30000178"),
        "made_on": date(2026, 11, 21),
        "due_on": date(2026, 12, 5),
        "payee_name": "Kotiapu Äng & Kaisla Oy",
        "payee_business_id": "1234567-1",
        "payee_phone": "015 123 4567",
        "payee_email": "lasku@example.invalid",
        "iban": "FI5810171000000122",
        "bic": "NDEAFIHH",
        "lines": lines,
        "credits": (),
        "receipts": (),
        "to_credit_cents": Money(0),
        "waits": False,
    }
    return Invoice(**{**values, **more})


def store_bill(session: Session, charge_id: int, payee: str = "Kotiapu Oy") -> dict[str, int]:
    """Store an invoice of 6 € for a copy of the charge, a credit note of 1 €, a mark of 2 €; return ids."""
    held = session.get_one(Charge, charge_id)
    copied = {
        column.key: getattr(held, column.key)
        for column in Charge.__table__.columns
        if column.key not in ("id", "reference", "visit_day", "visit_number") and column.computed is None
    }
    own = {"price_cents": (held.county_pays_cents or 0) + 600, "co_payment_cents": 600, "state": "accepted"}
    charge = Charge(**{**copied, **own}, reference=f"R-BILL-{charge_id}")
    session.add(charge)
    session.flush()
    client_id = session.get_one(Funding, held.funding_id).client_id
    invoice = _bill(session, charge, client_id, 600, payee, number=1, reference="12344", due_on=BILL_DUE)
    note = _bill(session, charge, client_id, -100, payee, number=2, credits_id=invoice)
    receipt = CoPaymentReceipt(invoice_id=invoice, cents=200, paid_on=TODAY, way="bank", marked_at=NOW)
    session.add(receipt)
    session.flush()
    return {"invoice_id": invoice, "note_id": note, "receipt_id": receipt.id}


BILL_DUE = TODAY + timedelta(days=14)


def _bill(session: Session, charge: Charge, client_id: int, cents: int, payee: str, **more: Any) -> int:
    assert charge.service_day is not None
    row = CoPaymentInvoice(
        county_id=charge.county_id,
        provider_id=charge.provider_id,
        client_id=client_id,
        month=charge.service_day.replace(day=1),
        sum_cents=cents,
        made_on=TODAY,
        made_at=NOW,
        payee_name=payee,
        payee_business_id="1234567-1",
        payee_phone="015 1",
        payee_email="lasku@example.invalid",
        iban="FI1410093000123458",
        bic="NDEAFIHH",
        **more,
    )
    session.add(row)
    session.flush()
    own = {"charge_id": charge.id, "turn": more["number"], "cents": cents, "quantity_hundredths": 0}
    session.add(CoPaymentLine(invoice_id=row.id, vat_percent_hundredths=0, **own))
    session.flush()
    return row.id
