"""Walks of helpers in Chromium, on a phone of 390 px and without script: propose, comment, decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from foundation.database.tables.choices import Choice
from foundation.database.tables.mandates import ClientWish
from foundation.database.tables.people import Mandate
from foundation.database.tables.proposals import Proposal, ProposalComment
from tests.builders.browser_session import PHONE
from tests.builders.client_api import CLIENT, HELPER, WATCHER, WORKER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.served import served
from tests.pages.test_rights_of_a_mandate import the_mandate

pytestmark = pytest.mark.browser
WIDTH = "() => document.documentElement.scrollWidth"
Open = Callable[[str], Page]


@pytest.fixture
def open_as(client_api: ClientApi, browser: Browser) -> Iterator[Open]:
    """Return what opens a phone's window for the holder of a key, logged in, without script."""
    contexts = []
    with served(client_api.web.application) as address:

        def open_window(key: str) -> Page:
            web = client_api.web.application.test_client()
            logged_in_by_key(web, client_api.session, key)
            cookie = web.get_cookie(web.application.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            context = browser.new_context(
                base_url=address, java_script_enabled=False, locale="fi-FI", viewport=PHONE
            )
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            contexts.append(context)
            return context.new_page()

        yield open_window
        for context in contexts:
            context.close()


def go(page: Page, path: str) -> None:
    """Open a page in plain Finnish; it is not wider than the phone."""
    page.goto(f"{path}{'&' if '?' in path else '?'}lang=selko")
    assert page.evaluate(WIDTH) <= PHONE["width"], path


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button).first.click()
    assert page.evaluate(WIDTH) <= PHONE["width"], page.url


def help_the_client(page: Page) -> None:
    go(page, "/puolesta")
    press(page, "Jatka")


def propose(client_api: ClientApi, page: Page) -> None:
    mandate = the_mandate(client_api)
    mandate.may_propose, mandate.may_choose = True, False
    client_api.session.commit()
    help_the_client(page)
    go(page, f"/ehdota?id={client_api.near}&id={client_api.dear}")
    page.locator("[name=amount]").fill("3")
    page.locator("[name=why]").fill("Tulee läheltä")
    press(page, "Lähetä ehdotus")


def stored(client_api: ClientApi, table: type[Choice | Proposal | ProposalComment]) -> int:
    client_api.session.expire_all()
    return len(client_api.session.scalars(select(table)).all())


def test_a_supporter_proposes_and_the_client_accepts(client_api: ClientApi, open_as: Open) -> None:
    propose(client_api, open_as(HELPER))
    assert (stored(client_api, Proposal), stored(client_api, Choice)) == (1, 0)
    client = open_as(CLIENT)
    go(client, "/oma")
    with client.expect_navigation():
        client.get_by_role("button", name="Lue ehdotus").click()
    expect(client.locator("blockquote")).to_contain_text("Tulee läheltä")
    with client.expect_navigation():
        client.get_by_role("button", name="Katso tätä: Kotiapu Kaisla Oy").click()
    expect(client.locator("[name=amount]")).to_have_value("3")
    press(client, "Jatka")
    assert stored(client_api, Choice) == 0
    press(client, "Valitsen tämän")
    assert "/valitse/valmis/" in client.url
    assert client_api.session.scalars(select(Proposal.choice_id)).one() is not None


def test_a_circle_comments_and_the_client_says_no(client_api: ClientApi, open_as: Open) -> None:
    propose(client_api, open_as(HELPER))
    address = f"/ehdotukset/{client_api.session.scalars(select(Proposal.id)).one()}"
    watcher, client = open_as(WATCHER), open_as(CLIENT)
    help_the_client(watcher)
    go(watcher, address)
    watcher.locator("[name=words]").fill("Hän puhuu ruotsia")
    press(watcher, "Lähetä")
    go(client, address)
    expect(client.locator("main")).to_contain_text("Hän puhuu ruotsia")
    client.locator("[name=words]").fill("Voiko hän tulla kymmeneltä?")
    press(client, "Lähetä")
    go(watcher, address)
    expect(watcher.locator("main")).to_contain_text("Voiko hän tulla kymmeneltä?")
    go(client, address)
    press(client, "Ei kiitos")
    assert (stored(client_api, ProposalComment), stored(client_api, Choice)) == (2, 0)


def test_a_guardian_decides_with_the_clients_wish_kept(client_api: ClientApi, open_as: Open) -> None:
    the_mandate(client_api).kind = "guardian"
    client_api.session.commit()
    guardian = open_as(HELPER)
    help_the_client(guardian)
    go(guardian, f"/valitse?offering={client_api.near}")
    guardian.locator("[name=amount]").fill("3")
    press(guardian, "Jatka")
    press(guardian, "Valitsen tämän")
    expect(guardian.locator("h1")).to_have_text("Kysy ensin asiakkaalta")
    guardian.locator("[name=wish][value=same]").check(force=True)
    guardian.locator("[name=wish_words]").fill("Hän nyökkäsi")
    press(guardian, "Tallenna vastaus ja jatka")
    expect(guardian.locator("main")).to_contain_text("Hän nyökkäsi")
    wish = client_api.session.scalars(select(ClientWish)).one()
    holder = client_api.session.scalars(select(Mandate.person_id).where(Mandate.kind == "guardian")).one()
    assert (wish.kind, wish.asked_by) == ("same", holder)


def test_the_county_narrows_a_guardians_rights_while_the_guardian_writes(
    client_api: ClientApi, open_as: Open
) -> None:
    the_mandate(client_api).kind = "guardian"
    client_api.session.commit()
    guardian, worker, client = open_as(HELPER), open_as(WORKER), open_as(CLIENT)
    help_the_client(guardian)
    go(guardian, f"/kulut/{client_api.charge}/ei-oikein")
    guardian.locator("[name=why]").fill("Kukaan ei tullut")
    go(worker, f"/tt/asiakas/{client_api.client_id}")
    worker.locator("main [name=reason][value=handling]").check(force=True)
    with worker.expect_navigation():
        worker.locator("main form button[type=submit]").first.click()
    go(worker, f"/tt/asiakas/{client_api.client_id}/edunvalvoja")
    press(worker, "Muuta oikeuksia")
    for right in ("may_choose", "may_confirm"):
        worker.locator(f"[name=rights][value={right}]").uncheck(force=True)
    press(worker, "Tallenna oikeudet")
    press(guardian, "Lähetä")
    expect(guardian.locator("main")).to_contain_text("Kukaan ei tullut")
    go(client, "/auttajat")
    expect(client.locator("main")).to_contain_text("Aikaisemmat oikeudet")
