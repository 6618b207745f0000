"""Who has used a client's data, as the client or somebody for the client reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.load.look_questions import LookQuestionEntry, questions_of_client
from marketplace.load.looks import count_lookers, looker_on, lookers
from marketplace.load.wishes_of_clients import DoneForClient, count_done_for_client, done_for_client
from marketplace.rules.who_looked import Looker, Side


@dataclass(frozen=True, slots=True)
class LookLog:
    """The log of one client. Whoever holds it has been recorded as a reader, or is the client."""

    session: Session
    client_id: int

    def lookers(self, side: Side | None, *, first: int, count: int) -> list[Looker]:
        """Return a page of the people who used the client's data, by day: the newest day first."""
        return lookers(self.session, self.client_id, side=side, first=first, count=count)

    def counts(self) -> dict[Side, int]:
        """Return how many people on how many days each side has had."""
        return count_lookers(self.session, self.client_id)

    def looker(self, day: date, person_id: int) -> Looker | None:
        """Return what one person did with the client's data on a day; None if nothing."""
        return looker_on(self.session, self.client_id, day, person_id)

    def done_by_others(self, *, first: int, count: int) -> tuple[list[DoneForClient], int]:
        """Return a page of what others have done for the client, and the number of all."""
        found = done_for_client(self.session, self.client_id, first=first, count=count)
        return found, count_done_for_client(self.session, self.client_id)

    def questions(self, since: date = date.min) -> list[LookQuestionEntry]:
        """Return the questions about looks since a day, or all, the newest first."""
        return questions_of_client(self.session, self.client_id, since)
