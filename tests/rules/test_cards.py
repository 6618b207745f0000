"""A card's reference as it is printed and typed, and its days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.grants.rules.voucher_codes import CODE_BITS
from foundation.documents.qr import QUIET_MODULES, qr_modules
from foundation.vocabulary.dates import DateWindow
from marketplace.rules.cards import card_days, card_reference, printed_reference, typed_reference

TODAY = date(2026, 11, 21)


@given(st.integers(0, 2**CODE_BITS - 1))
def test_what_is_printed_is_read_again(random_bits: int) -> None:
    reference = card_reference(random_bits)
    printed = printed_reference(reference)
    assert typed_reference(printed) == reference
    assert typed_reference(printed.lower().replace("-", " ")) == reference


@pytest.mark.parametrize(
    "text", ["", "K", "7K3M-92QD-T4XP-8WCN", "K-7K3M-92QD-T4XP-8WC", "X-7K3M-92QD-T4XP-8WCN"]
)
def test_other_texts_are_no_card(text: str) -> None:
    assert typed_reference(text) is None


def test_a_card_is_valid_until_the_last_voucher_ends() -> None:
    last_days = [date(2026, 12, 31), date(2027, 6, 30), date(2026, 1, 1)]
    assert card_days(last_days, TODAY) == DateWindow(TODAY, date(2027, 6, 30))
    assert card_days([TODAY], TODAY) == DateWindow(TODAY, TODAY)
    assert card_days([date(2026, 11, 20)], TODAY) is None
    assert card_days([], TODAY) is None


def test_the_code_is_square_with_its_quiet_margin() -> None:
    modules = qr_modules("K-7K3M-92QD-T4XP-8WCN")
    assert {len(row) for row in modules} == {len(modules)}
    assert not any(any(row) for row in modules[:QUIET_MODULES])
    assert modules[QUIET_MODULES][QUIET_MODULES]
