"""A provider register as rows of a file."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.eligibility.facts.kinds import PaperKind
from marketplace.rules.provider_rows import ProviderRow
from marketplace.rules.registering import RegisterPaper, RegisterUnit, Registration

PLACES = {"mikkeli": "491"}
FULL = {
    "business_id": "0737546-2",
    "name": "Koti Oy",
    "email": "koti@example.fi",
    "phone": "040 123 4567",
    "website": "https://koti.example",
    "about": "Home care",
    "first_visit": "We call first",
    "iban": "FI2112345600000785",
    "bic": "NDEAFIHH",
    "unit": "Keskus",
    "street": "Katu 1",
    "municipality": "Mikkeli",
    "insurance_from": "2026-01-01",
    "insurance_to": "2026-12-31",
    "register_entry_from": "2020-05-01",
    "services": "MEALS, TAXI",
    "approved_from": "2026-02-01",
}
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def row(**cells: str) -> ProviderRow:
    """Return a row of these cells."""
    return ProviderRow(cells, PLACES)


def test_a_full_row() -> None:
    full = row(**FULL)
    assert full.registration() == Registration(
        business_id="0737546-2",
        name="Koti Oy",
        email="koti@example.fi",
        phone="040 123 4567",
        website="https://koti.example",
        about="Home care",
        first_visit="We call first",
        iban="FI2112345600000785",
        bic="NDEAFIHH",
        papers=(
            RegisterPaper(PaperKind.REGISTER_ENTRY, date(2020, 5, 1)),
            RegisterPaper(PaperKind.INSURANCE, FIRST, LAST),
        ),
        units=(RegisterUnit("Keskus", "Katu 1", "491"),),
    )
    assert full.services == ["MEALS", "TAXI"]
    assert full.approved_from() == date(2026, 2, 1)
    assert full.faults == []


def test_an_empty_row_has_no_paper_place_or_service() -> None:
    empty = row()
    assert empty.registration() == Registration("", "", "", "")
    assert (empty.services, empty.approved_from(), empty.faults) == ([], None, [])


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        ({"municipality": "MIKKELI", "name": "Koti Oy"}, RegisterUnit("Koti Oy", "", "491")),
        ({"municipality": "491"}, RegisterUnit("", "", "491")),
        ({"municipality": "Atlantis", "unit": "Keskus"}, RegisterUnit("Keskus", "", "Atlantis")),
    ],
)
def test_a_place_is_named_by_its_municipality_or_code(cells: dict[str, str], unit: RegisterUnit) -> None:
    """Without a name of its own it has the provider's; an unknown municipality is refused later."""
    assert row(**cells).registration().units == (unit,)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"insurance_from": "x"}, [("insurance_from", "field_malformed")]),
        ({"insurance_from": "1899-12-31"}, [("insurance_from", "field_malformed")]),
        ({"insurance_to": "2026-12-31"}, [("insurance_from", "field_missing")]),
        ({"insurance_from": "2026-01-01", "insurance_to": "x"}, [("insurance_to", "field_malformed")]),
    ],
)
def test_a_fault_of_a_paper(cells: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    found = row(**cells)
    found.registration()
    assert [(fault.field, fault.code) for fault in found.faults] == wrong
    assert all(fault.text for fault in found.faults)


def test_a_malformed_day_of_approval() -> None:
    found = row(approved_from="x")
    assert found.approved_from() is None
    assert [(fault.field, fault.code) for fault in found.faults] == [("approved_from", "field_malformed")]
