"""What a file is by its content, and what a paper may be."""

from __future__ import annotations

from datetime import date
from typing import Final

from foundation.vocabulary.refusals import Refusal

LARGEST_BYTES: Final = 2_000_000
_TAIL_BYTES = 1024
_KINDS: Final = (
    ("application/pdf", b"%PDF-", b"%%EOF"),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
)
"""Each media type with its first bytes, and the bytes near its end (ISO 32000, ISO 15948, ISO 10918)."""
ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def media_type_of(content: bytes) -> str | None:
    """Return the media type of a complete PDF, PNG or JPEG file; None if it is none of these.

    The name and the type that the sender states are not looked at.
    """
    tail = content[-_TAIL_BYTES:]
    found = (kind for kind, first, last in _KINDS if content.startswith(first) and last in tail)
    return next(found, None)


def why_not_attached(content: bytes, days: tuple[date, date | None], today: date) -> Refusal | None:
    """Return what is wrong with a paper and its days.

    `file_too_large`, `file_kind_unknown` by its content, `days_backwards`, `paper_expired`.
    """
    if len(content) > LARGEST_BYTES:
        return Refusal("file_too_large", "file")
    if media_type_of(content) is None:
        return Refusal("file_kind_unknown", "file")
    if days[1] is not None and days[1] < days[0]:
        return Refusal("days_backwards", "last_day")
    if days[1] is not None and days[1] < today:
        return Refusal("paper_expired", "last_day")
    return None
