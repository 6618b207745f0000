"""/t/tuo: which sheet and which row of a spreadsheet have the columns is found, or asked."""

from __future__ import annotations

import io

import openpyxl
import pytest

from foundation.database.tables.charges import Charge
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

TITLES = [["Raportti, marraskuu"], []]


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(provider_api: ProviderApi, client: StrictClient, data: bytes, columns: str) -> StrictPage:
    fields = {**client.page("/t/tuo", lang="en").form().fields, "columns": columns}
    sent = provider_api.web.post(
        "/t/tuo", data={**fields, "file": (io.BytesIO(data), "x.xlsx")}, follow_redirects=True
    )
    return client.checked(sent, sent.request.path, sent.status_code)


def rows(provider_api: ProviderApi, reference: str = "R-1", name: str = "reference") -> list[list[str]]:
    charge = provider_api.charge(reference=reference)
    return [*TITLES, [name, *[*charge][1:]], [*charge.values()], ["Yhteensä"]]


def test_titles_and_totals_are_passed_over(provider_api: ProviderApi) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    page = upload(provider_api, client, workbook({"Ohje": [["Lue"]], "Tiedot": rows(provider_api)}), "own")
    assert "Would be accepted1" in page.texts("main")
    assert "Row 5 only sums up the others. It was left out." in page.texts("main")
    client.send(page, form=0)
    assert provider_api.count(Charge) == 1


def test_of_two_sheets_with_the_columns_one_is_chosen(provider_api: ProviderApi) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    both = {"Lokakuu": rows(provider_api), "Marraskuu": rows(provider_api, "R-2")}
    page = upload(provider_api, client, workbook(both), "own")
    assert "Several sheets have these columns: Lokakuu, Marraskuu." in page.texts("main")
    asked = client.page(page.one('a[contains(., "Choose the sheet")]').get("href") or "", lang="en")
    assert asked.form().fields["header_row"] == "3"
    checked = client.send(asked, {"sheet": "Marraskuu"})
    client.send(checked, form=0)
    assert [charge.reference for charge in provider_api.session.query(Charge)] == ["R-2"]


def test_a_row_of_other_names_is_proposed_for_the_columns(provider_api: ProviderApi) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    data = workbook({"A": rows(provider_api, name="Viite")})
    asked = upload(provider_api, client, data, "choose")
    assert asked.form().fields["header_row"] == "3"
    checked = client.send(asked, {"from_reference": "Viite"})
    assert "Would be accepted1" in checked.texts("main")


@pytest.mark.parametrize(
    "head",
    [
        "Viite;Seteli;Palvelu;Päivä;Määrä;Yksikkö;Hinta",
        "Referens;Sedel;Tjänst;Datum;Antal;Enhet;Pris",
        "Ref;Voucher code;Service code;Date;Qty;Unit;Price",
    ],
)
def test_the_columns_of_a_sender_are_matched_before_anybody_chooses(
    provider_api: ProviderApi, head: str
) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    charge = provider_api.charge()
    data = workbook({"A": [head.split(";"), [*charge.values()]]})
    checked = client.send(upload(provider_api, client, data, "choose"))
    assert "Would be accepted1" in checked.texts("main")
