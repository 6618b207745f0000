"""Day 0: from an empty database in production mode to the first paid provider, without any seed.

The steps are those of docs/operations.md. People use a browser, the operator the command line. The test
reads the database and changes nothing there. When three days pass over the new bank account, and eleven
minutes over a second factor, the server is started again with a later clock. Each step asserts what it shows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from tests.builders.application import PDF
from tests.builders.browser_session import BrowserSession
from tests.builders.empty_county import EmptyCounty
from tests.builders.settlement import payer_iban_in
from tests.builders.staffed_browser import PASSWORD, Newcomer
from tests.processes import LiveServer
from worlds.bank import debit_notification

COUNTY_FILE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
COUNTY = "98"
SERVICE = "HOME_CARE"
COMPANY = "2345678-0"
THREE_DAYS = timedelta(days=3)
STAFF = ("worker", "coordinator", "settlement_officer", "settlement_approver")
HEAD = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;unit_values;free_of_charge;overrun"
)
VALUES = "service;unit;time_class;unit_value;price_cap;from;to\nHOME_CARE;hour;any;30,00;60,00;1.1.2026;\n"


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.browser
def test_a_county_begins_on_an_empty_database(
    fresh_database: str, server: Any, omatori: Any, browser: Browser, tmp_path: Path
) -> None:
    day = DayZero(fresh_database, omatori, browser, tmp_path)
    day.operator_sets_up()
    day.begin(server)
    day.admin_invites_the_staff()
    day.worker_imports_values()
    day.company_applies()
    day.county_asks_and_approves()
    day.owner_enters_an_account()
    day.officer_confirms_the_account()
    day.three_days_pass(server)
    day.owner_offers_the_service()
    day.opening_balances_are_accepted()
    voucher = day.worker_grants()
    day.worker_invites_the_client()
    day.client_chooses(voucher)
    day.owner_charges(voucher)
    day.county_pays(Decimal("60.00"), server)
    day.owner_reads_the_settlement()
    day.run("verify")


class DayZero(EmptyCounty):
    """The steps, each in the window of the person who takes it."""

    def operator_sets_up(self) -> None:
        """Set production mode, create the county, and invite the first administrator."""
        names = ("SECRET_KEY", "IDENTITY_KEYS", "AUDIT_KEYS")
        keys = {name: secrets.token_urlsafe(48) for name in names}
        keys |= {name: f"1:{keys[name]}" for name in names[1:]}
        # No mail server answers at this address: mails wait in the outbox, where the test reads them.
        mail = {"MAIL_HOST": "127.0.0.1:9", "OMATORI_URL": "https://omatori.example.fi"}
        self.environment = {"OMATORI_ENV": "production", **keys, **mail}
        self.run("county", "create", str(COUNTY_FILE))
        invite = ("people", "invite", "--role", "admin", "--county", COUNTY, "--email", "admin@example.fi")
        self.first_link = "/" + self.run(*invite, "--print-link").strip().split("/", 3)[3]

    def begin(self, server: Callable[..., LiveServer]) -> None:
        """Start the program; the administrator accepts the link."""
        self.start(server, timedelta())
        self.windows["admin"] = Newcomer(self.browser, self.url, self.first_link, "Anna Hallinta")

    def admin_invites_the_staff(self) -> None:
        """The administrator invites the people of the county, who each take an app into use."""
        admin = self.windows["admin"]
        for role in STAFF:
            admin.go("/hallinta/ihmiset/kutsu")
            admin.choose("role", role)
            admin.fill(email=f"{role}@example.fi", first_day=self.today)
            admin.submit()
            link = self.link("/kutsu/rooli/", f"{role}@example.fi")
            self.windows[role] = Newcomer(self.browser, self.url, link, f"{role} Virkahenkilö")
        assert all(window.secret for window in self.windows.values())

    def worker_imports_values(self) -> None:
        """A worker brings the values of services."""
        self._import("values", VALUES)

    def _import(self, what: str, content: str) -> None:
        worker = self.windows["worker"]
        worker.go("/tt/hinnat/tuo")
        worker.choose("what", what)
        worker.page.locator("main [name=only_try]").uncheck(force=True)
        worker.attach(f"{what}.csv", content)
        worker.submit()
        assert worker.page.locator(".govuk-error-summary").count() == 0, worker.text()

    def company_applies(self) -> None:
        """A company applies by the link of its mail, task by task."""
        visitor = BrowserSession(self.browser, self.url, None)
        visitor.go("/")
        visitor.submit("main a[href='/hae/palveluntuottajaksi']")
        visitor.page.locator("main [name=county]").first.check(force=True)
        visitor.fill(email="helmi@example.fi")
        visitor.submit()
        base = self.link("/hakemus/", "helmi@example.fi")
        self._do(visitor, f"{base}/yritys", business_id=COMPANY, company_name="Hoiva Helmi Oy")
        self._do(visitor, f"{base}/yhteyshenkilo", contact_name="Helmi Hakija", phone="040 123 4567")
        visitor.go(f"{base}/palvelut")
        visitor.choose("services", SERVICE)
        visitor.submit()
        for slug in ("rekisteri", "vakuutus", "ennakkopera"):
            visitor.go(f"{base}/{slug}")
            Newcomer.attach_paper(visitor, PDF)  # type: ignore[arg-type]
            visitor.fill(first_day="1.1.2026", last_day="31.12.2099")
            visitor.submit()
        visitor.submit("main form[action$='/laheta'] button")
        assert "/hakemus/" in visitor.path()

    def _do(self, window: BrowserSession, path: str, **fields: str) -> None:
        window.go(path)
        window.fill(**fields)
        window.submit()
        assert window.page.locator(".govuk-error-summary").count() == 0, window.text()

    def county_asks_and_approves(self) -> None:
        """The worker asks for more; after the answer the coordinator approves, and the owner comes in."""
        worker = self.windows["worker"]
        worker.go("/tt/hakemukset")
        worker.submit("main tbody a")
        path = worker.path()
        worker.fill(question="Lisää verkkosivu.")
        worker.submit()
        base = self.link("/hakemus/", "helmi@example.fi")
        visitor = BrowserSession(self.browser, self.url, None)
        self._do(visitor, f"{base}/yritys", website="https://helmi.example.fi")
        visitor.submit("main form[action$='/laheta'] button")
        coordinator = self.windows["coordinator"]
        coordinator.go(f"{path}/palvelu/{SERVICE}")
        coordinator.choose("decision", "approve")
        coordinator.submit()
        link = self.link("/kutsu/yritys/", "helmi@example.fi")
        self.windows["owner"] = Newcomer(self.browser, self.url, link, "Helmi Hakija")
        assert self.windows["owner"].secret

    def owner_enters_an_account(self) -> None:
        """The owner gives the company's bank account."""
        fields = {"iban": "FI21 1234 5600 0007 85", "bic": "NDEAFIHH"}
        self._do(self.windows["owner"], "/t/yritys/tili", **fields)

    def officer_confirms_the_account(self) -> None:
        """A second person confirms it. A run of today does not pay to it."""
        officer = self.windows["settlement_officer"]
        officer.go("/mt/tilit")
        officer.submit("main form[action$='/vahvista'] button")

    def three_days_pass(self, server: Callable[..., LiveServer]) -> None:
        """The server runs with a clock three days ahead: every session has ended, and people log in again."""
        self.start(server, THREE_DAYS)
        for name, window in self.windows.items():
            window.log_in("helmi@example.fi" if name == "owner" else f"{name}@example.fi")

    def owner_offers_the_service(self) -> None:
        """The owner adds the approved service and its price."""
        owner = self.windows["owner"]
        owner.go("/t/palvelut/uusi")
        owner.choose("service", f"{COUNTY} {SERVICE}")
        owner.submit()
        self.offering = int(owner.path().split("/")[3].split("?")[0])
        owner.choose("time_class", "any")
        owner.fill(unit_price_cents="34,00", first_day=self.today)
        owner.submit("main form[action$='/hinnat'] button")
        assert "34,00 €" in owner.text()

    def opening_balances_are_accepted(self) -> None:
        """The worker brings a voucher in use; the coordinator compares the totals and accepts."""
        row = self._decision("D-1", "C-1", "Aino Alku")
        content = f"{HEAD};used_amount;used_quantity;chosen_provider;plan\n{row};250,00;;{COMPANY};2/week\n"
        worker = self.windows["worker"]
        worker.go("/tt/alkusaldot")
        worker.attach("opening.csv", content)
        worker.fill(opens_on=self.today)
        worker.submit()
        assert worker.page.locator(".govuk-error-summary").count() == 0, worker.text()
        coordinator = self.windows["coordinator"]
        coordinator.go("/tt/alkusaldot/1")
        coordinator.submit("main form[action$='/hyvaksy'] button")
        assert self.sums_of("SELECT count(*) FROM funding") == 1

    def _decision(self, number: str, client: str, name: str) -> str:
        ends = self.day + timedelta(days=180)
        return (
            f"{number};{self.today};Virpi Viranhaltija;SHL 14 §;4410;{client};{name};Esimerkkilä;a;voucher;"
            f"{SERVICE};{self.today};{ends.day}.{ends.month}.{ends.year};3000,00;30,00;no;refuse"
        )

    def worker_grants(self) -> str:
        """The worker grants a new voucher; return its code."""
        self._import("decisions", f"{HEAD}\n{self._decision('D-2', 'C-2', 'Onni Oma')}\n")
        query = "SELECT f.voucher FROM funding f JOIN client c ON c.id = f.client_id WHERE c.number = 'C-2'"
        with create_engine(self.database_url).connect() as connection:
            return str(connection.execute(text(query)).scalar_one())

    def worker_invites_the_client(self) -> None:
        """The worker makes a letter with a code; its file is what the client gets by post."""
        worker = self.windows["worker"]
        worker.go("/tt/asiakkaat?haku=C-2")
        worker.submit("main a[href*='/tt/asiakas/']")
        worker.choose("reason", "handling")
        worker.submit()
        worker.submit("main a[href$='/tunnus']")
        worker.choose("way", "letter")
        worker.submit()
        self.code = worker.page.locator("main .om-balance__free code").inner_text()
        letter = worker.download("main form[action$='/kirje'] button", self.folder)
        assert letter.startswith(b"%PDF")

    def client_chooses(self, voucher: str) -> None:
        """The client writes the code on a phone, chooses a password, logs in and chooses the company."""
        phone = BrowserSession(self.browser, self.url, None, phone=True)
        self._do(phone, "/kutsu", code=self.code)
        name = phone.page.locator("main form strong").inner_text()
        phone.fill(password=PASSWORD)
        phone.submit()
        assert name in phone.text()
        person = {"log_in": name, "password": PASSWORD}
        client = BrowserSession(self.browser, self.url, person, phone=True)
        client.go(f"/valitse?offering={self.offering}&voucher={voucher}")
        client.choose("how", "week")
        client.fill(amount="2", starts_on=self.today)
        client.submit()
        client.submit("main form[method=post] button")
        assert client.path().startswith("/valitse/valmis/"), client.text()

    def owner_charges(self, voucher: str) -> None:
        """The owner charges today's visit from a file."""
        owner = self.windows["owner"]
        owner.go("/t/tuo")
        owner.choose("columns", "own")
        head = "reference;voucher;service;service_day;quantity;unit;unit_price\n"
        owner.attach("visits.csv", f"{head}E-1;{voucher};{SERVICE};{self.today};2,00;hour;34,00\n")
        owner.submit()
        owner.submit("main form[method=post] button")
        assert owner.path().startswith("/t/tuo/lahetetty/")
        assert self.sums_of("SELECT sum(county_pays_cents) FROM charge WHERE state = 'accepted'") == 6000

    def county_pays(self, expected: Decimal, server: Callable[..., LiveServer]) -> None:
        """One prepares, another approves after a fresh second factor and sends; the bank answers."""
        officer, approver = self.windows["settlement_officer"], self.windows["settlement_approver"]
        officer.go("/mt/ajot/uusi")
        officer.fill(until=self.today)
        officer.submit()
        officer.submit("main form[method=post] button")
        run_path = officer.path().split("?")[0]
        approver.go(run_path)
        self.start(server, THREE_DAYS + timedelta(minutes=11))
        approver.submit("main form[action$='/hyvaksy'] button")
        approver.confirm()
        approver.submit("main form button[type=submit]")
        content = approver.download("main form[action$='/tiedosto'] button", self.folder)
        end_to_end = "SELECT end_to_end_id, sum_cents FROM payment"
        with create_engine(self.database_url).connect() as connection:
            paid = [(str(key), int(cents)) for key, cents in connection.execute(text(end_to_end))]
        assert sum(cents for _, cents in paid) == expected * 100
        day = self.day
        officer.go("/mt/vastaukset")
        officer.attach("answer.xml", debit_notification(paid, day, payer_iban_in(content)))
        officer.submit()
        assert self.sums_of("SELECT count(*) FROM payment_run WHERE state = 'closed'") == 1

    def owner_reads_the_settlement(self) -> None:
        """The owner sees what was paid."""
        owner = self.windows["owner"]
        owner.go("/t/tilitykset")
        assert "60,00 €" in owner.text()
