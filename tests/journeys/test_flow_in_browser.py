"""From a county's decision to the bank's confirmation, by pages alone, in a real browser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.builders.browser_session import BrowserSession
from tests.builders.seeded_world import TODAY
from tests.builders.served_world import ServedWorld
from tests.builders.settlement import payer_iban_in
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
def test_from_decision_to_confirmed_payment(
    served_world: ServedWorld, browser: Browser, tmp_path: Path
) -> None:
    business_id = served_world.world.provider_with_pending_approval()
    walk = Walk(served_world, browser, business_id)
    voucher = walk.county_grants()
    walk.county_approves()
    offering = walk.provider_lists()
    walk.client_chooses(voucher, offering)
    after = walk.balance(voucher)
    assert (after["free"], after["held"]) == ("229.50", "770.50")
    walk.provider_charges(voucher)
    charged = walk.balance(voucher)
    assert (charged["held"], charged["charged"]) == ("737.00", "100.50")  # 22 weeks are left of the plan
    walk.client_confirms()
    walk.county_pays(tmp_path, Decimal("100.50"))
    settled = walk.balance(voucher)
    assert (settled["charged"], settled["settled"]) == ("0.00", "100.50")
    walk.provider_sees_settlement()
    accounts = check_books(served_world.run, tmp_path)
    assert accounts["bank"] == Decimal("100.50")


class Walk:
    """The steps, each in the browser of the person who takes it."""

    def __init__(self, site: ServedWorld, browser: Browser, business_id: str) -> None:
        self.site = site
        self.browser = browser
        self.business_id = business_id

    def window(self, role: str, *, phone: bool = False, **fields: str) -> BrowserSession:
        """Open a browser window of the first person of a role."""
        return BrowserSession(
            self.browser, self.site.url, self.site.world.person(role, **fields), phone=phone
        )

    def balance(self, voucher: str) -> dict[str, str]:
        """Return the voucher's balance, the same for everybody."""
        client, county = self.site.api("client", client=CLIENT), self.site.api("worker", county="12")
        balance: dict[str, str] = balance_for_all(client, county, voucher)
        return balance

    def county_grants(self) -> str:
        """The county uploads values and a decision; return the voucher."""
        window = self.window("worker", county="12")
        name = self.site.world.person("client", client=CLIENT)["name"]
        decision = DECISION.format(client=CLIENT, name=name, service=SERVICE)
        for what, content in (("values", VALUES), ("decisions", decision)):
            window.go("/tt/hinnat/tuo")
            window.choose("what", what)
            window.page.locator("main [name=only_try]").uncheck(force=True)
            window.attach(f"{what}.csv", content)
            window.submit()
            assert window.page.locator(".govuk-error-summary").count() == 0, window.text()
        api = self.site.api("worker", county="12")
        (granted,) = api.get("/fundings", client=CLIENT, service=SERVICE)["items"]
        return str(granted["voucher"])

    def county_approves(self) -> None:
        """A worker approves the provider whose application waits."""
        window = self.window("worker", county="12")
        window.go(f"/tt/tuottaja/{self.business_id}/{SERVICE}")
        window.choose("state", "approved")
        window.fill(why="Hyväksymisen ehdot täyttyvät.")
        window.submit("main form button")
        assert window.path() == f"/tt/tuottaja/{self.business_id}"

    def provider_lists(self) -> int:
        """The provider adds a service and publishes its price; return the offering's id."""
        window = self.window("provider_owner", provider=self.business_id)
        window.go("/t/palvelut/uusi")
        window.choose("service", f"12 {SERVICE}")
        window.submit()
        offering = int(window.path().split("/")[3].split("?")[0])
        window.go(f"/t/palvelut/{offering}")
        window.choose("time_class", "any")
        window.fill(unit_price_cents="45,00")
        window.submit("main form[action$='/hinnat'] button")
        assert "45,00 €" in window.text()
        return offering

    def client_chooses(self, voucher: str, offering: int) -> None:
        """On a phone the client searches, compares if there are several, and chooses an hour a week."""
        window = self.window("client", phone=True, client=CLIENT)
        window.go("/oma")
        assert "1 000 €" in window.text()
        window.go("/etsi")
        window.choose("service", SERVICE)
        window.submit()
        boxes = window.page.locator("main [name=id]")
        for place in range(boxes.count()):
            boxes.nth(place).check(force=True)
        if boxes.count() > 1:  # one alone cannot be compared
            window.submit("main form[action='/vertaa'] button")
        window.submit(f"main a[href*='/valitse?'][href*='offering={offering}']")
        window.choose("how", "week")
        window.fill(amount="1", starts_on="21.11.2026")
        window.submit()
        assert "33,50 €" in window.text()
        window.submit("main form[method=post] button")
        assert window.path().startswith("/valitse/valmis/")
        window.go(f"/oma/seteli/{voucher}")

    def provider_charges(self, voucher: str) -> None:
        """One visit by the form, one with a wrong price, then a file of which one row in two is accepted."""
        window = self.window("provider_biller", provider=self.business_id)
        for reference, start, end, price in (
            ("B-1", "08:00", "10:00", ""),
            ("B-2", "10:00", "10:30", "46,00"),
        ):
            window.go(f"/t/kirjaa?seteli={voucher}")
            window.fill(service_day="2026-11-21", start=start, end=end, unit_price_cents=price)
            window.page.locator("main details summary").first.click()
            window.fill(reference=reference)
            window.submit("main button[name=step][value=send]")
        assert "Hinta on korkeampi kuin hinnastossa" in window.text()
        window.go("/t/tuo")
        window.choose("columns", "own")
        window.attach("november.csv", CHARGE_FILE.format(voucher=voucher))
        window.submit()
        window.submit("main form[method=post] button")
        assert window.path().startswith("/t/tuo/lahetetty/")

    def client_confirms(self) -> None:
        """The client confirms a charge."""
        window = self.window("client", phone=True, client=CLIENT)
        window.go("/kulut")
        window.submit("main form[action$='/oikein'] button")

    def county_pays(self, folder: Path, expected: Decimal) -> bytes:
        """One prepares, another approves and sends, the bank answers; return the bank file."""
        officer = self.window("settlement_officer", county="12")
        officer.go("/mt/ajot/uusi")
        officer.fill(until="21.11.2026")
        officer.submit()
        officer.submit("main form[method=post] button")
        run_path = officer.path().split("?")[0]
        approver = self.window("settlement_approver", county="12")
        approver.go(run_path)
        approver.submit("main form[action$='/hyvaksy'] button")
        content = approver.download("main form[action$='/tiedosto'] button", folder)
        api = self.site.api("settlement_officer", county="12")
        run = api.get(f"/payment-runs/{run_path.rsplit('/', 1)[1]}")
        assert (run["state"], Decimal(run["sum"]), run["until"]) == ("sent", expected, TODAY)
        check_bank_file(content, run)
        paid = [
            (payment["end_to_end_id"], round(Decimal(payment["sum"]) * 100)) for payment in run["payments"]
        ]
        officer.go("/mt/vastaukset")
        officer.attach("answer.xml", debit_notification(paid, BANK_DAY, payer_iban_in(content)))
        officer.submit()
        assert api.get(f"/payment-runs/{run['id']}")["state"] == "closed"
        return content

    def provider_sees_settlement(self) -> None:
        """The provider sees what was paid."""
        window = self.window("provider_biller", provider=self.business_id)
        window.go("/t/tilitykset")
        assert "100,50 €" in window.text()
