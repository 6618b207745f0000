"""The mail to a person in whose name a program of the county acts."""

from typing import Final

KEY_SUBJECT: Final = "Omatori: avain ohjelmalle / nyckel för ett program / key for a program"
_TEXT: Final = """\
Ylläpitäjä antoi ohjelmalle {label} avaimen tai uuden salaisuuden. Ohjelma toimii sinun nimissäsi.
Jos et tiedä asiasta, ota yhteyttä hyvinvointialueen ylläpitäjään tai tarkastajaan.

En administratör gav programmet {label} en nyckel eller en ny hemlighet. Programmet handlar i ditt namn.
Om du inte känner till det, kontakta välfärdsområdets administratör eller revisor.

An administrator gave the program {label} a key or a new secret. The program acts in your name.
If you do not know of it, contact the county's administrator or auditor."""


def key_text(label: str) -> str:
    """Return the mail: which program got a key, or a new secret, that acts as its reader."""
    return _TEXT.replace("{label}", label)
