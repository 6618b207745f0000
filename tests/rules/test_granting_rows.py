"""Decisions at the edges of what may be granted: the last good value, and the first wrong one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clearing.grants.facts.decision import DecidedBudget, DecidedClient, DecidedIncome, DecisionDocument
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.granting import BudgetInForce, GrantFacts
from clearing.grants.facts.kinds import CarryOver, FundingKind
from clearing.grants.rules.grant_faults import GRANT_FAULTS
from clearing.grants.rules.granting import wrong_fields
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from tests.rules.decisions_builder import FACTS, HELP, YEAR, document, in_force

ASSISTANCE = "PERSONAL_ASSISTANCE"
KNOWN = replace(FACTS, providers={"1234567-1": 1})


def lines(faults: Iterable[Refusal]) -> list[str]:
    """Return the faults as lines `field: code`; assert that each code has a text."""
    found = list(faults)
    assert all(fault.code in GRANT_FAULTS for fault in found)
    return sorted(f"{fault.field}: {fault.code}" for fault in found)


def window(first: str, last: str | int) -> dict[str, DateWindow]:
    """A window by its days, or by its first day and its length in days."""
    begun = date.fromisoformat(first)
    end = begun + timedelta(last - 1) if isinstance(last, int) else date.fromisoformat(last)
    return {"window": DateWindow(begun, end)}


def values(cents: int, time_class: str = "any", service: str = ASSISTANCE) -> dict[str, Any]:
    return {service: {time_class: Money(cents)}}


def period(
    amount: int | None, quantity: int | None = None, carry: Any = CarryOver.NONE, share: int = 0
) -> Any:
    limit = PeriodLimit(
        PeriodKind.WEEK,
        None if amount is None else Money(amount),
        None if quantity is None else Quantity(quantity),
        carry,
        share,
    )
    return {"per_period": limit}


def income(
    most: int = 2500, has: int = 90_000, limit: int = 52_800, percent: int = 3500, floor: int = 700
) -> Any:
    return {"income_related": DecidedIncome(Money(most), Money(has), Money(limit), percent, Money(floor))}


NO_AMOUNT: dict[str, Any] = {"amount_cents": None}
HOURS = ("HOME_CARE", ASSISTANCE)
MIXED = (ASSISTANCE, "TRANSPORT")

VALUES: list[tuple[dict[str, Any], list[str]]] = [
    row
    for name, field in (("unit_values", "unit_values"), ("price_caps", "price_cap"))
    for row in [
        ({name: values(1)}, []),
        ({name: values(1, "weekday")}, []),
        ({name: values(0)}, [f"{field}: value_not_positive"]),
        ({name: values(1, "dawn")}, [f"{field}: time_class_unknown"]),
        ({name: values(1, service="HOME_CARE")}, [f"{field}: service_not_in_funding"]),
    ]
]
# what a funding of 1,000.00 for a year of assistance has otherwise, and what is wrong with it
FUNDINGS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"services": ()}, ["services: services_missing"]),
    ({"services": (ASSISTANCE, "HELP")}, ["services: service_unknown"]),
    (window("2026-02-01", "2026-02-01"), []),
    (window("2026-02-01", "2026-01-31"), ["window: window_backwards"]),
    (window("1900-01-01", "1909-12-31"), []),
    (window("1899-12-31", "1909-12-31"), ["window: day_impossible"]),
    (window("2200-01-01", "2200-12-31"), []),
    (window("2200-01-01", "2201-01-01"), ["window: day_impossible"]),
    (window("2026-01-01", 3660), []),
    (window("2026-01-01", 3661), ["window: window_too_long"]),
    (window("2026-02-01", "2026-01-31") | NO_AMOUNT | {"quantity": Quantity(1), "unit_values": values(1)},
     ["amount: granted_money_unknown", "window: window_backwards"]),
    ({"amount_cents": Money(1)}, []),
    ({"amount_cents": Money(0)}, ["amount: amount_not_positive"]),
    ({"amount_cents": Money(-1)}, ["amount: amount_not_positive"]),
    ({"amount_cents": Money(99_999_999_999)}, []),
    ({"amount_cents": Money(100_000_000_000)}, ["amount: amount_too_large"]),
    ({"quantity": Quantity(1)}, []),
    ({"quantity": Quantity(0)}, ["quantity: quantity_not_positive"]),
    ({"quantity": Quantity(1), "services": HOURS}, []),
    ({"quantity": Quantity(1), "services": MIXED}, ["quantity: units_differ"]),
    (NO_AMOUNT | {"quantity": Quantity(100), "unit_values": values(1)}, []),
    (NO_AMOUNT | {"quantity": Quantity(1), "unit_values": values(1)}, ["amount: granted_money_unknown"]),
    (NO_AMOUNT | {"quantity": Quantity(100), "price_caps": values(1)}, []),
    (NO_AMOUNT | {"unit_values": values(1)}, ["amount: granted_money_unknown"]),
    (NO_AMOUNT | {"quantity": Quantity(0), "unit_values": values(3600)},
     ["amount: granted_money_unknown", "quantity: quantity_not_positive"]),
    (NO_AMOUNT | period(1), []),
    (NO_AMOUNT | period(None, 100) | {"unit_values": values(1)}, []),
    (NO_AMOUNT | period(None, 100), ["amount: granted_money_unknown"]),
    (period(1), []),
    (period(0), ["per_period.amount: amount_not_positive"]),
    (period(None), ["per_period: period_needs_one_limit"]),
    (period(1, 1), ["per_period: period_needs_one_limit"]),
    (period(None, 1), []),
    (period(None, 0), ["per_period.quantity: quantity_not_positive"]),
    (period(None, 1) | {"services": HOURS}, []),
    (period(None, 1) | {"services": MIXED}, ["per_period.quantity: units_differ"]),
    (period(1) | {"services": MIXED}, []),
    (period(1, None, CarryOver.UP_TO, 0), ["per_period.share: share_missing"]),
    (period(1, None, CarryOver.UP_TO, 1), []),
    (period(1, None, CarryOver.UP_TO, 100), []),
    (period(1, None, CarryOver.UP_TO, 101), ["per_period.share: share_missing"]),
    (period(1, None, CarryOver.NONE, 1), ["per_period.share: share_not_allowed"]),
    (period(1, None, CarryOver.ALL, 1), ["per_period.share: share_not_allowed"]),
    (period(1, None, CarryOver.ALL, 0), []),
    *VALUES,
    (income(), []),
    (income() | {"services": HOURS}, []),
    (income() | {"services": MIXED}, ["income_related: income_not_hourly"]),
    (income() | {"unit_values": values(1)}, ["income_related: income_and_values"]),
    (income(most=1, floor=0), []),
    (income(most=0, floor=0), ["income_related: income_malformed"]),
    (income(has=0), []),
    (income(has=-1), ["income_related: income_malformed"]),
    (income(limit=0), []),
    (income(limit=-1), ["income_related: income_malformed"]),
    (income(percent=0), []),
    (income(percent=-1), ["income_related: income_malformed"]),
    (income(percent=10_000), []),
    (income(percent=10_001), ["income_related: income_malformed"]),
    (income(floor=0), []),
    (income(floor=-1), ["income_related: income_malformed"]),
    (income(floor=2500), []),
    (income(floor=2501), ["income_related: income_malformed"]),
    ({"provider": "1234567-1"}, []),
    ({"provider": "7654321-2"}, ["provider: provider_unknown"]),
    ({"kind": FundingKind.COMMITMENT, "provider": "1234567-1"}, []),
    ({"kind": FundingKind.COMMITMENT, "provider": "7654321-2"}, ["provider: provider_unknown"]),
    ({"kind": FundingKind.COMMITMENT}, ["provider: provider_missing"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "wrong"), FUNDINGS)
def test_a_funding(changes: dict[str, Any], wrong: list[str]) -> None:
    faults = wrong_fields(document(replace(HELP, **changes)), KNOWN)
    assert lines(faults) == [f"fundings.0.{fault}" for fault in wrong]


def test_a_fault_is_reported_with_its_path() -> None:
    good, bad = replace(HELP, external_id="b"), replace(HELP, external_id="c", services=())
    faults = wrong_fields(document(HELP, good, bad, replace(bad, external_id="b")), FACTS)
    assert lines(faults) == [
        "fundings.2.services: services_missing",
        "fundings.3.external_id: external_id_doubled",
        "fundings.3.services: services_missing",
    ]


def client(**changes: Any) -> dict[str, DecidedClient]:
    return {"client": replace(document().client, **changes)}


DECISIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"decided_on": FACTS.today}, []),
    ({"decided_on": date(2026, 3, 3)}, ["decided_on: decided_in_future"]),
    ({"decided_on": date(1900, 1, 1)}, []),
    ({"decided_on": date(1899, 12, 31)}, ["decided_on: day_impossible"]),
    (client(municipality="MIKKELI"), []),
    (client(municipality="491"), []),
    (client(municipality="Turku"), ["client.municipality: municipality_unknown"]),
    ({"cost_centre": "1"}, ["cost_centre: cost_centre_unknown"]),
    ({"fundings": ()}, ["fundings: fundings_missing"]),
]


@pytest.mark.parametrize(("changes", "wrong"), DECISIONS)
def test_a_decision(changes: dict[str, Any], wrong: list[str]) -> None:
    assert lines(wrong_fields(document(**changes), FACTS)) == wrong


def budget(amount: int = 100_000, may_move: int = 0, days: DateWindow = YEAR) -> DecidedBudget:
    return DecidedBudget(Money(amount), days, Money(may_move))


def days(first: str, last: str) -> DateWindow:
    return DateWindow(date.fromisoformat(first), date.fromisoformat(last))


OUTSIDE = "fundings.0.window: outside_budget_window"
BUDGETS = [
    (budget(), []),
    (budget(99_999), ["personal_budget.amount: budget_exceeded"]),
    (budget(0), ["personal_budget.amount: amount_not_positive", "personal_budget.amount: budget_exceeded"]),
    (budget(may_move=100_000), []),
    (budget(may_move=100_001), ["personal_budget.client_may_move.up_to: may_move_over_budget"]),
    (budget(days=days("2025-12-31", "2027-01-01")), []),
    (budget(days=days("2026-01-02", "2026-12-31")), [OUTSIDE]),
    (budget(days=days("2026-01-01", "2026-12-30")), [OUTSIDE]),
    (budget(days=days("2026-07-01", "2026-07-01")), [OUTSIDE]),
    (budget(days=days("2026-07-01", "2026-06-30")), [OUTSIDE, "personal_budget.window: window_backwards"]),
    (budget(days=days("1899-12-31", "2026-12-31")), ["personal_budget.window: day_impossible"]),
    (budget(days=days("2026-01-01", "2201-01-01")), ["personal_budget.window: day_impossible"]),
]


@pytest.mark.parametrize(("sent", "wrong"), BUDGETS)
def test_a_personal_budget(sent: DecidedBudget, wrong: list[str]) -> None:
    assert lines(wrong_fields(document(personal_budget=sent), FACTS)) == wrong


def test_the_smallest_budget() -> None:
    cent = replace(HELP, amount_cents=Money(1))
    assert wrong_fields(document(cent, personal_budget=budget(1)), FACTS) == ()


NEW = replace(HELP, external_id="b", amount_cents=Money(50_000))
BUDGET_IN_FORCE = BudgetInForce(1, Money(150_000), YEAR)
# what is sent beside a funding of 1,000.00 that stands in a budget of 1,500.00
SUMS: list[tuple[DecisionDocument, list[str]]] = [
    (document(NEW), []),
    (document(replace(NEW, amount_cents=Money(50_001))), ["personal_budget.amount: budget_exceeded"]),
    (document(HELP, NEW), []),
    (document(replace(HELP, amount_cents=Money(100_001)), NEW), ["personal_budget.amount: budget_exceeded"]),
    (document(replace(HELP, amount_cents=Money(99_999)), NEW), []),
    (document(NEW, personal_budget=budget(149_999)), ["personal_budget.amount: budget_exceeded"]),
    (document(NEW, personal_budget=budget(150_000)), []),
    (
        document(replace(NEW, amount_cents=None), personal_budget=budget(100_000)),
        ["fundings.0.amount: granted_money_unknown"],
    ),
    (
        document(replace(NEW, amount_cents=None)),
        ["fundings.0.amount: granted_money_unknown"],
    ),
]


@pytest.mark.parametrize(("sent", "wrong"), SUMS)
def test_all_fundings_of_a_decision_share_its_budget(sent: DecisionDocument, wrong: list[str]) -> None:
    assert lines(wrong_fields(sent, in_force(document(), budget=BUDGET_IN_FORCE))) == wrong


# the change of a funding of which 400.00 and 5.00 hours are used; what stands otherwise; what is wrong
CHANGES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({}, {}, []),
    ({}, {"is_over": True}, []),
    ({"amount_cents": Money(90_000)}, {"is_over": True}, ["fundings.0: funding_over"]),
    ({"amount_cents": Money(40_000)}, {}, []),
    ({"amount_cents": Money(39_999)}, {}, ["fundings.0.amount: amount_below_used"]),
    ({"amount_cents": None}, {}, ["fundings.0.amount: granted_money_unknown"]),
    ({"quantity": Quantity(500)}, {}, []),
    ({"quantity": Quantity(499)}, {}, ["fundings.0.quantity: quantity_below_used"]),
    ({"kind": FundingKind.COMMITMENT, "provider": "1234567-1"}, {"provider": "1234567-1"},
     ["fundings.0.kind: kind_fixed"]),
    ({"provider": "1234567-1"}, {}, ["fundings.0.provider: provider_fixed"]),
    ({"services": HOURS}, {}, []),
    ({"services": ("HOME_CARE",)}, {}, ["fundings.0.services: services_fixed"]),
    (window("2026-03-01", "2026-10-31"), {"charged_days": days("2026-03-01", "2026-10-31")}, []),
    (window("2026-03-02", "2026-10-31"), {"charged_days": days("2026-03-01", "2026-10-31")},
     ["fundings.0.window: window_leaves_charges"]),
    (window("2026-03-01", "2026-10-30"), {"charged_days": days("2026-03-01", "2026-10-31")},
     ["fundings.0.window: window_leaves_charges"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "stands", "wrong"), CHANGES)
def test_what_is_used_stays_used(changes: dict[str, Any], stands: dict[str, Any], wrong: list[str]) -> None:
    facts = replace(in_force(document(), **stands), providers=KNOWN.providers)
    assert lines(wrong_fields(document(replace(HELP, **changes)), facts)) == wrong


WHOLE: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    (client(number="C-2"), ["client.number: client_fixed"]),
    (client(name="Aino Uusi"), []),
    ({"cost_centre": "5000"}, ["cost_centre: cost_centre_fixed"]),
]


@pytest.mark.parametrize(("changes", "wrong"), WHOLE)
def test_whose_and_whence_stays(changes: dict[str, Any], wrong: list[str]) -> None:
    facts: GrantFacts = replace(in_force(document()), cost_centres={"4410": 1, "5000": 2})
    assert lines(wrong_fields(document(**changes), facts)) == wrong
