"""What clients ask of the county's workers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from clearing.charges.rules.disputes import answer_by
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.database.tables.help_requests import HelpRequest
from foundation.vocabulary.dates import helsinki_day


@dataclass(frozen=True, slots=True)
class HelpRequestEntry:
    """A request; open until it is answered or withdrawn. `voucher` is that of a refused voucher."""

    id: int
    client_id: int
    county_id: int
    client_number: str
    kind: str
    voucher: str | None
    words: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def answer_by(self) -> date:
        """Return the day by which the county answers: three working days after the request."""
        return answer_by(helsinki_day(self.asked_at))

    @property
    def is_open(self) -> bool:
        """Return whether the request waits for an answer."""
        return self.answered_at is None and self.withdrawn_at is None


def newest_request(
    session: Session, client_id: int, kind: str, *, fundings: Collection[int] | None = None
) -> HelpRequestEntry | None:
    """Return the client's newest request of a kind that was not withdrawn.

    `fundings`: only of those that are about one of these.
    """
    query = _requests().where(HelpRequest.client_id == client_id, HelpRequest.kind == kind)
    query = _about(query, fundings)
    query = query.where(HelpRequest.withdrawn_at.is_(None)).order_by(HelpRequest.id.desc()).limit(1)
    return next(iter(_entries(session, query)), None)


def newest_answers(
    session: Session, client_id: int, since: datetime, *, fundings: Collection[int] | None = None
) -> list[HelpRequestEntry]:
    """Return the client's requests that were answered since a time, the newest first.

    `fundings`: only those that are about one of these.
    """
    query = _requests().where(HelpRequest.client_id == client_id, HelpRequest.answered_at >= since)
    newest_first = (HelpRequest.answered_at.desc(), HelpRequest.id.desc())
    return _entries(session, _about(query, fundings).order_by(*newest_first))


def help_requests_of_client(
    session: Session, client_id: int, *, fundings: Collection[int] | None = None
) -> list[HelpRequestEntry]:
    """Return all requests of the client, the newest first; `fundings`: only those about one of these."""
    query = _about(_requests().where(HelpRequest.client_id == client_id), fundings)
    return _entries(session, query.order_by(HelpRequest.id.desc()))


def help_request(session: Session, county_id: int, request_id: int) -> HelpRequestEntry | None:
    """Return a request to the county; None if there is none."""
    query = _requests().where(HelpRequest.county_id == county_id, HelpRequest.id == request_id)
    return next(iter(_entries(session, query)), None)


def waiting_requests(
    session: Session, county_id: int, *, count: int, first: int = 0
) -> tuple[list[HelpRequestEntry], int]:
    """Return a page of the requests that wait, the longest first, and the number of all that wait."""
    still_open = (
        HelpRequest.county_id == county_id,
        HelpRequest.answered_at.is_(None),
        HelpRequest.withdrawn_at.is_(None),
    )
    total = session.scalar(select(func.count(HelpRequest.id)).where(*still_open)) or 0
    query = _requests().where(*still_open).order_by(HelpRequest.asked_at, HelpRequest.id)
    return _entries(session, query.offset(first).limit(count)), total


def lock_request(session: Session, request_id: int) -> bool:
    """Lock a request, and return whether it still waits for an answer."""
    row = session.get(HelpRequest, request_id, with_for_update=True, populate_existing=True)
    return row is not None and row.answered_at is None and row.withdrawn_at is None


def _about(
    query: Select[HelpRequest, str, str | None], fundings: Collection[int] | None
) -> Select[HelpRequest, str, str | None]:
    return query if fundings is None else query.where(HelpRequest.funding_id.in_(fundings))


def _requests() -> Select[HelpRequest, str, str | None]:
    return (
        select(HelpRequest, Client.number, Funding.voucher)
        .join(Client, Client.id == HelpRequest.client_id)
        .outerjoin(Funding, Funding.id == HelpRequest.funding_id)
    )


def _entries(session: Session, query: Select[HelpRequest, str, str | None]) -> list[HelpRequestEntry]:
    return [
        HelpRequestEntry(
            id=row.id,
            client_id=row.client_id,
            county_id=row.county_id,
            client_number=number,
            kind=row.kind,
            voucher=voucher,
            words=row.words,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_at=row.answered_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row, number, voucher in session.execute(query.execution_options(populate_existing=True))
    ]
