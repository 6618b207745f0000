"""The provider's approval and papers on the service day (R-14, R-15)."""

from clearing.facts import ApprovalState, PaperKind
from clearing.reasons import (
    PROVIDER_APPROVAL_ENDED,
    PROVIDER_APPROVAL_PENDING,
    PROVIDER_NOT_APPROVED,
    PROVIDER_PAPERS_EXPIRED,
    PROVIDER_SUSPENDED,
    Told,
    tell,
)
from clearing.rules.case import Case
from clearing.rules.eligibility import state_on

_NOT_APPROVED = {
    None: PROVIDER_NOT_APPROVED,
    ApprovalState.PENDING: PROVIDER_APPROVAL_PENDING,
    ApprovalState.ENDED: PROVIDER_APPROVAL_ENDED,
    ApprovalState.SUSPENDED: PROVIDER_SUSPENDED,
}


def provider_not_approved(case: Case) -> Told | None:
    """Approval for this service and county on that day, each its own code (R-14).

    None at all ``provider_not_approved``; else ``provider_approval_pending``,
    ``provider_approval_ended``, ``provider_suspended``.
    """
    day, service = case.charge.service_day, case.charge.service
    if day is None or service is None or service not in case.book.services:
        return None
    state = state_on(case.provider.approvals.get((case.county.id, service), ()), day)
    if state is ApprovalState.APPROVED:
        return None
    return tell(_NOT_APPROVED[state], service_day=day.isoformat())


def provider_papers_expired(case: Case) -> Told | None:
    """Register entry, insurance or prepayment register not valid on that day (R-15)."""
    if (day := case.charge.service_day) is None:
        return None
    valid = {
        paper.kind
        for paper in case.provider.papers
        if paper.first_day <= day and (paper.last_day is None or day <= paper.last_day)
    }
    if len(valid) == len(PaperKind):
        return None
    missing = ", ".join(kind for kind in PaperKind if kind not in valid)
    return tell(PROVIDER_PAPERS_EXPIRED, service_day=day.isoformat(), papers=missing)
