"""Clients as the county's staff read them: search, one client in full, the worklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import ChargeFilter, StoredCharge, find_charges
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.clients import (
    ClientLine,
    ClientWhole,
    client_by_number,
    client_line,
    client_whole,
    search_clients,
)
from county_desk.load.fundings import CountyFunding, FundingFilter, county_fundings
from county_desk.load.granted_units import ExpectedUnits, units_of_client
from county_desk.load.planned_and_given import ChoiceCourse, course_of_client
from county_desk.load.worklist import Worklist, load_worklist
from foundation.vocabulary.roles import Actor
from marketplace.load.finding_another import Alternative, FindAnother, alternatives_to, tasks_of_clients
from marketplace.load.fundings import funding_with_id
from marketplace.load.support_plans import shares_plan_with_worker

NEWEST_CHARGES = 6


@dataclass(frozen=True, slots=True)
class ClientInFull:
    """What a worker sees of one client: fundings by their last day, the ended ones last.

    `units` are by funding id, for fundings that were granted in units.
    """

    client: ClientLine
    whole: ClientWhole
    fundings: Sequence[CountyFunding]
    units: Mapping[int, ExpectedUnits]
    charges: Sequence[StoredCharge]
    shares_plan: bool
    course: Sequence[ChoiceCourse]
    find_another: Sequence[Replacing]


@dataclass(frozen=True, slots=True)
class Replacing:
    """A choice whose provider stops, and who could help instead."""

    task: FindAnother
    others: Sequence[Alternative]


def found_clients(
    session: Session, county_id: int, text: str, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[ClientLine], int]:
    """Return a page of the county's clients with this number or name, and the number of all."""
    found, total = search_clients(session, county_id, text, first=first, count=count)
    return disclose(session, found, Look(actor, now, Purpose.CLIENT_SEARCH, "client")), total


def client_to_grant(
    session: Session, county_id: int, number: str, *, actor: Actor, now: datetime
) -> ClientLine | None:
    """Return the county's client with this number, to whom something is granted; None if there is none."""
    found = client_by_number(session, county_id, number)
    if found is None:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.GRANT, "client"))
    return shown


def client_in_full(
    session: Session, county_id: int, client_id: int, *, why: str, day: date, actor: Actor, now: datetime
) -> ClientInFull | None:
    """Return one client of the county; None if there is none with this id."""
    found = client_line(session, county_id, client_id)
    if found is None:
        return None
    (line,) = disclose(session, [found], Look(actor, now, Purpose.CASEWORK, "client", why=why))
    fundings, _total = county_fundings(session, county_id, FundingFilter(client_id=client_id), day=day)
    criteria = ChargeFilter(county_id=county_id, client_ids=frozenset({client_id}))
    return ClientInFull(
        client=line,
        whole=client_whole(session, line, day=day),
        fundings=sorted(fundings, key=lambda funding: (funding.last_day < day, funding.last_day)),
        units=units_of_client(session, client_id, day),
        charges=find_charges(session, criteria, limit=NEWEST_CHARGES),
        shares_plan=shares_plan_with_worker(session, client_id),
        course=course_of_client(session, client_id, now),
        find_another=_find_another(session, client_id, day),
    )


def _find_another(session: Session, client_id: int, day: date) -> list[Replacing]:
    """Return each choice of a client whose provider stops, with who could help instead."""
    found = []
    for task in tasks_of_clients(session, [client_id], day):
        funding = funding_with_id(session, task.funding_id)
        others = alternatives_to(session, funding, task.provider_id, task.service, day)
        found.append(Replacing(task, others))
    return found


def own_worklist(session: Session, county_id: int, *, day: date, actor: Actor, now: datetime) -> Worklist:
    """Return what waits for the county's workers on a day."""
    work = load_worklist(session, county_id, day=day)
    parts = (work.changed_afterwards, work.find_another, work.not_chosen, work.ending)
    rows = [line for part in parts for line in part.shown]
    disclose(session, rows, Look(actor, now, Purpose.CASE_LIST, "client", key="client_id"))
    return work


def protection_of_client(
    session: Session, county_id: int, client_id: int, *, why: str, actor: Actor, now: datetime
) -> ClientLine:
    """Return a client whose protection a worker looks at. The caller has checked that it is an own client.

    The page needs no municipality, so none is given, and no address counts as read.
    """
    found = client_line(session, county_id, client_id)
    if found is None:
        raise LookupError(client_id)
    (line,) = disclose(
        session, [replace(found, municipality=None)], Look(actor, now, Purpose.CASEWORK, "client", why=why)
    )
    return line
