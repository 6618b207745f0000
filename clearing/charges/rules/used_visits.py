"""What stored charges have used of the plan of a choice."""

from clearing.grants.facts.funding import ChargedVisit, Funding
from clearing.grants.facts.kinds import ChargeState
from clearing.plans.facts.plan import VisitId
from clearing.plans.facts.visits import UsedVisit


def used_visits(funding: Funding, choice_id: int) -> tuple[UsedVisit, ...]:
    """Return what accepted and settled charges have used of a choice, in order."""
    named = {visit.charge_id: _id_of(visit) for visit in funding.charged_visits}
    found = [
        UsedVisit(charge.service_day, charge.start, charge.quantity, named.get(charge.id))
        for charge in funding.earlier
        if charge.choice_id == choice_id and charge.state is not ChargeState.ON_HOLD and charge.quantity > 0
    ]
    return tuple(sorted(found, key=UsedVisit.order))


def _id_of(visit: ChargedVisit) -> VisitId:
    return VisitId(visit.choice_id, visit.day, visit.number)
