"""Own shares in the demo: invoices to be paid, paid, late and credited, and providers that take cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Final

from sqlalchemy import select

from clearing.co_payments.actions.make_invoice import make_invoice
from clearing.co_payments.actions.mark_paid import mark_paid
from clearing.co_payments.facts.invoices import Way
from clearing.co_payments.load.invoices import invoice_by_id
from clearing.co_payments.load.payees import payee
from clearing.co_payments.load.shares import own_shares
from clearing.co_payments.rules.invoicing import SHORTEST_DAYS, USUAL_DAYS
from clearing.co_payments.rules.owing import Owed, owed_by_month
from clearing.payments.rules.stripe_payees import AccountState
from clearing.payments.write.stripe_accounts import store_account
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import PeriodKind, period_of
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import PROVIDER_ROLES, Actor
from worlds.world import World

BILLS: Final = 12
"""How many invoices of the last month there are."""

PAID, LATE, HALF_PAID = 3, 4, 5
"""Of each six invoices: one paid, one late, one paid by half; the others are to be paid."""

CARDS: Final = 4
"""How many of the invoicing providers take cards; the first one does."""

ACCOUNT = "acct_demo{}"
"""The id of a provider's account at the Stripe that the demo plays."""


def write_demo_bills(world: World, county_id: int) -> None:
    """Let providers invoice own shares of the last month, and open accounts at Stripe."""
    invoicing: list[int] = []
    for number, owed in enumerate(islice(_owed(world), BILLS)):
        _write(world, number, owed)
        if owed.provider_id not in invoicing:
            invoicing.append(owed.provider_id)
    for provider_id in invoicing[:CARDS]:
        _open_account(world, county_id, provider_id)


def _owed(world: World) -> Iterator[Owed]:
    """Yield what clients owe for the last month, by client and provider in the order of their numbers."""
    last = world.today.replace(day=1) - timedelta(days=1)
    window = period_of(PeriodKind.MONTH, last)
    found: list[Owed] = []
    for provider_id in world.session.scalars(select(Provider.id).order_by(Provider.id)):
        if payee(world.session, provider_id) is None:
            continue
        found += owed_by_month(own_shares(world.session, provider_id, window=window))
    yield from sorted(
        (owed for owed in found if owed.to_invoice_cents > 0),
        key=lambda owed: (owed.client_number or "", owed.provider_id),
    )


def _write(world: World, number: int, owed: Owed) -> None:
    kind = number % 6
    first = period_of(PeriodKind.MONTH, owed.month).last + timedelta(days=1)
    made_on, days = (first, SHORTEST_DAYS) if kind == LATE else (max(world.day(-12), first), USUAL_DAYS)
    actor = _of_provider(world, owed.provider_id)
    invoice_id = not_refused(
        make_invoice(
            world.session,
            owed.provider_id,
            client_id=owed.client_id,
            month=owed.month,
            due_on=made_on + timedelta(days=days),
            actor=actor,
            now=world.at(made_on, 9),
        )
    )
    invoice = invoice_by_id(world.session, invoice_id)
    assert invoice is not None
    if kind in (PAID, HALF_PAID):
        paid_on = min(made_on + timedelta(days=5), world.today)
        cents = None if kind == PAID else max(invoice.open_cents // 2, 1)
        now = world.at(paid_on, 12)
        done = mark_paid(
            world.session, invoice_id, cents=cents, paid_on=paid_on, way=Way.BANK, actor=actor, now=now
        )
        not_refused(done)


def _open_account(world: World, county_id: int, provider_id: int) -> None:
    then = world.at(world.day(-40), 9)
    state = AccountState(
        account=ACCOUNT.format(provider_id),
        live=False,
        seen_at=then,
        can_receive=True,
        can_charge_cards=True,
        pays_out=True,
        is_submitted=True,
        disabled_reason=None,
        asks=(),
        asks_by=None,
    )
    store_account(world.session, county_id, provider_id, state, by=None, now=then)


def _of_provider(world: World, provider_id: int) -> Actor:
    return next(
        log_in.actor
        for log_in in world.log_ins
        if log_in.actor.role in PROVIDER_ROLES and log_in.actor.provider_id == provider_id
    )
