"""Who may charge what on which funding (R-07 to R-10, R-13, R-16, R-17)."""

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import DecisionState, FundingState
from clearing.reasons import (
    CLIENT_MISMATCH,
    DECISION_NOT_IN_FORCE,
    PROVIDER_NOT_CHOSEN,
    SERVICE_NOT_IN_VOUCHER,
    UNIT_MISMATCH,
    VOUCHER_CLOSED,
    VOUCHER_NOT_OPEN,
    VOUCHER_PAUSED,
    VOUCHER_REVOKED,
    VOUCHER_UNKNOWN,
    Finding,
    report,
)
from foundation.vocabulary.dates import state_on

_OPEN, _IN_FORCE = FundingState.OPEN, DecisionState.IN_FORCE
_NOT_OPEN = {
    None: VOUCHER_NOT_OPEN,
    FundingState.GRANTED: VOUCHER_NOT_OPEN,
    FundingState.PAUSED: VOUCHER_PAUSED,
    FundingState.CLOSED: VOUCHER_CLOSED,
    FundingState.REVOKED: VOUCHER_REVOKED,
}


def known_to(funding: Funding) -> frozenset[int]:
    """Return who knows a funding: the provider it names, and those that have or had a choice on it."""
    named = () if funding.named_provider_id is None else (funding.named_provider_id,)
    return frozenset((*named, *(choice.provider_id for choice in funding.choices)))


def may_know(funding: Funding, provider_id: int) -> bool:
    """Tell whether a provider may know of a funding."""
    return provider_id in known_to(funding)


def voucher_unknown(known: frozenset[int], provider_id: int) -> Finding | None:
    """No such funding, or not one this provider may know of: the same answer (R-07)."""
    return None if provider_id in known else report(VOUCHER_UNKNOWN)


def client_mismatch(context: ChargeInContext) -> Finding | None:
    """The given client number is not the funding's client (R-08)."""
    client = context.charge.client
    return None if client is None or client == context.funding.client_number else report(CLIENT_MISMATCH)


def voucher_not_open(context: ChargeInContext) -> Finding | None:
    """State on the service day, each its own code (R-09).

    Before it opens ``voucher_not_open``; then ``voucher_paused``, ``voucher_closed``, ``voucher_revoked``.
    """
    if (day := context.charge.service_day) is None:
        return None
    state = state_on(context.funding.states, day)
    return None if state is _OPEN else report(_NOT_OPEN[state], service_day=day.isoformat())


def decision_not_in_force(context: ChargeInContext) -> Finding | None:
    """Decision annulled or under appeal with a stay (R-10)."""
    if (day := context.charge.service_day) is None:
        return None
    state = state_on(context.funding.decision_states, day)
    if state is None or state is _IN_FORCE:
        return None
    return report(DECISION_NOT_IN_FORCE, service_day=day.isoformat())


def provider_not_chosen(context: ChargeInContext) -> Finding | None:
    """The client has not chosen this provider for this funding on that day (R-13).

    A named provider counts as chosen.
    """
    if (day := context.charge.service_day) is None or context.terms_in_force.choice is not None:
        return None
    if context.funding.named_provider_id == context.provider.id:
        return None
    return report(PROVIDER_NOT_CHOSEN, service_day=day.isoformat())


def service_not_in_voucher(context: ChargeInContext) -> Finding | None:
    """The voucher does not pay for the service; an unknown service is this reason alone (R-16)."""
    service = context.charge.service
    if service is None or service in context.funding.services:
        return None
    return report(SERVICE_NOT_IN_VOUCHER, service=service)


def unit_mismatch(context: ChargeInContext) -> Finding | None:
    """Unit is not the offering's unit (R-17)."""
    unit, offering = context.charge.unit, context.terms_in_force.offering
    if unit is None or offering is None or unit == offering.unit:
        return None
    return report(UNIT_MISMATCH, unit=unit, offering_unit=offering.unit)
