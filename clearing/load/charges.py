"""Charges so far as facts: under a reference, of a client, by a worker; and what one of them drew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, cast

from psycopg import Connection, Cursor
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.facts import Charge, ChargeState, ClientVisit, KnownReference, WorkerDay
from clearing.rules.withdrawal import Drawn
from foundation.database.tables import charges, choices
from foundation.vocabulary.money import Money

_REFERENCES = """
SELECT provider_id, reference, id, content, state FROM charge
WHERE provider_id = ANY(%(providers)s::bigint[]) AND reference = ANY(%(references)s::text[])
  AND state IN ('accepted', 'on_hold', 'settled')
"""

_VISITS = """
SELECT c.county_id, c.number, e.id, e.provider_id, e.starts_at, e.ends_at
FROM (SELECT DISTINCT client_id FROM funding WHERE voucher = ANY(%(vouchers)s::text[])) AS wanted
JOIN client c ON c.id = wanted.client_id
JOIN funding f ON f.client_id = c.id
CROSS JOIN LATERAL (
  SELECT v.id, v.provider_id, v.starts_at, v.ends_at FROM charge v
  WHERE v.funding_id = f.id AND v.state IN ('accepted', 'on_hold', 'settled')
    AND v.service_day BETWEEN %(first)s::date AND %(last)s::date
    AND v.starts_at IS NOT NULL AND v.ends_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = v.id
      HAVING sum(k.quantity_hundredths) = -v.quantity_hundredths)
  OFFSET 0
) AS e
ORDER BY e.id
"""
# OFFSET 0 keeps the charges behind their funding: without statistics (a new database, a first large file) the
# planner would otherwise read every charge of those days.

_WORKERS = """
SELECT provider_id, worker, service_day, id,
  coalesce(extract(epoch FROM ends_at - starts_at) / 60, round(quantity_hundredths * 0.6))::int
FROM charge
WHERE provider_id = ANY(%(providers)s::bigint[]) AND worker = ANY(%(workers)s::text[])
  AND service_day = ANY(%(days)s::date[]) AND state IN ('accepted', 'on_hold', 'settled')
  AND (ends_at - starts_at IS NOT NULL OR btrim(sent ->> 'unit') = 'hour')
  AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = charge.id
    HAVING sum(k.quantity_hundredths) = -charge.quantity_hundredths)
"""


def ask_references(connection: Connection[Any], batch: Sequence[Charge]) -> Cursor[Any]:
    """Ask which references of the batch are in use by their provider (R-04)."""
    providers = list({charge.provider_id for charge in batch})
    references = list({charge.reference for charge in batch if charge.reference is not None})
    return connection.execute(_REFERENCES, {"providers": providers, "references": references}, prepare=True)


def read_references(rows: Iterable[Any]) -> dict[tuple[int, str], KnownReference]:
    """The references in use, by provider and reference."""
    return {
        (provider_id, reference): KnownReference(key, content, ChargeState(state))
        for provider_id, reference, key, content, state in rows
    }


def ask_visits(connection: Connection[Any], batch: Sequence[Charge]) -> Iterable[Any]:
    """Ask for the visits with times of the batch's clients, on any funding, near the batch's days (R-28)."""
    days = [charge.service_day for charge in batch if charge.start is not None and charge.service_day]
    timed = list({charge.voucher for charge in batch if charge.start is not None and charge.voucher})
    if not days or not timed:
        return ()
    first, last = _shifted(min(days), -2), _shifted(max(days), 2)
    return connection.execute(_VISITS, {"vouchers": timed, "first": first, "last": last}, prepare=True)


def read_visits(rows: Iterable[Any]) -> dict[tuple[int, str], list[ClientVisit]]:
    """The visits by county and client number."""
    found: defaultdict[tuple[int, str], list[ClientVisit]] = defaultdict(list)
    for county_id, number, key, provider_id, start, end in rows:
        found[county_id, number].append(ClientVisit(key, provider_id, start, end))
    return found


def ask_worker_minutes(connection: Connection[Any], batch: Sequence[Charge]) -> Iterable[Any]:
    """Ask how long each worker named in the batch has been charged for on its days (R-29)."""
    named = [charge for charge in batch if charge.worker and charge.service_day]
    if not named:
        return ()
    wanted = {
        "providers": list({charge.provider_id for charge in named}),
        "workers": list({charge.worker for charge in named}),
        "days": list({charge.service_day for charge in named}),
    }
    return connection.execute(_WORKERS, wanted, prepare=True)


def read_worker_minutes(rows: Iterable[Any]) -> dict[WorkerDay, dict[int, int]]:
    """Minutes of each worker's day, by charge id."""
    found: defaultdict[WorkerDay, dict[int, int]] = defaultdict(dict)
    for provider_id, worker, day, key, minutes in rows:
        found[provider_id, worker, day][key] = minutes
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
