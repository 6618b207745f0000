"""GET /charges: what a correction carries of its original, and the sums of each state."""

from typing import Any

from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from provider_portal.load.settlement_file import settlement_charges, settlement_file
from provider_portal.load.settlements import own_settlement
from tests.builders.correction import a_correction_scenario
from tests.builders.provider_api import ProviderApi


def corrected(provider_api: ProviderApi, charge_id: int, **wish: Any) -> int:
    """Correct a charge or correction; return the id of the correction."""
    sent = {"reference": f"K-{charge_id}", "reason": "agreed"} | wish
    answer = provider_api.post(f"/charges/{charge_id}/corrections", sent)
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def test_a_correction_carries_its_originals_facts_and_reference(provider_api: ProviderApi) -> None:
    sent = provider_api.charge()
    charge_id = provider_api.post("/charges", sent).get_json()["id"]
    first = corrected(provider_api, charge_id, quantity="0.50")
    again = corrected(provider_api, first, quantity="0.25")
    listed = {item["id"]: item for item in provider_api.read("/charges")["items"]}
    original = listed[charge_id]
    for key, corrects, quantity, price in (
        (first, sent["reference"], "-0.50", "-18.00"),
        (again, f"K-{charge_id}", "0.25", "9.00"),
    ):
        item = listed[key]
        facts = ("voucher", "service", "service_day", "unit")
        assert [item[name] for name in facts] == [original[name] for name in facts]
        assert item["client"]
        assert (item["corrects_reference"], item["quantity"], item["price"]) == (corrects, quantity, price)
    assert original["corrects_reference"] is None


def test_sums_are_by_state(provider_api: ProviderApi) -> None:
    first = provider_api.post("/charges", provider_api.charge()).get_json()
    held = provider_api.post("/charges", provider_api.charge(reference="R-2"))
    assert held.status_code == 202
    corrected(provider_api, first["id"], quantity="0.50")
    assert "sums" not in provider_api.read("/charges")
    sums = {line.pop("state"): line for line in provider_api.read("/charges?sums=true")["sums"]}
    assert sums == {
        "accepted": {"count": 2, "price": "54.00", "county_pays": "54.00", "co_payment": "0.00"},
        "on_hold": {"count": 1, "price": "72.00", "county_pays": "72.00", "co_payment": "0.00"},
    }
    assert [line["state"] for line in provider_api.read("/charges?sums=true&state=on_hold")["sums"]] == [
        "on_hold"
    ]


def test_the_settlement_file_names_the_corrected_charge_by_its_reference(session: Session) -> None:
    scenario = a_correction_scenario(session)
    charge_id = scenario.charge()
    scenario.correct(charge_id, quantity=50)
    reference = session.get_one(Charge, charge_id).reference
    run = scenario.settlement.prepare(session)
    settlement = own_settlement(session, scenario.provider_id, run.settlements[0].id)
    assert settlement is not None
    _head, charge, correction = (
        settlement_file(settlement, settlement_charges(session, settlement)).decode("utf-8-sig").splitlines()
    )
    assert charge.split(";")[11] == ""
    assert correction.split(";")[11] == reference
