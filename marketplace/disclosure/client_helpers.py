"""Who acts for a client, or may, as the client reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.load.invitations import (
    GivenMandate,
    OpenInvitation,
    earlier_mandates,
    mandate_in_force,
    mandates_of_client,
    open_invitations,
)

EARLIER = 20
"""How many earlier terms are shown."""


@dataclass(frozen=True, slots=True)
class ClientHelpers:
    """The helpers of one client. Whoever holds it has been recorded as a reader, or is the client."""

    session: Session
    client_id: int

    def mandates(self, day: date) -> list[GivenMandate]:
        """Return who may act for the client on a day or later."""
        return mandates_of_client(self.session, self.client_id, day)

    def mandate(self, mandate_id: int, day: date) -> GivenMandate | None:
        """Return a mandate that lasts on a day or later; of changed terms those in force."""
        return mandate_in_force(self.session, self.client_id, mandate_id, day)

    def earlier(self, day: date) -> list[GivenMandate]:
        """Return the newest terms from which others acted for the client and do no longer."""
        return earlier_mandates(self.session, self.client_id, day, count=EARLIER)

    def invitations(self, now: datetime) -> list[OpenInvitation]:
        """Return the client's open invitations."""
        return open_invitations(self.session, self.client_id, now)
