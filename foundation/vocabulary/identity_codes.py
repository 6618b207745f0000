"""Finnish personal identity codes: checked, and stored only as a keyed hash."""

import hmac
import re
from hashlib import sha256

_CODE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})[-+A-FU-Y]([0-9]{3})([0-9A-FHJ-NPR-Y])")
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_PURPOSE = b"omatori identity code"


def hash_identity_code(code: str, key: str) -> str | None:
    """Return the HMAC-SHA-256 of an identity code in hexadecimal; None if its form or check is wrong.

    Source: Digital and Population Data Services Agency (DVV), the personal identity code.
    """
    plain = code.strip().upper()
    if not (match := _CODE.fullmatch(plain)):
        return None
    day, month, year, number, check = match.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return None
    if _CHECKS[int(day + month + year + number) % 31] != check:
        return None
    return hmac.new(key.encode(), _PURPOSE + plain.encode(), sha256).hexdigest()
