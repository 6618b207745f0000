"""One distance everywhere: the results, the comparison and the offering measure from the same place."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from foundation.database.tables.clients import Client
from foundation.database.tables.providers import Offering
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

DISTANCE = re.compile(r"[\d.,]+\skm|less than 1\skm|Not known|Remote")
SEARCHES = (
    "municipality=any",
    "municipality=491",
    "municipality=any&near=491",
    "municipality=any&near=740",
    "municipality=491&near=740",
    "service=PERSONAL_ASSISTANCE",
)


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def said(text: str) -> str:
    found = DISTANCE.search(text.replace("\xa0", " "))
    return found[0] if found else "Not known"


def distances(client: StrictClient, search: str) -> dict[str, dict[str, str]]:
    """Return what each page says of each offering of the search: page, then offering."""
    haku = f"haku={quote(search)}" if search else ""
    results, offering, compared = {}, {}, {}
    for card in client.page(f"/etsi/tulokset?{search}&size=12", lang="en").root.xpath("//main//article"):
        key = card.xpath(".//h2/a/@href")[0].partition("?")[0].rpartition("/")[2]
        results[key] = said(card.xpath("string(.//dl/div[dt='Where:']/dd)"))
    for key in results:
        page = client.page(f"/tarjonta/{key}?{haku}", lang="en")
        offering[key] = said(page.root.xpath("string(//dl/div[dt='Distance']/dd)"))
    picked = list(results)[:4]
    page = client.page("/vertaa?all=1&" + "&".join(f"id={key}" for key in picked) + f"&{haku}", lang="en")
    row = page.root.xpath("//tbody/tr[th='Distance']/td/span[@class='om-compare__cell']")
    compared = dict(zip(picked, [said(cell.text_content()) for cell in row], strict=True))
    return {"results": results, "offering": offering, "comparison": compared}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("has_home", [True, False], ids=["home known", "home not known"])
def test_every_page_says_the_same_distance(
    client_api: ClientApi, client: StrictClient, search: str, has_home: bool
) -> None:
    if not has_home:
        home = client_api.session.get_one(Client, client_api.client_id)
        home.latitude = home.longitude = None
        client_api.session.commit()
    pages = distances(client, search)
    assert len(pages["results"]) > 1
    assert pages["offering"] == pages["results"]
    assert pages["comparison"] == {key: pages["results"][key] for key in pages["comparison"]}


def test_an_offering_without_a_place_has_no_distance(client_api: ClientApi, client: StrictClient) -> None:
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.unit_id = None
    client_api.session.commit()
    answer = client_api.web.get("/api/v1/offerings?near=61.68,27.27&sort=distance")
    found = {item["id"]: item["distance_km"] for item in answer.get_json()["items"]}
    assert found.pop(client_api.near) is None
    assert all(distance < 1_000 for distance in found.values())
    pages = distances(client, "municipality=any&near=491")
    assert pages["results"][str(client_api.near)] == "Not known"
    assert pages["offering"] == pages["results"]
