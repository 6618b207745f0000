"""M9: Stripe's events doubled, reordered, forged, old, of the future and of the other mode, many at once.

The clock of the program stands still before the run's payment date, so it calls Stripe for nothing: what
moves is moved by events alone.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import requests

from benchmarks.programme.checkout_events import compare_bills, make_bills, tell_payments
from benchmarks.programme.failure import require
from benchmarks.programme.instance import CLOCK, Deadline, Instance
from benchmarks.programme.settlement_kills import County, make_county
from worlds.stripe_loopback.contract import signature_of
from worlds.stripe_loopback.objects import (
    Body,
    account_object,
    answered,
    payout_object,
    restricted,
    transfer_object,
)

SECRET, FORGED = "whsec_programme", "whsec_somebody_else"
KEYS = {"STRIPE_SECRET_KEY_12": "sk_test_programme", "STRIPE_WEBHOOK_SECRET_12": SECRET}
NOWHERE = {"STRIPE_API": "http://127.0.0.1:9"}
NOW = datetime.fromisoformat(CLOCK)
SENDERS = 4
CLIENTS = 9
"""Clients with two bills each: each way in which a payment may end occurs twice."""
FORGERIES = ("forged", "old", "future", "unreadable", "other_mode", "unknown_type", "stranger")
_REFUSED = frozenset({"forged", "old", "future", "unreadable"})
_SETUP = """
WITH made AS (INSERT INTO stripe_account (county_id, provider_id, account, live, made_at, seen_at,
    can_receive, can_charge_cards, pays_out, is_submitted, asks, stale)
  SELECT c.id, p.id, 'acct_programme' || p.id, false, %(then)s, %(then)s, true, true, true, true, '{}', false
  FROM county c, provider p WHERE c.code = '12' AND EXISTS (SELECT FROM approval a
    WHERE a.provider_id = p.id AND a.county_id = c.id)
  RETURNING id, county_id, provider_id),
two AS (SELECT min(id) AS first, max(id) AS second FROM person)
INSERT INTO payment_rail (county_id, provider_id, rail, stripe_account_id, why, chosen_at, chosen_by,
  confirmed_at, confirmed_by)
