"""A client's guardians, for the worker who records them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.clients import ClientLine, client_line
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import MyFunding, fundings_of_clients
from marketplace.load.invitations import (
    GivenMandate,
    OpenInvitation,
    earlier_mandates,
    mandates_of_client,
    open_invitations,
)
from marketplace.load.wishes_of_clients import KeptWish, newest_wishes

NEWEST = 10
"""How many of the wishes that guardians have kept a worker sees."""


@dataclass(frozen=True, slots=True)
class Guardians:
    """The guardians of a client, those who have not used their code yet, and the newest kept wishes."""

    client: ClientLine
    mandates: Sequence[GivenMandate]
    invitations: Sequence[OpenInvitation]
    wishes: Sequence[KeptWish]
    earlier: Sequence[GivenMandate]
    fundings: Sequence[MyFunding]


def guardians_of_client(
    session: Session, county_id: int, client_id: int, *, why: str, actor: Actor, now: datetime
) -> Guardians | None:
    """Return the guardians of a client of the county; None if there is no such client."""
    found = client_line(session, county_id, client_id)
    if found is None:
        return None
    (client,) = disclose(session, [found], Look(actor, now, Purpose.CASEWORK, "client", why=why))
    mandates = mandates_of_client(session, client_id, helsinki_day(now))
    return Guardians(
        client=client,
        mandates=[mandate for mandate in mandates if mandate.kind == "guardian"],
        invitations=[each for each in open_invitations(session, client_id, now) if each.kind == "guardian"],
        wishes=newest_wishes(session, client_id, count=NEWEST),
        earlier=[
            each
            for each in earlier_mandates(session, client_id, helsinki_day(now), count=NEWEST)
            if each.kind == "guardian"
        ],
        fundings=fundings_of_clients(session, [client_id]),
    )
