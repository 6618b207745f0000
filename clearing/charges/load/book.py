"""The book of facts that a batch of charges is decided by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.book import Book
from clearing.charges.load.charge_facts import SlowFacts, book_of, read_found
from clearing.charges.load.charges import ask_facts
from clearing.charges.load.counties import county_settings
from clearing.charges.load.kept_facts import KeptFacts, Versions
from clearing.charges.load.provider_history import with_history
from clearing.charges.reading.charge_keys import Named
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.facts.provider import ProviderFacts
from clearing.eligibility.load.providers import KeptProvider, kept_providers
from foundation.database.tables.services import Service
from foundation.database.tables.versions import CATALOGUE, COUNTY, PROVIDER
from foundation.vocabulary.dates import helsinki_day


@dataclass(frozen=True, slots=True)
class LoadedBook:
    """The facts, the book's own keys of the services by code, and the ids reserved for new charges, each with
    the number of its ledger transaction."""

    facts: Book
    service_ids: Mapping[str, int]
    keys: Sequence[tuple[int, int]] = ()

    @property
    def county_ids(self) -> dict[int, int]:
        """The county of each funding, by funding id."""
        return {funding.id: funding.county_id for funding in self.facts.fundings.values()}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The services of the catalogue by code: how each is taxed, and its key in the book."""

    vat_kinds: Mapping[str, VatKind]
    ids: Mapping[str, int]


def load_book(
    session: Session, batch: Sequence[Named], *, now: datetime, lock: bool, keys: int = 0
) -> LoadedBook:
    """Everything needed to decide the batch, in one round of reads; with it the ids of `keys` new charges.

    With `lock` the fundings are locked first, in id order, and read after it, so that the reads see what the
    lock's last holder wrote.
    """
    answered = ask_facts(session, batch, lock=lock, keys=keys)
    found = read_found(answered.facts)
    providers, counties = {one.provider_id for one in batch}, {one.county_id for one in found.fundings}
    slow = load_slow_facts(session, answered.versions, providers=providers, counties=counties, now=now)
    return LoadedBook(book_of(found, slow, today=helsinki_day(now)), slow.service_ids, answered.keys)


def load_slow_facts(
    session: Session,
    versions: Mapping[int, Versions],
    *,
    providers: set[int],
    counties: set[int],
    now: datetime,
    newest_id: int | None = None,
) -> SlowFacts:
    """What is kept of these providers, counties and the catalogue, read again where its version is another;
    `newest_id`: see `with_history`."""
    settings = _COUNTIES.of(session, counties, versions[COUNTY])
    known = _provider_facts(session, providers, versions[PROVIDER], now)
    services = _SERVICES.of(session, {0}, versions[CATALOGUE])[0]
    judged = with_history(session, known, settings.values(), now=now, newest_id=newest_id)
    return SlowFacts(settings, judged, services.vat_kinds, services.ids)


def _provider_facts(
    session: Session, provider_ids: set[int], versions: Versions, now: datetime
) -> dict[int, ProviderFacts]:
    kept = _PROVIDERS.of(session, provider_ids, versions)
    return {key: _as_of(provider, now) for key, provider in kept.items()}


def _as_of(kept: KeptProvider, now: datetime) -> ProviderFacts:
    """Whether the account may be paid to depends on the clock, so it is told anew each time."""
    verified = kept.payable_from is not None and kept.payable_from <= now
    return kept.facts if verified else replace(kept.facts, account_verified=False)


def _catalogue(session: Session, _: list[int]) -> dict[int, Catalogue]:
    rows = session.execute(select(Service.code, Service.vat_kind, Service.id)).all()
    kinds = {row.code: VatKind(row.vat_kind) for row in rows}
    return {0: Catalogue(kinds, {row.code: row.id for row in rows})}


_COUNTIES = KeptFacts(county_settings, most=100)
_SERVICES = KeptFacts(_catalogue, most=10)
_PROVIDERS = KeptFacts(kept_providers, most=5_000)
