"""What is wrong in a provider's entry in the register: every field at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clearing.eligibility.facts.kinds import PaperKind
from marketplace.rules.registering import RegisterPaper, RegisterUnit, Registration, wrong_in_registration

DAY = date(2026, 11, 21)
NEXT_DAY = date(2026, 11, 22)
ENTRY = Registration("0737546-2", "Koti Oy", "koti@example.fi", "040 123 4567")
PLACES = frozenset({"491", "213"})


def unit(municipality: str) -> RegisterUnit:
    """Return a place in a municipality."""
    return RegisterUnit("Keskus", "Katu 1", municipality)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"business_id": "0737546-3"}, [("business_id_wrong", "business_id")]),
        ({"name": " "}, [("field_missing", "name")]),
        ({"email": ""}, [("field_missing", "email")]),
        ({"phone": "x" * 501}, [("field_too_long", "phone")]),
        ({"phone": "x" * 500}, []),
        ({"iban": "FI21 1234 5600 0007 85"}, []),
        ({"iban": "FI21 1234 5600 0007 86"}, [("iban_wrong", "iban")]),
        ({"iban": ""}, [("iban_wrong", "iban")]),
        ({"papers": (RegisterPaper(PaperKind.INSURANCE, DAY, DAY),)}, []),
        ({"papers": (RegisterPaper(PaperKind.INSURANCE, DAY),)}, []),
        (
            {"papers": (RegisterPaper(PaperKind.INSURANCE, NEXT_DAY, DAY),)},
            [("window_backwards", "insurance")],
        ),
        ({"units": (unit("491"), unit("213"))}, []),
        ({"units": (unit("491"), unit("999"), unit("998"))}, [("municipality_unknown", "municipality")]),
    ],
)
def test_a_wrong_field(changes: dict[str, object], wrong: list[tuple[str, str]]) -> None:
    found = wrong_in_registration(replace(ENTRY, **changes), PLACES)  # type: ignore[arg-type]
    assert [(refusal.code, refusal.field) for refusal in found] == wrong


def test_every_wrong_field_is_reported_at_once() -> None:
    backwards = RegisterPaper(PaperKind.REGISTER_ENTRY, NEXT_DAY, DAY)
    entry = Registration("", "", "", "", iban="x", papers=(backwards,), units=(unit(""),))
    fields = [refusal.field for refusal in wrong_in_registration(entry, PLACES)]
    assert fields == ["business_id", "name", "email", "phone", "iban", "register_entry", "municipality"]
