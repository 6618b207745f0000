"""The providers that clients of a county have chosen, as the warnings about them are judged."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from clearing.eligibility.load.providers import papers_of
from clearing.eligibility.rules.paper_cover import first_end
from clearing.upkeep.facts.judged import ProviderAtWork
from clearing.upkeep.rules.provider_warnings import RECENT_DAYS
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County
from foundation.database.tables.disputes import Dispute
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Approval, ApprovalState

LATEST = 20
_LIVE = ("accepted", "on_hold", "settled")
_RECEIVED_ON: ColumnElement[date] = cast(func.timezone("Europe/Helsinki", Charge.received_at), Date)


def providers_at_work(
    session: Session,
    county_id: int,
    day: date,
    *,
    unreported: Mapping[int, Sequence[date]],
    cut_off_days: int,
) -> list[ProviderAtWork]:
    """Return the providers that clients have chosen, by id. `unreported`: visits that wait for a charge."""
    clients = clients_by_provider(session, county_id, day)
    papers = papers_of(session, list(clients))
    suspended = _suspended(session, county_id, day)
    recent = _recent_charges(session, county_id, day, cut_off_days)
    disputed = _disputed(session, county_id, day)
    found = []
    for provider_id, count in sorted(clients.items()):
        charges, near = recent.get(provider_id, (0, 0))
        found.append(
            ProviderAtWork(
                provider_id=provider_id,
                clients=count,
                delay_days=_delay(session, county_id, provider_id),
                papers_end=first_end(papers[provider_id], day),
                is_suspended=provider_id in suspended,
                recent=charges,
                near_cut_off=near,
                disputed=disputed.get(provider_id, 0),
                unreported=tuple(unreported.get(provider_id, ())),
            )
        )
    return found


def clients_by_provider(session: Session, county_id: int, day: date) -> dict[int, int]:
    """Return how many clients have chosen each provider, on a day or later."""
    in_time = or_(Choice.ends_on.is_(None), Choice.ends_on >= day)
    query = (
        select(Choice.provider_id, func.count(Funding.client_id.distinct()))
        .join(Funding, Funding.id == Choice.funding_id)
        .where(
            Choice.county_id == county_id, Choice.withdrawn_at.is_(None), Choice.ended_at.is_(None), in_time
        )
        .group_by(Choice.provider_id)
    )
    return dict(session.execute(query).all())


def _delay(session: Session, county_id: int, provider_id: int) -> float | None:
    """Return the median of the days from service to entry of the newest charges."""
    query = (
        select(_RECEIVED_ON, Charge.service_day)
        .where(Charge.provider_id == provider_id, Charge.county_id == county_id)
        .where(Charge.state.in_(_LIVE), Charge.original_id.is_(None))
        .order_by(Charge.id.desc())
        .limit(LATEST)
    )
    rows = session.execute(query)
    delays = [max(0, (entered - day).days) for entered, day in rows if day is not None]
    return float(median(delays)) if delays else None


def _suspended(session: Session, county_id: int, day: date) -> Collection[int]:
    later = aliased(ApprovalState)
    superseded = (
        select(later.id)
        .where(later.approval_id == ApprovalState.approval_id, later.from_day <= day)
        .where(
            (later.from_day > ApprovalState.from_day)
            | ((later.from_day == ApprovalState.from_day) & (later.id > ApprovalState.id))
        )
        .exists()
    )
    query = (
        select(Approval.provider_id)
        .join(ApprovalState, ApprovalState.approval_id == Approval.id)
        .where(Approval.county_id == county_id, ApprovalState.state == "suspended")
        .where(ApprovalState.from_day <= day, ~superseded)
    )
    return set(session.scalars(query))


def _recent_charges(
    session: Session, county_id: int, day: date, cut_off_days: int
) -> dict[int, tuple[int, int]]:
    """Return the number of recent charges of each provider, and of those that came just before too late."""
    late_days = session.scalars(select(func.late_days_on(County.id, day)).where(County.id == county_id)).one()
    near = _RECEIVED_ON - Charge.service_day > late_days - cut_off_days
    query = (
        select(Charge.provider_id, func.count(), func.count().filter(near))
        .where(Charge.county_id == county_id, Charge.state.in_(_LIVE), Charge.original_id.is_(None))
        .where(day - timedelta(days=RECENT_DAYS) < _RECEIVED_ON, day >= _RECEIVED_ON)
        .group_by(Charge.provider_id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return {provider_id: (count, near_count) for provider_id, count, near_count in rows}


def _disputed(session: Session, county_id: int, day: date) -> dict[int, int]:
    claimed_on = cast(func.timezone("Europe/Helsinki", Dispute.claimed_at), Date)
    query = (
        select(Dispute.provider_id, func.count())
        .where(Dispute.county_id == county_id, claimed_on > day - timedelta(days=RECENT_DAYS))
        .group_by(Dispute.provider_id)
    )
    return dict(session.execute(query).all())
