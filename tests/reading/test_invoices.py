"""Invoices as charge files: what strangers send, and what is refused before any line is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.mapping_file import parse_mapping
from provider_portal.reading.charge_file import read_charge_file
from tests.architecture.sources import ROOT

UBL = (ROOT / "docs/invoices/example-ubl.xml").read_bytes()
FINVOICE = (ROOT / "docs/invoices/example-finvoice.xml").read_bytes()
ENVELOPE = b"""<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">
<SOAP-ENV:Header/><SOAP-ENV:Body/></SOAP-ENV:Envelope>\n"""


def cells(data: bytes, mapping: str = "") -> list[dict[str, str]]:
    table = read_charge_file(data, parse_mapping(mapping) if mapping else None)
    found = [{name: text for name, text in row.cells.items() if text} for row in table.rows()]
    assert len(found) == table.row_count
    return found


def fault(data: bytes) -> tuple[str, str]:
    with pytest.raises(UnreadableTableError) as caught:
        read_charge_file(data)
    return caught.value.faults[0].code.value, caught.value.faults[0].about


@pytest.mark.parametrize(("data", "number"), [(UBL, "2026-1042"), (FINVOICE, "2026-2042")])
def test_our_examples_are_read(data: bytes, number: str) -> None:
    first, second = cells(data)
    assert first["reference"] == f"{number}-1"
    assert (first["start"], first["end"], first["quantity"], first["unit"]) == ("09:00", "11:00", "2", "hour")
    assert (second["unit_price"], second["total"], second["voucher"]) == ("36", "36", "VOUCHER")
    assert second["service"] == "PERSONAL_ASSISTANCE"


def test_a_file_holds_many_invoices_behind_envelopes() -> None:
    other = FINVOICE.replace(b"2026-2042", b"2026-2043")
    rows = cells(ENVELOPE + FINVOICE + b"\n" + ENVELOPE + other)
    assert [row["reference"] for row in rows] == ["2026-2042-1", "2026-2042-2", "2026-2043-1", "2026-2043-2"]


def test_the_encoding_of_a_finvoice_is_that_of_its_declaration() -> None:
    data = FINVOICE.replace(
        b"<RowVatRatePercent>", b"<RowFreeText>P\xe4iv\xe4 \xa4</RowFreeText><RowVatRatePercent>"
    )
    assert cells(ENVELOPE + data)[0]["note"] == "Päivä €"


def test_rows_of_text_alone_are_passed_over() -> None:
    text = b"<InvoiceRow><RowFreeText>Marraskuu</RowFreeText></InvoiceRow></Finvoice>"
    assert len(cells(FINVOICE.replace(b"</Finvoice>", text))) == 2


@pytest.mark.parametrize("text", [b"1 000,50", b"1\xa0000,50"])
def test_numbers_of_finvoice_have_a_comma(text: bytes) -> None:
    data = FINVOICE.replace(b">72,00</RowAmount>", b">" + text + b"</RowAmount>")
    assert cells(data)[0]["total"] == "1000.50"


def test_a_mapping_translates_articles() -> None:
    mapping = '[columns.service]\ncolumn = "seller_item"\nwords = { "A-7" = "CLEANING" }\n'
    item = b"<cac:SellersItemIdentification><cbc:ID>A-7</cbc:ID></cac:SellersItemIdentification>"
    data = UBL.replace(b"<cac:BuyersItemIdentification>", item + b"<cac:BuyersItemIdentification>")
    assert [row["service"] for row in cells(data, mapping)] == ["CLEANING", "CLEANING"]


def test_an_extra_charge_is_a_row_of_its_own() -> None:
    extra = b"""<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
      <cbc:AllowanceChargeReason>Travel</cbc:AllowanceChargeReason>
      <cbc:Amount currencyID="EUR">25.00</cbc:Amount></cac:AllowanceCharge><cac:TaxTotal>"""
    row = cells(UBL.replace(b"<cac:TaxTotal>", extra))[0]
    assert row == {"reference": "2026-1042-extra-1", "total": "25", "note": "Travel"}


PREPAID = b'<cbc:PrepaidAmount currencyID="EUR">8</cbc:PrepaidAmount>'
DISCOUNT = b"""<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
  <cbc:Amount currencyID="EUR">5.00</cbc:Amount></cac:AllowanceCharge><cac:TaxTotal>"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (UBL.replace(b">380<", b">384<"), ("invoice_other_kind", "2026-1042 (384)")),
        (UBL.replace(b">380<", b"><"), ("invoice_other_kind", "2026-1042 (?)")),
        (FINVOICE.replace(b"INV01", b"INV02"), ("invoice_other_kind", "2026-2042 (INV02)")),
        (UBL.replace(b"<cac:TaxTotal>", DISCOUNT), ("invoice_discount", "2026-1042: 5.00")),
        (
            UBL.replace(b"<cbc:PayableAmount", PREPAID + b"<cbc:PayableAmount"),
            ("invoice_discount", "2026-1042: 8"),
        ),
        (
            FINVOICE.replace(b"</InvoiceDetails>", b"<PrepaidAmount>1,00</PrepaidAmount></InvoiceDetails>"),
            ("invoice_discount", "2026-2042: 1,00"),
        ),
        (b"<html><body/></html>", ("file_binary", "HTML")),
        (b"<a><b/></a>", ("invoice_unknown", "")),
        (UBL.replace(b"Invoice-2", b"Invoice-3"), ("invoice_unknown", "")),
        (UBL[:-20], ("xml_broken", "")),
        (FINVOICE[:-20], ("xml_broken", "")),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + UBL.partition(b"?>")[2], ("xml_document_type", "")),
        (b'<?xml version="1.0"?><!DOCTYPE Finvoice SYSTEM "f.dtd">' + FINVOICE.partition(b"?>")[2],
         ("xml_document_type", "")),
        (UBL.replace(b'"UTF-8"', b'"UTF-7"'), ("xml_encoding", "")),
        (UBL.partition(b"<cac:InvoiceLine>")[0] + b"</Invoice>", ("file_no_rows", "")),
        (b"<a>" * 300, ("xml_broken", "")),
        (b"<a><b>" + b"<c/>" * 20_001 + b"</b></a>", ("invoice_unknown", "")),
    ],
    ids=range(17),
)  # fmt: skip
def test_what_is_no_invoice_is_refused_whole(data: bytes, expected: tuple[str, str]) -> None:
    assert fault(data) == expected


