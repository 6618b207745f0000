"""A file is sent with the columns whose report its sender has read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from foundation.database.tables.charges import Charge
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient
from tests.pages.test_provider_pages import RECEIPT_COLUMNS, receipts, upload


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


def test_only_the_columns_whose_report_was_shown_are_sent(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    """A colleague takes the quantity for the price, and the other way round."""
    text, chosen = receipts(provider_api).encode(), RECEIPT_COLUMNS
    mapping = upload(provider_api, client, text, columns="choose")
    mine = client.send(mapping, chosen)
    assert "Would be accepted1" in mine.texts("main")
    client.send(mapping, {**chosen, "from_quantity": "Hinta", "from_unit_price": "Määrä"})
    shown = client.send(mine, form=0)
    assert "Somebody has matched the columns of this file anew" in shown.texts("body")
    assert provider_api.count(Charge) == 0
    assert "The file was sent." in client.send(shown, form=0).texts("main")
    provider_api.session.rollback()
    assert provider_api.session.scalars(select(Charge.sent["quantity"].astext)).all() == ["36.00"]
