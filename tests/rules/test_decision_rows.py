"""Every cell of a decisions file is read into the decision, and every wrong cell is named."""

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
from clearing.grants.reading.decision_rows import DECISION_LAYOUT, DecisionRow, column_of
from foundation.tabular.import_report import CELL_FAULT_TEXTS
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.identity_codes import IdentityHash
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity

YEAR = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
LEAST = {
    "number": "ESHVA/2026/1", "decided_on": "2026-01-07", "decided_by": "Virpi", "legal_basis": "VpL 9 §",
    "cost_centre": "4410", "client": "C-1", "name": "Aino Asiakas", "municipality": "Mikkeli",
    "external_id": "a", "kind": "voucher", "services": "HOME_CARE", "from": "2026-01-01", "to": "2026-12-31",
}  # fmt: skip


def row(**cells: str) -> DecisionRow:
    """A row with the required cells and these; a code is hashed by turning it round, `X` is none."""
    return DecisionRow(LEAST | cells, lambda code: None if code == "X" else IdentityHash(code[::-1]))


def read(**cells: str) -> DecisionDocument:
    """What a row without faults says."""
    reader = row(**cells)
    document = reader.document("12")
    assert reader.faults == []
    return document


def test_the_required_cells_are_a_complete_decision() -> None:
    funding = DecidedFunding("a", FundingKind.VOUCHER, ("HOME_CARE",), YEAR)
    client = DecidedClient("C-1", "Aino Asiakas", "Mikkeli", Language.FI, None)
    assert read() == DecisionDocument(
        "ESHVA/2026/1", "12", date(2026, 1, 7), "Virpi", "VpL 9 §", "4410", client, (funding,), None
    )


def test_every_column_of_the_layout_is_known_here() -> None:
    assert set(LEAST) == set(DECISION_LAYOUT.required)


@pytest.mark.parametrize(
    ("cells", "county"), [({}, "12"), ({"county": ""}, "12"), ({"county": "05"}, "05")], ids=str
)
def test_the_county_is_that_of_the_file_unless_given(cells: dict[str, str], county: str) -> None:
    assert read(**cells).county == county


CLIENTS: list[tuple[dict[str, str], DecidedClient]] = [
    ({"language": "sv"}, DecidedClient("C-1", "Aino Asiakas", "Mikkeli", Language.SV)),
    ({"identity_code": "123"}, DecidedClient("C-1", "Aino Asiakas", "Mikkeli", Language.FI, "321")),
    ({"identity_code": ""}, DecidedClient("C-1", "Aino Asiakas", "Mikkeli", Language.FI)),
]


@pytest.mark.parametrize(("cells", "client"), CLIENTS)
def test_the_client(cells: dict[str, str], client: DecidedClient) -> None:
    assert read(**cells).client == client


BUDGET = {"budget": "5000.00", "budget_from": "2026-02-01", "budget_to": "2026-11-30"}
WINDOW = DateWindow(date(2026, 2, 1), date(2026, 11, 30))
BUDGETS = [
    (BUDGET, DecidedBudget(Money(500_000), WINDOW, Money(0))),
    (BUDGET | {"may_move_up_to": "250.50"}, DecidedBudget(Money(500_000), WINDOW, Money(25_050))),
    (BUDGET | {"budget": ""}, None),
]


@pytest.mark.parametrize(("cells", "budget"), BUDGETS)
def test_the_personal_budget(cells: dict[str, str], budget: DecidedBudget | None) -> None:
    assert read(**cells).personal_budget == budget


INCOME = {
    "income_max": "25.00", "income": "900.00", "income_limit": "528.00", "income_percent": "35",
    "income_floor": "7.00",
}  # fmt: skip
BASIS = DecidedIncome(Money(2500), Money(90_000), Money(52_800), 3500, Money(700))

