"""The languages of the program."""

from enum import StrEnum


class Language(StrEnum):
    """A language tag as in ``Accept-Language``; plain Finnish is BCP 47 private use."""

    FI = "fi"
    SV = "sv"
    EN = "en"
    SELKO = "fi-x-selko"
