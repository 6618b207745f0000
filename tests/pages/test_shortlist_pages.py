"""/muistilista: kept over sessions, seen by helpers, changed by those who may choose or suggest."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import County
from foundation.database.tables.shortlists import ShortlistEntry
from marketplace.actions.keep_offering import MOST_KEPT
from tests.builders import NOW, a_provider, an_offering
from tests.builders.client_api import CLIENT, HELPER, STRANGER, WATCHER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage


def browser(client_api: ClientApi, key: str = CLIENT) -> StrictClient:
    """Somebody's browser, just logged in."""
    return logged_in_by_key(client_api.web, client_api.session, key)


def press(client: StrictClient, path: str, action: str, offering_id: int) -> StrictPage:
    """Press the button of a page that sends an offering to an address."""
    page = client.page(path, lang="en")
    actions = [form.get("action", "") for form in page.root.xpath("//main//form")]
    return client.send(page, form=actions.index(action), button=f"offering={offering_id}")


def keep(client: StrictClient, offering_id: int) -> str:
    """Keep an offering by the button of its page; return the list."""
    return press(client, f"/tarjonta/{offering_id}", "/muistilista", offering_id).texts("main")


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_list_is_right_in_every_language(client_api: ClientApi, language: str) -> None:
    client = browser(client_api)
    client.page("/muistilista", lang=language)
    keep(client, client_api.near)
    client.page("/muistilista", lang=language)


def test_a_list_is_kept_over_sessions_and_compared(client_api: ClientApi) -> None:
    client = browser(client_api)
    assert "The list is empty." in client.page("/muistilista", lang="en").texts("main")
    assert "Kotiapu Kaisla Oy" in keep(client, client_api.near)
    keep(client, client_api.near)
    keep(client, client_api.dear)
    again = browser(client_api).page("/muistilista", lang="en")
    assert [text.text_content() for text in again.root.xpath("//div[@class='om-text']/section/h2")] == [
        "Kotiapu Kaisla Oy",
        "Hoiva Havu Oy",
    ]
    compare = again.root.xpath("//a[text()='Compare these']/@href")[0]
    assert "Kotiapu Kaisla Oy" in client.page(compare, lang="en").texts("thead")


def test_a_helper_sees_the_same_list_and_a_watcher_does_not_change_it(client_api: ClientApi) -> None:
    assert "Hoiva Havu Oy" in keep(browser(client_api, HELPER), client_api.dear)
    assert "Hoiva Havu Oy" in browser(client_api).page("/muistilista", lang="en").texts("main")
    watcher = browser(client_api, WATCHER)
    seen = watcher.page("/muistilista", lang="en")
    assert "Hoiva Havu Oy" in seen.texts("main")
    assert "Take off the list" not in seen.texts("main")
    assert "Keep on the list" not in watcher.page(f"/tarjonta/{client_api.near}", lang="en").texts("main")


def test_nobody_else_sees_the_list(client_api: ClientApi) -> None:
    keep(browser(client_api), client_api.near)
    assert "Kaisla" not in browser(client_api, STRANGER).page("/muistilista", lang="en").texts("main")


def test_an_offering_is_taken_off_and_both_acts_are_in_the_log(client_api: ClientApi) -> None:
    client = browser(client_api)
    keep(client, client_api.near)
    left = press(client, "/muistilista", "/muistilista/poista", client_api.near)
    assert "The list is empty." in left.texts("main")
    client_api.session.rollback()
    acts = [event.act for event in client_api.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert [act for act in acts if act.startswith("shortlist.")] == ["shortlist.keep", "shortlist.drop"]


def test_what_cannot_be_chosen_any_more_is_marked(client_api: ClientApi) -> None:
    client = browser(client_api)
    keep(client, client_api.near)
    client_api.offering(client_api.near).published = False
    client_api.session.commit()
    page = client.page("/muistilista", lang="en")
    assert "Kotiapu Kaisla Oy" in page.texts("h2")
    assert "You cannot choose this" in page.texts("main")


def test_the_list_has_an_end_that_is_said(client_api: ClientApi) -> None:
    session, client = client_api.session, browser(client_api)
    county = session.get_one(County, 12)
    provider = a_provider(session, county, business_id="8000000-1", name="Monta Oy")
    ids = [an_offering(session, county, provider).id for _number in range(MOST_KEPT)]
    row = {"county_id": 12, "client_id": client_api.client_id, "added_at": NOW}
    session.execute(insert(ShortlistEntry), [{**row, "offering_id": key} for key in ids])
    session.commit()
    assert f"The list has room for {MOST_KEPT}." in keep(client, client_api.near)
    with pytest.raises(IntegrityError):
        session.execute(insert(ShortlistEntry), [{**row, "offering_id": ids[0]}])
    session.rollback()
