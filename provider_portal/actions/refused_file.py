"""Writing the refused rows of a file in the form in which they came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from provider_portal.load.charge_files import RowAnswer
from provider_portal.load.refused_file import Describe, with_reasons
from provider_portal.reading.refused_part import write_refused_part
from provider_portal.rules.refused_rows import RefusedPart


def write_refused_as_sent(
    target: BinaryIO, part: RefusedPart, rows: Iterable[RowAnswer], describe: Describe
) -> None:
    """Write refused rows with their reasons, so that they can be mended and sent."""
    write_refused_part(target, part, (with_reasons(row, (), describe) for row in rows))
