"""The entry point of Alembic. `foundation.database.migrate` passes the connection."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from foundation.database.tables import Base


def run(connection: Connection) -> None:
    """Run the migrations on an open connection, all in one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