def with_attributes(count: int) -> bytes:
    """Our example with so many attributes on a tag, each with a `>` inside, which ends no tag."""
    many = b"".join(b' a%d = ">"' % at for at in range(count))
    return UBL.replace(b"<cac:InvoiceLine>", b"<cac:InvoiceLine" + many + b">", 1)


def with_full_parts(count: int) -> bytes:
    """Our example with 1,000 attributes on each of so many elements of one party."""
    part = b"<a" + b"".join(b' a%d=""' % at for at in range(1_000)) + b"/>"
    return UBL.replace(b"</cac:AccountingSupplierParty>", part * count + b"</cac:AccountingSupplierParty>")


@pytest.mark.parametrize("start", [UBL, FINVOICE], ids=["UBL", "Finvoice"])
def test_what_costs_a_parser_much_is_refused(start: bytes) -> None:
    """A reader holds the attributes of a tag, the parts of a child, and looks at each child of an invoice."""
    end = start.rstrip().rpartition(b"</")
    many = b"<Note/>" * 10_001 if start is UBL else b"<SpecificationDetails/>" * 10_001
    assert fault(end[0] + many + end[1] + end[2]) == ("invoice_unknown", "")
    few = many[: len(many) // 10_001 * 9_000]
    assert cells(end[0] + few + end[1] + end[2]) == cells(start)


def with_lines(start: bytes, line: bytes, count: int) -> bytes:
    end = start.rstrip().rpartition(b"</")
    return end[0] + line * count + end[1] + end[2]


@pytest.mark.parametrize(("start", "tag"), [(UBL, b"cac:InvoiceLine>"), (FINVOICE, b"InvoiceRow>")])
def test_an_invoice_may_have_more_lines_than_other_parts(start: bytes, tag: bytes) -> None:
    line = b"<" + tag + start.partition(b"<" + tag)[2].partition(b"</" + tag)[0] + b"</" + tag
    assert read_charge_file(with_lines(start, line, 10_001)).row_count == len(cells(start)) + 10_001


def test_rows_of_text_are_not_without_end() -> None:
    assert len(cells(with_lines(FINVOICE, b"<InvoiceRow/>", 9_000))) == len(cells(FINVOICE))
    parts = with_lines(FINVOICE, b"<SpecificationDetails/>", 9_900)
    assert fault(parts + parts.partition(b"?>")[2] * 20) == ("invoice_unknown", "")
    half = with_lines(FINVOICE, b"<InvoiceRow/>", 51_000)
    assert fault(half + half.partition(b"?>")[2]) == ("invoice_unknown", "")


def test_a_tag_with_thousands_of_attributes_is_refused() -> None:
    assert fault(with_attributes(2_001)) == fault(with_full_parts(20)) == ("invoice_unknown", "")
    assert cells(with_attributes(1_900)) == cells(with_full_parts(10)) == cells(UBL)
    text = UBL.replace(b"</Invoice>", b"<!-- " + b"=" * 1_900 + b"x" * 500_000 + b" --></Invoice>")
    assert cells(text) == cells(UBL)


def test_an_entity_is_never_opened_in_a_part_of_a_file() -> None:
    """Invoices are cut out of a Finvoice file, so a document type before them would be cut away."""
    entity = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    assert fault(entity + FINVOICE.replace(b">2026-2042<", b">&e;<"))[0] in (
        "xml_broken",
        "xml_document_type",
    )


def test_more_lines_than_a_file_may_have_are_refused() -> None:
    with pytest.raises(UnreadableTableError) as caught:
        read_charge_file(UBL, max_rows=1)
    assert caught.value.faults[0].code.value == "too_many_rows"


SAMPLES = {
    "peppol-base-example": [
        {"reference": "Snippet1-extra-1", "total": "31.25", "note": "Insurance"},
        {"reference": "Snippet1-1", "unit": "day", "quantity": "7", "unit_price": "500", "total": "3500"},
        {"reference": "Snippet1-2", "unit": "day", "quantity": "-3", "unit_price": "625", "total": "-1875"},
    ],
    "peppol-vat-category-E": [{"reference": "Vat-Z-1", "unit": "piece", "unit_price": "120 GBP"}],
    "peppol-vat-category-O": [{"reference": "Vat-O-1", "service": "RT3000", "total": "3200 SEK"}],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_invoices_of_others_are_read_line_by_line(shared_data: Path, name: str) -> None:
    rows = cells((shared_data / "invoices" / f"{name}.xml").read_bytes())
    for row, expected in zip(rows, SAMPLES[name], strict=True):
        assert {key: row[key] for key in expected} == expected


def test_a_credit_note_of_others_charges_nothing(shared_data: Path) -> None:
    data = (shared_data / "invoices/peppol-base-creditnote-correction.xml").read_bytes()
    assert fault(data) == ("invoice_other_kind", "Snippet1 (381)")
