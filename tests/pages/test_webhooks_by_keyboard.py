"""The owner keeps an address of the company's program by the keyboard alone, from adding to removing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from foundation.database.tables.webhooks import Webhook, WebhookDelivery
from tests.builders.hands import Hands
from tests.builders.provider_api import ProviderApi, open_provider_api
from tests.builders.webhooks import FAILED, NotingSender
from tests.pages.test_keys_by_keyboard import owner, press
from tests.pages.test_webhook_pages import PLACE, URL, send
from tests.scratch_database import ScratchServer

__all__ = ["owner"]
pytestmark = pytest.mark.browser
SUBMIT = "main form[method=post] button[type=submit]"


@pytest.fixture
def provider_api(scratch_server: ScratchServer, worker_name: str, tmp_path: Path) -> Iterator[ProviderApi]:
    with open_provider_api(scratch_server, f"webhook_keys_{worker_name}", tmp_path) as opened:
        yield opened


class AddressKeeper:
    """The owner at the page of one address."""

    def __init__(self, owner: Hands) -> None:
        """Add the address: an empty form says what is missing, and the secret is shown once."""
        self.hands, self.page = owner, owner.page
        owner.open(f"{PLACE}?lang=fi")
        self.press(f"main a[href='{PLACE}/uusi']")
        self.press(SUBMIT)
        expect(self.page.locator("#error-summary")).to_be_focused()
        owner.write(self.page.locator("main [name=url]"), URL)
        owner.pick(self.page.locator("main [name=events][value='charge.accepted']"))
        self.press(SUBMIT)
        self.secret = self.page.locator(".om-key-shown").inner_text()
        tried = self.page.locator("main form[action$='/kokeile']").get_attribute("action") or ""
        self.path = tried.removesuffix("/kokeile")

    def press(self, control: str | Locator) -> None:
        press(self.hands, self.page.locator(control) if isinstance(control, str) else control)

    def press_form(self, ending: str) -> None:
        self.press(f"main form[action$='{ending}'] button >> nth=0")

    def follow(self, ending: str) -> None:
        self.press(f"main a[href$='{self.path}/{ending}']")


def states(api: ProviderApi) -> list[str]:
    api.session.rollback()
    return list(api.session.scalars(select(Webhook.state)))


def test_the_history_is_read_and_sent_again_by_the_keyboard(provider_api: ProviderApi, owner: Hands) -> None:
    kept = AddressKeeper(owner)
    assert kept.secret.startswith("whsec_")
    kept.press_form("/kokeile")
    assert send(provider_api, NotingSender({URL: FAILED})) == 0
    owner.open(kept.path)
    expect(kept.page.locator("main")).to_contain_text("we are down")
    expect(kept.page.locator("main")).not_to_contain_text(kept.secret)
    kept.press_form("/uudelleen")
    assert send(provider_api, NotingSender(), later=timedelta(minutes=1)) == 2


def test_an_address_is_paused_changed_and_removed_by_the_keyboard(
    provider_api: ProviderApi, owner: Hands
) -> None:
    kept = AddressKeeper(owner)
    kept.follow("tauko")
    kept.press_form("/tila")
    assert states(provider_api) == ["paused"]
    kept.press_form("/tila")
    assert states(provider_api) == ["on"]
    kept.follow("muuta")
    owner.write(kept.page.locator("main [name=url]"), f"{URL}/2")
    kept.press(SUBMIT)
    expect(kept.page.locator("main")).to_contain_text(f"{URL}/2")
    kept.follow("salaisuus")
    kept.press(SUBMIT)
    assert kept.page.locator(".om-key-shown").inner_text() not in ("", kept.secret)
    kept.follow("poista")
    kept.press_form("/poista")
    assert states(provider_api) == ["removed"]
    assert provider_api.session.scalars(select(WebhookDelivery.id)).all() == []
