"""R-34: the client says "not right" before settlement; the money waits free until the county decides."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.load.charge_register import StoredCharge, one_charge
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.settling import RunRefusalCode
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine
from foundation.database.tables import choices, grants
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.vocabulary.refusals import Refusal, UnexpectedRefusalError, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.answer_charge import confirm_charge, dispute_charge
from marketplace.load.charges import MyCharge, charge_by_id
from marketplace.rules.refusals import CHARGE_NOT_OPEN
from tests.builders import NOW, TODAY, a_person
from tests.builders.correction import CorrectionScenario, a_correction_scenario

WHY = "Kukaan ei käynyt"
ROUNDS = 12


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    """The county pays 30 € of 36 € an hour; the choice holds 500 € of 1 000 €."""
    return a_correction_scenario(session)


def seen(session: Session, charge_id: int) -> MyCharge:
    """The charge as its client sees it."""
    found = charge_by_id(session, charge_id)
    assert found is not None
    return found


def client_of(session: Session, funding: grants.Funding) -> Actor:
    """The client in person."""
    return a_person(session, Role.CLIENT, client_id=funding.client_id)


def dispute(session: Session, funding: grants.Funding, charge_id: int, why: str = WHY) -> None:
    """The client says that it is not right."""
    actor = client_of(session, funding)
    not_refused(dispute_charge(session, charge=seen(session, charge_id), why=why, actor=actor, now=NOW))


def judged(scenario: CorrectionScenario, action: object, charge_id: int) -> StoredCharge:
    """The county's word on a held charge."""
    worker = a_person(scenario.session, Role.WORKER, county_id=scenario.settlement.county.id)
    charge = action(scenario.session, charge_id, why="Soitettu", actor=worker, now=NOW)  # type: ignore[operator]
    assert not isinstance(charge, Refusal)
    return charge  # type: ignore[no-any-return]


def test_a_disputed_charge_moves_its_money_back(session: Session, scenario: CorrectionScenario) -> None:
    before, key = scenario.money(), scenario.charge()
    assert scenario.money() == (50_000, 44_000, 6_000, 0)
    dispute(session, scenario.funding, key)
    assert scenario.money() == before == (50_000, 50_000, 0, 0)
    held = one_charge(session, key)
    assert held is not None
    assert (held.outcome, [finding.code for finding in held.findings]) == ("on_hold", ["disputed_by_client"])
    assert (held.price_cents, held.county_pays_cents, held.co_payment_cents) == (7_200, 6_000, 1_200)
    assert verify_books(session).differences == ()


def test_what_it_drew_is_free_where_the_choice_has_ended(
    session: Session, scenario: CorrectionScenario
) -> None:
    key = scenario.charge()
    choice = session.get(choices.Choice, scenario.choice.id)
    assert choice is not None
    choice.ended_at = NOW
    session.flush()
    dispute(session, scenario.funding, key)
    assert scenario.money() == (56_000, 44_000, 0, 0)


def test_admitting_decides_again_and_refusing_ends(session: Session, scenario: CorrectionScenario) -> None:
    kept, dropped = scenario.charge(), scenario.charge("3.00")
    for key in (kept, dropped):
        dispute(session, scenario.funding, key)
    assert judged(scenario, admit_charge, kept).state == "accepted"
    assert judged(scenario, refuse_charge, dropped).state == "rejected"
    assert scenario.money() == (50_000, 44_000, 6_000, 0)
    dispute(session, scenario.funding, kept, "Ei vieläkään")
    assert scenario.money() == (50_000, 50_000, 0, 0), "a second word counts like the first"
    assert verify_books(session).differences == ()


def test_an_admitted_charge_is_refused_if_the_money_was_spent_meanwhile(
    session: Session, scenario: CorrectionScenario
) -> None:
    key = scenario.charge("20.00")
    dispute(session, scenario.funding, key)
    scenario.charge("30.00")
    charge = judged(scenario, admit_charge, key)
    assert (charge.state, [finding.code for finding in charge.findings]) == ("refused", ["over_amount"])


