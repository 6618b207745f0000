"""The limits of the early warnings."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of the early warnings. The defaults are those of the county's rulebook of alerts."""

    first_judged_day: int = 28
    too_fast_sigmas: float = 1.5
    too_fast_over: float = 1.05
    too_fast_days_before: int = 14
    ends_soon_days: int = 56
    ends_soon_days_left: int = 70
    level_client: float = 0.85
    level_worker: float = 0.95
    level_ahead: float = 0.05
    not_chosen_days: int = 21
    not_started_days: int = 42
    stopped_timetabled_days: int = 35
    stopped_timetabled_gaps: float = 4
    stopped_on_call_days: int = 28
    stopped_on_call_gaps: float = 6
    cannot_use_share: float = 0.6
    cannot_use_sigmas: float = 2.5
    late_report_days: int = 10
    unreported_days: int = 14
    own_share_growth: float = 0.1
    papers_days: int = 30
    disputed_share: float = 0.05
    disputed_least: int = 3
    cut_off_share: float = 0.5
    cut_off_days: int = 3
    ending_first_days: int = 60
    ending_second_days: int = 30
    ending_last_days: int = 14
    unused_weeks: int = 8


THRESHOLDS = Thresholds()


class ThresholdState(StrEnum):
    """Where a version of the limits is. The values are stored."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
