"""How far the money and the units of a funding reach: what a plan holds, and which limit stops it."""

from collections.abc import Iterable, Sequence

from clearing.eligibility.facts.spent import Spent
from clearing.eligibility.rules.period_limits import fits_period
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import ChargeState
from clearing.grants.rules.funding_terms import terms_on
from clearing.plans.facts.visits import Held, Left, Limit, PricedVisit
from clearing.reasons import OUTSIDE_VOUCHER_WINDOW, Finding, Severity
from foundation.vocabulary.money import Money, Quantity


def left_of(funding: Funding) -> Left:
    """Return what a funding has left after its charges; charges on hold take nothing."""
    kinds = {terms.period_limit.kind for terms in funding.terms if terms.period_limit}
    left = Left(funding.free_cents, funding.free_quantity, spent={kind: dict[int, Spent]() for kind in kinds})
    for charge in funding.earlier:
        if charge.state is not ChargeState.ON_HOLD:
            left.count(charge.service_day, charge.county_pays_cents, charge.quantity)
    return left


def held(visits: Sequence[PricedVisit], funding: Funding, left: Left) -> Held:
    """Hold visits in order until the first one that does not fit, and take them from what is left.

    A visit that a charge would be refused for does not fit, nor one whose decision is not in force.
    """
    cents = quantity = 0
    for number, visit in enumerate(visits):
        limit = _stopped_by(visit, funding, left)
        if limit is not None:
            against = _against(visit) if limit is Limit.RULE else ()
            return Held(Money(cents), Quantity(quantity), number, limit, visit.visit, against)
        share = visit.county_pays_cents or 0
        left.take(visit.visit.day, share, visit.visit.quantity)
        cents, quantity = cents + share, quantity + visit.visit.quantity
    return Held(Money(cents), Quantity(quantity), len(visits))


def hold_fees(fees: Iterable[PricedVisit], funding: Funding, left: Left) -> tuple[PricedVisit, ...]:
    """Hold the fees of visits that were cancelled late, and take them from what is left; return those held.

    One that does not fit, or that a charge would be refused for, is left out.
    """
    found = []
    for fee in fees:
        if _stopped_by(fee, funding, left) is None:
            left.take(fee.visit.day, fee.county_pays_cents or 0, fee.visit.quantity)
            found.append(fee)
    return tuple(found)


def stops_charging(visit: PricedVisit) -> bool:
    """Return whether a charge of the visit would be refused, or held for a person in the county."""
    return bool(_against(visit)) or visit.county_pays_cents is None


def _against(visit: PricedVisit) -> tuple[Finding, ...]:
    return tuple(
        [found for found in visit.findings if found.reason.severity in (Severity.REFUSE, Severity.HOLD)]
    )


def _stopped_by(visit: PricedVisit, funding: Funding, left: Left) -> Limit | None:
    """Return what stops a visit: the window before a rule, then units, the period, and the money (R-25)."""
    against, day, quantity = _against(visit), visit.visit.day, visit.visit.quantity
    if any(finding.reason is OUTSIDE_VOUCHER_WINDOW for finding in against):
        return Limit.WINDOW
    if against or visit.county_pays_cents is None:
        return Limit.RULE
    terms, share = terms_on(funding, day), visit.county_pays_cents
    if left.free_quantity is not None and quantity > left.free_quantity:
        return Limit.UNITS
    limit = terms.period_limit
    new = quantity if limit is None or limit.amount_cents is None else share
    if limit is not None and not fits_period(funding, limit, day, new, left.spent[limit.kind]):
        return Limit.PERIOD
    return Limit.MONEY if share > left.free_cents else None
