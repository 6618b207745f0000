"""A look at clients' data: who reads it, why, and which rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor


class ClientRow(Protocol):
    """A row about a client. `client_id` is None for a row that is about no client."""

    @property
    def client_id(self) -> int | None:
        """The id of the client whose data the row is."""

    @property
    def county_id(self) -> int | None:
        """The id of the client's county, whose auditor reads the look."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A client's data for which no row is at hand, such as a file that is streamed later.

    `subject` names what is read of it. If that has where the client lives, `municipality` is given too.
    """

    client_id: int | None
    county_id: int | None
    subject: str = ""
    municipality: str | None = None
    has_protected_address: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Who reads clients' data, why, and which rows: `kind` names them, `key` is the attribute of their key.

    The reader's own words `why` precede the text of the purpose.
    """

    actor: Actor
    at: datetime
    purpose: Purpose
    kind: str
    key: str = "id"
    why: str = ""
