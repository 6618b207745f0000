"""What a good decision grants: new vouchers, changed terms from their day on, and the money that moves."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clearing.grants.facts.decision import DecidedFunding, DecisionDocument
from clearing.grants.rules.decision_document import document_as_json
from clearing.grants.rules.grant_plan import Grant, changed_document, grant_postings, plan_grant
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from tests.rules.decisions_builder import FACTS, HELP, YEAR, document, in_force


def plan(sent: DecisionDocument, facts: Any = FACTS) -> Grant:
    """Plan a decision; the random bits are all ones, as many as are asked for."""
    kept = changed_document(sent, facts)
    assert kept is not None
    return plan_grant(sent, facts, kept, lambda bits: 2**bits - 1)


def test_a_new_decision_grants_every_funding() -> None:
    later = replace(HELP, external_id="b", window=DateWindow(date(2026, 6, 1), date(2026, 6, 30)))
    sent = document(HELP, later)
    grant = plan(sent)
    assert (grant.document, grant.facts, grant.version) == (sent, FACTS, 1)
    assert grant.kept_document == document_as_json(sent)
    first, second = grant.fundings
    assert (first.decided, first.in_force, first.granted_cents) == (HELP, None, 100_000)
    assert first.voucher == "Z" * 16
    assert (first.terms_days, first.opens_on) == ((date(2026, 1, 1),), date(2026, 1, 1))
    assert (second.terms_days, second.opens_on) == ((date(2026, 6, 1),), date(2026, 6, 1))


def test_the_same_decision_again_changes_nothing() -> None:
    assert changed_document(document(), in_force(document())) is None


def test_a_changed_decision_is_a_new_version_of_what_changed_alone() -> None:
    other = replace(HELP, external_id="b")
    sent = document(replace(HELP, amount_cents=Money(120_000)), other)
    grant = plan(sent, in_force(document(HELP, other)))
    (funding,) = grant.fundings
    assert grant.version == 4
    assert (funding.decided.external_id, funding.voucher, funding.granted_cents) == ("a", "OLD", 120_000)
    assert funding.in_force is not None
    assert funding.in_force.id == 900


def test_what_a_document_leaves_out_stays_in_the_decision_that_is_kept() -> None:
    sent = document(replace(HELP, external_id="b"))
    grant = plan(sent, in_force(document()))
    assert [granted.decided.external_id for granted in grant.fundings] == ["b"]
    assert set(grant.kept_document["fundings"]) == {"a", "b"}  # type: ignore[call-overload]


# the window that stands, the new window; the days from which the new terms hold, and when it opens anew
TODAY = FACTS.today
DAYS = [
    (date(2026, 1, 1), date(2026, 1, 1), (TODAY,), None),
    (date(2026, 1, 1), date(2026, 2, 1), (TODAY,), None),
    (date(2026, 4, 1), date(2026, 4, 1), (date(2026, 4, 1),), None),
    (date(2026, 4, 1), date(2026, 5, 1), (date(2026, 5, 1),), None),
    (date(2026, 4, 1), date(2026, 3, 31), (date(2026, 3, 31),), date(2026, 3, 31)),
    (date(2026, 2, 1), date(2026, 1, 31), (date(2026, 1, 31), TODAY), date(2026, 1, 31)),
    (date(2026, 2, 1), TODAY, (TODAY,), None),
]


@pytest.mark.parametrize(("stands", "first", "terms_days", "opens_on"), DAYS)
def test_new_terms_hold_from_today_and_leave_earlier_days_unchanged(
    stands: date, first: date, terms_days: tuple[date, ...], opens_on: date | None
) -> None:
    changed = replace(HELP, window=DateWindow(first, YEAR.last), amount_cents=Money(120_000))
    (funding,) = plan(document(changed), in_force(document(), window=DateWindow(stands, YEAR.last))).fundings
    assert (funding.terms_days, funding.opens_on) == (terms_days, opens_on)


def one_grant(funding: DecidedFunding, facts: Any) -> list[Posting]:
    grant = plan(document(funding), facts)
    return grant_postings(grant, grant.fundings[0], 900)


FROM, TO = Account.APPROPRIATION, Account.FREE
# what was granted, what is granted; the event, the accounts and the sum
MONEY: list[tuple[int | None, int, tuple[Event, Account, Account, int] | None]] = [
    (None, 100_001, (Event.GRANT, FROM, TO, 100_001)),
    (100_000, 100_001, (Event.TOP_UP, FROM, TO, 1)),
    (100_001, 100_001, None),
    (100_002, 100_001, (Event.REDUCE, TO, FROM, 1)),
]


@pytest.mark.parametrize(("before", "now", "moved"), MONEY)
def test_the_money_of_a_grant(before: int | None, now: int, moved: Any) -> None:
    facts = FACTS if before is None else in_force(document(), granted_cents=Money(before))
    postings = one_grant(replace(HELP, amount_cents=Money(now)), facts)
    if moved is None:
        assert postings == []
    else:
        event, source, target, cents = moved
        assert postings == [
            Posting(12, event, source, target, Money(cents), cost_centre_id=1, funding_id=900),
        ]


# the units granted, and free of them, before; granted now; the events with their cents and units. The balance
# has counted 300 of the 500 units that charges took
UNITS: list[tuple[tuple[int, int], int | None, list[tuple[Event, int, int]]]] = [
    ((0, 0), 2_000, [(Event.TOP_UP, 0, 1_800)]),
    ((2_000, 500), 2_201, [(Event.TOP_UP, 0, 1)]),
    ((2_000, 500), 2_200, []),
    ((2_000, 500), 1_500, [(Event.REDUCE, 0, 500)]),
    ((2_000, 500), None, [(Event.REDUCE, 0, 500)]),
]


@pytest.mark.parametrize(("before", "now", "moved"), UNITS)
def test_the_units_of_a_grant(before: tuple[int, int], now: int | None, moved: Any) -> None:
    granted, free = before
    stored = document(replace(HELP, quantity=Quantity(1)))
    units = {"granted_quantity": granted, "free_quantity": free, "counted_quantity": 300}
    facts = in_force(stored, **{name: Quantity(value) for name, value in units.items()})
    quantity = None if now is None else Quantity(now)
    postings = one_grant(replace(HELP, amount_cents=Money(100_000), quantity=quantity), facts)
    assert [(one.event, one.amount_cents, one.quantity_hundredths) for one in postings] == moved


def test_money_and_units_that_change_in_opposite_ways_are_two_postings() -> None:
    facts = in_force(document(), granted_quantity=Quantity(500), counted_quantity=Quantity(500))
    less_money = replace(HELP, amount_cents=Money(99_000), quantity=Quantity(700))
    up, down = one_grant(less_money, facts)
    assert (up.event, up.amount_cents, up.quantity_hundredths) == (Event.TOP_UP, 0, 200)
    assert (down.event, down.amount_cents, down.quantity_hundredths) == (Event.REDUCE, 1_000, 0)
