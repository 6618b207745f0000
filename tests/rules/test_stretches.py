"""What stands on a day: it changes from that day, and charges of one stretch answer as alone."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.facts.book import Book
from clearing.eligibility.facts.kinds import ApprovalState
from clearing.grants.facts.kinds import DecisionState, FundingState
from foundation.vocabulary.dates import DateWindow
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    LONG_AGO,
    OFFERING,
    OTHER_PROVIDER,
    PROVIDER,
    book,
    choice,
    decide,
    decide_one,
    funding,
    offering,
    papers,
    prices,
    provider,
    sent,
    terms,
    verdict,
    verdicts,
)

OK, LAST = "accepted", date(2026, 12, 31)
NOV_2, NOV_3 = date(2026, 11, 2), date(2026, 11, 3)
OPEN, APPROVED = (LONG_AGO, FundingState.OPEN), (LONG_AGO, ApprovalState.APPROVED)
UNTIL = prices(LONG_AGO, NOV_2, any_=4000)
DEARER = UNTIL + prices(NOV_3, any_=3999)


def voucher(**changes: Any) -> Book:
    return book(funding(**changes))


def provider_terms(**changes: Any) -> Book:
    return book(providers=[provider(**changes)])


def offered(*listed: Any) -> Book:
    return provider_terms(offering=offering(prices=listed))


# what changes on 3 November: the facts, and the answers to a charge of the day before and of that day
CHANGES = {
    "window begins": (voucher(window=DateWindow(NOV_3, LAST)), "refused: outside_voucher_window", OK),
    "window ends": (voucher(window=DateWindow(LONG_AGO, NOV_2)), OK, "refused: outside_voucher_window"),
    "state": (voucher(states=(OPEN, (NOV_3, FundingState.PAUSED))), OK, "refused: voucher_paused"),
    "decision": (
        voucher(decision_states=((NOV_3, DecisionState.ANNULLED),)), OK, "on_hold: decision_not_in_force",
    ),
    "client": (voucher(client_ended_on=NOV_2), OK, "refused: client_ended"),
    "choice begins": (voucher(choices=(choice(first_day=NOV_3),)), "refused: provider_not_chosen", OK),
    "choice ends": (voucher(choices=(choice(last_day=NOV_2),)), OK, "refused: provider_not_chosen"),
    "choice never ends": (voucher(choices=(choice(last_day=date.max),)), OK, OK),
    "approval": (
        provider_terms(approvals={(COUNTY, ASSISTANCE): (APPROVED, (NOV_3, ApprovalState.SUSPENDED))}),
        OK, "refused: provider_suspended",
    ),
    "no approval at all": (
        provider_terms(approvals={}), "refused: provider_not_approved", "refused: provider_not_approved",
    ),
    "paper begins": (
        provider_terms(papers=tuple(replace(paper, first_day=NOV_3) for paper in papers())),
        "on_hold: provider_papers_expired", OK,
    ),
    "paper ends": (provider_terms(papers=papers(insurance=NOV_2)), OK, "on_hold: provider_papers_expired"),
    "price begins": (offered(*prices(NOV_3, any_=4000)), "refused: no_price_on_day", OK),
    "price ends": (offered(*UNTIL), OK, "refused: no_price_on_day"),
    "price changes": (offered(*DEARER), OK, "refused: price_over_list"),
    "terms": (
        voucher(terms=(terms(), terms(from_day=NOV_3, free_of_charge=True))),
        OK, "refused: co_payment_not_allowed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "before", "after"), CHANGES.values(), ids=CHANGES)
def test_what_changes_on_a_day_changes_from_that_day(facts: Book, before: str, after: str) -> None:
    days_sent = ("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04")
    charges = [sent(reference=f"R-{day}", service_day=day) for day in days_sent]
    assert verdicts(decide(facts, *charges)) == [before, before, after, after]


def test_providers_and_services_are_independent() -> None:
    theirs = choice(id=1, provider_id=OTHER_PROVIDER, offering_id=OFFERING + OTHER_PROVIDER)
    other = provider(id=OTHER_PROVIDER, approvals={})
    facts = book(funding(choices=(choice(), theirs)), providers=[other])
    batch = (
        sent(reference="A"),
        sent(reference="B", provider_id=OTHER_PROVIDER),
        sent(reference="C", service="TAXI"),
        sent(reference="D", unit="visit", quantity="1"),
    )
    assert verdicts(decide(facts, *batch)) == [
        OK,
        "refused: provider_not_approved",
        "refused: service_not_in_voucher",
        "refused: unit_mismatch",
    ]


def test_the_unit_finds_the_offering_on_every_stretch() -> None:
    visits = offering(id=OFFERING + 1, unit="visit")
    both = provider(offerings={(COUNTY, ASSISTANCE): (offering(), visits)})
    named = funding(named_provider_id=PROVIDER, choices=(), terms=(terms(), terms(from_day=NOV_3)))
    batch = [sent(reference=f"R-{day}", unit="visit", service_day=f"2026-11-0{day}") for day in (1, 2, 3, 4)]
    assert verdicts(decide(book(named, providers=[both]), *batch)) == [OK] * 4


FIRST = date(2026, 10, 5)
days = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))


@settings(max_examples=8)
@given(st.data())
def test_a_stretch_of_days_answers_as_each_day_alone(data: st.DataObject) -> None:
    draw = data.draw
    states = [(LONG_AGO, FundingState.OPEN)]
    states += sorted(draw(st.lists(st.tuples(days, st.sampled_from(FundingState)), max_size=3)))
    decisions = sorted(draw(st.lists(st.tuples(days, st.sampled_from(DecisionState)), max_size=2)))
    approvals = [(LONG_AGO, ApprovalState.APPROVED)]
    approvals += sorted(draw(st.lists(st.tuples(days, st.sampled_from(ApprovalState)), max_size=2)))
    changed = draw(days)
    granted = funding(
        window=DateWindow(draw(days), FIRST + timedelta(days=draw(st.integers(25, 45)))),
        states=tuple(states),
        decision_states=tuple(decisions),
        terms=(terms(), terms(from_day=draw(days), free_of_charge=True)),
        choices=(choice(last_day=changed), choice(id=1, first_day=draw(days))),
        client_ended_on=draw(st.none() | days),
    )
    listed = prices(LONG_AGO, changed, any_=4000) + prices(changed + timedelta(days=1), any_=3600)
    approved = provider(
        approvals={(COUNTY, ASSISTANCE): tuple(approvals)},
        papers=papers(insurance=draw(st.none() | days)),
        offering=offering(prices=listed),
    )
    facts = book(granted, providers=[approved])
    charges = [(f"R-{n}", (FIRST + timedelta(days=n)).isoformat()) for n in range(40)]
    together = decide(facts, *(sent(reference=r, service_day=d, quantity="0.10") for r, d in charges))
    alone = [verdict(decide_one(facts, reference=r, service_day=d, quantity="0.10")) for r, d in charges]
    assert verdicts(together) == alone
