"""An invoice file with only some of its lines: what is sent back to be mended.

The lines are as they were, and so are the invoice numbers and the identifiers of lines: the reference of a
charge is made of both, so that a line that is sent twice is known. Sums are those of the lines that are left.
An invoice must have a line (BR-16 of EN 16931): where only charges on the whole are left, they become lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from foundation.documents.edited import add_after, add_child, end_tag, new_element, start_tag, text_of_element
from foundation.documents.elements import first, name_of, text_of
from foundation.documents.outside_xml import children_of_root
from provider_portal.reading.finvoice import is_finvoice, lines_of_finvoice, with_envelopes
from provider_portal.reading.ubl import lines_of_ubl
from provider_portal.rules.invoice_amounts import InvoiceLine
from provider_portal.rules.invoice_sums import InvoiceSums, euros, rate_of, sums_of

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>\s*")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_MARK = re.compile(rb"<!--omatori row (\d+)-->")
_BEFORE_POSITION = ("UnitPriceAmount", "EndDate", "StartDate", "InvoicedQuantity", "ArticleName")
Kept = Mapping[int, int]
"""The rows of the file that are kept, by the place of their line in its invoice; the charges on the whole by
theirs, from -1 down."""


def only_lines(data: bytes, rows: Iterable[int]) -> bytes:
    """Return the invoices that have some of these rows, with only these lines, each after a mark of its row.

    Args:
        data: A file that `read_invoice_file` has read.
        rows: Numbers of rows, as it counts them.
    """
    wanted = set(rows)
    parts: list[bytes] = []
    number = 0
    for before, invoice in with_envelopes(data) if is_finvoice(data) else [_split(data)]:
        kept: dict[int, int] = {}
        lines: list[InvoiceLine] = []
        extras = 0
        for line in _lines_of(invoice):
            number += 1
            extras += not line.place
            if number in wanted:
                kept[line.place or -extras] = number
                lines.append(line)
        if kept:
            parts += [before, _without_lines(invoice, kept, sums_of(lines)), b"\n"]
    return b"".join(parts)


def with_reasons(data: bytes, reasons: Mapping[int, str]) -> bytes:
    """Return what `only_lines` made, with the reasons in place of the marks of their rows."""
    encoding = _encoding_of(data)

    def comment(mark: re.Match[bytes]) -> bytes:
        text = reasons.get(int(mark[1]), "").replace("--", "- -").strip("-")
        return f"<!-- Omatori: {text} -->".encode(encoding, "replace")

    return _MARK.sub(comment, data)


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Return the declaration of a UBL invoice, and the whole of it."""
    found = _DECLARATION.match(data.removeprefix(b"\xef\xbb\xbf"))
    return (found.group() if found else b""), data.lstrip(b"\xef\xbb\xbf \t\r\n")


def _lines_of(invoice: bytes) -> Iterator[InvoiceLine]:
    read = lines_of_finvoice if is_finvoice(invoice) else lines_of_ubl
    return read(children_of_root(invoice))


def _encoding_of(data: bytes) -> str:
    declared = _ENCODING.search(data[:300])
    return declared[1].decode() if declared else "utf-8"


def _without_lines(invoice: bytes, kept: Kept, sums: InvoiceSums) -> bytes:
    encoding = _encoding_of(invoice)
    change: Callable[[Any, InvoiceSums], None] = _sum_finvoice if is_finvoice(invoice) else _sum_ubl
    parts: list[str] = []
    lines: list[str] = []
    has_lines = max(kept) > 0
    if not has_lines:
        sums = replace(sums, lines=sums.net, extras=Fraction(0))
    place = extra = 0
    root = None
    for _name, element in children_of_root(invoice):
        if root is None:
            root = element.getparent()
            parts.append(f"{start_tag(root)}\n")
        kind, mark = name_of(element), ""
        if kind in ("InvoiceLine", "InvoiceRow"):
            place += 1
            if place not in kept:
                continue
            mark = _mark(kept[place])
            _keep_position(element, place)
        elif kind == "AllowanceCharge":
            extra -= text_of(element, "ChargeIndicator") == "true"
            if text_of(element, "ChargeIndicator") != "true" or extra not in kept:
                continue
            mark = _mark(kept[extra])
            if not has_lines:
                lines.append(f"{mark}  {text_of_element(_as_line(element, root, -extra), root)}\n")
                continue
        else:
            change(element, sums)
        parts.append(f"{mark}  {text_of_element(element, root)}\n")
    parts += [*lines, end_tag(root)]
    return "".join(parts).encode(encoding, "xmlcharrefreplace")


