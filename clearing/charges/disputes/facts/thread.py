"""A dispute of a charge: the entries of its parties, and whose turn it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from foundation.vocabulary.money import Quantity


class Party(StrEnum):
    """Who writes an entry."""

    CLIENT = "client"
    PROVIDER = "provider"
    COUNTY = "county"


class Turn(StrEnum):
    """Whose turn it is; `closed`: nobody's."""

    PROVIDER = "provider"
    CLIENT = "client"
    COUNTY = "county"
    CLOSED = "closed"


class Claim(StrEnum):
    """What the client says is not right. The codes are public."""

    QUANTITY = "quantity"
    NOT_DONE = "not_done"
    WRONG_TIME = "wrong_time"
    OTHER = "other"


class Act(StrEnum):
    """What an entry does. The codes are public.

    Of the client: `claim`, `take_back` (the charge was right), `accept` and `not_accept` of the provider's
    answer. Of the provider: `agree`, `partly` (with its own figure), `stand` (by the charge). Of the county:
    `decide`.
    """

    CLAIM = "claim"
    TAKE_BACK = "take_back"
    ACCEPT = "accept"
    NOT_ACCEPT = "not_accept"
    AGREE = "agree"
    PARTLY = "partly"
    STAND = "stand"
    DECIDE = "decide"


PARTY_OF = {
    Act.CLAIM: Party.CLIENT,
    Act.TAKE_BACK: Party.CLIENT,
    Act.ACCEPT: Party.CLIENT,
    Act.NOT_ACCEPT: Party.CLIENT,
    Act.AGREE: Party.PROVIDER,
    Act.PARTLY: Party.PROVIDER,
    Act.STAND: Party.PROVIDER,
    Act.DECIDE: Party.COUNTY,
}
"""The party that may do each act."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a party says. `quantity` is what stays charged: of a claim, an answer in part, or a decision.

    A decision without `quantity` leaves the charge as it is.
    """

    act: Act
    words: str = ""
    claim: Claim | None = None
    quantity: Quantity | None = None

    @property
    def party(self) -> Party:
        """The party that may say it."""
        return PARTY_OF[self.act]


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored statement. `correction_id` is the correction that it made."""

    number: int
    statement: Statement
    at: datetime
    by: str | None = None
    correction_id: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread about one charge. `answer_by` is the last day of the party whose turn it is."""

    id: int
    charge_id: int
    county_id: int
    client_id: int
    funding_id: int
    provider_id: int
    turn: Turn
    answer_by: date | None
    entries: tuple[Entry, ...]

    @property
    def last_number(self) -> int:
        """The number of the newest entry."""
        return self.entries[-1].number

    @property
    def newest_claim(self) -> Statement:
        """What the client said last is not right."""
        claims = [entry.statement for entry in self.entries if entry.statement.act is Act.CLAIM]
        return claims[-1]

    @property
    def newest_answer(self) -> Statement | None:
        """What the provider has answered to that claim; None: nothing yet."""
        for entry in reversed(self.entries):
            if entry.statement.act is Act.CLAIM:
                return None
            if entry.statement.party is Party.PROVIDER:
                return entry.statement
        return None

    def is_late(self, today: date) -> bool:
        """Return whether the party whose turn it is has let its days pass."""
        return self.answer_by is not None and self.answer_by < today

    def turn_on(self, today: date) -> Turn:
        """Return whose turn it is on a day: after the days of a party that is silent, the county's."""
        return Turn.COUNTY if self.is_late(today) else self.turn
