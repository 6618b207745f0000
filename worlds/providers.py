"""Invented providers: papers, account, unit, approvals, offerings and dated prices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from foundation.database.columns import days
from foundation.database.tables.providers import (
    Approval,
    ApprovalState,
    BankAccount,
    Offering,
    Price,
    Provider,
    ProviderPaper,
    ProviderUnit,
)
from foundation.vocabulary.roles import Actor, Role
from worlds.check_digits import BIC, iban
from worlds.log_ins import Scope, write_log_in
from worlds.municipalities import TIME_CLASS_IDS
from worlds.names import ascii_letters
from worlds.services import BY_CODE
from worlds.world import World

PAPERS = ("register_entry", "insurance", "prepayment_register")
CONFIRMED_AFTER = timedelta(days=3)

History = tuple[tuple[str, date], ...]
"""States of an approval, each with its first day."""

DatedPrice = tuple[str, int, date, date | None]
"""A price: time class, cents, first and last day (None if it is open-ended)."""


@dataclass(frozen=True, slots=True)
class OfferingPlan:
    """An offering to be written, with its approval and dated prices."""

    service: str
    county_id: int
    county: str
    approval: History
    prices: tuple[DatedPrice, ...]
    title: str
    about: str = ""
    languages: tuple[str, ...] = ("fi",)
    municipalities: tuple[str, ...] = ()
    remote: bool = False
    communication: tuple[str, ...] = ()
    home_visits: bool | None = None
    free_in_days: int = 7
    cancel_notice_hours: int = 24
    cancel_share_percent: int = 0


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """The provider's unit; `access` holds the accessibility measured there."""

    street: str
    municipality: str
    latitude: float
    longitude: float
    access: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """A provider to be written; `papers` are (kind, first, last day)."""

    index: int
    business_id: str
    name: str
    about: str
    first_visit: str
    unit: UnitPlan
    papers: tuple[tuple[str, date, date | None], ...]
    offerings: tuple[OfferingPlan, ...]
    pending: tuple[tuple[int, str, History], ...] = ()
    account_verified: bool = True


@dataclass(frozen=True, slots=True)
class WrittenProvider:
    """A stored provider: ids of its offerings by (county id, service), and the people who act for it."""

    id: int
    business_id: str
    name: str
    offerings: dict[tuple[int, str], int]
    plan: ProviderPlan
    biller: Actor
    owner: Actor


def write_provider(world: World, plan: ProviderPlan) -> WrittenProvider:
    """Write a provider with its papers, account, unit, approvals, offerings and prices."""
    session = world.session
    address = ascii_letters(plan.name).replace(".", "-")
    provider = Provider(
        business_id=plan.business_id,
        name=plan.name,
        about=plan.about,
        email=f"info@{address}.example",
        phone=f"050 000 {1000 + plan.index:04d}",
        website=f"https://{address}.example",
        first_visit=plan.first_visit,
    )
    session.add(provider)
    session.flush()
    scope = Scope(provider_id=provider.id, provider=plan.business_id)
    biller = write_log_in(world, Role.PROVIDER_BILLER, scope, about=plan.name)
    owner = write_log_in(world, Role.PROVIDER_OWNER, scope, about=plan.name)
    _write_papers(world, provider.id, plan)
    unit = _write_unit(world, provider.id, plan)
    offerings = {
        (offering.county_id, offering.service): _write_offering(world, provider.id, unit.id, offering)
        for offering in plan.offerings
    }
    for county_id, service, history in plan.pending:
        _write_approval(world, provider.id, county_id, service, history)
    return WrittenProvider(
        provider.id, plan.business_id, plan.name, offerings, plan, biller.actor, owner.actor
    )


def _write_papers(world: World, provider_id: int, plan: ProviderPlan) -> None:
    world.session.add_all(
        ProviderPaper(provider_id=provider_id, kind=kind, valid=days(first, last))
        for kind, first, last in plan.papers
    )
    entered = world.at(world.day(-500))
    account = BankAccount(provider_id=provider_id, iban=iban(plan.index), bic=BIC, entered_at=entered)
    if plan.account_verified:
        account.confirmed_at = entered + CONFIRMED_AFTER
        account.confirmed_by = world.actor_of(Role.SETTLEMENT_OFFICER).person_id
    world.session.add(account)
    world.session.flush()


def _write_unit(world: World, provider_id: int, plan: ProviderPlan) -> ProviderUnit:
    unit = ProviderUnit(
        provider_id=provider_id,
        name=plan.name,
        street=plan.unit.street,
        municipality_code=plan.unit.municipality,
        latitude=plan.unit.latitude,
        longitude=plan.unit.longitude,
        access=plan.unit.access,
    )
    world.session.add(unit)
    world.session.flush()
    return unit


def _write_offering(world: World, provider_id: int, unit_id: int, plan: OfferingPlan) -> int:
    _write_approval(world, provider_id, plan.county_id, plan.service, plan.approval)
    service = BY_CODE[plan.service]
    offering = Offering(
        provider_id=provider_id,
        county_id=plan.county_id,
        service_id=service.id,
        unit_id=unit_id,
        title=plan.title,
        about=plan.about,
        unit=service.unit,
        languages=list(plan.languages),
        municipalities=list(plan.municipalities),
        remote=plan.remote,
        communication=list(plan.communication),
        home_visits=plan.home_visits,
        next_free_on=world.day(plan.free_in_days),
        cancel_notice_hours=plan.cancel_notice_hours,
        cancel_share_percent=plan.cancel_share_percent,
    )
    world.session.add(offering)
    world.session.flush()
    world.session.add_all(
        Price(
            offering_id=offering.id,
            time_class_id=TIME_CLASS_IDS[time_class],
            unit_price_cents=cents,
            valid=days(first, last),
        )
        for time_class, cents, first, last in plan.prices
    )
    world.session.flush()
    return offering.id


def _write_approval(world: World, provider_id: int, county_id: int, service: str, history: History) -> None:
    approval = Approval(provider_id=provider_id, county_id=county_id, service_id=BY_CODE[service].id)
    world.session.add(approval)
    world.session.flush()
    coordinator = world.actor_of(Role.COORDINATOR, county_id)
    world.session.add_all(
        ApprovalState(
            approval_id=approval.id,
            state=state,
            from_day=first,
            why=WHY_STATE[state],
            set_at=world.at(first),
            set_by=coordinator.person_id,
        )
        for state, first in history
    )
    world.session.flush()


WHY_STATE = {
    "pending": "Hakemus on saapunut.",
    "approved": "Hyväksymisen ehdot täyttyvät.",
    "suspended": "Omavalvonnan selvitys puuttuu.",
    "ended": "Palveluntuottaja on lopettanut palvelun.",
}
