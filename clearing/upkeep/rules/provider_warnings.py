"""The early warnings about providers: one that reports late, and one that may stop or must be looked at."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from clearing.upkeep.facts.judged import ProviderAtWork
from clearing.upkeep.facts.thresholds import THRESHOLDS, Thresholds

RECENT_DAYS = 90
"""Disputes and charges near the cut-off are counted over so many days."""


class Risk(StrEnum):
    """Why a provider is at risk. The values are stored."""

    PAPERS = "papers"
    SUSPENDED = "suspended"
    DISPUTED = "disputed"
    NEAR_CUT_OFF = "near_cut_off"


def reports_late(provider: ProviderAtWork, today: date, limits: Thresholds = THRESHOLDS) -> bool:
    """Alert 7: the median delay is over 10 days, or a planned visit has waited for its charge over 14."""
    is_slow = provider.delay_days is not None and provider.delay_days > limits.late_report_days
    return is_slow or bool(overdue(provider.unreported, today, limits))


def risks(provider: ProviderAtWork, today: date, limits: Thresholds = THRESHOLDS) -> tuple[Risk, ...]:
    """Alert 10: papers end in 30 days, suspended, disputed charges, or charges just before the cut-off.

    Disputed: over 5 % and at least 3 in 90 days. Cut-off: over 50 % of the charges of 90 days came in the
    last 3 days.
    """
    disputed = provider.disputed > limits.disputed_share * provider.recent
    holds = {
        Risk.PAPERS: papers_end_soon(provider.papers_end, today, limits),
        Risk.SUSPENDED: provider.is_suspended,
        Risk.DISPUTED: disputed and provider.disputed >= limits.disputed_least,
        Risk.NEAR_CUT_OFF: provider.near_cut_off > limits.cut_off_share * provider.recent,
    }
    return tuple(risk for risk, is_so in holds.items() if is_so)


def papers_end_soon(end: date | None, today: date, limits: Thresholds = THRESHOLDS) -> bool:
    """Return whether the first end of a provider's papers is within 30 days, or past."""
    return end is not None and end <= today + timedelta(days=limits.papers_days)


def overdue(days: Sequence[date], today: date, limits: Thresholds = THRESHOLDS) -> list[date]:
    """Return the days of planned visits that have waited for a charge for over 14 days."""
    return [day for day in days if day < today - timedelta(days=limits.unreported_days)]
