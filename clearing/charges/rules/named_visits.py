"""The planned visit that a charge names: whose it is, and whether it was charged before (R-13, R-27)."""

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.plans_in_use import FURTHEST_DAYS
from clearing.reasons import VISIT_CHARGED, VISIT_UNKNOWN, Finding, report


def visit_unknown(context: ChargeInContext) -> Finding | None:
    """The visit named is of another choice than the charge, or was planned over 60 days away (R-13)."""
    visit, day, choice = context.charge.visit, context.charge.service_day, context.terms_in_force.choice
    if visit is None or day is None:
        return None
    is_near = abs((day - visit.day).days) <= FURTHEST_DAYS
    if choice is not None and choice.id == visit.choice_id and is_near:
        return None
    return report(VISIT_UNKNOWN, visit=visit.text)


def visit_charged(context: ChargeInContext) -> Finding | None:
    """The visit named was charged before, by a charge that still counts (R-27)."""
    visit, charged = context.charge.visit, context.open_funding.charged_visits
    if visit is None or visit not in charged:
        return None
    if context.charge.replaces is not None and charged[visit] == context.charge.replaces:
        return None
    return report(VISIT_CHARGED, visit=visit.text)
