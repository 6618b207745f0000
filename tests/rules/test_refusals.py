"""The one shape of a refusal, and what happens where an action is refused that cannot be."""

from __future__ import annotations

import pytest

from foundation.vocabulary.refusals import Refusal, UnexpectedRefusalError, not_refused


def test_a_refusal_is_its_code_field_values_and_reasons() -> None:
    assert Refusal("over_amount") == Refusal("over_amount", "", {}, ())
    assert Refusal("over_amount") != Refusal("over_amount", "amount")
    assert Refusal("over_amount") != Refusal("over_amount", reasons=(Refusal("x"),))


def test_what_was_not_refused_is_passed_on() -> None:
    assert not_refused(0) == 0


def test_an_unexpected_refusal_is_an_error_that_carries_it() -> None:
    refusal = Refusal("hash_differs")
    with pytest.raises(UnexpectedRefusalError, match="hash_differs") as error:
        not_refused(refusal)
    assert error.value.refusal is refusal
