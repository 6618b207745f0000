"""Choosing holds money, ending releases it, and concurrent choices never hold more than the free money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from clearing.ledger.load.balances import Balance, balance_of
from foundation.database.columns import days
from foundation.database.session import make_engine
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.people import Mandate
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.answer_charge import confirm_charge, dispute_charge
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.actions.end_choice import Ended, end_choice
from marketplace.load.charges import charge_by_id
from marketplace.load.choices import choice_by_id
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.wishes import Wish
from tests.builders import (
    NOW,
    TODAY,
    a_charge,
    a_client,
    a_county,
    a_funding,
    a_person,
    a_provider,
    an_offering,
)
from tests.builders.books import check_books

THREE_A_WEEK = Wish(TODAY, None, None, Quantity(300))


class ChoiceScenario:
    """A county, provider, offering at 36 € an hour, and a client's voucher of 1 000 € worth 30 € an hour."""

    def __init__(self, session: Session, **funding: object) -> None:
        self.session = session
        self.county = a_county(session)
        self.provider = a_provider(session, self.county)
        self.offering = an_offering(session, self.county, self.provider)
        self.client = a_client(session, self.county)
        terms: dict[str, object] = {"unit_values": {"PERSONAL_ASSISTANCE": {"any": 3000}}, **funding}
        self.funding = a_funding(session, self.county, self.client, **terms)  # type: ignore[arg-type]
        self.actor = a_person(session, Role.CLIENT, client_id=self.client.id)

    def choose(self, wish: Wish = THREE_A_WEEK, *, actor: Actor | None = None, once: bool = False) -> object:
        """Choose the offering as the client, or as another actor."""
        return choose_offering(
            self.session,
            funding_id=self.funding.id,
            offering_id=self.offering.id,
            wish=wish,
            actor=actor or self.actor,
            now=NOW,
            only_once=once,
        )

    def end(self, choice_id: int, *, later_days: int = 0) -> Ended:
        """End a choice so many days after it was made."""
        choice = choice_by_id(self.session, choice_id)
        assert choice is not None
        now = NOW + timedelta(days=later_days)
        return not_refused(end_choice(self.session, choice=choice, actor=self.actor, now=now))

    def balance(self) -> Balance:
        """Return the balance of the voucher."""
        return balance_of(self.session, self.funding.id)


@pytest.fixture
def scenario(session: Session) -> ChoiceScenario:
    """One with a voucher whose terms are the usual ones."""
    return ChoiceScenario(session)


def codes(outcome: object) -> list[str]:
    """Return the reason codes of a refusal."""
    assert isinstance(outcome, Refusal)
    return [reason.code for reason in outcome.reasons]


def chosen(outcome: object) -> Chosen:
    """Return a choice that must have been made."""
    assert isinstance(outcome, Chosen), outcome
    return outcome


def test_choosing_holds_the_countys_share(scenario: ChoiceScenario) -> None:
    made = chosen(scenario.choose())
    # 21 November to 31 December touches six weeks of 3 h × 30 €
    assert made.plan.held_cents == 6 * 9000
    assert made.share is not None
    assert made.share.you_pay_cents == 600
    assert (scenario.balance().free_cents, scenario.balance().held_cents) == (46_000, 54_000)
    check_books(scenario.session)


def test_a_plan_that_outlasts_the_money_holds_full_weeks(scenario: ChoiceScenario) -> None:
    made = chosen(scenario.choose(Wish(TODAY, None, None, Quantity(1000))))
    assert made.plan.held_cents == 3 * 30_000
    assert made.plan.lasts_until == date(2026, 12, 11)
    assert made.plan.left_cents == 10_000


def test_more_than_the_free_money_is_refused_and_writes_nothing(scenario: ChoiceScenario) -> None:
    assert codes(scenario.choose(Wish(TODAY, None, Quantity(3400), None))) == ["over_amount"]
    assert scenario.balance().free_cents == 100_000
    assert scenario.session.query(AuditEvent).filter_by(act="choice.make").count() == 0


def test_the_last_cent_can_be_held(scenario: ChoiceScenario) -> None:
    assert chosen(scenario.choose(Wish(TODAY, None, Quantity(3333), None))).plan.left_cents == 10


def test_all_reasons_are_given_at_once(session: Session) -> None:
    scenario = ChoiceScenario(session, price_caps={"PERSONAL_ASSISTANCE": {"any": 3500}}, free_of_charge=True)
    assert codes(scenario.choose(Wish(date(2027, 1, 1), None, Quantity(100), None))) == [
        "outside_voucher_window",
        "price_over_cap",
        "co_payment_not_allowed",
    ]


def test_a_page_sent_twice_chooses_once(scenario: ChoiceScenario) -> None:
    chosen(scenario.choose(once=True))
    assert codes(scenario.choose(once=True)) == ["already_chosen"]


def test_undo_within_seven_days_is_as_if_never_made(scenario: ChoiceScenario) -> None:
    made = chosen(scenario.choose())
    assert scenario.end(made.choice_id, later_days=7).undone
    assert scenario.balance().free_cents == 100_000
    assert scenario.end(made.choice_id, later_days=8).released_cents == 0
    check_books(scenario.session)


