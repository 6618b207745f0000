"""Which rules are asked of a charge, and when a rule is silent (rulebook, Order and silence).

A rule is silent when it lacks what it needs: a field with a fault silences the rules that read it;
R-16 or R-17 silences R-18 to R-25; R-18 silences R-19; R-21 or impossible times silence R-18 to R-22.
"""

from collections.abc import Callable, Iterable

from clearing.charges.rules.approvals import provider_not_approved, provider_papers_expired
from clearing.charges.rules.cancellations import cancelled_visit
from clearing.charges.rules.case import Case
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
    Reason,
    Severity,
    Told,
)

Rule = Callable[[Case], Told | None]

STANDING_RULES: tuple[Rule, ...] = (
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


def _ask(rules: Iterable[Rule], case: Case) -> list[Told]:
    return [told for rule in rules if (told := rule(case)) is not None]


def _told(told: Iterable[Told], *reasons: Reason) -> bool:
    return any(t.reason in reasons for t in told)


def _price_reasons(desk: OpenBook, case: Case, told: Iterable[Told]) -> list[Told]:
    """Ask R-21, then R-18 to R-22 and R-35; impossible or unread times and a hole silence them.

    Where they were silent about a line of this batch, they are about one like it: it has the same share.
    """
    day = case.charge.service_day
    if day is None or case.times_unread or (told and _told(told, TIMES_INVALID)):
        return []
    desk.lay_out_times(case, day)
    line = case.as_priced()
    case.county_share_cents = desk.shares.get(line)
    if case.county_share_cents is not None:
        return []
    if needed := times_needed(case):
        case.times_unread = True
        return [needed]
    if hole := no_time_class(case):
        return [hole]
    share = case.county_share_cents = county_share(case)
    reasons = _ask(PRICE_RULES, case)
    if share is not None and not reasons:
        desk.shares[line] = share
    return reasons


def _standing_reasons(case: Case) -> list[Told]:
    """Ask R-09 to R-17 and R-32; on a stretch of days where all were silent they are silent again."""
    told = _ask(STANDING_RULES, case)
    case.standing.clear = not told
    return told


def reasons_of_case(desk: OpenBook, case: Case, told: list[Told]) -> list[Told]:
    """Add the reasons of every rule that is not silent to those of the charge itself."""
    charge, standing = case.charge, case.standing
    if mismatch := client_mismatch(case):
        told.append(mismatch)
    if not standing.clear:
        told += _standing_reasons(case)
    is_known = charge.service is not None and charge.unit is not None
    if is_known and not (told and _told(told, SERVICE_NOT_IN_VOUCHER, UNIT_MISMATCH)):
        told += _price_reasons(desk, case, told)
        if standing.limited:
            told += _ask(LIMIT_RULES, case)
    told += _ask(HISTORY_RULES, case)
    if case.county.sampling is not None:
        told += _ask(SAMPLING_RULES, case)
    waived = charge.waived
    return [t for t in told if t.code not in waived or not _may_waive(t)] if waived else told


def _may_waive(told: Told) -> bool:
    """Tell whether a worker may admit a reason: ``too_late`` and every hold but a hole in the table."""
    return told.reason is TOO_LATE or (
        told.reason.severity is Severity.HOLD and told.reason is not NO_TIME_CLASS
    )
