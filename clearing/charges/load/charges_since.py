"""A provider's charges for a service from a day on: which are held, taken back, or only corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session, aliased

from clearing.ledger.load.balances import lock_balances
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ChargeSince:
    """A charge that is to be paid, or is paid; `county_pays_cents` is what its corrections left of it."""

    id: int
    client_id: int
    client_number: str
    service_day: date | None
    reference: str | None
    county_pays_cents: Money
    status: str
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class ChargesSince:
    """Charges that a change of an approval concerns, by client and day.

    Attributes:
        held: Accepted ones, which can be held until the county decides.
        taken_back: Accepted ones that were corrected in part: what is left of them is taken back.
        left: Settled ones, which only a person corrects.
        waiting: The ids of those that are on hold already.
    """

    held: Sequence[ChargeSince] = ()
    taken_back: Sequence[ChargeSince] = ()
    left: Sequence[ChargeSince] = ()
    waiting: Sequence[int] = ()

    @property
    def held_cents(self) -> Money:
        """Return the county's share of the charges that can be held."""
        return sum_of(self.held)

    @property
    def taken_back_cents(self) -> Money:
        """Return the county's share of what is taken back."""
        return sum_of(self.taken_back)

    @property
    def left_cents(self) -> Money:
        """Return the county's share of the charges that a person corrects."""
        return sum_of(self.left)

    def __bool__(self) -> bool:
        """Return whether any charge loses its money, or should."""
        return bool(self.held or self.taken_back or self.left)


def sum_of(charges: Iterable[ChargeSince]) -> Money:
    """Return the county's share of the charges, in whole cents."""
    return Money(sum(charge.county_pays_cents for charge in charges))


def lock_fundings_of(session: Session, provider_id: int, county_id: int) -> None:
    """Lock every funding that the provider has charged, or has been chosen for, in the county."""
    charged = select(Charge.funding_id).where(
        Charge.provider_id == provider_id, Charge.county_id == county_id, Charge.funding_id.is_not(None)
    )
    chosen = select(Choice.funding_id).where(
        Choice.provider_id == provider_id, Choice.county_id == county_id, Choice.withdrawn_at.is_(None)
    )
    lock_balances(session, session.scalars(union(charged, chosen)))


def charges_since(
    session: Session, provider_id: int, county_id: int, service: str, *, from_day: date
) -> ChargesSince:
    """Return the provider's charges for the service in the county from the day on."""
    correction = aliased(Charge)
    corrections = (
        select(
            func.count().label("count"), func.coalesce(func.sum(correction.county_pays_cents), 0).label("sum")
        )
        .where(correction.original_id == Charge.id)
        .lateral()
    )
    rows = session.execute(
        select(
            Charge.id,
            Client.id,
            Client.number,
            Charge.service_day,
            Charge.reference,
            func.coalesce(Charge.county_pays_cents, 0) + corrections.c.sum,
            Charge.status,
            corrections.c.count > 0,
        )
        .join(Service, Service.id == Charge.service_id)
        .join(Funding, Funding.id == Charge.funding_id)
        .join(Client, Client.id == Funding.client_id)
        .join(corrections, corrections.c.count >= 0)
        .where(
            Charge.provider_id == provider_id,
            Charge.county_id == county_id,
            Service.code == service,
            Charge.service_day >= from_day,
            Charge.state.in_(("accepted", "on_hold")),
            Charge.corrects_id.is_(None),
        )
        .order_by(Client.number, Charge.service_day, Charge.id)
    )
    return _sorted([ChargeSince(*row[:5], Money(int(row[5])), *row[6:]) for row in rows])


def _sorted(charges: Iterable[ChargeSince]) -> ChargesSince:
    held, taken_back, left, waiting = [], [], [], []
    for charge in charges:
        if charge.status == "on_hold":
            waiting.append(charge.id)
        elif charge.status == "accepted" and not charge.is_corrected:
            held.append(charge)
        elif charge.status == "accepted" and charge.county_pays_cents > 0:
            taken_back.append(charge)
        elif charge.county_pays_cents > 0:
            left.append(charge)
    return ChargesSince(held, taken_back, left, waiting)
