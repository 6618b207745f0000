"""Times that a charge must have, and holes in the county's tables (R-01, R-21)."""

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from clearing.reasons import FIELD_MISSING, NO_TIME_CLASS, Finding, report
from foundation.vocabulary.units import HOUR


def _differs(by_class: ByClass, classes: frozenset[str]) -> bool:
    if by_class.keys() <= {ANY_CLASS}:
        return False
    return len({by_class.get(time_class, by_class.get(ANY_CLASS)) for time_class in classes}) > 1


def times_needed(context: ChargeInContext) -> Finding | None:
    """Without times, an hour unit whose price or value differs by class on that day needs them (R-01)."""
    if context.charge.unit != HOUR or context.charge.start is not None:
        return None
    classes = context.classes_of_day
    if _differs(context.terms_in_force.list_prices, classes) or _differs(
        context.terms_in_force.unit_values, classes
    ):
        return report(FIELD_MISSING, "start", name="start")
    return None


def no_time_class(context: ChargeInContext) -> Finding | None:
    """The county's calendar or value table has a hole for a minute of the visit (R-21)."""
    values = context.terms_in_force.unit_values
    for time_class, _ in context.parts:
        if time_class is None or (values and time_class not in values and ANY_CLASS not in values):
            return report(NO_TIME_CLASS)
    return None
