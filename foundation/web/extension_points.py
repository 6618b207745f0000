"""What other packages add to the shell: items of the navigation, ways of logging in, reports of health."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from limits import RateLimitItem
from limits.util import WindowStats
from sqlalchemy.orm import Session

from foundation.vocabulary.log_in_services import LogInService
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
class PageFrame:
    """A template that every page of these roles includes above its heading."""

    template: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class ServiceLogIn:
    """A log-in at another service: its name, its session, and the digest of the subject."""

    service: str
    session: str | None
    subject_sha256: str


@dataclass(frozen=True, slots=True)
class Identified:
    """The person who was recognised, and the requested role grant, if any.

    `second_factor_at` is when a service has asked for a second factor that counts here.
    """

    person_id: int
    role_grant_id: int | None = None
    second_factor_at: datetime | None = None
    log_in: ServiceLogIn | None = None


HealthReport = Callable[[Session, datetime], Mapping[str, Any]]
"""Returns what `/health/ready` says beside the database, as JSON, at a moment. It has no personal data."""


class IdentityProvider(Protocol):
    """A way of logging in."""

    name: str

    def identify(self, db: Session, answers: Mapping[str, str]) -> Identified | None:
        """Return the person whose credentials these are; None if nobody's."""


class LimitWindow(Protocol):
    """Counts limited acts by whom they are (`foundation.web.identity.limit_window`)."""

    def test(self, item: RateLimitItem, /, *who: str) -> bool:
        """Return whether another act is allowed."""

    def hit(self, item: RateLimitItem, /, *who: str, cost: int = 1) -> bool:
        """Count an act, unless it is over the limit; return whether it was counted."""

    def get_window_stats(self, item: RateLimitItem, /, *who: str) -> WindowStats:
        """Return when the oldest act is counted no longer, and how many are left."""


class LogInGateway(Protocol):
    """Another service at which people log in (`foundation.web.identity.openid.provider`)."""

    service: LogInService

    def public_keys(self) -> dict[str, Any]:
        """Return our own public keys as a JSON Web Key Set."""

    def address_to_log_in(self, redirect_uri: str, secrets: Mapping[str, str], **more: str) -> str:
        """Return the address at which the person logs in."""

    def address_to_log_out(self, return_to: str) -> str | None:
        """Return the address at which the person logs out; None if there is none."""

    def check_issuer(self, stated: str | None) -> None:
        """Refuse an answer that names another issuer."""

    def claims_of_code(
        self, code: str, redirect_uri: str, secrets: Mapping[str, str], now: datetime
    ) -> dict[str, Any]:
        """Exchange a code for claims, and verify them."""

    def ended_session(self, text: str, now: datetime) -> tuple[str | None, str | None]:
        """Return the session and the subject that a log-out token names."""
