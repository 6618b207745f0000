"""Providers as Stripe needs to know them, and the counties that they may be paid by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.providers import Approval, Provider
from foundation.database.tables.stripe import StripeAccount


@dataclass(frozen=True, slots=True)
class ProviderContact:
    """A provider's name and contact, as in the register."""

    id: int
    name: str
    email: str
    business_id: str


@dataclass(frozen=True, slots=True)
class OfferingCounty:
    """A county that has keys for Stripe and knows the provider; its names in Finnish, Swedish, English."""

    id: int
    code: str
    names: tuple[str, str, str]


def contact_of(session: Session, provider_id: int) -> ProviderContact:
    """Return the provider's contact. Raises NoResultFound."""
    query = select(Provider.id, Provider.name, Provider.email, Provider.business_id)
    return ProviderContact(*session.execute(query.where(Provider.id == provider_id)).one())


def counties_offering(session: Session, codes: Collection[str], provider_id: int) -> list[OfferingCounty]:
    """Return the counties of these codes that have approved the provider for anything, by code."""
    known = exists().where(Approval.provider_id == provider_id, Approval.county_id == County.id)
    query = select(County.id, County.code, County.name_fi, County.name_sv, County.name_en)
    rows = session.execute(query.where(County.code.in_(codes), known).order_by(County.code))
    return [OfferingCounty(key, code, (fi, sv, en)) for key, code, fi, sv, en in rows]


def account_names(session: Session, county_id: int) -> dict[str, str]:
    """Return the names of the providers with an account under the county, by Stripe's id of the account."""
    query = select(StripeAccount.account, Provider.name).join(
        Provider, Provider.id == StripeAccount.provider_id
    )
    rows = session.execute(query.where(StripeAccount.county_id == county_id).order_by(StripeAccount.id))
    return {row.account: row.name for row in rows}
