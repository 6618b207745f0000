"""Statements of settlements: one sum on the page, in the API and in every file, and what anyone may check."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest
from lxml import etree
from sqlalchemy import text

from foundation.vocabulary.roles import Actor, Role
from provider_portal.disclosure.settlements import StatementDiffersError, statement_of
from provider_portal.load.settlements import own_settlement
from tests.builders import NOW, a_person
from tests.builders.api import ApiSession, application_on, sessions_on, store_api_key
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "fi-x-selko")
SUM, OWN = "135.00", "27.00"
"""Two and three hours at 36 €, the county's 30 € of each, less a half: 4.5 hours."""


@dataclass
class Statements:
    """A provider with a run that has two charges and a correction, and its API."""

    scenario: CorrectionScenario
    owner: Actor
    api: ApiSession
    settlement_id: int
    bank_file: bytes

    @property
    def browser(self) -> StrictClient:
        """The owner's browser."""
        return logged_in(self.api.web.application.test_client(), self.api.session, self.owner)

    def file(self, end: str, language: str = "fi") -> bytes:
        """Save a file from the page in a language."""
        answer = self.browser.web.get(f"/t/tilitykset/{self.settlement_id}.{end}?lang={language}")
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    def read(self) -> Any:
        """Read the settlement by the API."""
        return self.api.read(f"/settlements/{self.settlement_id}")


@pytest.fixture
def statements(fresh_database: str, tmp_path: Path) -> Iterator[Statements]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_correction_scenario(session)
        first = scenario.charge("2.00")
        scenario.charge("3.00")
        scenario.correct(first, quantity=50)
        owner = a_person(session, Role.PROVIDER_OWNER, name="Olli Omistaja", provider_id=scenario.provider_id)
        key = store_api_key(session, owner, "omk_" + "7" * 40)
        bank_file = scenario.settlement.pay(session)
        query = text("SELECT id FROM settlement WHERE provider_id = :provider")
        settlement_id = session.execute(query, {"provider": scenario.provider_id}).scalar_one()
        session.commit()
        api = ApiSession(application_on(sessions, tmp_path).test_client(), session, key)
        yield Statements(scenario, owner, api, settlement_id, bank_file)


def test_every_file_and_the_page_have_the_sum_of_the_bank_line(statements: Statements) -> None:
    (line,) = etree.fromstring(statements.bank_file).iter("{*}CdtTrfTxInf")
    amount, reference = line.findtext("{*}Amt/{*}InstdAmt"), line.findtext("{*}RmtInf//{*}Ref")
    found = statements.read()
    assert (found["sum"], found["payment"]["sum"], found["payment"]["reference"]) == (SUM, amount, reference)
    assert (found["charged"], found["corrected"]) == ("150.00", "-15.00")
    assert sum(round(float(line["county_pays"]) * 100) for line in found["services"]) == 13500
    machine = statements.api.read(f"/settlements/{statements.settlement_id}.csv").lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(machine), delimiter=";"))
    assert sum(round(float(row["county_pays"]) * 100) for row in rows) == 13500
    assert {(row["run_hash"], row["bank_reference"]) for row in rows} == {(found["hash"], reference)}
    page = statements.browser.page(f"/t/tilitykset/{statements.settlement_id}", lang="en").texts("main")
    assert "€135.00" in page
    assert reference in page
    book = openpyxl.load_workbook(io.BytesIO(statements.file("xlsx")))
    assert SUM in {f"{row[1]:.2f}" for row in book.worksheets[0].values if isinstance(row[1], float | int)}
    assert sum(round(row[7] * 100) for row in list(book.worksheets[1].values)[1:]) == 13500


def test_files_for_people_have_their_number_form(statements: Statements) -> None:
    def rows(language: str) -> list[dict[str, str]]:
        data = statements.file("csv", language).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(data), delimiter=";"))

    finnish, swedish, english = rows("fi"), rows("sv"), rows("en")
    assert [row["Hyvinvointialue maksaa"] for row in finnish] == ["60,00", "90,00", "-15,00"]
    assert {row["Palvelupäivä"] for row in finnish} == {"20.11.2026"}
    assert finnish[2]["Oikaisee"] == finnish[0]["Viite"]
    assert [row["Välfärdsområdet betalar"] for row in swedish] == ["60,00", "90,00", "-15,00"]
    assert [row["County pays"] for row in english] == ["60.00", "90.00", "-15.00"]
    assert {row["Service day"] for row in english} == {"2026-11-20"}
    sheet = openpyxl.load_workbook(io.BytesIO(statements.file("xlsx"))).worksheets[1]
    day, paid = sheet["A2"], sheet["H2"]
    assert (type(day.value), day.number_format, paid.value) == (datetime, "mm-dd-yy", 60)


