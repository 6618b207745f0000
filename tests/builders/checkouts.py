"""An invoice of own shares that is paid at Stripe Checkout, as the loopback plays it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.co_payments.actions.make_invoice import make_invoice
from clearing.co_payments.facts.invoices import Invoice
from clearing.co_payments.load.invoices import invoice_by_id
from clearing.payments.actions.open_checkout import open_checkout
from foundation.database.tables.co_payments import CoPaymentReceipt
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.actions.test_co_payments import DUE
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.stripe import StripeWorld
from worlds.stripe_loopback.objects import Body
from worlds.stripe_loopback.pages import PAID
from worlds.stripe_loopback.returns import RETURN_EVENTS, refunded_charge, returned_object

ADDRESSES = {"text": "Lasku 1", "back": "http://localhost/omavastuu/1", "paid": "http://localhost/palaa"}


@dataclass
class Bill:
    """An invoice of 12 € of a provider that takes cards."""

    scenario: CorrectionScenario
    world: StripeWorld
    invoice_id: int
    charge_id: int
    account: str

    @property
    def payer(self) -> Actor:
        """The client."""
        return Actor(None, Role.CLIENT, "Aino", client_ids=frozenset({self.scenario.funding.client_id}))

    def open(self, session: Session) -> str | Refusal:
        """Ask for the payment page."""
        how = {"actor": self.payer, "now": NOW}
        return open_checkout(session, {"12": self.world.rail}, self.invoice_id, **ADDRESSES, **how)  # type: ignore[arg-type]

    def session_id(self, session: Session) -> str:
        """Ask for the payment page; return the id of the session at Stripe."""
        return not_refused(self.open(session)).rpartition("/")[2]

    def press(self, stripe_session: str, button: str) -> Body:
        """Press a button of Checkout; return the event that it leaves."""
        event, status, paid = PAID[button]
        self.world.books.end_session(stripe_session, event, status, paid=paid)
        return self.world.books.events[-1]

    def invoice(self, session: Session) -> Invoice:
        """Return the invoice as it is now."""
        found = invoice_by_id(session, self.invoice_id)
        assert found is not None
        return found

    def receipts(self, session: Session) -> tuple[int, int]:
        """Return the number of receipts and their sum."""
        row = session.execute(select(func.count(), func.coalesce(func.sum(CoPaymentReceipt.cents), 0))).one()
        return row[0], int(row[1])


def returned_events(
    paid: Body, story: Iterable[tuple[str, str, int, str]], charge: int | None = None
) -> list[Body]:
    """Return events of refunds and disputes (kind, id, cents, status) of a payment, a second after another.

    `paid` is the event of the payment. `charge`: an event first that the refunds of the charge are so much.
    """
    session = paid["data"]["object"]
    bodies = [returned_object(kind, name, session, cents, status) for kind, name, cents, status in story]
    if charge is not None:
        bodies.insert(0, refunded_charge(session, charge))
    return [
        {
            **paid,
            "id": f"evt_{body['id']}_{number}",
            "type": RETURN_EVENTS[body["object"]],
            "created": paid["created"] + number,
            "data": {"object": body},
        }
        for number, body in enumerate(bodies, 1)
    ]


def a_bill(session: Session, world: StripeWorld) -> Bill:
    """Store the invoice; its provider has an account at Stripe that takes cards."""
    scenario = a_correction_scenario(session)
    account = world.pays(session, scenario.settlement, 0)
    charge = scenario.charge("2.00")
    made = make_invoice(
        session,
        scenario.provider_id,
        client_id=scenario.funding.client_id,
        month=TODAY,
        due_on=DUE,
        actor=scenario.settlement.biller,
        now=NOW,
    )
    return Bill(scenario, world, not_refused(made), charge, account)
