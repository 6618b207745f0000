"""A stopped file that nobody goes on with ends after the day that its provider has read, as a whole."""

from __future__ import annotations

import csv
import signal
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clearing.upkeep.actions.verify_books import verify_books
from commands.file_worker import FileWorker
from foundation.database.session import SYSTEM_ROLE, make_engine, make_sessions
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.uploads import ChargeFileLeft, ChargeFilePart, ChargeFileWork
from provider_portal.actions.end_stopped_files import end_next_stopped
from provider_portal.actions.stop_file import resume_file
from provider_portal.load.file_work import claim_file
from provider_portal.rules.stopped_files import last_day_to_go_on
from tests.api.test_queued_files import BEFORE_SLICES, LATER, rows_of_all, take_in
from tests.builders.county import NOW, TODAY
from tests.builders.killed_steps import KillableSteps
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in

ROWS, DONE = 14, 6
LAST_DAY = TODAY + timedelta(days=14)
IN_TIME, TOO_LATE = NOW + timedelta(days=14), NOW + timedelta(days=15)
BLOCKED = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


@pytest.fixture
def engine(provider_api: ProviderApi) -> Iterator[Engine]:
    engine = make_engine(provider_api.database_url, role=SYSTEM_ROLE)
    yield engine
    engine.dispose()


@pytest.fixture
def file_id(provider_api: ProviderApi, engine: Engine) -> int:
    """A file that was stopped when six of its rows were stored."""
    found: int = provider_api.send_file(rows_of_all(provider_api, ROWS), **LATER).get_json()["id"]

    def stop_after_the_first_slice(commits: int) -> None:
        if commits == BEFORE_SLICES:
            assert stop(provider_api, found)["go_on_until"] == LAST_DAY.isoformat()

    take_in(engine, after_commit=stop_after_the_first_slice)
    return found


def stop(api: ProviderApi, file_id: int) -> dict[str, object]:
    answer: dict[str, object] = api.post(f"/charge-files/{file_id}/stop").get_json()
    return answer


def end(engine: Engine, now: datetime = TOO_LATE) -> bool:
    return end_next_stopped(make_sessions(engine), now=now)


def counts(api: ProviderApi) -> list[int]:
    return [api.count(table) for table in (ChargeFileWork, ChargeFilePart, ChargeFileLeft)]


def answer_rows(api: ProviderApi, file_id: int) -> list[dict[str, str]]:
    found = api.get(f"/charge-files/{file_id}/answer.csv").get_data().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(found), delimiter=";"))


def test_the_day_that_was_read_is_the_last_day(
    provider_api: ProviderApi, engine: Engine, file_id: int
) -> None:
    assert last_day_to_go_on(TODAY) == LAST_DAY
    seen = provider_api.read(f"/charge-files/{file_id}")
    assert (seen["go_on_until"], seen["not_taken_in"]) == (LAST_DAY.isoformat(), 0)
    assert not end(engine, IN_TIME)
    assert provider_api.read(f"/charge-files/{file_id}")["state"] == "stopped"
    assert FileWorker(engine, clock=lambda: TOO_LATE).work_once()
    assert not FileWorker(engine, clock=lambda: TOO_LATE).work_once()
    ended = provider_api.read(f"/charge-files/{file_id}")
    assert (ended["state"], ended["rows"], ended["rows_done"]) == ("ended", ROWS, DONE)
    assert ended["accepted"] + ended["refused"] + ended["on_hold"] + ended["duplicates"] == DONE
    assert (ended["not_taken_in"], ended["go_on_until"]) == (ROWS - DONE, LAST_DAY.isoformat())
    assert counts(provider_api) == [0, 0, 1], "its bytes are gone, and its place in the queue"
    assert provider_api.count(Charge) == DONE
    with make_sessions(engine)() as session:
        assert verify_books(session).differences == ()
        acts = session.query(AuditEvent).filter_by(act="charge_file.end").all()
        assert [act.detail for act in acts] == [{"not_taken_in": ROWS - DONE}]


