"""The limits of the early warnings in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clearing.upkeep.rules.limits import Counted
from foundation.vocabulary.labels import N_

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "too_fast_sigmas": N_("Used is over planned by more than this many usual differences"),
        "too_fast_over": N_("At this pace more than this share of the money would be used"),
        "too_fast_days_before": N_("It would end so many days too early"),
        "ends_soon_days": N_("What is left lasts fewer days than this"),
        "ends_soon_days_left": N_("More days than this are left of the voucher"),
        "level_client": N_("So much is used: the client is told"),
        "level_worker": N_("So much is used: the worker is told too"),
        "level_ahead": N_("The used share is ahead of the time by more than this"),
        "not_chosen_days": N_("Days without a choice of a provider"),
        "not_started_days": N_("Days without a visit"),
        "stopped_timetabled_days": N_("Visits with times: days without a visit"),
        "stopped_timetabled_gaps": N_("Visits with times: times the planned gap"),
        "stopped_on_call_days": N_("Other visits: days without a visit"),
        "stopped_on_call_gaps": N_("Other visits: times the planned gap"),
        "cannot_use_share": N_("Used is under this share of planned"),
        "cannot_use_sigmas": N_("Used is behind planned by more than this many usual differences"),
        "late_report_days": N_("Half of the charges come later than this"),
        "unreported_days": N_("A planned visit waits longer than this for its charge"),
        "own_share_growth": N_("The client pays more than this much more of a unit"),
        "papers_days": N_("A paper ends in so many days"),
        "disputed_share": N_("More than this share of charges is disputed"),
        "disputed_least": N_("At least so many charges are disputed"),
        "cut_off_share": N_("More than this share of charges comes in the last days"),
        "cut_off_days": N_("So many days count as the last ones"),
        "ending_first_days": N_("First warning before the last day"),
        "ending_second_days": N_("Second warning before the last day"),
        "ending_last_days": N_("Last warning before the last day"),
        "unused_weeks": N_("More than the plan of so many weeks will be left"),
        "first_judged_day": N_("No warning from the pace before this day of the voucher"),
    }
)
COUNTED: Mapping[Counted, str] = MappingProxyType(
    {
        Counted.DAYS: N_("days"),
        Counted.WEEKS: N_("weeks"),
        Counted.TIMES: N_("times"),
        Counted.PERCENT: N_("percent"),
        Counted.NUMBER: N_("charges"),
    }
)
