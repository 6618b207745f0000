"""The field of each finding, and the values that its text needs."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from clearing.charges.corrections.rules.corrections import (
    CorrectedCharge,
    correction_over_original,
    period_locked,
)
from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import KnownReference
from clearing.charges.rules.cancellations import CancelledVisit, cancellation_rule
from clearing.charges.rules.withdrawal import disputed_by_client
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.facts.provider import CancellationRule
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, ChargeState, DecisionState, FundingState, Overrun
from clearing.reasons import Finding
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    LONG_AGO,
    OTHER_PROVIDER,
    PROVIDER,
    book,
    cents_by_class,
    decide,
    funding,
    offering,
    papers,
    prices,
    provider,
    sent,
)
from tests.rules.test_limits import earlier

NOV_2, NOV_3 = date(2026, 11, 2), date(2026, 11, 3)
ON_THE_DAY = {"service_day": "2026-11-03"}
MORNING = {"start": "10:00", "end": "12:00"}
OCTOBER = DateWindow(date(2026, 10, 1), date(2026, 10, 31))
WEEKLY = PeriodLimit(PeriodKind.WEEK, Money(7199), None, CarryOver.NONE)


def only(**changes: Any) -> Book:
    """Return a book of one funding, with these changes."""
    return book(funding(**changes))


def by(**changes: Any) -> Book:
    """Return a book of one provider, with these changes."""
    return book(providers=[provider(**changes)])


def approved(state: ApprovalState) -> Book:
    return by(approvals={(COUNTY, ASSISTANCE): ((LONG_AGO, state),)})


def state(in_force: FundingState) -> Book:
    return only(states=((LONG_AGO, FundingState.OPEN), (NOV_3, in_force)))


# the facts; the changes to the charge; the code, its field and its values
CASES: list[tuple[Book | None, dict[str, Any], str, str | None, dict[str, Any]]] = [
    (None, {"unit": None}, "field_missing", "unit", {"name": "unit"}),
    (None, {"quantity": "1,5"}, "field_malformed", "quantity", {"name": "quantity"}),
    (None, {"colour": "red"}, "field_unknown", "colour", {"name": "colour"}),
    (None, {"quantity": "0"}, "amount_not_positive", "quantity", {}),
    (None, {"unit_price": "0"}, "amount_not_positive", "unit_price", {}),
    (None, {"total": "79.99"}, "amount_mismatch", "total", {"total_cents": 7999, "price_cents": 8000}),
    (
        book(references={(PROVIDER, "R-1"): KnownReference(1, "other", ChargeState.ACCEPTED)}),
        {}, "reference_reused", "reference", {"reference": "R-1"},
    ),
    (
        None, {"service_day": "2026-11-22"}, "service_day_in_future", "service_day",
        {"service_day": "2026-11-22", "today_day": "2026-11-21"},
    ),
    (None, {"start": "10:00", "end": "09:00"}, "times_invalid", "end", {}),
    (None, {"voucher": "NONE"}, "voucher_unknown", "voucher", {}),
    (None, {"client": "C-9"}, "client_mismatch", "client", {}),
    (state(FundingState.GRANTED), {}, "voucher_not_open", "voucher", ON_THE_DAY),
    (state(FundingState.PAUSED), {}, "voucher_paused", "voucher", ON_THE_DAY),
    (state(FundingState.CLOSED), {}, "voucher_closed", "voucher", ON_THE_DAY),
    (state(FundingState.REVOKED), {}, "voucher_revoked", "voucher", ON_THE_DAY),
    (
        only(decision_states=((LONG_AGO, DecisionState.ANNULLED),)),
        {}, "decision_not_in_force", "voucher", ON_THE_DAY,
    ),
    (
        only(window=OCTOBER), {}, "outside_voucher_window", "service_day",
        {"first_day": "2026-10-01", "last_day": "2026-10-31"},
    ),
    (only(client_ended_on=NOV_2), {}, "client_ended", "service_day", {"ended_day": "2026-11-02"}),
    (None, {"service_day": "2025-12-31"}, "provider_not_chosen", "voucher", {"service_day": "2025-12-31"}),
    (by(approvals={}), {}, "provider_not_approved", "service", ON_THE_DAY),
    (approved(ApprovalState.PENDING), {}, "provider_approval_pending", "service", ON_THE_DAY),
    (approved(ApprovalState.ENDED), {}, "provider_approval_ended", "service", ON_THE_DAY),
    (approved(ApprovalState.SUSPENDED), {}, "provider_suspended", "service", ON_THE_DAY),
    (
        by(papers=papers(insurance=NOV_2, prepayment_register=NOV_2)), {}, "provider_papers_expired", None,
        ON_THE_DAY | {"papers": "insurance, prepayment_register"},
    ),
    (None, {"service": "TAXI"}, "service_not_in_voucher", "service", {"service": "TAXI"}),
    (None, {"unit": "visit"}, "unit_mismatch", "unit", {"unit": "visit", "offering_unit": "hour"}),
    (by(offering=offering(prices=prices(last=NOV_2, any_=4000))), {}, "no_price_on_day", "service_day",
     ON_THE_DAY),
    (None, {"unit_price": "40.01"}, "price_over_list", "unit_price",
     {"price_cents": 8002, "limit_cents": 8000}),
    (only(caps=cents_by_class(any_=3900)), {}, "price_over_cap", "unit_price",
     {"price_cents": 8000, "limit_cents": 7800}),
    (only(values=cents_by_class(evening=3600)), MORNING, "no_time_class", "start", {}),
    (
        only(values=cents_by_class(weekday=3600, evening=4000)), {}, "field_missing", "start",
        {"name": "start"},
    ),
    (only(free_of_charge=True), {}, "co_payment_not_allowed", "unit_price", {"co_payment_cents": 800}),
    (
        only(quantity_limit=Quantity(300), earlier=(earlier("2026-11-01", "2"),)), {}, "over_quantity",
        "quantity", {"left_hundredths": 100, "quantity_hundredths": 200},
    ),
    (
        only(quantity_limit=Quantity(300), earlier=(earlier("2026-11-01", "4"),)), {}, "over_quantity",
        "quantity", {"left_hundredths": 0, "quantity_hundredths": 200},
    ),
    (
        only(period_limit=WEEKLY), {}, "over_period_limit", "quantity",
        {"first_day": "2026-11-02", "last_day": "2026-11-08"},
    ),
    (
        only(free_cents=Money(7199)), {}, "over_amount", "quantity",
        {"county_pays_cents": 7200, "left_cents": 7199},
    ),
    (
        only(free_cents=Money(7199), overrun=Overrun.CUT), {}, "cut_to_balance", "quantity",
        {"county_pays_cents": 7200, "left_cents": 7199},
    ),
    (None, {"service_day": "2026-09-21"}, "too_late", "service_day", {"last_day": "2026-11-20"}),
    (only(client_absences=(DateWindow(NOV_3, NOV_3),)), {}, "impossible_day", "service_day", ON_THE_DAY),
    (None, {"quantity": "15", "worker": "Anna"}, "impossible_day", "worker", ON_THE_DAY),
    (by(account_verified=False), {}, "bank_account_unverified", None, {}),
]  # fmt: skip


def summary(finding: Finding) -> tuple[str, str | None, dict[str, Any]]:
    """Return code, field and values; assert that the texts use each value and no other."""
    used = re.findall(r"%\((\w+)\)s", finding.reason.detail + finding.reason.fix)
    assert set(used) == set(finding.values)
    return finding.code, finding.field, dict(finding.values)


@pytest.mark.parametrize(("facts", "changes", "code", "field", "values"), CASES)
def test_a_finding_has_its_field_and_values(
    facts: Book | None, changes: Any, code: str, field: str | None, values: dict[str, Any]
) -> None:
    findings = decide(facts, sent(**changes))[0].findings  # type: ignore[union-attr]
    assert (code, field, values) in [summary(finding) for finding in findings]


def test_a_double_names_the_stored_charge() -> None:
    stored = earlier("2026-11-03", "2")
    outcome = decide(book(funding(earlier=(stored,))), sent(unit_price="36"))[0]
    assert [summary(finding) for finding in outcome.findings] == [  # type: ignore[union-attr]
        ("possible_double", "start", {"reference": "E-1"})
    ]


def test_a_double_names_the_other_charge() -> None:
    _, second = decide(None, sent(reference="A"), sent(reference="B"))
    assert [summary(finding) for finding in second.findings] == [  # type: ignore[union-attr]
        ("possible_double", "start", {"reference": "A"})
    ]


def test_an_overlap_with_another_provider_names_nobody() -> None:
    facts = book(funding(named_provider_id=OTHER_PROVIDER))
    times = {"start": "10:00", "end": "12:00"}
    _, second = decide(
        facts, sent(reference="A", **times), sent(provider_id=OTHER_PROVIDER, reference="B", **times)
    )
    assert ("overlaps_other_provider", "start", {}) in [
        summary(finding)
        for finding in second.findings  # type: ignore[union-attr]
    ]


SETTLED = CorrectedCharge(Money(8000), Money(7200), Money(5000), Money(4500))
CANCELLED = CancelledVisit(23, "ill", Money(4001), Money(8000))
# a call of the rule; the code, its field and its values
AFTER: list[tuple[Callable[[], Finding | None], str, str | None, dict[str, Any]]] = [
    (
        lambda: period_locked(ChargeState.SETTLED, "R-1"),
        "period_locked", "reference", {"reference": "R-1"},
    ),
    (
        lambda: correction_over_original(SETTLED, Money(3001)),
        "correction_over_original", "price", {"left_cents": 3000},
    ),
    (
        lambda: disputed_by_client(ChargeState.ACCEPTED, dispute_open=True),
        "disputed_by_client", None, {},
    ),
    (
        lambda: cancellation_rule(CancellationRule(24, 50), CANCELLED),
        "cancellation_rule", "unit_price", {"notice": 24, "limit_cents": 4000},
    ),
    (
        lambda: cancellation_rule(CancellationRule(23, 50), CANCELLED),
        "cancellation_rule", "unit_price", {"notice": 23, "limit_cents": 0},
    ),
    (
        lambda: cancellation_rule(None, CANCELLED),
        "cancellation_rule", "unit_price", {"notice": 0, "limit_cents": 0},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "code", "field", "values"), AFTER)
def test_a_finding_after_the_decision(
    rule: Callable[[], Finding | None], code: str, field: str | None, values: dict[str, Any]
) -> None:
    finding = rule()
    assert finding is not None
    assert summary(finding) == (code, field, values)
