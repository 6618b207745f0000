"""A saved column mapping: how to read a file of another layout. Written as TOML or JSON.

name = "Price list 2023"
decimal = "."                       # "." or ","; left out: either
thousands = ""                      # a space, "." or ","
day_format = "d.m.yyyy"             # or "yyyy-mm-dd", "m/d/yyyy", "yyyymmdd"; left out: the first two
empty_words = ["NA", "-"]           # words that mean an empty cell
unknown_columns = "ignore"          # or "report"
encoding = "utf-8"                  # or "cp1252", "iso-8859-15", "utf-16"
delimiter = ";"                     # left out: found from the header
header_row = 1
[columns]
service = "Support Item Number"                                        # our column = a column of the file
unit = { column = "Unit", words = { H = "hour", D = "day" } }          # words replaced
time_class = { columns = ["weekday", "time_from"], words = { "arki 07:00" = "weekday" } }
vat_rate = { constant = "0.00" }
from = { column = "note", words = { "1.1.-31.3.2023" = "2023-01-01" }, otherwise = "2023-04-01" }
"""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadMapping
from dataclasses import dataclass, field

from foundation.tabular.cells import iso_day, number_with_dot

DAY_FORMATS = {
    "d.m.yyyy": re.compile(r"^(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})$"),
    "yyyy-mm-dd": re.compile(r"^(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})$"),
    "m/d/yyyy": re.compile(r"^(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4})$"),
    "yyyymmdd": re.compile(r"^(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})$"),
}


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """The source of one of our columns: columns of the file, joined by a space, or a constant."""

    columns: tuple[str, ...] = ()
    constant: str = ""
    words: ReadMapping[str, str] | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read a file of another layout."""

    columns: ReadMapping[str, ColumnSource] = field(default_factory=dict)
    name: str = ""
    decimal: str = ""
    thousands: str = ""
    day_format: str = ""
    empty_words: frozenset[str] = frozenset()
    unknown_columns: str = "ignore"
    encoding: str = "utf-8"
    delimiter: str = ""
    header_row: int = 1


def number_text(text: str, mapping: Mapping) -> str:
    """Return a number of the file in our notation, by the mapping's decimal and thousands separators."""
    plain = text.replace(mapping.thousands, "").replace("\u00a0", "") if mapping.thousands else text
    if mapping.decimal == ".":
        return plain
    return number_with_dot(plain)


def day_text(text: str, mapping: Mapping) -> str:
    """Return a day of the file as an ISO day, by the mapping's day format; unchanged if it has another."""
    if not mapping.day_format:
        return iso_day(text)
    found = DAY_FORMATS[mapping.day_format].match(text)
    return iso_day(f"{found['d']}.{found['m']}.{found['y']}") if found else text
