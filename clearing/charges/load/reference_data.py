"""Reference data for deciding charges: counties, providers and the catalogue, cached by version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.book import ReferenceData
from clearing.charges.hot.versioned_cache import VersionedCache, Versions
from clearing.charges.load.counties import county_settings
from clearing.charges.load.provider_history import with_history
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.facts.provider import ProviderFacts
from clearing.eligibility.load.providers import KeptProvider, kept_providers
from foundation.database.tables.services import Service
from foundation.database.tables.versions import CATALOGUE, COUNTY, PROVIDER


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The services by code: how each is taxed, and its id in the database."""

    vat_kinds: Mapping[str, VatKind]
    ids: Mapping[str, int]


def load_reference_data(
    session: Session,
    versions: Mapping[int, Versions],
    *,
    provider_ids: set[int],
    county_ids: set[int],
    now: datetime,
    newest_id: int | None = None,
) -> ReferenceData:
    """Return the reference data of these providers and counties; read what is not cached in its version.

    `newest_id` limits the providers' history (see `with_history`).
    """
    counties = _COUNTIES.get(session, county_ids, versions[COUNTY])
    cached = _providers(session, provider_ids, versions[PROVIDER], now)
    catalogue = _CATALOGUE.get(session, {0}, versions[CATALOGUE])[0]
    providers = with_history(session, cached, counties.values(), now=now, newest_id=newest_id)
    return ReferenceData(counties, providers, catalogue.vat_kinds, catalogue.ids)


def _providers(
    session: Session, provider_ids: set[int], versions: Versions, now: datetime
) -> dict[int, ProviderFacts]:
    cached = _PROVIDERS.get(session, provider_ids, versions)
    return {provider_id: _as_of(provider, now) for provider_id, provider in cached.items()}


def _as_of(provider: KeptProvider, now: datetime) -> ProviderFacts:
    """Return the facts as of `now`: whether the account is verified depends on the clock."""
    is_verified = provider.payable_from is not None and provider.payable_from <= now
    return provider.facts if is_verified else replace(provider.facts, account_verified=False)


def _read_catalogue(session: Session, _: list[int]) -> dict[int, Catalogue]:
    rows = session.execute(select(Service.code, Service.vat_kind, Service.id)).all()
    kinds = {row.code: VatKind(row.vat_kind) for row in rows}
    return {0: Catalogue(kinds, {row.code: row.id for row in rows})}


_COUNTIES = VersionedCache(county_settings, max_size=100)
_CATALOGUE = VersionedCache(_read_catalogue, max_size=10)
_PROVIDERS = VersionedCache(kept_providers, max_size=5_000)
