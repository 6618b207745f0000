"""Which worker of pytest-xdist takes which tests: a file at a time, so that what they share is made once.

The files of `EACH_APART` would keep one worker busy long after the others are done: their tests go out one by
one, and share only what a worker keeps for the whole run.
"""

from xdist.scheduler import LoadFileScheduling

EACH_APART = ("tests/journeys/test_pages_axe.py",)


class Turns(LoadFileScheduling):  # type: ignore[misc]  # xdist is not typed
    """Units of work are files, or single tests of a file whose tests stand apart."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(EACH_APART) else str(super()._split_scope(nodeid))
