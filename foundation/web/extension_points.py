"""What other packages add to the shell: items of the navigation, ways of logging in, reports of health."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Role


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link in the header: endpoint, text (msgid), and the roles that see it.

    Attributes:
        visitors: Whether people see it who have not logged in.
        pages: Endpoints and blueprints whose pages belong to it. Pages below its address do in any case,
            unless another item is nearer.
        needs_client: Whether a representative sees it only while acting for some client.
    """

    endpoint: str
    text: str
    roles: tuple[Role, ...] = ()
    visitors: bool = False
    pages: tuple[str, ...] = ()
    needs_client: bool = False


@dataclass(frozen=True, slots=True)
class Identified:
    """The person who was recognised, and the requested role grant, if any."""

    person_id: int
    role_grant_id: int | None = None


HealthReport = Callable[[Session, datetime], Mapping[str, Any]]
"""Returns what `/health/ready` says beside the database, as JSON, at a moment. It has no personal data."""


class IdentityProvider(Protocol):
    """A way of logging in."""

    name: str

    def identify(self, db: Session, answers: Mapping[str, str]) -> Identified | None:
        """Return the person whose credentials these are; None if nobody's."""
