"""Which addresses may be opened as a remote visit."""

import re

MOST_LETTERS = 500
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
_ADDRESS = re.compile(rf"https://{_HOST}(?::443)?(?:[/?#][!-\[\]-~]*)?")
"""A host, and after it printable ASCII without a backslash: no user name, no other port."""


def is_video_link(address: str) -> bool:
    """Return whether an address is one of https at a named host, with no user name and no other port.

    An address of numbers, or of this machine, has no host with a name of letters at its end.
    """
    return len(address) <= MOST_LETTERS and _ADDRESS.fullmatch(address) is not None
