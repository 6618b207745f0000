"""Rows of charge files with planted faults, two in a hundred, of every kind in turn."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

EVERY = 50
"""One row of so many has a fault: 2 %."""
COLUMNS = (
    "reference",
    "voucher",
    "service",
    "service_day",
    "start",
    "end",
    "quantity",
    "unit",
    "unit_price",
    "total",
    "client",
    "note",
)
Cells = dict[str, str]

KINDS: tuple[tuple[str, str, Cells], ...] = (
    ("no voucher", "field_missing", {"voucher": ""}),
    ("no service", "field_missing", {"service": ""}),
    ("no reference", "field_missing", {"reference": ""}),
    ("no end", "field_missing", {"end": ""}),
    ("a day that does not exist", "field_malformed", {"service_day": "31.11.2026"}),
    ("a time that does not exist", "field_malformed", {"end": "24:30"}),
    ("a number in words", "field_malformed", {"quantity": "yksi"}),
    ("three decimals", "field_malformed", {"unit_price": "36,005"}),
    ("an unknown unit", "field_malformed", {"unit": "tunti"}),
    ("marks in the reference", "field_malformed", {"reference": "A B?"}),
    ("an error of a spreadsheet", "field_malformed", {"client": "#PUUTTUU!"}),
    ("a note too long", "field_malformed", {"note": "x" * 501}),
    ("a cell too long", "field_malformed", {"note": "x" * 10_001}),
    ("nothing done", "amount_not_positive", {"quantity": "0"}),
    ("a sum that does not add up", "amount_mismatch", {"total": "1,00"}),
    ("the end at the start", "times_invalid", {"start": "12:00", "end": "12:00"}),
    ("an unknown voucher", "voucher_unknown", {"voucher": "NOBODYS0000000000"}),
    ("another client", "client_mismatch", {"client": "C-NOBODY"}),
    ("another service", "service_not_in_voucher", {"service": "NOT_THIS_ONE"}),
    ("another unit", "unit_mismatch", {"unit": "km"}),
    ("a price above the list", "price_over_list", {"unit_price": "99,00"}),
    ("a day to come", "service_day_in_future", {"service_day": "2026-12-24"}),
    ("a formula as reference", "field_malformed", {"reference": "=1+1"}),
)
"""What is planted, the code that must name it, and the cells that differ from a good row."""


@dataclass(frozen=True, slots=True)
class FaultyFile:
    """A charge file, and the kind that is planted in each faulty row, by the row's number in the file."""

    data: bytes
    planted: dict[int, str]

    @property
    def by_kind(self) -> Counter[str]:
        """How many rows have each kind."""
        return Counter(self.planted.values())


def faulty_file(charges: Iterable[Cells]) -> FaultyFile:
    """Write the charges as a file in which every 50th row has a fault."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    planted: dict[int, str] = {}
    for row, cells in zip(count(2), charges, strict=False):
        turn, place = divmod(row, EVERY)
        if place == 0:
            name, _code, changed = KINDS[turn % len(KINDS)]
            planted[row] = name
            cells = cells | changed  # noqa: PLW2901 - the row as it is sent
        writer.writerow(cells)
    return FaultyFile(text.getvalue().encode("cp1252"), planted)


def found_in(refused: str, file: FaultyFile) -> Counter[str]:
    """Return how many rows of each kind came back with the code that names the kind.

    A row that came back without a planted fault counts as `not planted`, one with another code as `misnamed`.
    """
    codes = {name: code for name, code, _changed in KINDS}
    found: Counter[str] = Counter()
    for cells in csv.DictReader(io.StringIO(refused, newline=""), delimiter=";"):
        name = file.planted.get(int(cells["file_row"]), "not planted")
        is_named = codes.get(name, "") in cells["reason_codes"].split()
        found[name if is_named or name == "not planted" else f"misnamed: {name}"] += 1
    return found
