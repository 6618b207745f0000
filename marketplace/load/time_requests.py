"""Requests for a free time, with the times that were offered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.database.tables.time_requests import OfferedTime, TimeRequest
from marketplace.rules.time_requests import is_dead


@dataclass(frozen=True, slots=True)
class OfferedEntry:
    """A time that a provider offers."""

    id: int
    starts_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimeRequestEntry:
    """A request for a free time; `answer` is why the provider says no. It holds no name of the client."""

    id: int
    client_id: int
    county_id: int
    provider_id: int
    provider: str
    provider_email: str | None
    offering_id: int
    service: str
    title: str
    words: str
    asked_at: datetime
    last_day: date
    state: str
    answer: str
    times: tuple[OfferedEntry, ...]

    def state_on(self, day: date) -> str:
        """Return the state on a day: an open request expires after its last day."""
        return "expired" if self.state == "open" and is_dead(self.last_day, day) else self.state


def requests_of_client(
    session: Session, client_id: int, *, services: Collection[str] | None = None, count: int
) -> list[TimeRequestEntry]:
    """Return the client's newest requests; `services`: only those for a service with one of these codes."""
    query = _requests().where(TimeRequest.client_id == client_id).order_by(TimeRequest.id.desc())
    if services is not None:
        query = query.where(Service.code.in_(services))
    return _entries(session, query.limit(count))


def time_request(session: Session, request_id: int) -> TimeRequestEntry | None:
    """Return a request; None if there is none."""
    return next(iter(_entries(session, _requests().where(TimeRequest.id == request_id))), None)


def requests_of_provider(session: Session, provider_id: int, day: date) -> list[TimeRequestEntry]:
    """Return the provider's requests that are open on a day, the longest wait first."""
    still_open = TimeRequest.state == "open", TimeRequest.last_day >= day
    query = _requests().where(TimeRequest.provider_id == provider_id, *still_open)
    return _entries(session, query.order_by(TimeRequest.asked_at, TimeRequest.id))


def lock_time_request(session: Session, request_id: int) -> TimeRequestEntry | None:
    """Lock a request and return it; None if there is none."""
    session.execute(select(TimeRequest.id).where(TimeRequest.id == request_id).with_for_update())
    session.expire_all()
    return next(iter(_entries(session, _requests().where(TimeRequest.id == request_id))), None)


def request_of_time(session: Session, offered_id: int) -> int | None:
    """Return the id of the request to which an offered time belongs."""
    return session.scalar(select(OfferedTime.time_request_id).where(OfferedTime.id == offered_id))


def _requests() -> Select[TimeRequest, str, str | None, str, str]:
    return (
        select(TimeRequest, Provider.name, Provider.email, Offering.title, Service.code)
        .join(Provider, Provider.id == TimeRequest.provider_id)
        .join(Offering, Offering.id == TimeRequest.offering_id)
        .join(Service, Service.id == Offering.service_id)
    )


def _entries(
    session: Session, query: Select[TimeRequest, str, str | None, str, str]
) -> list[TimeRequestEntry]:
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    times = _times(session, [row.id for row, *_rest in rows])
    return [
        TimeRequestEntry(
            id=row.id,
            client_id=row.client_id,
            county_id=row.county_id,
            provider_id=row.provider_id,
            provider=provider,
            provider_email=email,
            offering_id=row.offering_id,
            service=service,
            title=title,
            words=row.words,
            asked_at=row.asked_at,
            last_day=row.last_day,
            state=row.state,
            answer=row.answer,
            times=tuple(times.get(row.id, ())),
        )
        for row, provider, email, title, service in rows
    ]


def _times(session: Session, ids: Sequence[int]) -> dict[int, list[OfferedEntry]]:
    found: dict[int, list[OfferedEntry]] = {}
    query = select(OfferedTime).where(OfferedTime.time_request_id.in_(ids))
    query = query.order_by(OfferedTime.starts_at, OfferedTime.id).execution_options(populate_existing=True)
    for row in session.scalars(query):
        found.setdefault(row.time_request_id, []).append(OfferedEntry(row.id, row.starts_at, row.accepted_at))
    return found
