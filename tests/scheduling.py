"""Which tests are of the long ring for their language, and how tests are distributed to the workers of
pytest-xdist: by file, so that module fixtures run once.

The tests of the files in `SPLIT_FILES` are distributed one by one, because such a file would keep one
worker busy long after the others have finished. They share only session fixtures. Those of the folders in
`WHOLE_FOLDERS` go to one worker, which parses the program once for all of them.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

LANGUAGE_PARAMETERS = ("language", "lang", "text")
REPEATED_LANGUAGES = ("sv", "en")
SPLIT_FILES = ("tests/journeys/test_pages_axe.py",)
WHOLE_FOLDERS = ("tests/architecture/",)


class FileScheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist is not typed
    """Distribute files, the single tests of a file in `SPLIT_FILES`, or a whole folder."""

    def _split_scope(self, nodeid: str) -> str:
        whole = next((folder for folder in WHOLE_FOLDERS if nodeid.startswith(folder)), None)
        if whole is not None:
            return whole
        return nodeid if nodeid.startswith(SPLIT_FILES) else str(super()._split_scope(nodeid))


def mark_repeated_languages(items: list[pytest.Item]) -> None:
    """Mark as long what tests a page in Swedish or English, and runs in Finnish too."""
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        languages = {str(parameters.get(name)) for name in LANGUAGE_PARAMETERS}
        if item.nodeid.startswith("tests/pages/") and languages & set(REPEATED_LANGUAGES):
            item.add_marker("long")
