"""Disputes with their entries, and the lists of open ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from clearing.charges.corrections.load.corrections import family_of, root_of
from clearing.charges.corrections.rules.counter_entries import what_is_left
from clearing.charges.disputes.facts.thread import Act, Claim, Entry, Statement, Thread, Turn
from clearing.charges.disputes.rules.statements import Billed
from foundation.database.columns import any_of_parameter
from foundation.database.tables.charges import Charge
from foundation.database.tables.disputes import Dispute, DisputeEntry
from foundation.database.tables.grants import Funding
from foundation.database.tables.people import Person
from foundation.vocabulary.money import Quantity

LIVE_STATES = ("accepted", "on_hold")
"""The stored states of a charge that can still be disputed; a settled one is stored as accepted."""


@dataclass(frozen=True, slots=True)
class OpenThreads:
    """Conditions for open disputes: of a county, of a provider, or those of one turn on a day."""

    county_id: int | None = None
    provider_id: int | None = None
    turn: Turn | None = None
    today: date | None = None


def thread_of(session: Session, charge_id: int) -> Thread | None:
    """Return the dispute of a charge; None: its client has never disputed it."""
    return threads_of(session, [charge_id]).get(charge_id)


def threads_of(session: Session, charge_ids: Iterable[int]) -> dict[int, Thread]:
    """Return the disputes of charges by charge id.

    A dispute is closed also if its charge was withdrawn or refused, or corrected since the client's claim.
    """
    ids = list(charge_ids)
    if not ids:
        return {}
    rows = session.execute(_THREADS, {"ids": ids}).all()
    entries = _entries(session, [row.Dispute.id for row in rows])
    return {row.Dispute.charge_id: _thread(row, entries) for row in rows}


def open_threads(session: Session, criteria: OpenThreads, *, first: int, count: int) -> list[Thread]:
    """Return a page of the open disputes: the county's and late ones first, then by their claims."""
    late = or_(Dispute.turn == Turn.COUNTY.value, Dispute.answer_by < (criteria.today or date.min))
    order = (func.coalesce(late, False).desc(), Dispute.claimed_at, Dispute.id)
    query = _open(criteria).order_by(*order).offset(first).limit(count)
    ids = [charge_id for (charge_id,) in session.execute(query)]
    found = threads_of(session, ids)
    return [found[charge_id] for charge_id in ids]


def count_open_threads(session: Session, criteria: OpenThreads) -> int:
    """Return the number of open disputes."""
    return session.scalar(select(func.count()).select_from(_open(criteria).subquery())) or 0


def billed_of(session: Session, charge_id: int, *, today: date) -> Billed | None:
    """Return what a charge still claims after its corrections. The caller has locked the balance."""
    root = root_of(session, charge_id)
    if root is None:
        return None
    if root[0] != charge_id:
        return Billed(Quantity(0), is_correction=True)
    family = family_of(session, charge_id, today=today)
    return Billed(Quantity(what_is_left(family.entries, charge_id).quantity), is_correction=False)


def _is_over() -> ColumnElement[bool]:
    correction, entry = aliased(Charge), aliased(DisputeEntry)
    by_itself = select(entry.id).where(entry.dispute_id == Dispute.id, entry.correction_id == correction.id)
    corrected = select(correction.id).where(
        correction.corrects_id == Charge.id,
        correction.state == "accepted",
        correction.received_at >= Dispute.claimed_at,
        ~by_itself.exists(),
    )
    return or_(Charge.state.not_in(LIVE_STATES), corrected.exists())


_THREADS = (
    select(Dispute, Funding.client_id, Funding.id.label("funding_id"), _is_over().label("is_over"))
    .join(Charge, Charge.id == Dispute.charge_id)
    .join(Funding, Funding.id == Charge.funding_id)
    .where(Dispute.charge_id == any_of_parameter())
    .execution_options(populate_existing=True)
)


def _open(criteria: OpenThreads) -> Select[*tuple[Any, ...]]:
    query = select(Dispute.charge_id).join(Charge, Charge.id == Dispute.charge_id)
    query = query.where(Dispute.turn != Turn.CLOSED.value, ~_is_over())
    if criteria.county_id is not None:
        query = query.where(Dispute.county_id == criteria.county_id)
    if criteria.provider_id is not None:
        query = query.where(Dispute.provider_id == criteria.provider_id)
    if criteria.turn is not None:
        query = query.where(_in_turn(criteria.turn, criteria.today))
    return query


def _in_turn(turn: Turn, today: date | None) -> ColumnElement[bool]:
    own = Dispute.turn == turn.value
    if today is None:
        return own
    late = Dispute.answer_by < today
    return or_(own, late) if turn is Turn.COUNTY else and_(own, ~late)


def _entries(session: Session, dispute_ids: list[int]) -> dict[int, list[Entry]]:
    query = (
        select(DisputeEntry, Person.name)
        .outerjoin(Person, Person.id == DisputeEntry.written_by)
        .where(DisputeEntry.dispute_id.in_(dispute_ids))
        .order_by(DisputeEntry.dispute_id, DisputeEntry.number)
    )
    found: dict[int, list[Entry]] = {}
    for row, name in session.execute(query):
        found.setdefault(row.dispute_id, []).append(_entry(row, name))
    return found


def _entry(row: DisputeEntry, name: str | None) -> Entry:
    claim = None if row.claim is None else Claim(row.claim)
    quantity = None if row.quantity_hundredths is None else Quantity(row.quantity_hundredths)
    statement = Statement(Act(row.act), row.words, claim, quantity)
    return Entry(row.number, statement, row.written_at, name, row.correction_id)


def _thread(row: Row[*tuple[Any, ...]], entries: dict[int, list[Entry]]) -> Thread:
    dispute = row.Dispute
    turn = Turn.CLOSED if row.is_over else Turn(dispute.turn)
    return Thread(
        id=dispute.id,
        charge_id=dispute.charge_id,
        county_id=dispute.county_id,
        client_id=row.client_id,
        funding_id=row.funding_id,
        provider_id=dispute.provider_id,
        turn=turn,
        answer_by=None if turn is Turn.CLOSED else dispute.answer_by,
        entries=tuple(entries.get(dispute.id, ())),
    )
