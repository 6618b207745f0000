"""Charges so far as facts: under a reference, of a client, by a worker; and what one of them drew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from psycopg.pq.abc import PGresult
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.facts import Charge, ChargeState, ClientVisit, Funding, KnownReference, WorkerDay
from clearing.load.fundings import read_funding
from clearing.load.kept_facts import Versions, read_versions
from clearing.rules.withdrawal import Drawn
from foundation.database.prepared import Asked, Prepared, array, ask
from foundation.database.tables import charges, choices
from foundation.vocabulary.money import Money

_FACTS = Prepared(
    b"charge_facts",
    b"SELECT versions, fundings, known, visits, minutes FROM charge_facts("
    b"$1::bigint[], $2::text[], $3::date[], $4::date[], $5::bigint[], $6::text[],"
    b" $7::bigint[], $8::text[], $9::date[], $10::boolean)",
)
_KEYS = Prepared(
    b"charge_keys",
    b"SELECT nextval('charge_id_seq'), nextval('posting_transaction') FROM generate_series(1, $1::bigint)",
)


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
    keys: list[tuple[int, int]]


def find_facts(session: Session, batch: Sequence[Charge], *, lock: bool, keys: int = 0) -> Found:
    """Ask the database's function `charge_facts`, which with `lock` first locks the balances in id order.

    One round for all: each statement more costs a charge about 0.1 ms (docs/decisions/0055). With it come the
    ids of `keys` new charges, each with the number of its ledger transaction.
    """
    asked = [Asked(_FACTS, _wanted(batch, lock))]
    if keys:
        asked.append(Asked(_KEYS, [b"%d" % keys]))
    facts, *reserved = ask(session, *asked)
    versions, fundings, references, visits, minutes = (_document(facts, column) for column in range(5))
    return Found(
        versions=read_versions(versions),
        fundings=[read_funding(document) for document in fundings],
        references={
            (provider_id, reference): KnownReference(key, content, ChargeState(state))
            for provider_id, reference, key, content, state in references
        },
        visits=_visits(visits),
        worker_minutes=_minutes(minutes),
        keys=[pair for result in reserved for pair in _pairs(result)],
    )


def _document(result: PGresult, column: int) -> list[Any]:
    text = result.get_value(0, column)
    return json.loads(text) if text else []


def _pairs(result: PGresult) -> list[tuple[int, int]]:
    return [
        (int(result.get_value(row, 0) or 0), int(result.get_value(row, 1) or 0))
        for row in range(result.ntuples)
    ]


def _wanted(batch: Sequence[Charge], lock: bool) -> list[bytes]:
    """What is asked for: each voucher with the first and last service day that its charges name."""
    days = _days_by_voucher(batch)
    used = {(charge.provider_id, charge.reference) for charge in batch if charge.reference is not None}
    named = {
        (one.provider_id, one.worker, one.service_day) for one in batch if one.worker and one.service_day
    }
    return [
        array({charge.provider_id for charge in batch}),
        array(days),
        array(first for first, _ in days.values()),
        array(last for _, last in days.values()),
        array(provider_id for provider_id, _ in used),
        array(reference for _, reference in used),
        array(provider_id for provider_id, _, _ in named),
        array(worker for _, worker, _ in named),
        array(day for _, _, day in named),
        b"t" if lock else b"f",
    ]


_Days = tuple[date | None, date | None]


def _days_by_voucher(batch: Sequence[Charge]) -> dict[str, _Days]:
    found: dict[str, _Days] = {}
    for charge in batch:
        voucher, day = charge.voucher, charge.service_day
        if voucher is None:
            continue
        first, last = found.get(voucher, (None, None))
        if day is None or first is None or last is None:
            found[voucher] = (day or first, day or last)
        elif day < first or day > last:
            found[voucher] = (min(first, day), max(last, day))
    return found


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
