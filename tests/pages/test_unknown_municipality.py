"""A search in a municipality that does not exist says so, and offers those with nearly its name."""

import pytest

from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import strict_client

TEXTS = {
    "fi": "Kuntaa ”Mikeli” ei ole. Tarkoititko jotain näistä? Mikkeli",
    "sv": "Det finns ingen kommun ”Mikeli”. Menade du någon av dessa?",
    "en": "There is no municipality “Mikeli”. Did you mean one of these? Mikkeli",
    "selko": "Kuntaa ”Mikeli” ei ole. Tarkoititko jotain näistä? Mikkeli",
}


@pytest.mark.parametrize("language", TEXTS)
def test_an_unknown_municipality_is_said_with_near_names(client_api: ClientApi, language: str) -> None:
    for browser in (
        strict_client(client_api.web.application),
        logged_in_by_key(client_api.web, client_api.session, CLIENT),
    ):
        page = browser.page("/etsi/tulokset?service=PERSONAL_ASSISTANCE&municipality=Mikeli", lang=language)
        assert TEXTS[language] in page.texts("main")
        link = page.root.xpath("//main//div[contains(@class, 'om-notice')]//li/a/@href")[0]
        assert "service=PERSONAL_ASSISTANCE" in link
        assert "Mikeli" not in browser.page(link).texts("main")


def test_a_name_that_is_near_none_and_a_known_one(client_api: ClientApi) -> None:
    browser = strict_client(client_api.web.application)
    far = browser.page("/etsi/tulokset?municipality=%3Cb%3ENowhere", lang="en").texts("main")
    assert "There is no municipality “<b>Nowhere”." in far
    assert "Did you mean" not in far
    for known in ("491", "mikkeli", "any", ""):
        page = browser.page(f"/etsi/tulokset?municipality={known}", lang="en")
        assert "There is no municipality" not in page.texts("main")
