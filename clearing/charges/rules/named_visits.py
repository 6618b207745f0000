"""The planned visit that a charge names: whether the plan has it, and whether it was charged (R-13, R-27)."""

from dataclasses import replace

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.plans_in_use import FURTHEST_DAYS, last_day_of
from clearing.grants.facts.funding import Choice
from clearing.plans.facts.plan import VisitId
from clearing.plans.rules.plan_visits import has_visit
from clearing.reasons import VISIT_CHARGED, VISIT_UNKNOWN, Finding, report


def visit_unknown(context: ChargeInContext) -> Finding | None:
    """The visit named is of another choice, not in its plan, or was planned over 60 days away (R-13).

    A moved visit keeps its name, and an extra one has its own. A cancelled one is in the plan only for the
    charge of a cancelled visit (R-35).
    """
    visit, day, choice = context.charge.visit, context.charge.service_day, context.terms_in_force.choice
    if visit is None or day is None:
        return None
    is_near = abs((day - visit.day).days) <= FURTHEST_DAYS
    if (
        choice is not None
        and choice.id == visit.choice_id
        and is_near
        and _is_planned(context, choice, visit)
    ):
        return None
    return report(VISIT_UNKNOWN, visit=visit.text)


def _is_planned(context: ChargeInContext, choice: Choice, visit: VisitId) -> bool:
    """Return whether the choice's plan has the visit; a choice without a plan may have any."""
    plan, offering = context.open_funding.visit_plans.get(choice.id), context.terms_in_force.offering
    if plan is None:
        return True
    unit = plan.unit if offering is None else offering.unit
    is_cancelled = context.charge.cancellation is not None
    return has_visit(
        replace(plan, unit=unit, last_day=last_day_of(choice, context.open_funding.funding)),
        visit,
        with_cancelled=is_cancelled,
    )


def visit_charged(context: ChargeInContext) -> Finding | None:
    """The visit named was charged before, by a charge that still counts (R-27)."""
    visit, charged = context.charge.visit, context.open_funding.charged_visits
    if visit is None or visit not in charged:
        return None
    if context.charge.replaces is not None and charged[visit] == context.charge.replaces:
        return None
    return report(VISIT_CHARGED, visit=visit.text)
