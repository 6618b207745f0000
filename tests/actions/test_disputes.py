"""Right or not right: a thread between client, provider and county, and the money that follows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.charges.disputes.actions.judge_disputed_charge import admit_held, refuse_held
from clearing.charges.disputes.actions.state_in_dispute import state_in_dispute
from clearing.charges.disputes.facts.thread import Act, Claim, Statement, Thread, Turn
from clearing.charges.disputes.load.threads import OpenThreads, count_open_threads, open_threads, thread_of
from clearing.charges.disputes.rules.statements import (
    ALREADY_OPEN,
    NOT_YOUR_TURN,
    QUANTITY_MISSING,
    QUANTITY_NOT_LESS,
    THREAD_CLOSED,
    THREAD_MOVED,
    WORDS_MISSING,
)
from clearing.charges.load.charge_register import one_charge
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.charges import Charge, ChargeReason
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.answer_charge import confirm_charge, dispute_charge, reply_to_answer
from marketplace.load.charges import MyCharge, charge_by_id
from marketplace.rules.refusals import MANDATE_MISSING
from tests.builders import NOW, TODAY, a_person
from tests.builders.correction import CorrectionScenario, a_correction_scenario

WORDS = "Kävi puolitoista tuntia"
HOUR_AND_A_HALF = Quantity(150)
AFTER_THE_CLOCK = NOW + timedelta(days=7)


class Parties:
    """The three parties of one charge of two hours: 72 €, of which the county pays 60 €."""

    def __init__(self, session: Session, *, settled: bool = False) -> None:
        self.session = session
        self.scenario: CorrectionScenario = a_correction_scenario(session)
        self.charge_id = self.scenario.charge("2.00")
        if settled:
            self.scenario.settle()
        self.client = a_person(session, Role.CLIENT, client_id=self.scenario.funding.client_id)
        self.provider = a_person(session, Role.PROVIDER_BILLER, provider_id=self.scenario.provider_id)
        self.worker = a_person(session, Role.WORKER, county_id=self.scenario.settlement.county.id)

    def charge(self) -> MyCharge:
        found = charge_by_id(self.session, self.charge_id)
        assert found is not None
        return found

    def claim(self, claim: Claim = Claim.QUANTITY, quantity: int | None = 150) -> Refusal | None:
        figure = None if quantity is None else Quantity(quantity)
        return dispute_charge(
            self.session, charge=self.charge(), why=WORDS, claim=claim, quantity=figure,
            actor=self.client, now=NOW,
        )  # fmt: skip

    def say(self, act: Act, quantity: int | None = None, words: str = "", after: int | None = None) -> object:
        figure = None if quantity is None else Quantity(quantity)
        actor: Actor = self.worker if act is Act.DECIDE else self.provider
        if act in (Act.ACCEPT, Act.NOT_ACCEPT, Act.CLAIM, Act.TAKE_BACK):
            actor = self.client
        statement = Statement(act, words, quantity=figure)
        return state_in_dispute(self.session, self.charge_id, statement, actor=actor, now=NOW, after=after)

    def thread(self) -> Thread:
        found = thread_of(self.session, self.charge_id)
        assert found is not None
        return found

    def left(self) -> tuple[str, int]:
        """The charge's state, and what the county pays of it and its corrections."""
        family = (Charge.id == self.charge_id) | (Charge.original_id == self.charge_id)
        sum_ = select(func.sum(Charge.county_pays_cents)).where(family, Charge.state == "accepted")
        return self.charge().state, int(self.session.scalar(sum_) or 0)


@pytest.fixture
def unpaid(session: Session) -> Parties:
    return Parties(session)


@pytest.fixture
def paid(session: Session) -> Parties:
    return Parties(session, settled=True)


