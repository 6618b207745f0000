"""A client asks a provider for a free time: request, offer or no, acceptance."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.invitations import emails_of_client
from marketplace.load.mandates import ClientEntry, may_choose
from marketplace.load.offerings import OfferingEntry
from marketplace.load.reach import reaches_service
from marketplace.load.time_requests import TimeRequestEntry, lock_time_request, request_of_time
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.time_requests import (
    ANSWERED_SUBJECT,
    ANSWERED_TEXT,
    ASKED_SUBJECT,
    ASKED_TEXT,
    EXPIRES_AFTER,
    LONGEST_WORDS,
    may_be_offered,
    room_for,
)
from marketplace.write.time_requests import (
    close_expired,
    mark_accepted,
    mark_closed,
    store_time_request,
    store_times,
)

ASKED_ALREADY: Final = Refusal("asked_already")
"""The client has an open request for this offering."""
REQUEST_CLOSED: Final = Refusal("request_closed")
"""The request was answered, withdrawn or accepted, has expired, or is another's."""
TIME_NOT_AHEAD: Final = Refusal("time_not_ahead", "times")
"""A time is past, or more than 90 days ahead; or there is none."""
TOO_MANY_TIMES: Final = Refusal("too_many_times", "times")
"""More times than may be offered for one request."""
WORDS_WRONG: Final = Refusal("words_wrong", "words")
"""The words are missing, or more than there is room for."""


def ask_for_time(
    session: Session, client: ClientEntry, offering: OfferingEntry, *, words: str, actor: Actor, now: datetime
) -> int | Refusal:
    """Store the request and return its id. Refused with `mandate_missing`, `words_wrong`, `asked_already`."""
    day = helsinki_day(now)
    if not _may_ask(session, client, offering.facts.service, actor, day):
        return MANDATE_MISSING
    if len(words) > LONGEST_WORDS:
        return WORDS_WRONG
    close_expired(session, client.id, offering.facts.id, day, now)
    request_id = store_time_request(
        session,
        county_id=client.county_id,
        client_id=client.id,
        offering_id=offering.facts.id,
        provider_id=offering.provider.id,
        words=words,
        person_id=actor.person_id,
        last_day=day + EXPIRES_AFTER,
        now=now,
    )
    if request_id is None:
        return ASKED_ALREADY
    if offering.provider.email:
        key = f"time_request:{request_id}"
        leave_mail(session, key, to=offering.provider.email, subject=ASKED_SUBJECT, text=ASKED_TEXT, now=now)
    _audit(session, "time_request.ask", request_id, client.id, client.county_id, actor, now)
    return request_id


def offer_times(
    session: Session, request_id: int, times: Collection[datetime], *, actor: Actor, now: datetime
) -> Refusal | None:
    """Offer one or more times. Refused with `request_closed`, `time_not_ahead`, `too_many_times`."""
    request = _own_open(session, request_id, actor, now)
    if request is None:
        return REQUEST_CLOSED
    if not times or not all(may_be_offered(each, now) for each in times):
        return TIME_NOT_AHEAD
    if not room_for([each.starts_at for each in request.times], times):
        return TOO_MANY_TIMES
    store_times(session, request_id, request.county_id, times, now)
    _mail_client(session, request, f"offer:{len(request.times)}", now)
    _audit(session, "time_request.offer", request_id, request.client_id, request.county_id, actor, now)
    return None


def decline_time_request(
    session: Session, request_id: int, *, words: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Say no, with words for the client. Refused with `request_closed`, `words_wrong`."""
    request = _own_open(session, request_id, actor, now)
    if request is None:
        return REQUEST_CLOSED
    if not 1 <= len(words.strip()) <= LONGEST_WORDS:
        return WORDS_WRONG
    mark_closed(session, request_id, "declined", answer=words.strip(), now=now)
    _mail_client(session, request, "no", now)
    _audit(session, "time_request.decline", request_id, request.client_id, request.county_id, actor, now)
    return None


def accept_time(
    session: Session, client: ClientEntry, offered_id: int, *, actor: Actor, now: datetime
) -> TimeRequestEntry | Refusal:
    """Accept an offered time, and return its request. Refused with `mandate_missing`, `request_closed`."""
    if not may_choose(session, actor, client.id, helsinki_day(now)):
        return MANDATE_MISSING
    request = _open_of_client(session, request_of_time(session, offered_id) or 0, client, actor, now)
    time = next((each for each in request.times if each.id == offered_id), None) if request else None
    if request is None or time is None or time.starts_at <= now:
        return REQUEST_CLOSED
    mark_accepted(session, offered_id, now)
    mark_closed(session, request.id, "accepted", now=now)
    _audit(session, "time_request.accept", request.id, client.id, client.county_id, actor, now)
    return request


def withdraw_time_request(
    session: Session, client: ClientEntry, request_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Withdraw a request, also instead of taking an offered time.

    Refused with `mandate_missing`, `request_closed`.
    """
    if not may_choose(session, actor, client.id, helsinki_day(now)):
        return MANDATE_MISSING
    if _open_of_client(session, request_id, client, actor, now) is None:
        return REQUEST_CLOSED
    mark_closed(session, request_id, "withdrawn", now=now)
    _audit(session, "time_request.withdraw", request_id, client.id, client.county_id, actor, now)
    return None


def _own_open(session: Session, request_id: int, actor: Actor, now: datetime) -> TimeRequestEntry | None:
    request = lock_time_request(session, request_id)
    if request is None or request.provider_id != actor.provider_id:
        return None
    return request if request.state_on(helsinki_day(now)) == "open" else None


def _may_ask(session: Session, client: ClientEntry, service: str, actor: Actor, day: date) -> bool:
    """Return whether the actor may choose for the client, with a voucher for the service."""
    return may_choose(session, actor, client.id, day) and reaches_service(session, actor, client.id, service)


def _open_of_client(
    session: Session, request_id: int, client: ClientEntry, actor: Actor, now: datetime
) -> TimeRequestEntry | None:
    request = lock_time_request(session, request_id)
    if request is None or request.client_id != client.id:
        return None
    if not reaches_service(session, actor, client.id, request.service):
        return None
    return request if request.state_on(helsinki_day(now)) == "open" else None


def _mail_client(session: Session, request: TimeRequestEntry, what: str, now: datetime) -> None:
    for email in emails_of_client(session, request.client_id, helsinki_day(now)):
        key = f"time_request:{request.id}:{what}:{email}"
        leave_mail(session, key, to=email, subject=ANSWERED_SUBJECT, text=ANSWERED_TEXT, now=now)


def _audit(
    session: Session, act: str, request_id: int, client_id: int, county_id: int, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("time_request", request_id),
        county_id=county_id,
        client_id=client_id,
    )
