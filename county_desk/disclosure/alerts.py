"""Early warnings about clients, as the county's workers read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.upkeep.load.alerts import AlertEntry, alert_by_id, alerts_of_county
from county_desk.load.affected_clients import AffectedClient, clients_of_provider
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.finding_another import FindAnother, tasks_of_county


def listed_alerts(
    session: Session,
    county_id: int,
    *,
    first: int,
    count: int,
    only_new: bool = False,
    actor: Actor,
    now: datetime,
) -> tuple[list[AlertEntry], int]:
    """Return a page of the county's open alerts, and the number of all."""
    found, total = alerts_of_county(session, county_id, first=first, count=count, only_new=only_new)
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, "alert")), total


def affected_clients(
    session: Session, county_id: int, provider_id: int, *, actor: Actor, now: datetime
) -> list[AffectedClient]:
    """Return the clients of the county who have chosen a provider at risk, and record the look."""
    found = clients_of_provider(session, county_id, provider_id, helsinki_day(now))
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, "client", key="client_id"))


def tasks_to_find_another(
    session: Session, county_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[FindAnother], int]:
    """Return a page of the county's tasks "find another provider", and the number of all."""
    found, total = tasks_of_county(session, county_id, helsinki_day(now), first=first, count=count)
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, "client", key="client_id")), total


def shown_alert(
    session: Session, county_id: int, alert_id: int, *, actor: Actor, now: datetime
) -> AlertEntry | None:
    """Return an open alert of the county, and record the look; None if there is none."""
    found = alert_by_id(session, county_id, alert_id)
    if found is None:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.CASE_LIST, "alert"))
    return shown
