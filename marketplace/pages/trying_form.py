"""The form of a tried week: from which day, and for each visit who, which day, what time and how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from werkzeug.datastructures import MultiDict

from clearing.plans.facts.plan import VisitPlan
from clearing.plans.rules.plan_faults import plan_faults
from foundation.vocabulary.money import Quantity
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import weekday_text
from foundation.web.forms import ChoiceField, DayField, Form, QuantityField, TimeField, needed, pairs
from foundation.web.languages import _
from marketplace.load.choices import MyChoice
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry
from marketplace.rules.week_entry import (
    MOST_VISITS,
    WeekVisit,
    length_of,
    plan_of_week,
    week_of_plan,
)

MOST_UNITS = 9_999_99
NO_VISIT, ANY_DAY = "", "any"


@dataclass(frozen=True, slots=True)
class Helper:
    """An offering that can be tried, the funding that pays for it, the choice in force, and its plan."""

    entry: OfferingEntry
    funding: MyFunding
    choice: MyChoice | None = None
    plan: VisitPlan | None = None

    @property
    def key(self) -> str:
        """The value of the helper in the form."""
        return str(self.entry.facts.id)


class VisitForm(Form):
    """One visit of the week."""

    class Meta:
        csrf = False

    who = ChoiceField(N_("Who"), dropdown=True)
    day = ChoiceField(N_("Which day"), dropdown=True)
    at = TimeField(N_("What time"))
    much = QuantityField(N_("How much"))

    def __init__(
        self, number: int, helpers: Sequence[Helper], arguments: MultiDict[str, str] | None, visit: object
    ) -> None:
        super().__init__(formdata=arguments, data=visit, prefix=f"v{number}-")
        self.who.choices = pairs((helper.key, helper.entry.provider.name) for helper in helpers)
        days = [(str(weekday), weekday_text(weekday)) for weekday in range(7)]
        self.day.choices = [(NO_VISIT, _("No visit")), *days, (ANY_DAY, _("Any time"))]

    def check(self, unit: str) -> None:
        """Refuse a visit without an amount or, on a fixed day, without a time."""
        much = self.much.data
        if not self.much.errors and (much is None or much <= 0):
            self.refuse("much", _("Enter a number above zero, for example 3"))
        elif much is not None and much > MOST_UNITS:
            self.refuse("much", _("The number is too large. Enter a smaller one."))
        elif self.day.data != ANY_DAY and self.at.data is None and not self.at.errors:
            self.refuse("at", _("Enter the time when the visit starts"))
        elif self.day.data != ANY_DAY and much and length_of(unit, Quantity(much)) == 0:
            self.refuse("much", _("Enter a number above zero, for example 3"))

    def visit(self) -> WeekVisit:
        """Return the visit that was entered."""
        much = Quantity(self.much.data or 0)
        if self.day.data == ANY_DAY or self.at.data is None:
            return WeekVisit(None, None, much)
        return WeekVisit(int(self.day.data), self.at.data.hour * 60 + self.at.data.minute, much)


class TryForm(Form):
    """The first day, and the visits of the week."""

    class Meta:
        csrf = False

    starts_on = DayField(
        N_("From which day?"), [needed(N_("Enter the first day"))], hint=N_("For example 1.12.2026")
    )

    def __init__(
        self,
        arguments: MultiDict[str, str],
        helpers: Sequence[Helper],
        first_day: date,
        usual: Sequence[dict[str, object]],
    ) -> None:
        filled = "v1-who" in arguments
        super().__init__(formdata=arguments if filled else None, data={"starts_on": first_day})
        self.helpers = {helper.key: helper for helper in helpers}
        sent = len([name for name in arguments if name.endswith("-who")])
        count = min(MOST_VISITS, sent + ("more" in arguments) if filled else max(1, len(usual)))
        self.visits = [
            VisitForm(
                number + 1,
                helpers,
                arguments if filled and number < sent else None,
                usual[number] if not filled and number < len(usual) else {"day": NO_VISIT},
            )
            for number in range(count)
        ]

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Return whether the first day, every visit and the plan of every helper can be planned."""
        super().validate(*args, **kwargs)
        day = self.starts_on.data
        if day is not None and day < today():
            self.refuse("starts_on", _("The first day must be today or later"))
        for visit in self.visits:
            visit.validate()
            if visit.day.data and visit.who.data in self.helpers:
                visit.check(self.helpers[visit.who.data].entry.facts.unit)
        if not self.faults():
            self._refuse_overlaps()
        return not self.faults()

    def _refuse_overlaps(self) -> None:
        for helper, plan in self.plans():
            if plan_faults(plan):
                number = next(n for n, each in enumerate(self.visits) if each.who.data == helper.key)
                self.visits[number].refuse("at", _("Two visits of the same helper overlap"))

    def faults(self) -> list[tuple[str, str]]:
        """Return the errors of the form and of its visits, in the order of the page."""
        return super().faults() + [fault for visit in self.visits for fault in visit.faults()]

    def plans(self) -> list[tuple[Helper, VisitPlan]]:
        """Return the plan of each helper who has a visit, in the order of the helpers."""
        starts_on = self.starts_on.data or today()
        found = []
        for helper in self.helpers.values():
            visits = [each.visit() for each in self.visits if each.day.data and each.who.data == helper.key]
            if visits:
                unit, choice = helper.entry.facts.unit, helper.choice.id if helper.choice else 0
                found.append((helper, plan_of_week(choice, unit, visits, starts_on)))
        return found


def usual_visits(helpers: Iterable[Helper]) -> list[dict[str, object]]:
    """Return the visits that the form shows first: those of the choices in force by the week."""
    found: list[dict[str, object]] = []
    for helper in helpers:
        for visit in () if helper.plan is None else week_of_plan(helper.plan):
            minute = visit.start_minute
            at = None if minute is None else time(minute // 60, minute % 60)
            day = ANY_DAY if visit.weekday is None else str(visit.weekday)
            found.append({"who": helper.key, "day": day, "at": at, "much": visit.quantity})
    return found[:MOST_VISITS]


def is_kept(helper: Helper, plan: VisitPlan) -> bool:
    """Return whether a plan has the same week as the choice that is in force."""
    return helper.plan is not None and sorted(week_of_plan(plan), key=str) == sorted(
        week_of_plan(helper.plan), key=str
    )
