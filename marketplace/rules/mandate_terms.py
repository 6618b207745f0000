"""What may be given in a mandate, for how long, and the form of an invitation's code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from foundation.vocabulary.refusals import Refusal


class Right(StrEnum):
    """A right of a mandate. The value is the name of its column."""

    SEE = "may_see"
    PROPOSE = "may_propose"
    CHOOSE = "may_choose"
    MOVE = "may_move"
    CONFIRM = "may_confirm"


@dataclass(frozen=True, slots=True)
class MandateTerms:
    """What a mandate allows, for which fundings (None: all) and until when (None: no last day)."""

    rights: frozenset[Right]
    funding_ids: frozenset[int] | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Guardianship:
    """The paper from which a guardian acts: its kind and number, and the first day."""

    kind: str
    document_number: str
    first_day: date


OPEN_FOR: Final = timedelta(days=14)
"""How long the code of an invitation works."""

MOST_OPEN: Final = 5
"""Open invitations of a client at the same time: each is a code that somebody could try."""

ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""The characters of a code, without those that are read for each other: 0 O, 1 I L, U V."""

CODE_LENGTH: Final = 12
"""Twelve of thirty characters are 58 bits."""

RIGHT_NEEDED: Final = Refusal("right_needed", "rights")
SIGHT_NEEDED: Final = Refusal("sight_needed", "rights")
FUNDING_NEEDED: Final = Refusal("funding_needed", "fundings")
FUNDING_UNKNOWN: Final = Refusal("funding_unknown", "fundings")
LAST_DAY_PAST: Final = Refusal("last_day_past", "last_day")
LAST_DAY_EARLY: Final = Refusal("ends_before_start", "last_day")
FIRST_DAY_PAST: Final = Refusal("first_day_past", "first_day")


def why_not_changed(
    terms: MandateTerms, own_fundings: Collection[int], *, first_day: date, earliest: date
) -> Refusal | None:
    """Return why a mandate cannot get these terms from a day on; None if it can.

    Args:
        earliest: Today, or the first day of a mandate that has not begun.
    """
    if first_day < earliest:
        return FIRST_DAY_PAST
    if terms.last_day is not None and earliest <= terms.last_day < first_day:
        return LAST_DAY_EARLY
    return why_not_given(terms, own_fundings, first_day)


def why_not_given(terms: MandateTerms, own_fundings: Collection[int], day: date) -> Refusal | None:
    """Return why a client cannot give a mandate with these terms on a day; None if it can be given.

    Source: docs/decisions/0130 and 0153.
    """
    if not terms.rights:
        return RIGHT_NEEDED
    if Right.SEE not in terms.rights:
        return SIGHT_NEEDED
    if terms.funding_ids is not None and not terms.funding_ids:
        return FUNDING_NEEDED
    if not (terms.funding_ids or frozenset()) <= set(own_fundings):
        return FUNDING_UNKNOWN
    if terms.last_day is not None and terms.last_day < day:
        return LAST_DAY_PAST
    return None


def normalised_code(typed: str) -> str | None:
    """Return the code in what somebody typed, without spaces and hyphens; None if it cannot be one."""
    plain = "".join(character for character in typed.upper() if character not in " -\u00a0\t")
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """Return a code as it is shown: `ABCD-EFGH-JKMN`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
