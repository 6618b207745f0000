"""Send a message in the program. The mail says only that there is one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.charges.disputes.load.addresses import client_addresses, provider_addresses
from clearing.ledger.gateways.mail_texts import MESSAGE_SUBJECT, MESSAGE_TEXT
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from clearing.upkeep.rules.retention import last_day_kept
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.messages import LONGEST_MESSAGE
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Actor
from marketplace.load.mandates import may_write
from marketplace.load.messages import ConversationLine
from marketplace.load.reach import reaches_conversation
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.write.messages import lock_conversation, message_at, store_message

WORDS_MISSING: Final = Refusal("words_missing", "words")
WORDS_TOO_LONG: Final = Refusal("field_too_long", "words")


def party_of(actor: Actor) -> str:
    """Return the side of the actor: client, provider or county."""
    if actor.role in CLIENT_ROLES:
        return "client"
    return "provider" if actor.role in PROVIDER_ROLES else "county"


def send_message(
    session: Session, line: ConversationLine, *, words: str, after: int, actor: Actor, now: datetime
) -> int | Refusal:
    """Send a message; return its number. `after` is the number of the message that the sender read last.

    The same words sent twice after the same message are one message. The caller has seen that the actor is
    of the conversation. Refused with `mandate_missing`, `words_missing`, `field_too_long`.
    """
    text, party = words.strip(), party_of(actor)
    if party == "client" and not _may_write(session, line, actor, helsinki_day(now)):
        return MANDATE_MISSING
    if not text or len(text) > LONGEST_MESSAGE:
        return WORDS_TOO_LONG if text else WORDS_MISSING
    lock_conversation(session, line.client_id)
    if message_at(session, line.client_id, line.provider_id, after + 1) == (party, text):
        return after + 1
    key, number = store_message(
        session,
        county_id=line.county_id,
        client_id=line.client_id,
        provider_id=line.provider_id,
        party=party,
        words=text,
        by=actor.person_id,
        now=now,
        last_day=last_day_kept(helsinki_day(now), line.months),
    )
    _mail(session, line, party, f"message:{key}:{number}", now)
    record(
        session,
        actor=actor,
        now=now,
        act="message.send",
        subject=("conversation", key),
        county_id=line.county_id,
        client_id=line.client_id,
        detail={"number": number},
    )
    return number


def _may_write(session: Session, line: ConversationLine, actor: Actor, day: date) -> bool:
    opened = reaches_conversation(session, actor, line.client_id, line.provider_id)
    return opened and may_write(session, actor, line.client_id, day)


def _mail(session: Session, line: ConversationLine, party: str, key: str, now: datetime) -> None:
    """Leave the mail to the other side; the county's workers have their list."""
    addresses = []
    if party != "client":
        addresses = client_addresses(session, line.client_id, day=helsinki_day(now))
    elif line.provider_id is not None:
        addresses = provider_addresses(session, line.provider_id)
    for place, address in enumerate(addresses):
        leave_mail(session, f"{key}:{place}", to=address, subject=MESSAGE_SUBJECT, text=MESSAGE_TEXT, now=now)
