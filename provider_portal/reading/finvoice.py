"""Finvoice 3.0 invoices: their rows, one by one. The elements are those of docs/invoices.

A file may hold many invoices, each after the SOAP envelope of the bank's transport.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from foundation.documents.elements import first, name_of, text_of
from foundation.tabular.faults import TableFaultCode, unreadable
from provider_portal.rules.invoice_amounts import InvoiceLine
from provider_portal.rules.invoice_lines import OWN_ATTRIBUTES

_INVOICE = re.compile(rb"<Finvoice[\s>].*?</Finvoice\s*>", re.DOTALL)
_DECLARATION = re.compile(rb"<\?xml[^>]*\?>")
_NUMBER = re.compile(r"^[+-]?\d+(,\d+)?$")
_DAY = re.compile(r"^(\d{4})(\d\d)(\d\d)$")
_INVOICES = frozenset({"INV01"})


def is_finvoice(data: bytes) -> bool:
    """Return whether there is a Finvoice in the bytes, behind an envelope or not."""
    return b"<Finvoice" in data


def invoices_in(data: bytes) -> Iterator[bytes]:
    """Yield the invoices of a file, each as a document of its own in the file's encoding.

    Bytes in which none is found whole are yielded as they are, for the parser to judge.
    """
    return (invoice for _envelope, invoice in with_envelopes(data))


def with_envelopes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the invoices as `invoices_in`, each with the bytes between the one before and it."""
    declaration = _DECLARATION.search(data)
    start = declaration.group() if declaration else b""
    end = 0
    for invoice in _INVOICE.finditer(data):
        yield data[end : invoice.start()], start + invoice.group()
        end = invoice.end()
    if not end:
        yield b"", data


@dataclass(slots=True)
class _Header:
    kind: str = ""
    number: str = ""
    currency: str = "EUR"
    order: str = ""
    first_day: str = ""
    last_day: str = ""
    rows: int = 0
    own: dict[str, str] = field(default_factory=dict)


def lines_of_finvoice(children: Iterable[tuple[str, Any]]) -> Iterator[InvoiceLine]:
    """Yield the rows that state a quantity or an amount; a row of text alone asks for nothing.

    Raises:
        UnreadableTableError: It is a credit note or another document, or has a discount on the whole.
    """
    header = _Header()
    for _root, element in children:
        name = name_of(element)
        if name == "InvoiceDetails":
            header = _header_of(element)
        elif name == "InvoiceRow":
            if header.kind not in _INVOICES:
                raise unreadable(TableFaultCode.INVOICE_OTHER_KIND, f"{header.number} ({header.kind or '?'})")
            header.rows += 1
            line = _line(element, header)
            if line.quantity or line.price or line.total or line.gross_total or line.gross_price:
                yield line


def _header_of(element: Any) -> _Header:
    sum_of_all = first(element, "InvoiceTotalVatIncludedAmount")
    header = _Header(
        kind=text_of(element, "InvoiceTypeCode"),
        number=text_of(element, "InvoiceNumber"),
        currency="EUR" if sum_of_all is None else sum_of_all.get("AmountCurrencyIdentifier", "EUR"),
        order=text_of(element, "OrderIdentifier", "AgreementIdentifier"),
        first_day=_day(text_of(element, "InvoicingPeriodStartDate")),
        last_day=_day(text_of(element, "InvoicingPeriodEndDate")),
        own=_definitions(element, "DefinitionDetails", "DefinitionHeaderText", "DefinitionValue"),
    )
    discount = text_of(element, "InvoiceTotalAllowanceAmount", "DiscountAmount", "PrepaidAmount")
    if discount.strip("0.,-+"):
        raise unreadable(TableFaultCode.INVOICE_DISCOUNT, f"{header.number}: {discount}")
    return header


def _line(element: Any, header: _Header) -> InvoiceLine:
    quantity = _quantity(element)
    line = InvoiceLine(
        header.number,
        text_of(element, "RowPositionIdentifier") or str(header.rows),
        header.currency,
        order=header.order,
        seller_item=text_of(element, "ArticleIdentifier"),
        buyer_item=text_of(element, "BuyerArticleIdentifier"),
        item_name=text_of(element, "ArticleName"),
        quantity="" if quantity is None else _number(quantity.text or ""),
        unit="" if quantity is None else _unit(quantity),
        note=text_of(element, "RowFreeText"),
        vat_category=text_of(element, "RowVatCode"),
        place=header.rows,
        own=header.own
        | _definitions(element, "RowDefinitionDetails", "RowDefinitionHeaderText", "RowDefinitionValue"),
    )
    return _with_amounts(_with_days(line, element, header), element)


def _with_days(line: InvoiceLine, element: Any, header: _Header) -> InvoiceLine:
    first_day, last_day = _day(text_of(element, "StartDate")), _day(text_of(element, "EndDate"))
    if not (first_day or last_day):
        delivered = _day(text_of(element, "RowDeliveryDate"))
        first_day, last_day = (delivered, delivered) if delivered else (header.first_day, header.last_day)
    return replace(line, first_day=first_day, last_day=last_day)


def _with_amounts(line: InvoiceLine, element: Any) -> InvoiceLine:
    return replace(
        line,
        price=_number(text_of(element, "UnitPriceNetAmount", "UnitPriceAmount")),
        base_quantity=_number(text_of(element, "UnitPriceBaseQuantity")),
        gross_price=""
        if text_of(element, "UnitPriceBaseQuantity")
        else _number(text_of(element, "UnitPriceVatIncludedAmount")),
        total=_number(text_of(element, "RowVatExcludedAmount")),
        gross_total=_number(text_of(element, "RowAmount")),
        vat_percent=_number(text_of(element, "RowVatRatePercent")),
    )


def _quantity(element: Any) -> Any:
    for name in ("InvoicedQuantity", "DeliveredQuantity", "OrderedQuantity"):
        if (found := first(element, name)) is not None:
            return found
    return None


def _unit(quantity: Any) -> str:
    return str(quantity.get("QuantityUnitCodeUN") or quantity.get("QuantityUnitCode") or "")


def _definitions(element: Any, parts: str, name: str, value: str) -> dict[str, str]:
    found = {
        (text_of(part, name).casefold()): text_of(part, value) for part in element.iterchildren("{*}" + parts)
    }
    return {own: found[own] for own in OWN_ATTRIBUTES if own in found}


def _number(text: str) -> str:
    """Return a number of Finvoice, which has a comma, with a dot."""
    text = text.strip().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return text.replace(",", ".") if _NUMBER.match(text) else text


def _day(text: str) -> str:
    """Return a day as `YYYY-MM-DD`; Finvoice writes `CCYYMMDD`."""
    found = _DAY.match(text)
    return "-".join(found.groups()) if found else text
