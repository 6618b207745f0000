"""Which fields of the register a county may change."""

from __future__ import annotations

import pytest

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.register_ownership import not_to_be_changed


@pytest.mark.parametrize(
    ("known_to", "fields"),
    [
        (set(), []),
        ({12}, []),
        ({12, 13}, ["name", "iban"]),
        ({13}, ["name", "iban", "insurance_from"]),
        ({13, 14}, ["name", "iban", "insurance_from"]),
    ],
)
def test_what_county_12_may_not_change(known_to: set[int], fields: list[str]) -> None:
    found = not_to_be_changed(
        ["name", "iban"], ["insurance_from"], known_to=frozenset(known_to), county_id=12
    )
    assert found == tuple(Refusal("provider_is_shared", field) for field in fields)
