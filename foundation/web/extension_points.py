"""What other packages plug into the shell: items of the navigation, and ways of logging in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Role


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link in the header: endpoint, text (msgid), the roles that see it; `visitors` see it without
    log-in."""

    endpoint: str
    text: str
    roles: tuple[Role, ...] = ()
    visitors: bool = False


@dataclass(frozen=True, slots=True)
class Identified:
    """The person who was recognised, and the role grant that was asked for, if one was."""

    person_id: int
    role_grant_id: int | None = None


class IdentityProvider(Protocol):
    """A way of logging in."""

    name: str

    def identify(self, db: Session, answers: Mapping[str, str]) -> Identified | None:
        """Who the answers of the log-in page belong to; None when nobody."""
