"""A section of a settings file: read values by name, and note each fault with the path of its setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from rapidfuzz import process

from foundation.vocabulary.refusals import Refusal

Value = TypeVar("Value")
LONGEST_TEXT = 2000
_NEAR = 70
_ISO_DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")
_INTEGER, _DECIMAL = re.compile(r"[0-9]{1,6}"), re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,8})?")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


class Section:
    """A mapping of a settings file at a path; its faults go to one list.

    A value that is missing or wrong is a fault and reads as an empty text, zero or None, so that one pass
    finds every fault.
    """

    def __init__(self, path: str, value: object, faults: list[Refusal]) -> None:
        self._path, self._faults, self._read = path, faults, set[str]()
        self._is_mapping = isinstance(value, Mapping)
        self._values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not self._is_mapping:
            faults.append(Refusal("mapping_expected", path))

    def refuse(self, name: str, code: str, **values: str | int) -> None:
        """Note a fault of a setting."""
        self._faults.append(Refusal(code, self._at(name), values))

    def refuse_others(self) -> None:
        """Note each name that nobody has read, with the nearest name that is known."""
        for name in self._values:
            if name not in self._read:
                near = process.extractOne(str(name), sorted(self._read), score_cutoff=_NEAR)
                self.refuse(str(name), "setting_unknown", near=near[0] if near else "")

    def text(self, name: str, *, may_lack: bool = False) -> str:
        """Return a text without spaces around it."""
        value = self._value(name, may_lack=may_lack)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.refuse(name, "text_expected")
            return ""
        if len(value) > LONGEST_TEXT or any(ord(character) < 32 for character in value.strip()):
            self.refuse(name, "text_malformed", most=LONGEST_TEXT)
            return ""
        return value.strip()

    def read(self, name: str, parse: Callable[[str], Value | None], example: str) -> Value | None:
        """Return a text as `parse` reads it; None is a fault that shows the example."""
        text = self.text(name)
        value = parse(text) if text else None
        if text and value is None:
            self.refuse(name, "setting_malformed", example=example)
        return value

    def matching(self, name: str, pattern: re.Pattern[str], example: str) -> str:
        """Return a text that matches a pattern as a whole."""
        return self.read(name, lambda text: text if pattern.fullmatch(text) else None, example) or ""

    def one_of(self, name: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """Return one of several words."""
        if default is not None and name not in self._values:
            self._read.add(name)
            return default
        text = self.text(name)
        if text and text not in choices:
            self.refuse(name, "not_a_choice", choices=", ".join(choices))
        return text

    def whole(self, name: str, least: int, most: int, *, default: int | None = None) -> int:
        """Return a whole number between two."""
        if default is not None and name not in self._values:
            self._read.add(name)
            return default
        return int(self._number(name, _INTEGER, least, most))

    def decimal(self, name: str, least: float, most: float) -> float:
        """Return a number with a decimal point between two."""
        return self._number(name, _DECIMAL, least, most)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._value(name)
        if value is not None and not isinstance(value, bool):
            self.refuse(name, "flag_expected")
        return value is True

    def day(self, name: str) -> date | None:
        """Return a day, which may lack."""
        self._read.add(name)
        return self.read(name, _day, "2027-01-01") if name in self._values else None

    def texts(self, name: str, pattern: re.Pattern[str], example: str) -> Iterator[str]:
        """Yield the texts of a list; each stands once."""
        seen: set[str] = set()
        for number, value in enumerate(self._list(name), start=1):
            place = f"{name}[{number}]"
            if not isinstance(value, str) or not pattern.fullmatch(value):
                self.refuse(place, "setting_malformed", example=example)
            elif value in seen:
                self.refuse(place, "listed_twice", value=value)
            else:
                seen.add(value)
                yield value

    def has(self, name: str) -> bool:
        """Return whether the section has a value of a name, right or wrong."""
        return self._values.get(name) is not None

    @property
    def is_empty(self) -> bool:
        """Whether it is a mapping without any name: what it was is to end."""
        return self._is_mapping and not self._values

    def wholes(self, name: str, least: int, most: int) -> Iterator[int]:
        """Yield the whole numbers of a list, which may lack; each stands once and is between two."""
        self._read.add(name)
        if not self.has(name):
            return
        seen: set[int] = set()
        for number, value in enumerate(self._list(name), start=1):
            place = f"{name}[{number}]"
            if not isinstance(value, str) or not _INTEGER.fullmatch(value) or not least <= int(value) <= most:
                self.refuse(place, "number_outside", least=least, most=most)
            elif int(value) in seen:
                self.refuse(place, "listed_twice", value=value)
            else:
                seen.add(int(value))
                yield int(value)

    def section(self, name: str, *, may_lack: bool = False) -> Section:
        """Return the section of a name; `NOTHING` if it may lack and does."""
        value = self._value(name, may_lack=may_lack)
        if value is None:
            return NOTHING if may_lack else Section(self._at(name), {}, [])
        return Section(self._at(name), value, self._faults)

    def listed(self, name: str, *, key: str = "", may_lack: bool = False) -> Iterator[Section]:
        """Yield the sections of a list; a `key` stands once in it and is the place in the paths of faults."""
        seen: set[str] = set()
        for number, value in enumerate(self._list(name, may_lack=may_lack), start=1):
            own = value.get(key) if isinstance(value, Mapping) else None
            place = own if isinstance(own, str) else str(number)
            if place in seen:
                self.refuse(f"{name}.{place}", "listed_twice", value=place)
                continue
            seen.add(place)
            yield Section(self._at(f"{name}.{place}"), value, self._faults)

    def _list(self, name: str, *, may_lack: bool = False) -> list[Any]:
        value = self._value(name, may_lack=may_lack)
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self.refuse(name, "list_expected")
            return []
        return value

    def _number(self, name: str, pattern: re.Pattern[str], least: float, most: float) -> float:
        text = self.text(name)
        if not text:
            return 0
        value = float(text) if pattern.fullmatch(text) else None
        if value is None or not least <= value <= most:
            self.refuse(name, "number_outside", least=f"{least:g}", most=f"{most:g}")
            return 0
        return value

    def _value(self, name: str, *, may_lack: bool = False) -> Any:
        self._read.add(name)
        value = self._values.get(name)
        if value is None and not may_lack and self._is_mapping:
            self.refuse(name, "setting_missing")
        return value

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


NOTHING = Section("", {}, [])
"""A section that may lack and does."""
