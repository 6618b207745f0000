"""Messages of a client with the worker and with a chosen provider, on the pages of both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from foundation.database.tables import people
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.messages import Conversation, Message
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.providers import Offering
from tests.builders import TODAY, a_choice
from tests.builders.client_api import BILLER, CLIENT, FAR_WORKER, HELPER, STRANGER, WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

WORDS, REPLY = "Voinko siirtää torstain käynnin?\nTerveisin Aino", "Kyllä voit"
As = Callable[[str], StrictClient]


@pytest.fixture
def near_id(client_api: ClientApi) -> int:
    """The provider that the client has chosen."""
    offering = client_api.session.get(Offering, client_api.near)
    assert offering is not None
    funding = client_api.session.get(Funding, client_api.funding_id)
    assert funding is not None
    a_choice(client_api.session, funding, offering, held_cents=0)
    client_api.session.commit()
    return offering.provider_id


@pytest.fixture
def logged_in(client_api: ClientApi) -> As:
    return lambda key: logged_in_by_key(client_api.web, client_api.session, key)


def write(client: StrictClient, path: str, words: str = WORDS) -> None:
    client.send(client.page(path), {"words": words})


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_a_client_and_a_worker_write_to_each_other(
    client_api: ClientApi, logged_in: As, language: str
) -> None:
    write(logged_in(CLIENT), "/viestit/tyontekija")
    worker = logged_in(WORKER)
    shown = "fi" if language == "selko" else language
    for path in ("/tt", "/tt/viestit", f"/tt/asiakas/{client_api.client_id}"):
        worker.page(path, lang=shown)
    page = worker.page(f"/tt/viestit/{client_api.client_id}", lang=shown)
    assert "Terveisin Aino" in page.texts("main")
    worker.send(page, {"words": REPLY})
    client = logged_in(CLIENT)
    home = client.page("/oma", lang=language).texts("main")
    assert language != "en" or "Messages: 1 new" in home
    assert language != "en" or "1 new message" in client.page("/viestit", lang=language).texts("main")
    page = client.page("/viestit/tyontekija", lang=language)
    assert REPLY in page.texts("main")
    assert language != "en" or "New" in page.texts("main")
    assert language != "en" or "kept until 21 November 2028" in page.texts("main").replace("\xa0", " ")
    again = client.page("/viestit", lang="en").texts("main")
    assert "new message" not in again


def test_read_marks_are_of_the_side_that_has_read(client_api: ClientApi, logged_in: As) -> None:
    write(logged_in(CLIENT), "/viestit/tyontekija")
    assert "Not read yet" in logged_in(CLIENT).page("/viestit/tyontekija", lang="en").texts("main")
    assert "1 client has written to you." in logged_in(WORKER).page("/tt", lang="en").texts("main")
    logged_in(WORKER).page(f"/tt/viestit/{client_api.client_id}")
    assert "Nothing new." in logged_in(WORKER).page("/tt", lang="en").texts("main")
    assert "Not read yet" not in logged_in(CLIENT).page("/viestit/tyontekija", lang="en").texts("main")


def test_a_client_and_a_chosen_provider_write_to_each_other(
    client_api: ClientApi, logged_in: As, near_id: int
) -> None:
    path = f"/viestit/palveluntuottaja/{near_id}"
    write(logged_in(CLIENT), path)
    provider = logged_in(BILLER)
    assert "1 client has written to you." in provider.page("/t", lang="en").texts("main")
    assert "1 new message" in provider.page("/t/viestit", lang="en").texts("main")
    page = provider.page(f"/t/viestit/{client_api.client_id}")
    assert "Terveisin Aino" in page.texts("main")
    provider.send(page, {"words": REPLY})
    assert REPLY in logged_in(CLIENT).page(path).texts("main")
    logged_in(WORKER).page("/tt/viestit", lang="en").root.xpath("//main")
    assert "Terveisin" not in logged_in(WORKER).page(f"/tt/viestit/{client_api.client_id}").texts("main")


def test_a_provider_that_is_not_chosen_is_not_written_to(client_api: ClientApi, logged_in: As) -> None:
    offering = client_api.session.get(Offering, client_api.near)
    assert offering is not None
    logged_in(CLIENT).page(f"/viestit/palveluntuottaja/{offering.provider_id}", status=404)
    logged_in(BILLER).page(f"/t/viestit/{client_api.client_id}", status=404)


@pytest.mark.parametrize(("days", "status"), [(60, 200), (61, 404)])
def test_they_can_write_sixty_days_after_the_choice_has_ended(
    client_api: ClientApi, logged_in: As, near_id: int, days: int, status: int
) -> None:
    choice = client_api.session.scalars(select(Choice)).one()
    choice.starts_on = TODAY - timedelta(days=90)
    choice.ends_on = TODAY - timedelta(days=days)
    client_api.session.commit()
    logged_in(CLIENT).page(f"/viestit/palveluntuottaja/{near_id}", status=status)
    logged_in(BILLER).page(f"/t/viestit/{client_api.client_id}", status=status)


def test_the_same_form_sent_twice_is_one_message(client_api: ClientApi, logged_in: As) -> None:
    client = logged_in(CLIENT)
    page = client.page("/viestit/tyontekija")
    for _ in range(2):
        client.send(page, {"words": WORDS})
    assert client_api.count(Message) == 1
    client.send(client.page("/viestit/tyontekija"), {"words": WORDS})
    assert client_api.count(Message) == 2, "the same words in a new form are a new message"


def test_a_form_sent_again_after_the_answer_is_still_one_message(
    client_api: ClientApi, logged_in: As
) -> None:
    form = logged_in(CLIENT).page("/viestit/tyontekija")
    logged_in(CLIENT).send(form, {"words": WORDS})
    worker = logged_in(WORKER)
    worker.send(worker.page(f"/tt/viestit/{client_api.client_id}"), {"words": REPLY})
    logged_in(CLIENT).send(form, {"words": WORDS})
    assert client_api.count(Message) == 2


def test_an_empty_message_is_not_sent(client_api: ClientApi, logged_in: As) -> None:
    client = logged_in(CLIENT)
    client.send(client.page("/viestit/tyontekija"), {"words": " "}, status=422)
    assert client_api.count(Message) == 0


def test_others_read_nothing(client_api: ClientApi, logged_in: As) -> None:
    write(logged_in(CLIENT), "/viestit/tyontekija")
    logged_in(FAR_WORKER).page(f"/tt/viestit/{client_api.client_id}", status=404)
    assert "Terveisin" not in logged_in(STRANGER).page("/viestit/tyontekija").texts()


def test_a_helper_needs_the_right_and_marks_nothing_as_read(client_api: ClientApi, logged_in: As) -> None:
    worker = logged_in(WORKER)
    worker.send(worker.page(f"/tt/viestit/{client_api.client_id}"), {"words": REPLY})
    logged_in(HELPER).page("/viestit/tyontekija", status=404)
    client_api.session.query(people.Mandate).filter_by(may_choose=True).update({"may_propose": True})
    client_api.session.commit()
    assert REPLY in logged_in(HELPER).page("/viestit/tyontekija").texts("main")
    assert client_api.session.scalars(select(Conversation.client_read)).all() == [0]


def test_the_mail_says_only_that_there_is_a_message(
    client_api: ClientApi, logged_in: As, near_id: int
) -> None:
    write(logged_in(CLIENT), f"/viestit/palveluntuottaja/{near_id}")
    worker = logged_in(WORKER)
    worker.send(worker.page(f"/tt/viestit/{client_api.client_id}"), {"words": REPLY})
    mails = client_api.session.scalars(select(OutboxMessage.body).where(OutboxMessage.kind == "mail")).all()
    assert len(mails) == 2
    for mail in mails:
        assert "viesti" in mail["text"]
        assert not any(words in str(mail) for words in ("torstai", REPLY, "Aino", "Tiina", "Kaisla"))


def test_words_never_change(client_api: ClientApi, logged_in: As) -> None:
    write(logged_in(CLIENT), "/viestit/tyontekija")
    with pytest.raises(DBAPIError, match="append-only"), client_api.session.begin_nested():
        client_api.session.execute(text("UPDATE message SET words = 'x'"))
    with pytest.raises(DBAPIError, match="ck_conversation"), client_api.session.begin_nested():
        client_api.session.execute(text("UPDATE conversation SET client_read = 9"))
