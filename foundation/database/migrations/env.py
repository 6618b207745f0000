"""The entry point of Alembic. `foundation.database.migrate` passes the connection, and who hears of steps."""

from __future__ import annotations

from alembic import context

from foundation.database.tables import Base


def run() -> None:
    """Run the migrations on an open connection, all in one transaction."""
    given = context.config.attributes
    context.configure(
        connection=given["connection"],
        target_metadata=Base.metadata,
        transaction_per_migration=False,
        on_version_apply=given["on_step"],
    )
    with context.begin_transaction():
        context.run_migrations()


run()
