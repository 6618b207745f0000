"""What a charge names is read as the whole charge is."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.reading.charge_keys import ChargeKeys, keys_of
from clearing.charges.reading.fields import read_charge
from tests.rules.facts_builder import sent

TEXTS = [
    "",
    " ",
    "A-1",
    " a-1 ",
    "ab 12-cd",
    "\u00a0AB12",
    "x\x00",
    "x" * 101,
    "2026-11-02",
    "2.11.2026",
    "08:00",
]
NOV_3 = date(2026, 11, 3)
# what is sent, and the reference, voucher, worker, day and start named
NAMED: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    ({}, ("R-1", "AB12", None, NOV_3, None)),
    (
        {"voucher": "ab 12", "worker": " A. B ", "start": "08:00", "provider_id": 7},
        ("R-1", "AB12", "A. B", NOV_3, "08:00"),
    ),
    ({"service_day": "3.11.2026", "start": 8, "from_file": True}, ("R-1", "AB12", None, NOV_3, 8)),
    (
        {"reference": "R 1", "voucher": None, "worker": "x" * 101, "service_day": "3.11.2026"},
        (None, None, None, None, None),
    ),
]


@pytest.mark.parametrize(("values", "expected"), NAMED)
def test_a_charge_names_what_a_batch_is_cut_by(values: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert keys_of(sent(**values)) == ChargeKeys(values.get("provider_id", 1), *expected)


fields = st.fixed_dictionaries(
    dict.fromkeys(
        ("reference", "voucher", "worker", "service_day", "start", "end"), st.sampled_from([*TEXTS, None, 7])
    )
)


@settings(max_examples=100)
@given(fields, st.booleans())
def test_names_are_those_of_the_charge(values: dict[str, Any], from_file: bool) -> None:
    charge_sent = sent(from_file=from_file, **values)
    charge, named = read_charge(charge_sent)[0], keys_of(charge_sent)
    for name in ("provider_id", "reference", "voucher", "worker", "service_day"):
        assert getattr(named, name) == getattr(charge, name)
    assert named.start is not None or charge.start is None
