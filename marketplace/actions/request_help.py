"""A client asks the county: I do not want a voucher, or help me choose. A worker answers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import MyFunding
from marketplace.load.help_requests import HelpRequestEntry, lock_request
from marketplace.load.mandates import ClientEntry, may_choose
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.write.help_requests import mark_withdrawn, store_request, store_request_answer

NO_VOUCHER, HELP_CHOOSING = "no_voucher", "help_choosing"
LONGEST_WORDS: Final = 2000
REQUEST_OPEN: Final = Refusal("request_open")
"""The client has an open request of this kind."""
REQUEST_NOT_OPEN: Final = Refusal("request_not_open")
"""The request has been answered or withdrawn."""
REQUEST_WORDS: Final = Refusal("request_words", "words")
"""The words are missing, or more than there is room for."""
VOUCHER_MISSING: Final = Refusal("voucher_missing", "voucher")
"""Who refuses a voucher says which one."""


def request_help(
    session: Session,
    client: ClientEntry,
    *,
    kind: str,
    funding: MyFunding | None,
    words: str,
    actor: Actor,
    now: datetime,
) -> int | Refusal:
    """Store the request and return its id. The voucher stays as it is until a worker acts.

    A request that is about no voucher needs a mandate for all.

    Refused with `mandate_missing`, `voucher_missing`, `request_words`, `request_open`.
    """
    funding_id = None if funding is None else funding.facts.id
    reaches = actor.reaches_all(client.id) or funding_id is not None
    if not (reaches and may_choose(session, actor, client.id, helsinki_day(now), funding_id)):
        return MANDATE_MISSING
    if kind == NO_VOUCHER and funding is None:
        return VOUCHER_MISSING
    if len(words) > LONGEST_WORDS:
        return REQUEST_WORDS
    request_id = store_request(
        session,
        county_id=client.county_id,
        client_id=client.id,
        kind=kind,
        funding_id=funding_id,
        words=words,
        person_id=actor.person_id,
        now=now,
    )
    if request_id is None:
        return REQUEST_OPEN
    _audit(session, "help_request.ask", request_id, client.id, client.county_id, actor, now)
    return request_id


def withdraw_request(
    session: Session, client: ClientEntry, request: HelpRequestEntry, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Withdraw an open request. Refused with `mandate_missing`, `request_not_open`."""
    own = request.client_id == client.id and may_choose(session, actor, client.id, helsinki_day(now))
    if not own:
        return MANDATE_MISSING
    if not lock_request(session, request.id):
        return REQUEST_NOT_OPEN
    mark_withdrawn(session, request.id, now=now)
    _audit(session, "help_request.withdraw", request.id, client.id, client.county_id, actor, now)
    return None


def answer_request(
    session: Session, request: HelpRequestEntry, *, answer: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Store a worker's answer, which the client reads. Refused with `request_words`, `request_not_open`."""
    if not 1 <= len(answer.strip()) <= LONGEST_WORDS:
        return REQUEST_WORDS
    if actor.county_id != request.county_id or not lock_request(session, request.id):
        return REQUEST_NOT_OPEN
    store_request_answer(session, request.id, answer=answer.strip(), person_id=actor.person_id, now=now)
    _audit(session, "help_request.answer", request.id, request.client_id, request.county_id, actor, now)
    return None


def _audit(
    session: Session, act: str, request_id: int, client_id: int, county_id: int, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("help_request", request_id),
        county_id=county_id,
        client_id=client_id,
    )
