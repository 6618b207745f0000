"""/t/rajapinta/ilmoitukset: addresses of the company's programs, their history, and sending again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from clearing.webhooks.actions.send_webhooks import WebhookSending, send_webhooks
from foundation.database.tables.webhooks import Webhook, WebhookDelivery
from foundation.vocabulary.keys import KeyPurpose
from tests.builders import NOW
from tests.builders.provider_api import ProviderApi, open_provider_api
from tests.builders.webhooks import FAILED, NotingSender
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage
from tests.scratch_database import ScratchServer

PLACE = "/t/rajapinta/ilmoitukset"
URL = "https://hooks.example.com/omatori"
LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def provider_api(scratch_server: ScratchServer, worker_name: str, tmp_path: Path) -> Iterator[ProviderApi]:
    with open_provider_api(scratch_server, f"webhook_pages_{worker_name}", tmp_path) as opened:
        yield opened


@pytest.fixture
def owner(provider_api: ProviderApi) -> StrictClient:
    return logged_in(provider_api.web.application.test_client(), provider_api.session, provider_api.owner)


def added(owner: StrictClient) -> StrictPage:
    page = owner.page(f"{PLACE}/uusi", lang="en")
    return owner.send(page, {"url": URL, "events": ["charge.accepted", "settlement.paid"]})


def pressed(owner: StrictClient, page: StrictPage, ending: str, status: int = 200) -> StrictPage:
    """Press the button whose form goes to an address with this end."""
    actions = [form.get("action") or "" for form in page.root.xpath("//main//form")]
    [at] = [at for at, action in enumerate(actions) if action.endswith(ending)]
    named = page.form(at).xpath(".//button[@name]")
    button = f"{named[0].get('name')}={named[0].get('value')}" if named else None
    return owner.send(page, form=at, status=status, button=button)


def send(api: ProviderApi, sender: NotingSender, *, later: timedelta = timedelta()) -> int:
    extension = api.web.application.extensions["omatori"]
    keys = extension.settings.keys(KeyPurpose.WEBHOOKS)
    sending = WebhookSending(keys, sender)
    return send_webhooks(extension.system_sessions, sending, lambda: NOW + later)


def test_an_address_is_added_and_its_secret_shown_once(owner: StrictClient) -> None:
    for lang in LANGUAGES:
        assert owner.page(PLACE, lang=lang).texts("h1")
    shown = added(owner)
    secret = shown.one('code[@class="om-key-shown"]').text or ""
    assert secret.startswith("whsec_")
    path = shown.root.xpath("//form[contains(@action, '/kokeile')]/@action")[0].removesuffix("/kokeile")
    for lang, words in zip(
        LANGUAGES, ("Maksu on maksettu", "En betalning har betalats", "A payment has been made"), strict=True
    ):
        page = owner.page(path, lang=lang)
        assert words in page.texts("main")
        assert secret not in page.texts()
        for more in ("muuta", "salaisuus", "poista"):
            owner.page(f"{path}/{more}", lang=lang)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.com/", "The address must begin with https://"),
        ("https://10.0.0.1/", "not on the public internet"),
        ("omatori", "Enter an address that begins with https://"),
        ("", "Enter the address of your program"),
    ],
)
def test_a_wrong_address_says_why_and_stays_typed(owner: StrictClient, url: str, said: str) -> None:
    page = owner.page(f"{PLACE}/uusi", lang="en")
    refused = owner.send(page, {"url": url, "events": ["choice.made"]}, status=422)
    assert said in refused.texts("main")
    assert (refused.one('input[@name="url"]').get("value") or "") == url
    assert refused.one('input[@value="choice.made"]').get("checked") is not None


def test_the_history_says_what_the_program_answered_and_sends_again(
    provider_api: ProviderApi, owner: StrictClient
) -> None:
    shown = added(owner)
    after = pressed(owner, shown, "/kokeile")
    assert "The test is on its way." in after.texts("main")
    sender = NotingSender({URL: FAILED})
    assert send(provider_api, sender) == 0
    page = owner.page(after.path, lang="en")
    assert "500" in page.texts("main")
    assert "we are down" in page.texts("main")
    assert "Next attempt" in page.texts("main")
    again = pressed(owner, page, "/uudelleen")
    assert "It is sent again." in again.texts("main")
    sender.answers.clear()
    assert send(provider_api, sender, later=timedelta(minutes=1)) == 2
    assert len({event["id"] for event in sender.bodies()}) == 1
    assert "Delivered" in owner.page(after.path, lang="en").texts("main")


def pause_page(owner: StrictClient, page: StrictPage, lang: str = "en") -> StrictPage:
    """Return the page before a pause, from that of an address."""
    (link,) = page.root.xpath("//main//a[contains(@href, '/tauko')]/@href")
    return owner.page(link, lang=lang)


def test_a_pause_leaves_out_what_its_page_says(provider_api: ProviderApi, owner: StrictClient) -> None:
    """What happens meanwhile is not sent later; what waited is; the API has what was left out."""
    shown = added(owner)
    pressed(owner, shown, "/kokeile")
    for lang in ("fi", "sv"):
        pause_page(owner, shown, lang)
    asked = pause_page(owner, shown)
    assert "What happens during the pause is not sent later" in asked.texts("main")
    paused = pressed(owner, asked, "/tila")
    assert "Paused: what happens now is not sent later" in paused.texts("main")
    sent = provider_api.charge()
    assert provider_api.post("/charges", sent).status_code == 201
    sender = NotingSender()
    assert send(provider_api, sender) == 0
    on = pressed(owner, paused, "/tila")
    assert "your program reads it by the API" in on.texts("main")
    assert send(provider_api, sender) == 1
    assert [event["type"] for event in sender.bodies()] == ["test"]
    listed = provider_api.get(f"/charges?from={sent['service_day']}&to={sent['service_day']}").get_json()
    assert "R-1" in [charge["reference"] for charge in listed["items"]]
    assert provider_api.get("/settlements").status_code == 200
    assert provider_api.get("/visits?from=2026-11-16&to=2026-11-22").status_code == 200


def test_an_address_is_paused_turned_on_changed_and_removed(
    provider_api: ProviderApi, owner: StrictClient
) -> None:
    paused = pressed(owner, pause_page(owner, added(owner)), "/tila")
    assert "Paused. Nothing is sent to this address." in paused.texts("main")
    assert owner.web.get(f"{paused.path}/tauko").status_code == 302
    on = pressed(owner, paused, "/tila")
    assert "Turned on again." in on.texts("main")
    changed = owner.send(owner.page(f"{on.path}/muuta", lang="en"), {"url": f"{URL}/2"})
    assert f"{URL}/2" in changed.texts("main")
    rotated = owner.send(owner.page(f"{on.path}/salaisuus", lang="en"))
    assert "The old secret signs too until 28 Nov 2026." in rotated.texts("main")
    removed = owner.send(owner.page(f"{on.path}/poista", lang="en"))
    assert "There are no addresses." in removed.texts("main")
    assert provider_api.session.scalars(select(Webhook.state)).all() == ["removed"]
    owner.page(on.path, status=404)


def test_a_stopped_address_says_so_and_is_turned_on_again(
    provider_api: ProviderApi, owner: StrictClient
) -> None:
    shown = added(owner)
    path = shown.root.xpath("//form[contains(@action, '/kokeile')]/@action")[0].removesuffix("/kokeile")
    provider_api.session.execute(update(Webhook).values(state="stopped", stopped_at=NOW, failing_since=NOW))
    provider_api.session.commit()
    page = owner.page(path, lang="en")
    assert "Your program has taken nothing for three days." in page.texts("main")
    pressed(owner, page, "/tila")
    provider_api.session.rollback()
    assert provider_api.session.scalars(select(Webhook.state)).one() == "on"
    assert provider_api.count(WebhookDelivery) == 0
