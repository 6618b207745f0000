"""Stored charges as their provider, client and county see them: as sent, and as answered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import CollectionAggregate

from clearing.ledger.load.balances import lock_balances
from clearing.reasons import REASONS, Finding
from foundation.database.columns import any_of_parameter
from foundation.database.tables import charges, choices, clients, grants, providers
from foundation.database.tables.payments import SettlementCharge
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class StoredCharge:
    """A charge in the book. `held_cents` is what its provider's own choice still holds (None: no choice).

    Of a correction, `corrects_reference` is the reference of the row that it corrects, and `unit` the unit of
    its original charge. Of a charge, `unit` is as sent.
    """

    id: int
    county_id: int | None
    provider_id: int
    provider_name: str
    business_id: str
    funding_id: int | None
    voucher: str | None
    client_id: int | None
    client_number: str | None
    client_name: str | None
    service: str | None
    reference: str | None
    service_day: date | None
    start: datetime | None
    end: datetime | None
    quantity: Quantity | None
    unit_price_cents: Money | None
    worker: str | None
    state: str
    price_cents: Money | None
    county_pays_cents: Money | None
    co_payment_cents: Money | None
    sent: dict[str, Any]
    received_at: datetime
    settlement_id: int | None
    corrects_id: int | None
    corrects_reference: str | None
    unit: str | None
    held_cents: Money | None
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> str:
        """The outcome in the contract's words: accepted, refused or on_hold."""
        return _OUTCOMES.get(self.state, self.state)


_OUTCOMES = {"settled": "accepted", "withdrawn": "accepted", "rejected": "refused"}


@dataclass(frozen=True, slots=True)
class ChargeFilter:
    """Criteria for charges; None means no restriction."""

    provider_id: int | None = None
    county_id: int | None = None
    client_ids: frozenset[int] | None = None
    funding_id: int | None = None
    states: tuple[str, ...] = ()
    reference: str | None = None
    voucher: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    settlement_id: int | None = None
    charge_file_id: int | None = None


def charge_count(session: Session, criteria: ChargeFilter) -> int:
    """Return how many charges match."""
    return session.scalar(select(func.count()).select_from(_matching(criteria).subquery())) or 0


def matching_ids(criteria: ChargeFilter) -> Select[int]:
    """Select the ids of the charges that match."""
    return _matching(criteria).with_only_columns(charges.Charge.id)


def find_charges(
    session: Session, criteria: ChargeFilter, *, limit: int = 50, offset: int = 0
) -> list[StoredCharge]:
    """Return the charges that match, with their reasons, newest first."""
    query = _matching(criteria).order_by(charges.Charge.id.desc()).limit(limit).offset(offset)
    return _with_reasons(session, query)


def charges_by_id(session: Session, charge_ids: Iterable[int]) -> dict[int, StoredCharge]:
    """Return these charges with their reasons, by id."""
    query = _columns().where(charges.Charge.id == _any_of(charge_ids))
    return {charge.id: charge for charge in _with_reasons(session, query)}


def one_charge(session: Session, charge_id: int) -> StoredCharge | None:
    """Return a charge with its reasons, or None.

    The query names one id, not a list: the database keeps the plan of this, and plans a list each time.
    """
    row = session.execute(_one(), {"charge_id": charge_id}).one_or_none()
    if row is None:
        return None
    findings = session.execute(_reasons_of_one(), {"charge_id": charge_id})
    values: list[Any] = [*row, tuple(Finding(REASONS[code], field, words) for code, field, words in findings)]
    return StoredCharge(*values)


def locked_charge(session: Session, charge_id: int) -> StoredCharge | None:
    """Lock the balance of a charge's funding, if it has one, and return the charge under that lock."""
    found = one_charge(session, charge_id)
    if found is None or found.funding_id is None:
        return found
    lock_balances(session, [found.funding_id])
    return one_charge(session, charge_id)


def newest_charge_id(session: Session) -> int:
    """Return the newest charge id; charges stored from now on have larger ones."""
    return session.scalar(text("SELECT last_value FROM charge_id_seq")) or 0


def _columns() -> Select[*tuple[Any, ...]]:
    row, hold = charges.Charge, choices.Choice
    return (
        select(
            row.id,
            row.county_id,
            row.provider_id,
            providers.Provider.name,
            providers.Provider.business_id,
            row.funding_id,
            grants.Funding.voucher,
            clients.Client.id,
            clients.Client.number,
            clients.Client.name,
            Service.code,
            row.reference,
            row.service_day,
            row.starts_at,
            row.ends_at,
            row.quantity_hundredths,
            row.unit_price_cents,
            row.worker,
            row.status,
            row.price_cents,
            row.county_pays_cents,
            row.co_payment_cents,
            row.sent,
            row.received_at,
            row.settlement_id,
            row.corrects_id,
            *_of_correction(),
            hold.held_cents,
        )
        .join(providers.Provider, providers.Provider.id == row.provider_id)
        .outerjoin(grants.Funding, grants.Funding.id == row.funding_id)
        .outerjoin(clients.Client, clients.Client.id == grants.Funding.client_id)
        .outerjoin(Service, Service.id == row.service_id)
        .outerjoin(hold, hold.id == row.choice_id)
    )


