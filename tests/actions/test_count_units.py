"""A decision that goes over from euros to units counts the earlier charges: they return what they took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from clearing.grants.actions.receive_decision import DecisionReceived, receive_decision
from clearing.grants.facts.decision import DecidedClient, DecidedFunding, DecisionDocument
from clearing.grants.facts.kinds import FundingKind
from clearing.ledger.load.balances import balance_of
from clearing.ledger.rules import postings
from clearing.ledger.write.postings import post
from clearing.payments.load.payers import paying_county
from foundation.database.migrate import configuration, downgrade, upgrade
from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_county, a_person, a_provider
from tests.builders.books import check_books
from tests.builders.settlement import SettlementScenario

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
UNTIL = date(2026, 3, 2)
_MIGRATION = ScriptDirectory.from_config(configuration()).get_revision("0072")
BEFORE = str(_MIGRATION.down_revision)
EUROS = DecidedFunding(
    "a",
    FundingKind.VOUCHER,
    ("PERSONAL_ASSISTANCE",),
    DateWindow(date(2026, 1, 1), date(2026, 12, 31)),
    amount_cents=Money(100_000),
    free_of_charge=True,
)
HOURS = replace(EUROS, quantity=Quantity(5_000))


@dataclass
class Granted:
    """A client with a voucher in euros, one provider, and the people who pay it."""

    session: Session
    worker: Actor
    settlement: SettlementScenario

    def decide(self, funding: DecidedFunding) -> None:
        client = DecidedClient("C-000123", "Aino Asiakas", "Mikkeli")
        decision = DecisionDocument(
            "ESHVA/2026/1", "12", date(2026, 1, 7), "Virpi Viranhaltija", "9 §", "4410", client, (funding,)
        )
        answer = receive_decision(self.session, decision, actor=self.worker, now=NOW)
        assert isinstance(answer, DecisionReceived), answer
        check_books(self.session)

    def charge(self, hundredths: int, day: date) -> int:
        """Store a charge of 20 € an hour while the voucher has no units."""
        funding_id, cents = self.session.scalars(select(Funding.id)).one(), Money(hundredths * 20)
        service = self.session.scalars(select(Service.id).where(Service.code == "PERSONAL_ASSISTANCE")).one()
        charge = Charge(
            county_id=12, provider_id=self.session.scalars(select(Provider.id)).one(), service_id=service,
            funding_id=funding_id, reference=f"r{day}", service_day=day, state="accepted", sent={},
            quantity_hundredths=hundredths, unit_price_cents=2000, price_cents=cents, content="",
            county_pays_cents=cents, co_payment_cents=0, received_at=NOW,
        )  # fmt: skip
        self.session.add(charge)
        self.session.flush()
        move = postings.Posting(
            12, postings.Event.CHARGE, postings.Account.FREE, postings.Account.CHARGED, cents,
            funding_id=funding_id, charge_id=charge.id, provider_id=charge.provider_id,
        )  # fmt: skip
        post(self.session, [[move]], at=NOW)
        return charge.id

    def correct(self, charge_id: int, hundredths: int) -> None:
        wish = CorrectionWish(f"K-{charge_id}-{hundredths}", CorrectionReason.AGREED, Quantity(hundredths))
        answer = correct_charge(self.session, charge_id, wish=wish, actor=self.settlement.biller, now=NOW)
        assert isinstance(answer, ChargeAnswer)
        assert answer.outcome == "accepted", answer.findings
        check_books(self.session)

    def units(self) -> tuple[int, int, int, int]:
        """Return the granted, free, charged and settled hundredths of an hour."""
        balance = balance_of(self.session, self.session.scalars(select(Funding.id)).one())
        counted = balance.charged_hundredths, balance.settled_hundredths
        return balance.granted_hundredths, balance.free_hundredths, *counted


def granted_in(session: Session) -> Granted:
    county = a_county(session)
    a_provider(session, county)
    payer = paying_county(session, "12")
    assert payer is not None
    settlement = SettlementScenario(
        county=payer,
        officer=a_person(session, Role.SETTLEMENT_OFFICER, county_id=county.id),
        approver=a_person(session, Role.SETTLEMENT_APPROVER, county_id=county.id),
        biller=a_person(session, Role.ADMIN),
    )
    granted = Granted(session, a_person(session, Role.WORKER, county_id=county.id), settlement)
    granted.decide(EUROS)
    return granted


@pytest.fixture
def granted(session: Session) -> Granted:
    return granted_in(session)


def test_a_withdrawn_charge_returns_the_units_that_it_took(granted: Granted) -> None:
    charge = granted.charge(1_000, date(2026, 2, 10))
    granted.charge(500, date(2026, 2, 11))
    granted.decide(HOURS)
    assert granted.units() == (5_000, 3_500, 1_500, 0)
    withdraw_charge(granted.session, charge, actor=granted.settlement.biller, now=NOW)
    assert granted.units() == (5_000, 4_500, 500, 0)
    check_books(granted.session)


def test_a_corrected_charge_returns_the_units_of_the_correction(granted: Granted) -> None:
    charge = granted.charge(1_000, date(2026, 2, 10))
    granted.correct(charge, 200)
    granted.decide(HOURS)
    assert granted.units() == (5_000, 4_200, 800, 0)
    granted.correct(charge, 300)
    assert granted.units() == (5_000, 4_500, 500, 0)


def test_a_charge_corrected_to_nothing_takes_no_units(granted: Granted) -> None:
    charge = granted.charge(1_000, date(2026, 2, 10))
    granted.correct(charge, 1_000)
    granted.decide(HOURS)
    assert granted.units() == (5_000, 5_000, 0, 0)


def test_a_settled_charge_returns_its_units_after_settlement(granted: Granted) -> None:
    charge = granted.charge(1_000, date(2026, 2, 10))
    settlement, session = granted.settlement, granted.session
    settlement.approve(session, settlement.prepare(session, until=UNTIL, now=NOW), now=NOW)
    granted.correct(charge, 100)
    granted.decide(HOURS)
    assert granted.units() == (5_000, 4_100, 0, 900)
    granted.correct(charge, 400)
    assert granted.units() == (5_000, 4_500, 0, 500)


def test_a_run_that_was_prepared_before_settles_the_units(granted: Granted) -> None:
    granted.charge(1_000, date(2026, 2, 10))
    run = granted.settlement.prepare(granted.session, until=UNTIL, now=NOW)
    granted.decide(HOURS)
    granted.settlement.approve(granted.session, run, now=NOW)
    assert granted.units() == (5_000, 4_000, 0, 1_000)
    check_books(granted.session)


def test_units_are_counted_once(granted: Granted) -> None:
    granted.charge(1_000, date(2026, 2, 10))
    granted.decide(HOURS)
    granted.decide(EUROS)
    granted.charge(500, date(2026, 2, 11))
    granted.decide(replace(HOURS, quantity=Quantity(6_000)))
    granted.decide(replace(HOURS, quantity=Quantity(7_000)))
    assert granted.units() == (7_000, 5_500, 1_500, 0)


def test_the_migration_counts_what_an_earlier_release_took_off(fresh_database: str) -> None:
    engine = create_engine(fresh_database)
    with Session(engine) as session:
        granted = granted_in(session)
        granted.charge(1_000, date(2026, 2, 10))
        settlement = granted.settlement
        settlement.approve(session, settlement.prepare(session, until=UNTIL, now=NOW), now=NOW)
        charge = granted.charge(500, date(2026, 2, 11))
        settlement.prepare(session, until=UNTIL, now=NOW)
        grant_hours_as_before(session, decided=3_500, charged=1_500)
        assert granted.units() == (2_000, 2_000, 0, 0)
        session.commit()
    downgrade(fresh_database, BEFORE)
    upgrade(fresh_database)
    with Session(engine) as session:
        granted.session = session
        assert granted.units() == (3_500, 2_000, 500, 1_000)
        check_books(session)
        granted.correct(charge, 500)
        assert granted.units() == (3_500, 2_500, 0, 1_000)
    engine.dispose()


def grant_hours_as_before(session: Session, *, decided: int, charged: int) -> None:
    """Grant units less those of the charges, which stay without units."""
    session.execute(text("UPDATE funding_terms SET quantity_hundredths = :units"), {"units": decided})
    funding = session.scalars(select(Funding)).one()
    more = postings.Posting(
        12, postings.Event.TOP_UP, postings.Account.APPROPRIATION, postings.Account.FREE, Money(0),
        cost_centre_id=funding.cost_centre_id, funding_id=funding.id,
        quantity_hundredths=Quantity(decided - charged),
    )  # fmt: skip
    post(session, [[more]], at=NOW)
