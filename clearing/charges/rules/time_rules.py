"""Times that a charge must have, and holes in the county's tables (R-01, R-21)."""

from clearing.charges.rules.case import Case
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from clearing.reasons import FIELD_MISSING, NO_TIME_CLASS, Told, tell
from foundation.vocabulary.units import HOUR


def _differs(by_class: ByClass, classes: frozenset[str]) -> bool:
    if by_class.keys() <= {ANY_CLASS}:
        return False
    return len({by_class.get(time_class, by_class.get(ANY_CLASS)) for time_class in classes}) > 1


def times_needed(case: Case) -> Told | None:
    """Without times, an hour unit whose price or value differs by class on that day needs them (R-01)."""
    if case.charge.unit != HOUR or case.charge.start is not None:
        return None
    classes = case.classes_of_day
    if _differs(case.standing.list_prices, classes) or _differs(case.standing.unit_values, classes):
        return tell(FIELD_MISSING, "start", name="start")
    return None


def no_time_class(case: Case) -> Told | None:
    """The county's calendar or value table has a hole for a minute of the visit (R-21)."""
    values = case.standing.unit_values
    for time_class, _ in case.parts:
        if time_class is None or (values and time_class not in values and ANY_CLASS not in values):
            return tell(NO_TIME_CLASS)
    return None
