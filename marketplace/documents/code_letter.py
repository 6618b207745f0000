"""A letter with a code: to a client who is invited to log in, or to somebody who is invited to help."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from foundation.documents.pdf import make_pdf
from foundation.documents.qr import qr_svg
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_, translate
from foundation.web.formats import LOCALES, day_text
from marketplace.load.catalogue import CountyEntry
from marketplace.rules.mandate_terms import grouped

TEMPLATE = Path(__file__).with_name("code_letter.typ")
TITLE = N_("Your code to Omatori")
FOR_CLIENT = (
    N_("In Omatori you see your money. You choose who helps you."),
    N_("You need a code. The code is below."),
)
FOR_HELPER = (
    N_("You are invited to help somebody in Omatori."),
    N_("You need a code. The code is below."),
)
STEPS = (
    N_("Open this address on a phone or a computer: %(address)s"),
    N_("Write the code."),
    N_("Choose a password. Keep it to yourself."),
)
SAFETY = (
    N_("The code works once. It works until %(day)s."),
    N_("Do not show the code to others."),
    N_("Is the letter lost, or the code too old? Call us. You get a new letter."),
    N_("Did you not ask for this letter? Call us."),
)


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """What a letter says. `user_name` is that of a client; without one the letter is for a helper."""

    county: CountyEntry
    to: str
    address: str
    last_day: date
    made_at: datetime
    code: str = field(repr=False)
    user_name: str | None = None


def code_letter_file(letter: CodeLetter, language: Language) -> bytes:
    """Return the letter as a PDF file: the same bytes for the same letter and language."""
    return make_pdf(TEMPLATE, code_letter_values(letter, language), at=letter.made_at)


def code_letter_values(letter: CodeLetter, language: Language) -> dict[str, object]:
    """Return everything that the letter says, in the reader's language."""
    values = {"address": letter.address, "day": day_text(letter.last_day, language)}
    begin = FOR_HELPER if letter.user_name is None else FOR_CLIENT
    return {
        "lang": LOCALES[language].partition("_")[0],
        "title": translate(TITLE, language),
        "from": letter.county.name.in_language(language),
        "to": letter.to,
        "begin": [translate(text, language) for text in begin],
        "code_label": translate("Your code", language),
        "code": grouped(letter.code),
        "name_label": translate("Your user name", language),
        "name": letter.user_name or "",
        "steps_title": translate("Do this", language),
        "steps": [translate(text, language, **values) for text in STEPS],
        "qr": qr_svg(letter.address),
        "qr_alt": translate("QR code with the address of the page", language),
        "safety_title": translate("Good to know", language),
        "safety": [translate(text, language, **values) for text in SAFETY],
        "call_label": translate("Our telephone number", language),
        "phone": letter.county.phone,
    }
