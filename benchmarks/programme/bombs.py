"""Bombs: hostile files, four at once. The server stays alive, small and quick."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic, sleep

import psutil

from benchmarks.programme.bomb_documents import bombs
from benchmarks.programme.bomb_files import Bomb
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Instance
from benchmarks.programme.upload_paths import UPLOAD_PATHS, Uploader, UploadPath

AT_ONCE = 4
MOST_SECONDS = 3.0
MOST_MIB = 200
BUSY = (429, 503)
"""The server has more large files in work than it does at once: the sender tries later."""
MOST_BUSY_SECONDS, PAUSE_SECONDS = 120.0, 0.2
_SAMPLE_SECONDS = 0.02
_MIB = 1 << 20


def check_bombs(instance: Instance, *, each: int | None = None, most_seconds: float = MOST_SECONDS) -> str:
    """Send the files to every address that takes files, four at once.

    Each is refused by its code in 3 s; the processes take 200 MiB at most.

    Args:
        each: How many files each address is sent, in turns; None: all.

    Raises:
        CheckFailedError: An answer was late or had another status, or the server died or took more memory.
    """
    assert instance.server is not None
    uploader = Uploader(instance)
    pairs = _pairs(each)
    server = psutil.Process(instance.server.process.pid)
    uploader.send(UPLOAD_PATHS[0], b"reference;voucher\n1;2\n")
    idle = _tree_bytes(server)
    with _peak(server) as peak, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda pair: _sent(uploader, *pair), pairs))
    require(not instance.is_dead(), "the server died")
    over, kept = ((size - idle) / _MIB for size in (peak[0], _tree_bytes(server)))
    sizes = f"{over:.0f} MiB over idle, {kept:.0f} kept"
    wrong = [answer.text for answer in answers if answer.is_wrong]
    require(not wrong, f"answers: {', '.join(wrong)}")
    late = [answer.text for answer in answers if answer.seconds > most_seconds]
    require(not late, f"late: {', '.join(late)}; {sizes}")
    require(over <= MOST_MIB, sizes)
    files, slowest = len({bomb.name for _path, bomb in pairs}), max(answer.seconds for answer in answers)
    where = f"{len(UPLOAD_PATHS)} places, {len(answers)} answers"
    return f"{files} files refused at {where}, the slowest in {slowest:.1f} s; {sizes}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an address answered to a file, and how many seconds the request took."""

    path: UploadPath
    bomb: Bomb
    status: int
    seconds: float

    @property
    def is_wrong(self) -> bool:
        """Whether the file was neither refused nor, where it may be, taken."""
        may_be_taken = self.bomb.is_paper if self.path.takes_papers else self.bomb.may_be_read
        refused = {400, 413, 422}
        if self.path.file_field == "mapping":
            refused |= {200}  # a mapping without entries is no mapping
        return self.status not in refused | ({200, 201} if may_be_taken else set())

    @property
    def text(self) -> str:
        """The answer in words."""
        return (
            f"{self.path.rule} {self.path.file_field}, {self.bomb.name}: {self.status}, {self.seconds:.1f} s"
        )


def _pairs(each: int | None) -> list[tuple[UploadPath, Bomb]]:
    """Return each address with its files; with fewer than all, the addresses take turns."""
    files = bombs()
    count = len(files) if each is None else each
    return [
        (path, files[(place * count + at) % len(files)])
        for at in range(count)
        for place, path in enumerate(UPLOAD_PATHS)
    ]


def _sent(uploader: Uploader, path: UploadPath, bomb: Bomb) -> _Answer:
    """Send a file until the address is not busy with others, and time the last request."""
    data = bomb.build()
    until = monotonic() + MOST_BUSY_SECONDS
    while True:
        begun = monotonic()
        status = uploader.send(path, data)
        if status not in BUSY or monotonic() > until:
            return _Answer(path, bomb, status, monotonic() - begun)
        sleep(PAUSE_SECONDS)


def _tree_bytes(server: psutil.Process) -> int:
    """Return the resident memory of the process and its children."""
    total = 0
    for process in (server, *server.children(recursive=True)):
        try:
            if "postgres" not in process.name():
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


@contextmanager
def _peak(server: psutil.Process) -> Iterator[list[int]]:
    """Yield a list whose element is the most memory that was seen meanwhile."""
    peak, is_over = [0], Event()

    def watch() -> None:
        while not is_over.wait(_SAMPLE_SECONDS):
            peak[0] = max(peak[0], _tree_bytes(server))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        is_over.set()
        thread.join()
