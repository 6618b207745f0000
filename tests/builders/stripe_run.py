"""A run that pays two providers by the bank and two by Stripe."""

from __future__ import annotations

from sqlalchemy.orm import sessionmaker

from clearing.ledger.rules.postings import Account
from clearing.payments.actions.export_bank_file import send_run
from clearing.payments.actions.send_stripe_calls import CallResult
from clearing.payments.load.payment_runs import RunContents, run_contents
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_payees import Rail
from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.refusals import Refusal, not_refused
from tests.builders.county import NOW
from tests.builders.engines import engine_on
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, account_sums
from tests.builders.stripe import DUE, StripeWorld, take
from worlds.stripe_loopback.objects import Body


class HalfAndHalf:
    """Two providers paid by bank and two by Stripe, with a charge of 72 € each; every step is committed."""

    def __init__(self, database_url: str, world: StripeWorld) -> None:
        self.engine, self.world = engine_on(database_url), world
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        with self.sessions.begin() as session:
            self.scenario: SettlementScenario = a_settlement_scenario(session, providers_count=4)
            for index in range(4):
                self.scenario.charge(session, index)
            self.accounts = [world.pays(session, self.scenario, index) for index in (2, 3)]
            session.flush()
            session.expunge_all()

    def approved(self) -> RunContents:
        with self.sessions.begin() as session:
            prepared = self.scenario.prepare(session)
        with self.sessions.begin() as session:
            return self.scenario.approve(session, prepared)

    def sent(self) -> RunContents:
        run = self.approved()
        with self.sessions.begin() as session:
            return not_refused(send_run(session, run.run.id, actor=self.scenario.officer, now=NOW))

    def contents(self, run: RunContents) -> RunContents:
        with self.sessions() as session:
            found = run_contents(session, run.run.id)
        assert found is not None
        return found

    def sums(self) -> tuple[int, int, int]:
        """Whole cents in payable, transit and bank; the books agree."""
        with self.sessions() as session:
            assert verify_books(session).differences == ()
            sums = account_sums(session)
        return sums[Account.PAYABLE], sums[Account.TRANSIT], sums[Account.BANK]

    def send(self) -> list[CallResult]:
        return self.world.send(self.sessions, DUE)

    def deliver(self) -> list[Outcome | Refusal]:
        results = []
        for event in self.world.new_events():
            with self.sessions.begin() as session:
                results.append(self.world.take(session, event, DUE))
        return results


def deliver(half: HalfAndHalf, *events: Body) -> list[Outcome | Refusal]:
    results = []
    for event in events:
        with half.sessions.begin() as session:
            results.append(take(session, event, now=DUE))
    return results


def a_transfer(half: HalfAndHalf, payment: str, **more: object) -> Body:
    """A transfer as an event would carry it, to the first account."""
    return {
        "id": "tr_planted",
        "object": "transfer",
        "amount": 7_200,
        "amount_reversed": 0,
        "created": int(DUE.timestamp()),
        "currency": "eur",
        "destination": half.accounts[0],
        "livemode": False,
        "metadata": {"payment": payment},
        "transfer_group": "",
        **more,
    }


def payment_named(half: HalfAndHalf) -> tuple[int, str]:
    """The first payment by Stripe of a run that was sent: its id and its identifier."""
    [first, _second] = half.sent().by(Rail.STRIPE)
    return first.id, first.line.end_to_end_id