def test_after_seven_days_a_choice_ends_today(scenario: ChoiceScenario) -> None:
    made = chosen(scenario.choose())
    ended = scenario.end(made.choice_id, later_days=8)
    assert (ended.undone, ended.last_day) == (False, TODAY + timedelta(days=8))
    # two weeks have begun, and their visits may still be charged
    assert (ended.released_cents, scenario.balance().held_cents) == (4 * 9000, 2 * 9000)
    check_books(scenario.session)


def a_stored_charge(scenario: ChoiceScenario, choice_id: int) -> Charge:
    """Store a charge on the choice as a row only: no posting."""
    row = Charge(
        county_id=scenario.county.id,
        provider_id=scenario.provider.id,
        funding_id=scenario.funding.id,
        choice_id=choice_id,
        offering_id=scenario.offering.id,
        service_id=1,
        reference="R",
        service_day=TODAY,
        quantity_hundredths=100,
        unit_price_cents=3600,
        state="on_hold",
        price_cents=3600,
        county_pays_cents=3000,
        co_payment_cents=600,
        content="",
        sent=a_charge(scenario.funding, reference="R", service_day=TODAY.isoformat(), quantity="1.00"),
        received_at=NOW,
    )
    scenario.session.add(row)
    scenario.session.flush()
    return row


def test_a_choice_with_charges_is_ended_and_not_undone(scenario: ChoiceScenario) -> None:
    made = chosen(scenario.choose())
    a_stored_charge(scenario, made.choice_id)
    assert not scenario.end(made.choice_id).undone


def a_supporter(scenario: ChoiceScenario, *, may_choose: bool, may_confirm: bool = False) -> Actor:
    """Store a support person of the client; return the actor."""
    person = a_person(scenario.session, Role.REPRESENTATIVE, name="Timo Tukihenkilö")
    scenario.session.add(
        Mandate(
            client_id=scenario.client.id,
            person_id=person.person_id,
            kind="support_person",
            may_see=True,
            may_choose=may_choose,
            may_confirm=may_confirm,
            valid=days(TODAY, TODAY),
        )
    )
    scenario.session.flush()
    return replace(person, client_ids=frozenset({scenario.client.id}))


def test_a_supporter_chooses_only_with_the_right_to(scenario: ChoiceScenario) -> None:
    assert scenario.choose(actor=a_supporter(scenario, may_choose=False)) == MANDATE_MISSING
    chosen(scenario.choose(actor=a_supporter(scenario, may_choose=True)))


def test_the_newest_answer_to_a_charge_counts(scenario: ChoiceScenario) -> None:
    row = a_stored_charge(scenario, chosen(scenario.choose()).choice_id)
    charge = charge_by_id(scenario.session, row.id)
    assert charge is not None
    session, actor = scenario.session, scenario.actor
    not_refused(dispute_charge(session, charge=charge, why="Nobody came", actor=actor, now=NOW))
    not_refused(confirm_charge(session, charge=charge, actor=actor, now=NOW))
    answered = charge_by_id(scenario.session, row.id)
    assert answered is not None
    assert answered.answer is not None
    assert answered.answer.answer == "confirmed"
    supporter = a_supporter(scenario, may_choose=True)
    assert confirm_charge(session, charge=charge, actor=supporter, now=NOW) == MANDATE_MISSING


def test_concurrent_choices_never_hold_more_than_the_free_money(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with Session(engine, expire_on_commit=False) as session:
        scenario = ChoiceScenario(session)
        ids = (scenario.funding.id, scenario.offering.id)
        session.commit()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: _choose_and_commit(engine, scenario.actor, ids), range(16)))
    made = [outcome for outcome in outcomes if isinstance(outcome, Chosen)]
    assert len(made) == 3  # 300 € each of 1 000 €
    assert {code for outcome in outcomes if isinstance(outcome, Refusal) for code in codes(outcome)} == {
        "over_amount"
    }
    with ThreadPoolExecutor(8) as pool:
        ended = list(
            pool.map(lambda choice: _end_and_commit(engine, scenario.actor, choice.choice_id), made * 4)
        )
    assert sum(end.released_cents for end in ended) == 90_000
    with Session(engine) as session:
        assert balance_of(session, ids[0]).free_cents == 100_000
        check_books(session)
    engine.dispose()


def _choose_and_commit(engine: Engine, actor: Actor, ids: tuple[int, int]) -> Chosen | Refusal:
    wish = Wish(TODAY, None, Quantity(1000), None)
    with Session(engine) as session:
        outcome = choose_offering(
            session, funding_id=ids[0], offering_id=ids[1], wish=wish, actor=actor, now=NOW
        )
        session.commit()
        return outcome


def _end_and_commit(engine: Engine, actor: Actor, choice_id: int) -> Ended:
    with Session(engine) as session:
        choice = choice_by_id(session, choice_id)
        assert choice is not None
        ended = not_refused(end_choice(session, choice=choice, actor=actor, now=NOW))
        session.commit()
        return ended
