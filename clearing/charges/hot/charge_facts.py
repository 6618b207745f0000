"""Query the facts of charges: everything that changes from charge to charge, in one round trip."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from psycopg.pq.abc import PGresult
from sqlalchemy.orm import Session

from clearing.charges.hot.versioned_cache import Versions
from clearing.charges.reading.charge_keys import Named
from foundation.database.pipeline import execute
from foundation.database.statements import BoundStatement, PreparedStatement, array

_FACTS = PreparedStatement(
    b"charge_facts",
    b"SELECT versions, fundings, known, visits, minutes FROM charge_facts("
    b"$1::bigint[], $2::text[], $3::date[], $4::date[], $5::bigint[], $6::text[],"
    b" $7::bigint[], $8::text[], $9::date[], $10::boolean)",
)
_NEW_KEYS = PreparedStatement(
    b"charge_keys",
    b"SELECT nextval('charge_id_seq'), nextval('posting_transaction') FROM generate_series(1, $1::bigint)",
)


class ChargeFacts(NamedTuple):
    """The result of the query.

    `versions` are those of the reference data, by kind and key. `documents` are the other columns of
    `charge_facts` as JSON text (read by `fact_documents`). `keys` holds an id for each new charge, with the
    number of its ledger transaction.
    """

    versions: defaultdict[int, Versions]
    documents: tuple[bytes | None, ...]
    keys: list[tuple[int, int]]


def query_charge_facts(
    session: Session, batch: Sequence[Named], *, lock: bool, new_keys: int = 0
) -> ChargeFacts:
    """Query the database function `charge_facts`, and reserve the keys of `new_keys` charges.

    With `lock` the balances of the fundings are locked first, in id order.
    """
    statements = [BoundStatement(_FACTS, _parameters(batch, lock))]
    if new_keys:
        statements.append(BoundStatement(_NEW_KEYS, [b"%d" % new_keys]))
    facts, *reserved = execute(session, *statements)
    versions, *documents = (facts.get_value(0, column) for column in range(5))
    keys = [pair for result in reserved for pair in _pairs(result)]
    return ChargeFacts(_versions(versions), tuple(documents), keys)


def _versions(document: bytes | None) -> defaultdict[int, Versions]:
    versions: defaultdict[int, Versions] = defaultdict(dict)
    for kind, key, version in json.loads(document) if document else []:
        versions[kind][key] = version
    return versions


def _pairs(result: PGresult) -> list[tuple[int, int]]:
    return [
        (int(result.get_value(row, 0) or 0), int(result.get_value(row, 1) or 0))
        for row in range(result.ntuples)
    ]


def _parameters(batch: Sequence[Named], lock: bool) -> list[bytes]:
    """Return the parameters of `charge_facts`, each of which is listed once."""
    days = _days_by_voucher(batch)
    references = {(charge.provider_id, charge.reference) for charge in batch if charge.reference is not None}
    worker_days = {
        (charge.provider_id, charge.worker, charge.service_day)
        for charge in batch
        if charge.worker and charge.service_day
    }
    return [
        array({charge.provider_id for charge in batch}),
        array(days),
        array(first for first, _ in days.values()),
        array(last for _, last in days.values()),
        array(provider_id for provider_id, _ in references),
        array(reference for _, reference in references),
        array(provider_id for provider_id, _, _ in worker_days),
        array(worker for _, worker, _ in worker_days),
        array(day for _, _, day in worker_days),
        b"t" if lock else b"f",
    ]


_Days = tuple[date | None, date | None]


def _days_by_voucher(batch: Sequence[Named]) -> dict[str, _Days]:
    """Return the first and the last service day of each voucher's charges; None where none has a day."""
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
