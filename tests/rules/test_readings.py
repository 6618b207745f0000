"""What is kept of a reading, and for how long its digest must stay the same."""

from datetime import date

import pytest

from clearing.charges.reading.fields import read_charge
from tests.rules.facts_builder import sent

QUOTED = {"client": "C-1", "worker": "Änni 'x'", "note": 'say "hi"\\'}
DIGESTS = [
    ({}, "820307fb726dca8049afe6b672abad7e"),
    (
        {"quantity": "1.5", "start": "10:00", "end": "11:30", "total": "60", **QUOTED},
        "1b07efacd11dc679e25e76251ff31c7f",
    ),
]


@pytest.mark.parametrize(("changes", "digest"), DIGESTS)
def test_a_digest_is_for_ever(changes: dict[str, str], digest: str) -> None:
    """Digests are in the book: a charge sent again years later must still be known."""
    assert read_charge(sent(**changes))[0].content == digest


def test_what_was_kept_of_a_reading_is_not_another_ones_fault() -> None:
    """Readings of the same texts are kept; what is wrong elsewhere in a charge must not stick to them."""
    bad = read_charge(sent(quantity="x", foo="1"))
    assert read_charge(sent(quantity="x"))[1] == bad[1][1:]
    assert read_charge(sent())[1] == ()
    assert [finding.field for finding in read_charge(sent(worker=["a"], start={}, end="10:00"))[1]] == [
        "start",
        "worker",
    ]


def test_a_list_field_does_not_change_how_numbers_and_days_are_read() -> None:
    lists = {"worker": ["a"], "start": ["b"], "end": "10:00"}
    charge, findings = read_charge(sent(from_file=True, unit_price="40,0", service_day="3.11.2026", **lists))
    assert (charge.unit_price_cents, charge.service_day) == (4000, date(2026, 11, 3))
    assert [finding.field for finding in findings] == ["start", "worker"]


def test_a_note_is_kept_as_it_was_written() -> None:
    assert read_charge(sent(note=' say "hi" '))[0].note == 'say "hi"'
    assert read_charge(sent())[0].note is None


def test_a_charge_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        read_charge(sent())[0].quantity = None  # type: ignore[misc]
