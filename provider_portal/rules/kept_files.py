"""What is kept of a provider's uploaded files before they are sent, and how long."""

from __future__ import annotations

from datetime import timedelta

KEPT = timedelta(days=1)
MOST_KEPT = 10
"""Uploaded files of a provider that wait to be sent; a further one replaces the oldest."""
MOST_TRIALS = MOST_KEPT - 1
"""Dry runs of a provider that wait or are at work at the same time; their files are not replaced."""
LONG_BYTES, LONG_ROWS = 250_000, 2_500
"""A file of more bytes or rows is tried in the background."""
RESULTS_SHOWN, ROWS_SHOWN = 1_000, 50
"""Answers in a dry run's report: of the first rows, and of the first rows to check."""


def is_long(data: bytes, rows: int) -> bool:
    """Return whether a file is so long that its dry run would hold a request up."""
    return len(data) > LONG_BYTES or rows > LONG_ROWS
