"""What an XLSX file may cost, and how the child process reports that it costs more."""

from __future__ import annotations

MAX_UNPACKED_BYTES = 200_000_000
"""Of all members, as the archive declares them; and of the members that are read, as they are."""
MAX_DIRECTORY_BYTES = 200_000
"""Of the archive's directory: about 1,000 members."""
MAX_MEMBERS = 1_000
UNPACKED_BYTES_FREE, UNPACKED_BYTES_PER_BYTE = 20_000_000, 60
MAX_ELEMENTS = 6_000_000
ELEMENTS_FREE, ELEMENTS_PER_BYTE = 300_000, 2
"""A file may unpack to so much, and to so much more for each of its own bytes: 100,000 rows that differ have
20 bytes and one element for each. A small file is refused in a second, whatever it unpacks to."""
MAX_FILLED_CELLS = 1_500_000
"""100,000 rows of the 15 columns of a charge file."""
MAX_EMPTY_ELEMENTS = 300_000
"""Rows and cells that have only a format."""
MAX_TEXT_CHARACTERS = 30_000_000
"""Of all cells together, and of the shared texts."""
LONGEST_TEXT = 32_767
"""Characters of a cell that a spreadsheet program can write."""
MAX_TOKEN_BYTES = 1_000_000
"""Of one tag or attribute: Expat scans an unfinished one again with each piece."""
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
PIECE_BYTES = 1 << 16

CHILD_MEMORY_BYTES = 160 << 20
CHILD_PROCESSOR_SECONDS = 12
CHILD_WALL_SECONDS = 25.0
MAX_OUTPUT_BYTES = 64_000_000


class FaultError(Exception):
    """Raised if the file cannot be read: a `TableFaultCode` as text, what it is about, and the row."""

    def __init__(self, code: str, about: str = "", row: int | None = None) -> None:
        super().__init__(code)
        self.code, self.about, self.row = code, about, row
