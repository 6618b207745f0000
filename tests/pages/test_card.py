"""/kortti: a client makes, prints, renews and cancels a card; a provider finds the vouchers by it."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from sqlalchemy import select

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.cards import Card
from tests.builders.client_api import BILLER, CLIENT, HELPER, WATCHER, ClientApi
from tests.builders.county import TODAY
from tests.builders.mandates import limit_helpers
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")
PRINTED = re.compile(r"K(?:-[0-9A-HJKMNP-TV-Z]{4}){4}")


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def make_card(client: StrictClient) -> str:
    """Make a card, and return its printed reference."""
    page = client.send(client.page("/kortti/uusi", lang="en"))
    found = PRINTED.search(page.texts("main"))
    assert found
    return found.group()


def choose(api: ClientApi) -> None:
    sent = {"offering": api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "1"}
    assert api.post(f"/fundings/{api.voucher}/choices", sent).status_code == 201


def look_up(api: ClientApi, reference: str) -> str:
    """Open the provider's form with a reference, as typed or scanned, and return what the page says."""
    logged_in_by_key(api.web, api.session, BILLER)
    return api.web.get(f"/t/kirjaa?seteli={reference}&lang=en", follow_redirects=True).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_card(client: StrictClient, language: str) -> None:
    assert not client.page("/kortti", lang=language).root.xpath("//main//*[local-name()='svg']")
    make_card(client)
    for path in ("/kortti", "/kortti/uusi", "/kortti/peru"):
        client.page(path, lang=language)


def test_the_card_says_nothing_about_the_client(client_api: ClientApi, client: StrictClient) -> None:
    make_card(client)
    card = client.page("/kortti", lang="en").texts("section[contains(@class, 'om-id-card')]")
    for word in ("Aino", "€", client_api.voucher, "PERSONAL"):
        assert word not in card
    assert "Valid21 November 2026 – 31 December 2026" in card.replace("\xa0", " ").replace(" – ", " – ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["a6", "a4"])
def test_the_printed_card_is_tagged_and_the_same_each_time(
    client_api: ClientApi, client: StrictClient, size: str, language: str
) -> None:
    make_card(client)
    client.page("/kortti", lang=language)
    answers = [client_api.web.get(f"/kortti/{size}.pdf") for _ in range(2)]
    assert answers[0].status_code == 200
    assert answers[0].mimetype == "application/pdf"
    assert answers[0].data == answers[1].data
    with pikepdf.open(io.BytesIO(answers[0].data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang)[:2] == {"selko": "fi"}.get(language, language)
        assert pdf.Root.StructTreeRoot
        assert len(pdf.pages) == 1


def test_a_renewed_card_stops_the_earlier_one_at_once(client_api: ClientApi, client: StrictClient) -> None:
    choose(client_api)
    first = make_card(client)
    second = make_card(client)
    assert first != second
    assert "No card that you may use has this number" in look_up(client_api, first)
    assert "Aino Asiakas" in look_up(client_api, second)
    cards = client_api.session.scalars(select(Card).order_by(Card.id)).all()
    assert [card.cancelled_at is None for card in cards] == [False, True]


def test_a_cancelled_card_is_dead_at_once(client_api: ClientApi, client: StrictClient) -> None:
    choose(client_api)
    reference = make_card(client)
    client.send(client.page("/kortti/peru", lang="en"))
    assert "No card that you may use has this number" in look_up(client_api, reference)
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "You have no card." in client.page("/kortti", lang="en").texts("main")
    assert client_api.web.get("/kortti/a6.pdf").status_code == 404


def test_a_provider_that_was_not_chosen_finds_nothing(client_api: ClientApi, client: StrictClient) -> None:
    reference = make_card(client)
    assert "No card that you may use has this number" in look_up(client_api, reference)


def test_the_client_reads_who_used_the_card(client_api: ClientApi, client: StrictClient) -> None:
    choose(client_api)
    look_up(client_api, make_card(client))
    client_api.session.expire_all()
    rows = client_api.session.scalars(select(AuditEvent).where(AuditEvent.client_id == client_api.client_id))
    noted = {(row.act, row.why) for row in rows}
    assert ("card.renew", "") in noted
    assert ("client.look", "Read your card to charge a visit") in noted


def test_a_helper_without_the_right_to_choose_neither_renews_nor_cancels(client_api: ClientApi) -> None:
    client_api.web.delete_cookie("session")
    owner = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    make_card(owner)
    watcher = logged_in_by_key(client_api.web, client_api.session, WATCHER)
    assert {client_api.web.get(f"/kortti/{path}").status_code for path in ("uusi", "peru")} == {404}
    shown = watcher.page("/kortti", lang="en").texts("main")
    assert PRINTED.search(shown)
    assert "Cancel the card" not in shown


def test_a_helper_for_some_vouchers_neither_sees_makes_nor_cancels_it(client_api: ClientApi) -> None:
    make_card(logged_in_by_key(client_api.web, client_api.session, CLIENT))
    limit_helpers(client_api)
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    for path in ("/kortti", "/kortti/uusi", "/kortti/peru"):
        helper.page(path, lang="en", status=404)
    assert client_api.web.get("/kortti/a6.pdf").status_code == 404
    assert "/kortti" not in helper.page("/oma").root.xpath("//main//@href")
    cards = client_api.session.scalars(select(Card)).all()
    assert [card.cancelled_at for card in cards] == [None]


def test_a_helper_who_may_choose_makes_a_card(client_api: ClientApi) -> None:
    assert make_card(logged_in_by_key(client_api.web, client_api.session, HELPER))
