"""Fields read Finnish and ISO input, keep what was typed, and say what is wrong in the reader's language."""

from collections.abc import Callable
from datetime import date, time

import pytest

from foundation.web.fields import DayField, TimeField, read_hundredths
from foundation.web.plots import nice_ceiling, shares
from tests.pages import sample
from tests.pages.strict import StrictClient


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [
        ("36,5", 3650),
        ("36.50", 3650),
        ("1 240,00", 124000),
        ("1\xa0240,00 €", 124000),
        ("12", 1200),
        ("−5,00", -500),
        ("1.240,00", None),
        ("36,505", None),
        ("abc", None),
        ("١٢", None),
        ("1234567890", None),
    ],
)
def test_sums(typed: str, hundredths: int | None) -> None:
    assert read_hundredths(typed) == hundredths


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("21.11.2026", date(2026, 11, 21)),
        ("2026-11-21", date(2026, 11, 21)),
        ("1. 2. 2026", date(2026, 2, 1)),
        ("31.2.2026", None),
        ("21.11.", None),
    ],
)
def test_days(typed: str, day: date | None) -> None:
    assert DayField.read(DayField, typed) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [("9.30", time(9, 30)), ("9:30", time(9, 30)), ("9", time(9)), ("24.00", None), ("9.60", None)],
)
def test_times(typed: str, moment: time | None) -> None:
    assert TimeField.read(TimeField, typed) == moment  # type: ignore[arg-type]


def test_what_was_typed_stays_and_the_fault_is_shown_twice(
    client: StrictClient, log_in: Callable[[str], None]
) -> None:
    log_in("Maija")
    wrong = {"name": "Åke", "sum_cents": "kolme", "day": "31.2.2026", "kind": "c", "many": "z"}
    page = client.send(client.page("/lomake"), wrong, status=422)
    assert page.one("input[@id='sum_cents']").value == "kolme"
    assert page.one("input[@id='day']").value == "31.2.2026"
    summary = page.texts("ul[contains(@class, 'govuk-error-summary__list')]")
    for field in ("sum_cents", "day", "kind", "many"):
        beside = page.texts(f"p[@id='{field}-error']").removeprefix("Virhe: ")
        assert beside
        assert beside in summary
    assert sample.effects == []


def test_right_answers_go_through(client: StrictClient, log_in: Callable[[str], None]) -> None:
    log_in("Maija")
    right = {"name": "Åke", "sum_cents": "1 240,5", "day": "1.2.2026", "kind": "a", "many": ["x", "y"]}
    page = client.send(client.page("/lomake"), right)
    assert "Tallennettu" in page.texts("div[@role='status']")
    assert sample.effects == ["124050"]


@pytest.mark.parametrize(("largest", "ceiling"), [(0, 1), (1, 1), (11, 20), (21, 25), (26, 50), (1240, 2000)])
def test_axes_end_at_a_round_number(largest: int, ceiling: float) -> None:
    assert nice_ceiling(largest) == ceiling


def test_shares_fill_the_bar() -> None:
    assert shares(1, 1, 2) == [25.0, 25.0, 50.0]
    assert shares(0, 0, 0) == [0.0, 0.0, 0.0]
    assert shares(-5, 0, 5) == [0.0, 0.0, 100.0]
