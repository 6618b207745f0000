"""Decisions become grants: once, correctable, and every wrong field named."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.grants.actions.receive_decision import (
    Answer,
    DecisionReceived,
    receive_decision,
    receive_decisions,
)
from clearing.grants.facts.decision import (
    DecidedBudget,
    DecidedClient,
    DecidedFunding,
    DecidedIncome,
    DecisionDocument,
)
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver, FundingKind
from clearing.ledger.rules import postings
from clearing.ledger.write.postings import post
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import (
    Balance,
    Funding,
    FundingState,
    FundingTerms,
    GrantDecision,
    PersonalBudget,
)
from foundation.database.tables.ledger import Posting
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person, a_provider
from tests.builders.books import check_books

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
YEAR = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
PROVIDER = "1234567-1"
HELP = DecidedFunding(
    "a", FundingKind.VOUCHER, ("PERSONAL_ASSISTANCE",), YEAR, amount_cents=Money(100_000), free_of_charge=True
)


def document(*fundings: DecidedFunding, **changes: Any) -> DecisionDocument:
    client = DecidedClient("C-000123", "Aino Asiakas", "Mikkeli", Language.SELKO, "hash")
    whole = DecisionDocument(
        "ESHVA/2026/1", "12", date(2026, 1, 7), "Virpi Viranhaltija", "Vammaispalvelulaki 9 §", "4410",
        client, fundings or (HELP,),
    )  # fmt: skip
    return replace(whole, **changes)


@pytest.fixture
def worker(session: Session) -> Actor:
    county = a_county(session)
    a_provider(session, county, business_id=PROVIDER)
    return a_person(session, Role.WORKER, county_id=county.id)


@pytest.fixture
def receive(session: Session, worker: Actor) -> Callable[..., Answer]:
    def received(sent: DecisionDocument) -> Answer:
        answer = receive_decision(session, sent, actor=worker, now=NOW)
        check_books(session)
        return answer

    return received


def codes(answer: Answer) -> set[tuple[str, str]]:
    assert isinstance(answer, Refusal)
    assert answer.code == "decision_refused"
    return {(fault.field, fault.code) for fault in answer.reasons}


def received(answer: Answer) -> DecisionReceived:
    assert isinstance(answer, DecisionReceived), answer
    return answer


def test_a_decision_grants_its_voucher(session: Session, receive: Callable[..., Answer]) -> None:
    voucher = received(receive(document())).vouchers["a"]
    funding = session.scalars(select(Funding)).one()
    assert (funding.voucher, len(voucher)) == (voucher, 16)
    balance = session.get_one(Balance, funding.id)
    assert (balance.granted_cents, balance.free_cents) == (100_000, 100_000)
    client = session.scalars(select(Client)).one()
    assert (client.name, client.municipality_code, client.identity_hash) == ("Aino Asiakas", "491", "hash")
    states = session.execute(
        select(FundingState.state, FundingState.from_day).order_by(FundingState.from_day)
    ).all()
    assert [tuple(row) for row in states] == [("granted", date(2025, 12, 31)), ("open", date(2026, 1, 1))]
    assert session.scalars(select(AuditEvent.act)).all() == ["decision.grant"]


def test_the_same_document_again_changes_nothing(session: Session, receive: Callable[..., Answer]) -> None:
    first = received(receive(document()))
    again = received(receive(document()))
    assert (first.stored, again.stored) == (True, False)
    assert first.vouchers == again.vouchers
    assert session.scalar(select(func.count()).select_from(Posting)) == 1


def test_a_larger_amount_is_topped_up(session: Session, receive: Callable[..., Answer]) -> None:
    first = received(receive(document()))
    more = received(receive(document(replace(HELP, amount_cents=Money(150_000)))))
    assert (more.version, more.vouchers) == (2, first.vouchers)
    assert session.scalars(select(Balance.granted_cents)).one() == 150_000
    assert session.scalars(select(Posting.event).order_by(Posting.id)).all() == [0, 1]


def test_terms_change_from_today_and_past_days_keep_theirs(
    session: Session, receive: Callable[..., Answer]
) -> None:
    receive(document(replace(HELP, unit_values={"PERSONAL_ASSISTANCE": {"any": Money(3000)}})))
    receive(document(replace(HELP, unit_values={"PERSONAL_ASSISTANCE": {"any": Money(3500)}})))
    receive(document(replace(HELP, unit_values={"PERSONAL_ASSISTANCE": {"any": Money(3600)}})))
    terms = session.execute(
        select(FundingTerms.from_day, FundingTerms.unit_values).order_by(FundingTerms.from_day)
    ).all()
    assert [(row[0], row[1]["PERSONAL_ASSISTANCE"]["any"]) for row in terms] == [
        (date(2026, 1, 1), 3000),
        (date(2026, 3, 2), 3600),
    ]
    assert session.scalars(select(GrantDecision.version).order_by(GrantDecision.version)).all() == [1, 2, 3]


def test_a_window_that_begins_earlier_opens_earlier(session: Session, receive: Callable[..., Answer]) -> None:
    receive(document(replace(HELP, window=DateWindow(date(2026, 5, 1), date(2026, 12, 31)))))
    receive(document(replace(HELP, window=YEAR)))
    assert session.scalars(select(FundingTerms.from_day).order_by(FundingTerms.from_day)).all() == [
        date(2026, 1, 1),
        date(2026, 3, 2),
    ]
    opened = select(func.min(FundingState.from_day)).where(FundingState.state == "open")
    assert session.scalar(opened) == date(2026, 1, 1)


def test_nothing_goes_below_what_is_used(session: Session, receive: Callable[..., Answer]) -> None:
    receive(document(replace(HELP, quantity=Quantity(5_000))))
    use(session, cents=40_000, hundredths=2_000, day=date(2026, 2, 10))
    smaller = replace(
        HELP,
        amount_cents=Money(39_999),
        quantity=Quantity(1_999),
        window=DateWindow(date(2026, 2, 11), date(2026, 12, 31)),
    )
    assert codes(receive(document(smaller))) == {
        ("fundings.0.amount", "amount_below_used"),
        ("fundings.0.quantity", "quantity_below_used"),
        ("fundings.0.window", "window_leaves_charges"),
    }
    just = replace(HELP, amount_cents=Money(40_000), quantity=Quantity(2_000))
    received(receive(document(just)))
    assert session.scalars(select(Balance.free_cents)).one() == 0


def test_a_window_may_leave_out_a_day_whose_charge_was_corrected_to_nothing(
    session: Session, receive: Callable[..., Answer]
) -> None:
    receive(document())
    charge_id = use(session, cents=40_000, hundredths=2_000, day=date(2026, 2, 10))
    use(session, cents=10_000, hundredths=500, day=date(2026, 3, 1))
    shorter = document(replace(HELP, window=DateWindow(date(2026, 2, 11), date(2026, 12, 31))))
    take_back(session, charge_id, cents=39_999, hundredths=2_000)
    assert codes(receive(shorter)) == {("fundings.0.window", "window_leaves_charges")}
    take_back(session, charge_id, cents=1, hundredths=0)
    assert received(receive(shorter)).stored


def take_back(session: Session, charge_id: int, *, cents: int, hundredths: int) -> None:
    """A correction of a charge, as its row."""
    kept = ("county_id", "provider_id", "funding_id", "service_day")
    charge = session.get_one(Charge, charge_id)
    correction = Charge(
        **{name: getattr(charge, name) for name in kept},
        reference=f"K{cents}",
        state="accepted",
        quantity_hundredths=-hundredths,
        price_cents=-cents,
        county_pays_cents=-cents,
        co_payment_cents=0,
        content="",
        sent={},
        received_at=NOW,
        corrects_id=charge_id,
        original_id=charge_id,
        after_settlement=False,
    )
    session.add(correction)
    session.flush()


def use(session: Session, *, cents: int, hundredths: int, day: date) -> int:
    """An accepted charge, as its rows and its posting; return its id."""
    funding = session.scalars(select(Funding)).one()
    provider_id = session.scalars(select(Provider.id)).one()
    charge = Charge(
        county_id=12, provider_id=provider_id, funding_id=funding.id,
        reference=f"r{day}", service_day=day, state="accepted",
        quantity_hundredths=hundredths, price_cents=cents, county_pays_cents=cents, co_payment_cents=0,
        content="", sent={}, received_at=NOW,
    )  # fmt: skip
    session.add(charge)
    session.flush()
    move = postings.Posting(
        12, postings.Event.CHARGE, postings.Account.FREE, postings.Account.CHARGED, Money(cents),
        funding_id=funding.id, charge_id=charge.id, provider_id=provider_id,
    )  # fmt: skip
    post(session, [[move]], at=NOW)
    return charge.id


def test_a_funding_stays_what_it_is(receive: Callable[..., Answer]) -> None:
    receive(document())
    other = replace(HELP, kind=FundingKind.COMMITMENT, provider=PROVIDER, services=("HOME_CARE",))
    changed = document(other, client=DecidedClient("C-9", "B", "491"))
    assert codes(receive(changed)) == {
        ("client.number", "client_fixed"),
        ("fundings.0.kind", "kind_fixed"),
        ("fundings.0.provider", "provider_fixed"),
        ("fundings.0.services", "services_fixed"),
    }


def test_what_a_document_leaves_out_stays(session: Session, receive: Callable[..., Answer]) -> None:
    first = received(receive(document(HELP, replace(HELP, external_id="b"))))
    again = received(receive(document(replace(HELP, external_id="b"))))
    assert (again.vouchers, again.stored) == (first.vouchers, False)


def test_money_is_computed_where_no_amount_is_given(session: Session, receive: Callable[..., Answer]) -> None:
    by_quantity = replace(
        HELP,
        amount_cents=None,
        quantity=Quantity(1_050),
        unit_values={"PERSONAL_ASSISTANCE": {"weekday": Money(3600), "evening": Money(4140)}},
    )
    limit = PeriodLimit(PeriodKind.MONTH, Money(12_345), None, CarryOver.UP_TO, 50)
    by_period = replace(HELP, external_id="b", amount_cents=None, per_period=limit)
    income = DecidedIncome(Money(2500), Money(90_000), Money(52_800), 3500, Money(700))
    by_income = replace(
        HELP, external_id="c", amount_cents=None, quantity=Quantity(1_000), income_related=income
    )
    receive(document(by_quantity, by_period, by_income))
    rows = session.execute(
        select(Funding.external_id, Balance.granted_cents).join(Balance, Balance.funding_id == Funding.id)
    )
    assert {row[0]: row[1] for row in rows} == {"a": 43_470, "b": 148_140, "c": 22_830}
    terms = session.scalars(select(FundingTerms).where(FundingTerms.income_basis.is_not(None))).all()
    kept = [row for row in terms if row.income_basis]
    assert kept[0].unit_values == {"PERSONAL_ASSISTANCE": {"any": 2283}}


def test_fundings_stay_within_the_personal_budget(session: Session, receive: Callable[..., Answer]) -> None:
    other = replace(HELP, external_id="b")
    budget = DecidedBudget(Money(199_999), YEAR, Money(20_000))
    assert codes(receive(document(HELP, other, personal_budget=budget))) == {
        ("personal_budget.amount", "budget_exceeded")
    }
    whole = replace(budget, amount_cents=Money(200_000))
    received(receive(document(HELP, other, personal_budget=whole)))
    assert session.scalars(select(PersonalBudget.may_move_up_to_cents)).one() == 20_000
    more = replace(HELP, external_id="c", amount_cents=Money(1))
    assert codes(receive(document(more))) == {("personal_budget.amount", "budget_exceeded")}


def test_a_worker_grants_only_in_the_own_county(session: Session, worker: Actor) -> None:
    stranger = a_person(session, Role.WORKER, county_id=a_county(session, "13").id)
    assert codes(receive_decision(session, document(), actor=stranger, now=NOW)) == {
        ("county", "county_unknown")
    }
    assert session.scalars(select(Funding.id)).all() == []


def test_many_at_once_are_the_same_as_one_by_one(session: Session, worker: Actor) -> None:
    sent = [document(number=f"D-{at}", client=DecidedClient(f"C-{at % 70}", "A", "491")) for at in range(150)]
    sent[7] = replace(sent[7], cost_centre="0")
    bits = random.Random(1).getrandbits
    answers = receive_decisions(session, [*sent, sent[0]], actor=worker, now=NOW, random_bits=bits)
    check_books(session)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert received(answers[0]).vouchers == received(answers[150]).vouchers
    assert session.scalar(select(func.count()).select_from(Funding)) == 149
    assert session.scalar(select(func.count()).select_from(Client)) == 70
