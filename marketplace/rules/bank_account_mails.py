"""The mails to a provider's owners about its bank account, in Finnish and Swedish.

None has more than the last four digits of the account.
"""

from __future__ import annotations

from typing import NamedTuple

_SHOWN = 4


class AccountMail(NamedTuple):
    """The subject and the text of a mail."""

    subject: str
    text: str


def entered_mail(iban: str) -> AccountMail:
    """Return the mail after an account was entered."""
    end = iban[-_SHOWN:]
    return AccountMail(
        "Omatori: uusi tilinumero odottaa vahvistusta / nytt kontonummer väntar på bekräftelse",
        f"Yrityksellenne on annettu uusi tilinumero, joka päättyy {end}. Hyvinvointialue vahvistaa sen ennen "
        "maksuja. Jos kukaan teistä ei antanut sitä, soittakaa heti hyvinvointialueelle.\n\n"
        f"Ert företag har fått ett nytt kontonummer som slutar på {end}. Välfärdsområdet bekräftar det före "
        "betalningar. Om ingen av er angav det, ring genast välfärdsområdet.\n",
    )


def confirmed_mail(iban: str) -> AccountMail:
    """Return the mail after an account was confirmed."""
    end = iban[-_SHOWN:]
    return AccountMail(
        "Omatori: tilinumero on vahvistettu / kontonumret har bekräftats",
        f"Hyvinvointialue on vahvistanut tilinumeronne, joka päättyy {end}. Sille maksetaan aikaisintaan 48 "
        "tuntia sen antamisesta.\n\n"
        f"Välfärdsområdet har bekräftat ert kontonummer som slutar på {end}. Betalningar görs "
        "till det tidigast 48 timmar efter att det angavs.\n",
    )
