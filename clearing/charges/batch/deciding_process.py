"""The process that decides slices for another one (`clearing.charges.batch.decide_apart` starts it).

It reads and writes nothing but what it is handed: a slice lies in one of a few pieces of memory that both
processes see, and a line on a pipe says which. What it came to is put into the same piece, so no process ever
waits for the other to read. It ends when the pipe does, that is with its parent.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask, decide_slice
from clearing.charges.facts.book import ReferenceData


def serve(slots: Sequence[int]) -> None:
    """Decide what is named on standard input, one slice after the other; `slots` are the pieces of memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: its end ends this one
    gc.disable()  # deciding makes no rings of objects
    said = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may be printed on the pipe
    decider = _Decider()
    for line in sys.stdin.buffer:
        slot, size = map(int, line.split())
        answer, is_well = _tried(decider.decide, get(slots[slot], size))
        put(slots[slot], answer)
        os.write(said, b"%d %d %d\n" % (slot, len(answer), is_well))


class _Decider:
    """Keeps the slow facts: they are sent only when they are other than before."""

    def __init__(self) -> None:
        self.reference_data: ReferenceData | None = None

    def decide(self, packed: bytearray) -> DecidedSlice:
        """Decide a slice as it was packed."""
        task: SliceTask = pickle.loads(packed)  # noqa: S301  # from the parent alone
        self.reference_data = task.reference_data or self.reference_data
        return decide_slice(replace(task, reference_data=self.reference_data))


def _tried(decide: Callable[[bytearray], DecidedSlice], packed: bytearray) -> tuple[bytes, bool]:
    """What it came to, or the exception and its trace for the parent to raise."""
    try:
        return pickle.dumps(decide(packed), pickle.HIGHEST_PROTOCOL), True
    except Exception as error:  # noqa: BLE001  # the parent raises it
        return _packed_error(error), False


def _packed_error(error: Exception) -> bytes:
    from traceback import format_exception

    trace = "".join(format_exception(error))
    try:
        packed = pickle.dumps((error.with_traceback(None), trace))
        pickle.loads(packed)  # noqa: S301  # some exceptions can be packed but not unpacked
    except Exception:  # noqa: BLE001
        return pickle.dumps((RuntimeError(repr(error)), trace))
    return packed


def put(slot: int, content: bytes) -> None:
    """Put bytes into a piece of shared memory."""
    done, view = 0, memoryview(content)
    while done < len(content):
        done += os.pwrite(slot, view[done:], done)


def get(slot: int, size: int) -> bytearray:
    """The bytes that lie in a piece of shared memory, which is empty afterwards. Raises EOFError."""
    content = bytearray()
    while len(content) < size:
        part = os.pread(slot, size - len(content), len(content))
        if not part:
            raise EOFError("less in the shared memory than was said")
        content += part
    os.ftruncate(slot, 0)
    return content
