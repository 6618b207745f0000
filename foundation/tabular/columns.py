"""Match the header of a file with our columns, and read its rows as ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from foundation.tabular.cells import clock_text, decimals, iso_day, number_with_dot, without_artefact
from foundation.tabular.faults import (
    CellFault,
    CellFaultCode,
    TableFault,
    TableFaultCode,
    UnreadableTableError,
    unreadable,
)
from foundation.tabular.harmless import without_mark
from foundation.tabular.header import plain_name
from foundation.tabular.mapping import ColumnSource, Mapping, day_text, number_text
from foundation.tabular.marks import AUTOMATIC, MALFORMED, NUMBER, WHOLE, without_marks
from foundation.tabular.table import Layout, RawTable, Row

MAX_UNKNOWN_COLUMNS = 20
"""More unknown columns than this are a file of another layout."""
SHOWN_UNKNOWN = 10
MAX_NAME_CHARACTERS = 100
_TOTALS = frozenset({"yhteensä", "summa", "loppusumma", "totalt", "sammanlagt", "total", "totals", "sum"})


@dataclass(frozen=True, slots=True)
class _Target:
    """One of our columns, and how to read its value from a row."""

    name: str
    places: tuple[int, ...]
    source: ColumnSource
    is_required: bool
    read: Callable[[str], str]
    is_number: bool
    is_day: bool
    is_time: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """How to read our columns from the columns of a file."""

    targets: tuple[_Target, ...]
    plain: tuple[tuple[str, int], ...]
    converted: tuple[tuple[str, Callable[[str], str]], ...]
    unknown: tuple[tuple[int, str], ...]
    unknown_names: tuple[str, ...]
    width: int
    is_mapped: bool
    removes_artefacts: bool
    is_own_report: bool
    empty_words: frozenset[str]
    has_marks: bool
    keys: frozenset[int]
    """Places of references and names, in which a spreadsheet's day or `true` is not what was typed."""
    clocks: frozenset[int]
    """Places of times, in which a number such as 8.3 is not clear."""
    identifying: frozenset[int]
    """Places of keys and days, which a row of totals leaves empty, but for its word."""

    @classmethod
    def match(cls, raw: RawTable, layout: Layout, mapping: Mapping | None) -> Columns:
        """Match the header with the layout, by the mapping or by name.

        Raises:
            UnreadableTableError: Columns are missing or doubled.
        """
        names = [plain_name(name) for name in raw.header]
        sources = _sources(layout, mapping, names)
        _check_header(names, layout, sources, mapping is not None)
        _check_unknown(raw.header, names, layout, sources, mapping)
        used = {plain_name(column) for source in sources.values() for column in source.columns}
        known = used | layout.reported | {""}
        unknown = tuple((at, raw.header[at]) for at, name in enumerate(names) if name not in known)
        reports = mapping is None or mapping.unknown_columns == "report"
        targets = tuple(_target(name, source, names, layout, mapping) for name, source in sources.items())
        return cls(
            targets=targets,
            plain=tuple((target.name, target.places[0]) for target in targets if target.places),
            converted=tuple((target.name, target.read) for target in targets if target.read is not str),
            unknown=unknown if reports else (),
            unknown_names=tuple(name for _, name in unknown),
            width=len(names),
            is_mapped=mapping is not None,
            removes_artefacts=mapping is not None or raw.is_spreadsheet,
            is_own_report=bool(layout.reported & set(names)),
            empty_words=mapping.empty_words if mapping else frozenset(),
            has_marks=raw.has_marks,
            keys=_places(targets, layout.references),
            clocks=_places(targets, layout.times),
            identifying=_places(targets, layout.references | layout.days),
        )

    def row(self, raw: tuple[int, list[str]]) -> Row:
        """Read a row."""
        number, sent = raw
        if self.has_marks:
            texts = [self._meant(at, text.strip(" \t\u00a0\u202f")) for at, text in enumerate(sent)]
            sent = [without_marks(text) for text in sent]
        else:
            texts = [text.strip() for text in sent]
        if len(texts) < self.width:
            texts += [""] * (self.width - len(texts))
        if self.is_own_report:
            texts = [without_mark(text) for text in texts]
        faults: list[CellFault] = []
        cleaned: list[str] = []
        if self.is_mapped or self.removes_artefacts:
            cells = self._cells(texts, faults, cleaned)
        else:
            cells = {name: text for name, place in self.plain if (text := texts[place])}
            for name, read in self.converted:
                if name in cells:
                    cells[name] = read(cells[name])
        if self.has_marks:
            self._report_marked(cells, faults)
        if self.unknown or len(texts) > self.width:
            cells |= self._unknown_cell(texts)
        return Row(number, cells, sent, tuple(faults), tuple(cleaned))

    def totals_row(self, raw: RawTable) -> int | None:
        """Return the number of the last row if it only sums up the others: it has a word for totals, and
        nothing in the columns of keys and days."""
        if raw.last is None or not self.keys:
            return None
        number, cells = raw.last
        texts = [without_marks(cell).strip() for cell in cells]
        has_word = any(text.casefold().strip(" :") in _TOTALS for text in texts)
        others = [
            text
            for at, text in enumerate(texts)
            if at in self.identifying and text.casefold().strip(" :") not in _TOTALS
        ]
        return number if has_word and not any(others) else None

    def _meant(self, at: int, text: str) -> str:
        """Return a cell without marks that say nothing in its column."""
        mark = text[:1]
        if mark == WHOLE:
            return text[1:]
        if (mark == AUTOMATIC and at in self.keys) or (mark == NUMBER and at in self.clocks):
            return MALFORMED + text[1:]
        if mark == NUMBER:
            return text if self.is_mapped else text[1:]
        return text[1:].strip() if mark == AUTOMATIC else text.strip()

    def _report_marked(self, cells: dict[str, str], faults: list[CellFault]) -> None:
        known = {fault.field for fault in faults}
        for name, text in cells.items():
            if text[0] == MALFORMED and name not in known:
                faults.append(CellFault(name, CellFaultCode.FIELD_MALFORMED, without_marks(text)))
            elif text[0] == NUMBER:
                cells[name] = text[1:]

    def _unknown_cell(self, texts: Sequence[str]) -> dict[str, str]:
        """Return the first value in a column that is not ours. One names the fault of the row; the table
        lists all such columns."""
        for at, name in self.unknown:
            if texts[at]:
                return {name[:MAX_NAME_CHARACTERS]: without_marks(texts[at])}
        for at in range(self.width, len(texts)):
            if texts[at]:
                return {f"column {at + 1}": without_marks(texts[at])}
        return {}

    def _cells(self, texts: Sequence[str], faults: list[CellFault], cleaned: list[str]) -> dict[str, str]:
        values = {target.name: self._value(target, texts, faults, cleaned) for target in self.targets}
        return {name: value for name, value in values.items() if value}

    def _value(
        self, target: _Target, texts: Sequence[str], faults: list[CellFault], cleaned: list[str]
    ) -> str:
        if not self.is_mapped:
            value = target.read(texts[target.places[0]])
        else:
            value = self._mapped(target, texts, faults)
        if self.removes_artefacts and target.is_number:
            exact = without_artefact(value)
            if exact != value:
                cleaned.append(target.name)
            value = exact
        if self.is_mapped:
            faults.extend(_cell_faults(target, value, faults))
        return value

    def _mapped(self, target: _Target, texts: Sequence[str], faults: list[CellFault]) -> str:
        source = target.source
        if not source.columns:
            return source.constant
        parts = [texts[place] for place in target.places]
        parts = [part for part in parts if part and without_marks(part).casefold() not in self.empty_words]
        if malformed := [part for part in parts if part[0] == MALFORMED]:
            return malformed[0]
        text = parts[0] if len(parts) == 1 else " ".join(map(without_marks, parts))
        if source.words is None:
            return target.read(text) if text or source.otherwise is None else source.otherwise
        text = without_marks(text)
        word = source.words.get(text.casefold(), source.otherwise)
        if word is None and text:
            faults.append(CellFault(target.name, CellFaultCode.WORD_UNKNOWN, text))
        return text if word is None else word


