"""Does the offering fit the funding? One rule, one function; silent without its facts."""

from __future__ import annotations

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.dates import state_on
from marketplace.rules import reasons as r
from marketplace.rules.comparison import in_class, share_of_unit
from marketplace.rules.question import Question
from marketplace.rules.reasons import Finding, Reason, report


def service_not_in_voucher(question: Question) -> Finding | None:
    """The funding pays for the offering's service (R-16)."""
    return (
        None if question.offering.service in question.funding.services else report(r.SERVICE_NOT_IN_VOUCHER)
    )


def other_county(question: Question) -> Finding | None:
    """The offering is in the county of the funding: approval and prices are per county."""
    return None if question.offering.county_id == question.funding.county_id else report(r.OTHER_COUNTY)


def provider_not_named(question: Question) -> Finding | None:
    """A funding that names a provider is used with that one."""
    named = question.funding.named_provider_id
    return None if named in (None, question.offering.provider_id) else report(r.PROVIDER_NOT_NAMED)


def not_published(question: Question) -> Finding | None:
    """The provider offers it now."""
    return None if question.offering.published else report(r.NOT_PUBLISHED)


def not_approved(question: Question) -> Finding | None:
    """The provider is approved for the service in the county on the day (R-14)."""
    reason_of: dict[ApprovalState | None, Reason] = {
        None: r.PROVIDER_NOT_APPROVED,
        ApprovalState.PENDING: r.PROVIDER_APPROVAL_PENDING,
        ApprovalState.SUSPENDED: r.PROVIDER_SUSPENDED,
        ApprovalState.ENDED: r.PROVIDER_APPROVAL_ENDED,
    }
    reason = reason_of.get(state_on(question.offering.approvals, question.day))
    return None if reason is None else report(reason)


def papers_expired(question: Question) -> Finding | None:
    """The provider's papers are valid on the day (R-15)."""
    return None if question.offering.papers_valid else report(r.PROVIDER_PAPERS_EXPIRED)


def municipality_not_served(question: Question) -> Finding | None:
    """The provider serves the client's municipality; an empty list means all, remote help reaches all."""
    offering, here = question.offering, question.municipality
    if here is None or offering.remote or not offering.municipalities or here in offering.municipalities:
        return None
    return report(r.MUNICIPALITY_NOT_SERVED)


def no_price(question: Question) -> Finding | None:
    """A price is in force on the day (R-18)."""
    return report(r.NO_PRICE_ON_DAY) if question.price_cents is None else None


def price_over_cap(question: Question) -> Finding | None:
    """The unit price is at most the price cap (R-20)."""
    if question.price_cents is None:
        return None
    caps = terms_on(question.funding, question.day).price_caps.get(question.offering.service, {})
    cap = in_class(caps, question.time_class)
    return None if cap is None or question.price_cents <= cap else report(r.PRICE_OVER_CAP, limit_cents=cap)


def co_payment_not_allowed(question: Question) -> Finding | None:
    """Nothing is left for the client to pay where the service is free of charge (R-22)."""
    service, price = question.offering.service, question.price_cents
    free = terms_on(question.funding, question.day).free_of_charge
    if not free or price is None or service not in question.funding.services:
        return None
    share = share_of_unit(question.funding, service, price, question.time_class, question.day)
    return report(r.CO_PAYMENT_NOT_ALLOWED) if share.you_pay_cents > 0 else None
