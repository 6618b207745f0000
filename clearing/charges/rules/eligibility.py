"""Who may charge what on which funding (R-07 to R-10, R-13, R-16, R-17)."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from clearing.charges.rules.case import Case
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
    Told,
    tell,
)

State = TypeVar("State")

_OPEN, _IN_FORCE = FundingState.OPEN, DecisionState.IN_FORCE
_NOT_OPEN = {
    None: VOUCHER_NOT_OPEN,
    FundingState.GRANTED: VOUCHER_NOT_OPEN,
    FundingState.PAUSED: VOUCHER_PAUSED,
    FundingState.CLOSED: VOUCHER_CLOSED,
    FundingState.REVOKED: VOUCHER_REVOKED,
}


def state_on(history: Sequence[tuple[date, State]], day: date) -> State | None:
    """Return the state in force at the end of a day; None before the first (rulebook, States)."""
    for from_day, state in reversed(history):
        if from_day <= day:
            return state
    return None


def known_to(funding: Funding) -> frozenset[int]:
    """Return who knows a funding: the provider it names, and those that have or had a choice on it."""
    named = () if funding.named_provider_id is None else (funding.named_provider_id,)
    return frozenset((*named, *(choice.provider_id for choice in funding.choices)))


def may_know(funding: Funding, provider_id: int) -> bool:
    """Tell whether a provider may know of a funding."""
    return provider_id in known_to(funding)


def voucher_unknown(known: frozenset[int], provider_id: int) -> Told | None:
    """No such funding, or not one this provider may know of: the same answer (R-07)."""
    return None if provider_id in known else tell(VOUCHER_UNKNOWN)


def client_mismatch(case: Case) -> Told | None:
    """The given client number is not the funding's client (R-08)."""
    client = case.charge.client
    return None if client is None or client == case.funding.client_number else tell(CLIENT_MISMATCH)


def voucher_not_open(case: Case) -> Told | None:
    """State on the service day, each its own code (R-09).

    Before it opens ``voucher_not_open``; then ``voucher_paused``, ``voucher_closed``, ``voucher_revoked``.
    """
    if (day := case.charge.service_day) is None:
        return None
    state = state_on(case.funding.states, day)
    return None if state is _OPEN else tell(_NOT_OPEN[state], service_day=day.isoformat())


def decision_not_in_force(case: Case) -> Told | None:
    """Decision annulled or under appeal with a stay (R-10)."""
    if (day := case.charge.service_day) is None:
        return None
    state = state_on(case.funding.decision_states, day)
    if state is None or state is _IN_FORCE:
        return None
    return tell(DECISION_NOT_IN_FORCE, service_day=day.isoformat())


def provider_not_chosen(case: Case) -> Told | None:
    """The client has not chosen this provider for this funding on that day (R-13).

    A named provider counts as chosen.
    """
    if (day := case.charge.service_day) is None or case.standing.choice is not None:
        return None
    if case.funding.named_provider_id == case.provider.id:
        return None
    return tell(PROVIDER_NOT_CHOSEN, service_day=day.isoformat())


def service_not_in_voucher(case: Case) -> Told | None:
    """The voucher does not pay for the service; an unknown service is this reason alone (R-16)."""
    service = case.charge.service
    if service is None or service in case.funding.services:
        return None
    return tell(SERVICE_NOT_IN_VOUCHER, service=service)


def unit_mismatch(case: Case) -> Told | None:
    """Unit is not the offering's unit (R-17)."""
    unit, offering = case.charge.unit, case.standing.offering
    if unit is None or offering is None or unit == offering.unit:
        return None
    return tell(UNIT_MISMATCH, unit=unit, offering_unit=offering.unit)
