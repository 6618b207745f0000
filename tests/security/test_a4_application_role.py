"""A4: the running program's database role may not change what is append-only, nor any table itself."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from foundation.database.session import APPLICATION_ROLE, make_engine, psycopg_url
from foundation.database.tables import Base

READ_ONLY = {"alembic_version", "charge_file_left", "listed_offering"}
UNCHANGED = {"message"}
KEPT = {
    "card", "co_payment_checkout", "help_request", "mandate_invitation", "message", "own_goal", "proposal",
    "support_plan", "time_request",
}  # fmt: skip
"""Only the role of jobs may remove from these (docs/decisions/0194)."""
GUARDED = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = 'append_only' AND NOT t.tgisinternal
"""
RIGHTS = """
SELECT c.relname, array_remove(ARRAY[
  CASE WHEN has_table_privilege(:role, c.oid, 'SELECT') THEN 'SELECT' END,
  CASE WHEN has_table_privilege(:role, c.oid, 'INSERT') THEN 'INSERT' END,
  CASE WHEN has_table_privilege(:role, c.oid, 'UPDATE') THEN 'UPDATE' END,
  CASE WHEN has_table_privilege(:role, c.oid, 'DELETE') THEN 'DELETE' END,
  CASE WHEN has_table_privilege(:role, c.oid, 'TRUNCATE') THEN 'TRUNCATE' END,
  CASE WHEN has_table_privilege(:role, c.oid, 'REFERENCES') THEN 'REFERENCES' END,
  CASE WHEN has_table_privilege(:role, c.oid, 'TRIGGER') THEN 'TRIGGER' END], NULL)
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""


@pytest.fixture
def program(database_url: str) -> Iterator[Engine]:
    """An engine with the rights of the running program."""
    engine = make_engine(database_url, role=APPLICATION_ROLE)
    yield engine
    engine.dispose()


def rights(program: Engine) -> dict[str, set[str]]:
    with program.connect() as connection:
        rows = connection.execute(text(RIGHTS), {"role": APPLICATION_ROLE}).all()
    return {table: set(names) for table, names in rows}


def test_every_table_gives_the_program_the_rights_it_needs_and_no_other(program: Engine) -> None:
    with program.connect() as connection:
        guarded = set(connection.scalars(text(GUARDED)))
    assert {"posting", "audit_event", "audit_seal"} <= guarded
    found = rights(program)
    assert set(Base.metadata.tables) <= set(found)
    for table, names in found.items():
        expected = {"SELECT", "INSERT", "UPDATE", "DELETE"}
        if table in guarded:
            expected -= {"UPDATE", "DELETE"}
        if table in KEPT:
            expected -= {"DELETE"}
        if table == "retention_count":
            expected = {"SELECT"}
        if table in UNCHANGED:
            expected -= {"UPDATE"}
        if table in READ_ONLY:
            expected = {"SELECT"}
        assert names == expected, table


def test_the_program_owns_nothing(program: Engine) -> None:
    with program.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == APPLICATION_ROLE
        owned = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relowner = CAST(:role AS regrole)"),
            {"role": APPLICATION_ROLE},
        ).all()
    assert owned == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET amount_cents = 1",
        "DELETE FROM posting",
        "TRUNCATE posting",
        "UPDATE audit_event SET act = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
        "UPDATE audit_seal SET first_audit_id = 1",
        "DELETE FROM audit_seal",
        "UPDATE dispute_entry SET words = ''",
        "DELETE FROM dispute_entry",
        "UPDATE message SET words = ''",
        "DELETE FROM message",
        "DELETE FROM help_request",
        "DELETE FROM proposal",
        "UPDATE retention_count SET removed = 0",
        "ALTER TABLE message DISABLE TRIGGER held",
        "DROP FUNCTION client_is_held(bigint, date) CASCADE",
        "MERGE INTO posting USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "INSERT INTO posting (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2",
        "ALTER TABLE posting DISABLE TRIGGER append_only",
        "DROP TRIGGER append_only ON posting",
        "ALTER TABLE posting DROP COLUMN id",
        "DROP TABLE posting",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE TRIGGER mine BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE RULE mine AS ON INSERT TO posting DO INSTEAD NOTHING",
        "CREATE TABLE public.mine (id int)",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0001'",
        "COPY posting TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "ALTER ROLE omatori_app SUPERUSER",
    ],
)
def test_the_database_refuses_the_program(program: Engine, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused, program.begin() as connection:
        connection.execute(text(statement))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_a_user_who_is_only_a_member_cannot_leave_the_role(fresh_database: str) -> None:
    owner = make_engine(fresh_database)
    member = "a4_member"
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {member} LOGIN IN ROLE {APPLICATION_ROLE}"))
    program = make_engine(_as_user(fresh_database, member), role=APPLICATION_ROLE)
    try:
        with program.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM posting")) == 0
            connection.execute(text("SET ROLE NONE"))
            with pytest.raises(ProgrammingError, match="permission denied for table posting"):
                connection.execute(text("DELETE FROM posting"))
    finally:
        program.dispose()
        with owner.begin() as connection:
            connection.execute(text(f"DROP ROLE {member}"))
        owner.dispose()


def _as_user(url: str, user: str) -> str:
    return (
        make_url(psycopg_url(url))
        .set(username=user)
        .render_as_string(hide_password=False)
        .replace("+psycopg", "")
    )
