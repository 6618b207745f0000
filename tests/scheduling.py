"""How tests are distributed to the workers of pytest-xdist: by file, so that module fixtures run once.

The tests of the files in `SPLIT_FILES` are distributed one by one, because such a file would keep one
worker busy long after the others have finished. They share only session fixtures.
"""

from xdist.scheduler import LoadFileScheduling

SPLIT_FILES = ("tests/journeys/test_pages_axe.py",)


class FileScheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist is not typed
    """Distribute files, or the single tests of a file in `SPLIT_FILES`."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(SPLIT_FILES) else str(super()._split_scope(nodeid))