# cells, and what they change of the funding
FUNDINGS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"external_id": "b"}, {"external_id": "b"}),
    (
        {"kind": "commitment", "provider": "1234567-1"},
        {"kind": FundingKind.COMMITMENT, "provider": "1234567-1"},
    ),
    ({"services": "HOME_CARE TRANSPORT"}, {"services": ("HOME_CARE", "TRANSPORT")}),
    ({"services": "HOME_CARE, TRANSPORT"}, {"services": ("HOME_CARE", "TRANSPORT")}),
    (
        {"from": "2026-02-28", "to": "2026-03-01"},
        {"window": DateWindow(date(2026, 2, 28), date(2026, 3, 1))},
    ),
    ({"amount": "1000.05"}, {"amount_cents": Money(100_005)}),
    ({"quantity": "12.50"}, {"quantity": Quantity(1250)}),
    ({"amount": "", "quantity": "", "period": "", "provider": ""}, {}),
    ({"free_of_charge": "kyllä"}, {"free_of_charge": True}),
    ({"free_of_charge": "JA"}, {"free_of_charge": True}),
    ({"free_of_charge": "x"}, {"free_of_charge": True}),
    ({"free_of_charge": "ei"}, {}),
    ({"free_of_charge": "0"}, {}),
    ({"overrun": "cut"}, {"overrun": Overrun.CUT}),
    ({"overrun": "refuse"}, {}),
    ({"unit_values": "36.00"}, {"unit_values": {"HOME_CARE": {"any": Money(3600)}}}),
    ({"unit_values": "36,05"}, {"unit_values": {"HOME_CARE": {"any": Money(3605)}}}),
    (
        {"unit_values": "weekday=36.00 evening=41.40"},
        {"unit_values": {"HOME_CARE": {"weekday": Money(3600), "evening": Money(4140)}}},
    ),
    (
        {"services": "HOME_CARE TRANSPORT", "price_cap": "40"},
        {
            "services": ("HOME_CARE", "TRANSPORT"),
            "price_caps": {"HOME_CARE": {"any": Money(4000)}, "TRANSPORT": {"any": Money(4000)}},
        },
    ),
    (
        {"services": "HOME_CARE TRANSPORT", "price_cap": "HOME_CARE:weekday=40 TRANSPORT:=2"},
        {
            "services": ("HOME_CARE", "TRANSPORT"),
            "price_caps": {"HOME_CARE": {"weekday": Money(4000)}, "TRANSPORT": {"any": Money(200)}},
        },
    ),
    (INCOME, {"income_related": BASIS}),
    (INCOME | {"income_max": ""}, {}),
    (
        {"income_max": "25.00"},
        {"income_related": DecidedIncome(Money(2500), Money(0), Money(0), 0, Money(0))},
    ),
    (
        {"period": "month", "period_amount": "300.00"},
        {"per_period": PeriodLimit(PeriodKind.MONTH, Money(30_000), None, CarryOver.NONE, 0)},
    ),
    (
        {"period": "week", "period_quantity": "4", "carry": "up_to", "share": "0.50"},
        {"per_period": PeriodLimit(PeriodKind.WEEK, None, Quantity(400), CarryOver.UP_TO, 50)},
    ),
    (
        {"period": "quarter", "period_amount": "", "period_quantity": "4", "carry": "all"},
        {"per_period": PeriodLimit(PeriodKind.QUARTER, None, Quantity(400), CarryOver.ALL, 0)},
    ),
]


@pytest.mark.parametrize(("cells", "changes"), FUNDINGS)
def test_the_funding(cells: dict[str, str], changes: dict[str, Any]) -> None:
    plain: dict[str, Any] = {
        "external_id": "a", "kind": FundingKind.VOUCHER, "services": ("HOME_CARE",), "window": YEAR,
    }  # fmt: skip
    assert read(**cells).fundings == (DecidedFunding(**plain | changes),)


