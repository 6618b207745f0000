"""What a file is by its content, and what a paper may be."""

from __future__ import annotations

from typing import Final

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
