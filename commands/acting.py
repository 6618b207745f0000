"""Who acts at the command line, and how that person proves it (docs/decisions/0102)."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import date

import click
from sqlalchemy.orm import Session

from config import Settings
from foundation.vocabulary.roles import Actor, Role

COMMAND_LINE = "command line"
NOT_PROVEN = "command line, not proven"


def person_acting(
    session: Session, settings: Settings, log_in: str, roles: Collection[Role], day: date
) -> Actor:
    """Return the person with this log-in in one of the roles, who has proven it with a key of their own.

    The key is that of the API, in `OMATORI_KEY` or typed. In development it may be missing: the audit log
    says so.

    Raises:
        click.ClickException: There is no such person, no key, or the key is not of this person and a role.
    """
    key = settings.person_key or _typed_key(log_in, settings)
    if key is None:
        return replace(_named(session, log_in, roles, day), via=NOT_PROVEN)
    role = _role_of_key(session, key, log_in, roles, day)
    return replace(_named(session, log_in, [role], day), via=COMMAND_LINE)


def operator_acting(role: Role, name: str, county_id: int | None) -> Actor:
    """Return the operator of this machine, who is not a person of the book."""
    return Actor(None, role, name, county_id, via=COMMAND_LINE)


def _named(session: Session, log_in: str, roles: Collection[Role], day: date) -> Actor:
    from clearing.payments.load.actors import actor_named

    actor = actor_named(session, log_in, list(roles), day)
    if actor is None:
        raise click.ClickException(f"There is no person {log_in}, or the person has no role for this.")
    return actor


def _typed_key(log_in: str, settings: Settings) -> str | None:
    """Ask for the key in production if there is a terminal; None in development."""
    if not settings.is_production:
        return None
    if not sys.stdin.isatty():
        raise click.ClickException(f"Set OMATORI_KEY to a key of {log_in}: nobody acts without proof.")
    return str(click.prompt(f"Key of {log_in}", hide_input=True, err=True))


def _role_of_key(session: Session, key: str, log_in: str, roles: Collection[Role], day: date) -> Role:
    from clearing.payments.load.actors import actor_named
    from foundation.web.identity.key_holders import holder_of_key

    holder = holder_of_key(session, key, day, None)
    person = None if holder is None else actor_named(session, log_in, [Role(holder.role)], day)
    if holder is None or person is None or person.person_id != holder.person_id or person.role not in roles:
        raise click.ClickException(f"The key is not one of {log_in} in a role for this.")
    return Role(holder.role)
