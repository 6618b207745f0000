"""May this be chosen: one reason for each fact that is wrong, all at once, none when all is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.facts.provider import Offering, Paper, Price, ProviderFacts
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import DecisionState, FundingKind, FundingState
from clearing.reasons import REASONS, Reason
from foundation.vocabulary.money import Money
from marketplace.labels import CLIENT_WORDS
from marketplace.rules import reasons
from marketplace.rules.choice_query import ChoiceQuery, OfferingFacts
from marketplace.rules.eligibility import eligibility_of, shares_of_price
from marketplace.rules.visit_refusals import PLAN_FAULTS
from tests.rules.test_marketplace_comparison import ASSISTANCE, DAY, a_funding

SPRING = date(2026, 3, 1)
FUNDING = a_funding(any=3000)
CAPPED = replace(FUNDING, terms=(replace(FUNDING.terms[0], price_caps={ASSISTANCE: {"any": Money(3599)}}),))
FREE = replace(FUNDING, terms=(replace(FUNDING.terms[0], free_of_charge=True),))
PAPERS = tuple(Paper(kind, SPRING, None) for kind in PaperKind)


def an_offering(
    *states: ApprovalState,
    service: str = ASSISTANCE,
    prices: dict[str, int] | None = None,
    papers: tuple[Paper, ...] = PAPERS,
    county_id: int = 12,
    **changes: Any,
) -> OfferingFacts:
    """Return an approved offering at 36.00 an hour, or as changed; the states begin in spring."""
    by_class = {"any": 3600} if prices is None else prices
    listed = tuple(Price(name, Money(cents), SPRING, None) for name, cents in by_class.items())
    history = tuple((SPRING, state) for state in states)
    usual = OfferingFacts(
        offering=Offering(1, service, "hour", listed),
        provider=ProviderFacts(7, {(county_id, service): history}, {}, papers),
        county_id=county_id,
        published=True,
        remote=False,
        municipalities=frozenset({"491"}),
    )
    return replace(usual, **changes)


APPROVED = ApprovalState.APPROVED
OFFERING = an_offering(APPROVED)


def query(offering: OfferingFacts = OFFERING, funding: Funding = FUNDING, **fields: Any) -> ChoiceQuery:
    """Return the usual query with something else."""
    usual: dict[str, Any] = {"municipality": "491", "day": DAY, "time_class": "weekday", **fields}
    return ChoiceQuery(offering, funding, **usual)


def with_state(state: FundingState, first: date = DAY) -> Any:
    """The funding in a state from a day on."""
    return replace(FUNDING, states=(*FUNDING.states, (first, state)))


@pytest.mark.parametrize(
    ("choice_query", "expected"),
    [
        (query(), []),
        (query(funding=with_state(FundingState.PAUSED)), ["voucher_paused"]),
        (query(funding=with_state(FundingState.PAUSED, DAY + timedelta(days=1))), []),
        (query(funding=with_state(FundingState.CLOSED)), ["voucher_closed"]),
        (query(funding=with_state(FundingState.REVOKED)), ["voucher_revoked"]),
        (query(funding=with_state(FundingState.GRANTED)), ["voucher_not_open"]),
        (query(funding=replace(FUNDING, states=())), ["voucher_not_open"]),
        (
            query(funding=replace(FUNDING, decision_states=((DAY, DecisionState.APPEALED),))),
            ["decision_not_in_force"],
        ),
        (query(day=date(2027, 1, 1)), ["outside_voucher_window"]),
        (query(day=date(2026, 12, 31)), []),
        (query(funding=replace(FUNDING, client_ended_on=DAY - timedelta(days=1))), ["client_ended"]),
        (query(funding=replace(FUNDING, client_ended_on=DAY)), []),
        (query(an_offering(APPROVED, service="SPORT")), ["service_not_in_voucher"]),
        (query(an_offering(APPROVED, county_id=13)), ["other_county"]),
        (query(an_offering(county_id=13)), ["other_county"]),
        (query(funding=replace(FUNDING, named_provider_id=8)), ["provider_not_named"]),
        (query(funding=replace(FUNDING, named_provider_id=7)), []),
        (query(an_offering(APPROVED, published=False)), ["offering_not_published"]),
        (query(an_offering()), ["provider_not_approved"]),
        (query(an_offering(ApprovalState.PENDING)), ["provider_approval_pending"]),
        (query(an_offering(ApprovalState.ENDED)), ["provider_approval_ended"]),
        (query(an_offering(ApprovalState.SUSPENDED)), ["provider_suspended"]),
        (query(an_offering(APPROVED, municipalities=frozenset({"213"}))), ["municipality_not_served"]),
        (query(an_offering(APPROVED, municipalities=frozenset({"213"}), remote=True)), []),
        (query(an_offering(APPROVED, municipalities=frozenset())), []),
        (query(municipality=None), []),
        (query(an_offering(APPROVED, prices={})), ["no_price_on_day"]),
        (query(funding=CAPPED), ["price_over_cap"]),
        (query(funding=FREE), ["co_payment_not_allowed"]),
        (
            query(an_offering(APPROVED, published=False, prices={}), CAPPED),
            ["offering_not_published", "no_price_on_day"],
        ),
        (query(an_offering(APPROVED, prices={}), a_funding(evening=3000)), ["no_price_on_day"]),
    ],
)
def test_each_fact_has_its_reason(choice_query: ChoiceQuery, expected: list[str]) -> None:
    assert [finding.code for finding in eligibility_of(choice_query).reasons] == expected


EXPIRED = tuple(Paper(kind, SPRING, DAY - timedelta(days=1)) for kind in PaperKind)


@pytest.mark.parametrize(
    ("choice_query", "expected"),
    [
        (query(), []),
        (query(an_offering(APPROVED, papers=EXPIRED)), ["provider_papers_expired"]),
        (query(an_offering(APPROVED, papers=PAPERS[1:])), ["provider_papers_expired"]),
        (query(funding=a_funding(evening=3000)), ["no_time_class"]),
        (query(time_class=None), ["no_time_class"]),
    ],
)
def test_what_holds_a_charge_is_a_warning_and_does_not_forbid(
    choice_query: ChoiceQuery, expected: list[str]
) -> None:
    shown = eligibility_of(choice_query)
    assert [finding.code for finding in shown.warnings] == expected
    assert not shown.reasons


HOLES = [
    (a_funding(evening=3000), "weekday"),
    (a_funding(evening=3000), None),
    (a_funding(any=3000), None),
    (a_funding(), None),
    (a_funding(FundingKind.COMMITMENT, any=3000), None),
]


@pytest.mark.parametrize(("funding", "time_class"), HOLES)
def test_in_a_hole_of_the_countys_tables_no_share_is_made_up(
    funding: Funding, time_class: str | None
) -> None:
    shown = eligibility_of(query(funding=funding, time_class=time_class))
    assert (shown.price_cents, shown.share) == (3600, None)


def test_a_price_for_another_class_is_shared_by_the_value_of_that_class() -> None:
    evenings = an_offering(APPROVED, prices={"evening": 4000, "night": 5000})
    shown = eligibility_of(query(evenings, a_funding(weekday=1000, evening=3500))).share
    assert shown is not None
    assert (shown.price_cents, shown.county_pays_cents, shown.you_pay_cents) == (4000, 3500, 500)


def test_a_price_for_every_class_is_shared_by_each_value() -> None:
    offering = an_offering(APPROVED, prices={"any": 4000, "night": 5000})
    funding, (always, night) = a_funding(weekday=3000, evening=3500, night=4500), offering.prices

    def own_prices(price: Price) -> list[tuple[str, int | None]]:
        rows = shares_of_price(offering, funding, price, DAY)
        return [(price.time_class, share.you_pay_cents if share else None) for price, share in rows]

    assert own_prices(always) == [("weekday", 1000), ("evening", 500)]
    assert own_prices(night) == [("night", 500)]
    assert shares_of_price(offering, a_funding(night=4500), always, DAY) == [(always, None)]


def test_a_client_has_words_for_every_reason_of_a_choice() -> None:
    own = {reason.code for reason in vars(reasons).values() if isinstance(reason, Reason)}
    assert CLIENT_WORDS.keys() - own - PLAN_FAULTS.keys() <= REASONS.keys()
    assert own | PLAN_FAULTS.keys() <= CLIENT_WORDS.keys()
    assert all(words.field and words.title for words in CLIENT_WORDS.values())
    assert all(all(words) for code, words in CLIENT_WORDS.items() if code not in PLAN_FAULTS)
