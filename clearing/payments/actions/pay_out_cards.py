"""What clients paid by card goes from the provider's Stripe account to its bank, once a day (0221)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from clearing.eligibility.rules.bank_accounts import ACCOUNT_WAIT
from clearing.payments.gateways.stripe_objects import UnreadableObjectError
from clearing.payments.gateways.stripe_rail import StripeCallError, StripeRail
from clearing.payments.load.card_money import accounts_with_card_money, county_cents_on_the_way
from clearing.payments.load.stops import why_stopped
from clearing.payments.load.stripe_accounts import KnownAccount
from clearing.payments.rules.card_payouts import card_payout_cents
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day


def pay_out_cards(sessions: sessionmaker[Session], rails: Mapping[str, StripeRail], *, now: datetime) -> int:
    """Pay out the card money of every account; return of how many. Again on the same day it does nothing.

    The idempotency key is of the account and the day: after a crash the same payout is asked for again, and
    with another sum Stripe refuses it. Nothing is paid out while payments of the county are stopped, nor to
    another bank behind an account for 48 hours, as nothing of the county's is (R-32).
    """
    with sessions() as session:
        accounts = accounts_with_card_money(session, list(rails))
    return sum(_pay_out(sessions, rails[account.county], account, now) for account in accounts)


def _pay_out(sessions: sessionmaker[Session], rail: StripeRail, account: KnownAccount, now: datetime) -> bool:
    changed = account.bank_changed_at
    if not account.pays_out or account.payout_failed or account.disabled_reason:
        return False
    if changed is not None and now < changed + ACCOUNT_WAIT:
        return False
    try:
        available = rail.available_cents(account.account)
        with sessions() as session:
            if why_stopped(session, account.county_id) is not None:
                return False
            cents = card_payout_cents(available, county_cents_on_the_way(session, account.id))
        if cents <= 0:
            return False
        rail.pay_out_cards(account.account, cents, f"OMA{account.county}K{account.id}-{helsinki_day(now)}")
        failpoint("stripe.cards.after_payout")
    except (StripeCallError, UnreadableObjectError):
        return False
    return True
