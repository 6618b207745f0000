"""The invoice of own shares as a PDF file: tagged, in each language, and its codes read by a scanner."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
import typst
import zxingcpp
from PIL import Image

from clearing.co_payments.facts.invoices import Credit, Invoice
from foundation.documents.pdf import make_pdf
from foundation.vocabulary.bank_barcode import as_creditor_reference, barcode_digits
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity
from marketplace.documents.co_payment_invoice import (
    TEMPLATE,
    credit_file,
    credit_values,
    invoice_file,
    invoice_values,
)
from tests.builders.co_payments import an_invoice
from tests.builders.county import NOW

LANGUAGES = list(Language)
LONG = "Etelä-Savon ympärivuorokautisen kotihoidon ja henkilökohtaisen avun osuuskunta Kaisla"


def page_image(values: dict[str, object]) -> Image.Image:
    """Return the first page as a picture of 250 dots an inch, as a good scanner sees it."""
    made = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"values": json.dumps(values)},
        format="png",
        ppi=250,
    )
    assert isinstance(made, bytes)
    return Image.open(io.BytesIO(made)).convert("L")


def codes(invoice: Invoice, language: Language = Language.FI) -> dict[str, str]:
    """Read the codes of the page, by their kind."""
    found = zxingcpp.read_barcodes(page_image(invoice_values(invoice, language)))
    return {str(code.format).rpartition(".")[2].replace(" ", ""): code.text for code in found}


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_a_scanner_reads_both_codes(language: Language) -> None:
    invoice = an_invoice()
    found = codes(invoice, language)
    digits = barcode_digits(invoice.iban, 1_800, invoice.reference, date(2026, 12, 5))
    assert found["Code128"] == digits
    assert found["QRCode"].splitlines() == [
        "BCD",
        "002",
        "1",
        "SCT",
        "NDEAFIHH",
        "Kotiapu Äng & Kaisla Oy",
        "FI5810171000000122",
        "EUR18",
        "",
        as_creditor_reference(invoice.reference),
    ]


def test_a_long_name_is_cut_and_cents_are_kept_in_the_code() -> None:
    found = codes(an_invoice(payee_name=LONG, sum_cents=Money(1_805)))
    assert (found["QRCode"].splitlines()[5], found["QRCode"].splitlines()[7]) == (LONG[:70], "EUR18.05")


def test_a_foreign_account_has_no_bank_barcode() -> None:
    found = codes(an_invoice(iban="SE4550000000058398257466", bic="NDEASESS"))
    assert found.keys() == {"QRCode"}


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_the_file_is_tagged_and_always_the_same(language: Language) -> None:
    invoice = an_invoice(vat=2_550)
    content = invoice_file(invoice, language)
    assert content == invoice_file(invoice, language)
    with pikepdf.open(io.BytesIO(content)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang).startswith("sv" if language is Language.SV else str(language)[:2])
        assert len(file.pages) == 1
        assert "pdfuaid:part" in file.Root.Metadata.read_bytes().decode()


def test_what_happened_later_changes_no_invoice() -> None:
    invoice = an_invoice()
    later = replace(invoice, to_credit_cents=Money(-600), waits=True)
    assert invoice_file(later, Language.FI) == invoice_file(invoice, Language.FI)


def test_the_vat_is_said_by_rate() -> None:
    values = invoice_values(an_invoice(vat=2_550), Language.EN)
    assert values["vat"] == [
        "There is no VAT in the price (VAT 0 %).",
        "VAT 25.5 %: without tax €4.78, tax €1.22.",
    ]


def test_a_credit_note_asks_for_no_payment() -> None:
    invoice = an_invoice()
    line = replace(invoice.lines[0], cents=Money(-300), quantity=Quantity(-50))
    note = Credit(8, 18, date(2026, 11, 25), Money(-300), (line,))
    values = credit_values(invoice, note, Language.EN)
    assert (values["title"], values["lead"], values["pay"]) == (
        "Credit note 18",
        "You owe €3.00 less.",
        [],
    )
    assert credit_file(invoice, note, Language.SV).startswith(b"%PDF")


def test_values_that_do_not_fit_are_refused() -> None:
    with pytest.raises(typst.TypstError):
        make_pdf(TEMPLATE, {}, at=NOW)
