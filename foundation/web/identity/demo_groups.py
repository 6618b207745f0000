"""Demo people on the log-in page of development, by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from foundation.vocabulary.roles import (
    CASEWORK_ROLES,
    CLIENT_ROLES,
    PEOPLE_OF_PROVIDERS,
    RUN_READERS,
    Role,
)
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.identity.actors import demo_grants
from foundation.web.state import shell
from foundation.web.transaction import db

DEMO_GROUPS = (
    (N_("Clients and those who help them"), CLIENT_ROLES),
    (N_("Service providers"), PEOPLE_OF_PROVIDERS),
    (N_("Wellbeing services county: client work"), CASEWORK_ROLES),
    (
        N_("Wellbeing services county: payments and audit"),
        (*RUN_READERS, Role.ADMIN),
    ),
)
SHOWN_AT_ONCE = 3  # demo people of a role


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """Demo people of one kind, for the log-in page."""

    title: str
    people: list[Row[Any]]
    others: list[Row[Any]]


def demo_groups() -> list[DemoGroup]:
    """Return the demo people by kind; nobody outside development."""
    if "demo" not in {provider.name for provider in shell().identity_providers}:
        return []
    grants = demo_grants(db(), today())
    groups = [_demo_group(title, roles, grants) for title, roles in DEMO_GROUPS]
    return [group for group in groups if group.people]


def _demo_group(title: str, roles: tuple[Role, ...], grants: Sequence[Row[Any]]) -> DemoGroup:
    """Return the first few people of each role to show at once, and the others to show on request."""
    by_role = [[row for row in grants if row.role == role] for role in roles]
    first = [row for rows in by_role for row in rows[:SHOWN_AT_ONCE]]
    rest = [row for rows in by_role for row in rows[SHOWN_AT_ONCE:]]
    return DemoGroup(title, first, rest)
