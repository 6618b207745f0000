"""What every command needs at run time: settings, a database session, the clock, progress output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.failpoints import arm
from foundation.vocabulary.keys import KeyPurpose

if TYPE_CHECKING:
    from clearing.upkeep.actions.anchor_audit import AuditProof

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Pass the Settings to a command as its first argument; the environment is read when the command runs."""

    def run(*arguments: Any, **options: Any) -> Any:
        settings = Settings.from_environment()
        try:
            arm(settings.failpoint, production=settings.is_production)
        except ValueError as error:
            raise click.ClickException(f"OMATORI_FAILPOINT: {error}") from error
        return command(settings, *arguments, **options)

    return update_wrapper(run, command)  # type: ignore[return-value]


def database_url(settings: Settings) -> str:
    """Return DATABASE_URL, or the address of the embedded database, which is started if necessary."""
    if settings.database_url:
        return settings.database_url
    from foundation.database.embedded import embedded_database_url

    return embedded_database_url(settings.var_dir / "postgres")


@contextmanager
def database_session(settings: Settings, *, as_owner: bool = False) -> Iterator[Session]:
    """Open a session that is committed when the block ends, and rolled back if it raises.

    It has the rights of the running program on the rows of everybody, or with `as_owner` those of the owner
    of the tables.
    """
    from foundation.database.session import SYSTEM_ROLE, make_engine, make_sessions

    engine = make_engine(database_url(settings), role=None if as_owner else SYSTEM_ROLE)
    try:
        with make_sessions(engine).begin() as session:
            yield session
    finally:
        engine.dispose()


def sessions_beside(session: Session) -> sessionmaker[Session]:
    """Return a factory of further sessions on the session's database."""
    from foundation.database.session import make_sessions

    engine = session.get_bind()
    assert isinstance(engine, Engine)
    return make_sessions(engine)


def audit_proof(settings: Settings) -> AuditProof:
    """Return what proves the audit log: its keys, and the file of anchors."""
    from clearing.ledger.gateways.anchor_file import AnchorFile
    from clearing.upkeep.actions.anchor_audit import AuditProof

    anchors = AnchorFile(settings.anchors_dir, single=settings.is_production)
    return AuditProof(settings.keys(KeyPurpose.AUDIT), anchors)


def clock(settings: Settings) -> datetime:
    """Return the time in UTC; a fixed time if OMATORI_CLOCK is set."""
    from foundation.web.clock import read_clock

    return read_clock(settings.clock).astimezone(UTC)


def report_progress(message: str) -> None:
    """Print a message to stderr; stdout is kept for output that a program may read."""
    click.echo(message, err=True)
