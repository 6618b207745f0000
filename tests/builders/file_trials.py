"""Dry runs of long files that a worker has begun."""

from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker

from provider_portal.actions.try_file import request_of
from provider_portal.load.file_trials import claim_trial
from provider_portal.write.file_trials import begin_trial, note_progress


def try_rows(sessions: sessionmaker[Session], rows: int) -> None:
    """Begin the next dry run, and note that so many rows have been tried."""
    with sessions.begin() as session:
        work = claim_trial(session)
        assert work is not None
        attempt = begin_trial(session, request_of(work))
        assert attempt is not None
        assert note_progress(session, attempt, rows)
