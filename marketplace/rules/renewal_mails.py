"""Mails to the owners of a provider about a new paper, in Finnish, Swedish and English."""

from __future__ import annotations

from datetime import date
from typing import Final

from clearing.eligibility.facts.kinds import PaperKind
from clearing.upkeep.rules.paper_reminders import PAPER_NAMES

ACCEPTED_SUBJECT: Final = (
    "Omatori: uusi asiakirja hyväksyttiin / handlingen godkändes / your paper was accepted"
)
_ACCEPTED: Final = (
    "{paper}: {first}–{last}\n\n"
    "Hyvinvointialue hyväksyi uuden asiakirjan. Se on voimassa näinä päivinä.\n"
    "Välfärdsområdet godkände den nya handlingen. Den gäller dessa dagar.\n"
    "The county accepted the new paper. It is valid on these days.\n\n{link}\n"
)
REJECTED_SUBJECT: Final = "Omatori: asiakirjaa ei hyväksytty / handlingen godkändes inte / paper not accepted"
_REJECTED: Final = (
    "{paper}: {first}–{last}\n\n"
    "Hyvinvointialue ei hyväksynyt uutta asiakirjaa. Lue syy ja lähetä uusi.\n"
    "Välfärdsområdet godkände inte den nya handlingen. Läs orsaken och skicka en ny.\n"
    "The county did not accept the new paper. Read the reason and send another one.\n\n{why}\n\n{link}\n"
)


def verdict_mail(
    kind: PaperKind, days: tuple[date, date | None], why: str, address: str, *, is_accepted: bool
) -> tuple[str, str]:
    """Return the subject and the text of the mail about a county's verdict."""
    text = _ACCEPTED if is_accepted else _REJECTED
    first, last = days
    values = {"paper": PAPER_NAMES[kind], "first": _day(first), "last": _day(last) if last else ""}
    link = f"{address.rstrip('/')}/t/yritys/paperit"
    return ACCEPTED_SUBJECT if is_accepted else REJECTED_SUBJECT, text.format(**values, why=why, link=link)


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
