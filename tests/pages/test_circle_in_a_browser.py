"""Walks of helpers in Chromium on narrow phones, by keyboard and without script, in plain Finnish."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from foundation.database.tables.choices import Choice
from foundation.database.tables.mandates import ClientWish
from foundation.database.tables.people import Mandate
from foundation.database.tables.proposals import Proposal, ProposalComment
from tests.builders.client_api import CLIENT, HELPER, WATCHER, WORKER, ClientApi
from tests.builders.hands import Hands, Way
from tests.pages.logged_in import logged_in_by_key
from tests.pages.served import served
from tests.pages.test_rights_of_a_mandate import the_mandate

pytestmark = pytest.mark.browser
WAYS = [
    Way(390, script=False),
    pytest.param(Way(320, script=False, keyboard=True), marks=pytest.mark.long),
    pytest.param(Way(390, keyboard=True), marks=pytest.mark.long),
]
Open = Callable[[str], Hands]


@pytest.fixture(params=WAYS, ids=str)
def open_as(client_api: ClientApi, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Return what opens a phone's window for the holder of a key, logged in."""
    contexts = []
    with served(client_api.web.application) as address:

        def open_window(key: str) -> Hands:
            web = client_api.web.application.test_client()
            logged_in_by_key(web, client_api.session, key)
            cookie = web.get_cookie(web.application.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            hands = Hands(browser, address, None, request.param)
            contexts.append(hands.page.context)
            hands.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            return hands

        yield open_window
        for context in contexts:
            context.close()


def go(hands: Hands, path: str) -> None:
    """Open a page in plain Finnish; it is not wider than the phone."""
    hands.open(f"{path}{'&' if '?' in path else '?'}lang=selko")


def press(hands: Hands, button: str) -> None:
    hands.press(hands.page.locator("main").get_by_role("button", name=button).first)


def write(hands: Hands, **fields: str) -> None:
    for name, text in fields.items():
        hands.write(hands.page.locator(f"main [name={name}]"), text)


def help_the_client(page: Hands) -> None:
    go(page, "/puolesta")
    press(page, "Jatka")


def propose(client_api: ClientApi, page: Hands) -> None:
    mandate = the_mandate(client_api)
    mandate.may_propose, mandate.may_choose = True, False
    client_api.session.commit()
    help_the_client(page)
    go(page, f"/ehdota?id={client_api.near}&id={client_api.dear}")
    write(page, amount="3", why="Tulee läheltä")
    press(page, "Lähetä ehdotus")


def stored(client_api: ClientApi, table: type[Choice | Proposal | ProposalComment]) -> int:
    client_api.session.expire_all()
    return len(client_api.session.scalars(select(table)).all())


def test_a_supporter_proposes_and_the_client_accepts(client_api: ClientApi, open_as: Open) -> None:
    propose(client_api, open_as(HELPER))
    assert (stored(client_api, Proposal), stored(client_api, Choice)) == (1, 0)
    client = open_as(CLIENT)
    go(client, "/oma")
    press(client, "Lue ehdotus")
    expect(client.page.locator("blockquote")).to_contain_text("Tulee läheltä")
    press(client, "Katso tätä: Kotiapu Kaisla Oy")
    expect(client.page.locator("[name=amount]")).to_have_value("3")
    press(client, "Jatka")
    assert stored(client_api, Choice) == 0
    press(client, "Valitsen tämän")
    assert "/valitse/valmis/" in client.path()
    assert client_api.session.scalars(select(Proposal.choice_id)).one() is not None


def test_a_circle_comments_and_the_client_says_no(client_api: ClientApi, open_as: Open) -> None:
    propose(client_api, open_as(HELPER))
    address = f"/ehdotukset/{client_api.session.scalars(select(Proposal.id)).one()}"
    watcher, client = open_as(WATCHER), open_as(CLIENT)
    help_the_client(watcher)
    go(watcher, address)
    write(watcher, words="Hän puhuu ruotsia")
    press(watcher, "Lähetä")
    go(client, address)
    expect(client.page.locator("main")).to_contain_text("Hän puhuu ruotsia")
    write(client, words="Voiko hän tulla kymmeneltä?")
    press(client, "Lähetä")
    go(watcher, address)
    expect(watcher.page.locator("main")).to_contain_text("Voiko hän tulla kymmeneltä?")
    go(client, address)
    press(client, "Ei kiitos")
    assert (stored(client_api, ProposalComment), stored(client_api, Choice)) == (2, 0)


def test_a_guardian_decides_with_the_clients_wish_kept(client_api: ClientApi, open_as: Open) -> None:
    the_mandate(client_api).kind = "guardian"
    client_api.session.commit()
    guardian = open_as(HELPER)
    help_the_client(guardian)
    go(guardian, f"/valitse?offering={client_api.near}")
    write(guardian, amount="3")
    press(guardian, "Jatka")
    press(guardian, "Valitsen tämän")
    expect(guardian.page.locator("h1")).to_have_text("Kysy ensin asiakkaalta")
    guardian.pick(guardian.page.locator("[name=wish][value=same]"))
    write(guardian, wish_words="Hän nyökkäsi")
    press(guardian, "Tallenna vastaus ja jatka")
    expect(guardian.page.locator("main")).to_contain_text("Hän nyökkäsi")
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
    write(guardian, why="Kukaan ei tullut")
    go(worker, f"/tt/asiakas/{client_api.client_id}")
    worker.pick(worker.page.locator("main [name=reason][value=handling]"))
    worker.press(worker.page.locator("main form button[type=submit]").first)
    go(worker, f"/tt/asiakas/{client_api.client_id}/edunvalvoja")
    press(worker, "Muuta oikeuksia")
    for right in ("may_choose", "may_confirm"):
        worker.clear(worker.page.locator(f"[name=rights][value={right}]"))
    press(worker, "Tallenna oikeudet")
    press(guardian, "Lähetä")
    expect(guardian.page.locator("main")).to_contain_text("Kukaan ei tullut")
    go(client, "/auttajat")
    expect(client.page.locator("main")).to_contain_text("Aikaisemmat oikeudet")
