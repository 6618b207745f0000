"""Keys by purpose and version. A key never signs or hashes for more than one purpose.

A secret from the configuration is not used as a key itself: each key is derived from it for its purpose with
HKDF (RFC 5869), so a key of one purpose says nothing about another's.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

KEY_BYTES = 32
_SALT = b"omatori"
_STATED = re.compile(r"([0-9]{1,4}):([^\s,]+)")


class KeyPurpose(StrEnum):
    """What a key is for. The value is part of the derivation: a changed value is another key."""

    SESSIONS = "sessions"
    FORMS = "forms"
    HELD_ANSWERS = "held answers"
    IDENTITY = "identity codes"
    AUDIT = "audit chain"
    ANCHORS = "audit anchors"
    SECOND_FACTORS = "second factors"
    CHALLENGES = "challenges of passkeys"
    WEBHOOKS = "webhooks"


def derive_key(secret: str | bytes, purpose: KeyPurpose) -> bytes:
    """Return the key of 32 bytes for a purpose.

    Source: RFC 5869, HKDF with HMAC-SHA-256. One block of output is enough for 32 bytes.
    """
    material = secret.encode() if isinstance(secret, str) else secret
    extracted = hmac.digest(_SALT, material, sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", sha256)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one purpose by version. The newest version makes values; each version can check them."""

    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        """Return the version that makes new values."""
        return max(self.keys)

    @property
    def newest_key(self) -> bytes:
        """Return the key of the newest version."""
        return self.keys[self.newest]

    def mac(self, message: bytes, version: int) -> bytes:
        """Return the HMAC-SHA-256 of a message under one version.

        Raises:
            KeyError: There is no key of this version.
        """
        return hmac.digest(self.keys[version], message, sha256)


NO_KEYS = KeyRing({})
"""No key: nothing that was made with one can be checked."""


def ring_of(secrets: Mapping[int, str], purpose: KeyPurpose) -> KeyRing:
    """Return the keys derived for a purpose from secrets by version."""
    return KeyRing({version: derive_key(secret, purpose) for version, secret in secrets.items()})


def read_secrets(text: str) -> dict[int, str] | None:
    """Return secrets by version from a text such as `2:SECRET,1:SECRET`; None if it has another form."""
    parts = [_STATED.fullmatch(part) for part in text.replace(",", " ").split()]
    secrets = {int(match[1]): match[2] for match in parts if match}
    return secrets if secrets and len(secrets) == len(parts) else None
