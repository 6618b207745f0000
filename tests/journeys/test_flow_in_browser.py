"""From a county's decision to the bank's confirmation, by pages alone, in a real browser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Journey
from tests.journeys.desk import TODAY
from tests.journeys.desks import Desk
from tests.journeys.proof import balance_for_all, check_bank_file, check_books
from worlds.bank import debit_notification

SERVICE = "HOUSING_SUPPORT"
CLIENT = "C-000010"
BANK_DAY = date(2026, 11, 23)
VALUES = (
    "service;unit;time_class;unit_value;price_cap;from;to\nHOUSING_SUPPORT;hour;any;34,50;60,00;1.1.2030;\n"
)
DECISION = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;unit_values;free_of_charge;overrun\n"
    "HVA12/2026/90002;20.11.2026;Viran Haltija;Laki 569/2009;4430;{client};{name};Mikkeli;1;voucher;"
    "{service};1.11.2026;30.4.2027;1000,00;33,50;no;refuse\n"
)
CHARGE_FILE = (
    "reference;voucher;service;service_day;start;end;quantity;unit;unit_price\n"
    "F-1;{voucher};HOUSING_SUPPORT;21.11.2026;10:30;11:30;1,00;hour;45,00\n"
    "F-2;{voucher};HOUSING_SUPPORT;20.11.2026;10:30;11:30;1,00;hour;45,00\n"
)


@pytest.mark.slow
@pytest.mark.browser
def test_from_decision_to_confirmed_payment(journey: Journey, browser: Browser, tmp_path: Path) -> None:
    business_id = journey.world.provider_with_pending_approval()
    people = Walk(journey, browser, business_id)
    voucher = people.county_grants()
    people.county_approves()
    offering = people.provider_lists()
    people.client_chooses(voucher, offering)
    after = people.balance(voucher)
    assert (after["free"], after["held"]) == ("229.50", "770.50")
    people.provider_charges(voucher)
    charged = people.balance(voucher)
    assert (charged["held"], charged["charged"]) == ("670.00", "100.50")
    people.client_says_right()
    people.county_pays(tmp_path, Decimal("100.50"))
    settled = people.balance(voucher)
    assert (settled["charged"], settled["settled"]) == ("0.00", "100.50")
    people.provider_sees_settlement()
    accounts = check_books(journey.run, tmp_path)
    assert accounts["bank"] == Decimal("100.50")


class Walk:
    """The steps, each at the desk of the person who takes it."""

    def __init__(self, journey: Journey, browser: Browser, business_id: str) -> None:
        self.journey = journey
        self.browser = browser
        self.business_id = business_id

    def desk(self, role: str, *, phone: bool = False, **where: str) -> Desk:
        """A window of the person."""
        return Desk(self.browser, self.journey.url, self.journey.world.person(role, **where), phone=phone)

    def balance(self, voucher: str) -> dict[str, str]:
        """What everybody sees of the voucher's money."""
        client, county = self.journey.api("client", client=CLIENT), self.journey.api("worker", county="12")
        seed_report: dict[str, str] = balance_for_all(client, county, voucher)
        return seed_report

    def county_grants(self) -> str:
        """The county takes in values and a decision from files."""
        desk = self.desk("worker", county="12")
        name = self.journey.world.person("client", client=CLIENT)["name"]
        decision = DECISION.format(client=CLIENT, name=name, service=SERVICE)
        for what, content in (("values", VALUES), ("decisions", decision)):
            desk.go("/tt/hinnat/tuo")
            desk.choose("what", what)
            desk.page.locator("main [name=only_try]").uncheck(force=True)
            desk.upload(f"{what}.csv", content)
            desk.send()
            assert desk.page.locator(".govuk-error-summary").count() == 0, desk.text()
        api = self.journey.api("worker", county="12")
        (granted,) = api.get("/fundings", client=CLIENT, service=SERVICE)["items"]
        return str(granted["voucher"])

    def county_approves(self) -> None:
        """A worker approves the provider whose application waits."""
        desk = self.desk("worker", county="12")
        desk.go(f"/tt/tuottaja/{self.business_id}/{SERVICE}")
        desk.choose("state", "approved")
        desk.fill(why="Hyväksymisen ehdot täyttyvät.")
        desk.send("main form button")
        assert desk.place() == f"/tt/tuottaja/{self.business_id}"

    def provider_lists(self) -> int:
        """The provider adds a service and publishes its price."""
        desk = self.desk("provider_owner", provider=self.business_id)
        desk.go("/t/palvelut/uusi")
        desk.choose("service", f"12 {SERVICE}")
        desk.send()
        offering = int(desk.place().split("/")[3].split("?")[0])
        desk.go(f"/t/palvelut/{offering}")
        desk.choose("time_class", "any")
        desk.fill(unit_price_cents="45,00")
        desk.send("main form[action$='/hinnat'] button")
        assert "45,00 €" in desk.text()
        return offering

    def client_chooses(self, voucher: str, offering: int) -> None:
        """On a phone the client searches, compares and chooses an hour a week."""
        desk = self.desk("client", phone=True, client=CLIENT)
        desk.go("/oma")
        assert "1 000,00 €" in desk.text()
        desk.go("/etsi")
        desk.choose("service", SERVICE)
        desk.send()
        boxes = desk.page.locator("main [name=id]")
        for place in range(boxes.count()):
            boxes.nth(place).check(force=True)
        desk.send("main form[action='/vertaa'] button")
        desk.send(f"main a[href*='/valitse?'][href*='offering={offering}']")
        desk.choose("how", "week")
        desk.fill(amount="1", starts_on="21.11.2026")
        desk.send()
        assert "33,50 €" in desk.text()
        desk.send("main form[method=post] button")
        assert desk.place().startswith("/valitse/valmis/")
        desk.go(f"/oma/seteli/{voucher}")

    def provider_charges(self, voucher: str) -> None:
        """One visit by the form, a wrong price that comes back, then a file with one good and one bad row."""
        desk = self.desk("provider_biller", provider=self.business_id)
        for reference, start, end, price in (
            ("B-1", "8.00", "10.00", ""),
            ("B-2", "10.00", "10.30", "46,00"),
        ):
            desk.go(f"/t/kirjaa?seteli={voucher}")
            desk.fill(service_day="21.11.2026", start=start, end=end, unit_price_cents=price)
            desk.page.locator("main details summary").first.click()
            desk.fill(reference=reference)
            desk.send("main button[name=step][value=send]")
        assert "Hinta on korkeampi kuin hinnastossa" in desk.text()
        desk.go("/t/tuo")
        desk.choose("columns", "own")
        desk.upload("november.csv", CHARGE_FILE.format(voucher=voucher))
        desk.send()
        desk.send("main form[method=post] button")
        assert desk.place().startswith("/t/tuo/lahetetty/")

    def client_says_right(self) -> None:
        """The client says of a charge that it is right."""
        desk = self.desk("client", phone=True, client=CLIENT)
        desk.go("/kulut")
        desk.send("main form[action$='/oikein'] button")

    def county_pays(self, folder: Path, expected: Decimal) -> None:
        """One prepares, another approves and sends, the bank answers."""
        officer = self.desk("settlement_officer", county="12")
        officer.go("/mt/ajot/uusi")
        officer.fill(until="21.11.2026")
        officer.send()
        officer.send("main form[method=post] button")
        place = officer.place().split("?")[0]
        approver = self.desk("settlement_approver", county="12")
        approver.go(place)
        approver.send("main form[action$='/hyvaksy'] button")
        content = approver.take("main form[action$='/tiedosto'] button", folder)
        api = self.journey.api("settlement_officer", county="12")
        run = api.get(f"/payment-runs/{place.rsplit('/', 1)[1]}")
        assert (run["state"], Decimal(run["sum"]), run["until"]) == ("sent", expected, TODAY)
        check_bank_file(content, run)
        paid = [(one["end_to_end_id"], round(Decimal(one["sum"]) * 100)) for one in run["payments"]]
        officer.go("/mt/vastaukset")
        officer.upload("answer.xml", debit_notification(paid, BANK_DAY))
        officer.send()
        assert api.get(f"/payment-runs/{run['id']}")["state"] == "closed"

    def provider_sees_settlement(self) -> None:
        """The provider sees what was paid."""
        desk = self.desk("provider_biller", provider=self.business_id)
        desk.go("/t/tilitykset")
        assert "100,50 €" in desk.text()
