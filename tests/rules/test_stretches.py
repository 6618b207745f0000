"""Charges of one stretch of days share what stands on it: never another answer than alone."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.facts import ApprovalState, DecisionState, FundingState
from foundation.vocabulary.dates import DateWindow
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    LONG_AGO,
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

FIRST = date(2026, 10, 5)
days = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_stretch_of_days_answers_as_each_day_alone(data: st.DataObject) -> None:
    draw = data.draw
    states = [(LONG_AGO, FundingState.OPEN)]
    states += sorted(draw(st.lists(st.tuples(days, st.sampled_from(FundingState)), max_size=3)))
    decisions = sorted(draw(st.lists(st.tuples(days, st.sampled_from(DecisionState)), max_size=2)))
    approvals = [(LONG_AGO, ApprovalState.APPROVED)]
    approvals += sorted(draw(st.lists(st.tuples(days, st.sampled_from(ApprovalState)), max_size=2)))
    changed = draw(days)
    voucher = funding(
        window=DateWindow(draw(days), FIRST + timedelta(days=draw(st.integers(25, 45)))),
        states=tuple(states),
        decision_states=tuple(decisions),
        terms=(terms(), terms(from_day=draw(days), free_of_charge=True)),
        choices=(choice(last_day=changed), choice(id=1, first_day=draw(days))),
        client_ended_on=draw(st.none() | days),
    )
    listed = prices(LONG_AGO, changed, any_=4000) + prices(changed + timedelta(days=1), any_=3600)
    seller = provider(
        approvals={(COUNTY, ASSISTANCE): tuple(approvals)},
        papers=papers(insurance=draw(st.none() | days)),
        offering=offering(prices=listed),
    )
    facts = book(voucher, providers=[seller])
    wanted = [(f"R-{n}", (FIRST + timedelta(days=n)).isoformat()) for n in range(40)]
    together = decide(facts, *(sent(reference=r, service_day=d, quantity="0.10") for r, d in wanted))
    alone = [verdict(decide_one(facts, reference=r, service_day=d, quantity="0.10")) for r, d in wanted]
    assert verdicts(together) == alone
