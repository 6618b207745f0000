"""Decide slices in a worker process, so that two processors work on one transaction.

The rules are pure: they need no connection. While a worker decides one slice, the calling process stores the
slice before and reads the facts of the next (docs/decisions/0080). If no worker can be started, or if it is
killed, the slices are decided in the calling process by the same function.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.shared_memory import SharedMemory
from threading import Lock, Thread
from typing import NamedTuple, cast

from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask, decide_slice

log = logging.getLogger(__name__)

SLICES_IN_PROGRESS = 2
"""Slices of a batch in progress at a time: one is decided while another is stored or loaded. More would only
cost memory."""

MAX_WORKERS = 1
"""Batches that run at the same time share the workers."""

MIN_CHARGES_TO_START = 8_000
"""For fewer charges no worker is started: that takes as long as deciding some 5,000. A worker that runs
already is used by batches of any size."""


class SharedResult(NamedTuple):
    """Where a worker has stored a decided slice: the name of a shared memory block, and the bytes used."""

    name: str
    size: int


class SliceDecider:
    """Decides the slices of one batch, in the order submitted."""

    def __init__(self, executor: ProcessPoolExecutor | None, workers: Workers | None = None) -> None:
        """Decide with the executor of `workers`, or in the calling process if there is none."""
        self._executor = executor
        self._workers = workers
        self._in_progress: deque[tuple[SliceTask, Future[SharedResult] | None]] = deque()

    @property
    def uses_worker(self) -> bool:
        """Whether a worker process decides the slices."""
        return self._executor is not None

    @property
    def max_in_progress(self) -> int:
        """How many slices may be in progress: more than one gains nothing in the calling process."""
        return SLICES_IN_PROGRESS if self.uses_worker else 1

    def submit(self, task: SliceTask) -> None:
        """Start to decide a slice."""
        future = None
        if self._executor is not None:
            try:
                future = self._executor.submit(decide_in_worker, task)
            except (BrokenProcessPool, OSError, AssertionError) as error:
                self._go_on_without_worker(error)
        self._in_progress.append((task, future))

    def result(self) -> DecidedSlice:
        """Return the slice that was submitted first. Raises what deciding it raised."""
        task, future = self._in_progress.popleft()
        if future is not None:
            try:
                return _read_shared(future.result())
            except BrokenProcessPool as error:
                self._go_on_without_worker(error)
        return decide_slice(task)

    def __enter__(self) -> SliceDecider:
        return self

    def __exit__(self, *exception: object) -> None:
        """Cancel what has not begun, after an error."""
        for _, future in self._in_progress:
            if future is not None and not future.cancel():
                future.add_done_callback(_free_unread)

    def _go_on_without_worker(self, error: BaseException) -> None:
        if self._executor is not None:
            log.warning("no worker process: the batch is decided in the calling process (%r)", error)
            if self._workers is not None:
                self._workers.discard(self._executor)
            self._executor = None


class Workers:
    """The worker processes of this process. Once started, they wait for the next batch."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._executor: ProcessPoolExecutor | None = None
        os.register_at_fork(after_in_child=self._forget)

    def get(self, *, may_start: bool) -> ProcessPoolExecutor | None:
        """Return the executor; None if there is none and none may or can be started."""
        with self._lock:
            if self._executor is None and may_start:
                self._executor = _new_executor()
            return self._executor

    def discard(self, executor: ProcessPoolExecutor) -> None:
        """Stop using a broken executor; the next large batch starts another."""
        with self._lock:
            if self._executor is executor:
                self._executor = None
        executor.shutdown(wait=False, cancel_futures=True)

    def shut_down(self) -> None:
        """End the workers, after what they are deciding."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    def _forget(self) -> None:
        """Forget the workers in a fork of this process: they belong to its parent."""
        self._lock, self._executor = Lock(), None


WORKERS = Workers()
"""Those of the program, for batches that are stored."""
CHECK_WORKERS = Workers()
"""For batches that are only checked: those that are stored hold locks, and must not wait for them."""


def slice_decider(charges: int, workers: Workers = WORKERS) -> SliceDecider:
    """Return a decider for a batch of so many charges."""
    return SliceDecider(workers.get(may_start=charges >= MIN_CHARGES_TO_START), workers)


def decide_in_worker(task: SliceTask) -> SharedResult:
    """Decide a slice in a worker, and leave the result in shared memory.

    Only the name goes through the executor's pipe, in one write that a kill cannot split: the caller would
    wait for ever for the rest of a longer result, because it holds an end of that pipe itself.
    """
    packed = pickle.dumps(decide_slice(task), pickle.HIGHEST_PROTOCOL)
    memory = SharedMemory(create=True, size=len(packed))
    _content(memory)[: len(packed)] = packed
    memory.close()
    return SharedResult(memory.name, len(packed))


def _read_shared(result: SharedResult) -> DecidedSlice:
    """Read a decided slice from shared memory, and free the memory."""
    memory = SharedMemory(result.name)
    try:
        return cast(DecidedSlice, pickle.loads(_content(memory)[: result.size]))  # noqa: S301  # our own worker's
    finally:
        memory.close()
        memory.unlink()


def _content(memory: SharedMemory) -> memoryview:
    """Return the bytes of a block that is not closed."""
    assert memory.buf is not None
    return memory.buf


def _free_unread(future: Future[SharedResult]) -> None:
    """Free the memory of a result that nobody will read."""
    if not future.cancelled() and future.exception() is None:
        memory = SharedMemory(future.result().name)
        memory.close()
        memory.unlink()


def _new_executor() -> ProcessPoolExecutor | None:
    """Start workers from a fork server: the calling process has threads, so it must not fork itself.

    The fork server imports the rules once, and nothing of the web or the database.
    """
    try:
        context = multiprocessing.get_context("forkserver")
    except ValueError:  # Windows has none
        return None
    context.set_forkserver_preload([decide_slice.__module__])
    return ProcessPoolExecutor(MAX_WORKERS, mp_context=context, initializer=_initialise)


def _initialise() -> None:
    """Prepare a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends its workers
    os.nice(5)  # requests go first (docs/decisions/0097)
    gc.disable()  # deciding creates no reference cycles
    Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """Exit when the parent does: a worker that waits for work would not notice that the parent was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)
