"""The dry run of a long file writes nothing but its progress and report, wherever it is stopped or killed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from clearing.upkeep.actions.apply_retention import apply_retention
from commands.file_worker import TrialWorker
from foundation.database import failpoints
from foundation.database.session import make_engine, make_sessions
from foundation.database.tables import Base
from foundation.database.tables.uploads import FileTrial
from foundation.vocabulary.roles import Actor, Role
from provider_portal.actions.sent_file import SentFile
from provider_portal.actions.try_file import request_of, run_trial, try_later
from provider_portal.load.file_trials import Trial, TrialWork, claim_trial, trial_of
from provider_portal.load.uploads import waiting_file
from provider_portal.write.file_trials import (
    MOST_TRIES,
    TrialAttempt,
    begin_trial,
    finish_trial,
    stop_trial,
)
from provider_portal.write.uploads import forget_waiting, keep_waiting, set_mapping
from tests.api.test_charge_files import row, table
from tests.builders.county import NOW
from tests.builders.killed_steps import KillableSteps
from tests.builders.provider_api import ProviderApi

ROWS, SLICE = 9, 2
BILLER, OTHER_COLUMNS = Actor(None, Role.PROVIDER_BILLER, ""), "other columns"
FAIL_POINTS = ("trial.after_begin", "trial.after_slice", "trial.before_report", "trial.after_report")
CONTENT = "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {} t"


class Uploaded:
    """A provider's uploaded file whose dry run is queued."""

    def __init__(self, provider_api: ProviderApi, engine: Engine) -> None:
        self.provider_id, self.sessions = provider_api.provider_id, make_sessions(engine)
        vouchers = [f"NOPE-{each}" if each % 3 else provider_api.voucher for each in range(ROWS)]
        rows = [row(provider_api, each, voucher=voucher) for each, voucher in enumerate(vouchers)]
        file, actor = SentFile(table(*rows), "x.csv"), provider_api.biller
        kept = {"name": file.name, "data": file.data, "mapping": "", "actor": actor, "now": NOW}
        with self.sessions.begin() as session:
            self.id = keep_waiting(session, provider_id=self.provider_id, **kept)  # type: ignore[arg-type]
            waiting = waiting_file(session, self.provider_id, self.id)
            assert waiting is not None
            try_later(session, self.provider_id, waiting, ROWS, actor=actor, now=NOW)

    def run(self, claim: Session) -> None:
        """Claim the dry run, and do it in small slices."""
        work = claim_trial(claim)
        assert work is not None
        run_trial(self.sessions, work, slice_size=SLICE)

    def claimed(self) -> TrialWork:
        """Return what a worker would work on, without its claim."""
        with self.sessions() as session:
            work = claim_trial(session)
        assert work is not None
        return work

    def begun(self, work: TrialWork) -> TrialAttempt | None:
        """Begin an attempt at what was claimed."""
        with self.sessions.begin() as session:
            return begin_trial(session, request_of(work))

    def match_anew(self, mapping: str = OTHER_COLUMNS) -> None:
        """Match the columns anew, and queue the dry run of it."""
        with self.sessions.begin() as session:
            set_mapping(session, self.id, mapping)
            waiting = waiting_file(session, self.provider_id, self.id)
            assert waiting is not None
            try_later(session, self.provider_id, waiting, ROWS, actor=BILLER, now=NOW)

    def seen(self) -> Trial | None:
        """How far it is."""
        with self.sessions() as session:
            return trial_of(session, self.provider_id, self.id)

    def contents(self) -> dict[str, str]:
        """Return how many rows each table has, and a hash of them."""
        with self.sessions() as session:
            return {
                name: session.execute(text(CONTENT.format(name))).scalar_one()
                for name in Base.metadata.tables
            }


