"""The languages of the program, and those that providers serve in."""

from enum import StrEnum


class Language(StrEnum):
    """A language tag as in `Accept-Language`; plain Finnish is BCP 47 private use."""

    FI = "fi"
    SV = "sv"
    EN = "en"
    SELKO = "fi-x-selko"


OWN_NAMES = {
    Language.FI: "Suomi",
    Language.SELKO: "Selkosuomi",
    Language.SV: "Svenska",
    Language.EN: "English",
}
"""Each language of the program in that language, in the order in which they are offered."""

SERVICE_LANGUAGES = ("fi", "sv", "en", "se", "ru", "et", "ar", "so", "fse")
"""The languages that a provider may say it serves in (ISO 639), in the order in which they are offered."""
