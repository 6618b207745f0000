"""A field that could not be read shows its accepted form."""

import pytest

from clearing.charges.reading.field_texts import FIELDS
from clearing.field_forms import FIELD_FORMS
from clearing.reasons import FIELD_MALFORMED, FIELD_MISSING, report


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field_has_a_form(field: str) -> None:
    assert report(FIELD_MALFORMED, field, name=field).fix == FIELD_FORMS[field]
    assert report(FIELD_MISSING, field, name=field).fix == FIELD_MISSING.fix


def test_a_field_without_a_form_keeps_the_usual_advice() -> None:
    assert report(FIELD_MALFORMED, "other", name="other").fix == FIELD_MALFORMED.fix
    assert report(FIELD_MALFORMED, name="x").fix == FIELD_MALFORMED.fix


@pytest.mark.parametrize(
    ("field", "shown"),
    [("end", "Midnight is 00:00"), ("reference", "format the column as text"), ("service_day", "2026-11-16")],
)
def test_the_form_is_shown(field: str, shown: str) -> None:
    assert shown in report(FIELD_MALFORMED, field, name=field).fix
