"""Charges so far as facts: under a reference, of a client, by a worker; and what one of them drew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from psycopg.pq.abc import PGresult
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.load.kept_facts import Versions, read_versions
from clearing.charges.reading.charge_keys import Named
from clearing.charges.rules.withdrawal import Drawn
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


RawFacts = tuple[bytes | None, ...]
"""The documents of `charge_facts` after the versions, as JSON text that nobody has read yet."""


class Answered(NamedTuple):
    """The versions of slow-changing facts by kind and key, what is known of the batch, and ids for new
    charges, each with the number of its ledger transaction."""

    versions: dict[int, Versions]
    facts: RawFacts
    keys: list[tuple[int, int]]


def ask_facts(session: Session, batch: Sequence[Named], *, lock: bool, keys: int = 0) -> Answered:
    """Ask the database's function `charge_facts`, which with `lock` first locks the balances in id order.

    One round for all: each statement more costs a charge about 0.1 ms (docs/decisions/0055). With it come the
    ids of `keys` new charges. What is known of the batch may be read elsewhere (`read_found`).
    """
    asked = [Asked(_FACTS, _wanted(batch, lock))]
    if keys:
        asked.append(Asked(_KEYS, [b"%d" % keys]))
    facts, *reserved = ask(session, *asked)
    versions, *documents = (facts.get_value(0, column) for column in range(5))
    pairs = [pair for result in reserved for pair in _pairs(result)]
    return Answered(read_versions(json.loads(versions) if versions else []), tuple(documents), pairs)


def _pairs(result: PGresult) -> list[tuple[int, int]]:
    return [
        (int(result.get_value(row, 0) or 0), int(result.get_value(row, 1) or 0))
        for row in range(result.ntuples)
    ]


def _wanted(batch: Sequence[Named], lock: bool) -> list[bytes]:
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


def _days_by_voucher(batch: Sequence[Named]) -> dict[str, _Days]:
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
