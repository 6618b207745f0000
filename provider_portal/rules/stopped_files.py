"""Until when a stopped file may be gone on with, and what is said of its rows that were not taken in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from clearing.reasons import Finding, Reason, Severity, report
from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.rules.retention_rules import last_day, rules_on
from foundation.vocabulary.labels import N_

NOT_TAKEN_IN: Final = "not_taken_in"
"""The outcome of a row that nobody has decided."""
SHOWN: Final = timedelta(days=30)
"""How long a provider's start page says that a file has ended."""

_REASON: Final = Reason(
    rule="",
    code=NOT_TAKEN_IN,
    severity=Severity.REFUSE,
    field=None,
    who="",
    title=N_("This row was not taken in"),
    detail=N_("You stopped the file, and nobody went on with it in time."),
    fix=N_("Send the row again if it is to be paid."),
)
WHY_LEFT: Final[Finding] = report(_REASON)
"""No reason of the rulebook, which decides rows: this one was not decided."""


def last_day_to_go_on(stopped_on: date) -> date:
    """Return the last day on which the rows that are left may be taken in.

    The day is stored with the file that is stopped; the page, the API and the worker read it there.
    """
    period = rules_on(stopped_on)[Kind.STOPPED_FILES].period
    assert period is not None
    return last_day(period, stopped_on)
