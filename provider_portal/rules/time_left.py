"""How long a file that is worked on will still take, by the speed of this attempt."""

from __future__ import annotations

from dataclasses import dataclass

_A_SECOND_MS = 1_000
_LEAST_SHARE = 50
"""A fiftieth of the rows must be done before an estimate is given: the first slice may be a single row."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Rows of a file: all, done now, and done before this attempt began `elapsed_ms` ago."""

    rows: int
    rows_done: int
    rows_before: int
    elapsed_ms: int

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds, rounded up; None before enough rows of this attempt are done."""
        done = self.rows_done - self.rows_before
        if done <= 0 or done * _LEAST_SHARE < self.rows or self.elapsed_ms <= 0:
            return None
        left = max(0, self.rows - self.rows_done)
        return -(-self.elapsed_ms * left // (done * _A_SECOND_MS))
