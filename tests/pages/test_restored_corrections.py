"""A provider credits a part of a charge by units, and charges a part of that again."""

from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in


def test_a_partly_credited_charge_is_restored_by_units(provider_api: ProviderApi) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    charge = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    form = client.page(f"/t/kirjaukset/{charge}/korjaa", lang="en")
    credited = client.send(form, {"reason": "wrong_quantity", "quantity": "1"})
    assert "Take the correction back" in credited.texts()
    correction = provider_api.read("/charges")["items"][0]["id"]
    again = client.page(f"/t/kirjaukset/{correction}/korjaa", lang="en")
    assert "How many units are charged again?" in again.texts()
    client.send(again, {"reason": "wrong_quantity", "quantity": "0,5", "price_cents": "18"})
    restored = provider_api.read("/charges")["items"][0]
    assert (restored["quantity"], restored["price"]) == ("0.50", "18.00")
    assert "Sums by status" in client.page("/t/kirjaukset", lang="en").texts()
