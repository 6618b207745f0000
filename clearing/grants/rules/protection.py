"""Setting and ending the protection of a client's address (turvakielto, Act 661/2009, section 36)."""

from __future__ import annotations

from typing import Final

from foundation.vocabulary.refusals import Refusal

PROTECTED: Final = "client.protect"
UNPROTECTED: Final = "client.unprotect"
"""The audit acts. The log is the history: who changed the protection, when and why."""

UNCHANGED: Final = Refusal("protection_unchanged")
WHY_MISSING: Final = Refusal("why_missing", "why")


def act_of_protection(*, is_protected: bool, protect: bool | None) -> str | None:
    """Return the audit act of a change; None if nothing changes or `protect` does not say."""
    if protect is None or protect is is_protected:
        return None
    return PROTECTED if protect else UNPROTECTED


def change_of_protection(*, is_protected: bool, protect: bool, why: str) -> str | Refusal:
    """Return the audit act of a worker's change, or why there is none: a change needs a reason."""
    if not why.strip():
        return WHY_MISSING
    return act_of_protection(is_protected=is_protected, protect=protect) or UNCHANGED
