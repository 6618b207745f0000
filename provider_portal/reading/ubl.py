"""UBL 2.1 invoices (EN 16931): their lines, one by one. The elements are those of docs/invoices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from foundation.documents.elements import first, name_of, text_of
from foundation.tabular.faults import TableFaultCode, unreadable
from provider_portal.rules.invoice_amounts import InvoiceLine
from provider_portal.rules.invoice_lines import OWN_ATTRIBUTES

ROOTS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote",
}
INVOICES = frozenset({"380", "326"})
"""Codes of UNTDID 1001 that ask for money: a commercial and a partial invoice."""


@dataclass(slots=True)
class _Header:
    """What the elements before the lines say of all of them."""

    kind: str = ""
    number: str = ""
    currency: str = "EUR"
    order: str = ""
    invoiced_object: str = ""
    first_day: str = ""
    last_day: str = ""
    delivered: str = ""
    extras: int = 0
    lines: int = 0


def lines_of_ubl(children: Iterable[tuple[str, Any]]) -> Iterator[InvoiceLine]:
    """Yield the lines of an invoice; an extra charge on the whole invoice is a line of its own.

    Raises:
        UnreadableTableError: It is a credit note or another document, or has a discount on the whole.
    """
    header = _Header()
    for root, element in children:
        name = name_of(element)
        if name == "InvoiceLine":
            _require_invoice(header)
            header.lines += 1
            yield _line(element, header)
        elif name == "CreditNoteLine" or root.endswith("}CreditNote"):
            _take(header, name, element)
            if name == "CreditNoteLine":
                raise _not_an_invoice(header)
        elif name == "AllowanceCharge":
            yield from _extra(element, header)
        else:
            _take(header, name, element)


def _take(header: _Header, name: str, element: Any) -> None:
    text = (element.text or "").strip()
    if name in ("InvoiceTypeCode", "CreditNoteTypeCode"):
        header.kind = text
    elif name == "ID":
        header.number = text
    elif name == "DocumentCurrencyCode":
        header.currency = text
    elif name == "InvoicePeriod":
        header.first_day, header.last_day = text_of(element, "StartDate"), text_of(element, "EndDate")
    elif name == "OrderReference":
        header.order = text_of(element, "ID")
    elif name == "AdditionalDocumentReference" and text_of(element, "DocumentTypeCode") == "130":
        header.invoiced_object = text_of(element, "ID")
    elif name == "Delivery":
        header.delivered = text_of(element, "ActualDeliveryDate")
    elif name == "LegalMonetaryTotal":
        _require_no_discount(header, text_of(element, "AllowanceTotalAmount", "PrepaidAmount"))


def _require_invoice(header: _Header) -> None:
    if header.kind not in INVOICES:
        raise _not_an_invoice(header)


def _not_an_invoice(header: _Header) -> Exception:
    return unreadable(TableFaultCode.INVOICE_OTHER_KIND, f"{header.number} ({header.kind or '?'})")


def _require_no_discount(header: _Header, amount: str) -> None:
    if amount.strip("0.-+"):
        raise unreadable(TableFaultCode.INVOICE_DISCOUNT, f"{header.number}: {amount}")


def _extra(element: Any, header: _Header) -> Iterator[InvoiceLine]:
    """A charge on the whole invoice belongs to no service, so its row will say what is missing."""
    amount = text_of(element, "Amount")
    if text_of(element, "ChargeIndicator") != "true":
        _require_no_discount(header, amount)
        return
    header.extras += 1
    yield InvoiceLine(
        header.number,
        f"extra-{header.extras}",
        header.currency,
        total=amount,
        vat_percent=text_of(element, "TaxCategory/Percent"),
        vat_category=text_of(element, "TaxCategory/ID"),
        note=text_of(element, "AllowanceChargeReason"),
    )


def _line(element: Any, header: _Header) -> InvoiceLine:
    quantity, item, price = (first(element, name) for name in ("InvoicedQuantity", "Item", "Price"))
    line = InvoiceLine(
        header.number,
        text_of(element, "ID"),
        _currency(element, header),
        order=header.invoiced_object or header.order,
        line_object=_line_object(element),
        first_day=text_of(element, "InvoicePeriod/StartDate"),
        last_day=text_of(element, "InvoicePeriod/EndDate"),
        quantity=text_of(element, "InvoicedQuantity"),
        unit="" if quantity is None else quantity.get("unitCode", ""),
        total=text_of(element, "LineExtensionAmount"),
        note=text_of(element, "Note"),
        place=header.lines,
    )
    if not (line.first_day or line.last_day):
        line = replace(line, first_day=header.first_day, last_day=header.last_day)
        if header.delivered:
            line = replace(line, first_day=header.delivered, last_day=header.delivered)
    if price is not None:
        line = replace(
            line, price=text_of(price, "PriceAmount"), base_quantity=text_of(price, "BaseQuantity")
        )
    return line if item is None else _with_item(line, item)


def _with_item(line: InvoiceLine, item: Any) -> InvoiceLine:
    properties = {
        text_of(part, "Name"): text_of(part, "Value")
        for part in item.iterchildren("{*}AdditionalItemProperty")
    }
    return replace(
        line,
        seller_item=text_of(item, "SellersItemIdentification/ID"),
        buyer_item=text_of(item, "BuyersItemIdentification/ID"),
        item_name=text_of(item, "Name"),
        vat_percent=text_of(item, "ClassifiedTaxCategory/Percent"),
        vat_category=text_of(item, "ClassifiedTaxCategory/ID"),
        own={name: properties[name] for name in OWN_ATTRIBUTES if name in properties},
    )


def _line_object(element: Any) -> str:
    """Return the invoice line object identifier (BT-128)."""
    references = element.iterchildren("{*}DocumentReference")
    found = (text_of(part, "ID") for part in references if text_of(part, "DocumentTypeCode") == "130")
    return next(found, "")


def _currency(element: Any, header: _Header) -> str:
    amount = first(element, "LineExtensionAmount")
    return header.currency if amount is None else amount.get("currencyID", header.currency)