def test_each_row_is_named_and_what_was_not_taken_in_can_be_sent(
    provider_api: ProviderApi, engine: Engine, file_id: int
) -> None:
    end(engine)
    rows = answer_rows(provider_api, file_id)
    assert [int(row["file_row"]) for row in rows] == list(range(2, ROWS + 2))
    left = [row for row in rows if row["outcome"] == "not_taken_in"]
    assert len(left) == ROWS - DONE
    assert all(row["reference"] and row["reason_codes"] == "not_taken_in" for row in left)
    again = provider_api.send_file(provider_api.get(f"/charge-files/{file_id}/refused").get_data())
    body = again.get_json()
    refused = sum(row["outcome"] == "refused" for row in rows)
    assert (again.status_code, body["rows"]) == (201, ROWS - DONE + refused)
    assert provider_api.count(Charge) == ROWS + refused
    assert provider_api.send_file(rows_of_all(provider_api, ROWS)).get_json()["state"] == "ended"


def test_nobody_goes_on_after_the_day(provider_api: ProviderApi, engine: Engine, file_id: int) -> None:
    for now in (TOO_LATE, TOO_LATE + timedelta(days=1)):
        with make_sessions(engine).begin() as session:
            resume_file(session, file_id, actor=provider_api.biller, now=now)
        assert provider_api.read(f"/charge-files/{file_id}")["state"] == "stopped", "also before it has ended"
    assert end(engine)
    refused = provider_api.post(f"/charge-files/{file_id}/resume")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "file_ended")


@pytest.mark.parametrize("fail_point", ["stopped_file.before_commit", "stopped_file.after_commit"])
def test_killed_while_it_ends_nothing_is_half(
    provider_api: ProviderApi, engine: Engine, file_id: int, fail_point: str
) -> None:
    engine.dispose()
    steps = KillableSteps(provider_api.database_url)

    def end_it(_session: Session) -> None:
        end(make_engine(provider_api.database_url))

    assert steps.killed(end_it, fail_point) == signal.SIGKILL
    steps.close()
    is_done = fail_point.endswith("after_commit")
    state = provider_api.read(f"/charge-files/{file_id}")["state"]
    assert (state, counts(provider_api)[2]) == (("ended", 1) if is_done else ("stopped", 0))
    assert end(engine) is not is_done
    assert provider_api.read(f"/charge-files/{file_id}")["not_taken_in"] == ROWS - DONE
    assert counts(provider_api) == [0, 0, 1]


def test_of_going_on_and_ending_at_once_one_wins(
    provider_api: ProviderApi, engine: Engine, file_id: int
) -> None:
    """Whoever goes on has its own clock, some moments behind that of the job."""
    ended: list[bool] = []
    with make_sessions(engine).begin() as session:
        resume_file(session, file_id, actor=provider_api.biller, now=IN_TIME)
        job = Thread(target=lambda: ended.append(end(engine)))
        job.start()
        while not session.scalar(text(BLOCKED)):
            session.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)"))
    job.join()
    assert (ended, counts(provider_api)[2]) == ([False], 0)
    assert FileWorker(engine, clock=lambda: TOO_LATE).work_once()
    seen = provider_api.read(f"/charge-files/{file_id}")
    assert (seen["state"], seen["not_taken_in"], provider_api.count(Charge)) == ("done", 0, ROWS)


def test_what_is_still_at_work_is_ended_later(
    provider_api: ProviderApi, engine: Engine, file_id: int
) -> None:
    with make_sessions(engine)() as worker:
        assert claim_file(worker, file_id)
        assert not end(engine)
    assert end(engine)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_say_the_day_and_then_the_rows(
    provider_api: ProviderApi, engine: Engine, file_id: int, language: str
) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    day = {"fi": said(LAST_DAY), "sv": said(LAST_DAY), "en": f"{LAST_DAY:%-d %b %Y}"}[language]
    for path in (f"/t/tuo/lahetetty/{file_id}", "/t"):
        assert day in client.page(path, lang=language).texts("main")
    assert end(engine)
    report = client.page(f"/t/tuo/lahetetty/{file_id}", lang=language)
    assert day in report.texts("main")
    assert report.root.xpath(f"//main//a[@href='/t/tuo/lahetetty/{file_id}/hylatyt.tiedosto']")
    assert f"/t/tuo/lahetetty/{file_id}" in client.page("/t", lang=language).answer.text
    client.page("/t/tuo", lang=language)


def said(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
