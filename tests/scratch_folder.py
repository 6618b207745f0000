"""The folder of one test run: in memory where there is room."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
LEAST_FREE_BYTES = 2 << 30
"""A run takes about 0.2 GB at a time."""


def new_scratch_folder() -> Path:
    """Make a folder for this run.

    A test's database is a copy of some thousand small files, which takes a fifth of the time in memory.
    """
    return Path(tempfile.mkdtemp(prefix="omatori-test-", dir=MEMORY if has_room(MEMORY) else None))


def has_room(folder: Path) -> bool:
    """Return whether the folder may be written, and has room that the machine's memory has too."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    free, available = shutil.disk_usage(folder).free, int(psutil.virtual_memory().available)
    return min(free, available) >= LEAST_FREE_BYTES