def test_a_charge_already_on_hold_gets_the_reason_too(session: Session, scenario: CorrectionScenario) -> None:
    scenario.charge()
    double = scenario.send()
    assert (double.outcome, double.id is None) == ("on_hold", False)
    assert double.id is not None
    for _ in range(2):
        dispute(session, scenario.funding, double.id)
    held = one_charge(session, double.id)
    assert held is not None
    assert [finding.code for finding in held.findings] == ["possible_double", "disputed_by_client"]
    assert judged(scenario, admit_charge, double.id).state == "accepted"


def test_a_settled_or_corrected_charge_keeps_its_money(
    session: Session, scenario: CorrectionScenario
) -> None:
    settled = scenario.charge()
    scenario.settle()
    corrected = scenario.charge("3.00")
    scenario.correct(corrected, quantity=100)
    before = scenario.money()
    for key in (settled, corrected):
        dispute(session, scenario.funding, key)
    assert scenario.money() == before
    assert [row.why for row in session.scalars(select(ChargeAnswer))] == [WHY, WHY]
    assert [seen(session, key).state for key in (settled, corrected)] == ["settled", "accepted"]


def test_confirming_a_charge_moves_no_money(session: Session, scenario: CorrectionScenario) -> None:
    key = scenario.charge()
    actor = client_of(session, scenario.funding)
    not_refused(confirm_charge(session, charge=seen(session, key), actor=actor, now=NOW))
    assert scenario.money() == (50_000, 44_000, 6_000, 0)


def test_a_charge_withdrawn_since_it_was_read_is_not_answered(
    session: Session, scenario: CorrectionScenario
) -> None:
    key = scenario.charge()
    read = seen(session, key)
    withdraw_charge(session, key, actor=scenario.settlement.biller, now=NOW)
    actor = client_of(session, scenario.funding)
    assert dispute_charge(session, charge=read, why=WHY, actor=actor, now=NOW) == CHARGE_NOT_OPEN
    assert session.scalars(select(ChargeAnswer)).all() == []


def test_a_dispute_after_preparing_voids_the_run(session: Session, scenario: CorrectionScenario) -> None:
    scenario.charge("3.00")
    key = scenario.charge()
    prepared = scenario.settlement.prepare(session)
    dispute(session, scenario.funding, key)
    with pytest.raises(UnexpectedRefusalError) as refused:
        scenario.settlement.approve(session, prepared)
    assert refused.value.refusal.code == RunRefusalCode.CHANGED
    scenario.settle()
    assert scenario.money()[2:] == (0, 9_000)
    assert seen(session, key).state == "on_hold"
    assert verify_books(session).differences == ()


class Race:
    """A dispute and an approval that start at the same moment, in a database of the test's own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine) as session:
            self.scenario = a_correction_scenario(session, amount_cents=1_000_000)
            self.client = client_of(session, self.scenario.funding)
            session.commit()
            session.expunge_all()

    def run(self, number: int) -> str:
        """Run a round with a day of its own; return the final state of the charge."""
        with Session(self.engine) as session, session.begin():
            self.scenario.session = session
            session.add(self.scenario.funding)
            key = self.scenario.charge(day=TODAY - timedelta(days=number))
            run_id = self.scenario.settlement.prepare(session).run.id
            session.flush()
            session.expunge_all()
        start = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(self.approve, run_id, start), pool.submit(self.dispute, key, start)]
        refused = [error for future in both if (error := future.exception())]
        with Session(self.engine) as session:
            state = seen(session, key).state
            assert verify_books(session).differences == ()
            if state == "settled":
                assert refused == []
            else:
                assert [type(error) for error in refused] == [UnexpectedRefusalError]
        return state

    def approve(self, run_id: int, start: Barrier) -> None:
        with Session(self.engine) as session:
            contents = run_contents(session, run_id)
            assert contents is not None
            start.wait()
            self.scenario.settlement.approve(session, contents)
            session.commit()

    def dispute(self, key: int, start: Barrier) -> None:
        with Session(self.engine) as session:
            charge = seen(session, key)
            start.wait()
            not_refused(dispute_charge(session, charge=charge, why=WHY, actor=self.client, now=NOW))
            session.commit()


@pytest.fixture
def race(fresh_database: str) -> Iterator[Race]:
    engine = make_engine(fresh_database, pool_size=4)
    yield Race(engine)
    engine.dispose()


def test_a_dispute_and_an_approval_at_once_agree(race: Race) -> None:
    states = {race.run(number) for number in range(ROUNDS)}
    assert states <= {"settled", "on_hold"}
