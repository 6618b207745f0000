"""The owner makes, renews and revokes a key, and mends the list of refused charges, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator

from foundation.database.tables.people import ApiKey
from tests.builders.hands import Hands, Way
from tests.builders.provider_api import ProviderApi
from tests.journeys.axe import check_axe
from tests.pages.logged_in import logged_in
from tests.pages.served import served
from tests.pages.test_refused_tasks import refuse

pytestmark = pytest.mark.browser
KEYS, REFUSED = "/t/rajapinta", "/t/korjattavat"


@pytest.fixture
def owner(provider_api: ProviderApi, browser: Browser) -> Iterator[Hands]:
    """The owner at a phone's width, with a keyboard."""
    app = provider_api.web.application
    web = logged_in(app.test_client(), provider_api.session, provider_api.owner).web
    cookie = web.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    with served(app) as address:
        hands = Hands(browser, address, None, Way(390, keyboard=True, text="fi"))
        hands.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        yield hands
        hands.page.context.close()


def press(hands: Hands, control: Locator) -> None:
    """Press, and check the next page for accessibility."""
    hands.press(control)
    check_axe(hands.page)


def test_a_key_is_made_renewed_and_revoked_by_the_keyboard(provider_api: ProviderApi, owner: Hands) -> None:
    page, submit = owner.page, "main form[method=post] button[type=submit]"
    owner.open(f"{KEYS}?lang=fi")
    press(owner, page.locator(f"main a[href='{KEYS}/uusi']"))
    press(owner, page.locator(submit))
    assert page.locator("#error-summary").is_visible()
    owner.write(page.locator("main [name=label]"), "Palkat")
    owner.pick(page.get_by_label("Maija"))
    owner.pick(page.locator("main [name=scopes][value='charges:read']"))
    press(owner, page.locator(submit))
    first = page.locator(".om-key-shown").inner_text()
    card = page.locator("main section").filter(has_text="Palkat")
    press(owner, card.locator("a[href$='/uusi-salaisuus']"))
    press(owner, page.locator(submit))
    second = page.locator(".om-key-shown").inner_text()
    assert provider_api.get("/charges", key=second).status_code == 200
    press(owner, card.locator("a[href$='/mitatoi']"))
    press(owner, page.locator(submit))
    assert [provider_api.get("/charges", key=key).status_code for key in (first, second)] == [401, 401]
    revoked = provider_api.session.query(ApiKey).filter_by(label="Palkat").one()
    assert revoked.revoked_at is not None


def test_a_refused_charge_is_taken_off_the_list_by_the_keyboard(
    provider_api: ProviderApi, owner: Hands
) -> None:
    charge = refuse(provider_api)
    owner.open(f"{REFUSED}?lang=fi")
    check_axe(owner.page)
    press(owner, owner.page.locator("main a[href*='korjaa=']"))
    assert f"korjaa={charge}" in owner.path()
    owner.open(REFUSED)
    press(owner, owner.page.locator("main form[action$='/ei-veloiteta'] button"))
    assert owner.page.locator("main h2 a").count() == 0
