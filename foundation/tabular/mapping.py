"""A saved column mapping: how to read a file of another layout. Written as TOML or JSON.

name = "Price list 2023"
decimal = "."                       # "." or ","; left out: either
thousands = ""                      # a space, "." or ","
day_format = "d.m.yyyy"             # or "yyyy-mm-dd", "m/d/yyyy", "yyyymmdd"; left out: the first two
empty_words = ["NA", "-"]           # words that mean an empty cell
unknown_columns = "ignore"          # or "report"
encoding = "utf-8"                  # or "cp1252", "iso-8859-15", "utf-16"; left out: found
delimiter = ";"                     # left out: found from the header
header_row = 1                      # left out: the first row that has the columns
sheet = "Marraskuu"                 # of a spreadsheet; left out: the only visible sheet that has the columns
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
from functools import cache

from foundation.tabular.cells import iso_day
from foundation.tabular.marks import MALFORMED, NUMBER

DAY_FORMATS = {
    "d.m.yyyy": re.compile(r"^(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})$"),
    "yyyy-mm-dd": re.compile(r"^(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})$"),
    "m/d/yyyy": re.compile(r"^(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4})$"),
    "yyyymmdd": re.compile(r"^(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})$"),
}
_SPACES = {ord(space): " " for space in "\u00a0\u2009\u202f"} | {ord("’"): "'"}


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
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    sheet: str = ""


def number_text(text: str, mapping: Mapping) -> str:
    """Return a number of the file in our notation, by the mapping's decimal and thousands separators.

    A number that the separators do not explain is malformed: with `.` between thousands, 1.250,00 is 1250
    and 12.50 is not clear.
    """
    if text[:1] == NUMBER:
        return text[1:]
    found = _number_pattern(mapping.decimal, mapping.thousands).match(text.translate(_SPACES))
    if found is None:
        return text if not text or text[0] == MALFORMED else MALFORMED + text
    sign, whole, part = found.groups()
    digits = "".join(character for character in whole if character.isdigit())
    return sign + digits + (f".{part}" if part else "")


@cache
def _number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return the pattern of a number: a sign, whole digits in groups of three or in none, and decimals."""
    marks = decimal or "".join(mark for mark in ".," if mark != thousands)
    groups = rf"|[0-9]{{1,3}}(?:[{re.escape(thousands)} ][0-9]{{3}})+" if thousands else ""
    return re.compile(rf"^(-?)([0-9]+{groups})(?:[{re.escape(marks)}]([0-9]+))?$")


def day_text(text: str, mapping: Mapping) -> str:
    """Return a day of the file as an ISO day, by the mapping's day format; unchanged if it has another."""
    if not mapping.day_format:
        return iso_day(text)
    found = DAY_FORMATS[mapping.day_format].match(text)
    return iso_day(f"{found['d']}.{found['m']}.{found['y']}") if found else text