def _of_correction() -> tuple[ColumnElement[str | None], ColumnElement[str | None]]:
    """Return the reference of the row that a correction corrects, and the unit of its original charge."""
    row, corrected, original = charges.Charge, aliased(charges.Charge), aliased(charges.Charge)
    reference = select(corrected.reference).where(corrected.id == row.corrects_id).correlate(row)
    unit = select(original.sent["unit"].astext).where(original.id == row.original_id).correlate(row)
    return reference.scalar_subquery(), func.coalesce(unit.scalar_subquery(), row.sent["unit"].astext)


@cache
def _one() -> Select[*tuple[Any, ...]]:
    return _columns().where(charges.Charge.id == bindparam("charge_id"))


@cache
def _reasons_of_one() -> Select[*tuple[Any, ...]]:
    reason = charges.ChargeReason
    return (
        select(reason.code, reason.field, reason.words)
        .where(reason.charge_id == bindparam("charge_id"))
        .order_by(reason.position)
    )


def _matching(criteria: ChargeFilter) -> Select[*tuple[Any, ...]]:
    row = charges.Charge
    equal = {
        row.provider_id: criteria.provider_id,
        row.county_id: criteria.county_id,
        row.funding_id: criteria.funding_id,
        row.reference: criteria.reference,
        row.charge_file_id: criteria.charge_file_id,
        grants.Funding.voucher: criteria.voucher,
    }
    query = _columns().where(*(column == value for column, value in equal.items() if value is not None))
    if criteria.client_ids is not None:
        query = query.where(grants.Funding.client_id.in_(criteria.client_ids))
    if criteria.settlement_id is not None:
        frozen = SettlementCharge.settlement_id == criteria.settlement_id
        query = query.where(row.id.in_(select(SettlementCharge.charge_id).where(frozen)))
    if criteria.states:
        query = query.where(*_in_states(criteria.states))
    if criteria.first_day is not None:
        query = query.where(row.service_day >= criteria.first_day)
    if criteria.last_day is not None:
        query = query.where(row.service_day <= criteria.last_day)
    return query


def _in_states(states: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return conditions for the states; "settled" is computed for each charge, so only if it matters."""
    row = charges.Charge
    stored = row.state.in_({"accepted" if state == "settled" else state for state in states})
    alike = ("accepted" in states) == ("settled" in states)
    return [stored] if alike else [stored, row.status.in_(states)]


def _with_reasons(session: Session, query: Select[*tuple[Any, ...]]) -> list[StoredCharge]:
    rows = session.execute(query).all()
    findings = findings_of(session, [row[0] for row in rows])
    values: list[Any] = [(*row, tuple(findings[row[0]])) for row in rows]
    return [StoredCharge(*row) for row in values]


def _any_of(ids: Iterable[int]) -> CollectionAggregate[bool]:
    """Pass the ids as one array: a file may hold more than a statement may have parameters (65,535)."""
    return any_(literal(list(ids), ARRAY(BigInteger)))


_FINDINGS = (
    select(
        charges.ChargeReason.charge_id,
        charges.ChargeReason.code,
        charges.ChargeReason.field,
        charges.ChargeReason.words,
    )
    .where(charges.ChargeReason.charge_id == any_of_parameter())
    .order_by(charges.ChargeReason.charge_id, charges.ChargeReason.position)
)


def findings_of(session: Session, charge_ids: Sequence[int]) -> defaultdict[int, list[Finding]]:
    """Return the findings of stored charges by charge id, each list in the order of the decision."""
    rows = session.execute(_FINDINGS, {"ids": list(charge_ids)})
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for charge_id, code, field, words in rows:
        found[charge_id].append(Finding(REASONS[code], field, words))
    return found


def has_corrections(session: Session, charge_id: int) -> bool:
    """Return whether a charge has been corrected, or is itself a correction."""
    found = select(charges.Charge.id).where(
        or_(
            charges.Charge.original_id == charge_id,
            (charges.Charge.id == charge_id) & charges.Charge.corrects_id.is_not(None),
        )
    )
    return session.scalar(select(found.exists())) or False
