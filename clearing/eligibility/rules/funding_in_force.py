"""May the funding be used for the service on the day (R-09 to R-12, R-16)."""

from clearing.eligibility.facts.use import Use
from clearing.grants.facts.kinds import DecisionState, FundingState
from clearing.reasons import (
    CLIENT_ENDED,
    DECISION_NOT_IN_FORCE,
    OUTSIDE_VOUCHER_WINDOW,
    SERVICE_NOT_IN_VOUCHER,
    VOUCHER_CLOSED,
    VOUCHER_NOT_OPEN,
    VOUCHER_PAUSED,
    VOUCHER_REVOKED,
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


def voucher_not_open(use: Use) -> Finding | None:
    """State on the service day, each its own code (R-09).

    Before it opens `voucher_not_open`; then `voucher_paused`, `voucher_closed`, `voucher_revoked`.
    """
    state = state_on(use.funding.states, use.day)
    return None if state is _OPEN else report(_NOT_OPEN[state], service_day=use.day.isoformat())


def decision_not_in_force(use: Use) -> Finding | None:
    """Decision annulled or under appeal with a stay (R-10)."""
    state = state_on(use.funding.decision_states, use.day)
    if state is None or state is _IN_FORCE:
        return None
    return report(DECISION_NOT_IN_FORCE, service_day=use.day.isoformat())


def outside_voucher_window(use: Use) -> Finding | None:
    """Service day outside the funding's window; both ends are inside (R-11)."""
    window = use.funding.window
    if window.first <= use.day <= window.last:
        return None
    return report(
        OUTSIDE_VOUCHER_WINDOW, first_day=window.first.isoformat(), last_day=window.last.isoformat()
    )


def client_ended(use: Use) -> Finding | None:
    """After the client's death or move out of the county; that day itself is still paid (R-12)."""
    ended_on = use.funding.client_ended_on
    if ended_on is None or use.day <= ended_on:
        return None
    return report(CLIENT_ENDED, ended_day=ended_on.isoformat())


def service_not_in_voucher(use: Use) -> Finding | None:
    """The voucher does not pay for the service; an unknown service is this reason alone (R-16)."""
    if use.service in use.funding.services:
        return None
    return report(SERVICE_NOT_IN_VOUCHER, service=use.service)
