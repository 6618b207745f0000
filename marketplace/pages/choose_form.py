"""The form of a choice: how often, how much, from when, and instead of whom."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from clearing.plans.facts.plan import LoosePattern, PartOfWeek, VisitPlan
from clearing.plans.rules.plan_faults import plan_faults
from foundation.vocabulary.dates import PeriodKind, parse_iso_day
from foundation.vocabulary.money import Quantity
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import name_text, weekday_text
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    HiddenField,
    QuantityField,
    TimeField,
    between,
    may_be_empty,
    needed,
    pairs,
)
from foundation.web.languages import _
from marketplace.load.choices import MyChoice
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry
from marketplace.rules.week_entry import WeekVisit, plan_of_week, week_of_text
from marketplace.rules.wishes import Wish

PARTS = {
    PartOfWeek.DAYTIME: N_("In the daytime"),
    PartOfWeek.EVENING: N_("In the evening"),
    PartOfWeek.NIGHT: N_("At night"),
    PartOfWeek.SATURDAY: N_("On Saturdays"),
    PartOfWeek.SUNDAY: N_("On Sundays"),
}

MOST_UNITS = 9_999_99
EVERY_WEEK, ALTOGETHER, TIMES, KEEP = "week", "whole", "times", "keep"
ANY_TIME = "daytime"
ACCEPTED_DAY = "alkaa"
"""The part of the address with the day of a free time that the client has accepted."""


class ChooseForm(Form):
    """How often, how much, from when; and from which voucher if several fit."""

    class Meta:
        csrf = False

    offering = HiddenField("")
    replaces = ChoiceField(N_("You have already chosen somebody"))
    funding = ChoiceField(N_("From which voucher?"))
    how = ChoiceField(N_("How often?"), [needed(N_("Choose how often"))])
    amount = QuantityField(
        N_("How many hours?"),
        [
            needed(N_("Enter how many, for example 3")),
            between(1, None, N_("Enter a number above zero, for example 3")),
            between(None, MOST_UNITS, N_("The number is too large. Enter a smaller one.")),
        ],
    )
    starts_on = DayField(
        N_("From which day?"), [needed(N_("Enter the first day"))], hint=N_("For example 1.12.2026")
    )

    days = ChoicesField(N_("On which days?"))
    at = TimeField(N_("What time does it start?"), hint=N_("For example 17.00"))
    every = ChoiceField(N_("How often are these visits?"))
    visits = HiddenField("")
    part = ChoiceField(N_("At what time of the week mostly?"))
    until = DayField(N_("Until which day?"), [may_be_empty()], hint=N_("For example 1.5.2027"))

    def __init__(
        self,
        arguments: MultiDict[str, str],
        entry: OfferingEntry,
        fundings: list[MyFunding],
        living: list[MyChoice],
    ) -> None:
        accepted = parse_iso_day(arguments.get(ACCEPTED_DAY, ""))
        first = max(today(), accepted or entry.next_free_on or today())
        usual: dict[str, object] = {
            "how": EVERY_WEEK,
            "starts_on": first,
            "funding": str(fundings[0].facts.id),
        }
        usual |= {"every": "1", "part": ANY_TIME}
        usual["replaces"] = None if living else KEEP
        replaced = next((each for each in living if str(each.id) == arguments.get("replaces")), None)
        if replaced is not None:
            usual |= {"replaces": str(replaced.id), "amount": replaced.quantity_per_week}
        filled = "how" in arguments or "amount" in arguments
        super().__init__(formdata=arguments if filled else None, data=usual)
        self.offering.data = str(entry.facts.id)
        self.how.choices = [
            (EVERY_WEEK, _("The same every week")),
            (TIMES, _("On certain days and times")),
            (ALTOGETHER, _("Once, or a few times")),
        ]
        self.unit = entry.facts.unit
        self._offer_details()
        instead = [(choice.id, _instead(choice, entry)) for choice in living]
        self.replaces.choices = pairs([*instead, (KEEP, _("I keep both"))])
        if living:
            self.replaces.validators = [needed(N_("Choose what happens to your present help"))]
        self.funding.choices = pairs((funding.facts.id, _voucher_label(funding)) for funding in fundings)

    def _offer_details(self) -> None:
        self.days.choices = [(str(day), weekday_text(day)) for day in range(7)]
        self.every.choices = [
            ("1", _("Every week")),
            ("2", _("Every second week")),
            ("4", _("Every fourth week")),
        ]
        self.part.choices = [(part.value, _(PARTS[part])) for part in PartOfWeek]
        if self.part.data is None:
            self.part.data = ANY_TIME
        if self.every.data is None:
            self.every.data = "1"

    @property
    def lacks_times(self) -> bool:
        """Whether days and times were chosen but have not been asked for yet."""
        asked = self.visits.data or self.days.data or self.at.raw_data
        return self.how.data == TIMES and not asked

    def check_times(self) -> bool:
        """Refuse days and times that are missing or make no plan; return whether all is right."""
        if self.how.data != TIMES:
            return True
        if not self.visits.data and not self.days.data:
            self.refuse("days", _("Choose at least one day"))
        if not self.visits.data and self.at.data is None and not self.at.errors:
            self.refuse("at", _("Enter the time when the visit starts"))
        if not self.faults() and (not self._week() or plan_faults(self._plan())):
            self.refuse("amount", _("The visit would be too long or too short"))
        return not self.faults()

    def _week(self) -> tuple[WeekVisit, ...]:
        if self.visits.data:
            return week_of_text(self.visits.data)
        assert self.at.data is not None
        minute, amount = self.at.data.hour * 60 + self.at.data.minute, Quantity(self.amount.data or 0)
        return tuple([WeekVisit(int(day), minute, amount) for day in sorted(self.days.data)])

    def _plan(self) -> VisitPlan:
        """Return the plan of the days and times."""
        assert self.starts_on.data is not None
        plan = plan_of_week(0, self.unit, self._week(), self.starts_on.data)
        every = int(self.every.data) if self.every.data in {"2", "4"} and not self.visits.data else 1
        return replace(plan, timed=tuple([replace(each, every_weeks=every) for each in plan.timed]))

    def wish(self) -> Wish:
        """Return the wish that was entered."""
        assert self.amount.data is not None
        assert self.starts_on.data is not None
        first, amount = self.starts_on.data, Quantity(self.amount.data)
        if self.how.data == TIMES:
            return Wish.of_plan(self._plan(), first, None)
        if self.how.data == EVERY_WEEK and self.part.data not in (None, ANY_TIME):
            loose = LoosePattern(amount, PeriodKind.WEEK, first, None, PartOfWeek(self.part.data))
            return Wish(first, None, None, amount, loose=loose)
        weekly = self.how.data == EVERY_WEEK
        until = None if weekly else self.until.data
        return Wish(first, until, None if weekly else amount, amount if weekly else None)

    def refuse_past(self) -> bool:
        """Refuse a first day in the past, or a last day before it; return whether one was refused."""
        day, until = self.starts_on.data, self.until.data
        if day is not None and day < today():
            self.refuse("starts_on", _("The first day must be today or later"))
            return True
        if day is not None and until is not None and until < day:
            self.refuse("until", _("The last day is before the first day"))
            return True
        return False


def _instead(choice: MyChoice, entry: OfferingEntry) -> str:
    if choice.offering_id == entry.facts.id:
        return _("I change my present plan with %(name)s", name=choice.provider)
    return _("I choose this instead of %(name)s", name=choice.provider)


def _voucher_label(funding: MyFunding) -> str:
    return ", ".join(name_text(name) for name in funding.services.values())
