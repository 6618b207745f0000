"""The SQL files of functions and views say what a migrated database has (`foundation/database/functions`)."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from foundation.database.session import make_engine

FOLDER = Path(__file__).parents[2] / "foundation" / "database" / "functions"
OWN = "(SELECT oid FROM pg_namespace WHERE nspname = 'public')"
FUNCTIONS = f"SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = {OWN}"
VIEWS = f"SELECT relname, pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v' AND relnamespace = {OWN}"
TRIGGERS = """
SELECT r.relname || '.' || t.tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
"""


def definitions(connection: Connection) -> dict[str, str]:
    """Every function, view and trigger by name, without the white space in which the texts may differ."""
    rows = [row for query in (FUNCTIONS, VIEWS, TRIGGERS) for row in connection.execute(text(query))]
    return {name: re.sub(r"\s*([(),;])\s*", r"\1", " ".join(sql.split())) for name, sql in rows}


def apply_files(connection: Connection) -> None:
    """Drop every function, view and trigger, and create them from the files alone."""
    for name, _ in connection.execute(text(VIEWS)).all():
        connection.exec_driver_sql(f"DROP VIEW {name} CASCADE")
    for name, _ in connection.execute(text(FUNCTIONS)).all():
        connection.exec_driver_sql(f"DROP FUNCTION {name} CASCADE")
    for path in sorted(FOLDER.glob("*.sql")):
        connection.exec_driver_sql(path.read_text("utf-8").replace("%", "%%"))


def test_the_files_create_what_the_migrations_create(engine: Engine, fresh_database: str) -> None:
    with engine.connect() as connection:
        migrated = definitions(connection)
    other = make_engine(fresh_database)
    with other.connect() as connection:
        apply_files(connection)
        created = definitions(connection)
    other.dispose()
    assert created == migrated


def test_each_function_and_view_has_a_file_of_its_own(engine: Engine) -> None:
    with engine.connect() as connection:
        names = [name for query in (FUNCTIONS, VIEWS) for name, _ in connection.execute(text(query))]
    assert sorted(names) == sorted(path.stem for path in FOLDER.glob("*.sql"))


def test_no_migration_reads_the_files() -> None:
    """A migration keeps its own copy: the files change later, and it must not."""
    migrations = (FOLDER.parent / "migrations").rglob("*.py")
    assert [
        path.name for path in migrations if re.search(r"\.sql\b|read_text", path.read_text("utf-8"))
    ] == []
