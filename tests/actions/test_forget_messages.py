"""Messages are deleted after the last day that their writers read, and not a day too early."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from clearing.jobs import Timetable
from clearing.upkeep.actions.anchor_audit import UNPROVEN
from clearing.upkeep.actions.forget_messages import forget_messages
from foundation.database.session import make_engine
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import County
from foundation.database.tables.messages import Conversation, Message
from foundation.vocabulary.refusals import not_refused
from marketplace.actions.send_message import send_message
from marketplace.load.messages import conversation_line
from tests.builders.client_api import ClientApi
from tests.builders.county import NOW, TODAY

LAST_DAY = date(2028, 11, 21)


def noon(day: date) -> datetime:
    return NOW + (day - TODAY)


def write(api: ClientApi, words: str, day: date = TODAY) -> int:
    line = conversation_line(api.session, api.client_id, None, day=day)
    assert line is not None
    values = {"words": words, "after": line.messages, "actor": api.client_actor}
    number = not_refused(send_message(api.session, line, **values, now=noon(day)))  # type: ignore[arg-type]
    api.session.commit()
    return number


def kept(api: ClientApi) -> list[str]:
    return list(api.session.scalars(select(Message.words).order_by(Message.number)))


def test_a_message_is_kept_until_its_last_day(client_api: ClientApi) -> None:
    write(client_api, "first")
    assert forget_messages(client_api.session, most=10, now=noon(LAST_DAY)) == 0
    assert forget_messages(client_api.session, most=10, now=noon(date(2028, 11, 22))) == 1
    assert client_api.session.scalars(select(Conversation.id)).all() == []
    event = client_api.session.scalars(select(AuditEvent).where(AuditEvent.act == "message.delete")).one()
    assert (event.actor_name, event.detail) == ("Omatori", {"rows": 1})
    assert forget_messages(client_api.session, most=10, now=noon(date(2028, 11, 22))) == 0


def test_a_shorter_time_is_for_messages_sent_from_then_on(client_api: ClientApi) -> None:
    write(client_api, "first")
    client_api.session.query(County).update({"message_months": 1})
    client_api.session.commit()
    write(client_api, "second")
    assert forget_messages(client_api.session, most=10, now=noon(date(2026, 12, 22))) == 1
    assert kept(client_api) == ["first"]


def test_the_messages_that_stay_keep_their_numbers(client_api: ClientApi) -> None:
    write(client_api, "first")
    write(client_api, "second", date(2027, 1, 1))
    forget_messages(client_api.session, most=10, now=noon(date(2028, 12, 1)))
    client_api.session.commit()
    listed = client_api.read(f"/conversations/{client_api.client_id}-county/messages")
    assert [(item["number"], item["kept_until"]) for item in listed["items"]] == [(2, "2029-01-01")]
    assert listed["total"] == 1
    assert write(client_api, "third", date(2028, 12, 1)) == 3


def test_the_job_deletes_all_in_batches(client_api: ClientApi) -> None:
    for number in range(3):
        write(client_api, str(number))
    engine = make_engine(client_api.database_url)
    table = Timetable(engine, lambda *_: None, lambda: noon(date(2028, 11, 22)), UNPROVEN, messages_at_once=2)
    assert (table.forget_messages(), table.forget_messages()) == (3, 0)
    engine.dispose()
    client_api.session.rollback()
    assert kept(client_api) == []


def test_the_database_refuses_a_last_day_that_is_not_after_the_sending(client_api: ClientApi) -> None:
    write(client_api, "first")
    copy = "INSERT INTO message (county_id, conversation_id, number, party, words, sent_at, last_day)"
    copy += " SELECT county_id, conversation_id, 2, party, words, sent_at, :day FROM message"
    with pytest.raises(DBAPIError, match="ck_message_last_day"), client_api.session.begin_nested():
        client_api.session.execute(text(copy), {"day": TODAY})


def test_a_county_keeps_them_at_least_a_month(client_api: ClientApi) -> None:
    with pytest.raises(DBAPIError, match="message_months"), client_api.session.begin_nested():
        client_api.session.query(County).update({"message_months": 0})