def _sources(layout: Layout, mapping: Mapping | None, names: list[str]) -> dict[str, ColumnSource]:
    """Return the source of each of our columns. A column without a mapping is matched by its name."""
    mapped = dict(mapping.columns) if mapping else {}
    by_name = {name: ColumnSource((name,)) for name in layout.columns if name in names and name not in mapped}
    return {name: source for name, source in (mapped | by_name).items() if name in layout.columns}


def _check_header(
    names: list[str], layout: Layout, sources: dict[str, ColumnSource], is_mapped: bool
) -> None:
    known = set(layout.columns)
    if not is_mapped and not known & set(names):
        raise unreadable(TableFaultCode.FILE_NO_HEADER, ";".join(layout.columns))
    doubled = [name for name, count in Counter(names).items() if count > 1 and name]
    used = [plain_name(column) for source in sources.values() for column in source.columns]
    missing = [name for name in layout.required if name not in sources]
    missing += [column for column in dict.fromkeys(used) if column not in names]
    faults = [
        TableFault(TableFaultCode.COLUMN_DOUBLED, name) for name in doubled if name in known | set(used)
    ]
    faults += [TableFault(TableFaultCode.COLUMN_MISSING, name) for name in missing]
    if faults:
        raise UnreadableTableError(*faults)


