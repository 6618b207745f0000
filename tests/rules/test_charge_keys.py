"""What a charge names is read as the whole charge is."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.rules.charge_keys import keys_of
from clearing.rules.fields import read_charge
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
fields = st.fixed_dictionaries(
    dict.fromkeys(
        ("reference", "voucher", "worker", "service_day", "start", "end"), st.sampled_from([*TEXTS, None, 7])
    )
)


@settings(max_examples=300)
@given(fields, st.booleans())
def test_names_are_those_of_the_charge(values: dict[str, Any], from_file: bool) -> None:
    one = sent(from_file=from_file, **values)
    charge, named = read_charge(one)[0], keys_of(one)
    for name in ("provider_id", "reference", "voucher", "worker", "service_day"):
        assert getattr(named, name) == getattr(charge, name)
    assert named.start is not None or charge.start is None