@pytest.fixture
def engine(provider_api: ProviderApi) -> Iterator[Engine]:
    engine = make_engine(provider_api.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def uploaded(provider_api: ProviderApi, engine: Engine) -> Uploaded:
    return Uploaded(provider_api, engine)


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_nothing_but_the_report_and_the_looks_is_stored(uploaded: Uploaded) -> None:
    before = uploaded.contents()
    with uploaded.sessions() as claim:
        uploaded.run(claim)
    seen = uploaded.seen()
    assert seen is not None
    assert (seen.state, seen.rows_done) == ("done", ROWS)
    assert {"charge", "posting", "balance", "charge_file", "webhook_delivery"} <= set(before)
    assert changed(before, uploaded.contents()) == {"file_trial", "audit_event"}


@pytest.mark.parametrize("fail_point", FAIL_POINTS)
def test_killed_anywhere_it_leaves_nothing_and_begins_again(
    provider_api: ProviderApi, uploaded: Uploaded, fail_point: str
) -> None:
    before, steps = uploaded.contents(), KillableSteps(provider_api.database_url)
    uploaded.sessions.kw["bind"].dispose()
    assert steps.killed(uploaded.run, fail_point) == signal.SIGKILL
    steps.close()
    assert changed(before, uploaded.contents()) == {"file_trial"}
    seen = uploaded.seen()
    assert seen is not None
    assert seen.state == "running"
    with uploaded.sessions() as claim:
        uploaded.run(claim)
    again = uploaded.seen()
    assert again is not None
    assert (again.state, again.rows_done) == ("done", ROWS)


def test_it_stops_after_the_slice_at_work_and_keeps_no_look(uploaded: Uploaded, engine: Engine) -> None:
    before, commits = uploaded.contents(), count(1)

    def stop_after_its_beginning(_session: Session) -> None:
        if next(commits) == 1:
            with make_sessions(engine).begin() as other:
                assert stop_trial(other, uploaded.id)

    with make_sessions(engine)() as claim:
        work = claim_trial(claim)
        assert work is not None
        event.listen(uploaded.sessions, "after_commit", stop_after_its_beginning)
        run_trial(uploaded.sessions, work, slice_size=SLICE)
        event.remove(uploaded.sessions, "after_commit", stop_after_its_beginning)
    assert next(commits) == 3, "it noted one slice, and decided no other"
    seen = uploaded.seen()
    assert seen is not None
    assert (seen.state, seen.rows_done) == ("stopped", 0)
    assert changed(before, uploaded.contents()) == {"file_trial"}


def test_one_that_is_asked_for_again_meanwhile_leaves_no_report_of_before(
    uploaded: Uploaded, engine: Engine
) -> None:
    commits, elsewhere = count(1), copy(uploaded)
    elsewhere.sessions = make_sessions(engine)

    def match_the_columns_anew(_session: Session) -> None:
        if next(commits) == 1:
            elsewhere.match_anew()

    with make_sessions(engine)() as claim:
        work = claim_trial(claim)
        assert work is not None
        event.listen(uploaded.sessions, "after_commit", match_the_columns_anew)
        run_trial(uploaded.sessions, work, slice_size=SLICE)
        event.remove(uploaded.sessions, "after_commit", match_the_columns_anew)
    seen = uploaded.seen()
    assert seen is not None
    assert (seen.state, seen.rows_done) == ("waiting", 0)


def test_file_and_trial_are_removed_by_the_rule_of_retention(uploaded: Uploaded) -> None:
    apply_retention(uploaded.sessions, now=NOW + timedelta(days=1))
    assert uploaded.seen() is not None
    apply_retention(uploaded.sessions, now=NOW + timedelta(days=3))
    assert uploaded.seen() is None


def test_one_whose_file_is_forgotten_meanwhile_ends(uploaded: Uploaded) -> None:
    with uploaded.sessions() as claim:
        work = claim_trial(claim)
        assert work is not None
        with uploaded.sessions.begin() as session:
            forget_waiting(session, uploaded.id)
        run_trial(uploaded.sessions, work, slice_size=SLICE)
    assert uploaded.seen() is None


def test_a_report_of_a_stopped_one_is_not_kept(uploaded: Uploaded) -> None:
    attempt = uploaded.begun(uploaded.claimed())
    assert attempt is not None
    with uploaded.sessions.begin() as session:
        assert stop_trial(session, uploaded.id)
        assert not finish_trial(session, attempt, {})
        assert not stop_trial(session, uploaded.id)
    seen = uploaded.seen()
    assert seen is not None
    assert seen.state == "stopped"


def test_one_that_fails_again_and_again_is_given_up(uploaded: Uploaded, engine: Engine) -> None:
    failpoints.arm("trial.before_report:error", production=False)
    try:
        for _ in range(MOST_TRIES):
            with pytest.raises(failpoints.FailpointError):
                TrialWorker(engine).work_once()
    finally:
        failpoints.arm(None, production=False)
    assert not TrialWorker(engine).work_once()
    seen = uploaded.seen()
    assert seen is not None
    assert seen.state == "failed"
    with uploaded.sessions() as session:
        assert session.query(FileTrial).one().tries == MOST_TRIES


def test_one_whose_process_is_killed_again_and_again_is_given_up(uploaded: Uploaded, engine: Engine) -> None:
    for _ in range(MOST_TRIES):
        assert uploaded.begun(uploaded.claimed())
    assert TrialWorker(engine).work_once()
    seen = uploaded.seen()
    assert seen is not None
    assert seen.state == "failed"
    assert not TrialWorker(engine).work_once()
