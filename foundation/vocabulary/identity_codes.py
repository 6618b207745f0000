"""Finnish personal identity codes: checked, and stored only as a keyed hash."""

import hmac
import re
from datetime import date
from hashlib import sha256

_CODE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})([-+A-FU-Y])([0-9]{3})([0-9A-FHJ-NPR-Y])")
_CENTURIES = {"+": 1800} | dict.fromkeys("-UVWXY", 1900) | dict.fromkeys("ABCDEF", 2000)
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_PURPOSE = b"omatori identity code"


def hash_identity_code(code: str, key: str) -> str | None:
    """Return the HMAC-SHA-256 of an identity code in hexadecimal; None if its form, day or check is wrong.

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
    return hmac.new(key.encode(), _PURPOSE + plain.encode(), sha256).hexdigest()


def _is_a_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
