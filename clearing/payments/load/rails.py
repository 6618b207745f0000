"""How a county pays its providers: every choice that was made, and those that wait."""

from __future__ import annotations

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from clearing.payments.rules.rails import RailChoice
from clearing.payments.rules.stripe_payees import Rail
from foundation.database.tables.people import Person
from foundation.database.tables.providers import Approval, Provider
from foundation.database.tables.stripe import PaymentRail, StripeAccount


def rails_of_provider(session: Session, county_id: int, provider_id: int) -> list[RailChoice]:
    """Return every choice for the provider in the county, the newest first."""
    return _choices(session, _query(county_id).where(PaymentRail.provider_id == provider_id))


def waiting_rails(session: Session, county_id: int) -> list[RailChoice]:
    """Return the county's choices that another person must confirm, the oldest first."""
    waiting = PaymentRail.confirmed_at.is_(None), PaymentRail.withdrawn_at.is_(None)
    return list(reversed(_choices(session, _query(county_id).where(*waiting))))


def waiting_rail(session: Session, county_id: int, rail_id: int) -> RailChoice | None:
    """Return a choice that waits, locked with its provider; None: there is none of the county."""
    query = _query(county_id).where(PaymentRail.id == rail_id).with_for_update(of=PaymentRail)
    found = [choice for choice in _choices(session, query) if choice.is_waiting]
    return found[0] if found else None


def rail_in_use(session: Session, county_id: int, provider_id: int) -> RailChoice | None:
    """Return the choice that counts; None: the bank file, which nobody needs to choose."""
    choices = rails_of_provider(session, county_id, provider_id)
    return next((choice for choice in choices if choice.confirmed_at is not None), None)


def lock_known_provider(session: Session, county_id: int, provider_id: int) -> bool:
    """Lock the provider; return whether the county has approved it for anything."""
    known = exists().where(Approval.provider_id == Provider.id, Approval.county_id == county_id)
    query = select(Provider.id).where(Provider.id == provider_id, known)
    return session.scalar(query.with_for_update(of=Provider)) is not None


def _query(county_id: int) -> Select[PaymentRail, str, str, str | None, str, str | None]:
    chooser, confirmer = aliased(Person), aliased(Person)
    return (
        select(
            *(PaymentRail, Provider.business_id, Provider.name, StripeAccount.account, chooser.name),
            confirmer.name,
        )
        .join(Provider, Provider.id == PaymentRail.provider_id)
        .join(chooser, chooser.id == PaymentRail.chosen_by)
        .outerjoin(StripeAccount, StripeAccount.id == PaymentRail.stripe_account_id)
        .outerjoin(confirmer, confirmer.id == PaymentRail.confirmed_by)
        .where(PaymentRail.county_id == county_id)
        .order_by(PaymentRail.id.desc())
        .execution_options(populate_existing=True)
    )


def _choices(
    session: Session, query: Select[PaymentRail, str, str, str | None, str, str | None]
) -> list[RailChoice]:
    return [
        RailChoice(
            *(row.id, row.provider_id, business_id, name, Rail(row.rail), account, row.why),
            *(row.chosen_at, row.chosen_by, chooser, row.confirmed_at, confirmer, row.withdrawn_at),
        )
        for row, business_id, name, account, chooser, confirmer in session.execute(query)
    ]
