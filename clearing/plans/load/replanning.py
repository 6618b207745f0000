"""Fundings whose holds are planned again, and the addresses of their clients and of those who help them."""

from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from clearing.plans.rules.plan_changes import PlanReach
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.database.tables.plans import FundingToReplan
from foundation.vocabulary.money import Money


def fundings_with_plans(session: Session, *, after: int, most: int) -> list[int]:
    """Return the next fundings after an id with a choice that has not ended, or that holds something."""
    holds = or_(Choice.held_cents > 0, Choice.held_hundredths > 0)
    query = (
        select(Choice.funding_id)
        .where(Choice.funding_id > after, or_(Choice.ended_at.is_(None), holds))
        .distinct()
        .order_by(Choice.funding_id)
        .limit(most)
    )
    return list(session.scalars(query))


def marked_fundings(session: Session, *, most: int) -> list[int]:
    """Return the fundings that are marked to be planned again, in id order."""
    query = select(FundingToReplan.funding_id).order_by(FundingToReplan.funding_id).limit(most)
    return list(session.scalars(query))


def reaches_of(session: Session, funding_id: int) -> dict[int, PlanReach]:
    """Return how far each choice of a funding reached when it was planned last."""
    query = select(Choice.id, Choice.lasts_until, Choice.own_unit_cents).where(
        Choice.funding_id == funding_id
    )
    return {
        key: PlanReach(until, None if own is None else Money(own))
        for key, until, own in session.execute(query)
    }


def addresses_of_client(session: Session, funding_id: int, day: date) -> list[str]:
    """Return the mail addresses of those who log in as the client of a funding on a day."""
    client_id = session.scalars(select(Funding.client_id).where(Funding.id == funding_id)).one()
    query = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == "client", RoleGrant.client_id == client_id)
        .where(RoleGrant.valid.contains(day), Person.email.is_not(None))
        .distinct()
        .order_by(Person.email)
    )
    return [address for address in session.scalars(query) if address]


def addresses_of_helpers(session: Session, funding_id: int, day: date) -> list[str]:
    """Return the mail addresses of those whose mandate lets them see a funding on a day."""
    client_id = session.scalars(select(Funding.client_id).where(Funding.id == funding_id)).one()
    of_funding = exists().where(
        MandateFunding.mandate_id == Mandate.id, MandateFunding.funding_id == funding_id
    )
    query = (
        select(Person.email)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.client_id == client_id, Mandate.revoked_at.is_(None), Mandate.may_see)
        .where(Mandate.valid.contains(day), Person.email.is_not(None))
        .where(or_(Mandate.all_fundings, of_funding))
        .distinct()
        .order_by(Person.email)
    )
    return [address for address in session.scalars(query) if address]


def stops_found(session: Session, funding_id: int) -> dict[int, datetime | None]:
    """Return since when another provider must be found for each choice of a funding."""
    query = select(Choice.id, Choice.stop_found_at).where(Choice.funding_id == funding_id)
    return dict(session.execute(query).all())
