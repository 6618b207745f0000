"""How a client is invited to log in: how long a code works, the form of a user name, and what is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.accounts import EMAIL, OPEN_FOR

LETTER_OPEN_FOR: Final = timedelta(days=30)
"""How long the code of a letter works: the post takes a week, and not everybody opens it on the first day."""

LONGEST_WORD, SHORTEST_WORD, DIGITS = 12, 2, 5
_NEUTRAL: Final = "oma"


class Way(StrEnum):
    """How the code reaches the client."""

    LETTER = "letter"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class InvitedClient:
    """What is known of a client who is invited.

    `holder_id` is the person who logs in as the client already, if there is one; `holder_works` says whether
    that person also has a role of a county or a provider.
    """

    client_id: int
    county_id: int
    name: str
    language: str
    ended_on: date | None
    holder_id: int | None
    holder_works: bool
    identity_hash: str | None = None


CLIENT_ENDED: Final = Refusal("client_ended")
"""The client is not a client of the county any more."""
HOLDER_WORKS: Final = Refusal("holder_works")
"""The person also works in Omatori: a letter must not change the password of such an account."""
EMAIL_MALFORMED: Final = Refusal("email_malformed", "email")
CODE_ENDED: Final = Refusal("code_ended", "code")
"""The code was right once: it was used, replaced or withdrawn, or its last day is past."""
HELPS_CLIENT: Final = Refusal("helps_client")
"""Who helps the client is not the client."""
OTHER_IDENTITY: Final = Refusal("other_identity")
"""The county has recorded another personal identity code for the client."""
OTHER_HOLDER: Final = Refusal("other_holder")
"""Another account logs in as the client already."""


def open_for(way: Way) -> timedelta:
    """Return how long the code of an invitation works."""
    return LETTER_OPEN_FOR if way is Way.LETTER else OPEN_FOR


def why_not_invited(client: InvitedClient, way: Way, email: str | None, today: date) -> Refusal | None:
    """Return why the county cannot invite a client to log in; None if it can."""
    if client.ended_on is not None and client.ended_on < today:
        return CLIENT_ENDED
    if client.holder_works:
        return HOLDER_WORKS
    if way is Way.MAIL and not EMAIL.fullmatch(email or ""):
        return EMAIL_MALFORMED
    return None


def why_not_this_person(client: InvitedClient, person_id: int, helpers: Collection[int]) -> Refusal | None:
    """Return why somebody who is logged in cannot become the client; None if it is possible.

    Args:
        helpers: The people who have, or have had, a mandate for the client.
    """
    if person_id in helpers:
        return HELPS_CLIENT
    if client.holder_id not in (None, person_id):
        return OTHER_HOLDER
    return None


def user_name(name: str, number: int) -> str:
    """Return a user name such as `onni04827`: the first name in plain letters, and five digits."""
    first = (name.split() or [""])[0]
    plain = unicodedata.normalize("NFKD", first.lower()).encode("ascii", "ignore").decode()
    word = re.sub("[^a-z]", "", plain)[:LONGEST_WORD]
    return f"{word if len(word) >= SHORTEST_WORD else _NEUTRAL}{number:0{DIGITS}d}"
