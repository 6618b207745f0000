"""An owner agrees that the county makes the company's invoices; then each settlement has one as UBL."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.roles import Actor, Role
from provider_portal.actions.agree_self_billing import agree_self_billing, end_self_billing
from tests.builders import NOW, TODAY, a_person
from tests.builders.api import ApiSession, application_on, sessions_on, store_api_key
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.schematron import faults_of
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "fi-x-selko")
ADDRESS: dict[str, Any] = {"street": "Asematie 2", "postcode": "50100", "town": "Mikkeli"}


@dataclass
class Billing:
    """A provider with an owner and a biller, and what they are paid for."""

    app: Flask
    session: Session
    scenario: CorrectionScenario
    owner: Actor
    biller: Actor
    api: ApiSession
    bank_lines: list[Decimal] = field(default_factory=list)

    def browser(self, actor: Actor | None = None) -> StrictClient:
        self.session.commit()
        return logged_in(self.app.test_client(), self.session, actor or self.owner)

    def agree(self, first: date = TODAY) -> None:
        values = {**ADDRESS, "actor": self.owner, "now": NOW}
        refusal = agree_self_billing(self.session, self.scenario.provider_id, first, **values)
        assert refusal is None

    def pay(self) -> int:
        """Pay what is due; return the id of the settlement."""
        bank_file = self.scenario.settlement.pay(self.session)
        self.bank_lines = [
            Decimal(each.findtext("{*}Amt/{*}InstdAmt"))
            for each in etree.fromstring(bank_file).iter("{*}CdtTrfTxInf")
        ]
        return self.newest()

    def newest(self) -> int:
        self.session.commit()
        query = text("SELECT max(id) FROM settlement WHERE provider_id = :provider")
        return int(self.session.execute(query, {"provider": self.scenario.provider_id}).scalar_one())

    def invoice(self, settlement_id: int) -> Any:
        """Return the invoice of a settlement, checked; the page and the API give the same."""
        by_api = self.api.get(f"/settlements/{settlement_id}.xml")
        assert by_api.status_code == 200, by_api.text
        by_page = self.browser().web.get(f"/t/tilitykset/{settlement_id}.xml?lang=en")
        assert (by_page.mimetype, by_page.data) == ("application/xml", by_api.data)
        assert faults_of(by_api.data) == []
        return etree.fromstring(by_api.data)

    def paid_by(self, settlement_id: int) -> str:
        """Return who pays, as the first sheet of the statement says it; the PDF has the same rows."""
        data = self.browser().web.get(f"/t/tilitykset/{settlement_id}.xlsx?lang=en").data
        rows = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].values)
        return next(str(row[1]) for row in rows if row[0] == "Paid by")

    def refusal(self, settlement_id: int) -> str:
        """Return the code of the API; the page says it in words in every language and offers no file."""
        self.session.commit()
        answer = self.api.get(f"/settlements/{settlement_id}.xml")
        assert answer.status_code == 409
        for actor in (self.owner, self.biller):
            browser = self.browser(actor)
            for language in LANGUAGES:
                page = browser.page(f"/t/tilitykset/{settlement_id}", lang=language)
                assert not page.root.xpath("//a[contains(@href, '.xml')]")
        english = self.browser().page(f"/t/tilitykset/{settlement_id}", lang="en").texts("main")
        assert answer.get_json()["title"] in english
        assert self.browser().web.get(f"/t/tilitykset/{settlement_id}.xml").status_code == 303
        return str(answer.get_json()["code"])


@pytest.fixture
def billing(fresh_database: str, tmp_path: Path) -> Iterator[Billing]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_correction_scenario(session)
        provider = {"provider_id": scenario.provider_id}
        owner = a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", **provider)
        biller = a_person(session, Role.PROVIDER_BILLER, name="Maija Laskuttaja", **provider)
        key = store_api_key(session, owner, "omk_" + "7" * 40)
        session.commit()
        app = application_on(sessions, tmp_path)
        yield Billing(app, session, scenario, owner, biller, ApiSession(app.test_client(), session, key))


def payable(root: Any) -> Decimal:
    return Decimal(root.findtext(".//{*}PayableAmount"))


def test_without_an_agreement_there_is_no_invoice(billing: Billing) -> None:
    billing.scenario.charge()
    assert billing.refusal(billing.pay()) == "self_billing_not_agreed"


def test_an_owner_agrees_on_the_page_and_ends_it(billing: Billing) -> None:
    owner = billing.browser()
    for language in LANGUAGES:
        page = owner.page("/t/yritys/laskut", lang=language)
    page = owner.page("/t/yritys/laskut", lang="en")
    done = owner.send(page, {"first": "21.11.2026", **ADDRESS})
    assert "It is agreed" in done.texts()
    assert "Asematie 2, 50100 Mikkeli" in done.texts()
    for language in LANGUAGES:
        page = owner.page("/t/yritys/laskut", lang=language)
    ended = owner.send(page)
    assert "/t/yritys/laskut" in ended.path
    acts = list(billing.session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("self_billing.%"))))
    assert sorted(acts) == ["self_billing.agree", "self_billing.end"]
    billing.session.rollback()
    billing.scenario.charge()
    assert payable(billing.invoice(billing.pay())) == 60  # the run was approved on the last day


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"first": "22.11.2026"}, "Enter today or an earlier day"),
        ({"first": ""}, "Enter the day from which it is agreed"),
        ({"postcode": "5010"}, "Check the postal code"),
        ({"street": ""}, "Enter the street address"),
        ({"town": "x" * 101}, "Use at most 100 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(billing: Billing, typed: dict[str, str], message: str) -> None:
    owner = billing.browser()
    page = owner.page("/t/yritys/laskut", lang="en")
    refused = owner.send(page, {"first": "21.11.2026", **ADDRESS, **typed}, status=422)
    assert message in refused.texts()
    kept = refused.form()
    assert all(kept.fields[name] == value for name, value in typed.items())


def test_agreements_do_not_overlap(billing: Billing) -> None:
    session, provider_id = billing.session, billing.scenario.provider_id
    who: dict[str, Any] = {"actor": billing.owner, "now": NOW}
    billing.agree(TODAY - timedelta(days=30))
    again = agree_self_billing(session, provider_id, TODAY, **ADDRESS, **who)
    assert again is not None
    assert again.code == "self_billing_in_force"
    assert end_self_billing(session, provider_id, **who) is None
    over = agree_self_billing(session, provider_id, TODAY, **ADDRESS, **who)
    assert over is not None
    assert over.code == "self_billing_overlaps"
    ended = end_self_billing(session, provider_id, **who)
    assert ended is not None
    assert ended.code == "self_billing_not_agreed"
    copy = text(
        "INSERT INTO self_billing (provider_id, valid, street, postcode, town, agreed_at, agreed_by) SELECT "
        "provider_id, daterange(lower(valid), NULL), street, postcode, town, agreed_at, agreed_by "
        "FROM self_billing"
    )
    with pytest.raises(IntegrityError, match="one_at_a_time"), session.begin_nested():
        session.execute(copy)


def test_an_agreement_of_today_makes_no_invoice_of_yesterday(billing: Billing) -> None:
    billing.scenario.charge()
    settlement_id = billing.pay()
    billing.session.execute(text("UPDATE payment_run SET approved_at = approved_at - interval '1 day'"))
    billing.agree()
    assert billing.refusal(settlement_id) == "self_billing_agreed_later"


def test_before_approval_there_is_no_invoice(billing: Billing) -> None:
    billing.agree()
    billing.scenario.charge()
    billing.scenario.settlement.prepare(billing.session)
    assert billing.refusal(billing.newest()) == "settlement_not_approved"


def test_the_invoice_pays_the_bank_line_and_corrects_the_earlier_one(billing: Billing) -> None:
    billing.agree()
    first = billing.scenario.charge("2.00")
    earlier = billing.pay()
    billing.scenario.correct(first, quantity=50)
    billing.scenario.charge("3.00")
    settlement_id = billing.pay()
    root = billing.invoice(settlement_id)
    assert [payable(root)] == billing.bank_lines == [Decimal(75)]
    assert root.findtext("{*}ID") == f"12-{settlement_id}"
    assert root.findtext("{*}BillingReference//{*}ID") == f"12-{earlier}"
    found = billing.api.read(f"/settlements/{settlement_id}")
    assert root.findtext(".//{*}PaymentID") == found["payment"]["reference"]
    assert root.findtext(".//{*}PayeeFinancialAccount/{*}ID") == found["payment"]["iban"]
    assert found["hash"] in root.findtext("{*}Note")
    assert found["check_link"] in root.findtext("{*}Note")
    seller = root.find("{*}AccountingSupplierParty")
    assert [seller.findtext(f".//{{*}}{name}") for name in ("StreetName", "PostalZone", "CityName")] == [
        "Asematie 2",
        "50100",
        "Mikkeli",
    ]
    names = text("SELECT c.name, c.number, f.voucher FROM client c JOIN funding f ON f.client_id = c.id")
    clients = [value for row in billing.session.execute(names) for value in row]
    data = etree.tostring(root, encoding="unicode")
    assert not [secret for secret in clients if secret in data]


def test_a_debt_is_a_credit_note_and_the_next_invoice_pays_the_rest(billing: Billing) -> None:
    billing.agree()
    first = billing.scenario.charge("2.00")
    billing.pay()
    billing.scenario.correct(first, quantity=50)
    contents = billing.scenario.settlement.prepare(billing.session)
    approved = billing.scenario.settlement.approve(billing.session, contents)
    assert not approved.payments
    credit = billing.invoice(billing.newest())
    assert credit.findtext("{*}CreditNoteTypeCode") == "261"
    assert payable(credit) == 15
    billing.scenario.charge("3.00")
    rest = billing.invoice(billing.pay())
    assert rest.findtext(".//{*}PrepaidAmount") == "15.00"
    assert [payable(rest)] == billing.bank_lines == [Decimal(75)]


def buyer_address(root: Any) -> list[str | None]:
    buyer = root.find("{*}AccountingCustomerParty")
    return [buyer.findtext(f".//{{*}}{name}") for name in ("StreetName", "PostalZone", "CityName")]


NEW_ADDRESS = text("INSERT INTO county_address VALUES (12, :first, :street, '50100', 'Mikkeli')")


def test_the_county_has_the_address_of_the_day_of_approval(billing: Billing) -> None:
    """An invoice of before has none; one that is on an invoice is never changed, whoever asks."""
    session = billing.session
    billing.agree(TODAY - timedelta(days=9))
    billing.scenario.charge("2.00")
    before = billing.pay()
    session.execute(text("UPDATE payment_run SET approved_at = approved_at - interval '5 days'"))
    for days, street in ((3, "Asematie 2"), (-1, "Huomistie 3")):
        session.execute(NEW_ADDRESS, {"first": TODAY - timedelta(days=days), "street": street})
    billing.scenario.charge("3.00")
    after = billing.pay()
    assert buyer_address(billing.invoice(before)) == [None, None, None]
    assert buyer_address(billing.invoice(after)) == ["Asematie 2", "50100", "Mikkeli"]
    assert ["Asematie 2, 50100 Mikkeli" in billing.paid_by(each) for each in (before, after)] == [False, True]
    for change in (
        "UPDATE county_address SET street = 'Muutie 1' WHERE street = 'Asematie 2'",
        "DELETE FROM county_address WHERE street = 'Asematie 2'",
        "INSERT INTO county_address VALUES (12, '2020-01-01', 'Muutie 1', '50100', 'Mikkeli')",
        "UPDATE county_address SET from_day = '2020-01-01' WHERE street = 'Huomistie 3'",
    ):
        with pytest.raises(IntegrityError, match="is on invoices"), session.begin_nested():
            session.execute(text(change))
    session.execute(text("DELETE FROM county_address WHERE street = 'Huomistie 3'"))


def test_a_service_without_vat_says_its_reason(billing: Billing) -> None:
    billing.agree()
    billing.scenario.charge("2.00")
    social = billing.invoice(billing.pay())
    assert social.findtext(".//{*}TaxExemptionReasonCode") == "VATEX-EU-132-1G"
    billing.session.execute(
        text("UPDATE service SET vat_exemption = 'health_care' WHERE vat_kind = 'exempt'")
    )
    billing.scenario.charge("3.00")
    health = billing.invoice(billing.pay())
    assert health.findtext(".//{*}TaxExemptionReasonCode") == "VATEX-EU-132-1C"
    assert "34 §" in health.findtext(".//{*}TaxExemptionReason")


def test_taxed_services_have_their_rate(billing: Billing) -> None:
    billing.agree()
    billing.scenario.charge("2.00")
    billing.session.execute(text("UPDATE charge SET vat_percent_hundredths = 2550"))
    root = billing.invoice(billing.pay())
    sums = [root.findtext(f".//{{*}}{name}") for name in ("TaxExclusiveAmount", "TaxInclusiveAmount")]
    assert sums == ["47.81", "60.00"]
    assert [payable(root)] == billing.bank_lines
