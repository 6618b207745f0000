"""The mails about a client's account, in Finnish, Swedish and English. None names a person."""

from __future__ import annotations

from typing import Final

INVITED_SUBJECT: Final = "Omatori: oma tunnus / eget konto / your account"
_INVITED: Final = (
    "Saat Omatoriin oman tunnuksen. Avaa linkki. Valitse salasana. Linkki toimii 72 tuntia ja kerran.\n"
    "Du får ett eget konto i Omatori. Öppna länken. Välj ett lösenord. Länken fungerar i 72 timmar och en "
    "gång.\n"
    "You get your own account in Omatori. Open the link. Choose a password. It works for 72 hours, and "
    "once.\n\n"
    "{link}\n\n"
    "Älä lähetä linkkiä kenellekään. / Skicka inte länken vidare. / Do not forward the link.\n"
)
LETTER_SUBJECT: Final = "Omatori: saat kirjeen / du får ett brev / a letter is on its way"
LETTER_TEXT: Final = (
    "Hyvinvointialue lähetti sinulle kirjeen. Kirjeessä on koodi. Sillä voi vaihtaa salasanasi.\n"
    "Jos et pyytänyt kirjettä, soita meille heti.\n\n"
    "Välfärdsområdet har skickat ett brev till dig. I brevet finns en kod. Med den kan ditt lösenord bytas.\n"
    "Om du inte bad om brevet, ring oss genast.\n\n"
    "The county has sent you a letter with a code. With it your password can be changed.\n"
    "If you did not ask for the letter, call us at once.\n"
)


def invited_text(link: str) -> str:
    """Return the text of the mail with the link."""
    return _INVITED.format(link=link)
