"""The fixtures themselves: a migrated database, nothing left behind between tests."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.database.migrate import status
from foundation.database.session import make_engine


def test_the_worker_database_is_migrated(database_url: str) -> None:
    assert status(database_url).up_to_date


def test_a_commit_inside_a_test_is_undone_after_it(session: Session) -> None:
    session.execute(text("CREATE TABLE left_behind (id int)"))
    session.commit()
    assert session.scalar(text("SELECT to_regclass('left_behind') IS NOT NULL"))


def test_nothing_is_left_behind(session: Session) -> None:
    assert session.scalar(text("SELECT to_regclass('left_behind') IS NULL"))


def test_a_fresh_database_is_migrated_and_its_own(fresh_database: str, database_url: str) -> None:
    assert fresh_database != database_url
    engine = make_engine(fresh_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE committed_for_real (id int)"))
    engine.dispose()
    assert status(fresh_database).up_to_date
