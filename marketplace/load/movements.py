"""The movements of clients' fundings, from the ledger and from accepted charges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event
from foundation.database.tables.charges import Charge
from foundation.database.tables.ledger import Posting
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.fundings import MyFunding
from marketplace.rules.movements import Change, Movement, MovementKind, Visit, movements_of

KINDS = {
    (Event.GRANT, True): MovementKind.GRANTED,
    (Event.TOP_UP, True): MovementKind.ADDED,
    (Event.MOVE, True): MovementKind.MOVED_IN,
    (Event.MOVE, False): MovementKind.MOVED_OUT,
    (Event.REDUCE, False): MovementKind.REDUCED,
    (Event.EXPIRE, False): MovementKind.RETURNED,
    (Event.OPEN, False): MovementKind.USED_BEFORE,
}
"""The kind of a movement by its event, and whether the money came from the county's appropriation."""


def funding_movements(session: Session, fundings: Sequence[MyFunding]) -> dict[int, list[Movement]]:
    """Return the movements of each funding, the oldest first.

    The last one leaves what the funding has left, in money and in units: free and booked.
    Pages, the API and the letter of the month take the movements from here.
    """
    ids = [funding.facts.id for funding in fundings]
    changes: defaultdict[int, list[Change]] = defaultdict(list)
    for funding_id, change in (*_of_ledger(session, fundings), *_of_charges(session, ids)):
        changes[funding_id].append(change)
    return {
        funding.facts.id: movements_of(
            changes[funding.facts.id], in_units=funding.facts.free_quantity is not None
        )
        for funding in fundings
    }


def _of_ledger(session: Session, fundings: Sequence[MyFunding]) -> Iterable[tuple[int, Change]]:
    """Yield what came from the county and went back to it. A grant is of the first day at the latest."""
    first_days = {funding.facts.id: funding.facts.window.first for funding in fundings}
    events = {event.value for event, _came in KINDS}
    query = select(Posting).where(Posting.funding_id.in_(first_days), Posting.event.in_(events))
    for row in session.scalars(query.order_by(Posting.id)):
        assert row.funding_id is not None
        came = row.from_account == Account.APPROPRIATION.value
        kind, day = KINDS[Event(row.event), came], helsinki_day(row.at)
        if kind is MovementKind.GRANTED:
            day = min(day, first_days[row.funding_id])
        sign = 1 if came else -1
        units = Quantity(sign * row.quantity_hundredths)
        yield row.funding_id, Change(kind, day, Money(sign * row.amount_cents), units)


def _of_charges(session: Session, ids: list[int]) -> Iterable[tuple[int, Change]]:
    """Yield the visits and their corrections whose money is taken, by service day."""
    query = (
        select(Charge, Provider.name, Service.code, Service.unit, Offering.unit)
        .join(Provider, Provider.id == Charge.provider_id)
        .join(Service, Service.id == Charge.service_id)
        .outerjoin(Offering, Offering.id == Charge.offering_id)
        .where(
            Charge.funding_id.in_(ids),
            Charge.status.in_(("accepted", "settled")),
            Charge.service_day.is_not(None),
        )
    )
    for charge, provider, service, unit, own_unit in session.execute(query):
        assert charge.funding_id is not None
        yield charge.funding_id, _visit(charge, provider, service, own_unit or unit)


def _visit(charge: Any, provider: str, service: str, unit: str) -> Change:
    cents = charge.county_pays_cents or 0
    visit = Visit(
        charge_id=charge.id,
        provider=provider,
        service=service,
        quantity=Quantity(charge.quantity_hundredths or 0),
        unit=unit,
        county_pays_cents=Money(cents),
        you_pay_cents=Money(charge.co_payment_cents or 0),
    )
    kind = MovementKind.CORRECTED if charge.corrects_id is not None else MovementKind.VISIT
    return Change(kind, charge.service_day, Money(-cents), Quantity(-charge.drawn_hundredths), visit)
