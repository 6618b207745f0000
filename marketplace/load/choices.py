"""Choices as the client sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from clearing.plans.facts.visits import Limit
from foundation.database.columns import any_of_parameter
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Balance, Funding
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.names import Names
from marketplace.rules.planned_reach import PlanReach
from marketplace.rules.replacing_choices import PlannedMoney, Replaced, undo_until
from marketplace.rules.weeks import first_day_to_charge


@dataclass(frozen=True, slots=True)
class MyChoice:
    """A choice with the money it holds. `has_charges`: a charge draws on it.

    `replaces` is the choice that it replaced, and `is_replaced` whether another one has replaced it since.
    `stop_code` is why its provider may not give the visits from `stops_on` on; since `stop_found_at` the
    client must find another. `window_last_day`, `free_cents` and `free_quantity` are those of its funding.
    """

    id: int
    funding_id: int
    voucher: str
    client_id: int
    county_id: int
    offering_id: int
    title: str
    service: str
    service_name: Names
    unit: str
    provider_id: int
    provider: str
    business_id: str
    provider_phone: str
    starts_on: date
    ends_on: date | None
    quantity: Quantity | None
    quantity_per_week: Quantity | None
    held_cents: Money
    held_quantity: Quantity
    reach: PlanReach
    planned_cents: Money
    made_at: datetime
    ended_at: datetime | None
    withdrawn_at: datetime | None
    has_charges: bool
    is_replaced: bool
    replaces: Replaced | None
    lasts_until: date | None
    stopped_by: str | None
    stop_code: str | None
    stops_on: date | None
    stop_found_at: datetime | None
    window_last_day: date
    free_cents: Money
    free_quantity: Quantity

    @property
    def undo_until(self) -> date:
        """The last day on which the choice can be undone."""
        return undo_until(self.made_at)

    @property
    def restored_by_undo(self) -> Replaced | None:
        """The choice that an undo restores: the replaced one, if it is still as the change left it."""
        old = self.replaces
        return old if old is not None and old.is_as_left(self.made_at, self.starts_on) else None

    @property
    def needs_for_undo_cents(self) -> Money:
        """The free money that an undo needs beside the choice's own hold to restore the replaced one."""
        old = self.restored_by_undo
        return Money(max(0, old.freed_cents - self.held_cents)) if old else Money(0)

    @property
    def needs_for_undo_quantity(self) -> Quantity:
        """The free units that an undo needs beside the choice's own hold to restore the replaced one."""
        old = self.restored_by_undo
        return Quantity(max(0, old.freed_quantity - self.held_quantity)) if old else Quantity(0)

    def is_live(self, day: date) -> bool:
        """Return whether the choice is in force on the day or later."""
        return self.ended_at is None and (self.ends_on is None or self.ends_on >= day)

    def helps_on(self, day: date) -> bool:
        """Return whether the provider may give the service on the day or later."""
        return self.withdrawn_at is None and (self.ends_on is None or self.ends_on >= day)

    def can_undo(self, day: date) -> bool:
        """Return whether ending the choice today undoes it: everything is then as it was before.

        Not if something was charged, another choice has replaced it, or the money or units that the
        replaced choice needs back have been used.
        """
        in_time = self.is_live(day) and not self.has_charges and day <= self.undo_until
        has_money = self.needs_for_undo_cents <= self.free_cents
        has_units = self.needs_for_undo_quantity <= self.free_quantity
        return in_time and not self.is_replaced and has_money and has_units


def choices_of_fundings(session: Session, funding_ids: Iterable[int]) -> list[MyChoice]:
    """Return the choices of the fundings, newest first, without undone ones."""
    return _read(session, _OF_FUNDINGS, {"ids": list(funding_ids)})


def choice_by_id(session: Session, choice_id: int) -> MyChoice | None:
    """Return a choice of any client; the caller checks that the actor may see it."""
    found = _read(session, _BY_ID, {"id": choice_id})
    return found[0] if found else None


_Old, _OldProvider, _Later = aliased(Choice), aliased(Provider), aliased(Choice)


def planned_money_of(session: Session, choice: MyChoice, day: date) -> PlannedMoney:
    """Return the money of a choice over its days, and which of them may still be charged on a day."""
    charged_until = session.scalar(
        select(func.max(Charge.service_day)).where(
            Charge.choice_id == choice.id, Charge.state.in_(("accepted", "settled"))
        )
    )
    own = County.id == choice.county_id
    late_days = session.scalars(select(func.late_days_on(County.id, day)).where(own)).one()
    return PlannedMoney(
        first_day=choice.starts_on,
        last_day=max(choice.starts_on, choice.ends_on or choice.window_last_day),
        is_weekly=choice.quantity_per_week is not None,
        planned_cents=choice.planned_cents,
        held_cents=choice.held_cents,
        to_charge_from=first_day_to_charge(choice.starts_on, charged_until, day, late_days),
    )


