"""The file of anchors of the audit chain: outside the database, and only ever appended to."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AnchorFile:
    """The anchors of one database, in the folder of the setting `OMATORI_ANCHORS`.

    A development machine serves many databases after each other, so each has a file of its own there, named
    after the server and the database. In production there is one file: a database that was put in the place
    of another is compared with the same anchors.
    """

    folder: Path
    single: bool

    def lines(self, database: str) -> list[str]:
        """Return the lines of the file, oldest first; none before the first anchor."""
        path = self._path(database)
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def append(self, database: str, make_line: Callable[[str], str | None]) -> None:
        """Append the line made from the last line (empty before the first), and flush it to the disk.

        Processes append one at a time. Without a line, the file stays as it is.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self._path(database), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(opened, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            lines = file.read().splitlines()
            line = make_line(lines[-1] if lines else "")
            if line is not None:
                file.write(f"{line}\n")
                file.flush()
                os.fsync(file.fileno())

    def _path(self, database: str) -> Path:
        return self.folder / ("audit-anchors.txt" if self.single else f"audit-anchors-{database}.txt")