def _check_unknown(
    header: Sequence[str],
    names: Sequence[str],
    layout: Layout,
    sources: dict[str, ColumnSource],
    mapping: Mapping | None,
) -> None:
    """Judge the columns before any row: many unknown ones are a fault of the file."""
    if mapping is not None and mapping.unknown_columns != "report":
        return
    used = {plain_name(column) for source in sources.values() for column in source.columns}
    unknown = [header[at] for at, name in enumerate(names) if name not in used | layout.reported | {""}]
    if len(unknown) > MAX_UNKNOWN_COLUMNS:
        shown = [TableFault(TableFaultCode.COLUMN_UNKNOWN, name[:MAX_NAME_CHARACTERS]) for name in unknown]
        rest = TableFault(TableFaultCode.COLUMNS_UNKNOWN, f"{len(unknown) - SHOWN_UNKNOWN:,}")
        raise UnreadableTableError(*shown[:SHOWN_UNKNOWN], rest)


def _places(targets: Sequence[_Target], names: frozenset[str]) -> frozenset[int]:
    return frozenset(place for target in targets if target.name in names for place in target.places)


def _target(
    name: str, source: ColumnSource, names: list[str], layout: Layout, mapping: Mapping | None
) -> _Target:
    is_number, is_day, is_time = name in layout.numbers, name in layout.days, name in layout.times
    return _Target(
        name=name,
        places=tuple(names.index(plain_name(column)) for column in source.columns),
        source=source,
        is_required=name in layout.required,
        read=clock_text if is_time else _reader(is_number, is_day, mapping),
        is_number=is_number,
        is_day=is_day,
        is_time=is_time,
    )


def _reader(is_number: bool, is_day: bool, mapping: Mapping | None) -> Callable[[str], str]:
    if mapping is None:
        return number_with_dot if is_number else iso_day if is_day else str
    if is_number:
        return lambda text: number_text(text, mapping)
    return (lambda text: day_text(text, mapping)) if is_day else str


def _cell_faults(target: _Target, value: str, known: list[CellFault]) -> Iterator[CellFault]:
    if any(fault.field == target.name for fault in known):
        return
    if not value:
        if target.is_required:
            yield CellFault(target.name, CellFaultCode.FIELD_MISSING)
    elif target.is_number and (decimals(value) or 0) > 2:
        yield CellFault(target.name, CellFaultCode.TOO_MANY_DECIMALS, value)
    elif (target.is_number and decimals(value) is None) or (target.is_day and not _is_iso_day(value)):
        yield CellFault(target.name, CellFaultCode.FIELD_MALFORMED, value)


def _is_iso_day(text: str) -> bool:
    return len(text) == 10 and iso_day(".".join(reversed(text.split("-")))) == text
