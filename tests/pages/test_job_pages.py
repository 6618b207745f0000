"""The last run of each job is noted, also if it fails, and shown to the administrator and to monitoring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session, sessionmaker

from clearing.jobs import Timetable
from clearing.ledger.gateways.mail import Mail
from clearing.upkeep.actions.note_check import note_check
from clearing.upkeep.actions.note_jobs import JobNotes
from clearing.upkeep.actions.verify_books import BooksReport
from clearing.upkeep.load.job_runs import last_check, last_runs
from county_desk.pages.jobs import JOBS
from foundation.database.session import make_engine
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_county, a_person
from tests.builders.api import application_on
from tests.pages.logged_in import logged_in

BEGAN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at


def notes_of(sessions: sessionmaker[Session], clock: Clock, seconds: int = 3600) -> JobNotes:
    return JobNotes(sessions, "seal", IntervalTrigger(seconds=seconds, timezone="UTC"), clock)


def test_a_job_is_noted_when_it_begins_ends_and_fails(sessions: sessionmaker[Session]) -> None:
    clock = Clock()
    notes = notes_of(sessions, clock)
    notes.began()
    with sessions() as session:
        (running,) = last_runs(session)
    assert (running.name, running.started_at, running.ended_at, running.succeeded) == (
        "seal",
        BEGAN,
        None,
        None,
    )
    clock.at += timedelta(minutes=1)
    notes.ended(7)
    with sessions() as session:
        (done,) = last_runs(session)
    assert (done.ended_at, done.succeeded, done.result) == (clock.at, True, "7")
    assert done.next_at is not None
    assert done.next_at > clock.at
    clock.at += timedelta(hours=1)
    notes.began()
    notes.failed("ValueError")
    with sessions() as session:
        (failed,) = last_runs(session)
    assert (failed.succeeded, failed.result) == (False, "ValueError")
    assert failed.succeeded_at == BEGAN + timedelta(minutes=1)


def test_a_job_of_each_second_is_noted_each_minute_but_its_failure_at_once(
    sessions: sessionmaker[Session],
) -> None:
    clock = Clock()
    notes = notes_of(sessions, clock, seconds=1)
    for result in range(3):
        notes.began()
        notes.ended(result)
        clock.at += timedelta(seconds=1)
    with sessions() as session:
        assert [run.result for run in last_runs(session)] == ["0"]
    notes.began()
    notes.failed("KeyError")
    with sessions() as session:
        assert [run.succeeded for run in last_runs(session)] == [False]


def test_every_job_has_words(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    timetable = Timetable(engine, _post, lambda: NOW, proof=None)  # type: ignore[arg-type]  # no job runs
    assert {job.__name__ for job, _trigger in timetable._jobs()} == set(JOBS)
    engine.dispose()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_administrator_sees_the_jobs(
    sessions: sessionmaker[Session], var_dir: Path, language: str
) -> None:
    clock = Clock()
    notes = notes_of(sessions, clock)
    notes.began()
    notes.failed("ValueError")
    with sessions.begin() as session:
        note_check(session, BooksReport((), ()), now=NOW)
        admin = a_person(session, Role.ADMIN, county_id=a_county(session).id)
        web = logged_in(application_on(sessions, var_dir).test_client(), session, admin)
    page = web.page("/hallinta/ajastukset", lang=language)
    assert "ValueError" in page.texts()
    if language == "en":
        assert "Failed" in page.texts("table")
        assert "The books agreed on" in page.texts()
        waiting = page.texts("ul[preceding-sibling::h2[1]='Has not run yet']")
        assert len(page.root.xpath("//main//tbody/tr")) == 1
        assert "Check the books" in waiting


def test_monitoring_reads_ages_and_the_check(sessions: sessionmaker[Session], var_dir: Path) -> None:
    notes = notes_of(sessions, Clock())
    notes.began()
    notes.ended(0)
    with sessions.begin() as session:
        note_check(session, BooksReport((), ()), now=NOW)
        check = last_check(session)
    assert check is not None
    answer = application_on(sessions, var_dir).test_client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["jobs"]["seal"]["succeeded"] is True
    assert answer.json["jobs"]["seal"]["seconds_since_success"] >= 0
    assert answer.json["books"] == {"agrees": True, "checked_at": check.checked_at.isoformat()}


def _post(mail: Mail, now: datetime) -> None:
    raise AssertionError((mail, now))
