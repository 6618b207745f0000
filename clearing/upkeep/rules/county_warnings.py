"""Which warnings hold for a county, beside those that are read from plans."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.judged import JudgedFunding, ProviderAtWork
from clearing.upkeep.facts.thresholds import Thresholds
from clearing.upkeep.facts.vouchers import EndingVoucher, IdleVoucher
from clearing.upkeep.rules.figures import Figures, figures_of_ending, figures_of_idle, figures_of_provider
from clearing.upkeep.rules.judging import open_now
from clearing.upkeep.rules.provider_warnings import overdue, reports_late, risks
from clearing.upkeep.rules.voucher_warnings import ending_stage, is_not_started

OfClients = dict[int, tuple[int, Figures]]
"""The funding and the figures of a warning that holds, by client."""


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """All that a county's warnings are judged by, as of a day."""

    today: date
    fundings: tuple[JudgedFunding, ...]
    idle: tuple[IdleVoucher, ...]
    ending: tuple[EndingVoucher, ...]
    providers: tuple[ProviderAtWork, ...]


def not_started(idle: Iterable[IdleVoucher], limits: Thresholds) -> OfClients:
    """Return the clients with a voucher that is not used (alert 4)."""
    found: OfClients = {}
    for voucher in idle:
        if is_not_started(voucher.idle, limits):
            found.setdefault(voucher.client_id, (voucher.funding_id, figures_of_idle(voucher.idle)))
    return found


def ending(vouchers: Iterable[EndingVoucher], limits: Thresholds) -> OfClients:
    """Return the clients with a voucher that ends without a new decision (alert 11)."""
    found: OfClients = {}
    for voucher in vouchers:
        stage = ending_stage(voucher.ending, limits)
        if stage is not None:
            figures = figures_of_ending(voucher.ending, stage)
            found.setdefault(voucher.client_id, (voucher.funding_id, figures))
    return found


def of_providers(
    providers: Iterable[ProviderAtWork], rule: AlertRule, today: date, limits: Thresholds
) -> dict[int, Figures]:
    """Return the providers that report late (alert 7) or are at risk (alert 10), and the figures."""
    found = {}
    for provider in providers:
        reasons = risks(provider, today, limits)
        holds = reports_late(provider, today, limits) if rule is AlertRule.REPORTS_LATE else bool(reasons)
        if holds:
            waiting = overdue(provider.unreported, today, limits)
            found[provider.provider_id] = figures_of_provider(provider, waiting, reasons)
    return found


def count_open(facts: CountyFacts, limits: Thresholds) -> Counter[AlertRule]:
    """Return how many warnings of each rule would be open with these limits, one for each subject."""
    of_plans = {(rule, funding.client_id) for funding in facts.fundings for rule in open_now(funding, limits)}
    counts = Counter(rule for rule, _client_id in of_plans)
    counts[AlertRule.NOT_STARTED] = len(not_started(facts.idle, limits))
    counts[AlertRule.ENDING] = len(ending(facts.ending, limits))
    for rule in (AlertRule.REPORTS_LATE, AlertRule.AT_RISK):
        counts[rule] = len(of_providers(facts.providers, rule, facts.today, limits))
    return counts
