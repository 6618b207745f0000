"""Is a PostgreSQL server alive in a data folder, and what did a killed one leave behind?

PostgreSQL's own answer (a process number in `postmaster.pid`) is not enough: after kill -9 in a container
whose first process reaps nobody the number stays a zombie's, and after a reboot it may be another program's.
"""

from pathlib import Path
from time import monotonic, sleep

import psutil

LEAVE_SECONDS = 5  # orphans notice their server's death at once, unless they are deep in a query


def lives(data: Path) -> bool:
    """True while the server that wrote `postmaster.pid` runs on this data folder."""
    try:
        number = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        return str(data) in psutil.Process(number).cmdline()  # a zombie's is empty
    except (FileNotFoundError, ValueError, psutil.Error):
        return False


def clear_the_dead(data: Path, socket: Path) -> None:
    """Wait for (at last kill) a dead server's orphans, then take away its marks: a new one may start."""
    patience_ends = monotonic() + LEAVE_SECONDS
    while orphans := _processes_in(data):
        if monotonic() > patience_ends:
            for orphan in orphans:
                orphan.kill()
        sleep(0.05)
    for mark in (data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        mark.unlink(missing_ok=True)


def _processes_in(data: Path) -> list[psutil.Process]:
    """Every server process works with the data folder as its current folder; no zombie does."""
    return [process for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(data)]