@pytest.mark.parametrize("settled", [False, True])
def test_a_partial_answer_that_is_accepted_leaves_the_agreed_hours(session: Session, settled: bool) -> None:
    parties = Parties(session, settled=settled)
    assert parties.claim(quantity=100) is None
    assert (parties.thread().turn, parties.thread().answer_by) == (Turn.PROVIDER, TODAY + timedelta(days=4))
    thread = not_refused(parties.say(Act.PARTLY, 150, "Lähdin puoli tuntia aiemmin"))
    assert isinstance(thread, Thread)
    assert thread.turn is Turn.CLIENT
    not_refused(parties.say(Act.ACCEPT))
    assert parties.left() == ("settled" if settled else "accepted", 4_500)
    assert parties.thread().turn is Turn.CLOSED
    correction = one_charge(session, parties.thread().entries[-1].correction_id or 0)
    assert correction is not None
    assert (correction.corrects_id, correction.quantity) == (parties.charge_id, -50)
    parties.scenario.settle()
    assert parties.scenario.money()[2:] == (0, 4_500)
    assert verify_books(session).differences == ()


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize(
    ("claim", "quantity", "left"), [(Claim.QUANTITY, 150, 4_500), (Claim.NOT_DONE, None, 0)]
)
def test_a_provider_that_agrees_needs_nobody_else(
    session: Session, settled: bool, claim: Claim, quantity: int | None, left: int
) -> None:
    parties = Parties(session, settled=settled)
    parties.claim(claim, quantity)
    not_refused(parties.say(Act.AGREE))
    assert parties.left()[1] == left
    assert parties.thread().turn is Turn.CLOSED
    assert verify_books(session).differences == ()


def test_a_provider_stands_by_it_and_the_county_decides(unpaid: Parties) -> None:
    unpaid.claim()
    assert unpaid.say(Act.STAND) == WORDS_MISSING
    not_refused(unpaid.say(Act.STAND, words="Olin kaksi tuntia"))
    assert unpaid.left() == ("on_hold", 0)
    not_refused(unpaid.say(Act.NOT_ACCEPT))
    assert unpaid.thread().turn is Turn.COUNTY
    assert unpaid.say(Act.ACCEPT) == NOT_YOUR_TURN
    not_refused(unpaid.say(Act.DECIDE, 175, "Avaimen leima"))
    assert unpaid.left() == ("accepted", 5_250)
    assert verify_books(unpaid.session).differences == ()


@pytest.mark.parametrize(
    ("settled", "quantity", "left"),
    [
        (False, None, ("accepted", 6_000)), (False, 0, ("rejected", 0)),
        (True, None, ("settled", 6_000)), (True, 0, ("settled", 0)), (True, 50, ("settled", 1_500)),
    ],
)  # fmt: skip
def test_the_county_decides_alone(
    session: Session, settled: bool, quantity: int | None, left: tuple[str, int]
) -> None:
    parties = Parties(session, settled=settled)
    parties.claim()
    not_refused(parties.say(Act.DECIDE, quantity, "Soitettu molemmille"))
    assert parties.left() == left
    assert verify_books(session).differences == ()


def test_silence_moves_no_money_and_gives_the_matter_to_the_county(unpaid: Parties) -> None:
    unpaid.claim()
    before = unpaid.scenario.money()
    late = AFTER_THE_CLOCK.date()
    assert unpaid.thread().turn_on(TODAY) is Turn.PROVIDER
    assert unpaid.thread().turn_on(late) is Turn.COUNTY
    county = OpenThreads(county_id=unpaid.scenario.settlement.county.id, turn=Turn.COUNTY)
    session = unpaid.session
    for today, expected in ((TODAY, 0), (late, 1)):
        criteria = OpenThreads(county.county_id, None, Turn.COUNTY, today)
        assert count_open_threads(session, criteria) == expected
        assert len(open_threads(session, criteria, first=0, count=9)) == expected
    assert unpaid.scenario.money() == before
    not_refused(unpaid.say(Act.PARTLY, 150))
    assert unpaid.thread().turn_on(late) is Turn.COUNTY, "a silent client leaves it to the county, too"
    assert unpaid.left() == ("on_hold", 0)


def test_a_client_takes_it_back(unpaid: Parties) -> None:
    unpaid.claim()
    confirmed = confirm_charge(unpaid.session, charge=unpaid.charge(), actor=unpaid.client, now=NOW)
    not_refused(confirmed)
    assert unpaid.left() == ("accepted", 6_000)
    assert [entry.statement.act for entry in unpaid.thread().entries] == [Act.CLAIM, Act.TAKE_BACK]
    assert unpaid.say(Act.AGREE) == THREAD_CLOSED