SELECT county_id, provider_id, 'stripe', id, 'M9', %(then)s, first, %(then)s, second FROM made, two
"""
_PAYMENTS = """
SELECT p.end_to_end_id, p.sum_cents, a.account
FROM payment p JOIN stripe_account a ON a.id = p.stripe_account_id WHERE p.run_id = %s ORDER BY p.id"""
_STATE = "SELECT end_to_end_id, state, open_code FROM payment WHERE run_id = %s"
_ACCOUNTS = "SELECT account, can_receive, asks FROM stripe_account"


@dataclass(slots=True)
class Story:
    """Events in the order in which they happened, and what is true after them."""

    random: Random
    events: list[Body] = field(default_factory=list)
    states: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    accounts: dict[str, tuple[bool, list[str]]] = field(default_factory=dict)

    def add(self, kind: str, body: Body, at: datetime, account: str | None = None, **more: Any) -> Body:
        """Tell one event and return it."""
        event = {
            "id": f"evt_{len(self.events)}",
            "object": "event",
            "type": kind,
            "created": int(at.timestamp()),
            "livemode": False,
            "data": {"object": body},
            **({"account": account} if account else {}),
            **more,
        }
        self.events.append(event)
        return event

    def pay(self, number: int, name: str, cents: int, account: str, group: str) -> None:
        """Tell of a transfer, its payout and, of every third one, its reversal by somebody."""
        second = int(NOW.timestamp())
        sent = {"amount": cents, "currency": "eur", "destination": account, "metadata": {"payment": name}}
        made = transfer_object(f"tr_{number}", {**sent, "transfer_group": group}, second)
        self.add("transfer.created", made, NOW)
        payout = payout_object(f"po_{number}", sent, second)
        for status in ("pending", "in_transit", "paid"):
            self.add("payout.updated", {**payout, "status": status}, NOW, account)
        self.states[name] = ("confirmed", None)
        if number % 3 == 0:
            back = {**made, "amount_reversed": cents, "reversed": True}
            self.add("transfer.reversed", back, NOW)
            self.states[name] = ("confirmed", "second_person_needed")

    def change(self, account: str, number: int) -> None:
        """Tell that Stripe restricts an account, or lets it go on."""
        at = NOW + timedelta(seconds=number)
        body = account_object(account, {"capabilities": {"transfers": {}}}, 0)
        asks = [f"ask.{number}"]
        is_open = number % 2 == 0
        body = answered(body) if is_open else restricted(body, "requirements.past_due", asks)
        self.add("account.updated", body, at, account)
        self.accounts[account] = (is_open, [] if is_open else asks)


def check_m9(instance: Instance, *, events: int, seed: int = 1, deadline: Deadline) -> str:
    """Send so many events; require the state that their right order gives, each counted once.

    Raises:
        CheckFailedError: The state differs, a bad event was taken, or a good one was not.
    """
    random = Random(seed)
    county = make_county(instance, random)
    _serve_with_keys(instance)
    run_id = _sent_run(county, instance)
    bills = make_bills(instance, CLIENTS)
    story = _told(instance, run_id, random, events // 8)
    tell_payments(instance, bills, story, events // 8 // (2 * len(bills)), NOW)
    deliveries = _deliveries(story, random, events)
    answers = _send(instance, deliveries, deadline)
    _compare(instance, run_id, story, answers)
    compare_bills(instance, bills)
    instance.verify()
    refused = sum(answers[kind, 400] for kind in _REFUSED)
    return (
        f"{sum(answers.values()):,} events of {len(story.events):,} that happened, {refused:,} refused, "
        f"{len(story.states)} payments, {len(story.accounts)} accounts and {len(bills)} bills "
        "as if in order and once"
    )


def _serve_with_keys(instance: Instance) -> None:
    assert instance.server is not None
    instance.server.stop()
    instance.server = instance.processes.serve(None, clock=CLOCK, **KEYS, **NOWHERE)


def _sent_run(county: County, instance: Instance) -> int:
    with instance.connect() as connection:
        connection.execute(_SETUP, {"then": NOW - timedelta(days=90)})
        connection.commit()
    county.charge()
    run = county.settlements.approve(county.settlements.prepare())
    county.settlements.officer.post(f"/payment-runs/{run['id']}/send", {})
    return int(run["id"])


def _told(instance: Instance, run_id: int, random: Random, changes: int) -> Story:
    story = Story(random)
    with instance.connect() as connection:
        payments = connection.execute(_PAYMENTS, (run_id,)).fetchall()
    require(payments, "no payment goes by Stripe")
    for number, (name, cents, account) in enumerate(payments):
        story.pay(number, str(name), int(cents), str(account), f"OMA12R{run_id}")
    accounts = sorted({str(account) for *_, account in payments})
    for number in range(1, changes):
        story.change(accounts[number % len(accounts)], number)
    return story


def _deliveries(story: Story, random: Random, events: int) -> list[tuple[str, Body]]:
    """Return every event at least twice, with forgeries between them, in a random order."""
    found = [("good", event) for event in story.events for _ in range(2)]
    while len(found) < events:
        kind = random.choice(FORGERIES)
        event = dict(random.choice(story.events), id=f"evt_{kind}_{len(found)}")
        if kind == "other_mode":
            event |= {"livemode": True}
        elif kind == "unknown_type":
            event |= {"type": "issuing_card.created"}
        elif kind == "stranger":
            event |= {"type": "account.updated", "account": "acct_stranger"}
            event["data"] = {"object": {"id": "acct_stranger"}}
        elif kind == "unreadable":
            event |= {"data": []}
        found.append((kind, event))
    random.shuffle(found)
    return found


def _send(
    instance: Instance, deliveries: list[tuple[str, Body]], deadline: Deadline
) -> Counter[tuple[str, int]]:
    """Send the events by several senders at once; return how many of each kind got which status."""
    target, session = f"{instance.url()}/stripe/events", requests.Session()

    def send(delivery: tuple[str, Body]) -> tuple[str, int]:
        kind, event = delivery
        if kind != "good" and deadline.is_over():
            return "left out", 0
        moved = {"old": timedelta(hours=-1), "future": timedelta(hours=1)}.get(kind, timedelta(0))
        payload = json.dumps(event)
        secret = FORGED if kind == "forged" else SECRET
        header = signature_of(payload, secret, int((NOW + moved).timestamp()))
        while True:
            answer = session.post(target, data=payload, headers={"Stripe-Signature": header}, timeout=60)
            if answer.status_code < 500:
                return kind, answer.status_code

    with ThreadPoolExecutor(SENDERS) as senders:
        return Counter(senders.map(send, deliveries))


def _compare(instance: Instance, run_id: int, story: Story, answers: Counter[tuple[str, int]]) -> None:
    for (kind, status), count in answers.items():
        expected = 0 if kind == "left out" else 400 if kind in _REFUSED else 200
        require(status == expected, f"{count} {kind} events got {status}")
    with instance.connect() as connection:
        states = {name: (state, code) for name, state, code in connection.execute(_STATE, (run_id,))}
        accounts = {name: (can, list(asks)) for name, can, asks in connection.execute(_ACCOUNTS)}
        kept = connection.execute("SELECT count(*) FROM stripe_event WHERE id ~ '^evt_[0-9]+$'").fetchone()
        bad = connection.execute(
            "SELECT count(*) FROM stripe_event WHERE id ~ 'forged|old|future|unreadable'"
        ).fetchone()
    require(states == story.states, f"payments: {states} instead of {story.states}")
    for name, expected_account in story.accounts.items():
        require(accounts[name] == expected_account, f"{name}: {accounts[name]}, not {expected_account}")
    require(kept == (len(story.events),), f"{kept} events are kept, {len(story.events)} happened")
    require(bad == (0,), f"{bad} bad events were kept")