# cells, and the columns that are wrong
FAULTS: list[tuple[dict[str, str], list[tuple[str, str]]]] = [
    *(({name: ""}, [(name, "field_missing")]) for name in LEAST if name != "kind"),
    *(({name: "2026-02-30"}, [(name, "field_malformed")]) for name in ("decided_on", "from", "to")),
    ({"from": "1899-12-31"}, [("from", "field_malformed")]),
    ({"to": "2201-01-01"}, [("to", "field_malformed")]),
    ({"kind": "coupon"}, [("kind", "field_malformed")]),
    ({"language": "de"}, [("language", "field_malformed")]),
    ({"overrun": "allow"}, [("overrun", "field_malformed")]),
    ({"free_of_charge": "maybe"}, [("free_of_charge", "field_malformed")]),
    ({"identity_code": "X"}, [("identity_code", "field_malformed")]),
    ({"amount": "1.234"}, [("amount", "field_malformed")]),
    ({"quantity": "many"}, [("quantity", "field_malformed")]),
    ({"unit_values": "dear"}, [("unit_values", "field_malformed")]),
    ({"price_cap": "weekday=x evening=y"}, [("price_cap", "field_malformed")] * 2),
    ({"period": "year"}, [("period", "field_malformed")]),
    ({"period": "week", "carry": "some"}, [("carry", "field_malformed")]),
    ({"period": "week", "share": "half"}, [("share", "field_malformed")]),
    ({"period": "week", "period_amount": "?"}, [("period_amount", "field_malformed")]),
    ({"period": "week", "period_quantity": "?"}, [("period_quantity", "field_malformed")]),
    *(({"income_max": "1"} | {name: "?"}, [(name, "field_malformed")]) for name in INCOME),
    ({"budget": "?"}, [("budget", "field_malformed")]),
    ({"budget": "1"}, [("budget_from", "field_missing"), ("budget_to", "field_missing")]),
    (BUDGET | {"may_move_up_to": "?"}, [("may_move_up_to", "field_malformed")]),
    (
        {"number": "", "amount": "?", "to": "soon"},
        [("number", "field_missing"), ("amount", "field_malformed"), ("to", "field_malformed")],
    ),
]


@pytest.mark.parametrize(("cells", "expected"), FAULTS)
def test_every_wrong_cell_is_named(cells: dict[str, str], expected: list[tuple[str, str]]) -> None:
    reader = row(**cells)
    reader.document("12")
    assert sorted((fault.field, fault.code) for fault in reader.faults) == sorted(expected)
    assert all(fault.text == CELL_FAULT_TEXTS[fault.code] for fault in reader.faults)


def test_a_good_value_next_to_a_wrong_value_is_read() -> None:
    reader = row(unit_values="weekday=x evening=41.40")
    assert reader.document("12").fundings[0].unit_values == {"HOME_CARE": {"evening": Money(4140)}}
    assert [fault.field for fault in reader.faults] == ["unit_values"]


def test_a_wrong_word_is_read_as_the_usual_one() -> None:
    reader = row(kind="coupon", language="de", overrun="allow", period="year", carry="some")
    document = reader.document("12")
    (funding,) = document.fundings
    assert (funding.kind, funding.overrun) == (FundingKind.VOUCHER, Overrun.REFUSE)
    assert funding.per_period == PeriodLimit(PeriodKind.MONTH, None, None, CarryOver.NONE, 0)
    assert document.client.language is Language.FI


def test_a_day_that_cannot_be_read_is_the_first_of_all() -> None:
    assert row(decided_on="soon").document("12").decided_on == date.min


# a field of the document, and its column
COLUMNS = [
    ("number", "number"),
    ("client.number", "client"),
    ("client.name", "name"),
    ("personal_budget.window", "budget_from"),
    ("fundings", "fundings"),
    ("fundings.0", "external_id"),
    ("fundings.0.window", "from"),
    ("fundings.0.amount", "amount"),
    ("fundings.12.per_period.share", "share"),
    ("fundings.0.income_related", "income_max"),
]


@pytest.mark.parametrize(("field", "column"), COLUMNS)
def test_a_wrong_field_is_reported_by_its_column(field: str, column: str) -> None:
    assert column_of(field) == column
