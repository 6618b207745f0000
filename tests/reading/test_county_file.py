"""The file of a county: read as settings, written as the same file, and every fault named by its path."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from clearing.payments.rules.pay_days import SettlementCalendar
from county_desk.reading.county_file import read_county_file
from county_desk.reading.county_file_text import county_file_text
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.setup_texts import setup_text

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
Document = dict[str, Any]


def example() -> Document:
    document: Document = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return document


def test_the_example_is_read_and_written_as_itself() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    setup = read_county_file(text)
    assert isinstance(setup, CountySetup)
    assert (setup.code, setup.late_days, setup.services) == ("98", 60, ("PERSONAL_ASSISTANCE", "HOME_CARE"))
    assert setup.cost_centres[0].appropriation_cents == 480_000_000
    assert text.partition("\n")[2] == county_file_text(setup)


def test_codes_keep_their_zeros() -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("code: '901'", "code: 012")
    setup = read_county_file(text)
    assert isinstance(setup, CountySetup)
    assert setup.municipalities[0].code == "012"


def test_a_county_that_pays_every_week_is_read_and_written_as_itself() -> None:
    document = example() | {"settlement_calendar": {"weekday": "friday", "cut_off_days": "2"}}
    document["settlement_calendar_from"] = "2027-01-01"
    setup = read_county_file(yaml.safe_dump(document, allow_unicode=True))
    assert isinstance(setup, CountySetup)
    assert setup.settlement_calendar == SettlementCalendar(date.min, 4, (), 2)
    assert read_county_file(county_file_text(setup)) == setup


def test_an_empty_section_ends_the_pay_days() -> None:
    document = example() | {"settlement_calendar": {}, "settlement_calendar_from": "2027-01-01"}
    setup = read_county_file(yaml.safe_dump(document, allow_unicode=True))
    assert isinstance(setup, CountySetup)
    assert setup.settlement_calendar is not None
    assert setup.settlement_calendar.is_end
    assert read_county_file(county_file_text(setup)) == setup


def test_a_file_without_pay_days_is_read() -> None:
    document = example()
    del document["settlement_calendar"]
    setup = read_county_file(yaml.safe_dump(document, allow_unicode=True))
    assert isinstance(setup, CountySetup)
    assert (setup.settlement_calendar, setup.settlement_calendar_from) == (None, None)


def _set(path: str, value: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        *parents, last = path.split(".")
        place: Any = document
        for name in parents:
            place = place[int(name)] if name.isdigit() else place[name]
        if value is None:
            del place[last]
        else:
            place[int(last) if last.isdigit() else last] = value

    return change


FAULTS: list[tuple[str, Any, str, str]] = [
    ("code", None, "code", "setting_missing"),
    ("code", "1", "code", "setting_malformed"),
    ("name", "South", "name", "mapping_expected"),
    ("name.sv", None, "name.sv", "setting_missing"),
    ("name.no", "Sør", "name.no", "setting_unknown"),
    ("name.fi", "  ", "name.fi", "text_expected"),
    ("name.fi", "x" * 2001, "name.fi", "text_malformed"),
    ("name.fi", "two\nlines", "name.fi", "text_malformed"),
    ("name.fi", ["x"], "name.fi", "text_expected"),
    ("business_id", "1234567-8", "business_id", "setting_malformed"),
    ("phon", "09", "phon", "setting_unknown"),
    ("late_days", "-1", "late_days", "number_outside"),
    ("late_days", "731", "late_days", "number_outside"),
    ("late_days", "60.5", "late_days", "number_outside"),
    ("address", "Asematie 2", "address", "mapping_expected"),
    ("address.street", None, "address.street", "setting_missing"),
    ("address.street", "x" * 101, "address.street", "setting_malformed"),
    ("address.postcode", "5010", "address.postcode", "setting_malformed"),
    ("address.town", " ", "address.town", "text_expected"),
    ("address.country", "FI", "address.country", "setting_unknown"),
    ("address_from", "1.1.2027", "address_from", "setting_malformed"),
    ("complaint_paths", "015", "complaint_paths", "mapping_expected"),
    ("complaint_paths.court", {}, "complaint_paths.court", "setting_unknown"),
    ("complaint_paths.ombudsman.name", None, "complaint_paths.ombudsman.name", "setting_missing"),
    ("complaint_paths.ombudsman.name.en", None, "complaint_paths.ombudsman.name.en", "setting_missing"),
    ("complaint_paths.ombudsman.phone", "soita", "complaint_paths.ombudsman.phone", "phone_malformed"),
    ("complaint_paths.ombudsman.email", "x", "complaint_paths.ombudsman.email", "email_malformed"),
    ("complaint_paths.ombudsman.days", "30", "complaint_paths.ombudsman.days", "setting_unknown"),
    ("complaint_paths.ombudsman.hours.sv", None, "complaint_paths.ombudsman.hours.sv", "text_not_translated"),
    (
        "complaint_paths.objection.note.selko",
        None,
        "complaint_paths.objection.note.selko",
        "text_not_translated",
    ),
    (
        "complaint_paths.objection.note.selko",
        "x " * 16,
        "complaint_paths.objection.note.selko",
        "sentence_too_long",
    ),
    ("complaint_paths.correction.days", None, "complaint_paths.correction.days", "setting_missing"),
    ("complaint_paths.correction.days", "29", "complaint_paths.correction.days", "number_outside"),
    ("complaint_paths.correction.days", "366", "complaint_paths.correction.days", "number_outside"),
    ("complaint_paths.correction.address", None, "complaint_paths.correction.phone", "contact_unreachable"),
    ("complaint_paths.authority.web", "http://lvv.fi", "complaint_paths.authority.web", "web_malformed"),
    ("settlement_calendar", "15", "settlement_calendar", "mapping_expected"),
    ("settlement_calendar.month_days", None, "settlement_calendar.weekday", "weekday_or_month_days"),
    ("settlement_calendar.weekday", "tuesday", "settlement_calendar.weekday", "weekday_or_month_days"),
    ("settlement_calendar.weekday", "sunday", "settlement_calendar.weekday", "not_a_choice"),
    ("settlement_calendar.month_days", [], "settlement_calendar.month_days", "list_expected"),
    ("settlement_calendar.month_days", ["0"], "settlement_calendar.month_days[1]", "number_outside"),
    ("settlement_calendar.month_days", ["15", "32"], "settlement_calendar.month_days[2]", "number_outside"),
    ("settlement_calendar.month_days", ["15", "15"], "settlement_calendar.month_days[2]", "listed_twice"),
    ("settlement_calendar.month_days", ["1", "9", "30"], "settlement_calendar.month_days", "too_many_days"),
    ("settlement_calendar.cut_off_days", None, "settlement_calendar.cut_off_days", "setting_missing"),
    ("settlement_calendar.cut_off_days", "1", "settlement_calendar.cut_off_days", "number_outside"),
    ("settlement_calendar.cut_off_days", "21", "settlement_calendar.cut_off_days", "number_outside"),
    ("settlement_calendar.month_day", "15", "settlement_calendar.month_day", "setting_unknown"),
    ("settlement_calendar_from", "1.1.2027", "settlement_calendar_from", "setting_malformed"),
    ("message_months", "0", "message_months", "number_outside"),
    ("message_months", "601", "message_months", "number_outside"),
    ("bank.iban", "FI2112345600000786", "bank.iban", "setting_malformed"),
    ("bank.bic", "BANK", "bank.bic", "setting_malformed"),
    ("bank.letters", "german", "bank.letters", "not_a_choice"),
    ("calendar.weekday", [], "calendar.weekday", "list_expected"),
    ("calendar.weekday.0.from", "7", "calendar.weekday.1.from", "setting_malformed"),
    ("calendar.weekday.0.to", "00:00", "calendar.weekday.1.to", "not_after_from"),
    ("calendar.weekday.0.time_class", "Ilta", "calendar.weekday.1.time_class", "setting_malformed"),
    ("calendar.friday", [], "calendar.friday", "setting_unknown"),
    ("municipalities.0.code", "12", "municipalities.12.code", "setting_malformed"),
    ("municipalities.0.code", "902", "municipalities.902", "listed_twice"),
    ("municipalities.0.latitude", "25.0", "municipalities.901.latitude", "number_outside"),
    ("municipalities.0.longitude", "east", "municipalities.901.longitude", "number_outside"),
    ("cost_centres.0.appropriation", "-1.00", "cost_centres.4410.appropriation", "setting_malformed"),
    ("cost_centres.0.appropriation", "4,5", "cost_centres.4410.appropriation", "setting_malformed"),
    ("services", ["home care"], "services[1]", "setting_malformed"),
    ("services", ["HOME_CARE", "HOME_CARE"], "services[2]", "listed_twice"),
    ("service_definitions.0.unit", "minute", "service_definitions.PERSONAL_ASSISTANCE.unit", "not_a_choice"),
    ("service_definitions.0.vat", "14", "service_definitions.PERSONAL_ASSISTANCE.vat", "not_a_choice"),
    (
        "service_definitions.0.vat_exemption",
        None,
        "service_definitions.PERSONAL_ASSISTANCE.vat_exemption",
        "setting_missing",
    ),
    (
        "service_definitions.0.vat_exemption",
        "education",
        "service_definitions.PERSONAL_ASSISTANCE.vat_exemption",
        "not_a_choice",
    ),
    (
        "service_definitions.0.vat",
        "general",
        "service_definitions.PERSONAL_ASSISTANCE.vat_exemption",
        "not_exempt",
    ),
    (
        "service_definitions.0.free_of_charge",
        "maybe",
        "service_definitions.PERSONAL_ASSISTANCE.free_of_charge",
        "flag_expected",
    ),
]


@pytest.mark.parametrize(("place", "value", "field", "code"), FAULTS)
def test_each_fault_has_its_code_its_place_and_its_text(
    place: str, value: Any, field: str, code: str
) -> None:
    document = example()
    _set(place, value)(document)
    faults = read_county_file(yaml.safe_dump(document, allow_unicode=True))
    assert isinstance(faults, tuple)
    assert (field, code) in [(fault.field, fault.code) for fault in faults]
    assert all(len(setup_text(fault)) > 10 for fault in faults)


def test_every_fault_is_reported_at_once() -> None:
    document = example()
    for place, value in (("code", "x"), ("late_days", "x"), ("bank.iban", "x"), ("services", ["x"])):
        _set(place, value)(document)
    faults = read_county_file(yaml.safe_dump(document, allow_unicode=True))
    assert isinstance(faults, tuple)
    assert [fault.field for fault in faults] == ["code", "late_days", "bank.iban", "services[1]"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\na: 2\n", 2),
        ("a: &x [1]\nb: *x\n", 2),
        ("a: [1\n", 2),
        ("? [1]\n: 2\n", 1),
        ("a: !!python/object:os.system 1\n", 1),
        ("a: " + "[" * 5000, 0),
        ("a: \x00", 0),
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str, line: int) -> None:
    faults = read_county_file(text)
    assert isinstance(faults, tuple)
    assert [(fault.code, fault.values["line"]) for fault in faults] == [("yaml_malformed", line)]