@pytest.mark.parametrize(
    ("act", "quantity", "refusal"),
    [
        (Act.PARTLY, None, QUANTITY_MISSING), (Act.PARTLY, 200, QUANTITY_NOT_LESS),
        (Act.PARTLY, 0, QUANTITY_NOT_LESS), (Act.PARTLY, -1, QUANTITY_NOT_LESS),
        (Act.ACCEPT, None, NOT_YOUR_TURN), (Act.NOT_ACCEPT, None, NOT_YOUR_TURN),
        (Act.DECIDE, None, WORDS_MISSING),
    ],
)  # fmt: skip
def test_what_may_not_be_said(unpaid: Parties, act: Act, quantity: int | None, refusal: Refusal) -> None:
    unpaid.claim()
    assert unpaid.say(act, quantity) == refusal
    assert unpaid.thread().last_number == 1


@pytest.mark.parametrize("quantity", [0, 200, 300])
def test_a_claimed_figure_is_less_than_what_is_charged(unpaid: Parties, quantity: int) -> None:
    assert unpaid.claim(quantity=quantity) == QUANTITY_NOT_LESS
    assert unpaid.left() == ("accepted", 6_000)
    assert unpaid.session.scalars(select(ChargeAnswer)).all() == []


@pytest.mark.parametrize("settled", [False, True])
def test_each_statement_sent_twice_is_one(session: Session, settled: bool) -> None:
    parties = Parties(session, settled=settled)
    for _ in range(2):
        assert parties.claim() is None
    for _ in range(2):
        not_refused(parties.say(Act.PARTLY, 175, "Melkein", after=1))
    for _ in range(2):
        not_refused(parties.say(Act.ACCEPT, after=2))
    assert parties.thread().last_number == 3
    assert parties.left()[1] == 5_250
    assert session.scalar(select(func.count()).select_from(ChargeAnswer)) == 1
    assert session.scalar(select(func.count()).where(Charge.corrects_id == parties.charge_id)) == 1


def test_an_answer_to_an_older_entry_is_refused(unpaid: Parties) -> None:
    unpaid.claim()
    not_refused(unpaid.say(Act.STAND, words="Ei", after=1))
    assert unpaid.say(Act.ACCEPT, after=1) == THREAD_MOVED
    assert unpaid.claim(quantity=100) == ALREADY_OPEN


def test_a_charge_that_waits_for_another_reason_goes_on_waiting(unpaid: Parties) -> None:
    unpaid.claim()
    session = unpaid.session
    session.add(ChargeReason(charge_id=unpaid.charge_id, position=9, code="sampled_for_check"))
    session.flush()
    not_refused(unpaid.say(Act.AGREE))
    assert unpaid.left() == ("on_hold", 0)
    assert unpaid.thread().turn is Turn.COUNTY
    not_refused(unpaid.say(Act.DECIDE, 150, "Niin kuin sovitte"))
    assert unpaid.left() == ("accepted", 4_500)


@pytest.mark.parametrize(("judge", "left"), [(admit_held, 6_000), (refuse_held, 0)])
def test_a_judged_charge_has_no_open_dispute(unpaid: Parties, judge: object, left: int) -> None:
    unpaid.claim()
    judged = judge(unpaid.session, unpaid.charge_id, why="Soitettu", actor=unpaid.worker, now=NOW)  # type: ignore[operator]
    assert not isinstance(judged, Refusal)
    assert unpaid.left()[1] == left
    assert unpaid.thread().turn is Turn.CLOSED
    assert unpaid.thread().entries[-1].statement.words == "Soitettu"


def test_a_helper_without_the_right_does_not_reply(unpaid: Parties) -> None:
    unpaid.claim()
    not_refused(unpaid.say(Act.PARTLY, 150))
    stranger = a_person(unpaid.session, Role.REPRESENTATIVE)
    reply = reply_to_answer(
        unpaid.session, charge=unpaid.charge(), accept=True, words="", after=2, actor=stranger, now=NOW
    )
    assert reply == MANDATE_MISSING


def test_mails_say_only_that_something_waits(unpaid: Parties) -> None:
    unpaid.claim()
    not_refused(unpaid.say(Act.PARTLY, 150, "Lähdin aiemmin"))
    mails = unpaid.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).all()
    assert len(mails) == 2
    for mail in mails:
        written = f"{mail.body['subject']} {mail.body['text']}"
        assert "Omator" in written
        for personal in (WORDS, "Lähdin", "R-1", unpaid.charge().provider, unpaid.charge().voucher):
            assert personal not in written
