"""What each fault of a county's file means and what to do about it, by code."""

from __future__ import annotations

from collections.abc import Mapping

from county_desk.rules.complaint_paths import PathCode
from county_desk.rules.county_setup import SetupCode
from foundation.vocabulary.refusals import Refusal

_TEXTS: Mapping[str, str] = {
    "yaml_malformed": (
        "This is not YAML as this file needs it, near line {line}. Write each name once, without aliases."
    ),
    "mapping_expected": "Write names and values here, such as `fi: …`.",
    "list_expected": "Write a list here, with at least one entry.",
    "text_expected": "Write a text here.",
    "text_malformed": "Write one line of at most {most} characters.",
    "flag_expected": "Write true or false.",
    "number_outside": "Write a number from {least} to {most}.",
    "not_a_choice": "Write one of these: {choices}.",
    "not_exempt": "The service is not exempt from VAT. Remove this, or write exempt under vat.",
    "not_after_from": "The end is not after the start. Midnight at the end of a day is 24:00.",
    "listed_twice": "{value} is in the list twice. Remove one.",
    "weekday_or_month_days": "Write either `weekday`, or `month_days`.",
    "too_many_days": "Write at most {most} days of the month.",
    "setting_missing": "This setting is missing. Add it.",
    "setting_unknown": "There is no setting of this name. {near}",
    "setting_malformed": "The form is wrong, or a check digit. Write it like this: {example}",
    SetupCode.DAY_NOT_COVERED: "No time class covers {first} to {last}. Add a range.",
    SetupCode.DAY_COVERED_TWICE: "Two ranges cover {time}. Let one end where the next begins.",
    SetupCode.TIME_CLASS_UNKNOWN: "The time class {time_class} is not known. Define it under time_classes.",
    SetupCode.SERVICE_UNKNOWN: (
        "The service {service} is not in the catalogue. Define it under service_definitions."
    ),
    SetupCode.SHARED_DIFFERS: (
        "Others use this already: it is `{before}`, and the file says `{after}`. "
        "Write what is stored, or use a new code."
    ),
    SetupCode.IN_USE: "The file no longer has this, but it is in use. Keep it in the file.",
    SetupCode.MUNICIPALITY_IN_USE: (
        "The file no longer has this municipality, but it is in use: {clients} clients live there, {places}"
        " places of providers are there, {offerings} offerings serve it, {approvals} approvals are limited to"
        " it, {applications} applications wait for it, and {former} ended municipalities became part of it."
        " Keep it in the file."
    ),
    SetupCode.MUNICIPALITY_ENDED: "This municipality ended on {last_day}. Remove it from the file.",
    SetupCode.PAST_LOCKED: "The past is locked. Write {first} or a later day, or what is in force.",
    SetupCode.COUNTY_UNKNOWN: "There is no county with this code.",
    SetupCode.CHANGED_MEANWHILE: "Somebody else changed these settings meanwhile. Read them again.",
    PathCode.PHONE: "This is not a telephone number. Write it like this: 029 000 0000",
    PathCode.EMAIL: "This is not an e-mail address. Write it like this: kirjaamo@example.fi",
    PathCode.WEB: "This is not an address of a secure web page. Write it like this: https://example.fi/apua",
    PathCode.UNREACHABLE: "Nobody can be reached. Add a phone, an e-mail, a web or a postal address.",
    PathCode.NOT_TRANSLATED: "This text is missing. Write it, or remove it in every language.",
    PathCode.SENTENCE_LONG: "A sentence has {words} words. Plain Finnish has at most {most}: make two of it.",
    SetupCode.OTHER_COUNTY: "This municipality belongs to county {county}. Remove it from the file.",
}


def setup_text(fault: Refusal) -> str:
    """Return the text of a fault in English."""
    values = dict(fault.values)
    if "near" in values:
        values["near"] = f"Did you mean {values['near']}?" if values["near"] else "Remove it."
    return _TEXTS[fault.code].format(**values)
