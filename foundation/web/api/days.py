"""The days of a list: `?from=&to=`, both included."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import validates_schema

from foundation.vocabulary.dates import DateWindow
from foundation.web.api.fields import ApiSchema, Day, FieldProblem
from foundation.web.catalogues import N_
from foundation.web.clock import today

LONGEST_DAYS, USUAL_DAYS = 92, 13


class DaysQuery(ApiSchema):
    """The days, both included: two weeks from today on unless given."""

    first_day = Day(data_key="from", load_default=None)
    last_day = Day(data_key="to", load_default=None)

    @validates_schema
    def check(self, query: dict[str, Any], **_options: Any) -> None:
        """Refuse days in the wrong order, and more than three months."""
        window = days_of(query)
        if window.last < window.first:
            raise FieldProblem("to", "ends_before_start", N_("The last day is before the first day"))
        if window.days() > LONGEST_DAYS:
            raise FieldProblem("to", "window_too_long", N_("Ask for at most three months at a time"))


def days_of(query: dict[str, Any]) -> DateWindow:
    """Return the days of a query."""
    first = query.get("first_day") or today()
    return DateWindow(first, query.get("last_day") or first + timedelta(days=USUAL_DAYS))
