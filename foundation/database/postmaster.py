"""Whether a PostgreSQL server runs in a data folder, and cleaning up after one that was killed.

The process id in `postmaster.pid` is not enough. After kill -9 in a container whose first process reaps no
children, the process stays a zombie; after a reboot, the id may belong to another program.
"""

from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil

EXIT_SECONDS = 5  # child processes exit as soon as their server is dead, unless they run a query


def is_alive(data: Path) -> bool:
    """Return whether the server that wrote `postmaster.pid` runs on this data folder."""
    try:
        process_id = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        return str(data) in psutil.Process(process_id).cmdline()  # empty for a zombie
    except (FileNotFoundError, ValueError, psutil.Error):
        return False


def clean_up(data: Path, socket: Path) -> None:
    """Wait for the child processes of a dead server (kill them in the end), and delete its lock files."""
    deadline = monotonic() + EXIT_SECONDS
    while children := _processes_in(data):
        if monotonic() > deadline:
            for child in children:
                with suppress(psutil.NoSuchProcess):  # it has ended by itself meanwhile
                    child.kill()
        sleep(0.05)
    for lock_file in (data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        lock_file.unlink(missing_ok=True)


def _processes_in(data: Path) -> list[psutil.Process]:
    """Return the server's processes: the data folder is their working directory. A zombie has none."""
    return [process for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(data)]
