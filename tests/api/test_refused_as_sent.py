"""The refused rows come back in the form of the file; mended and sent, exactly these become charges."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from foundation.database.tables.charges import Charge
from tests.architecture.sources import ROOT
from tests.builders.provider_api import ProviderApi

HEADER = ("Reference", "voucher", "Service", "service_day", "Quantity", "unit", "Unit price", "note")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAYLOADS = ('=HYPERLINK("http://a.example")', "+1+1", "@SUM(1)", "-1+1", "=cmd|' /C calc'!A0")


def accepted(api: ProviderApi) -> dict[str, int | None]:
    """Return the price of each accepted charge by its reference."""
    api.session.rollback()
    rows = api.session.query(Charge.reference, Charge.price_cents).filter(Charge.state == "accepted")
    return {str(reference): price for reference, price in rows}


def row(api: ProviderApi, number: int, *, price: str = "36,00", note: str = "Käynti") -> list[str]:
    return [
        f"R-{number}",
        api.voucher,
        "PERSONAL_ASSISTANCE",
        f"{number}.11.2026",
        "1,50",
        "hour",
        price,
        note,
    ]


def a_csv(api: ProviderApi, *, delimiter: str, encoding: str, line_end: str) -> bytes:
    """Return a file with a title; rows 2 and 4 ask too much."""
    rows = [row(api, at, price="99,00" if at % 2 == 0 else "36,00") for at in range(1, 5)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([["Marraskuun käynnit"], HEADER, *rows])
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize(
    ("delimiter", "encoding", "line_end"),
    [(";", "utf-8-sig", "\r\n"), (";", "cp1252", "\r\n"), ("\t", "utf-8", "\n"), (",", "utf-8", "\r\n")],
)
def test_a_table_of_text_comes_back_as_it_was(
    provider_api: ProviderApi, delimiter: str, encoding: str, line_end: str
) -> None:
    data = a_csv(provider_api, delimiter=delimiter, encoding=encoding, line_end=line_end)
    sent = provider_api.send_file(data).get_json()
    assert (sent["accepted"], sent["refused"]) == (2, 2)
    answer = provider_api.get(f"/charge-files/{sent['id']}/refused")
    assert answer.content_type.startswith("text/csv")
    back = answer.data.decode(encoding)
    assert back.encode(encoding) == answer.data
    rows = list(csv.reader(io.StringIO(back, newline=""), delimiter=delimiter))
    assert rows[0] == ["Marraskuun käynnit"]
    assert tuple(rows[1]) == (*HEADER, "file_row", "reason_codes", "reasons")
    originals = [row(provider_api, 2, price="99,00"), row(provider_api, 4, price="99,00")]
    assert [line[: len(HEADER)] for line in rows[2:]] == originals
    assert [line[len(HEADER)] for line in rows[2:]] == ["4", "6"]
    assert back.endswith(line_end)
    assert ("\r\n" in back) == (line_end == "\r\n")

    mended = provider_api.send_file(back.replace("99,00", "36,00").encode(encoding)).get_json()
    assert (mended["rows"], mended["accepted"], mended["duplicates"]) == (2, 2, 0)
    assert accepted(provider_api) == {f"R-{at}": 5400 for at in range(1, 5)}
    again = provider_api.send_file(data + line_end.encode()).get_json()
    assert (again["accepted"], again["duplicates"]) == (0, 2), "the whole original again charges nothing"
    assert len(accepted(provider_api)) == 4


def a_book(api: ProviderApi) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Marraskuu"
    sheet.append(["Käynnit 2026"])
    sheet.append([*HEADER, "Kirje", "Oma numero"])
    for at in range(1, 5):
        price = 99 if at % 2 == 0 else 36.5
        cells = [f"00{at}", api.voucher, "PERSONAL_ASSISTANCE", date(2026, 11, at), 1.5, "hour", price]
        sheet.append([*cells, "x", "teksti", at])
    sheet.append([f"=1+{1}", api.voucher, "PERSONAL_ASSISTANCE", date(2026, 11, 9), 1, "hour", 36, "x"])
    book.create_sheet("Piilossa").sheet_state = "hidden"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def cells_of(data: bytes) -> tuple[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == 1
    assert not any(cell.data_type == "f" for line in book.worksheets[0] for cell in line), "no live formula"
    return book.sheetnames[0], [[cell.value for cell in line] for line in book.worksheets[0].iter_rows()]


def test_a_spreadsheet_comes_back_with_its_types(provider_api: ProviderApi) -> None:
    sent = provider_api.send_file(a_book(provider_api), content_type=XLSX).get_json()
    assert sent["refused"] == 5, "two unknown columns"
    answer = provider_api.get(f"/charge-files/{sent['id']}/refused")
    assert answer.content_type == XLSX
    name, rows = cells_of(answer.data)
    assert name == "Marraskuu"
    assert rows[0][0] == "Käynnit 2026"
    assert rows[1] == [*HEADER, "Kirje", "Oma numero", "file_row", "reason_codes", "reasons"]
    assert rows[2][:11] == [
        "001", provider_api.voucher, "PERSONAL_ASSISTANCE", datetime(2026, 11, 1),  # noqa: DTZ001 - a sheet's
        1.5, "hour", 36.5, "x", "teksti", 1, 3,
    ]  # fmt: skip
    assert "field_unknown" in rows[2][11]
    assert rows[6][0] == "=", "a formula without a result comes back as a text"


def test_a_mended_spreadsheet_becomes_exactly_its_charges(provider_api: ProviderApi) -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_book(provider_api)))
    book.worksheets[0].delete_cols(9, 2)
    data = io.BytesIO()
    book.save(data)
    sent = provider_api.send_file(data.getvalue(), content_type=XLSX).get_json()
    assert (sent["accepted"], sent["refused"]) == (0, 5), sent
    back = provider_api.get(f"/charge-files/{sent['id']}/refused").data
    mended = openpyxl.load_workbook(io.BytesIO(back))
    for line in mended.worksheets[0].iter_rows(min_row=3):
        line[6].value = 36
        line[0].value = str(line[0].value).replace("=", "005")
    out = io.BytesIO()
    mended.save(out)
    answer = provider_api.send_file(out.getvalue(), content_type=XLSX).get_json()
    assert (answer["rows"], answer["accepted"]) == (5, 5), answer["results"][0]["reasons"]
    assert set(accepted(provider_api)) == {"001", "002", "003", "004", "005"}
    again = provider_api.send_file(data.getvalue(), content_type=XLSX).get_json()
    assert again["id"] == sent["id"]
    assert len(accepted(provider_api)) == 5


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live_in_either_form(provider_api: ProviderApi, payload: str) -> None:
    line = row(provider_api, 1, price="99,00", note=payload)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([[payload], [*HEADER, payload], [*line, ""]])
    sent = provider_api.send_file(text.getvalue().encode()).get_json()
    back = provider_api.get(f"/charge-files/{sent['id']}/refused").data.decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(back), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "@", "-")) for cell in cells), cells
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in [[payload], [*HEADER, payload], line]:
        sheet.append(cells)
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"
    data = io.BytesIO()
    book.save(data)
    sent = provider_api.send_file(data.getvalue(), content_type=XLSX).get_json()
    _name, rows = cells_of(provider_api.get(f"/charge-files/{sent['id']}/refused").data)
    assert rows[2][7] == payload, "a text cell, as it was typed"


def invoice(api: ProviderApi, name: str) -> bytes:
    data = (ROOT / f"docs/invoices/example-{name}.xml").read_bytes()
    return data.replace(b">VOUCHER<", f">{api.voucher}<".encode())


FAULTS = {
    "ubl": (b'"EUR">72.00</cbc:LineExtension', b'"EUR">99.00</cbc:LineExtension'),
    "finvoice": (b">72,00</RowAmount", b">99,00</RowAmount"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_invoice_comes_back_with_its_refused_lines(provider_api: ProviderApi, name: str) -> None:
    right, wrong = FAULTS[name]
    data = invoice(provider_api, name).replace(right, wrong, 1)
    sent = provider_api.send_file(data, content_type="application/xml").get_json()
    assert (sent["accepted"], sent["refused"]) == (1, 1)
    first = accepted(provider_api)
    answer = provider_api.get(f"/charge-files/{sent['id']}/refused")
    assert answer.content_type == "application/xml"
    back = answer.data
    assert back.count(b"<InvoiceRow>") + back.count(b"<cac:InvoiceLine>") == 1
    assert re.search(rb"<!-- Omatori: 1 \xb7|<!-- Omatori: 1 \xc2\xb7", back), "the reasons stand at the line"
    assert b"amount_mismatch" in back
    assert b"Henkil" in back
    tried = provider_api.send_file(back.replace(wrong, right), "?dry_run=true", content_type="text/xml")
    assert tried.get_json()["accepted"] == 1
    mended = provider_api.send_file(back.replace(wrong, right), content_type="text/xml").get_json()
    assert (mended["rows"], mended["accepted"], mended["duplicates"]) == (1, 1, 0)
    both = accepted(provider_api)
    assert len(both) == 2
    assert first.items() < both.items()
    again = provider_api.send_file(invoice(provider_api, name), content_type="text/xml").get_json()
    assert (again["accepted"], again["duplicates"]) == (0, 2), (
        "the invoice as it should have been: no new charge"
    )


def test_the_sums_of_an_invoice_are_those_of_the_lines_that_are_left(provider_api: ProviderApi) -> None:
    data = invoice(provider_api, "ubl")
    data = data.replace(b"<cbc:EndDate>2026-11-17<", b"<cbc:EndDate>2026-11-18<")  # line 2: two days
    sent = provider_api.send_file(data, content_type="application/xml").get_json()
    back = provider_api.get(f"/charge-files/{sent['id']}/refused").data.decode()
    assert "2026-11-18" in back
    amounts = re.findall(r"<cbc:(\w+Amount) currencyID=\"EUR\">([0-9.]+)<", back)
    assert amounts[:7] == [
        ("TaxAmount", "0.00"), ("TaxableAmount", "36.00"), ("TaxAmount", "0.00"),
        ("LineExtensionAmount", "36.00"), ("TaxExclusiveAmount", "36.00"), ("TaxInclusiveAmount", "36.00"),
        ("PayableAmount", "36.00"),
    ]  # fmt: skip
    assert back.count("xmlns:cac") == 1, "lines are as they were"


def test_a_finvoice_row_keeps_its_number(provider_api: ProviderApi) -> None:
    data = re.sub(
        rb"\s*<RowPositionIdentifier>.</RowPositionIdentifier>", b"", invoice(provider_api, "finvoice")
    )
    data = data.replace(b">36,00</RowAmount", b">99,00</RowAmount")  # row 2
    envelope = b"<SOAP-ENV:Envelope>one</SOAP-ENV:Envelope>\n"
    sent = provider_api.send_file(envelope + data, content_type="application/xml").get_json()
    assert [line["outcome"] for line in sent["results"]] == ["accepted", "refused"]
    back = provider_api.get(f"/charge-files/{sent['id']}/refused").data
    assert back.startswith(envelope)
    assert b"<RowPositionIdentifier>2</RowPositionIdentifier>" in back
    mended = provider_api.send_file(back.replace(b"99,00", b"36,00"), content_type="text/xml").get_json()
    assert [line["reference"] for line in mended["results"]] == ["2026-2042-2"]
    assert sorted(accepted(provider_api)) == ["2026-2042-1", "2026-2042-2"]


def test_the_answer_says_asked_and_paid_for_each_row(provider_api: ProviderApi) -> None:
    sent = provider_api.send_file(
        a_csv(provider_api, delimiter=";", encoding="utf-8", line_end="\n")
    ).get_json()
    text = provider_api.read(f"/charge-files/{sent['id']}/answer.csv").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    names = ("file_row", "asked_unit_price", "asked_total", "price", "county_pays", "co_payment", "outcome")
    assert [tuple(line[name] for name in names) for line in rows[:2]] == [
        ("3", "36.00", "54.00", "54.00", "54.00", "0.00", "accepted"),
        ("4", "99.00", "148.50", "", "", "", "refused"),
    ]
    assert rows[1]["reason_codes"]
    assert len(rows) == 4


def test_a_strangers_invoice_comes_back_with_a_reason_at_each_line(
    provider_api: ProviderApi, shared_data: Path
) -> None:
    data = (shared_data / "invoices/peppol-base-example.xml").read_bytes()
    sent = provider_api.send_file(data, content_type="application/xml").get_json()
    back = provider_api.get(f"/charge-files/{sent['id']}/refused").data
    marks = [int(row) for row in re.findall(rb"<!-- Omatori: (\d+) ", back)]
    assert marks == [result["row"] for result in sent["results"]] == [1, 2, 3]
    again = provider_api.send_file(back, "?dry_run=true", content_type="text/xml").get_json()
    same = [(result["row"], result["reference"]) for result in sent["results"]]
    assert [(result["row"], result["reference"]) for result in again["results"]] == same
