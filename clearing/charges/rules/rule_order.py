"""Which rules apply to a charge, and when a rule is silent (rulebook, Order and silence).

A rule is silent when it lacks what it needs: a field with a fault silences the rules that read it;
R-16 or R-17 silences R-18 to R-25; R-18 silences R-19; R-21 or impossible times silence R-18 to R-22.
"""

from collections.abc import Callable, Sequence

from clearing.charges.facts.charge import Charge
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.date_windows import too_late
from clearing.charges.rules.duplicates import overlaps_other_provider, possible_double
from clearing.charges.rules.limits import over_period_limit, over_quantity
from clearing.charges.rules.named_visits import visit_charged, visit_unknown
from clearing.charges.rules.plausibility import impossible_day, sampled_for_check
from clearing.reasons import (
    APPROVAL_CHANGED_AFTERWARDS,
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

LIMIT_RULES: tuple[Rule, ...] = (over_quantity, over_period_limit)
HISTORY_RULES: tuple[Rule, ...] = (
    visit_unknown,
    too_late,
    visit_charged,
    possible_double,
    overlaps_other_provider,
    impossible_day,
    sampled_for_check,
)
HISTORY_AND_LIMIT_RULES = (*LIMIT_RULES, *HISTORY_RULES)
COMPARING_RULES: tuple[Rule, ...] = (possible_double, overlaps_other_provider, impossible_day)
"""R-27 to R-29 compare the visit with others; any R-06 silences them (docs/decisions/0013)."""

_TIMES = frozenset({"start", "end"})
_MISMATCHES = (SERVICE_NOT_IN_VOUCHER, UNIT_MISMATCH)


def are_times_unread(charge: Charge) -> bool:
    """Return whether the times have a fault or are impossible, which silences what reads them."""
    return charge.impossible_times or (bool(charge.faulty) and not charge.faulty.isdisjoint(_TIMES))


def is_priced(charge: Charge, findings: Sequence[Finding]) -> bool:
    """Return whether the service and the unit are known and match, so that prices and limits are checked."""
    return charge.service is not None and charge.unit is not None and not _has(findings, _MISMATCHES)


def is_on_a_day(charge: Charge, findings: Sequence[Finding]) -> bool:
    """Return whether the day could be read and no time is wrong, so that the visit has time classes."""
    return charge.service_day is not None and not _has(findings, (TIMES_INVALID,))


def findings_in_context(
    context: ChargeInContext, findings: Sequence[Finding], *, with_limits: bool
) -> list[Finding]:
    """Ask the rules that read the charges before this one, the limits too unless they are silent.

    Args:
        findings: What is wrong with the charge itself. If its times are, it is not compared with others.
    """
    rules = HISTORY_AND_LIMIT_RULES if with_limits else HISTORY_RULES
    if _has(findings, (TIMES_INVALID,)):
        rules = tuple([rule for rule in rules if rule not in COMPARING_RULES])
    return [finding for rule in rules if (finding := rule(context)) is not None]


def without_waived(charge: Charge, findings: list[Finding]) -> list[Finding]:
    """Leave out what a worker has admitted: `too_late`, and every hold except a hole in the tables.

    A charge that waited because the approval was changed from a past day is admitted against that approval.
    """
    waived = charge.waived
    if not waived:
        return findings
    against_approval = APPROVAL_CHANGED_AFTERWARDS.code in waived
    return [
        finding
        for finding in findings
        if not (finding.code in waived and _may_waive(finding))
        and not (against_approval and finding.reason.rule == APPROVAL_CHANGED_AFTERWARDS.rule)
    ]


def _may_waive(finding: Finding) -> bool:
    is_hold = finding.reason.severity is Severity.HOLD and finding.reason is not NO_TIME_CLASS
    return is_hold or finding.reason is TOO_LATE


def _has(findings: Sequence[Finding], reasons: tuple[Reason, ...]) -> bool:
    return bool(findings) and any(finding.reason in reasons for finding in findings)