def _as_line(charge: Any, root: Any, number: int) -> Any:
    """Return a charge on the whole as a line of one piece, with the identifier by which its row is known."""
    parts = (charge, first(charge, "ChargeIndicator"))
    aggregate, basic = (each.tag.rpartition("}")[0] + "}" for each in parts)
    found, category = first(charge, "Amount"), first(charge, "TaxCategory")
    amount, currency = text_of(charge, "Amount"), {} if found is None else dict(found.attrib)
    line = new_element(f"{aggregate}InvoiceLine", root)
    add_child(line, f"{basic}ID", f"extra-{number}")
    add_child(line, f"{basic}InvoicedQuantity", "1", {"unitCode": "C62"})
    add_child(line, f"{basic}LineExtensionAmount", amount, currency)
    item = add_child(line, f"{aggregate}Item")
    add_child(item, f"{basic}Name", text_of(charge, "AllowanceChargeReason") or f"extra-{number}")
    if category is not None:
        own = add_child(item, f"{aggregate}ClassifiedTaxCategory")
        own.extend(category.iterchildren("{*}ID", "{*}Percent", "{*}TaxScheme"))
    add_child(add_child(line, f"{aggregate}Price"), f"{basic}PriceAmount", amount, currency)
    return line


def _mark(row: int) -> str:
    return f"  <!--omatori row {row}-->\n"


def _keep_position(row: Any, place: int) -> None:
    """Write the number of a Finvoice row that has none: it would be another one among fewer rows."""
    if name_of(row) != "InvoiceRow" or text_of(row, "RowPositionIdentifier"):
        return
    position = first(row, "RowPositionIdentifier")
    if position is None:
        position = add_after(row, _BEFORE_POSITION, "RowPositionIdentifier")
    position.text = str(place)


def _sum_ubl(element: Any, sums: InvoiceSums) -> None:
    kind = name_of(element)
    if kind == "TaxTotal":
        _set(element, "TaxAmount", sums.vat)
        for part in list(element.iterchildren("{*}TaxSubtotal")):
            rate = rate_of(text_of(part, "TaxCategory/ID"), text_of(part, "TaxCategory/Percent"))
            if rate in sums.by_rate:
                _set(part, "TaxableAmount", sums.by_rate[rate])
                _set(part, "TaxAmount", sums.vat_of(rate))
            else:
                element.remove(part)
    elif kind == "LegalMonetaryTotal":
        _set(element, "LineExtensionAmount", sums.lines)
        _set(element, "TaxExclusiveAmount", sums.net)
        _set(element, "TaxInclusiveAmount", sums.net + sums.vat)
        _set(element, "ChargeTotalAmount", sums.extras)
        _set(element, "PayableRoundingAmount", Fraction(0))
        _set(element, "PayableAmount", sums.net + sums.vat)


def _sum_finvoice(element: Any, sums: InvoiceSums) -> None:
    kind = name_of(element)
    if kind == "InvoiceDetails":
        _set(element, "RowsTotalVatExcludedAmount", sums.lines, ",")
        _set(element, "InvoiceTotalVatExcludedAmount", sums.net, ",")
        _set(element, "InvoiceTotalVatAmount", sums.vat, ",")
        _set(element, "InvoiceTotalVatIncludedAmount", sums.net + sums.vat, ",")
        _set(element, "InvoiceTotalRoundoffAmount", Fraction(0), ",")
        for part in list(element.iterchildren("{*}VatSpecificationDetails")):
            _sum_of_rate(element, part, sums)
    elif kind == "EpiDetails":
        _set(element, "EpiPaymentInstructionDetails/EpiInstructedAmount", sums.net + sums.vat, ",")


def _sum_of_rate(details: Any, part: Any, sums: InvoiceSums) -> None:
    """Set the sums of a VAT rate. Rows mostly have no code of VAT, so that the percent alone counts."""
    percent = rate_of("", text_of(part, "VatRatePercent").replace(",", "."))[1]
    rates = [rate for rate in sums.by_rate if rate[1] == percent]
    if not rates:
        details.remove(part)
        return
    _set(part, "VatBaseAmount", sum((sums.by_rate[rate] for rate in rates), Fraction(0)), ",")
    _set(part, "VatRateAmount", sum(map(sums.vat_of, rates), Fraction(0)), ",")


def _set(element: Any, path: str, amount: Fraction, decimal_mark: str = ".") -> None:
    found = first(element, path)
    if found is not None:
        found.text = euros(amount).replace(".", decimal_mark)
