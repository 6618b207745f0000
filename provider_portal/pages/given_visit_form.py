"""The form of a visit that was given otherwise than planned: its day, times or quantity, and why."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from wtforms.validators import ValidationError

from foundation.vocabulary.dates import HELSINKI, ONE_DAY
from foundation.vocabulary.units import HOUR
from foundation.web.clock import now, today
from foundation.web.forms import (
    DayField,
    Form,
    HiddenField,
    QuantityField,
    TextAreaField,
    TimeField,
    at_most,
    between,
    needed,
)
from foundation.web.languages import N_, _
from marketplace.load.listed_visit import ListedVisit
from provider_portal.rules.visit_to_charge import GivenVisit, visit_reference

NEAR = timedelta(days=14)
"""How far from its planned day a visit with times may have been given."""
LONGEST_WHY = 300
_PART = re.compile(r"[0-9a-f]{8}")


class GivenVisitForm(Form):
    """What was given. Nothing of the price is asked: it follows from the company's price list."""

    service_day = DayField(N_("Which day?"), [needed(N_("Enter the day of the visit"))])
    start = TimeField(N_("Started at"))
    end = TimeField(N_("Ended at"), hint=N_("An earlier time means the next day"))
    quantity = QuantityField(N_("How much"))
    why = TextAreaField(
        N_("What was different?"),
        [
            needed(N_("Write shortly what was different")),
            at_most(LONGEST_WHY, N_("At most %(length)s characters")),
        ],
        hint=N_("For example: the client asked for one hour more. The office reads this."),
    )
    reference = HiddenField("")
    """The key of the form on a phone without a connection; its end tells apart the parts of loose help."""

    def __init__(self, visit: ListedVisit) -> None:
        planned = visit.planned.visit
        self.visit, self.is_timed = visit, planned.start is not None
        self.by_times, self.by_quantity = self._asked(visit)
        reference = visit_reference(visit.visit_id)
        super().__init__(
            data={
                "service_day": min(visit.day, today()) if self.is_timed else self._days()[1],
                "start": planned.start and planned.start.astimezone(HELSINKI).time(),
                "end": planned.end and planned.end.astimezone(HELSINKI).time(),
                "quantity": planned.quantity if self.is_timed and self.by_quantity else None,
                "reference": reference if self.is_timed else f"{reference}-{token_hex(4)}",
            }
        )

    def _asked(self, visit: ListedVisit) -> tuple[bool, bool]:
        """Return whether times, and whether a quantity is asked: hours follow from times."""
        in_hours = visit.choice.unit == HOUR
        return self.is_timed or in_hours, not (self.is_timed and in_hours)

    def _days(self) -> tuple[Any, Any]:
        """Return the first and the last day on which it may have been given."""
        first, last = self.visit.day, self.visit.planned.last_day
        return (first - NEAR, min(first + NEAR, today())) if self.is_timed else (first, min(last, today()))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Validate what is asked; a field that is not shown is empty."""
        if not self.by_times:
            self.start.data = self.end.data = None
        if not self.by_quantity:
            self.quantity.data = None
        return super().validate(*args, **kwargs)

    def validate_service_day(self, field: Any) -> None:
        """Refuse a day that has not come, or is far from the planned one."""
        first, last = self._days()
        if field.data is None or first <= field.data <= last:
            return
        if field.data > today():
            raise ValidationError(_("This day has not come yet"))
        raise ValidationError(_("Choose a day near the planned one, or tell the office"))

    def validate_start(self, field: Any) -> None:
        """Require the start of a visit with times."""
        if self.by_times and field.data is None and (self.is_timed or self.end.data is not None):
            raise ValidationError(_("Enter when the visit started"))

    def validate_end(self, field: Any) -> None:
        """Require the end; the visit must be over."""
        day, start, end = self.service_day.data, self.start.data, field.data
        if not self.by_times or (start is None and end is None):
            return
        if end is None:
            raise ValidationError(_("Enter when the visit ended"))
        if start == end:
            raise ValidationError(_("The visit cannot end when it starts"))
        if day is not None and start is not None:
            ended_on = day + ONE_DAY if end < start else day
            if datetime.combine(ended_on, end, HELSINKI) > now():
                raise ValidationError(_("The visit has not ended yet. Check the day and the time."))

    def validate_quantity(self, field: Any) -> None:
        """Require a quantity where times do not say it."""
        if not self.by_quantity or (self.by_times and not self.is_timed and self.start.data is not None):
            return
        if field.data is None:
            raise ValidationError(
                _("Enter the times, or how many hours") if self.by_times and not self.is_timed
                else _("Enter how much was given")
            )  # fmt: skip
        between(1, None, N_("Enter more than zero"))(self, field)

    def validate_reference(self, _field: Any) -> None:
        """Require the form's own end of the reference where there may be several charges."""
        if not self.is_timed and not _PART.fullmatch(self._part()):
            raise ValidationError(_("Open the page again and record the visit there"))

    def _part(self) -> str:
        return str(self.reference.data or "").rpartition("-")[2]

    def given(self) -> GivenVisit:
        """Return what a valid form says."""
        day = self.service_day.data
        assert day is not None  # the form has been validated
        times_say_it = self.by_times and self.start.data is not None
        in_hours = self.visit.choice.unit == HOUR
        return GivenVisit(
            day=day,
            start=self.start.data,
            end=self.end.data,
            quantity=None if times_say_it and in_hours else self.quantity.data,
            why=" ".join((self.why.data or "").split()),
            part="" if self.is_timed else self._part(),
        )
