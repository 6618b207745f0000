"""The book of facts that a batch of charges is decided by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.facts import Book, Charge, VatKind
from clearing.load.charges import client_visits, known_references, worker_minutes
from clearing.load.counties import county_settings
from clearing.load.fundings import funding_ids_of, fundings
from clearing.load.providers import provider_facts
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import helsinki_day


def load_book(session: Session, batch: Sequence[Charge], *, now: datetime, lock: bool) -> Book:
    """Everything needed to decide the batch. With `lock` its fundings are locked first, in id order."""
    ids = funding_ids_of(session, (charge.voucher for charge in batch if charge.voucher is not None))
    found = fundings(session, ids.values(), lock=lock)
    return Book(
        today=helsinki_day(now),
        counties=county_settings(session, {funding.county_id for funding in found.values()}),
        services=services(session),
        fundings={funding.voucher: funding for funding in found.values()},
        providers=provider_facts(session, {charge.provider_id for charge in batch}, now=now),
        references=known_references(session, batch),
        visits=client_visits(session, found.values(), batch),
        worker_minutes=worker_minutes(session, batch),
    )


def services(session: Session) -> dict[str, VatKind]:
    """The catalogue: how each service is taxed, by code."""
    return {code: VatKind(kind) for code, kind in session.execute(select(Service.code, Service.vat_kind))}
