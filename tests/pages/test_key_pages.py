"""/t/rajapinta: making a key, renewing its secret, the warning before its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from foundation.database.tables.people import ApiKey
from tests.builders import NOW
from tests.builders.provider_api import ProviderApi, open_provider_api
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient
from tests.scratch_database import ScratchServer

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def provider_api(scratch_server: ScratchServer, worker_name: str, tmp_path: Path) -> Iterator[ProviderApi]:
    with open_provider_api(scratch_server, f"key_pages_{worker_name}", tmp_path) as opened:
        yield opened


@pytest.fixture
def owner(provider_api: ProviderApi) -> StrictClient:
    return logged_in(provider_api.web.application.test_client(), provider_api.session, provider_api.owner)


def made(owner: StrictClient, *scopes: str) -> str:
    page = owner.page("/t/rajapinta/uusi", lang="en")
    biller = page.one('input[@id=//label[contains(., "Maija")]/@for]').get("value")
    shown = owner.send(page, {"label": "Payroll", "holder": biller, "scopes": list(scopes)})
    return shown.one('code[@class="om-key-shown"]').text or ""


def link(owner: StrictClient, part: str) -> str:
    page = owner.page("/t/rajapinta", lang="en")
    return str(page.root.xpath(f"//section[contains(., 'Payroll')]//a[contains(@href, '{part}')]/@href")[0])


def test_a_key_is_made_with_chosen_scopes_and_shown_in_words(
    provider_api: ProviderApi, owner: StrictClient
) -> None:
    key = made(owner, "charges:read", "messages:read")
    assert provider_api.get("/charges", key=key).status_code == 200
    assert provider_api.get("/settlements", key=key).status_code == 403
    for lang, words in zip(LANGUAGES, ("Lukea viestejä", "Läsa meddelanden", "Read messages"), strict=True):
        assert words in owner.page("/t/rajapinta", lang=lang).texts("main")


def test_nothing_chosen_is_refused_and_what_was_typed_is_kept(owner: StrictClient) -> None:
    page = owner.page("/t/rajapinta/uusi", lang="en")
    refused = owner.send(page, {"label": "Payroll", "scopes": []}, status=422)
    assert "Choose at least one thing that the key may do" in refused.texts("main")
    assert refused.one('input[@name="label"]').get("value") == "Payroll"


def test_what_only_owners_may_is_refused_for_a_biller(owner: StrictClient) -> None:
    page = owner.page("/t/rajapinta/uusi", lang="en")
    biller = page.one('input[@id=//label[contains(., "Maija")]/@for]').get("value")
    chosen = {"label": "Payroll", "holder": biller, "scopes": ["people:manage"]}
    refused = owner.send(page, chosen, status=422)
    assert "Only a key of an owner may see people" in refused.texts("main")


def test_a_secret_is_renewed_with_an_overlap_and_the_old_one_stopped(
    provider_api: ProviderApi, owner: StrictClient
) -> None:
    old = made(owner, "charges:read")
    for lang in LANGUAGES:
        owner.page(link(owner, "uusi-salaisuus"), lang=lang)
    shown = owner.send(owner.page(link(owner, "uusi-salaisuus"), lang="en"))
    new = shown.one('code[@class="om-key-shown"]').text or ""
    assert f"The old secret …{old[-4:]} still works until 28 Nov 2026." in shown.texts("main")
    assert [provider_api.get("/charges", key=key).status_code for key in (old, new)] == [200, 200]
    page = owner.page("/t/rajapinta", lang="en")
    actions = [form.get("action") for form in page.root.xpath("//main//form")]
    [at] = [at for at, action in enumerate(actions) if action.endswith("/vanha")]
    after = owner.send(page, form=at)
    assert "The old secret no longer works." in after.texts("main")
    assert [provider_api.get("/charges", key=key).status_code for key in (old, new)] == [401, 200]


@pytest.mark.parametrize(
    ("days", "said"),
    [(30, "ends on 21 Dec 2026"), (31, ""), (0, "ends on 21 Nov 2026"), (-1, "no longer works")],
)
def test_the_page_warns_of_an_end_that_is_near(
    provider_api: ProviderApi, owner: StrictClient, days: int, said: str
) -> None:
    made(owner, "charges:read")
    last_day = NOW.date() + timedelta(days=days)
    provider_api.session.execute(update(ApiKey).values(last_day=last_day).where(ApiKey.label == "Payroll"))
    provider_api.session.commit()
    page = owner.page("/t/rajapinta", lang="en")
    warned = page.texts("main//div[contains(@class, 'om-notice--wait')]") if said else ""
    assert (
        (f"The key of Payroll {said}" in warned)
        if said
        else not page.root.xpath("//div[contains(@class, 'om-notice--wait')]")
    )
