"""Pictograms: a drawing for each service, always beside words, hidden from screen readers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import text

from foundation.web.assets import SOURCE
from marketplace.pages.pictograms import FILE, symbols
from marketplace.rules.support_plan import FACES, PICTURES
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_client_pages import check_url

LANGUAGES = ("fi", "sv", "en", "selko")
CODES = [row["code"] for row in tomllib.loads(Path("worlds/services.toml").read_text("utf-8"))["services"]]


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def test_every_service_picture_and_face_has_a_symbol() -> None:
    plan = {picture for pictures in PICTURES.values() for picture in pictures}
    needed = {code.lower() for code in CODES} | plan | {f"face_{face}" for face in FACES}
    assert needed - symbols() == set()


def test_the_drawings_have_one_style_and_no_colour_of_their_own() -> None:
    """Colours come from the text beside them, so they work in dark and forced colours."""
    drawn = (SOURCE / FILE).read_text("utf-8")
    assert re.findall(r"fill=|stroke=|style=|<image|<text|href", drawn) == []
    assert set(re.findall(r'viewBox="([^"]*)"', drawn)) == {"0 0 48 48"}


def pictures(page: StrictPage) -> list[str]:
    """Return the symbols of a page; each is hidden, and has words beside it."""
    found = page.root.xpath("//main//*[name()='svg'][contains(@class, 'om-picture')]")
    for drawing in found:
        assert drawing.get("aria-hidden") == "true"
        assert drawing.getparent().text_content().strip(), page.path
    return [drawing.xpath("./*/@href")[0].partition("#")[2] for drawing in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_show_the_picture_of_the_service(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    client.send(client.page(check_url(client_api)))
    for path in (
        "/oma",
        "/etsi/tulokset",
        "/tuottaja/1234567-1",
        f"/tarjonta/{client_api.near}",
        f"/valitse?offering={client_api.dear}",
        "/kulut",
    ):
        assert "personal_assistance" in pictures(client.page(path, lang=language)), path


def test_a_service_without_a_drawing_has_the_common_one(client_api: ClientApi, client: StrictClient) -> None:
    client_api.session.execute(
        text("UPDATE service SET code = 'NEW_SERVICE' WHERE code = 'PERSONAL_ASSISTANCE'")
    )
    client_api.session.commit()
    assert "other" in pictures(client.page("/tuottaja/1234567-1"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_roles_is_public_and_in_pictures(
    client_api: ClientApi, client: StrictClient, language: str
) -> None:
    page = client.page("/apua/tehtavat", lang=language)
    assert len(page.root.xpath("//main//section")) == 3
    assert len(pictures(page)) == 3 + len(page.root.xpath("//main//li"))
    assert "/apua/tehtavat" in client.page("/apua", lang=language).root.xpath("//main//a/@href")
