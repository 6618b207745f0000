"""Fundings by the API, and the clients of a representative."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import CLIENT_ROLES, COUNTY_READERS, Actor
from marketplace.load.charges import MyCharge, charge_by_id
from marketplace.load.choices import MyChoice, choice_by_id
from marketplace.load.funding_views import FundingView, funding_view, funding_views
from marketplace.load.fundings import (
    MyFunding,
    PayingFunding,
    VoucherHolder,
    funding_with_id,
    fundings_of_clients,
    holder_of_voucher,
    paying_funding,
)
from marketplace.load.mandates import Helped, helped_by
from marketplace.load.movements import funding_movements
from marketplace.rules.movements import Movement

Paying = TypeVar("Paying", bound=PayingFunding)


def own_fundings(
    session: Session, *, first: int, count: int, day: date, actor: Actor, now: datetime
) -> tuple[list[FundingView], int]:
    """Return a page of the fundings of the clients whom the actor is or acts for, and the number of all."""
    found = [
        funding
        for funding in fundings_of_clients(session, actor.client_ids)
        if actor.reaches(funding.client_id, funding.facts.id)
    ]
    shown = disclose_fundings(session, found[first : first + count], actor=actor, now=now)
    return funding_views(session, shown, day), len(found)


def visible_funding(session: Session, voucher: str, *, actor: Actor) -> MyFunding | None:
    """Return the funding with this (normalised) code, for an act of somebody who may see it.

    The act has its own audit row; before anything of the funding is shown, call `disclose_fundings`.
    """
    holder = holder_of_voucher(session, voucher)
    if holder is None or not _may_see(actor, holder):
        return None
    return funding_with_id(session, holder.funding_id)


def disclose_paying_funding(
    session: Session, voucher: str, *, actor: Actor, now: datetime
) -> PayingFunding | None:
    """Record the look, and return what prices read of the funding with this (normalised) code.

    None if there is none, or the actor may not see it; then nothing is recorded.
    """
    holder = holder_of_voucher(session, voucher)
    if holder is None or not _may_see(actor, holder):
        return None
    (shown,) = disclose_fundings(session, [paying_funding(session, holder)], actor=actor, now=now)
    return shown


def _may_see(actor: Actor, holder: VoucherHolder) -> bool:
    """Return whether the actor is the client, a representative or staff of the county."""
    if actor.role in CLIENT_ROLES:
        return actor.reaches(holder.client_id, holder.funding_id)
    return actor.role in COUNTY_READERS and holder.county_id == actor.county_id


def disclose_fundings(
    session: Session, fundings: list[Paying], *, actor: Actor, now: datetime, why: str = ""
) -> list[Paying]:
    """Record the looks, and return the fundings as the actor may know them."""
    purpose = Purpose.ACTS_FOR_CLIENT if actor.role in CLIENT_ROLES else Purpose.VOUCHERS
    return disclose(session, fundings, Look(actor, now, purpose, "funding", key="voucher", why=why))


def view_of_disclosed(session: Session, funding: MyFunding, day: date) -> FundingView:
    """Return the view of a funding that has been disclosed or acted on."""
    return funding_view(session, funding, day)


def movements_of_disclosed(session: Session, funding: MyFunding) -> list[Movement]:
    """Return the movements of a funding that has been disclosed, the oldest first."""
    return funding_movements(session, [funding])[funding.facts.id]


def choice_to_end(session: Session, choice_id: int, *, actor: Actor) -> MyChoice | None:
    """Return a choice of a client whom the actor is or acts for. Ending it has its own audit row."""
    found = choice_by_id(session, choice_id)
    return found if found is not None and actor.reaches(found.client_id, found.funding_id) else None


def choice_after_act(
    session: Session, choice_id: int, day: date, *, actor: Actor
) -> tuple[MyChoice, FundingView] | None:
    """Return a choice and its funding for the answer to an act. The act has its own audit row."""
    choice = choice_to_end(session, choice_id, actor=actor)
    funding = None if choice is None else visible_funding(session, choice.voucher, actor=actor)
    if choice is None or funding is None:
        return None
    return choice, funding_view(session, funding, day)


def charge_to_answer(session: Session, charge_id: int, *, actor: Actor) -> MyCharge | None:
    """Return a charge of a client whom the actor is or acts for. Answering it has its own audit row."""
    found = charge_by_id(session, charge_id)
    return found if found is not None and actor.reaches(found.client_id, found.funding_id) else None


def helped_clients(session: Session, *, day: date, actor: Actor, now: datetime) -> list[Helped]:
    """Return the clients of a representative on a day, by name."""
    found = helped_by(session, actor, day)
    return disclose(session, found, Look(actor, now, Purpose.ACTS_FOR_CLIENT, "mandate", key="kind"))
