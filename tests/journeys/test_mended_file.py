"""A file with faults on a phone: the refused rows are given back in the form in which they came, mended,
sent again and paid; the statement is the line on the bank's statement.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from tests.builders.browser_session import BrowserSession
from tests.builders.served_world import ServedWorld
from tests.journeys.proof import check_books
from tests.journeys.statements import lines_of, reads_the_statement
from tests.journeys.test_flow_in_browser import SERVICE, Walk

COUNTY_PAYS = Decimal("33.50")
COLUMNS = "reference;voucher;service;service_day;start;end;quantity;unit;unit_price;note"
ROWS = (
    f"F-1;{{voucher}};{SERVICE};21.11.2026;8:00;9:00;1,00;hour;45,00;Käynti\n"
    f"F-2;{{voucher}};{SERVICE};21.11.2026;9:15;10:15;1,00;hour;46,00;Käynti\n"
    f"F-3;{{voucher}};{SERVICE};21.11.2026;10:30;11:30;1,00;tunti;45,00;Käynti\n"
)
MENDED = {"46,00": "45,00", "tunti": "hour"}


def csv_of(text: str) -> bytes:
    """Return the table as Excel of a Finnish computer saves it."""
    return text.encode("cp1252")


def mended_csv(data: bytes) -> bytes:
    """Correct the cells of the file that was given back, in its own encoding."""
    text = data.decode("cp1252")
    assert "Käynti" in text
    for wrong, right in MENDED.items():
        assert text.count(f";{wrong};") == 1
        text = text.replace(f";{wrong};", f";{right};")
    return text.encode("cp1252")


def workbook_of(text: str) -> bytes:
    """Return the table as a payroll system exports it: under a title, with a row that sums up the others."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Raportti, marraskuu"])
    for line in text.splitlines():
        sheet.append(line.split(";"))
    sheet.append(["Yhteensä"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mended_workbook(data: bytes) -> bytes:
    """Correct the cells of the sheet that was given back."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    for wrong, right in MENDED.items():
        (cell,) = [cell for cell in cells if cell.value == wrong]
        cell.value = right
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FORMS = {"csv": (csv_of, mended_csv), "xlsx": (workbook_of, mended_workbook)}


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("form", list(FORMS))
def test_refused_rows_are_mended_in_their_own_form_and_paid(
    served_world: ServedWorld, browser: Browser, tmp_path: Path, form: str
) -> None:
    make, mend = FORMS[form]
    walk = Walk(served_world, browser, served_world.world.provider_with_pending_approval())
    voucher = walk.county_grants()
    walk.county_approves()
    walk.client_chooses(voucher, walk.provider_lists())
    phone = walk.window("provider_biller", phone=True, provider=walk.business_id)
    table = f"{COLUMNS}\n{ROWS.format(voucher=voucher)}"
    page = sends(phone, make(table), f"marraskuu.{form}", outcome=(3, 1, 2))
    assert len(tasks(phone)) == 2
    refused = saves_refused_rows(phone, page, form, tmp_path)
    assert walk.balance(voucher)["charged"] == str(COUNTY_PAYS)
    mends_and_sends(phone, mend, refused, form)
    assert tasks(phone) == []
    total = 3 * COUNTY_PAYS
    assert walk.balance(voucher)["charged"] == str(total)
    bank_file = walk.county_pays(tmp_path, total)
    reference = reads_the_statement(walk, phone, [COUNTY_PAYS] * 3)
    assert lines_of(bank_file) == [(reference, total)]
    assert check_books(served_world.run, tmp_path)["bank"] == total


def sends(phone: BrowserSession, data: bytes, name: str, *, outcome: tuple[int, int, int]) -> str:
    """Send a file; first the page says what would become of it, then what did: rows, accepted, refused.

    Return the address of the page of the file.
    """
    phone.go("/t/tuo")
    phone.choose("columns", "own")
    phone.attach(name, data)
    phone.submit()
    assert figures(phone) == outcome, phone.text()
    phone.submit("main form[method=post] button")
    assert phone.path().startswith("/t/tuo/lahetetty/")
    assert figures(phone) == outcome
    return phone.path().split("?")[0]


def figures(phone: BrowserSession) -> tuple[int, int, int]:
    """Return how many rows the open page counts: all, accepted and refused."""
    numbers = [int(text) for text in phone.page.locator("main dl.om-split dd").all_inner_texts()]
    rows, accepted, _on_hold, refused, known = numbers
    assert known == 0, "a row given back is never one that was charged"
    return rows, accepted, refused


def saves_refused_rows(phone: BrowserSession, page: str, form: str, folder: Path) -> bytes:
    """Save the rows that came back, on the page of the file, found among the files sent before."""
    phone.go("/t/tuo")
    phone.submit(f"main table a[href='{page}']")
    with phone.page.expect_download() as download:
        phone.page.locator("main a[href$='/hylatyt.tiedosto']").click()
    assert download.value.suggested_filename.endswith(f".refused.{form}")
    target = folder / f"refused.{form}"
    download.value.save_as(target)
    return target.read_bytes()


def mends_and_sends(phone: BrowserSession, mend: Callable[[bytes], bytes], refused: bytes, form: str) -> None:
    """Send the file as it came, which mends nothing, then the mended one."""
    sends(phone, refused, f"refused.{form}", outcome=(2, 0, 2))
    sends(phone, mend(refused), f"korjattu.{form}", outcome=(2, 2, 0))


def tasks(phone: BrowserSession) -> list[str]:
    """Return the refused charges that wait to be mended."""
    phone.go("/t/korjattavat")
    return phone.page.locator("main h2 a").all_inner_texts()
