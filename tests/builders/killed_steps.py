"""Steps that are committed here, or killed at a fail point in a forked process."""

from __future__ import annotations

import os
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from foundation.database import failpoints
from tests.builders.engines import engine_on, release

Step = Callable[[Session], object]


class KillableSteps:
    """Runs each step in a transaction of its own."""

    def __init__(self, database_url: str) -> None:
        self.engine: Engine = engine_on(database_url)

    def close(self) -> None:
        """Close the connections."""
        release(self.engine)

    def commit(self, step: Step) -> object:
        """Run a step and commit it; return what the step returns."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            return step(session)

    def killed(self, step: Step, fail_point: str) -> int:
        """Run a step in a forked process that is killed at the fail point; return its wait status."""
        self.engine.dispose()
        child = os.fork()
        if child == 0:
            failpoints.arm(f"{fail_point}:kill", production=False)
            self.commit(step)
            os._exit(0)
        return os.waitpid(child, 0)[1]