def test_a_text_of_a_workbook_is_never_a_formula(statements: Statements) -> None:
    evil = "=HYPERLINK(1)"
    statements.api.session.execute(text("UPDATE provider SET name = :evil"), {"evil": evil})
    statements.api.session.commit()
    book = openpyxl.load_workbook(io.BytesIO(statements.file("xlsx")))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert any(evil in str(cell.value) for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_and_has_a_language_and_a_title(statements: Statements, language: str) -> None:
    by_api = statements.api.web.get(
        f"/api/v1/settlements/{statements.settlement_id}.pdf",
        headers=statements.api.headers() | {"Accept-Language": language},
    )
    assert by_api.mimetype == "application/pdf"
    for data in (by_api.data, statements.file("pdf", language)):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.Root.Lang) == f"{language[:2]}-FI"
            assert pdf.Root.MarkInfo.Marked
            tags = {
                str(each.S) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each
            }
            assert tags >= {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link"}
            assert str(pdf.docinfo.Title).endswith(f" 12-{statements.settlement_id}")
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
    statements.browser.page(f"/t/tilitykset/{statements.settlement_id}", lang=language)


def test_anyone_who_holds_a_statement_checks_it(statements: Statements) -> None:
    found = statements.read()
    code = found["check_link"].rpartition("/")[2]
    visitor = StrictClient(statements.api.web.application.test_client())
    for language in LANGUAGES:
        shown = visitor.page(f"/tilitys/{code}", lang=language).texts("main")
        assert found["hash"] in shown.replace(" ", "")
    shown = visitor.page(f"/tilitys/{code}", lang="en").texts("main")
    assert found["number"] in shown
    assert "€135.00" in shown
    checked = statements.api.read(f"/statements/{code}", key="")
    same = ("number", "sum", "hash", "until", "state")
    assert {name: checked[name] for name in same} == {name: found[name] for name in same}
    query = text("SELECT c.name, f.voucher FROM client c JOIN funding f ON f.client_id = c.id")
    clients = [value for row in statements.api.session.execute(query) for value in row]
    answer = visitor.web.get(f"/tilitys/{code}").text + str(checked)
    hidden = (*clients, found["payment"]["iban"], found["payment"]["reference"])
    assert not [secret for secret in hidden if secret in answer]


def test_another_code_finds_nothing_and_many_are_stopped(statements: Statements) -> None:
    visitor = StrictClient(statements.api.web.application.test_client())
    nobody = "/tilitys/00000000-0000-4000-8000-"
    visitor.page(f"{nobody}000000000000", status=404)
    assert statements.api.get(f"/statements/{nobody[9:]}000000000000", key="").status_code == 404
    statuses = [visitor.web.get(f"{nobody}{number:012d}").status_code for number in range(40)]
    assert statuses[-1] == 429


def test_before_approval_nothing_can_be_checked(statements: Statements) -> None:
    session, scenario = statements.api.session, statements.scenario
    scenario.charge("1.00")
    run = scenario.settlement.prepare(session)
    settlement_id = run.settlements[0].id
    session.commit()
    found = statements.api.read(f"/settlements/{settlement_id}")
    assert (found["state"], found["hash"], found["check_link"]) == ("prepared", None, None)
    query = text("SELECT check_code FROM settlement WHERE id = :id")
    code = session.execute(query, {"id": settlement_id}).scalar_one()
    assert statements.api.get(f"/statements/{code}", key="").status_code == 404
    page = statements.browser.page(f"/t/tilitykset/{settlement_id}", lang="en")
    assert "It cannot be checked yet" in page.texts("main")
    statements.settlement_id = settlement_id
    assert statements.file("pdf").startswith(b"%PDF")


def test_a_statement_that_does_not_add_up_is_not_given_out(statements: Statements) -> None:
    session = statements.api.session
    session.execute(text("UPDATE settlement SET sum_cents = sum_cents + 1"))
    settlement = own_settlement(session, statements.scenario.provider_id, statements.settlement_id)
    assert settlement is not None
    with pytest.raises(StatementDiffersError):
        statement_of(session, settlement, actor=statements.owner, now=NOW)
