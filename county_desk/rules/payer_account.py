"""The account that a county pays from: one person enters another one, a second person confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PayerAccount:
    """An account: IBAN and BIC without spaces, and which letters its bank takes in names."""

    iban: str
    bic: str
    letters: str


class AccountRefusal(StrEnum):
    """Why an account is not entered or not confirmed."""

    UNCHANGED = "account_unchanged"
    WAITING = "another_account_waits"
    NOT_WAITING = "account_not_waiting"
    SAME_PERSON = "same_person"
    WHY_MISSING = "why_missing"
    ROLE_FORBIDDEN = "role_forbidden"


CHANGED_SUBJECT = "Omatori: maksutili / betalkonto / paying account"
_TEXTS = {
    "entered": (
        "Alueelle {code} on annettu uusi maksutili, joka päättyy {end}. Toinen pääkäyttäjä vahvistaa sen.\n"
        "Ett nytt betalkonto som slutar på {end} har angetts för område {code}."
        " En annan administratör bekräftar det.\n"
        "A new paying account ending in {end} was entered for county {code}."
        " Another administrator confirms it.\n\n"
    ),
    "confirmed": (
        "Alueen {code} uusi maksutili, joka päättyy {end}, on vahvistettu."
        " Seuraavat maksuajot käyttävät sitä.\n"
        "Det nya betalkontot för område {code}, som slutar på {end}, är bekräftat."
        " De följande körningarna använder det.\n"
        "The new paying account of county {code} ending in {end} is confirmed."
        " The next payment runs use it.\n\n"
    ),
}
_UNEXPECTED = (
    "Jos et odottanut tätä, soita heti maksuliikenteen hoitajalle."
    " / Om du inte väntade dig detta, ring genast den som sköter betalningarna."
    " / If you did not expect this, call those who handle payments at once.\n"
)


def account_mail_text(event: str, code: str, iban: str) -> str:
    """Return the text of the mail when an account is `entered` or `confirmed`; it has the end of the IBAN."""
    return _TEXTS[event].format(code=code, end=iban[-4:]) + _UNEXPECTED
