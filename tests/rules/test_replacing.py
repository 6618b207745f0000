"""What a decision replaces and leaves open, what it adds to the appropriation, and what overlaps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import GrantFacts, OtherFunding
from clearing.grants.rules.grant_plan import Grant, GrantedFunding
from clearing.grants.rules.grant_warnings import Overlap, added_money, over_appropriation, overlaps
from clearing.grants.rules.replacing import first_day_of, left_out, replaced_faults, replaced_fundings
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from tests.rules.decisions_builder import FACTS, HELP, STANDING, YEAR, document

SUMMER = DateWindow(date(2026, 6, 1), date(2026, 8, 31))
OTHER = OtherFunding(7, "PSAAAAAAAAAAAAAAAA", "D-0", "x", frozenset(HELP.services), YEAR, Money(6_000), False)
SAME_DECISION = replace(OTHER, id=8, decision="D-1", external_id="b", voucher="PSBBBBBBBBBBBBBBBB")
OWN = replace(OTHER, id=9, decision="D-1", external_id="a", voucher="PSCCCCCCCCCCCCCCCC")


def facts(*others: OtherFunding, **changes: Any) -> GrantFacts:
    return replace(FACTS, others=others, **changes)


@pytest.mark.parametrize(
    ("entries", "others", "wrong"),
    [
        (("D-0",), (OTHER,), []),
        (("PSAAAAAAAAAAAAAAAA",), (OTHER,), []),
        (("psaa aaaa aaaa aaaa aa",), (OTHER,), []),
        (("D-9",), (OTHER,), ["replaces.0"]),
        (("D-0", "D-9", "D-8"), (OTHER,), ["replaces.1", "replaces.2"]),
        (("D-1",), (), []),
        (("D-0",), (), ["replaces.0"]),
    ],
)
def test_an_entry_names_a_decision_or_a_voucher_of_the_client(
    entries: tuple[str, ...], others: tuple[OtherFunding, ...], wrong: list[str]
) -> None:
    found = list(replaced_faults(document(replaces=entries), facts(*others)))
    assert found == [Refusal("replaced_unknown", field) for field in wrong]


@pytest.mark.parametrize(
    ("entries", "other", "closes"),
    [
        (("D-0",), OTHER, True),
        (("PSAAAAAAAAAAAAAAAA",), OTHER, True),
        ((), OTHER, False),
        (("D-9",), OTHER, False),
        (("D-0",), replace(OTHER, is_over=True), False),
        (("D-1",), SAME_DECISION, True),
        (("D-1",), OWN, False),
        (("D-0",), replace(OTHER, external_id="a"), True),
        (("D-0",), replace(OTHER, window=DateWindow(date(2025, 1, 1), date(2026, 1, 1))), True),
        (("D-0",), replace(OTHER, window=DateWindow(date(2025, 1, 1), date(2025, 12, 31))), False),
    ],
)
def test_what_a_decision_closes(entries: tuple[str, ...], other: OtherFunding, closes: bool) -> None:
    found = replaced_fundings(document(replaces=entries), facts(other))
    assert found == ((other,) if closes else ())


@pytest.mark.parametrize(
    ("entries", "other", "is_left"),
    [
        ((), SAME_DECISION, True),
        (("D-1",), SAME_DECISION, False),
        ((), OWN, False),
        ((), OTHER, False),
        ((), replace(SAME_DECISION, is_over=True), False),
    ],
)
def test_what_a_decision_leaves_open(entries: tuple[str, ...], other: OtherFunding, is_left: bool) -> None:
    expected = {other.external_id: other.voucher} if is_left else {}
    assert left_out(document(replaces=entries), facts(other)) == expected


def test_what_is_replaced_closes_on_the_first_day_of_the_decision() -> None:
    assert first_day_of(document(HELP, replace(HELP, window=SUMMER))) == date(2026, 1, 1)
    assert first_day_of(document(replace(HELP, window=SUMMER))) == date(2026, 6, 1)
    assert first_day_of(replace(document(), fundings=())) == date(2026, 1, 7)


def a_grant(*cents: int, before: int | None = None, back: int = 0, left: int | None = 10_000) -> Grant:
    """Return a grant of fundings of so much money; the first had `before`, and `back` comes back."""
    in_force = None if before is None else replace(STANDING, granted_cents=Money(before))
    fundings = [
        GrantedFunding(
            decided=HELP,
            granted_cents=Money(granted),
            voucher="PSDDDDDDDDDDDDDDDD",
            in_force=in_force if place == 0 else None,
            terms_days=(),
            opens_on=None,
        )
        for place, granted in enumerate(cents)
    ]
    known = facts(left_cents={} if left is None else {"4410": Money(left)})
    replaced = (replace(OTHER, unused_cents=Money(back)),) if back else ()
    return Grant(document(), known, 1, {}, tuple(fundings), replaced)


@pytest.mark.parametrize(
    ("grant", "added"),
    [
        (a_grant(10_000), 10_000),
        (a_grant(10_000, 500), 10_500),
        (a_grant(10_000, before=4_000), 6_000),
        (a_grant(10_000, before=12_000), -2_000),
        (a_grant(10_000, back=6_000), 4_000),
        (a_grant(10_000, 500, before=4_000, back=6_000), 500),
        (a_grant(), 0),
    ],
)
def test_how_much_more_a_grant_binds(grant: Grant, added: int) -> None:
    assert added_money(grant) == added


@pytest.mark.parametrize(
    ("grant", "earlier", "warning"),
    [
        (a_grant(10_000), 0, None),
        (a_grant(10_001), 0, (10_000, 10_001)),
        (a_grant(10_000), 1, (9_999, 10_000)),
        (a_grant(9_000), 1_000, None),
        (a_grant(1, left=0), 0, (0, 1)),
        (a_grant(10_000, before=10_000, left=-5), 0, None),
        (a_grant(1, left=-5), 0, (-5, 1)),
        (a_grant(99_999, left=None), 0, None),
        (a_grant(16_000, back=6_000), 0, None),
    ],
)
def test_a_grant_over_the_appropriation(grant: Grant, earlier: int, warning: tuple[int, int] | None) -> None:
    values = None if warning is None else {"left_cents": warning[0], "granted_cents": warning[1]}
    expected = None if values is None else Refusal("over_appropriation", "cost_centre", values)
    assert over_appropriation(grant, granted_cents=Money(earlier)) == expected


DAY_31, DAY_1 = date(2026, 8, 31), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("decided", "other", "shared"),
    [
        (document(), OTHER, YEAR),
        (document(replace(HELP, window=SUMMER)), OTHER, SUMMER),
        (document(), replace(OTHER, window=SUMMER), SUMMER),
        (
            document(replace(HELP, window=SUMMER)),
            replace(OTHER, window=DateWindow(DAY_31, date(2026, 12, 1))),
            DateWindow(DAY_31, DAY_31),
        ),
        (
            document(replace(HELP, window=SUMMER)),
            replace(OTHER, window=DateWindow(date(2026, 1, 1), DAY_1)),
            DateWindow(DAY_1, DAY_1),
        ),
        (
            document(replace(HELP, window=SUMMER)),
            replace(OTHER, window=DateWindow(date(2026, 9, 1), DAY_31.replace(month=12))),
            None,
        ),
        (document(), replace(OTHER, services=frozenset({"SPORT"})), None),
        (document(), replace(OTHER, is_over=True), None),
        (document(replaces=("D-0",)), OTHER, None),
        (document(), OWN, None),
        (document(), SAME_DECISION, YEAR),
        (document(), replace(OTHER, external_id="a"), YEAR),
    ],
)
def test_what_overlaps(decided: DecisionDocument, other: OtherFunding, shared: DateWindow | None) -> None:
    expected = [Overlap("a", other.voucher, other.decision, HELP.services, shared)] if shared else []
    assert list(overlaps(decided, facts(other))) == expected


def test_shared_services_are_named_in_order() -> None:
    both = ("SPORT", "HOME_CARE", "TRANSPORT")
    other = replace(OTHER, services=frozenset({"HOME_CARE", "SPORT"}))
    (found,) = overlaps(document(replace(HELP, services=both)), facts(other))
    assert found.services == ("HOME_CARE", "SPORT")
