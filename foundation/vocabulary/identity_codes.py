"""Finnish personal identity codes: checked, and stored only as a keyed hash.

A hash carries the version of its key, as in `2:9f86d0…`. Those from before versions carry none: version 0.
"""

import re
from datetime import date
from typing import NamedTuple

from foundation.vocabulary.keys import KeyRing

_CODE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([-+A-FU-Y])([0-9]{3})([0-9A-FHJ-NPR-Y])")
_CENTURIES = {"+": 1800} | dict.fromkeys("-UVWXY", 1900) | dict.fromkeys("ABCDEF", 2000)
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_PURPOSE = b"omatori identity code"


class IdentityHash(NamedTuple):
    """The hash of a code under the newest key, and under each earlier key that is still accepted."""

    newest: str
    earlier: tuple[str, ...] = ()


def hash_identity_code(code: str, keys: KeyRing) -> IdentityHash | None:
    """Return the HMAC-SHA-256 of an identity code under each key; None if its form, day or check is wrong.

    Source: Digital and Population Data Services Agency (DVV), the personal identity code.
    """
    plain = code.strip().upper()
    if not (match := _CODE.fullmatch(plain)):
        return None
    day, month, year, mark, number, check = match.groups()
    if not _is_a_day(_CENTURIES[mark] + int(year), int(month), int(day)):
        return None
    if _CHECKS[int(day + month + year + number) % 31] != check:
        return None
    newest, *earlier = (
        (f"{version}:" if version else "") + keys.mac(_PURPOSE + plain.encode(), version).hex()
        for version in sorted(keys.keys, reverse=True)
    )
    return IdentityHash(newest, tuple(earlier))


def _is_a_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
