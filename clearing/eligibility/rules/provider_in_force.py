"""May the provider give the service on the day (R-13 to R-15)."""

from collections.abc import Iterable
from datetime import date

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import Paper, ProviderFacts
from clearing.eligibility.facts.use import Use
from clearing.grants.facts.funding import Choice, Funding
from clearing.reasons import (
    PROVIDER_APPROVAL_ENDED,
    PROVIDER_APPROVAL_PENDING,
    PROVIDER_NOT_APPROVED,
    PROVIDER_NOT_CHOSEN,
    PROVIDER_PAPERS_EXPIRED,
    PROVIDER_SUSPENDED,
    Finding,
    report,
)
from foundation.vocabulary.dates import in_force, state_on

_APPROVED = ApprovalState.APPROVED
_NOT_APPROVED = {
    None: PROVIDER_NOT_APPROVED,
    ApprovalState.PENDING: PROVIDER_APPROVAL_PENDING,
    ApprovalState.ENDED: PROVIDER_APPROVAL_ENDED,
    ApprovalState.SUSPENDED: PROVIDER_SUSPENDED,
}


def choices_in_force(funding: Funding, provider_id: int, day: date) -> list[Choice]:
    """Return the client's choices of a provider for a funding that are in force on a day."""
    return [one for one in funding.choices if one.provider_id == provider_id and one.in_force(day)]


def provider_not_chosen(use: Use) -> Finding | None:
    """The client has not chosen this provider for this funding on that day (R-13).

    A named provider counts as chosen.
    """
    if use.funding.named_provider_id == use.provider.id:
        return None
    if choices_in_force(use.funding, use.provider.id, use.day):
        return None
    return report(PROVIDER_NOT_CHOSEN, service_day=use.day.isoformat())


def approval_on(provider: ProviderFacts, county_id: int, service: str, day: date) -> ApprovalState | None:
    """Return the state of a provider's approval for a service in a county on a day; None if it has none."""
    return state_on(provider.approvals.get((county_id, service), ()), day)


def provider_not_approved(use: Use) -> Finding | None:
    """Approval for this service and county on that day, each its own code (R-14).

    None at all `provider_not_approved`; else `provider_approval_pending`, `provider_approval_ended`,
    `provider_suspended`.
    """
    state = approval_on(use.provider, use.funding.county_id, use.service, use.day)
    return why_not_approved(state, use.day)


def why_not_approved(state: ApprovalState | None, day: date) -> Finding | None:
    """Return why a provider in this state does not serve on that day; None: it is approved."""
    return None if state is _APPROVED else report(_NOT_APPROVED[state], service_day=day.isoformat())


def papers_missing(papers: Iterable[Paper], day: date) -> tuple[PaperKind, ...]:
    """Return the kinds of paper of which none is valid on a day."""
    valid = [paper.kind for paper in papers if in_force(paper.first_day, paper.last_day, day)]
    return tuple([kind for kind in PaperKind if kind not in valid])


def provider_papers_expired(use: Use) -> Finding | None:
    """Register entry, insurance or prepayment register not valid on that day (R-15)."""
    missing = papers_missing(use.provider.papers, use.day)
    if not missing:
        return None
    return report(PROVIDER_PAPERS_EXPIRED, service_day=use.day.isoformat(), papers=", ".join(missing))
