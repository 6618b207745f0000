"""The provider's approval and papers on the service day (R-14, R-15)."""

from collections.abc import Iterable
from datetime import date

from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import Paper
from clearing.reasons import (
    PROVIDER_APPROVAL_ENDED,
    PROVIDER_APPROVAL_PENDING,
    PROVIDER_NOT_APPROVED,
    PROVIDER_PAPERS_EXPIRED,
    PROVIDER_SUSPENDED,
    Finding,
    report,
)
from foundation.vocabulary.dates import in_force, state_on

_APPROVED = ApprovalState.APPROVED
_KINDS = tuple(PaperKind)
_NOT_APPROVED = {
    None: PROVIDER_NOT_APPROVED,
    ApprovalState.PENDING: PROVIDER_APPROVAL_PENDING,
    ApprovalState.ENDED: PROVIDER_APPROVAL_ENDED,
    ApprovalState.SUSPENDED: PROVIDER_SUSPENDED,
}


def provider_not_approved(context: ChargeInContext) -> Finding | None:
    """Approval for this service and county on that day, each its own code (R-14).

    None at all ``provider_not_approved``; else ``provider_approval_pending``,
    ``provider_approval_ended``, ``provider_suspended``.
    """
    day, service = context.charge.service_day, context.charge.service
    if day is None or service is None or service not in context.book.services:
        return None
    state = state_on(context.provider.approvals.get((context.county.id, service), ()), day)
    if state is _APPROVED:
        return None
    return report(_NOT_APPROVED[state], service_day=day.isoformat())


def papers_missing(papers: Iterable[Paper], day: date) -> tuple[str, ...]:
    """Return the kinds of paper of which none is valid on a day."""
    valid = [paper.kind for paper in papers if in_force(paper.first_day, paper.last_day, day)]
    return tuple([kind.value for kind in _KINDS if kind not in valid])


def provider_papers_expired(context: ChargeInContext) -> Finding | None:
    """Register entry, insurance or prepayment register not valid on that day (R-15)."""
    if (day := context.charge.service_day) is None:
        return None
    if not context.terms_in_force.papers_missing:
        return None
    return report(
        PROVIDER_PAPERS_EXPIRED,
        service_day=day.isoformat(),
        papers=", ".join(context.terms_in_force.papers_missing),
    )