def _query() -> Select[*tuple[Any, ...]]:
    has_charges = exists().where(
        Charge.choice_id == Choice.id, Charge.state.in_(("accepted", "on_hold", "settled"))
    )
    is_replaced = exists().where(_Later.replaces_id == Choice.id, _Later.withdrawn_at.is_(None))
    return (
        select(
            Choice,
            Funding,
            Offering,
            Provider,
            Service,
            Balance.free_cents,
            Balance.free_hundredths,
            has_charges.label("has_charges"),
            is_replaced.label("is_replaced"),
            _Old.id.label("old_id"),
            _Old.ends_on.label("old_ends_on"),
            _Old.ended_at.label("old_ended_at"),
            _OldProvider.name.label("old_provider"),
        )
        .join(Funding, Funding.id == Choice.funding_id)
        .join(Balance, Balance.funding_id == Choice.funding_id)
        .join(Offering, Offering.id == Choice.offering_id)
        .join(Provider, Provider.id == Choice.provider_id)
        .join(Service, Service.id == Offering.service_id)
        .outerjoin(_Old, _Old.id == Choice.replaces_id)
        .outerjoin(_OldProvider, _OldProvider.id == _Old.provider_id)
        .order_by(Choice.id.desc())
        .execution_options(populate_existing=True)
    )


_OF_FUNDINGS = _query().where(Choice.funding_id == any_of_parameter(), Choice.withdrawn_at.is_(None))
_BY_ID = _query().where(Choice.id == bindparam("id"))


def _read(session: Session, query: Select[*tuple[Any, ...]], parameters: dict[str, Any]) -> list[MyChoice]:
    return [_choice(row) for row in session.execute(query, parameters)]


def _choice(row: Row[*tuple[Any, ...]]) -> MyChoice:
    choice, service = row.Choice, row.Service
    return MyChoice(
        id=choice.id,
        funding_id=choice.funding_id,
        voucher=row.Funding.voucher,
        client_id=row.Funding.client_id,
        county_id=choice.county_id,
        offering_id=row.Offering.id,
        title=row.Offering.title,
        service=service.code,
        service_name=Names(service.name_fi, service.name_sv, service.name_en),
        unit=row.Offering.unit,
        provider_id=row.Provider.id,
        provider=row.Provider.name,
        business_id=row.Provider.business_id,
        provider_phone=row.Provider.phone,
        starts_on=choice.starts_on,
        ends_on=choice.ends_on,
        quantity=_quantity(choice.quantity_hundredths),
        quantity_per_week=_quantity(choice.quantity_per_week_hundredths),
        held_cents=Money(choice.held_cents),
        held_quantity=Quantity(choice.held_hundredths),
        reach=PlanReach(choice.lasts_until, None if choice.stopped_by is None else Limit(choice.stopped_by)),
        planned_cents=Money(choice.planned_cents),
        made_at=choice.made_at,
        ended_at=choice.ended_at,
        withdrawn_at=choice.withdrawn_at,
        has_charges=row.has_charges,
        is_replaced=row.is_replaced,
        replaces=_replaced(row),
        lasts_until=choice.lasts_until,
        stopped_by=choice.stopped_by,
        stop_code=choice.stop_code,
        stops_on=choice.stops_on,
        stop_found_at=choice.stop_found_at,
        window_last_day=row.Funding.valid.upper - ONE_DAY,
        free_cents=Money(row.free_cents),
        free_quantity=Quantity(row.free_hundredths),
    )


def _replaced(row: Row[*tuple[Any, ...]]) -> Replaced | None:
    choice = row.Choice
    if choice.replaces_id is None:
        return None
    return Replaced(
        id=row.old_id,
        provider=row.old_provider,
        ends_on=row.old_ends_on,
        ended_at=row.old_ended_at,
        was_ends_on=choice.replaced_ends_on,
        was_planned_cents=Money(choice.replaced_planned_cents),
        freed_cents=Money(choice.replaced_held_cents),
        freed_quantity=Quantity(choice.replaced_held_hundredths or 0),
    )


def _quantity(hundredths: int | None) -> Quantity | None:
    return None if hundredths is None else Quantity(hundredths)
