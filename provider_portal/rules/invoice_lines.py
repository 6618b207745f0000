"""A line of an invoice as a row of a charge file. The mapping is documented in docs/invoices."""

from __future__ import annotations

import re

from provider_portal.rules.invoice_amounts import InvoiceLine, plain_number, total, unit_price

OWN_ATTRIBUTES = (
    "reference",
    "voucher",
    "service",
    "service_day",
    "start",
    "end",
    "unit",
    "client",
    "worker",
    "note",
    "visit",
    "cancel_reason",
    "notice_hours",
)
"""Our columns that a line may give under their own name, which then counts before any other place."""

LINE_COLUMNS = ("invoice", "line", "seller_item", "buyer_item", "item_name", "line_object", "order")
"""What a saved mapping may read beside our own columns."""

_ISO_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_UNITS = {
    "hour": ("HUR", "h", "t", "tim", "tunti", "tuntia"),
    "day": ("DAY", "pv", "pvä", "vrk", "dygn", "dag"),
    "night": ("yö", "natt"),
    "month": ("MON", "kk", "mån"),
    "km": ("KMT", "km"),
    "visit": ("E48", "kerta", "krt", "käynti", "gång", "ggr", "besök"),
    "piece": ("C62", "H87", "EA", "PCE", "kpl", "st"),
}
_UNIT_OF = {word.casefold(): unit for unit, words in _UNITS.items() for word in (unit, *words)}
"""UN/ECE Recommendation 20 codes, and the words that Finnish invoicing programs write."""


def row_of_line(line: InvoiceLine) -> dict[str, str]:
    """Return the cells of the line by our columns. What the line does not say is empty: R-01 names it."""
    row = {
        "reference": "-".join(filter(None, (line.invoice, line.line))),
        "voucher": line.line_object or line.order,
        "service": line.buyer_item or line.seller_item,
        "service_day": _service_day(line),
        "quantity": plain_number(line.quantity),
        "unit": _UNIT_OF.get(line.unit.casefold(), line.unit),
        "unit_price": _amount(line, unit_price(line)),
        "total": _amount(line, total(line)),
        "note": line.note,
    }
    return row | {name: text for name, text in line.own.items() if text}


def columns_of_line(line: InvoiceLine) -> dict[str, str]:
    """Return what a saved mapping may read of the line, by `LINE_COLUMNS`."""
    return {name: getattr(line, name) for name in LINE_COLUMNS}


def _service_day(line: InvoiceLine) -> str:
    """Return the day; for more than one day both, which R-01 reports, unless it is a month's price."""
    first, last = line.first_day or line.last_day, line.last_day or line.first_day
    is_a_month = _UNIT_OF.get(line.unit.casefold()) == "month"
    if first == last or (is_a_month and _ISO_DAY.match(first) and first[:7] == last[:7]):
        return first
    return f"{first}/{last}"


def _amount(line: InvoiceLine, text: str) -> str:
    """Return the amount; with its currency if that is not the euro, so that R-01 reports it."""
    return f"{text} {line.currency}" if text and line.currency != "EUR" else text
