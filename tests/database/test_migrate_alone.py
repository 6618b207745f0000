"""A migration needs the database for itself: another program would write into tables it does not know."""

from collections.abc import Iterator
from threading import Thread
from time import sleep

import psycopg
import pytest
from sqlalchemy import text

from foundation.database.migrate import (
    MIGRATION_LOCK,
    MigrationError,
    Watch,
    downgrade,
    status,
    steps_down,
    steps_up,
    upgrade,
)
from foundation.database.others import other_connections
from foundation.database.session import make_engine
from tests.scratch_database import ScratchServer


@pytest.fixture
def behind(fresh_database: str) -> str:
    """A database without the newest migration."""
    downgrade(fresh_database)
    return fresh_database


@pytest.fixture
def other(behind: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of another program."""
    with psycopg.connect(behind.replace("+psycopg", "")) as connection:
        yield connection


@pytest.mark.usefixtures("other")
def test_a_migration_is_refused_while_another_program_is_connected(behind: str) -> None:
    before = status(behind).current
    for migrate in (upgrade, lambda url, *, watch: downgrade(url, watch=watch)):
        with pytest.raises(MigrationError, match=r"(?s)Nothing has changed.*user omatori, process"):
            migrate(behind, watch=Watch(alone=True))
    assert status(behind).current == before
    assert [connection.user for connection in status(behind).others] == ["omatori"]


@pytest.mark.usefixtures("other")
def test_the_connections_of_a_monitor_may_stay(behind: str) -> None:
    upgrade(behind, watch=Watch(alone=True, ignored=("omatori",)))
    assert status(behind).up_to_date


def test_a_migration_waits_for_others_to_end(
    behind: str, other: psycopg.Connection[tuple[object, ...]]
) -> None:
    heard: list[str] = []

    def end_other(line: str) -> None:
        heard.append(line)
        other.close()  # it waits already

    upgrade(behind, watch=Watch(end_other, alone=True, wait_seconds=60))
    assert status(behind).up_to_date
    assert heard[0].startswith("Waiting up to 60 s for other programs to end:\n- ")


def test_a_program_that_connects_meanwhile_undoes_the_migration(behind: str) -> None:
    connections = []

    def connect(_line: str) -> None:
        connections.append(psycopg.connect(behind.replace("+psycopg", "")))

    with pytest.raises(MigrationError, match="other programs use this database"):
        upgrade(behind, watch=Watch(connect, alone=True))
    for connection in connections:
        connection.close()
    assert not status(behind).up_to_date


def test_a_second_migration_waits_for_the_first(behind: str) -> None:
    heard: list[str] = []
    engine = make_engine(behind, program="omatori db")
    second = Thread(target=upgrade, args=(behind,), kwargs={"watch": Watch(heard.append, alone=True)})
    with engine.begin() as first:
        first.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        second.start()
        while not heard:
            sleep(0.05)
        assert status(behind).is_migrating
    second.join()
    engine.dispose()
    assert heard[0].startswith("Another process is migrating")
    assert (status(behind).up_to_date, status(behind).is_migrating) == (True, False)


def test_a_migration_that_fails_changes_nothing_and_is_named(fresh_database: str) -> None:
    downgrade(fresh_database, "0100")
    steps = steps_up(fresh_database)
    engine = make_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE visit_link ()"))  # as migration 0093 does
    engine.dispose()
    with pytest.raises(
        MigrationError, match=r"Nothing has changed, because migration 0093 failed: .*visit_link"
    ):
        upgrade(fresh_database, watch=Watch(alone=True, steps=tuple(steps)))
    assert status(fresh_database).current == "0100"


def test_each_step_is_reported(fresh_database: str) -> None:
    heard: list[str] = []
    down = tuple(steps_down(fresh_database, "0100"))
    downgrade(fresh_database, "0100", watch=Watch(heard.append, steps=down))
    assert heard.pop() == "Tables removed with their rows: none"
    assert [line.split()[1] for line in heard] == [step.revision for step in down]
    assert heard[0].strip().startswith(f"1/{len(down)} {down[0]} (")
    assert steps_up(fresh_database) == list(down[::-1])


def test_a_database_of_a_later_release_is_known_as_such(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert (status(fresh_database).is_later, status(fresh_database).up_to_date) == (True, False)


def test_an_owner_who_is_no_administrator_sees_others_too(scratch_server: ScratchServer, behind: str) -> None:
    """As in production: the server hides from the owner when and from where others have connected."""
    database = behind.partition("@/")[2].partition("?")[0]
    with scratch_server.server.connect(database) as administrator:
        administrator.execute("CREATE ROLE an_owner LOGIN")
        owner = make_engine(behind.replace("omatori@/", "an_owner@/"))
        with owner.connect() as connection:
            (found,) = other_connections(connection)
        owner.dispose()
        administrator.execute("DROP ROLE an_owner")
    assert str(found) == f"a program without a name, user omatori, process {found.process}"
