"""Who works on the dry run of a file changes it only while it is what was read and begun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.database.session import make_engine
from foundation.database.tables.uploads import FileTrial
from provider_portal.actions.sent_file import SentFile
from provider_portal.actions.try_file import request_of, run_trial, try_later
from provider_portal.load.file_trials import claim_trial
from provider_portal.load.uploads import waiting_file
from provider_portal.write.file_trials import (
    MOST_TRIES,
    finish_trial,
    note_failed_trial,
    note_progress,
    queue_trial_again,
    stop_trial,
)
from provider_portal.write.uploads import set_mapping
from tests.actions.test_file_trials import BILLER, OTHER_COLUMNS, ROWS, SLICE, Uploaded
from tests.builders.county import NOW
from tests.builders.provider_api import ProviderApi


@pytest.fixture
def uploaded(provider_api: ProviderApi) -> Iterator[Uploaded]:
    engine = make_engine(provider_api.database_url)
    yield Uploaded(provider_api, engine)
    engine.dispose()


def test_what_was_read_before_the_columns_were_matched_anew_begins_nothing(uploaded: Uploaded) -> None:
    """Otherwise its report would be that of the old columns, under the new ones."""
    with uploaded.sessions() as claim:
        old = claim_trial(claim)
        assert old is not None
        uploaded.match_anew()
        run_trial(uploaded.sessions, old, slice_size=SLICE)
        with uploaded.sessions.begin() as session:
            for _ in range(MOST_TRIES + 1):
                note_failed_trial(session, request_of(old))
    with uploaded.sessions() as session:
        row = session.query(FileTrial).one()
        assert (row.state, row.tries, row.report) == ("waiting", 0, None)
    assert uploaded.begun(uploaded.claimed()), "what is asked for now begins"


def test_what_was_read_before_it_was_asked_for_again_begins_nothing(uploaded: Uploaded) -> None:
    old, later = uploaded.claimed(), NOW + timedelta(seconds=1)
    with uploaded.sessions.begin() as session:
        assert stop_trial(session, uploaded.id)
        queue_trial_again(session, uploaded.id, sha256=old.sha256, actor=BILLER, now=later)
    assert uploaded.begun(old) is None
    assert uploaded.begun(uploaded.claimed())


def test_an_old_attempt_stores_nothing_for_a_newer_one(uploaded: Uploaded) -> None:
    """Its worker lives, but has lost its claim: its connection broke, say."""
    old = uploaded.begun(uploaded.claimed())
    newer = uploaded.begun(uploaded.claimed())
    uploaded.match_anew()
    newest = uploaded.begun(uploaded.claimed())
    assert old is not None
    assert newer is not None
    assert newest is not None
    with uploaded.sessions.begin() as session:
        for attempt in (old, newer):
            assert not note_progress(session, attempt, ROWS)
            assert not finish_trial(session, attempt, {"of": "old columns"})
        assert note_progress(session, newest, 1)
    seen = uploaded.seen()
    assert seen is not None
    assert (seen.state, seen.rows_done) == ("running", 1)


def test_an_attempt_stores_nothing_for_a_later_one_at_the_same_request(uploaded: Uploaded) -> None:
    work = uploaded.claimed()
    first, second = uploaded.begun(work), uploaded.begun(work)
    assert first is not None
    assert second is not None
    with uploaded.sessions.begin() as session:
        assert not note_progress(session, first, 1)
        assert not finish_trial(session, first, {})
        assert finish_trial(session, second, {})


def test_a_dry_run_is_queued_of_the_columns_that_the_file_has(uploaded: Uploaded) -> None:
    """Somebody opens the file while a colleague matches its columns anew, in either order."""
    with uploaded.sessions() as session:
        opened = waiting_file(session, uploaded.provider_id, uploaded.id)
    assert opened is not None
    with uploaded.sessions.begin() as session:
        set_mapping(session, uploaded.id, OTHER_COLUMNS)
    with uploaded.sessions.begin() as session:
        try_later(session, uploaded.provider_id, opened, ROWS, actor=BILLER, now=NOW)
    assert uploaded.seen() is None, "of the old columns"
    with uploaded.sessions.begin() as session:
        now_has = waiting_file(session, uploaded.provider_id, uploaded.id)
        assert now_has is not None
        try_later(session, uploaded.provider_id, now_has, ROWS, actor=BILLER, now=NOW)
        colleague = Thread(target=uploaded.match_anew, args=("yet other columns",))
        colleague.start()
        wait_for_lock(session)
    colleague.join()
    work = uploaded.claimed()
    assert work.mapping == "yet other columns"
    assert work.sha256 == SentFile(work.data, work.name, work.mapping).sha256


def wait_for_lock(session: Session) -> None:
    """Wait until another session waits for a lock that this one holds."""
    waits = (
        "SELECT EXISTS (SELECT FROM pg_stat_activity a WHERE pg_backend_pid() = ANY(pg_blocking_pids(a.pid)))"
    )
    while not session.scalar(text(waits)):
        session.execute(text("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)"))
