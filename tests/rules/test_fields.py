"""R-01: the form of every field, in JSON and in files."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.facts.charge import SentCharge
from clearing.charges.reading.fields import read_charge
from tests.rules.facts_builder import decide_one, sent, verdict

MISSING, MALFORMED, UNKNOWN = "field_missing", "field_malformed", "field_unknown"


def faults(charge: SentCharge) -> dict[str | None, str]:
    """Return the code of the fault in each field."""
    return {finding.field: finding.code for finding in read_charge(charge)[1]}


@pytest.mark.parametrize("name", ["reference", "voucher", "service", "service_day", "quantity", "unit"])
@pytest.mark.parametrize("absent", ["left out", "null", "empty"])
def test_required_field_is_missing(name: str, absent: str) -> None:
    charge = sent(**{name: None if absent == "left out" else ""})
    if absent == "null":
        charge = SentCharge(1, {**charge.values, name: None}, charge.received_at)
    assert faults(charge) == {name: MISSING}


@pytest.mark.parametrize("name", ["start", "end", "total", "client", "worker", "note"])
@pytest.mark.parametrize("value", [None, ""])
def test_optional_field_may_be_absent(name: str, value: str | None) -> None:
    assert faults(sent(**{name: value})) == {}


@pytest.mark.parametrize("name", ["reference", "voucher", "service", "unit"])
def test_required_text_of_spaces_is_missing(name: str) -> None:
    assert faults(sent(**{name: "   "})) == {name: MISSING}


NUMBERS: list[tuple[Any, str | None]] = [
    ("1", None),
    ("1.5", None),
    ("1.50", None),
    ("0", None),
    ("-1", None),
    ("-1.25", None),
    ("999999999.99", None),
    ("007", None),
    ("1000000000", MALFORMED),
    ("1.505", MALFORMED),
    ("+1", MALFORMED),
    (".5", MALFORMED),
    ("1.", MALFORMED),
    ("1e3", MALFORMED),
    ("1,5", MALFORMED),
    ("1 000", MALFORMED),
    (" 1", MALFORMED),
    ("1 ", MALFORMED),
    ("1\n", MALFORMED),
    (" ", MALFORMED),
    ("--1", MALFORMED),
    ("١", MALFORMED),
    ("１", MALFORMED),
    ("½", MALFORMED),
    ("NaN", MALFORMED),
    ("Infinity", MALFORMED),
    ("0x1", MALFORMED),
    ("1_0", MALFORMED),
    (1, MALFORMED),
    (1.5, MALFORMED),
    (True, MALFORMED),
    (["1"], MALFORMED),
    ({"a": 1}, MALFORMED),
]


@pytest.mark.parametrize(("value", "code"), NUMBERS)
@pytest.mark.parametrize("name", ["quantity", "unit_price", "total"])
def test_number_in_json(name: str, value: object, code: str | None) -> None:
    assert faults(sent(**{name: value})) == ({name: code} if code else {})


FILE_NUMBERS = [
    ("1,5", 150),
    (" 1.50 ", 150),
    ("\u00a01,50\u00a0", 150),
    ("1", 100),
    ("-2,25", -225),
    ("1.234,50", None),
    ("1 234,50", None),
    ("1,505", None),
    ("1,,5", None),
    ("1,50\t", None),
    ("\n1,50", None),
    ("\u202f1,50\u202f", 150),
    (",5", None),
]


@pytest.mark.parametrize(("text", "cents"), FILE_NUMBERS)
def test_number_in_a_file_takes_a_decimal_comma_and_spaces_around(text: str, cents: int | None) -> None:
    charge, findings = read_charge(sent(from_file=True, unit_price=text))
    assert charge.unit_price_cents == cents
    assert [(finding.field, finding.code) for finding in findings] == (
        [] if cents else [("unit_price", MALFORMED)]
    )


DAYS = [
    ("2026-11-03", date(2026, 11, 3)),
    ("2024-02-29", date(2024, 2, 29)),
    ("2026-02-29", None),
    ("2026-13-01", None),
    ("2026-11-31", None),
    ("2026-1-3", None),
    ("20261103", None),
    ("2026-W45-2", None),
    ("2026-11-03T00:00", None),
    (" 2026-11-03", None),
    ("3.11.2026", None),
    ("0000-01-01", None),
    ("２０２６-11-03", None),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_day_in_json(text: str, day: date | None) -> None:
    charge, findings = read_charge(sent(service_day=text))
    assert charge.service_day == day
    assert [(finding.field, finding.code) for finding in findings] == (
        [] if day else [("service_day", MALFORMED)]
    )


FILE_DAYS = [
    ("3.11.2026", date(2026, 11, 3)),
    ("03.11.2026", date(2026, 11, 3)),
    (" 3.11.2026 ", date(2026, 11, 3)),
    ("2026-11-03", date(2026, 11, 3)),
    ("29.2.2024", date(2024, 2, 29)),
    ("29.2.2026", None),
    ("3.13.2026", None),
    ("3.11.26", None),
    ("11/3/2026", None),
]


@pytest.mark.parametrize(("text", "day"), FILE_DAYS)
def test_day_in_a_file(text: str, day: date | None) -> None:
    assert read_charge(sent(from_file=True, service_day=text))[0].service_day == day


TEXTS = [
    ("reference", "A-1_b/2.c", None),
    ("reference", " A1 ", None),
    ("reference", "x" * 64, None),
    ("reference", "x" * 65, MALFORMED),
    ("reference", "a b", MALFORMED),
    ("reference", "a;b", MALFORMED),
    ("reference", "a#1", MALFORMED),
    ("reference", "a\u0000", MALFORMED),
    ("reference", "a\n", MALFORMED),
    ("reference", "١٢", MALFORMED),
    ("reference", 17, MALFORMED),
    ("worker", "x" * 100, None),
    ("worker", " " + "x" * 100 + " ", None),
    ("worker", "x" * 101, MALFORMED),
    ("worker", "Äiti Ö", None),
    ("worker", "a\tb", MALFORMED),
    ("note", "x" * 500, None),
    ("note", "x" * 501, MALFORMED),
    ("note", "line\nline", MALFORMED),
    ("note", "\u007f", MALFORMED),
    ("note", "\u0085", MALFORMED),
    ("note", "\ud800", MALFORMED),
    ("note", "emoji 🙂 ok", None),
    ("note", "5\u00a0km", None),
    ("unit", "hour", None),
    ("unit", "Hour", MALFORMED),
    ("unit", "fortnight", MALFORMED),
    ("unit", " hour ", None),
    ("client", 12, MALFORMED),
    ("voucher", ["AB12"], MALFORMED),
    ("voucher", "AB\u000012", MALFORMED),
    ("service", "X\u0001", MALFORMED),
]


@pytest.mark.parametrize(("name", "value", "code"), TEXTS)
def test_text(name: str, value: object, code: str | None) -> None:
    assert faults(sent(**{name: value})) == ({name: code} if code else {})


TIME_FORMS = [
    ("start", "24:00", MALFORMED),
    ("start", "10:60", MALFORMED),
    ("start", "9:00", MALFORMED),
    ("start", "10:00:00", MALFORMED),
    ("start", "10.00", MALFORMED),
    ("start", "10:00Z", MALFORMED),
    ("start", "2026-11-03T10:00", MALFORMED),
    ("start", 1000, MALFORMED),
    ("start", None, MISSING),
    ("end", None, MISSING),
    ("end", "", MISSING),
    ("end", "25:00", MALFORMED),
    ("end", "2026-11-03 12:00", MALFORMED),
    ("end", "2026-11-31T12:00", MALFORMED),
    ("end", "2026-11-03T12:00:00", MALFORMED),
    ("end", "3.11.2026T12:00", MALFORMED),
]


@pytest.mark.parametrize(("name", "value", "code"), TIME_FORMS)
def test_time_form(name: str, value: object, code: str) -> None:
    assert faults(sent(**({"start": "10:00", "end": "12:00"} | {name: value}))) == {name: code}


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"start": 1000}, {"start": MALFORMED, "end": MISSING}),
        ({"end": 1200}, {"start": MISSING, "end": MALFORMED}),
        ({"start": 1000, "end": 1200}, {"start": MALFORMED, "end": MALFORMED}),
        ({"start": "10:00"}, {"end": MISSING}),
        ({"end": "12:00"}, {"start": MISSING}),
        ({"start": "x"}, {"start": MALFORMED, "end": MISSING}),
        ({"start": "", "end": ""}, {}),
    ],
)
def test_a_start_or_end_alone_lacks_the_other(times: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(sent(**times)) == expected


@pytest.mark.parametrize("name", ["foo", "Reference", "unit price", ""])
def test_unknown_field(name: str) -> None:
    assert faults(sent(**{name: "x"})) == {name: UNKNOWN}


@pytest.mark.parametrize("code", ["AB12", "ab12", "AB-12", " a b 1 2 ", "a-B-1-2"])
def test_voucher_code_is_read_without_case_spaces_and_hyphens(code: str) -> None:
    assert verdict(decide_one(voucher=code)) == "accepted"


SAME = [
    ({"quantity": "2.00"}, {"quantity": "2"}, False, True),
    ({"quantity": "2.00"}, {"quantity": "2.0"}, False, True),
    ({"service_day": "2026-11-03"}, {"service_day": "3.11.2026"}, True, True),
    ({"unit_price": "40.00"}, {"unit_price": "40,0"}, True, True),
    ({"voucher": "AB12"}, {"voucher": "ab-12"}, False, True),
    ({"worker": "Anna"}, {"worker": " Anna "}, False, True),
    ({"reference": "R-1"}, {"reference": "R-2"}, False, True),
    ({"start": "10:00", "end": "12:00"}, {"start": "10:00", "end": "2026-11-03T12:00"}, False, True),
    ({}, {"start": "10:00", "end": "12:00"}, False, False),
    ({"start": "10:00", "end": "12:00"}, {"start": "10:01", "end": "12:00"}, False, False),
    ({"start": "10:00", "end": "12:00"}, {"start": "10:00", "end": "12:01"}, False, False),
    ({}, {"service_day": "2026-11-04"}, False, False),
    ({}, {"service": "TAXI"}, False, False),
    ({}, {"voucher": "CD34"}, False, False),
    ({}, {"unit": "visit"}, False, False),
    ({}, {"unit_price": "40.01"}, False, False),
    ({}, {"worker": "Anna"}, False, False),
    ({}, {"note": "x"}, False, False),
    ({}, {"total": "80.00"}, False, False),
    ({}, {"client": "C-1"}, False, False),
    ({"quantity": "2"}, {"quantity": "2.01"}, False, False),
]


@pytest.mark.parametrize(("first", "second", "from_file", "same"), SAME)
def test_content_is_the_values_read(
    first: dict[str, str], second: dict[str, str], from_file: bool, same: bool
) -> None:
    charge = read_charge(sent(from_file=from_file, **first))[0]
    other = read_charge(sent(from_file=from_file, **second))[0]
    assert (charge.content == other.content) is same


@pytest.mark.parametrize("changes", [{"quantity": "x"}, {"foo": "1"}, {"start": "10:00", "end": "09:00"}])
def test_what_cannot_be_read_has_no_content(changes: dict[str, str]) -> None:
    assert read_charge(sent(**changes))[0].content == ""


def test_all_faults_are_reported_at_once() -> None:
    charge = sent(reference=None, quantity="x", worker="a\x00", foo="1", start="10:00")
    assert faults(charge) == {
        "reference": MISSING,
        "quantity": MALFORMED,
        "worker": MALFORMED,
        "foo": UNKNOWN,
        "end": MISSING,
    }
