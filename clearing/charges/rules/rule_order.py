"""Which rules are asked of a charge, and when a rule is silent (rulebook, Order and silence).

A rule is silent when it lacks what it needs: a field with a fault silences the rules that read it;
R-16 or R-17 silences R-18 to R-25; R-18 silences R-19; R-21 or impossible times silence R-18 to R-22.
"""

from collections.abc import Callable, Iterable

from clearing.charges.rules.approvals import provider_not_approved, provider_papers_expired
from clearing.charges.rules.cancellations import cancelled_visit
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.co_payment import co_payment_not_allowed, county_share
from clearing.charges.rules.date_windows import client_ended, outside_voucher_window, too_late
from clearing.charges.rules.duplicates import overlaps_other_provider, possible_double
from clearing.charges.rules.eligibility import (
    client_mismatch,
    decision_not_in_force,
    provider_not_chosen,
    service_not_in_voucher,
    unit_mismatch,
    voucher_not_open,
)
from clearing.charges.rules.limits import over_period_limit, over_quantity
from clearing.charges.rules.open_book import OpenBook
from clearing.charges.rules.plausibility import bank_account_unverified, impossible_day, sampled_for_check
from clearing.charges.rules.pricing import no_price_on_day, price_over_cap, price_over_list
from clearing.charges.rules.time_rules import no_time_class, times_needed
from clearing.reasons import (
    NO_TIME_CLASS,
    SERVICE_NOT_IN_VOUCHER,
    TIMES_INVALID,
    TOO_LATE,
    UNIT_MISMATCH,
    Finding,
    Reason,
    Severity,
)

Rule = Callable[[ChargeInContext], Finding | None]

TERMS_RULES: tuple[Rule, ...] = (
    voucher_not_open,
    decision_not_in_force,
    outside_voucher_window,
    client_ended,
    provider_not_chosen,
    provider_not_approved,
    provider_papers_expired,
    service_not_in_voucher,
    unit_mismatch,
    bank_account_unverified,
)
PRICE_RULES: tuple[Rule, ...] = (
    no_price_on_day,
    price_over_list,
    price_over_cap,
    co_payment_not_allowed,
    cancelled_visit,
)
LIMIT_RULES: tuple[Rule, ...] = (over_quantity, over_period_limit)
HISTORY_RULES: tuple[Rule, ...] = (
    too_late,
    possible_double,
    overlaps_other_provider,
    impossible_day,
)
SAMPLING_RULES: tuple[Rule, ...] = (sampled_for_check,)


def _ask(rules: Iterable[Rule], context: ChargeInContext) -> list[Finding]:
    return [finding for rule in rules if (finding := rule(context)) is not None]


def _findings(findings: Iterable[Finding], *reasons: Reason) -> bool:
    return any(t.reason in reasons for t in findings)


def _price_reasons(
    open_book: OpenBook, context: ChargeInContext, findings: Iterable[Finding]
) -> list[Finding]:
    """Ask R-21, then R-18 to R-22 and R-35; impossible or unread times and a hole silence them.

    Where they were silent about a line of this batch, they are about one like it: it has the same share.
    """
    day = context.charge.service_day
    if day is None or context.times_unread or (findings and _findings(findings, TIMES_INVALID)):
        return []
    open_book.lay_out_times(context, day)
    line = context.as_priced()
    context.county_share_cents = open_book.shares.get(line)
    if context.county_share_cents is not None:
        return []
    if needed := times_needed(context):
        context.times_unread = True
        return [needed]
    if hole := no_time_class(context):
        return [hole]
    share = context.county_share_cents = county_share(context)
    reasons = _ask(PRICE_RULES, context)
    if share is not None and not reasons:
        open_book.shares[line] = share
    return reasons


def _terms_reasons(context: ChargeInContext) -> list[Finding]:
    """Ask R-09 to R-17 and R-32; on a stretch of days where all were silent they are silent again."""
    findings = _ask(TERMS_RULES, context)
    context.terms_in_force.clear = not findings
    return findings


def reasons_in_context(
    open_book: OpenBook, context: ChargeInContext, findings: list[Finding]
) -> list[Finding]:
    """Add the reasons of every rule that is not silent to those of the charge itself."""
    charge, terms_in_force = context.charge, context.terms_in_force
    if mismatch := client_mismatch(context):
        findings.append(mismatch)
    if not terms_in_force.clear:
        findings += _terms_reasons(context)
    is_known = charge.service is not None and charge.unit is not None
    if is_known and not (findings and _findings(findings, SERVICE_NOT_IN_VOUCHER, UNIT_MISMATCH)):
        findings += _price_reasons(open_book, context, findings)
        if terms_in_force.limited:
            findings += _ask(LIMIT_RULES, context)
    findings += _ask(HISTORY_RULES, context)
    if context.county.sampling is not None:
        findings += _ask(SAMPLING_RULES, context)
    waived = charge.waived
    return [t for t in findings if t.code not in waived or not _may_waive(t)] if waived else findings


def _may_waive(finding: Finding) -> bool:
    """Tell whether a worker may admit a reason: ``too_late`` and every hold but a hole in the table."""
    return finding.reason is TOO_LATE or (
        finding.reason.severity is Severity.HOLD and finding.reason is not NO_TIME_CLASS
    )
