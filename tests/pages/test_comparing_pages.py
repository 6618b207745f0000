"""/vertaa: questions as rows, at most four offerings, each own share, prices of the time searched for."""

from __future__ import annotations

import pytest

from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.providers import Offering, Provider
from tests.builders import TODAY, a_funding, an_offering, approve
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def test_comparing_shows_only_what_differs(client_api: ClientApi, client: StrictClient) -> None:
    page = client.page(f"/vertaa?id={client_api.near}&id={client_api.dear}", lang="en")
    questions = compared_questions(page)
    assert "You pay" in questions
    assert "Service" not in questions


def test_five_picks_are_four_and_the_page_says_so(client_api: ClientApi, client: StrictClient) -> None:
    offered = (client_api.near, client_api.dear, client_api.cheap, 999998, 999999)
    page = client.page("/vertaa?" + "&".join(f"id={key}" for key in offered), lang="en")
    assert "You can compare at most four." in page.texts("main")


def test_an_own_share_that_is_the_same_is_shown_too(client_api: ClientApi, client: StrictClient) -> None:
    client_api.price_by_class(client_api.dear, "any", 3600)
    page = client.page(f"/vertaa?id={client_api.near}&id={client_api.dear}", lang="en")
    assert compared_questions(page)[0] == "You pay"


def test_each_cell_of_a_comparison_names_its_provider_for_a_phone(
    client_api: ClientApi, client: StrictClient
) -> None:
    page = client.page(f"/vertaa?id={client_api.near}&id={client_api.dear}&all=1", lang="en")
    names = page.texts("thead//th").split(" Oy")
    assert [name.strip() for name in names[:2]] == ["Kotiapu Kaisla", "Hoiva Havu"]
    for row in page.root.xpath("//tbody/tr"):
        cells = [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
        assert "Kotiapu Kaisla Oy" in cells[0]
        assert "Hoiva Havu Oy" in cells[1]


@pytest.mark.parametrize(
    "path", ["/vertaa?id={near}&id={dear}&", "/tarjonta/{near}?", "/valitse?offering={near}&"]
)
def test_who_searched_for_an_evening_sees_the_price_of_evenings(
    client_api: ClientApi, client: StrictClient, path: str
) -> None:
    client_api.pay_by_class(weekday=3000, evening=3500)
    client_api.price_by_class(client_api.near, "evening", 4100)
    address = path.format(near=client_api.near, dear=client_api.dear)
    page = client.page(f"{address}haku=time%3Devening", lang="en")
    assert "€6.00" in page.texts("main").replace("\xa0", " ")
    assert "This is the price in the evening." in page.texts("main")
    assert "in the evening." not in client.page(address, lang="en").texts("main")


def compared_questions(page: StrictPage) -> list[str]:
    return [element.text_content() for element in page.root.xpath("//tbody/tr/th")]


def test_a_comparison_prices_each_service_by_its_own_voucher(
    client_api: ClientApi, client: StrictClient
) -> None:
    """Two services: the first one's voucher pays nothing of the second one."""
    session = client_api.session
    offering = session.get_one(Offering, client_api.near)
    county, person = session.get_one(County, 12), session.get_one(Client, client_api.client_id)
    provider = session.get_one(Provider, offering.provider_id)
    approve(session, county, provider, "SPORT", from_day=TODAY)
    sport = an_offering(session, county, provider, service="SPORT", price_cents=2000)
    a_funding(session, county, person, services=("SPORT",), unit_values={"SPORT": {"any": 1800}})
    session.commit()
    page = client.page(f"/vertaa?id={client_api.near}&id={sport.id}&all=1", lang="en")
    cells = page.root.xpath("//tr[th='You pay']/td/span[@class='om-compare__cell']")
    pays = [cell.text_content() for cell in cells]
    assert [text.replace("\xa0", " ")[:5] for text in pays] == ["€6.00", "€2.00"]
