"""Read the JSON documents of the database function `charge_facts` as facts.

Nothing here needs the database, so it can run in another process than the query.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from clearing.charges.facts.book import BatchFacts, WorkerDay
from clearing.charges.facts.charge import ClientVisit, KnownReference
from clearing.grants.facts.kinds import ChargeState
from clearing.grants.load.funding_documents import read_funding
from clearing.plans.load.plan_documents import read_plans


def read_batch_facts(documents: Sequence[bytes | None]) -> BatchFacts:
    """Return the facts of a batch from the four documents of `charge_facts`, in its order.

    Each is JSON text; None is an empty list.
    """
    fundings, references, visits, minutes = (
        json.loads(document) if document else [] for document in documents
    )
    return BatchFacts(
        fundings=[read_funding(document) for document in fundings],
        references={
            (provider_id, reference): KnownReference(key, content, ChargeState(state))
            for provider_id, reference, key, content, state in references
        },
        visits=_visits(visits),
        worker_minutes=_minutes(minutes),
        plans={key: plan for document in fundings for key, plan in read_plans(document[0]).items()},
    )


def _visits(rows: Iterable[Any]) -> dict[tuple[int, str], list[ClientVisit]]:
    visits: defaultdict[tuple[int, str], list[ClientVisit]] = defaultdict(list)
    for county_id, number, key, provider_id, start, end in rows:
        visit = ClientVisit(
            key, provider_id, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)
        )
        visits[county_id, number].append(visit)
    return visits


def _minutes(rows: Iterable[Any]) -> dict[WorkerDay, dict[int, int]]:
    worker_minutes: defaultdict[WorkerDay, dict[int, int]] = defaultdict(dict)
    for provider_id, worker, day, key, minutes in rows:
        worker_minutes[provider_id, worker, date.fromisoformat(day)][key] = minutes
    return worker_minutes
