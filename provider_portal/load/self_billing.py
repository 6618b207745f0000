"""A provider's agreements that counties make its invoices, and what such an invoice is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from clearing.eligibility.facts.kinds import VatExemption
from foundation.database.columns import first_and_last
from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from foundation.database.tables.payments import Payment, SettlementCharge
from foundation.database.tables.people import Person
from foundation.database.tables.providers import Provider
from foundation.database.tables.self_billing import SelfBilling
from foundation.database.tables.services import Service
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.county_addresses import county_address
from marketplace.load.names import Names
from provider_portal.rules.invoice_parts import BilledCharge


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with its first and last day (None: until further notice), and the address on invoices."""

    id: int
    first: date
    last: date | None
    street: str
    postcode: str
    town: str
    agreed_at: datetime
    agreed_by: str

    def is_in_force(self, day: date) -> bool:
        """Return whether invoices are made by it on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A county as invoices name it: its registered Finnish name; parts of the address may be empty."""

    name: str
    business_id: str
    street: str = ""
    postcode: str = ""
    town: str = ""


@dataclass(frozen=True, slots=True)
class BillingParties:
    """The buyer of a settlement, and the name of the payee's account."""

    buyer: Buyer
    payee: str


def agreements_of(session: Session, provider_id: int, *, lock: bool = False) -> list[Agreement]:
    """Return the agreements of a provider, the newest first; locked: nobody else agrees or ends meanwhile."""
    if lock:
        session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update())
    rows = session.execute(
        select(SelfBilling, Person.name)
        .join(Person, Person.id == SelfBilling.agreed_by)
        .where(SelfBilling.provider_id == provider_id)
        .order_by(SelfBilling.id.desc())
    )
    return [
        Agreement(row.id, *first_and_last(row.valid), row.street, row.postcode, row.town, row.agreed_at, name)
        for row, name in rows
    ]


def buyer_of(session: Session, county_code: str, day: date) -> Buyer:
    """Return a county as invoices of a day name it; it has no address before its first one began."""
    county = session.execute(
        select(County.id, County.name_fi, County.business_id).where(County.code == county_code)
    ).one()
    address = county_address(session, county.id, day)
    lines = () if address is None else (address.street, address.postcode, address.town)
    return Buyer(county.name_fi, county.business_id, *lines)


def billing_parties(
    session: Session, county_code: str, settlement_id: int, issued_on: date
) -> BillingParties:
    """Return who buys on the day of the invoice, and the payee as the bank line names it."""
    payee = session.scalar(select(Payment.creditor_name).where(Payment.settlement_id == settlement_id))
    return BillingParties(buyer_of(session, county_code, issued_on), payee or "")


def billed_charges(session: Session, settlement_id: int, language: Language) -> list[BilledCharge]:
    """Return the frozen charges of a settlement without their clients, in the order of their receipt."""
    rows = session.execute(_charges(), {"settlement_id": settlement_id})
    return [_billed(row, language) for row in rows]


def corrected_settlements(session: Session, settlement_id: int) -> list[int]:
    """Return the ids of the other settlements whose charges this one corrects."""
    before = aliased(SettlementCharge)
    query = (
        select(before.settlement_id)
        .join(Charge, Charge.corrects_id == before.charge_id)
        .join(SettlementCharge, SettlementCharge.charge_id == Charge.id)
        .where(SettlementCharge.settlement_id == settlement_id, before.settlement_id != settlement_id)
        .distinct()
        .order_by(before.settlement_id)
    )
    return list(session.scalars(query))


def _billed(row: Any, language: Language) -> BilledCharge:
    reference, code, fi, sv, en, unit, exemption, day, quantity, cents, vat, corrects = row
    return BilledCharge(
        reference=reference,
        service=code,
        name=Names(fi, sv, en).in_language(language),
        unit=unit,
        day=day,
        quantity=Quantity(quantity),
        county_cents=Money(cents),
        vat_hundredths=vat,
        exemption=None if vat or exemption is None else VatExemption(exemption),
        corrects=corrects,
    )


@cache
def _charges() -> Select[*tuple[Any, ...]]:
    corrected = aliased(Charge)
    return (
        select(
            Charge.reference,
            Service.code,
            Service.name_fi,
            Service.name_sv,
            Service.name_en,
            Service.unit,
            Service.vat_exemption,
            Charge.service_day,
            func.coalesce(Charge.quantity_hundredths, 0),
            SettlementCharge.county_pays_cents,
            func.coalesce(Charge.vat_percent_hundredths, 0),
            corrected.reference,
        )
        .join(SettlementCharge, SettlementCharge.charge_id == Charge.id)
        .join(Service, Service.id == Charge.service_id)
        .outerjoin(corrected, corrected.id == Charge.corrects_id)
        .where(SettlementCharge.settlement_id == bindparam("settlement_id"))
        .order_by(Charge.id)
    )
