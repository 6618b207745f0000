"""Accounts that begin with a link in a mail: the address, the password, and how long the link works."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final

from foundation.vocabulary.languages import Language

OPEN_FOR: Final = timedelta(hours=72)
"""How long the link of an invitation works."""
LONGEST_NAME: Final = 100
EMAIL: Final = re.compile(r"[^@\s]{1,100}@[^@\s.][^@\s]{0,100}\.[^@\s.]{2,}")


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What a person without a password gives: the name, and the hash of the password to log in with."""

    name: str
    password_hash: str = field(repr=False)
    language: Language = Language.FI


def normalised_email(typed: str) -> str:
    """Return an address as it is stored and compared."""
    return typed.strip().lower()


def digest_of_code(code: str) -> str:
    """Return the SHA-256 of the code in a link, by which its row is found."""
    return sha256(code.encode()).hexdigest()
