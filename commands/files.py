"""Files that commands write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def complete_file(path: Path) -> Iterator[BinaryIO]:
    """Write a draft, and rename it when the block ends without an error: a reader never sees half a file."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        yield file
    draft.replace(path)
