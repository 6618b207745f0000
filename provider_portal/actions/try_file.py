"""The dry run of a long uploaded file: queued, decided slice by slice by a worker, and stopped on request.

It stores its progress and its report and nothing of the charges. An attempt that ended in the middle has left
only how far it had come, and the next one begins again (docs/decisions/0228).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import COMMITTED_SLICE_SIZE, check_file
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from foundation.database.failpoints import failpoint
from foundation.tabular.table import Table
from foundation.vocabulary.roles import Actor
from provider_portal.actions.check_file import KeptAnswers
from provider_portal.actions.sent_file import FileAnswer, FileRows, SentFile, read_sent, rows_of
from provider_portal.load.charge_files import RowAnswer
from provider_portal.load.file_trials import Trial, TrialWork, kept_report, require_place_for_trial
from provider_portal.load.uploads import Waiting
from provider_portal.rules.kept_files import RESULTS_SHOWN, ROWS_SHOWN
from provider_portal.rules.trial_report import NumberedAnswer, TrialReport, unpack_report
from provider_portal.write.file_trials import (
    TrialAttempt,
    TrialRequest,
    begin_trial,
    finish_trial,
    note_progress,
    queue_trial,
    queue_trial_again,
)


def sent_file_of(waiting: Waiting) -> SentFile:
    """Return an uploaded file as it is read and sent."""
    return SentFile(waiting.data, waiting.name, waiting.mapping)


def try_later(
    session: Session, provider_id: int, waiting: Waiting, rows: int, *, actor: Actor, now: datetime
) -> None:
    """Queue the dry run of an uploaded file that can be read, unless its columns were just matched anew.

    Raises:
        UnreadableTableError: Too many dry runs of the provider are waiting.
    """
    require_place_for_trial(session, provider_id)
    read = {"mapping": waiting.mapping, "sha256": sent_file_of(waiting).sha256}
    queue_trial(session, waiting.id, **read, rows=rows, actor=actor, now=now)


def try_again(session: Session, provider_id: int, trial: Trial, *, actor: Actor, now: datetime) -> None:
    """Queue a dry run again that was stopped or failed, from the first row. Others stay as they are.

    Raises:
        UnreadableTableError: Too many dry runs of the provider are waiting.
    """
    require_place_for_trial(session, provider_id)
    queue_trial_again(session, trial.id, sha256=trial.sha256, actor=actor, now=now)


def request_of(work: TrialWork) -> TrialRequest:
    """Return what the dry run was asked for when it was claimed."""
    return TrialRequest(work.file_id, work.sha256, work.asked_at)


def run_trial(
    sessions: sessionmaker[Session], work: TrialWork, *, slice_size: int = COMMITTED_SLICE_SIZE
) -> None:
    """Decide the rows of a queued dry run and keep the report. The looks at clients are stored with it.

    Progress is written in transactions of its own, so that it is seen at once.
    """
    with sessions() as session:
        attempt = begin_trial(session, request_of(work))
        if attempt is None:
            return
        session.commit()
        failpoint("trial.after_begin")
        table = read_sent(SentFile(work.data, work.name, work.mapping))
        rows = rows_of(table)
        kept = _Kept(sessions, attempt)
        intake = Intake(work.provider_id, rows.sent, work.actor, work.asked_at, True, None)
        if not check_file(session, intake, kept.keep, slice_size=slice_size):
            return
        failpoint("trial.before_report")
        report = kept.report(table, rows)
        if finish_trial(session, attempt, report.packed()):
            failpoint("trial.after_report")
            session.commit()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of the answers while they come, and how far the dry run is."""

    sessions: sessionmaker[Session]
    attempt: TrialAttempt
    first: KeptAnswers = field(default_factory=lambda: KeptAnswers(RESULTS_SHOWN))
    to_check: KeptAnswers = field(default_factory=lambda: KeptAnswers(ROWS_SHOWN, to_check_only=True))

    def keep(self, places: Sequence[int], answers: Sequence[ChargeAnswer]) -> bool:
        """Keep the answers of a slice. Return whether the dry run was stopped, or its file is gone."""
        self.first.keep(places, answers)
        self.to_check.keep(places, answers)
        with self.sessions.begin() as own:
            is_wanted = note_progress(own, self.attempt, len(places))
        failpoint("trial.after_slice")
        return not is_wanted

    def report(self, table: Table, rows: FileRows) -> TrialReport:
        """Return the report of all rows."""
        return TrialReport(
            counts=self.first.counts,
            first=_numbered(self.first, rows),
            to_check=self.to_check.to_check,
            first_to_check=_numbered(self.to_check, rows),
            unknown_columns=table.unknown_columns,
            cleaned_rows=rows.cleaned,
            totals_row=table.totals_row,
        )


def _numbered(kept: KeptAnswers, rows: FileRows) -> list[NumberedAnswer]:
    return [(rows.numbers[place], kept.by_place[place]) for place in sorted(kept.by_place)]


def answer_of_trial(session: Session, trial: Trial, *, to_check_only: bool = False) -> FileAnswer:
    """Return the answer of a dry run, as that of a small file; until it is done, how far it has come."""
    packed = kept_report(session, trial.id) if trial.state == "done" else None
    report = _NOTHING_YET if packed is None else unpack_report(packed)
    shown = report.first_to_check if to_check_only else report.first
    return FileAnswer(
        id=None,
        name=trial.name,
        sha256=trial.sha256,
        rows=trial.rows,
        accepted=report.counts.get("accepted", 0),
        refused=report.counts.get("refused", 0),
        on_hold=report.counts.get("on_hold", 0),
        duplicates=report.counts.get("duplicates", 0),
        results=[RowAnswer(row, answer) for row, answer in shown],
        unknown_columns=report.unknown_columns,
        cleaned_rows=report.cleaned_rows,
        state=trial.state,
        rows_done=trial.rows_done,
        to_check=report.to_check,
        totals_row=report.totals_row,
        seconds_left=trial.seconds_left,
    )


_NOTHING_YET = TrialReport({}, (), 0, (), (), (), None)
