"""The limits that a county may change: what each is counted in, and between which values it must be."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.thresholds import Thresholds

_PERCENT = 100


class Counted(StrEnum):
    """What a limit is counted in. People write shares in percent."""

    DAYS = "days"
    WEEKS = "weeks"
    TIMES = "times"
    PERCENT = "percent"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a rule, and the lowest and highest value as people write them."""

    name: str
    rule: AlertRule
    counted: Counted
    lowest: int
    highest: int


LIMITS = (
    Limit("too_fast_sigmas", AlertRule.TOO_FAST, Counted.TIMES, 0, 10),
    Limit("too_fast_over", AlertRule.TOO_FAST, Counted.PERCENT, 100, 300),
    Limit("too_fast_days_before", AlertRule.TOO_FAST, Counted.DAYS, 0, 180),
    Limit("ends_soon_days", AlertRule.ENDS_SOON, Counted.DAYS, 7, 180),
    Limit("ends_soon_days_left", AlertRule.ENDS_SOON, Counted.DAYS, 7, 365),
    Limit("level_client", AlertRule.LEVEL, Counted.PERCENT, 50, 100),
    Limit("level_worker", AlertRule.LEVEL, Counted.PERCENT, 50, 100),
    Limit("level_ahead", AlertRule.LEVEL, Counted.PERCENT, 0, 50),
    Limit("not_chosen_days", AlertRule.NOT_STARTED, Counted.DAYS, 7, 365),
    Limit("not_started_days", AlertRule.NOT_STARTED, Counted.DAYS, 14, 365),
    Limit("stopped_timetabled_days", AlertRule.STOPPED, Counted.DAYS, 7, 180),
    Limit("stopped_timetabled_gaps", AlertRule.STOPPED, Counted.TIMES, 1, 20),
    Limit("stopped_on_call_days", AlertRule.STOPPED, Counted.DAYS, 7, 180),
    Limit("stopped_on_call_gaps", AlertRule.STOPPED, Counted.TIMES, 1, 20),
    Limit("cannot_use_share", AlertRule.CANNOT_USE, Counted.PERCENT, 0, 100),
    Limit("cannot_use_sigmas", AlertRule.CANNOT_USE, Counted.TIMES, 0, 10),
    Limit("late_report_days", AlertRule.REPORTS_LATE, Counted.DAYS, 1, 60),
    Limit("unreported_days", AlertRule.REPORTS_LATE, Counted.DAYS, 1, 60),
    Limit("own_share_growth", AlertRule.OWN_SHARE, Counted.PERCENT, 0, 100),
    Limit("papers_days", AlertRule.AT_RISK, Counted.DAYS, 0, 180),
    Limit("disputed_share", AlertRule.AT_RISK, Counted.PERCENT, 0, 100),
    Limit("disputed_least", AlertRule.AT_RISK, Counted.NUMBER, 1, 1000),
    Limit("cut_off_share", AlertRule.AT_RISK, Counted.PERCENT, 0, 100),
    Limit("cut_off_days", AlertRule.AT_RISK, Counted.DAYS, 1, 30),
    Limit("ending_first_days", AlertRule.ENDING, Counted.DAYS, 1, 180),
    Limit("ending_second_days", AlertRule.ENDING, Counted.DAYS, 1, 180),
    Limit("ending_last_days", AlertRule.ENDING, Counted.DAYS, 1, 180),
    Limit("unused_weeks", AlertRule.UNUSED, Counted.WEEKS, 1, 52),
    Limit("first_judged_day", AlertRule.CANNOT_USE, Counted.DAYS, 7, 180),
)
BY_NAME = {limit.name: limit for limit in LIMITS}


def shown_values(limits: Thresholds) -> dict[str, float]:
    """Return every limit by name as people write it: shares in percent."""
    stored = asdict(limits)
    return {
        each.name: round(stored[each.name] * _PERCENT, 2)
        if each.counted is Counted.PERCENT
        else stored[each.name]
        for each in LIMITS
    }


def limits_of(shown: Mapping[str, float], before: Thresholds) -> Thresholds | frozenset[str]:
    """Return limits from values as people write them, or the names of those that may not be.

    A limit that is not named stays as it was `before`.
    """
    values = {**shown_values(before), **shown}
    wrong = {name for name in values if name not in BY_NAME or not _may_be(BY_NAME[name], values[name])}
    if wrong:
        return frozenset(wrong)
    return Thresholds(
        **{name: _stored(BY_NAME[name], value) for name, value in values.items()}  # type: ignore[arg-type]
    )


def _may_be(limit: Limit, value: float) -> bool:
    is_whole = float(value).is_integer() or limit.counted in (Counted.TIMES, Counted.PERCENT)
    return is_whole and limit.lowest <= value <= limit.highest


def _stored(limit: Limit, value: float) -> float:
    if limit.counted is Counted.PERCENT:
        return round(value / _PERCENT, 4)
    return float(value) if limit.counted is Counted.TIMES else int(value)
