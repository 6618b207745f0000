"""The provider register as it is, for entering and updating providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import papers_of
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.providers import Approval, BankAccount, Provider, ProviderUnit
from marketplace.load.colleagues import has_owner
from marketplace.rules.registering import REGISTER_TEXTS, Centre, RegisterPaper


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A provider's current entry: texts, papers, places, newest bank account.

    `units` are street and municipality of each place, by its name.

    `known_to` are the counties in which it has an approval, in whatever state.
    """

    id: int
    texts: Mapping[str, str]
    papers: frozenset[RegisterPaper]
    units: Mapping[str, tuple[str, str]]
    iban: str | None
    known_to: frozenset[int] = frozenset()


def lock_entry(session: Session, business_id: str) -> RegisterEntry | None:
    """Return the provider's entry, locked; None if it is not in the register."""
    found = select(Provider).where(Provider.business_id == business_id).with_for_update()
    provider = session.scalar(found.execution_options(populate_existing=True))
    if provider is None:
        return None
    provider_id = provider.id
    papers = papers_of(session, [provider_id])[provider_id]
    places = session.execute(
        select(ProviderUnit.name, ProviderUnit.street, ProviderUnit.municipality_code).where(
            ProviderUnit.provider_id == provider_id
        )
    )
    iban = session.scalar(
        select(BankAccount.iban)
        .where(BankAccount.provider_id == provider_id)
        .order_by(BankAccount.id.desc())
        .limit(1)
    )
    return RegisterEntry(
        provider_id,
        {name: getattr(provider, name) for name in REGISTER_TEXTS},
        frozenset(RegisterPaper(paper.kind, paper.first_day, paper.last_day) for paper in papers),
        {name: (street, code) for name, street, code in places},
        iban,
        frozenset(session.scalars(select(Approval.county_id).where(Approval.provider_id == provider_id))),
    )


def provider_id_of(session: Session, business_id: str) -> int | None:
    """Return the id of the provider with this business ID."""
    return session.scalar(select(Provider.id).where(Provider.business_id == business_id))


def county_id_of(session: Session, code: str) -> int | None:
    """Return the id of the county with this code."""
    return session.scalar(select(County.id).where(County.code == code))


def owner_of_register(session: Session, business_id: str, day: date) -> str:
    """Return `owner` or `no_owner` for a provider in the register, else an empty text."""
    provider_id = provider_id_of(session, business_id)
    if provider_id is None:
        return ""
    return "owner" if has_owner(session, provider_id, day) else "no_owner"


def county_names_of(session: Session, county_id: int) -> tuple[str, str]:
    """Return the name of a county in Finnish and in Swedish."""
    row = session.execute(select(County.name_fi, County.name_sv).where(County.id == county_id)).one()
    return row.name_fi, row.name_sv


def municipality_centres(session: Session, day: date) -> dict[str, Centre]:
    """Return the centre of every municipality that exists on the day, by its code."""
    query = select(Municipality.code, Municipality.latitude, Municipality.longitude)
    existing = query.where((Municipality.ended_on.is_(None)) | (Municipality.ended_on >= day))
    return {row.code: Centre(row.latitude, row.longitude) for row in session.execute(existing)}
