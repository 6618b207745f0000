"""Is the funding in force for the client on the day? One rule, one function; silent without its facts."""

from __future__ import annotations

from clearing.grants.facts.kinds import DecisionState, FundingState
from foundation.vocabulary.dates import state_on
from marketplace.rules import reasons as r
from marketplace.rules.question import Question
from marketplace.rules.reasons import Finding, Reason, report


def not_open(question: Question) -> Finding | None:
    """The funding is open on the day (R-09)."""
    reason_of: dict[FundingState | None, Reason] = {
        None: r.VOUCHER_NOT_OPEN,
        FundingState.GRANTED: r.VOUCHER_NOT_OPEN,
        FundingState.PAUSED: r.VOUCHER_PAUSED,
        FundingState.CLOSED: r.VOUCHER_CLOSED,
        FundingState.REVOKED: r.VOUCHER_REVOKED,
    }
    reason = reason_of.get(state_on(question.funding.states, question.day))
    return None if reason is None else report(reason)


def decision_not_in_force(question: Question) -> Finding | None:
    """The decision is in force on the day (R-10); one without a history is."""
    state = state_on(question.funding.decision_states, question.day)
    return None if state in (None, DecisionState.IN_FORCE) else report(r.DECISION_NOT_IN_FORCE)


def outside_window(question: Question) -> Finding | None:
    """The day is inside the funding's window, both ends included (R-11)."""
    window = question.funding.window
    if question.day in window:
        return None
    return report(
        r.OUTSIDE_VOUCHER_WINDOW, first_day=window.first.isoformat(), last_day=window.last.isoformat()
    )


def client_ended(question: Question) -> Finding | None:
    """The client is the county's client on the day (R-12)."""
    ended = question.funding.client_ended_on
    return report(r.CLIENT_ENDED) if ended is not None and question.day > ended else None
