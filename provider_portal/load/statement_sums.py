"""The sums of a settlement by service and rate of VAT: one statement over its frozen charges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.payments import SettlementCharge
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class ServiceSum:
    """The charges or the corrections of one service at one rate of VAT. Money is in whole cents.

    `vat_hundredths` is in hundredths of a per cent: 25.5 % is 2550. Corrections have their signs.
    """

    code: str
    name: Names
    unit: str
    vat_hundredths: int
    is_correction: bool
    count: int
    quantity: Quantity
    price_cents: Money
    county_pays_cents: Money
    co_payment_cents: Money


@dataclass(frozen=True, slots=True)
class StatementSums:
    """What a settlement comes to, charges before corrections and services by their code."""

    lines: tuple[ServiceSum, ...]

    @property
    def charged_cents(self) -> Money:
        """What the county pays for the charges, without corrections."""
        return _county_pays(line for line in self.lines if not line.is_correction)

    @property
    def corrected_cents(self) -> Money:
        """What corrections add to it or, as a rule, take from it."""
        return _county_pays(line for line in self.lines if line.is_correction)

    @property
    def correction_count(self) -> int:
        """How many corrections there are."""
        return sum(line.count for line in self.lines if line.is_correction)

    @property
    def co_payment_cents(self) -> Money:
        """What the clients pay themselves."""
        return Money(sum(line.co_payment_cents for line in self.lines))

    @property
    def total_cents(self) -> Money:
        """The sum of the settlement."""
        return Money(self.charged_cents + self.corrected_cents)


def statement_sums(session: Session, settlement_id: int) -> StatementSums:
    """Return the sums of a settlement's frozen charges."""
    rows = session.execute(_sums(), {"settlement_id": settlement_id})
    return StatementSums(tuple(_line(row) for row in rows))


def _county_pays(lines: Iterable[ServiceSum]) -> Money:
    return Money(sum(line.county_pays_cents for line in lines))


def _line(row: Any) -> ServiceSum:
    code, fi, sv, en, unit, vat, is_correction, count, *sums = row
    values: list[Any] = [int(value) for value in sums]
    return ServiceSum(code, Names(fi, sv, en), unit, vat, is_correction, count, *values)


@cache
def _sums() -> Select[*tuple[Any, ...]]:
    rate = func.coalesce(Charge.vat_percent_hundredths, 0)
    is_correction = Charge.corrects_id.is_not(None)
    what = (Service.code, Service.name_fi, Service.name_sv, Service.name_en, Service.unit, rate)
    return (
        select(
            *what,
            is_correction,
            func.count(),
            func.sum(Charge.quantity_hundredths),
            func.sum(Charge.price_cents),
            func.sum(SettlementCharge.county_pays_cents),
            func.sum(Charge.co_payment_cents),
        )
        .join(SettlementCharge, SettlementCharge.charge_id == Charge.id)
        .join(Service, Service.id == Charge.service_id)
        .where(SettlementCharge.settlement_id == bindparam("settlement_id"))
        .group_by(*what, is_correction)
        .order_by(is_correction, Service.code, rate)
    )
