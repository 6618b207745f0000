"""Rows of a price list, and what the list leaves open."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.rules.price_notes import notes_on_calendar, notes_on_classes, notes_on_times
from marketplace.rules.price_rows import PriceRow, read_price_row

DAY, LAST = date(2026, 1, 1), date(2026, 12, 31)
CELLS = {
    "service": "MEALS",
    "unit": "visit",
    "time_class": "any",
    "unit_value": "12.50",
    "from": "2026-01-01",
}
ALL_DAY = [((0, 1440), "weekday")]


def row(
    *covers: tuple[str, tuple[int, int]],
    service: str = "MEALS",
    cap: int | None = None,
    last: date | None = None,
) -> PriceRow:
    """Return the row of `CELLS`."""
    return PriceRow(service, "visit", "any", 1250, cap, None, DAY, last, covers)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, row()),
        ({"price_cap": "20.00", "to": "2026-12-31"}, row(cap=2000, last=LAST)),
        ({"price_cap": "0.01"}, row(cap=1)),
        (
            {"day_kind": "weekday saturday", "time_from": "07:00", "time_to": "18:00"},
            row(("weekday", (420, 1080)), ("saturday", (420, 1080))),
        ),
        ({"day_kind": "weekday", "time_from": "07:00"}, row()),
        ({"day_kind": "weekday"}, row()),
    ],
)
def test_a_row_is_read(cells: dict[str, str], expected: PriceRow) -> None:
    assert read_price_row(CELLS | cells, "unit_value") == expected


def test_a_price_has_its_vat_rate() -> None:
    cells = CELLS | {"unit_price": "12.50", "vat_rate": "25.50"}
    assert read_price_row(cells, "unit_price") == PriceRow(
        "MEALS", "visit", "any", 1250, None, 2550, DAY, None
    )


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"service": ""}, ["service field_missing"]),
        ({"unit": "", "time_class": ""}, ["unit field_missing", "time_class field_missing"]),
        ({"unit_value": ""}, ["unit_value field_missing"]),
        ({"unit_value": "x"}, ["unit_value field_malformed"]),
        ({"unit_value": "0.00"}, ["unit_value amount_not_positive"]),
        ({"price_cap": "0.00"}, ["price_cap amount_not_positive"]),
        ({"price_cap": "x", "vat_rate": "y"}, ["price_cap field_malformed", "vat_rate field_malformed"]),
        ({"from": ""}, ["from field_missing"]),
        ({"from": "1899-12-31"}, ["from field_malformed"]),
        ({"from": "2026-02-30", "to": "x"}, ["from field_malformed", "to field_malformed"]),
        ({"day_kind": "weekday monday"}, ["day_kind day_kind_unknown"]),
        ({"time_from": "25:00"}, ["time_from field_malformed"]),
        ({"time_to": "25:00"}, ["time_from field_malformed"]),
    ],
)
def test_every_fault_of_a_row_has_its_column_code_and_text(cells: dict[str, str], wrong: list[str]) -> None:
    found = read_price_row(CELLS | cells, "unit_value")
    assert isinstance(found, list)
    assert [f"{fault.field} {fault.code}" for fault in found] == wrong
    assert all(fault.text for fault in found)


def test_an_empty_row_lacks_every_required_cell() -> None:
    found = read_price_row({}, "unit_value")
    assert isinstance(found, list)
    assert [fault.field for fault in found] == ["service", "unit", "time_class", "unit_value", "from"]


def test_holes_are_reported_for_the_services_that_name_times() -> None:
    rows = [
        row(("weekday", (0, 1440)), ("saturday", (0, 600))),
        row(("saturday", (660, 1440)), ("sunday_or_holiday", (0, 1440))),
        row(service="TAXI"),
    ]
    (note,) = notes_on_times(rows)
    assert note.code == "no_value_at_times"
    assert note.values == {"service": "MEALS", "day_kind": "saturday", "from": "10:00", "to": "11:00"}
    assert note.text % note.values


def test_holes_of_the_calendar_are_reported() -> None:
    calendar = {"weekday": ALL_DAY, "saturday": ALL_DAY, "sunday_or_holiday": [((0, 720), "sunday")]}
    (note,) = notes_on_calendar(calendar)
    assert note.code == "no_time_class"
    assert note.values == {"day_kind": "sunday_or_holiday", "from": "12:00", "to": "24:00"}
    assert note.text % note.values


def test_classes_without_a_value_are_reported_unless_any_has_one() -> None:
    calendar = {"weekday": [((420, 1080), "day"), ((1080, 420), "night")], "saturday": [((0, 1440), "day")]}
    values = {"MEALS": {"day"}, "TAXI": {"any"}, "CARE": {"day", "night"}, "SPORT": set()}
    notes = notes_on_classes(values, calendar)
    assert {note.code for note in notes} == {"no_value_for_class"}
    assert [note.values for note in notes] == [
        {"service": "MEALS", "time_class": "night"},
        {"service": "SPORT", "time_class": "day"},
        {"service": "SPORT", "time_class": "night"},
    ]
    assert all(note.text % note.values for note in notes)
