"""What a choice is judged by: its rhythm, the visits that wait for a charge, and the client's own share."""

from datetime import date, timedelta

from clearing.upkeep.facts.course import OwnShare
from clearing.upkeep.facts.judged import JudgedChoice
from clearing.upkeep.rules.courses import CourseOfChoice, rhythm_of
from foundation.vocabulary.dates import ONE_DAY

_ONE_UNIT = 100
_WHEN_CHOSEN, _TO_COME = timedelta(days=28), timedelta(days=56)


def judged_choice(choice: CourseOfChoice, known: date, today: date) -> JudgedChoice:
    """Return what a choice is judged by as of the last day that is known."""
    waiting = [visit.visit for visit in choice.waiting if choice.is_live and visit.visit.start is not None]
    return JudgedChoice(
        choice.choice_id,
        choice.provider_id,
        rhythm_of(choice, known),
        own_share_of(choice, known),
        tuple(visit.day for visit in waiting if visit.day < today),
    )


def own_share_of(choice: CourseOfChoice, day: date) -> OwnShare | None:
    """Return what the client pays of a unit; None if the choice has ended or no price is known.

    The median of the first four weeks of the choice, and of the eight weeks after a day: a holiday in them
    changes neither.
    """
    if not choice.is_live or choice.plan.has_ended(day):
        return None
    then = _own_share_in(choice, choice.first_day, choice.first_day + _WHEN_CHOSEN)
    now = _own_share_in(choice, day + ONE_DAY, day + ONE_DAY + _TO_COME)
    return None if then is None or now is None else OwnShare(then, now)


def _own_share_in(choice: CourseOfChoice, first: date, after: date) -> int | None:
    found = [
        visit.you_pay_cents * _ONE_UNIT // visit.visit.quantity
        for visit in choice.visits
        if first <= visit.visit.day < after and visit.visit.quantity > 0 and visit.you_pay_cents is not None
    ]
    return sorted(found)[(len(found) - 1) // 2] if found else None
