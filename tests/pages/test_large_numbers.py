"""A number that is too large is called too large, not too small."""

from __future__ import annotations

import pytest

from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.test_client_pages import check_url
from tests.pages.test_trying_a_week import week


@pytest.mark.parametrize(
    ("amount", "error"),
    [("9999999", "The number is too large."), ("10000", "The number is too large."), ("0", "above zero")],
)
def test_an_amount_out_of_range_says_on_which_side(client_api: ClientApi, amount: str, error: str) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    page = client.page(check_url(client_api, amount=amount), status=422, lang="en")
    assert error in page.texts("main")


@pytest.mark.parametrize(("amount", "error"), [("10000", "The number is too large."), ("0", "above zero")])
def test_a_tried_visit_out_of_range_says_on_which_side(
    client_api: ClientApi, amount: str, error: str
) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    address = week((client_api.near, "any", "", amount))
    assert error in client.page(address, status=422, lang="en").texts("main")
