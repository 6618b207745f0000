"""A client's own data as a file: the shape of what is read, and what is left out, with the reason.

Sources: Regulation (EU) 2016/679, articles 12, 15 and 20; Act 703/2023, section 48 (who has used the data).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from foundation.vocabulary.languages import Language

NO_CODES: Final[Mapping[str, str]] = MappingProxyType({})
DAYS_AHEAD: Final = 92
"""The planned visits of so many days are in the file: a plan may go on for years."""


class Form(StrEnum):
    """What a value is. The name is part of the file's format: never change one."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    QUANTITY = "quantity"
    YES_NO = "yes_no"
    CODE = "code"
    SERVICE = "service"
    DOCUMENT = "document"
    ACT = "act"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class DataField:
    """A field of a kind of data: its name in the file, its label (msgid), and the labels of its codes."""

    name: str
    label: str
    form: Form = Form.TEXT
    codes: Mapping[str, str] = dataclasses.field(default_factory=lambda: NO_CODES)


@dataclass(frozen=True, slots=True)
class DataKind:
    """A kind of data, such as charges. `query` is SQL for a `client`, a column for each field."""

    code: str
    title: str
    query: str
    fields: tuple[DataField, ...]


@dataclass(frozen=True, slots=True)
class KindRows:
    """The rows of a kind: cents and hundredths as whole numbers, codes as stored."""

    kind: DataKind
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that the service holds about a client, as far as the reader of the file may know it.

    `services` are the names of services by code and language, `left_out` what is not there and why (msgids).
    """

    number: str
    name: str
    county: Mapping[Language, str]
    phone: str
    made_at: datetime
    kinds: tuple[KindRows, ...]
    services: Mapping[str, Mapping[Language, str]]
    left_out: tuple[str, ...]
