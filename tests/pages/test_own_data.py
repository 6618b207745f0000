"""/omat-tiedot: all that is known of the client, in words and for programs, and nothing of others."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import html
from sqlalchemy import select, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.people import Mandate, WebSession
from marketplace.load.own_data import STORED_KINDS
from tests.architecture.test_disclosure import PERSONAL
from tests.builders.client_api import CLIENT, HELPER, STRANGER, WATCHER, WORKER, ClientApi
from tests.builders.county import NOW
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")
PATH = "/omat-tiedot"
READ = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)")
LEFT_OUT = {
    "funding_document": "computed from what is there",
    "settlement_charge": "whether a charge is paid is its state; in which run says nothing of the client",
    "visit_link": "whoever has the address could join the visit",
}
"""Tables about clients that are not in the file, each with its reason."""


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def saved(client: StrictClient, lang: str = "en", path: str = PATH) -> tuple[dict[str, Any], str]:
    """Save the file by the button of the page; return its document and its page."""
    page = client.page(path, lang=lang)
    answer = client.web.post(path, data=dict(page.form(0).form_values()))
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/zip"
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["omat-tiedot.html", "omat-tiedot.json"]
        return json.loads(archive.read("omat-tiedot.json")), archive.read("omat-tiedot.html").decode()


def rows(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the rows of a kind."""
    (found,) = [each["rows"] for each in document["kinds"] if each["kind"] == kind]
    return list(found)


def test_every_table_about_clients_is_in_the_file_or_has_a_reason() -> None:
    read = {table for kind in STORED_KINDS for table in READ.findall(kind.query)}
    assert PERSONAL - read == LEFT_OUT.keys()


def test_codes_and_fields_are_named_once() -> None:
    assert len({kind.code for kind in STORED_KINDS}) == len(STORED_KINDS)
    for kind in STORED_KINDS:
        assert len({field.name for field in kind.fields}) == len(kind.fields), kind.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_read_in_each_language(client: StrictClient, language: str) -> None:
    document, page = saved(client, language)
    assert rows(document, "client")[0]["name"] == document["client"]["name"]
    tree = html.document_fromstring(page)
    assert tree.get("lang") == {"selko": "fi"}.get(language, language)
    assert len(tree.findall(".//h1")) == 1
    assert document["client"]["number"] in tree.text_content()
    assert not tree.xpath("//script | //link | //img | //*[@src] | //a[not(starts-with(@href, '#'))]")


def test_money_days_and_codes_have_the_documented_forms(client_api: ClientApi, client: StrictClient) -> None:
    document, page = saved(client)
    (voucher,) = rows(document, "vouchers")
    assert (voucher["voucher"], voucher["granted"], voucher["free"]) == (
        client_api.voucher,
        "1000.00",
        "1000.00",
    )
    assert voucher["services"] == ["PERSONAL_ASSISTANCE"]
    assert voucher["first_day"] == "2026-01-01"
    charge = rows(document, "charges")[0]
    fields = {field["name"]: field for kind in document["kinds"] for field in kind["fields"]}
    assert set(charge) >= {"service_day", "provider", "price", "state"}
    assert fields["state"]["codes"]
    assert "€1,000.00" in page
    used = {field["form"] for kind in document["kinds"] for field in kind["fields"]}
    assert used <= document["forms"].keys()


def test_nothing_of_another_client_is_in_it(client_api: ClientApi, client: StrictClient) -> None:
    document, page = saved(client)
    text = json.dumps(document) + page
    assert client_api.voucher in text
    assert client_api.other_voucher not in text
    assert "Toinen Asiakas" not in text


def test_who_saved_it_is_recorded_for_the_client(client_api: ClientApi, client: StrictClient) -> None:
    saved(client)
    client_api.session.rollback()
    (row,) = client_api.session.scalars(select(AuditEvent).where(AuditEvent.act == "data.copy"))
    assert (row.client_id, row.role) == (client_api.client_id, "client")
    assert "Saved a copy of your data" in client.page("/katsojat", lang="en").texts("main")
    document, _page = saved(client)
    assert "data.copy" in {each["act"] for each in rows(document, "looks")}


def test_an_old_log_in_is_asked_to_log_in_again(client_api: ClientApi, client: StrictClient) -> None:
    page = client.page(PATH, lang="en")
    client_api.session.execute(update(WebSession).values(ends_at=WebSession.ends_at - timedelta(minutes=11)))
    client_api.session.commit()
    values = dict(page.form(0).form_values())
    answer = client.web.post(PATH, data=values, headers={"Origin": "http://localhost"})
    assert answer.status_code == 401
    assert answer.content_type != "application/zip"
    assert "Log in" in answer.text
    client_api.session.rollback()
    found = client_api.session.scalars(select(AuditEvent).where(AuditEvent.act == "data.copy"))
    assert list(found) == []


def test_a_helper_saves_what_the_helper_may_read(client_api: ClientApi) -> None:
    client_api.session.execute(update(Mandate).values(all_fundings=True, may_propose=False))
    client_api.session.commit()
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    document, _page = saved(helper)
    kinds = {each["kind"] for each in document["kinds"]}
    hidden = {"account", "log_ins", "ways_to_log_in", "mandates", "invitations", "wishes", "messages"}
    assert not kinds & hidden
    assert {"charges", "vouchers", "looks"} <= kinds
    assert any("Only the client can save them" in text for text in document["left_out"])


def test_a_worker_saves_it_for_a_client_and_says_why(client_api: ClientApi) -> None:
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    path = f"/tt/asiakas/{client_api.client_id}"
    assert worker.web.get(f"{path}/tiedot").status_code == 302
    page = worker.page(path, lang="en")
    worker.send(page, {"reason": "asked"})
    document, _page = saved(worker, path=f"{path}/tiedot")
    kinds = {each["kind"] for each in document["kinds"]}
    assert not kinds & {"account", "log_ins"}
    assert {"mandates", "messages"} <= kinds
    client_api.session.rollback()
    (row,) = client_api.session.scalars(select(AuditEvent).where(AuditEvent.act == "data.copy"))
    assert (row.role, row.why) == ("worker", "You or your helper asked for it")


def test_by_the_api_as_a_document(client_api: ClientApi) -> None:
    document = client_api.read("/me/data")
    assert document["format"] == "omatori-own-data"
    assert rows(document, "vouchers")[0]["voucher"] == client_api.voucher
    assert client_api.read("/me/data", key=STRANGER)["client"]["number"] != document["client"]["number"]
    watched = client_api.read("/me/data", key=WATCHER)
    assert watched["client"]["number"] == document["client"]["number"]
    answer = client_api.get("/me/data?client=C-999999")
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "client_unknown")


def test_the_file_is_made_at_the_time_of_the_clock(client: StrictClient) -> None:
    document, _page = saved(client)
    assert document["made_at"] == NOW.isoformat()
