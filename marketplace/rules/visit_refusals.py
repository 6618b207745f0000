"""Why a planned visit cannot be changed, or days away cannot be set, in words (msgids by code)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from foundation.vocabulary.labels import N_
from foundation.vocabulary.refusals import Refusal

VISIT_REFUSALS: Final[Mapping[str, str]] = {
    "choice_ended": N_("This help has ended"),
    "visit_unknown": N_("The visit is no longer planned"),
    "visit_without_times": N_("Only a visit with a time can be changed"),
    "visit_begun": N_("The visit has begun already"),
    "visit_not_possible": N_("The visit cannot be changed like this"),
    "visits_overlap": N_("You have another visit of the same helper at that time"),
    "possible_double": N_("You have another visit of the same helper at that time"),
    "length_not_possible": N_("The visit would be too long or too short"),
    "time_unknown": N_("Enter a time of day, for example 9.30"),
    "amount_not_positive": N_("Enter a number above zero, for example 3"),
    "day_outside_choice": N_("The helper does not help you on that day"),
    "day_in_past": N_("The day must be today or later"),
    "day_paused": N_("You are away on that day"),
    "over_amount": N_("There is not enough money for the visit"),
    "over_quantity": N_("Your voucher has no time left for the visit"),
    "over_period_limit": N_("The limit of the month or week does not allow the visit"),
    "ends_before_start": N_("The last day is before the first day"),
    "pauses_overlap": N_("You are away on some of these days already"),
    "pause_unknown": N_("These days away have ended"),
}

SAME_TIME: Final = (
    N_("You have another helper at the same time"),
    N_("Some of these visits are at the same time as visits of another helper."),
    N_("Change the times, or tell the other helper."),
)
"""The warning of visits at the same minute at two providers (R-28): what, why, and what to do."""

SAME_HELP_TWICE: Final = (
    N_("You have this help already"),
    N_("If two visits of one day look alike, the county checks the second one before it is paid."),
    N_("You can also have all of it in one plan: choose it in place of the help that you have."),
)
"""The warning of two plans of one helper of which one has no times (R-27)."""

PLAN_FAULTS: Final[Mapping[str, str]] = {
    **{
        code: VISIT_REFUSALS[code]
        for code in (
            "visits_overlap",
            "length_not_possible",
            "time_unknown",
            "amount_not_positive",
            "ends_before_start",
            "visit_unknown",
        )
    },
    "one_kind_of_plan": N_("Give times, a quantity a week or month, or a quantity in all"),
    "weekdays_missing": N_("Choose at least one weekday"),
    "weekday_unknown": N_("There is no such weekday"),
    "interval_unknown": N_("Visits can be every week, every second week or every fourth week"),
    "visit_changed_twice": N_("This visit is changed twice"),
}
"""What is wrong with a plan of visits, by the code of the fault."""


def words_of(refusal: Refusal) -> list[str]:
    """Return the words of each reason of a refusal, or its own if it has none."""
    usual = VISIT_REFUSALS["visit_not_possible"]
    return [VISIT_REFUSALS.get(reason.code, usual) for reason in refusal.reasons or (refusal,)]
