"""`omatori db`: what the operator reads before, during and after an upgrade."""

from collections.abc import Callable

import psycopg
from click.testing import Result
from sqlalchemy import text

from foundation.database.migrate import upgrade
from foundation.database.release import newest_revision
from foundation.database.session import make_engine

Invoke = Callable[..., Result]


def test_an_upgrade_says_what_it_will_do_and_what_it_has_done(invoke: Invoke, fresh_database: str) -> None:
    newest = newest_revision()
    down = invoke("db", "downgrade", "--yes", database_url=fresh_database)
    assert (down.exit_code, down.stderr.startswith(f"1/1 {newest} ")) == (0, True)
    dry = invoke("db", "upgrade", "--dry-run", database_url=fresh_database)
    assert (dry.exit_code, dry.stdout.startswith(f"{newest} ")) == (0, True)
    assert "1 migration to" in dry.stderr
    assert invoke("db", "status", database_url=fresh_database).exit_code == 1
    done = invoke("db", "upgrade", database_url=fresh_database)
    assert f"1/1 {newest} " in done.stderr
    assert done.stderr.endswith(f"The database is at {newest}.\n")
    again = invoke("db", "upgrade", database_url=fresh_database)
    assert again.stderr == f"The database is at {newest}. There is nothing to do.\n"


def test_an_upgrade_is_refused_while_others_are_connected(invoke: Invoke, fresh_database: str) -> None:
    invoke("db", "downgrade", "--yes", database_url=fresh_database)
    with psycopg.connect(fresh_database.replace("+psycopg", ""), application_name="omatori"):
        refused = invoke("db", "upgrade", "--wait", "0", database_url=fresh_database)
        status = invoke("db", "status", database_url=fresh_database)
    assert refused.exit_code == 1
    assert "Nothing has changed: other programs use this database." in refused.stderr
    assert "Connections of other programs: 1\n- omatori, user omatori, process" in status.stdout
    assert invoke("db", "upgrade", database_url=fresh_database).exit_code == 0


def test_a_downgrade_says_what_it_deletes(invoke: Invoke, fresh_database: str) -> None:
    newest = newest_revision()
    with psycopg.connect(fresh_database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO books_check (checked_at, agrees, first_difference) VALUES (now(), true, '')"
        )
    words = ("db", "downgrade", "--to", "0081")
    dry = invoke(*words, "--dry-run", database_url=fresh_database)
    assert (dry.exit_code, dry.output) == (0, dry.stderr)
    assert "Tables removed with their rows: books_check 1\n" in dry.stderr
    assert dry.stderr.endswith(f"The database is at {newest}.\n")
    asked = invoke(*words, database_url=fresh_database)  # nobody answers
    assert (asked.exit_code, "which deletes data. Continue?" in asked.stderr) == (1, True)
    done = invoke(*words, "--yes", database_url=fresh_database)
    assert "Tables removed with their rows: books_check 1\n" in done.stderr
    assert done.stderr.endswith("The database is at 0081.\n")
    assert invoke("db", "upgrade", database_url=fresh_database).exit_code == 0


def test_the_earlier_program_says_that_a_later_one_has_upgraded(invoke: Invoke, fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for command in (["db", "status"], ["db", "upgrade"], ["serve", "--port", "0"], ["verify"]):
        said = invoke(*command, database_url=fresh_database)
        assert said.exit_code == 1
        assert "A later release has upgraded" in said.output, command
        assert "Traceback" not in said.output
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :own"), {"own": newest_revision()})
    engine.dispose()
    upgrade(fresh_database)
