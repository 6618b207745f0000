"""What can be wrong with one funding of a decision."""

from collections.abc import Iterator, Mapping

from clearing.grants.facts.decision import DecidedFunding, DecidedIncome
from clearing.grants.facts.funding import ANY_CLASS, ByClass, PeriodLimit
from clearing.grants.facts.granting import GrantFacts
from clearing.grants.facts.kinds import CarryOver, FundingKind
from clearing.grants.rules.granted_money import granted_money
from foundation.vocabulary.dates import is_plausible
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.units import HOUR

LARGEST_CENTS = 99_999_999_999
LONGEST_DAYS = 3_660
WHOLE_HUNDREDTHS = 100


def funding_faults(funding: DecidedFunding, where: str, facts: GrantFacts) -> Iterator[Refusal]:
    """Everything wrong with the funding in itself; ``where`` is its place in the document."""
    for field, code in (
        *_services(funding, facts),
        *_window(funding),
        *_money(funding, facts),
        *_period(funding, facts),
        *_values("unit_values", funding.unit_values, funding, facts),
        *_values("price_cap", funding.price_caps, funding, facts),
        *_income(funding, facts),
        *_provider(funding, facts),
    ):
        yield Refusal(code, f"{where}.{field}")


Found = Iterator[tuple[str, str]]


def _services(funding: DecidedFunding, facts: GrantFacts) -> Found:
    if not funding.services:
        yield "services", "services_missing"
    if any(service not in facts.services for service in funding.services):
        yield "services", "service_unknown"


def _window(funding: DecidedFunding) -> Found:
    if funding.window.last < funding.window.first:
        yield "window", "window_backwards"
    elif not (is_plausible(funding.window.first) and is_plausible(funding.window.last)):
        yield "window", "day_impossible"
    elif funding.window.days() > LONGEST_DAYS:
        yield "window", "window_too_long"


def granted_or_none(funding: DecidedFunding) -> Money | None:
    """The granted money; None where it cannot be computed, as over a window that is no window."""
    if next(_window(funding), None) and funding.amount_cents is None:
        return None
    return granted_money(funding)


def _money(funding: DecidedFunding, facts: GrantFacts) -> Found:
    if funding.amount_cents is not None and funding.amount_cents <= 0:
        yield "amount", "amount_not_positive"
    if funding.quantity is not None and funding.quantity <= 0:
        yield "quantity", "quantity_not_positive"
    if funding.quantity is not None and len(_units(funding, facts)) > 1:
        yield "quantity", "units_differ"
    granted = granted_or_none(funding)
    if granted is None or (granted <= 0 and funding.amount_cents is None):
        yield "amount", "granted_money_unknown"
    elif granted > LARGEST_CENTS:
        yield "amount", "amount_too_large"


def _period(funding: DecidedFunding, facts: GrantFacts) -> Found:
    limit = funding.per_period
    if limit is None:
        return
    if (limit.amount_cents is None) == (limit.quantity is None):
        yield "per_period", "period_needs_one_limit"
    if limit.amount_cents is not None and limit.amount_cents <= 0:
        yield "per_period.amount", "amount_not_positive"
    if limit.quantity is not None and limit.quantity <= 0:
        yield "per_period.quantity", "quantity_not_positive"
    if limit.quantity is not None and len(_units(funding, facts)) > 1:
        yield "per_period.quantity", "units_differ"
    yield from _share(limit)


def _share(limit: PeriodLimit) -> Found:
    if limit.carry is CarryOver.UP_TO and not 0 < limit.share_hundredths <= WHOLE_HUNDREDTHS:
        yield "per_period.share", "share_missing"
    if limit.carry is not CarryOver.UP_TO and limit.share_hundredths:
        yield "per_period.share", "share_not_allowed"


def _values(name: str, values: Mapping[str, ByClass], funding: DecidedFunding, facts: GrantFacts) -> Found:
    if set(values) - set(funding.services):
        yield name, "service_not_in_funding"
    classes = {time_class for by_class in values.values() for time_class in by_class}
    if classes - facts.time_classes - {ANY_CLASS}:
        yield name, "time_class_unknown"
    if any(cents <= 0 for by_class in values.values() for cents in by_class.values()):
        yield name, "value_not_positive"


def _income(funding: DecidedFunding, facts: GrantFacts) -> Found:
    income = funding.income_related
    if income is None:
        return
    if _units(funding, facts) - {HOUR}:
        yield "income_related", "income_not_hourly"
    if funding.unit_values:
        yield "income_related", "income_and_values"
    if not _is_possible(income):
        yield "income_related", "income_malformed"


def _is_possible(income: DecidedIncome) -> bool:
    return (
        income.max_value_cents > 0
        and income.income_cents >= 0
        and income.limit_cents >= 0
        and 0 <= income.percent_hundredths <= 100 * WHOLE_HUNDREDTHS
        and 0 <= income.floor_cents <= income.max_value_cents
    )


def _provider(funding: DecidedFunding, facts: GrantFacts) -> Found:
    if funding.provider is None:
        if funding.kind is FundingKind.COMMITMENT:
            yield "provider", "provider_missing"
    elif funding.provider not in facts.providers:
        yield "provider", "provider_unknown"


def _units(funding: DecidedFunding, facts: GrantFacts) -> set[str]:
    known = (facts.services.get(service) for service in funding.services)
    return {service.unit for service in known if service is not None}
