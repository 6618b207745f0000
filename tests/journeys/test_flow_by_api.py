"""From a county's decision to the bank's confirmation, by the API alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.seeded_world import TODAY, Json
from tests.builders.served_world import ServedWorld
from tests.builders.settlement import payer_iban_in
from tests.journeys.proof import balance_for_all, check_bank_file, check_books
from worlds.bank import debit_notification

SERVICE = "HOUSING_SUPPORT"
CLIENT = "C-000010"
BANK_DAY = date(2026, 11, 23)
WINDOW = ["2026-11-01", "2027-04-30"]


def decision(world_client: Json) -> Json:
    return {
        "number": "HVA12/2026/90001",
        "county": "12",
        "decided_on": "2026-11-20",
        "decided_by": "Viran Haltija",
        "legal_basis": "Laki 569/2009",
        "cost_centre": "4430",
        "client": {"number": CLIENT, "name": world_client["name"], "municipality": "491", "language": "fi"},
        "fundings": [
            {
                "external_id": "1",
                "kind": "voucher",
                "services": [SERVICE],
                "window": WINDOW,
                "amount": "1000.00",
                "unit_values": {"any": "33.50"},
                "free_of_charge": False,
                "overrun": "refuse",
            }
        ],
    }


def charge(voucher: str, reference: str, **changes: str) -> Json:
    fields = {
        "reference": reference,
        "voucher": voucher,
        "service": SERVICE,
        "service_day": TODAY,
        "start": "08:00",
        "end": "10:00",
        "quantity": "2.00",
        "unit": "hour",
        "unit_price": "45.00",
        "client": CLIENT,
    }
    return fields | changes


CHARGE_FILE = """\
reference;voucher;service;service_day;start;end;quantity;unit;unit_price
F-1;{voucher};HOUSING_SUPPORT;20.11.2026;12.00;13.00;1,00;hour;45,00
F-2;{voucher};HOUSING_SUPPORT;21.11.2026;10:30;11:30;1,00;hour;45,00
F-3;{voucher};HOUSING_SUPPORT;21.11.2026;11:30;12:30;1,00;hour;99,00
""".replace("12.00;13.00", "12:00;13:00")


@pytest.mark.slow
def test_from_decision_to_confirmed_payment(served_world: ServedWorld, tmp_path: Path) -> None:
    walk = Walk(served_world)
    voucher = walk.county_grants()
    assert walk.balance(voucher)["free"] == "1000.00"
    walk.county_approves()
    offering = walk.provider_lists()
    walk.client_chooses(voucher, offering)
    after = walk.balance(voucher)
    assert (after["free"], after["held"]) == ("229.50", "770.50")  # 23 weeks of one hour
    walk.provider_checks(voucher)
    assert walk.balance(voucher) == after
    walk.provider_charges(voucher)
    charged = walk.balance(voucher)
    assert (charged["held"], charged["charged"]) == ("737.00", "100.50")  # 22 weeks are left of the plan
    walk.county_pays(voucher, Decimal("100.50"))
    settled = walk.balance(voucher)
    assert (settled["charged"], settled["settled"]) == ("0.00", "100.50")
    (settlement,) = walk.biller.get("/settlements")["items"]
    assert settlement["sum"] == "100.50"
    accounts = check_books(served_world.run, tmp_path)
    assert accounts[f"funding:{voucher}:held"] == Decimal("737.00")
    assert accounts["bank"] == Decimal("100.50")
    assert accounts.get("transit", 0) == accounts.get(f"provider:{walk.business_id}:payable", 0) == 0


class Walk:
    """The steps, each with the key of the person who takes it."""

    def __init__(self, served_world: ServedWorld) -> None:
        self.site = served_world
        self.business_id = served_world.world.provider_with_pending_approval()
        self.worker = served_world.api("worker", county="12")
        self.client = served_world.api("client", client=CLIENT)
        self.biller = served_world.api("provider_biller", provider=self.business_id)
        self.owner = served_world.api("provider_owner", provider=self.business_id)

    def balance(self, voucher: str) -> Json:
        """Return the voucher's balance, the same for everybody."""
        return balance_for_all(self.client, self.worker, voucher)

    def county_grants(self) -> str:
        """The case system sends a decision, and sends it again; return the voucher."""
        document = decision(self.site.world.person("client", client=CLIENT))
        voucher = self.worker.post("/decisions", document)["vouchers"]["1"]
        assert self.worker.post("/decisions", document, status=200)["vouchers"]["1"] == voucher
        return str(voucher)

    def county_approves(self) -> None:
        """The worker approves the provider whose application waits."""
        approval = {"provider": self.business_id, "service": SERVICE, "state": "approved"}
        self.worker.post("/approvals", approval | {"from": "2026-11-01", "why": "Ehdot täyttyvät"})

    def provider_lists(self) -> int:
        """The provider lists the service with a price."""
        offering = self.owner.post("/my/offerings", {"county": "12", "service": SERVICE})["id"]
        price = {"offering": offering, "time_class": "any", "unit_price": "45.00", "from": TODAY}
        self.owner.post("/my/prices", price)
        return int(offering)

    def client_chooses(self, voucher: str, offering: int) -> None:
        """The client searches, compares and chooses an hour a week until the window ends."""
        found = self.client.get("/offerings", service=SERVICE, voucher=voucher, sort="own_share")["items"]
        own_price = next(item for item in found if item["id"] == offering)
        assert (own_price["eligible"], own_price["county_pays"], own_price["you_pay"]) == (
            True,
            "33.50",
            "11.50",
        )
        choice = {"offering": offering, "starts_on": TODAY, "quantity_per_week": "1.00"}
        self.client.post(f"/fundings/{voucher}/choices", choice)

    def provider_checks(self, voucher: str) -> None:
        """The provider checks a charge without storing it."""
        answer = self.biller.post("/charges", charge(voucher, "A-1"), status=200, check="true")
        assert answer["outcome"] == "accepted"

    def provider_charges(self, voucher: str) -> None:
        """Send a charge twice, one over the price list, and a file with one good row of three."""
        answer = self.biller.post("/charges", charge(voucher, "A-1"))
        assert (answer["price"], answer["county_pays"], answer["co_payment"]) == (
            "90.00",
            "67.00",
            "23.00",
        )
        again = self.biller.post("/charges", charge(voucher, "A-1"), status=200)
        assert (again["duplicate"], again["id"]) == (True, answer["id"])
        over_list = charge(voucher, "A-2", start="10:00", end="12:00", unit_price="46.00")
        refused = self.biller.post("/charges", over_list, status=422)
        assert [reason["code"] for reason in refused["reasons"]] == ["price_over_list"]
        content = CHARGE_FILE.format(voucher=voucher).encode()
        report = self.biller.post_bytes("/charge-files", content, "text/csv", 201)
        assert (report["accepted"], report["refused"], report["on_hold"]) == (1, 2, 0)

    def county_pays(self, voucher: str, expected: Decimal) -> None:
        """Two people pay, the bank confirms."""
        officer = self.site.api("settlement_officer", county="12")
        approver = self.site.api("settlement_approver", county="12")
        run = officer.post("/payment-runs", {"county": "12", "until": TODAY})
        assert (run["state"], run["count"], Decimal(run["sum"])) == ("prepared", 1, expected)
        assert run["payments"][0]["provider"] == self.business_id
        place = f"/payment-runs/{run['id']}"
        officer.post(f"{place}/approve", {"hash": run["hash"]}, status=403)
        approver.post(f"{place}/approve", {"hash": "0" * 64}, status=409)
        approver.post(f"{place}/approve", {"hash": run["hash"]}, status=200)
        content = approver.download(f"{place}/bank-file")
        check_bank_file(content, run)
        assert approver.download(f"{place}/bank-file") == content
        assert voucher.encode() not in content
        paid = [
            (payment["end_to_end_id"], round(Decimal(payment["sum"]) * 100)) for payment in run["payments"]
        ]
        answer = officer.post_bytes(
            "/bank-answers",
            debit_notification(paid, BANK_DAY, payer_iban_in(content)),
            "application/xml",
            200,
        )
        assert (answer["matched"], answer["returned"], answer["unknown"]) == (1, 0, [])
        assert officer.get(place)["state"] == "closed"
