"""What a client has asked of the county and of providers, for the client or for somebody who acts for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Actor
from marketplace.load.help_requests import (
    HelpRequestEntry,
    help_requests_of_client,
    newest_answers,
    newest_request,
)
from marketplace.load.reach import services_reached
from marketplace.load.time_requests import TimeRequestEntry, requests_of_client


@dataclass(frozen=True, slots=True)
class ClientRequests:
    """The requests of one client. Whoever holds it has been recorded as a reader, or is the client."""

    session: Session
    client_id: int
    actor: Actor

    def newest(self, kind: str) -> HelpRequestEntry | None:
        """Return the newest request of a kind to the county; for a limited mandate about its vouchers."""
        named = self.actor.named_fundings(self.client_id)
        return newest_request(self.session, self.client_id, kind, fundings=named)

    def answered(self, since: datetime) -> list[HelpRequestEntry]:
        """Return such requests that the county has answered since a time."""
        named = self.actor.named_fundings(self.client_id)
        return newest_answers(self.session, self.client_id, since, fundings=named)

    def all_of_county(self) -> list[HelpRequestEntry]:
        """Return all such requests to the county, the newest first."""
        named = self.actor.named_fundings(self.client_id)
        return help_requests_of_client(self.session, self.client_id, fundings=named)

    def for_times(self, *, count: int) -> list[TimeRequestEntry]:
        """Return the newest requests for a free time, for services that the actor may see."""
        services = services_reached(self.session, self.actor, self.client_id)
        return requests_of_client(self.session, self.client_id, services=services, count=count)
