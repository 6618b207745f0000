"""Rows of a price list: the county's values or a provider's prices, with every fault of the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from foundation.tabular.import_report import CELL_FAULT_TEXTS, REPORT_COLUMNS, RowFault
from foundation.tabular.table import Layout
from foundation.vocabulary.dates import is_plausible, parse_iso_day
from foundation.vocabulary.labels import COMMUNICATION
from foundation.vocabulary.money import parse_hundredths
from marketplace.rules.day_coverage import DAY_KINDS, Range, minute_of
from marketplace.rules.imported_prices import PLACE_REFUSALS

VALUE_LAYOUT = Layout(
    required=("service", "unit", "time_class", "unit_value", "from"),
    optional=("price_cap", "to", "day_kind", "time_from", "time_to"),
    numbers=frozenset({"unit_value", "price_cap"}),
    days=frozenset({"from", "to"}),
    references=frozenset({"service", "unit", "time_class"}),
    reported=frozenset(REPORT_COLUMNS),
)
"""The county's values. The last three columns say which minutes the file covers, for the report of holes."""

PRICE_LAYOUT = Layout(
    required=("service", "unit", "time_class", "unit_price", "from"),
    optional=("vat_rate", "to", "communication", "home_visits"),
    numbers=frozenset({"unit_price", "vat_rate"}),
    days=frozenset({"from", "to"}),
    references=frozenset({"service", "unit", "time_class"}),
    reported=frozenset(REPORT_COLUMNS),
)
"""A provider's prices, VAT included. The last two columns describe the offering of the service: ways of
communication with spaces between, and `yes` or `no`. Empty cells leave what is known."""

ROW_WORDS = {
    **CELL_FAULT_TEXTS,
    **PLACE_REFUSALS,
    "service_unknown": "The county does not offer this service.",
    "unit_mismatch": "The service is counted in another unit.",
    "time_class_unknown": "There is no such time class.",
    "amount_not_positive": "The amount must be more than zero.",
    "vat_rate_wrong": "The VAT rate of the service is another on this day.",
    "communication_unknown": "A way of communication is not one of those that can be stated.",
    "yes_or_no": "Enter yes or no.",
    "day_kind_unknown": "The kind of day is weekday, saturday or sunday_or_holiday.",
}
"""The sentence of each code (msgids)."""


YES_AND_NO = {"yes": True, "kyllä": True, "ja": True, "no": False, "ei": False, "nej": False}


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row as read; `covers` are the minutes that the file says it is for, by kind of day."""

    service: str
    unit: str
    time_class: str
    cents: int
    cap_cents: int | None
    vat_rate_hundredths: int | None
    first_day: date
    last_day: date | None
    covers: tuple[tuple[str, Range], ...] = ()
    communication: tuple[str, ...] = ()
    home_visits: bool | None = None


def fault(field: str, code: str) -> RowFault:
    """A fault of a row with its words."""
    return RowFault(field, code, ROW_WORDS[code])


class _Reader:
    """Reads the cells of one row and keeps what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.faults: list[RowFault] = []

    def text(self, name: str) -> str:
        value = self.cells.get(name, "")
        if not value:
            self.faults.append(fault(name, "field_missing"))
        return value

    def number(self, name: str, *, needed: bool) -> int | None:
        value = self.text(name) if needed else self.cells.get(name, "")
        read = parse_hundredths(value) if value else None
        if value and read is None:
            self.faults.append(fault(name, "field_malformed"))
        return read

    def day(self, name: str, *, needed: bool) -> date | None:
        value = self.text(name) if needed else self.cells.get(name, "")
        read = parse_iso_day(value) if value else None
        if value and (read is None or not is_plausible(read)):
            self.faults.append(fault(name, "field_malformed"))
        return read

    def covers(self) -> tuple[tuple[str, Range], ...]:
        kinds = self.cells.get("day_kind", "").split()
        times = [self.cells.get(name, "") for name in ("time_from", "time_to")]
        if any(kind not in DAY_KINDS for kind in kinds):
            self.faults.append(fault("day_kind", "day_kind_unknown"))
        minutes = [minute_of(text) for text in times if text]
        if None in minutes:
            self.faults.append(fault("time_from", "field_malformed"))
        first, last = (*minutes, None, None)[:2]
        if first is None or last is None or self.faults:
            return ()
        return tuple((kind, (first, last)) for kind in kinds)

    def ways(self) -> tuple[str, ...]:
        ways = self.cells.get("communication", "").replace(",", " ").lower().split()
        if any(way not in COMMUNICATION for way in ways):
            self.faults.append(fault("communication", "communication_unknown"))
        return tuple(dict.fromkeys(ways))

    def home_visits(self) -> bool | None:
        sent = self.cells.get("home_visits", "").strip().lower()
        if sent and sent not in YES_AND_NO:
            self.faults.append(fault("home_visits", "yes_or_no"))
        return YES_AND_NO.get(sent)


def read_price_row(cells: Mapping[str, str], amount: str) -> PriceRow | list[RowFault]:
    """Read a row whose money is in the column `amount` (`unit_value` or `unit_price`)."""
    reader = _Reader(cells)
    service, unit, time_class = (reader.text(name) for name in ("service", "unit", "time_class"))
    cents = reader.number(amount, needed=True)
    cap, vat = reader.number("price_cap", needed=False), reader.number("vat_rate", needed=False)
    first, last = reader.day("from", needed=True), reader.day("to", needed=False)
    for name, read in ((amount, cents), ("price_cap", cap)):
        if read is not None and read <= 0:
            reader.faults.append(fault(name, "amount_not_positive"))
    covers, ways, home_visits = reader.covers(), reader.ways(), reader.home_visits()
    if reader.faults or cents is None or first is None:
        return reader.faults
    return PriceRow(service, unit, time_class, cents, cap, vat, first, last, covers, ways, home_visits)
