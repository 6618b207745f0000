"""Migrations: one chain, in agreement with the tables, down and up again."""

from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from foundation.database.migrate import (
    configuration,
    differences,
    downgrade,
    status,
    upgrade,
)
from foundation.database.release import newest_revision


def test_the_end_of_the_chain_is_alembics_only_head() -> None:
    """`status` reads the files as text, so that a start need not load Alembic."""
    assert ScriptDirectory.from_config(configuration()).get_heads() == [newest_revision()]


def test_the_migrated_database_agrees_with_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []


def test_one_step_down_and_up_again(fresh_database: str) -> None:
    downgrade(fresh_database)
    assert not status(fresh_database).up_to_date
    upgrade(fresh_database)
    assert status(fresh_database).up_to_date


def test_all_the_way_down_and_up_again(fresh_database: str) -> None:
    downgrade(fresh_database, "base")
    assert status(fresh_database).current is None
    upgrade(fresh_database)
    assert status(fresh_database).up_to_date
