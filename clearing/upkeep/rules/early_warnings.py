"""The early warnings about a client's use, each compared with the client's own plan."""

from datetime import timedelta

from clearing.upkeep.facts.course import AlertRule, Course, OwnShare, Rhythm
from clearing.upkeep.facts.thresholds import THRESHOLDS, Thresholds

TWO_WEEKS = frozenset({AlertRule.TOO_FAST, AlertRule.CANNOT_USE})
"""These must hold in two weekly judgements running."""


def goes_too_fast(course: Course, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 1: more was used than planned, and at this pace the money ends long before the window.

    C − P > 1.5σ, C + r·L > 1.05·Bf and X ≤ e − 14 days.
    """
    ahead = course.charged - course.planned
    in_all = course.charged + course.pace * course.days_left
    too_early = course.last_day - timedelta(days=limits.too_fast_days_before)
    return (
        ahead > limits.too_fast_sigmas * course.sigma
        and in_all > limits.too_fast_over * course.granted
        and course.used_up_on <= too_early
    )


def ends_soon(course: Course, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 2: the money ends in eight weeks at this pace, and the window goes on for over ten.

    (Bf − C − R)/r < 56 and L > 70.
    """
    free = course.granted - course.charged - course.held
    ends = free < limits.ends_soon_days * course.pace
    return ends and course.days_left > limits.ends_soon_days_left


def level_reached(course: Course, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 3: 85 % is used, and the used share is ahead of the time by over 5 points.

    (C + R)/B ≥ 0.85, only if the used share is over the time share by more than 0.05.
    """
    ahead = course.used_share - course.time_share
    return course.used_share >= limits.level_client and ahead > limits.level_ahead


def has_stopped(rhythm: Rhythm, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 5: no service for longer than the plan explains.

    Days since the last service > max(35, 4 × gap) of visits with times, > max(28, 6 × gap) of others.
    """
    if rhythm.is_timetabled:
        most, gaps = limits.stopped_timetabled_days, limits.stopped_timetabled_gaps
    else:
        most, gaps = limits.stopped_on_call_days, limits.stopped_on_call_gaps
    return rhythm.days_since_service > max(most, gaps * rhythm.planned_gap_days)


def cannot_use(course: Course, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 6: much less was used than planned: does the client need help? C < 0.6·P and P − C > 2.5σ."""
    behind = course.planned - course.charged
    few = course.charged < limits.cannot_use_share * course.planned
    return few and behind > limits.cannot_use_sigmas * course.sigma


def own_share_grew(own: OwnShare, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 9: the client pays over 10 % more of a unit than when the provider was chosen."""
    grown = own.now_cents - own.then_cents
    return grown > 0 and grown > limits.own_share_growth * own.then_cents


def will_be_unused(course: Course, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 11: the window ends in 60 days, and at this pace more is left than eight weeks of the plan cost.

    Bf − C − R − r·L > 8 weeks of the plan.
    """
    is_near = (course.last_day - course.day).days <= limits.ending_first_days
    return is_near and course.per_day > 0 and course.unused > limits.unused_weeks * 7 * course.per_day


def is_judged(course: Course, limits: Thresholds = THRESHOLDS) -> bool:
    """Return whether enough days have passed to judge at all: from day 28 on."""
    return (course.day - course.first_day).days + 1 >= limits.first_judged_day


def judge(course: Course, limits: Thresholds = THRESHOLDS) -> frozenset[AlertRule]:
    """Return the alerts about the money of a funding that hold on a day."""
    if not is_judged(course, limits):
        return frozenset()
    held = {
        AlertRule.TOO_FAST: goes_too_fast(course, limits),
        AlertRule.ENDS_SOON: ends_soon(course, limits),
        AlertRule.LEVEL: level_reached(course, limits),
        AlertRule.CANNOT_USE: cannot_use(course, limits),
        AlertRule.UNUSED: will_be_unused(course, limits),
    }
    return frozenset(rule for rule, holds in held.items() if holds)
