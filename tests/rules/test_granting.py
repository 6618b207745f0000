"""Every wrong field of a decision is named, with its code."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clearing.grants.facts.decision import DecidedClient, DecidedIncome, DecisionDocument
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, FundingKind
from clearing.grants.rules.grant_faults import GRANT_FAULTS
from clearing.grants.rules.granted_money import granted_money, income_related_value, unit_values_of
from clearing.grants.rules.granting import wrong_fields
from clearing.grants.rules.voucher_codes import grouped_code, voucher_code
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from tests.rules.decisions_builder import FACTS, HELP, document

WRONG: list[tuple[str, DecisionDocument, set[tuple[str, str]]]] = [
    (
        "municipality",
        document(client=DecidedClient("C-1", "A", "Turku")),
        {("client.municipality", "municipality_unknown")},
    ),
    ("cost centre", document(cost_centre="1"), {("cost_centre", "cost_centre_unknown")}),
    ("future", document(decided_on=date(2026, 3, 3)), {("decided_on", "decided_in_future")}),
    ("nothing", document(fundings=()), {("fundings", "fundings_missing")}),
    ("doubled", document(HELP, HELP), {("fundings.1.external_id", "external_id_doubled")}),
    (
        "service",
        document(replace(HELP, services=("HELP",))),
        {("fundings.0.services", "service_unknown")},
    ),
    (
        "reversed",
        document(replace(HELP, window=DateWindow(date(2026, 2, 2), date(2026, 2, 1)))),
        {("fundings.0.window", "window_backwards")},
    ),
    (
        "the end of time",
        document(replace(HELP, window=DateWindow(date(9999, 12, 31), date.max))),
        {("fundings.0.window", "day_impossible")},
    ),
    (
        "the beginning of time",
        document(replace(HELP, window=DateWindow(date.min, date.min))),
        {("fundings.0.window", "day_impossible")},
    ),
    (
        "amount",
        document(replace(HELP, amount_cents=Money(0))),
        {("fundings.0.amount", "amount_not_positive")},
    ),
    (
        "units",
        document(replace(HELP, services=("HOME_CARE", "TRANSPORT"), quantity=Quantity(100))),
        {("fundings.0.quantity", "units_differ")},
    ),
    (
        "no money",
        document(replace(HELP, amount_cents=None, quantity=Quantity(100))),
        {("fundings.0.amount", "granted_money_unknown")},
    ),
    (
        "too large",
        document(
            replace(
                HELP,
                amount_cents=None,
                quantity=Quantity(99_999_999_999),
                price_caps={"PERSONAL_ASSISTANCE": {"any": Money(99_999_999_999)}},
            )
        ),
        {("fundings.0.amount", "amount_too_large")},
    ),
    (
        "no provider",
        document(replace(HELP, kind=FundingKind.COMMITMENT)),
        {("fundings.0.provider", "provider_missing")},
    ),
    (
        "unknown provider",
        document(replace(HELP, provider="7654321-2")),
        {("fundings.0.provider", "provider_unknown")},
    ),
    (
        "time class",
        document(replace(HELP, unit_values={"PERSONAL_ASSISTANCE": {"dawn": Money(1)}})),
        {("fundings.0.unit_values", "time_class_unknown")},
    ),
    (
        "income",
        document(
            replace(
                HELP,
                services=("SPORT",),
                income_related=DecidedIncome(Money(100), Money(1), Money(1), 20_000, Money(200)),
            )
        ),
        {
            ("fundings.0.income_related", "income_not_hourly"),
            ("fundings.0.income_related", "income_malformed"),
        },
    ),
    (
        "share",
        document(replace(HELP, per_period=PeriodLimit(PeriodKind.WEEK, Money(1), None, CarryOver.UP_TO))),
        {("fundings.0.per_period.share", "share_missing")},
    ),
]


@pytest.mark.parametrize(("sent", "expected"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_every_wrong_field_is_named(sent: DecisionDocument, expected: set[tuple[str, str]]) -> None:
    faults = wrong_fields(sent, FACTS)
    assert {(fault.field, fault.code) for fault in faults} == expected
    assert all(fault.code in GRANT_FAULTS for fault in faults)


def test_a_good_decision_has_no_fault() -> None:
    assert wrong_fields(document(), FACTS) == ()


def test_an_actor_who_may_not_grant_in_the_county_gets_no_other_fault() -> None:
    (fault,) = wrong_fields(document(cost_centre="0"), replace(FACTS, county_id=None))
    assert (fault.field, fault.code) == ("county", "county_unknown")


@pytest.mark.parametrize(
    ("income", "value"), [(90_000, 2_283), (52_800, 2_500), (0, 2_500), (9_000_000, 700), (52_801, 2_500)]
)
def test_an_income_related_value(income: int, value: int) -> None:
    basis = DecidedIncome(Money(2_500), Money(income), Money(52_800), 3_500, Money(700))
    assert income_related_value(basis) == value


VALUE = {"PERSONAL_ASSISTANCE": {"any": Money(3000), "evening": Money(3605)}}
BASIS = DecidedIncome(Money(2_500), Money(90_000), Money(52_800), 3_500, Money(700))
TO_APRIL_1 = DateWindow(date(2026, 1, 31), date(2026, 4, 1))
EACH_WEEK = PeriodLimit(PeriodKind.WEEK, Money(100), None)
EACH_MONTH = PeriodLimit(PeriodKind.MONTH, Money(5000), None)
HOURS_A_MONTH = PeriodLimit(PeriodKind.MONTH, None, Quantity(150))
CAPS = {"HOME_CARE": {"any": Money(1)}}
# what is decided, and the money of the grant
GRANTED: list[tuple[dict[str, Any], int | None]] = [
    ({"amount_cents": Money(1), "quantity": Quantity(1000), "unit_values": VALUE}, 1),
    ({"quantity": Quantity(1000), "unit_values": VALUE}, 36_050),
    ({"quantity": Quantity(1001), "unit_values": VALUE}, 36_086),
    (
        {"quantity": Quantity(1000), "unit_values": VALUE, "price_caps": CAPS},
        36_050,
    ),
    ({"quantity": Quantity(1000), "price_caps": VALUE}, 36_050),
    ({"quantity": Quantity(1000), "income_related": BASIS}, 22_830),
    ({"quantity": Quantity(1000)}, None),
    ({"unit_values": VALUE}, None),
    ({"per_period": EACH_MONTH, "window": TO_APRIL_1}, 20_000),
    ({"per_period": EACH_MONTH, "unit_values": VALUE}, 60_000),
    ({"per_period": EACH_WEEK, "window": TO_APRIL_1}, 1_000),
    ({"per_period": HOURS_A_MONTH, "window": TO_APRIL_1}, None),
    (
        {"per_period": HOURS_A_MONTH, "window": TO_APRIL_1, "unit_values": VALUE},
        21_632,
    ),
    ({"per_period": replace(EACH_MONTH, amount_cents=None), "unit_values": VALUE}, None),
    (
        {
            "quantity": Quantity(100),
            "per_period": EACH_MONTH,
            "unit_values": VALUE,
        },
        3_605,
    ),
]


@pytest.mark.parametrize(("changes", "cents"), GRANTED)
def test_granted_money(changes: dict[str, Any], cents: int | None) -> None:
    assert granted_money(replace(replace(HELP, amount_cents=None), **changes)) == cents


def test_an_income_related_value_is_that_of_every_service() -> None:
    both = replace(HELP, services=("PERSONAL_ASSISTANCE", "HOME_CARE"), income_related=BASIS)
    assert unit_values_of(both) == {"PERSONAL_ASSISTANCE": {"any": 2283}, "HOME_CARE": {"any": 2283}}
    assert unit_values_of(replace(HELP, unit_values=VALUE)) == VALUE


def test_a_voucher_code_is_read_in_groups() -> None:
    assert voucher_code(0) == "0" * 16
    assert grouped_code("7K3M92QDT4XP8WCN") == "7K3M-92QD-T4XP-8WCN"
    assert grouped_code(voucher_code(2**80 - 1)) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
