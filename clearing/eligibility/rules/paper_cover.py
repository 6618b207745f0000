"""Until when a provider's papers of a kind are valid without a gap (R-15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.facts.provider import Paper
from foundation.vocabulary.dates import ONE_DAY, in_force


def covered_until(papers: Iterable[Paper], kind: PaperKind, day: date) -> date | None:
    """Return the last day up to which a paper of the kind is valid without a gap, from a day on.

    If none is valid on the day: the newest last day before it, or the day before without one.
    None: the cover has no end.
    """
    own = sorted((each for each in papers if each.kind is kind), key=lambda each: each.first_day)
    if not any(in_force(each.first_day, each.last_day, day) for each in own):
        past = [each.last_day for each in own if each.last_day is not None and each.last_day < day]
        return max(past, default=day - ONE_DAY)
    last = day
    for each in own:
        if each.first_day <= last + ONE_DAY:
            if each.last_day is None:
                return None
            last = max(last, each.last_day)
    return last


def first_end(papers: Iterable[Paper], day: date) -> date | None:
    """Return the earliest end of the cover of a kind of which the provider has a paper; None: no end."""
    known = list(papers)
    kinds = sorted({each.kind for each in known})
    return min((end for kind in kinds if (end := covered_until(known, kind, day)) is not None), default=None)


def days_without(papers: Iterable[Paper], new: Paper, day: date) -> tuple[date, date] | None:
    """Return the first and the last day without a paper until a new one begins, as known on a day."""
    until = covered_until(papers, new.kind, day)
    if until is None:
        return None
    first, last = until + ONE_DAY, new.first_day - ONE_DAY
    return (first, last) if first <= last else None
