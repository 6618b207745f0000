"""The settings of a county in the words of its pages: labels of paths, values, and faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from clearing.eligibility.facts.calendar import CalendarRange
from clearing.payments.rules.pay_days import WEEKDAYS
from county_desk.rules.county_changes import SetupChange
from county_desk.rules.county_setup import SetupCode
from foundation.vocabulary.labels import DAY_KINDS
from foundation.vocabulary.money import Money, parse_hundredths
from foundation.web.catalogues import N_
from foundation.web.formats import day_text, money_text, name_text, weekday_text
from foundation.web.languages import _, current_language
from marketplace.load.names import Names
from marketplace.rules.day_coverage import clock_text

LABELS = {
    "name.fi": N_("Name in Finnish"),
    "name.sv": N_("Name in Swedish"),
    "name.en": N_("Name in English"),
    "phone": N_("Phone number"),
    "business_id": N_("Business ID"),
    "message_months": N_("Months that messages are kept"),
    "late_days": N_("Days for late charges"),
    "late_days_from": N_("In force from"),
    "calendar_from": N_("In force from"),
    "address_from": N_("In force from"),
    "settlement_calendar_from": N_("In force from"),
    "settlement_calendar.weekday": N_("Day of the week"),
    "settlement_calendar.month_days": N_("Days of the month"),
    "settlement_calendar.cut_off_days": N_("Bank days for the county's work"),
    "address.street": N_("Street address"),
    "address.postcode": N_("Postal code"),
    "address.town": N_("Post office"),
    "email": N_("E-mail address"),
    "web": N_("Web page"),
    "address": N_("Postal address"),
    "days": N_("Days to claim a correction"),
    "hours.fi": N_("Hours in Finnish"),
    "hours.sv": N_("Hours in Swedish"),
    "hours.en": N_("Hours in English"),
    "note.fi": N_("Note in Finnish"),
    "note.sv": N_("Note in Swedish"),
    "note.en": N_("Note in English"),
    "note.selko": N_("Note in plain Finnish"),
    "centre": N_("Place on the map"),
    "appropriation": N_("Appropriation for the year"),
}
FAULTS: Mapping[str, str] = {
    SetupCode.CHANGED_MEANWHILE: N_(
        "Somebody else changed these settings after you opened the page. You see what your change does to"
        " what is stored now. Check it, and store it again."
    ),
    SetupCode.PAST_LOCKED: N_("A day that has begun is locked. Choose a later day."),
    SetupCode.PAY_DAYS_BEGIN_LATER: N_(
        "Pay days that are not in force yet begin on this day or later. Withdraw them at Settings of the"
        " county, or choose a day after they have begun."
    ),
    SetupCode.IN_USE: N_("A voucher is paid from this cost centre. It cannot be removed."),
    SetupCode.TIME_CLASS_UNKNOWN: N_("Choose a time class"),
    "last_one": N_("The county needs a cost centre. Add another one first."),
    "code_taken": N_("The county has a cost centre with this code already"),
    "first_not_midnight": N_("The first time is 0.00"),
    "times_not_in_order": N_("Each time must be later than the one above it"),
    "row_not_full": N_("Give both the time and the time class, or leave both empty"),
}


def fault_text(code: str) -> str:
    """Return why a change is refused."""
    return _(FAULTS[code])


ChangeRow = tuple[str, str, str]


def change_rows(changes: Iterable[SetupChange], names: Mapping[str, Names]) -> list[ChangeRow]:
    """Return each change in words: the setting, and its value before and after.

    `names` are those of the time classes and the services, by code.
    """
    return [
        (
            _label(each.path, names),
            _value(each.path, each.before, names),
            _value(each.path, each.after, names),
        )
        for each in changes
    ]


def _label(path: str, names: Mapping[str, Names]) -> str:
    if path in LABELS:
        return _(LABELS[path])
    section, name, setting = [*path.split(".", 2), ""][:3]
    if section == "complaint_paths":
        return _(LABELS[setting])
    if section == "services":
        return name_text(names[name])
    if section == "calendar":
        return f"{_(DAY_KINDS[name])} {setting.replace('-', '–').replace(':', '.')}"
    return f"{name}: {_(LABELS.get(setting, setting))}"


def _value(path: str, value: str | None, names: Mapping[str, Names]) -> str:
    if path.startswith("services."):
        return _(N_("Is not granted")) if value is None else _(N_("Is granted"))
    if value is None:
        return "–"
    if path.endswith("_from"):
        return day_text(date.fromisoformat(value), current_language())
    if path.startswith("calendar."):
        return name_text(names[value])
    if path == "settlement_calendar.weekday":
        return weekday_text(WEEKDAYS.index(value)).capitalize()
    if path.endswith(".appropriation"):
        return money_text(Money(parse_hundredths(value) or 0), current_language())
    return value


def calendar_rows(calendar: Iterable[CalendarRange], classes: Mapping[str, Names]) -> list[ChangeRow]:
    """Return a calendar in words: kind of day, times, and time class."""
    return [
        (_(DAY_KINDS[each.day_kind]), _times(each), name_text(classes[each.time_class]))
        for each in sorted(
            calendar, key=lambda each: (list(DAY_KINDS).index(each.day_kind), each.from_minute)
        )
    ]


def _times(each: CalendarRange) -> str:
    return f"{clock_text(each.from_minute)}–{clock_text(each.to_minute)}".replace(":", ".")
