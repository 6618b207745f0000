"""Note what the timetable does, for the page of jobs and for `/health/ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.orm import Session, sessionmaker

from clearing.upkeep.write.job_runs import store_job_run

RARELY = timedelta(seconds=50)
"""A job that runs each few seconds is noted no more often than this, unless it fails."""


@dataclass(slots=True)
class JobNotes:
    """The notes of one job. Each is a transaction of its own, so that a failed job is noted too."""

    sessions: sessionmaker[Session]
    name: str
    trigger: BaseTrigger
    clock: Callable[[], datetime]
    _started_at: datetime | None = None
    _noted_at: datetime | None = None

    def began(self) -> None:
        """Note that the job runs, if that is worth a row."""
        self._started_at = self.clock()
        if not self._is_too_soon():
            self._store(ended_at=None, succeeded=None, next_at=None)

    def ended(self, result: object) -> None:
        """Note that the job ended well, and what it returned: a number of things done, or yes and no."""
        if self._is_too_soon():
            return
        now = self.clock()
        self._store(
            ended_at=now, succeeded=True, succeeded_at=now, next_at=self._next(now), result=str(result)
        )
        self._noted_at = now

    def failed(self, why: str) -> None:
        """Note that the job failed, with the name of the error and no data of anybody."""
        now = self.clock()
        self._store(ended_at=now, succeeded=False, next_at=self._next(now), result=why)
        self._noted_at = None

    def _is_too_soon(self) -> bool:
        assert self._started_at is not None
        return self._noted_at is not None and self._started_at - self._noted_at < RARELY

    def _next(self, now: datetime) -> datetime | None:
        next_at: datetime | None = self.trigger.get_next_fire_time(now, now)
        return next_at

    def _store(self, **values: object) -> None:
        with self.sessions.begin() as session:
            store_job_run(session, self.name, started_at=self._started_at, **values)
