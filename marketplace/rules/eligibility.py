"""May this client use this funding for this offering from this day on? Every reason at once."""

from __future__ import annotations

from marketplace.rules.funding_checks import client_ended, decision_not_in_force, not_open, outside_window
from marketplace.rules.offering_checks import (
    co_payment_not_allowed,
    municipality_not_served,
    no_price,
    not_approved,
    not_published,
    other_county,
    papers_expired,
    price_over_cap,
    provider_not_named,
    service_not_in_voucher,
)
from marketplace.rules.question import Question
from marketplace.rules.reasons import Finding

RULES = (
    not_open,
    decision_not_in_force,
    outside_window,
    client_ended,
    service_not_in_voucher,
    other_county,
    provider_not_named,
    not_published,
    not_approved,
    municipality_not_served,
    no_price,
    price_over_cap,
    co_payment_not_allowed,
)


def reasons_against(question: Question) -> tuple[Finding, ...]:
    """Every reason why this cannot be chosen; empty: it can."""
    return tuple(finding for rule in RULES if (finding := rule(question)) is not None)


def warnings_about(question: Question) -> tuple[Finding, ...]:
    """What the client should know before choosing, though it does not forbid it."""
    findings = papers_expired(question)
    return () if findings is None else (findings,)
