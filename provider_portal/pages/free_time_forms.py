"""Forms of a provider's free times: hours of the week, and days on which it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Final

from clearing.plans.facts.free_times import FreeHours
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.refusals import Refusal
from foundation.web.formats import weekday_text
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    TimeField,
    WholeNumberField,
    between,
    may_be_empty,
    needed,
)
from foundation.web.languages import N_, _
from marketplace.rules.free_hours import MOST_AT_ONCE

OWN_HOURS: Final = "own"
PARTS: Final = {
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(16)),
    "evening": (time(16), time(20)),
}
PART_NAMES: Final = {
    "morning": N_("Morning, 8–12"),
    "afternoon": N_("Afternoon, 12–16"),
    "evening": N_("Evening, 16–20"),
    OWN_HOURS: N_("Other hours"),
}
FAULTS: Final = {
    "hours_too_short": N_("The hours must last at least 30 minutes. Enter a later end."),
    "ends_before_start": N_("The last day is before the first."),
    "at_once_impossible": N_("Enter a number from 1 to 50"),
    "offering_missing": N_("Choose at least one service"),
    "offering_unknown": N_("Choose from the list"),
    "hours_overlap": N_(
        "You have given these hours already, or a part of them. Remove the earlier ones first."
    ),
    "closed_days_overlap": N_("You are closed already on some of these days."),
    "too_many_hours": N_("You have given 200 hours, which is the most. Remove some first."),
    "too_many_closed": N_("You have 100 times of closed days, which is the most. Remove some first."),
}
FIELDS: Final = {
    "from": "starts",
    "to": "ends",
    "until": "last_day",
    "at_once": "at_once",
    "offerings": "offerings",
}


class HoursForm(Form):
    """Hours on one or more weekdays."""

    weekdays = ChoicesField(N_("On which days are you free?"), [needed(N_("Choose at least one day"))])
    part = ChoiceField(N_("At what time?"), [needed(N_("Choose a time"))])
    starts = TimeField(N_("From (clock)"))
    ends = TimeField(N_("Until (clock)"))
    offerings = ChoicesField(N_("For which services?"), [needed(N_("Choose at least one service"))])
    at_once = WholeNumberField(
        N_("How many clients can you help at once?"),
        [may_be_empty(), between(1, MOST_AT_ONCE, N_("Enter a number from 1 to 50"))],
    )
    first_day = DayField(N_("From the day"), [may_be_empty()], hint=N_("Leave empty if from today"))
    last_day = DayField(
        N_("Until the day"), [may_be_empty()], hint=N_("Leave empty if it is valid until further notice")
    )

    @property
    def says_more(self) -> bool:
        """Return whether a field that is folded away says something."""
        folded = (self.at_once, self.first_day, self.last_day)
        return any(field.errors for field in folded) or self.last_day.data is not None

    def read(self, today: date) -> list[FreeHours]:
        """Return the hours that were entered; none if the clock is missing, which is shown at its field."""
        starts, ends = PARTS.get(self.part.data or "", (self.starts.data, self.ends.data))
        for name, clock in (("starts", starts), ("ends", ends)):
            if clock is None and not self[name].errors:
                self.refuse(name, _("Enter the time, for example 9.00"))
        if starts is None or ends is None:
            return []
        return [
            FreeHours(
                int(weekday),
                starts.hour * 60 + starts.minute,
                ends.hour * 60 + ends.minute or 24 * 60,
                self.first_day.data or today,
                self.last_day.data,
                self.at_once.data or 1,
                frozenset(int(key) for key in self.offerings.data),
            )
            for weekday in self.weekdays.data
        ]

    def show(self, refusal: Refusal) -> None:
        """Show why the hours were not stored, each reason once at its field."""
        shown = {(FIELDS.get(reason.field.rpartition(".")[2]), reason.code) for reason in refusal.reasons}
        for name, code in sorted(shown, key=str):
            self.refuse(name, _(FAULTS[code]))


class ClosedForm(Form):
    """Days on which the provider takes nobody new."""

    closed_from = DayField(N_("First day closed"), [needed(N_("Enter the first day"))])
    closed_to = DayField(N_("Last day closed"), [may_be_empty()], hint=N_("Leave empty if it is one day"))

    def read(self) -> DateWindow:
        """Return the days that were entered."""
        first = self.closed_from.data
        assert first is not None  # the form has been validated
        return DateWindow(first, self.closed_to.data or first)

    def show(self, refusal: Refusal) -> None:
        """Show why the days were not stored."""
        names = {"from": "closed_from", "to": "closed_to"}
        for reason in refusal.reasons:
            self.refuse(names.get(reason.field.rpartition(".")[2]), _(FAULTS[reason.code]))


def hours_form(titles: Mapping[int, str], *, is_sent: bool = True) -> HoursForm:
    """Return the form, with every service chosen.

    Args:
        titles: The provider's offerings by id.
        is_sent: The request may have this form; False: it has the other form of the page.
    """
    values = {"offerings": list(titles), "at_once": 1}
    form = HoursForm(data=values) if is_sent else HoursForm(formdata=None, data=values)
    form.weekdays.choices = [(str(day), weekday_text(day)) for day in range(7)]
    form.part.choices = [(code, _(name)) for code, name in PART_NAMES.items()]
    form.offerings.choices = [(str(key), title) for key, title in titles.items()]
    return form
