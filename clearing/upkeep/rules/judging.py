"""Which warnings hold for a funding, from what it is judged by."""

from clearing.upkeep.facts.course import AlertRule, Course
from clearing.upkeep.facts.judged import JudgedFunding
from clearing.upkeep.facts.thresholds import Thresholds
from clearing.upkeep.rules.early_warnings import (
    TWO_WEEKS,
    has_stopped,
    is_judged,
    judge,
    own_share_grew,
)
from clearing.upkeep.rules.figures import Figures, figures_of, figures_of_own_share, figures_of_rhythm
from clearing.upkeep.rules.provider_warnings import overdue


def holding(funding: JudgedFunding, limits: Thresholds) -> dict[AlertRule, Figures]:
    """Return the figures of each warning that holds now, also of those that must hold for a second week."""
    held = _own_shares(funding, limits)
    course = funding.course
    if course is None or not is_judged(course, limits):
        return held
    held |= {rule: figures_of(course, in_units=funding.in_units) for rule in judge(course, limits)}
    if AlertRule.LEVEL in held:
        held[AlertRule.LEVEL]["for_worker"] = int(course.used_share >= limits.level_worker)
    for choice in funding.choices:
        if choice.rhythm is not None and has_stopped(choice.rhythm, limits):
            held[AlertRule.STOPPED] = figures_of_rhythm(choice.rhythm, choice.choice_id)
    return held


def open_now(funding: JudgedFunding, limits: Thresholds) -> frozenset[AlertRule]:
    """Return the warnings that would be open with these limits: some must also have held a week earlier."""
    held = holding(funding, limits).keys()
    return frozenset(
        rule for rule in held if rule not in TWO_WEEKS or _held_before(rule, funding.before, limits)
    )


def _held_before(rule: AlertRule, before: Course | None, limits: Thresholds) -> bool:
    return before is not None and rule in judge(before, limits)


def _own_shares(funding: JudgedFunding, limits: Thresholds) -> dict[AlertRule, Figures]:
    """Return the figures of the choice whose own share grew most, if that is a warning."""
    shares = [(each.own_share, each.choice_id) for each in funding.choices if each.own_share is not None]
    grown = [(own, choice_id) for own, choice_id in shares if own_share_grew(own, limits)]
    if not grown:
        return {}
    own, choice_id = max(grown, key=lambda each: each[0].now_cents - each[0].then_cents)
    return {AlertRule.OWN_SHARE: figures_of_own_share(own, choice_id)}


def is_uncertain(funding: JudgedFunding, limits: Thresholds) -> bool:
    """Return whether a provider of the funding reports late (alert 7): warnings 1, 5 and 6 are uncertain."""
    waiting = [day for choice in funding.choices for day in choice.unreported]
    is_late = funding.delay_days > limits.late_report_days
    return is_late or bool(overdue(waiting, funding.judged_on, limits))
