"""Stripe as the loopback plays it, and a county that pays one of its providers by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker
from stripe import WebhookSignature

from clearing.payments.actions.send_stripe_calls import CallResult, send_next_call
from clearing.payments.actions.take_stripe_event import take_stripe_event
from clearing.payments.gateways.stripe_orders import NewAccount
from clearing.payments.gateways.stripe_rail import StripeRail
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.write.stripe_accounts import store_account
from foundation.database.tables.stripe import PaymentRail
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.stripe_keys import StripeKeys
from tests.builders.county import NOW
from tests.builders.settlement import SettlementScenario
from worlds.stripe_loopback.books import Books
from worlds.stripe_loopback.objects import Body, answered
from worlds.stripe_loopback.server import Loopback

SECRET = "whsec_loopback12"
KEYS = StripeKeys("12", "sk_test_loopback", (SECRET,))
DUE = NOW + timedelta(days=3)
"""After the day of execution of a run that was sent now: Monday, with no holiday."""


@dataclass
class StripeWorld:
    """The loopback, a gateway to it, and a clock for both."""

    loopback: Loopback
    rail: StripeRail
    now: datetime = NOW
    delivered: int = 0
    accounts: dict[int, str] = field(default_factory=dict)

    @property
    def books(self) -> Books:
        """What the server knows."""
        return self.loopback.books

    def pays(self, session: Session, scenario: SettlementScenario, index: int) -> str:
        """Let the county pay the provider by Stripe, since a year; return the account."""
        provider_id = scenario.provider_ids[index]
        new = NewAccount(f"Oy {index}", "oy@example.invalid", "1234567-1", "12")
        state = self.rail.make_account(new, f"account-{provider_id}", self.now - timedelta(days=400))
        self.books.put(answered(self.books.of(state.account)), "account.updated", state.account)
        state = self.rail.account(state.account, self.now - timedelta(days=400))
        county_id, then = scenario.county.id, self.now - timedelta(days=365)
        key = store_account(session, county_id, provider_id, state, by=None, now=then)
        chosen = {"chosen_at": then, "chosen_by": scenario.officer.person_id, "why": "Yritys pyysi."}
        confirmed = {"confirmed_at": then, "confirmed_by": scenario.approver.person_id}
        row = {"county_id": county_id, "provider_id": provider_id, "rail": "stripe", "stripe_account_id": key}
        session.execute(insert(PaymentRail).values(**row, **chosen, **confirmed))
        self.accounts[provider_id] = state.account
        self.delivered = len(self.books.events)
        return state.account

    def send(self, sessions: sessionmaker[Session], now: datetime | None = None) -> list[CallResult]:
        """Do every call that is due; return what came of each."""
        results: list[CallResult] = []
        while True:
            result = send_next_call(sessions, {"12": self.rail}, now=now or self.now)
            if result is CallResult.NOTHING_DUE:
                return results
            results.append(result)

    def new_events(self) -> list[Body]:
        """Return the events since the last delivery."""
        fresh = self.books.events[self.delivered :]
        self.delivered = len(self.books.events)
        return fresh

    def take(self, session: Session, event: Body, now: datetime | None = None) -> Outcome | Refusal:
        """Deliver one event, signed now."""
        return take(session, event, now=now or self.now)


def signed(event: Body, at: datetime, secret: str = SECRET) -> tuple[bytes, str]:
    """Return the bytes of an event and its signature header."""
    payload = json.dumps(event)
    header = WebhookSignature.generate_signature_header(payload, secret, int(at.timestamp()))
    return payload.encode(), header


def take(session: Session, event: Body, *, now: datetime, keys: StripeKeys = KEYS) -> Outcome | Refusal:
    """Deliver one event to the action, signed at this moment."""
    payload, header = signed(event, now, keys.webhook_secrets[0])
    return take_stripe_event(session, payload, header, [keys], now=now)


def an_event(kind: str, body: Body, at: datetime, number: int = 1, **more: Any) -> Body:
    """Return an event as Stripe would write it."""
    return {
        "id": f"evt_test{number}",
        "object": "event",
        "type": kind,
        "created": int(at.timestamp()),
        "livemode": False,
        "data": {"object": body},
        **more,
    }


@contextmanager
def a_stripe_world(now: datetime = NOW) -> Iterator[StripeWorld]:
    """Start a loopback whose clock stands at `now` until the world's is moved."""
    world: list[StripeWorld] = []
    loopback = Loopback(Books(lambda: int((world[0].now if world else now).timestamp())))
    address = loopback.start()
    world.append(StripeWorld(loopback, StripeRail(KEYS, address), now))
    try:
        yield world[0]
    finally:
        loopback.stop()
