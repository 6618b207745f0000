"""A decision in one canonical form, and how a later one is laid over it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clearing.grants.facts.decision import (
    DecidedBudget,
    DecidedClient,
    DecidedFunding,
    DecidedIncome,
    DecisionDocument,
)
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, FundingKind, Overrun
from clearing.grants.rules.decision_document import (
    document_as_json,
    funding_as_json,
    fundings_of,
    income_as_json,
    merged_documents,
)
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity

YEAR = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
PLAIN = DecidedFunding("a", FundingKind.VOUCHER, ("TRANSPORT", "HOME_CARE"), YEAR)
PLAIN_JSON = {
    "kind": "voucher",
    "services": ["HOME_CARE", "TRANSPORT"],
    "window": ["2026-01-01", "2026-12-31"],
    "free_of_charge": False,
    "overrun": "refuse",
}
CLIENT = DecidedClient("C-1", "Aino Asiakas", "Mikkeli", Language.SV)
DECISION = DecisionDocument("D-1", "12", date(2026, 1, 7), "Virpi", "VpL 9 §", "4410", CLIENT, (PLAIN,))
CLIENT_JSON = {"number": "C-1", "name": "Aino Asiakas", "municipality": "Mikkeli", "language": "sv"}
DECISION_JSON: dict[str, object] = {
    "number": "D-1",
    "county": "12",
    "decided_on": "2026-01-07",
    "decided_by": "Virpi",
    "legal_basis": "VpL 9 §",
    "cost_centre": "4410",
    "client": CLIENT_JSON,
    "fundings": {"a": PLAIN_JSON},
}
BASIS = DecidedIncome(Money(2500), Money(90_000), Money(52_800), 3500, Money(700))
BASIS_JSON = {
    "max_value": "25.00",
    "income": "900.00",
    "limit": "528.00",
    "percent": "35.00",
    "floor": "7.00",
}

# what a funding has besides, and how it is written
WRITTEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    (
        {"kind": FundingKind.COMMITMENT, "provider": "1234567-1"},
        {"kind": "commitment", "provider": "1234567-1"},
    ),
    ({"amount_cents": Money(0)}, {"amount": "0.00"}),
    ({"amount_cents": Money(100_005)}, {"amount": "1000.05"}),
    ({"quantity": Quantity(1250)}, {"quantity": "12.50"}),
    ({"free_of_charge": True, "overrun": Overrun.CUT}, {"free_of_charge": True, "overrun": "cut"}),
    (
        {"unit_values": {"TRANSPORT": {"any": Money(90)}, "HOME_CARE": {"weekday": Money(3600)}}},
        {"unit_values": {"HOME_CARE": {"weekday": "36.00"}, "TRANSPORT": {"any": "0.90"}}},
    ),
    ({"price_caps": {"TRANSPORT": {"any": Money(90)}}}, {"price_caps": {"TRANSPORT": {"any": "0.90"}}}),
    ({"income_related": BASIS}, {"income_related": BASIS_JSON}),
    (
        {"per_period": PeriodLimit(PeriodKind.WEEK, Money(5000), None)},
        {"per_period": {"period": "week", "amount": "50.00", "carry": "none"}},
    ),
    (
        {"per_period": PeriodLimit(PeriodKind.MONTH, None, Quantity(400), CarryOver.UP_TO, 50)},
        {"per_period": {"period": "month", "quantity": "4.00", "carry": "up_to", "share": "0.50"}},
    ),
]


@pytest.mark.parametrize(("changes", "written"), WRITTEN)
def test_a_funding_is_written_without_what_it_does_not_have(
    changes: dict[str, Any], written: dict[str, Any]
) -> None:
    assert funding_as_json(replace(PLAIN, **changes)) == PLAIN_JSON | written


def test_values_by_class_stand_in_one_order() -> None:
    values = {"weekday": Money(1), "evening": Money(2), "night": Money(3)}
    turned = dict(reversed(values.items()))
    first, second = (
        funding_as_json(replace(PLAIN, unit_values={"HOME_CARE": rates})) for rates in (values, turned)
    )
    assert list(first["unit_values"]["HOME_CARE"]) == ["evening", "night", "weekday"]  # type: ignore[index]
    assert str(first) == str(second)


def test_no_income_is_zero() -> None:
    assert income_as_json(None) is None


BUDGET = DecidedBudget(Money(500_000), YEAR, Money(25_050))
WHOLE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    (
        {"personal_budget": BUDGET},
        {
            "personal_budget": {
                "amount": "5000.00", "window": ["2026-01-01", "2026-12-31"], "may_move_up_to": "250.50"
            }
        },
    ),
    (
        {"client": replace(CLIENT, identity_hash="ab12")},
        {"client": CLIENT_JSON | {"identity_hash": "ab12"}},
    ),
    (
        {"fundings": (PLAIN, replace(PLAIN, external_id="b"))},
        {"fundings": {"a": PLAIN_JSON, "b": PLAIN_JSON}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "written"), WHOLE)
def test_a_decision_is_written_with_all_its_rows(changes: dict[str, Any], written: dict[str, Any]) -> None:
    assert document_as_json(replace(DECISION, **changes)) == DECISION_JSON | written


def test_the_first_document_is_used_unchanged() -> None:
    assert merged_documents(None, DECISION_JSON) == DECISION_JSON


# what stands, what is sent, what stands then
MERGED: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, {}, {}),
    ({}, {"decided_by": "Veikko"}, {"decided_by": "Veikko"}),
    ({"personal_budget": {"amount": "1.00"}}, {}, {"personal_budget": {"amount": "1.00"}}),
    (
        {"client": CLIENT_JSON | {"identity_hash": "ab12"}},
        {"client": CLIENT_JSON | {"name": "Aino Uusi"}},
        {"client": CLIENT_JSON | {"name": "Aino Uusi", "identity_hash": "ab12"}},
    ),
    (
        {"fundings": {"a": PLAIN_JSON, "b": PLAIN_JSON}},
        {"fundings": {"b": {"kind": "commitment"}, "c": PLAIN_JSON}},
        {"fundings": {"a": PLAIN_JSON, "b": {"kind": "commitment"}, "c": PLAIN_JSON}},
    ),
]


@pytest.mark.parametrize(("in_force", "sent", "then"), MERGED)
def test_what_a_later_document_leaves_out_stays(
    in_force: dict[str, Any], sent: dict[str, Any], then: dict[str, Any]
) -> None:
    merged = merged_documents(DECISION_JSON | in_force, DECISION_JSON | sent)
    assert merged == DECISION_JSON | then
    assert fundings_of(merged) == merged["fundings"]
