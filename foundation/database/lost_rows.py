"""What a downgrade deletes: the rows of the tables that it removes."""

from __future__ import annotations

from sqlalchemy import Connection, text

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")


def counted_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table that has some."""
    quote = connection.dialect.identifier_preparer.quote
    tables = connection.scalars(_TABLES).all()
    counts = {
        table: connection.exec_driver_sql(f"SELECT count(*) FROM {quote(table)}").scalar_one()  # noqa: S608
        for table in tables
    }
    return {table: rows for table, rows in counts.items() if rows}


def lost_rows(connection: Connection, before: dict[str, int]) -> str:
    """Return which of the tables are gone with their rows, as a list for the operator.

    A migration that keeps the rows of `name` in `name_kept` has lost none.
    """
    now = set(connection.scalars(_TABLES))
    lost = [f"{table} {rows:,}" for table, rows in before.items() if not now & {table, f"{table}_kept"}]
    return ", ".join(lost) or "none"
