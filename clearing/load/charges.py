"""Charges so far as facts: under a reference, of a client, by a worker; and what one of them drew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from psycopg import Connection
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.facts import Charge, ChargeState, ClientVisit, Funding, KnownReference, WorkerDay
from clearing.load.fundings import read_funding
from clearing.load.kept_facts import Versions, read_versions
from clearing.rules.withdrawal import Drawn
from foundation.database.tables import charges, choices
from foundation.vocabulary.money import Money

_FACTS = """
SELECT versions, fundings, known, visits, minutes FROM charge_facts(
  %(providers)s::bigint[], %(vouchers)s::text[], %(senders)s::bigint[], %(references)s::text[],
  %(timed)s::text[], %(first)s::date, %(last)s::date,
  %(employers)s::bigint[], %(workers)s::text[], %(days)s::date[], %(lock)s)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What the book knows that a batch is decided by: the versions of slow-changing facts by kind and key,
    the fundings, the references in use by provider and reference (R-04), visits by county and client number
    (R-28), and minutes of each worker's day by charge id (R-29)."""

    versions: dict[int, Versions]
    fundings: list[Funding]
    references: dict[tuple[int, str], KnownReference]
    visits: dict[tuple[int, str], list[ClientVisit]]
    worker_minutes: dict[WorkerDay, dict[int, int]]


def find_facts(connection: Connection[Any], batch: Sequence[Charge], *, lock: bool) -> Found:
    """Ask the database's function `charge_facts`, which with `lock` first locks the balances in id order.

    One question for all: each statement more costs a charge about 0.1 ms (docs/decisions/0055).
    """
    row = connection.execute(_FACTS, {**_wanted(batch), "lock": lock}, prepare=True).fetchone()
    assert row is not None
    versions, fundings, references, visits, minutes = row
    return Found(
        versions=read_versions(versions or ()),
        fundings=[read_funding(document) for document in fundings or ()],
        references={
            (provider_id, reference): KnownReference(key, content, ChargeState(state))
            for provider_id, reference, key, content, state in references or ()
        },
        visits=_visits(visits or ()),
        worker_minutes=_minutes(minutes or ()),
    )


def _wanted(batch: Sequence[Charge]) -> dict[str, Any]:
    """What is asked for. Visits are of the batch's clients on any funding, near the batch's days."""
    timed = [charge for charge in batch if charge.start is not None and charge.service_day is not None]
    day_of_timed = [charge.service_day for charge in timed if charge.service_day] or [date.min]
    used = {(charge.provider_id, charge.reference) for charge in batch if charge.reference is not None}
    named = {
        (one.provider_id, one.worker, one.service_day) for one in batch if one.worker and one.service_day
    }
    return {
        "providers": list({charge.provider_id for charge in batch}),
        "vouchers": list({charge.voucher for charge in batch if charge.voucher is not None}),
        "senders": [provider_id for provider_id, _ in used],
        "references": [reference for _, reference in used],
        "timed": list({charge.voucher for charge in timed if charge.voucher is not None}),
        "first": _shifted(min(day_of_timed), -2),
        "last": _shifted(max(day_of_timed), 2),
        "employers": [provider_id for provider_id, _, _ in named],
        "workers": [worker for _, worker, _ in named],
        "days": [day for _, _, day in named],
    }


def _visits(rows: Iterable[Any]) -> dict[tuple[int, str], list[ClientVisit]]:
    found: defaultdict[tuple[int, str], list[ClientVisit]] = defaultdict(list)
    for county_id, number, key, provider_id, start, end in rows:
        visit = ClientVisit(
            key, provider_id, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
        )
        found[county_id, number].append(visit)
    return found


def _minutes(rows: Iterable[Any]) -> dict[WorkerDay, dict[int, int]]:
    found: defaultdict[WorkerDay, dict[int, int]] = defaultdict(dict)
    for provider_id, worker, day, key, minutes in rows:
        found[provider_id, worker, date.fromisoformat(day)][key] = minutes
    return found


def _shifted(day: date, count: int) -> date:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return day


def drawn_of(session: Session, charge_id: int, *, today: date) -> Drawn:
    """What an accepted charge drew; its choice lives unless it has ended or its last day is over."""
    row, choice = charges.Charge, choices.Choice
    found = session.execute(
        select(
            row.county_id,
            row.funding_id,
            row.provider_id,
            row.choice_id,
            row.from_held_cents,
            row.county_pays_cents,
            choice.ended_at,
            choice.ends_on,
        )
        .outerjoin(choice, choice.id == row.choice_id)
        .where(row.id == charge_id)
    ).one()
    over = found.ends_on is not None and found.ends_on < today
    return Drawn(
        charge_id=charge_id,
        county_id=cast(int, found.county_id),
        funding_id=cast(int, found.funding_id),
        provider_id=found.provider_id,
        choice_id=found.choice_id,
        from_held_cents=Money(found.from_held_cents),
        county_pays_cents=Money(found.county_pays_cents or 0),
        choice_lives=found.choice_id is not None and found.ended_at is None and not over,
    )
