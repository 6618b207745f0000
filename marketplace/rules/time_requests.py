"""Requests for a free time: how long they live, which times may be offered, and the mails about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

EXPIRES_AFTER: Final = timedelta(days=14)
"""A request that nobody has closed is dead after so many days."""
FARTHEST_TIME: Final = timedelta(days=90)
MOST_TIMES: Final = 5
"""Times that a provider may offer for one request."""
LONGEST_WORDS: Final = 500

ASKED_SUBJECT: Final = "Omatori: vapaata aikaa kysytään / en ledig tid efterfrågas"
ASKED_TEXT: Final = (
    "Asiakas kysyy vapaata aikaa. Avaa Omatori ja vastaa kohdassa Tänään.\n\n"
    "En klient frågar efter en ledig tid. Öppna Omatori och svara under I dag.\n"
)
ANSWERED_SUBJECT: Final = "Omatori: sait vastauksen / du har fått ett svar"
ANSWERED_TEXT: Final = (
    "Kysymykseesi vapaasta ajasta on vastattu. Avaa Omatori ja katso vastaus.\n\n"
    "Din fråga om en ledig tid har fått ett svar. Öppna Omatori och se svaret.\n"
)
"""Mails are read on other people's devices: they name nobody and no service."""


def may_be_offered(starts_at: datetime, now: datetime) -> bool:
    """Return whether a time may be offered: it is ahead, and not too far."""
    return now < starts_at <= now + FARTHEST_TIME


def is_dead(last_day: date, day: date) -> bool:
    """Return whether an open request has expired."""
    return day > last_day


def room_for(offered: Collection[datetime], more: Collection[datetime]) -> bool:
    """Return whether so many more times may be offered."""
    return len({*offered, *more}) <= MOST_TIMES
