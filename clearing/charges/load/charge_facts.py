"""What the database answered of a batch, as the book of facts that it is decided by.

Nothing here asks the database, so it can be done in another process than the one that asked.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from clearing.charges.facts.book import Book, CountySettings, WorkerDay
from clearing.charges.facts.charge import ClientVisit, KnownReference
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.facts.provider import ProviderFacts
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import ChargeState
from clearing.grants.load.funding_documents import read_funding


@dataclass(frozen=True, slots=True)
class Found:
    """What the book knows of a batch: the fundings, the references in use by provider and reference (R-04),
    visits by county and client number (R-28), and minutes of each worker's day by charge id (R-29)."""

    fundings: list[Funding]
    references: dict[tuple[int, str], KnownReference]
    visits: dict[tuple[int, str], list[ClientVisit]]
    worker_minutes: dict[WorkerDay, dict[int, int]]


@dataclass(frozen=True, slots=True)
class SlowFacts:
    """What changes slowly: counties' settings and providers by id, the catalogue's services by code, and the
    book's own keys of these."""

    counties: Mapping[int, CountySettings]
    providers: Mapping[int, ProviderFacts]
    services: Mapping[str, VatKind]
    service_ids: Mapping[str, int]


def read_found(documents: Sequence[bytes | None]) -> Found:
    """The four documents of `charge_facts` as JSON text, in its order; None for an empty one."""
    fundings, references, visits, minutes = (json.loads(one) if one else [] for one in documents)
    return Found(
        fundings=[read_funding(document) for document in fundings],
        references={
            (provider_id, reference): KnownReference(key, content, ChargeState(state))
            for provider_id, reference, key, content, state in references
        },
        visits=_visits(visits),
        worker_minutes=_minutes(minutes),
    )


def book_of(found: Found, slow: SlowFacts, *, today: date) -> Book:
    """The book that a batch is decided by."""
    return Book(
        today=today,
        counties=slow.counties,
        services=slow.services,
        fundings={funding.voucher: funding for funding in found.fundings},
        providers=slow.providers,
        references=found.references,
        visits=found.visits,
        worker_minutes=found.worker_minutes,
    )


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
