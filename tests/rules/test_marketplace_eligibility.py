"""May this be chosen: one reason for each fact that is wrong, all at once, none when all is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.facts.provider import Price
from clearing.grants.facts.kinds import DecisionState, FundingState
from foundation.vocabulary.money import Money
from marketplace.rules.eligibility import reasons_against, warnings_about
from marketplace.rules.question import OfferingFacts, Question
from tests.rules.test_marketplace_comparison import ASSISTANCE, DAY, a_funding

SPRING = date(2026, 3, 1)
OFFERING = OfferingFacts(
    id=1,
    county_id=12,
    provider_id=7,
    service=ASSISTANCE,
    unit="hour",
    published=True,
    remote=False,
    municipalities=frozenset({"491"}),
    approvals=((SPRING, ApprovalState.APPROVED),),
    papers_valid=True,
    prices=(Price("any", Money(3600), SPRING, None),),
)
FUNDING = a_funding(any=3000)
CAPPED = replace(FUNDING, terms=(replace(FUNDING.terms[0], price_caps={ASSISTANCE: {"any": Money(3599)}}),))
FREE = replace(FUNDING, terms=(replace(FUNDING.terms[0], free_of_charge=True),))


def question(offering: dict[str, Any], funding: Any = FUNDING, **fields: Any) -> Question:
    """The usual question with something else."""
    usual: dict[str, Any] = {"municipality": "491", "day": DAY, "time_class": "weekday", **fields}
    return Question(replace(OFFERING, **offering), funding, **usual)


def codes(asked: Question) -> list[str]:
    """The reasons' codes."""
    return [told.code for told in reasons_against(asked)]


def with_state(state: FundingState, first: date = DAY) -> Any:
    """The funding in a state from a day on."""
    return replace(FUNDING, states=(*FUNDING.states, (first, state)))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question({}), []),
        (question({}, with_state(FundingState.PAUSED)), ["voucher_paused"]),
        (question({}, with_state(FundingState.PAUSED, DAY + timedelta(days=1))), []),
        (question({}, with_state(FundingState.CLOSED)), ["voucher_closed"]),
        (question({}, with_state(FundingState.REVOKED)), ["voucher_revoked"]),
        (question({}, with_state(FundingState.GRANTED)), ["voucher_not_open"]),
        (question({}, replace(FUNDING, states=())), ["voucher_not_open"]),
        (
            question({}, replace(FUNDING, decision_states=((DAY, DecisionState.APPEALED),))),
            ["decision_not_in_force"],
        ),
        (question({}, day=date(2027, 1, 1)), ["outside_voucher_window"]),
        (question({}, day=date(2026, 12, 31)), []),
        (question({}, replace(FUNDING, client_ended_on=DAY - timedelta(days=1))), ["client_ended"]),
        (question({}, replace(FUNDING, client_ended_on=DAY)), []),
        (question({"service": "SPORT"}), ["service_not_in_voucher"]),
        (question({"county_id": 13}), ["other_county"]),
        (question({}, replace(FUNDING, named_provider_id=8)), ["provider_not_named"]),
        (question({}, replace(FUNDING, named_provider_id=7)), []),
        (question({"published": False}), ["offering_not_published"]),
        (question({"approvals": ()}), ["provider_not_approved"]),
        (question({"approvals": ((SPRING, ApprovalState.PENDING),)}), ["provider_approval_pending"]),
        (question({"approvals": ((SPRING, ApprovalState.ENDED),)}), ["provider_approval_ended"]),
        (question({"approvals": ((SPRING, ApprovalState.SUSPENDED),)}), ["provider_suspended"]),
        (question({"municipalities": frozenset({"213"})}), ["municipality_not_served"]),
        (question({"municipalities": frozenset({"213"}), "remote": True}), []),
        (question({"municipalities": frozenset()}), []),
        (question({}, municipality=None), []),
        (question({"prices": ()}), ["no_price_on_day"]),
        (question({}, CAPPED), ["price_over_cap"]),
        (question({}, FREE), ["co_payment_not_allowed"]),
        (question({"published": False, "prices": ()}, CAPPED), ["offering_not_published", "no_price_on_day"]),
    ],
)
def test_each_fact_has_its_reason(asked: Question, expected: list[str]) -> None:
    assert codes(asked) == expected


def test_papers_that_ran_out_are_told_and_do_not_forbid() -> None:
    asked = question({"papers_valid": False})
    assert codes(asked) == []
    assert [told.code for told in warnings_about(asked)] == ["provider_papers_expired"]
