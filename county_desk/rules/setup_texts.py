"""What each fault of a county's settings means and what to do about it, by code: msgids for file and API."""

from __future__ import annotations

from collections.abc import Mapping

from county_desk.rules.complaint_paths import PathCode
from county_desk.rules.county_setup import SetupCode
from foundation.vocabulary.labels import N_
from foundation.vocabulary.refusals import Refusal

NEAR = "setting_near"
"""The text of an unknown setting whose name is near to one that is known."""
TEXTS: Mapping[str, str] = {
    "yaml_malformed": N_(
        "This is not YAML as this file needs it, near line %(line)s. Write each name once, without aliases."
    ),
    "mapping_expected": N_("Write names and values here, such as `fi: …`."),
    "list_expected": N_("Write a list here, with at least one entry."),
    "text_expected": N_("Write a text here."),
    "text_malformed": N_("Write one line of at most %(most)s characters."),
    "flag_expected": N_("Write true or false."),
    "number_outside": N_("Write a number from %(least)s to %(most)s."),
    "not_a_choice": N_("Write one of these: %(choices)s."),
    "not_exempt": N_("The service is not exempt from VAT. Remove this, or write exempt under vat."),
    "not_after_from": N_("The end is not after the start. Midnight at the end of a day is 24:00."),
    "listed_twice": N_("%(value)s is in the list twice. Remove one."),
    "weekday_or_month_days": N_("Write either `weekday`, or `month_days`."),
    "too_many_days": N_("Write at most %(most)s days of the month."),
    "setting_missing": N_("This setting is missing. Add it."),
    "setting_unknown": N_("There is no setting of this name. Remove it."),
    NEAR: N_("There is no setting of this name. Did you mean %(near)s?"),
    "setting_malformed": N_("The form is wrong, or a check digit. Write it like this: %(example)s"),
    SetupCode.DAY_NOT_COVERED: N_("No time class covers %(first)s to %(last)s. Add a range."),
    SetupCode.DAY_COVERED_TWICE: N_("Two ranges cover %(time)s. Let one end where the next begins."),
    SetupCode.TIME_CLASS_UNKNOWN: N_(
        "The time class %(time_class)s is not known. Define it under time_classes."
    ),
    SetupCode.SERVICE_UNKNOWN: N_(
        "The service %(service)s is not in the catalogue. Define it under service_definitions."
    ),
    SetupCode.SHARED_DIFFERS: N_(
        "Others use this already: it is `%(before)s`, not `%(after)s`. Write what is stored, or use a new"
        " code."
    ),
    SetupCode.IN_USE: N_("This is in use, so it cannot be removed. Keep it."),
    SetupCode.MUNICIPALITY_IN_USE: N_(
        "This municipality is in use, so it cannot be removed. Clients: %(clients)s."
        " Places of providers: %(places)s. Offerings: %(offerings)s. Approvals: %(approvals)s."
        " Applications: %(applications)s."
        " Municipalities that became part of it: %(former)s."
    ),
    SetupCode.MUNICIPALITY_ENDED: N_("This municipality ended on %(last_day)s. Remove it."),
    SetupCode.PAST_LOCKED: N_("The past is locked. Write %(first)s or a later day, or what is in force."),
    SetupCode.PAY_DAYS_BEGIN_LATER: N_(
        "Pay days begin on %(first)s, so they do not end before that. Withdraw those first, or write a later"
        " day."
    ),
    SetupCode.ACCOUNT_NOT_HERE: N_(
        "The account is changed on the page of the account, where a second administrator confirms it."
        " Remove this section."
    ),
    SetupCode.SHARED_BY_OPERATOR: N_(
        "All counties of this installation share this: it is `%(before)s`, not `%(after)s`. Whoever runs the"
        " installation changes it."
    ),
    SetupCode.CODE_FIXED: N_("This is county %(county)s, and its code is not changed."),
    SetupCode.COUNTY_UNKNOWN: N_("There is no county with this code."),
    SetupCode.CHANGED_MEANWHILE: N_("Somebody else changed these settings meanwhile. Read them again."),
    PathCode.PHONE: N_("This is not a telephone number. Write it like this: 029 000 0000"),
    PathCode.EMAIL: N_("This is not an e-mail address. Write it like this: kirjaamo@example.fi"),
    PathCode.WEB: N_(
        "This is not an address of a secure web page. Write it like this: https://example.fi/apua"
    ),
    PathCode.UNREACHABLE: N_("Nobody can be reached. Add a phone, an e-mail, a web or a postal address."),
    PathCode.NOT_TRANSLATED: N_("This text is missing. Write it, or remove it in every language."),
    PathCode.SENTENCE_LONG: N_(
        "A sentence has %(words)s words. Plain Finnish has at most %(most)s: make two of it."
    ),
    SetupCode.OTHER_COUNTY: N_("This municipality belongs to county %(county)s. Remove it."),
}


def text_of(fault: Refusal) -> str:
    """Return the text of a fault as a msgid; the values of the fault fill it in."""
    return TEXTS[NEAR if fault.values.get("near") else fault.code]


def setup_text(fault: Refusal) -> str:
    """Return the text of a fault in English."""
    return text_of(fault) % fault.values
