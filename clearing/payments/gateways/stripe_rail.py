"""Stripe, through its own SDK: accounts and their links, transfers, payouts and reversals.

Every call that changes something carries an idempotency key of ours, so that it may be repeated. What Stripe
answers comes back as facts, and what it refuses as one error with its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import stripe

from clearing.payments.gateways.stripe_objects import (
    SeenPayout,
    account_of,
    available_in,
    checkout_of,
    payout_of,
    transfer_of,
)
from clearing.payments.gateways.stripe_orders import CheckoutOrder, NewAccount, TransferOrder
from clearing.payments.rules.stripe_checkouts import SeenCheckout
from clearing.payments.rules.stripe_payees import AccountState
from clearing.payments.rules.stripe_transfers import SeenTransfer
from foundation.vocabulary.stripe_keys import StripeKeys

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
RETRIES = 1
"""The SDK repeats a call once, with the same key; the queue repeats it later."""
PAGE = 100
LONGEST_MESSAGE = 200
CARDS_TEXT = "OMAVASTUUT"
"""What the provider's bank line says of a payout of clients' card payments."""
Result = TypeVar("Result")


class Failure(StrEnum):
    """Why a call came to nothing. After LATER nobody knows whether it was done; the others were not done."""

    LATER = "stripe_unreachable"
    NO_MONEY = "stripe_balance_insufficient"
    REFUSED = "stripe_refused"
    KEY_REUSED = "idempotency_key_reused"
    SETUP = "stripe_keys_refused"


class StripeCallError(Exception):
    """A call came to nothing. `code` is Stripe's own, such as `account_invalid`; it may be empty."""

    def __init__(self, kind: Failure, code: str, message: str) -> None:
        self.kind, self.code, self.message = kind, code, message[:LONGEST_MESSAGE]
        super().__init__(f"{kind.value} {code} {self.message}")


class StripeRail:
    """A county's Stripe account. `address` is another server in place of Stripe's, for tests and the demo."""

    def __init__(self, keys: StripeKeys, address: str | None = None) -> None:
        self.keys = keys
        timeouts = (CONNECT_SECONDS, READ_SECONDS)
        self._client = stripe.StripeClient(
            keys.secret_key,
            base_addresses={"api": address} if address else {},
            http_client=stripe.RequestsClient(timeout=timeouts),
            max_network_retries=RETRIES,
        )

    def make_account(self, new: NewAccount, key: str, now: datetime) -> AccountState:
        """Make the provider's connected account; the same key gives the same account."""
        made = _asked(
            lambda: self._client.v1.accounts.create(
                {
                    "type": "express",
                    "country": "FI",
                    "default_currency": "eur",
                    "email": new.email,
                    "business_profile": {"name": new.name},
                    "capabilities": {
                        "transfers": {"requested": True},
                        "card_payments": {"requested": True},
                    },
                    "settings": {"payouts": {"schedule": {"interval": "manual"}}},
                    "metadata": {"business_id": new.business_id, "county": new.county_code},
                },
                {"idempotency_key": key},
            )
        )
        return self._account(made, now)

    def account(self, account: str, now: datetime) -> AccountState:
        """Return what Stripe says of the account now."""
        return self._account(_asked(lambda: self._client.v1.accounts.retrieve(account)), now)

    def account_link(self, account: str, *, refresh_url: str, return_url: str, submitted: bool) -> str:
        """Return the address, good for a few minutes, at which the provider answers what Stripe asks."""
        kind: Any = "account_update" if submitted else "account_onboarding"
        link = _asked(
            lambda: self._client.v1.account_links.create(
                {"account": account, "type": kind, "refresh_url": refresh_url, "return_url": return_url}
            )
        )
        return link.url

    def find_transfers(self, order: TransferOrder) -> list[SeenTransfer]:
        """Return the transfers that Stripe has of this payment: none, one, or a fault to look at."""
        listed = _asked(
            lambda: list(
                self._client.v1.transfers.list(
                    {"destination": order.account, "transfer_group": order.group, "limit": PAGE}
                ).auto_paging_iter()
            )
        )
        seen = [transfer_of(_plain(one)) for one in listed]
        return [one for one in seen if one.payment == order.payment]

    def make_transfer(self, order: TransferOrder, key: str) -> SeenTransfer:
        """Move the sum from the county's balance to the provider's account."""
        made = _asked(
            lambda: self._client.v1.transfers.create(
                {
                    "amount": order.amount_cents,
                    "currency": "eur",
                    "destination": order.account,
                    "transfer_group": order.group,
                    "description": order.text,
                    "metadata": {"payment": order.payment},
                },
                {"idempotency_key": key},
            )
        )
        return transfer_of(_plain(made))

    def transfer(self, transfer: str) -> SeenTransfer:
        """Return one transfer as it is now."""
        return transfer_of(_plain(_asked(lambda: self._client.v1.transfers.retrieve(transfer))))

    def transfers_since(self, moment: datetime) -> Iterator[SeenTransfer]:
        """Yield every transfer of the county made since a moment, the newest first."""
        since = int(moment.timestamp())
        pages = _asked(lambda: self._client.v1.transfers.list({"created": {"gte": since}, "limit": PAGE}))
        for one in _each(pages.auto_paging_iter()):
            yield transfer_of(_plain(one))

    def reverse_transfer(self, transfer: str, payment: str, amount_cents: int, key: str) -> str:
        """Take the whole transfer back; return the reversal's id."""
        made = _asked(
            lambda: self._client.v1.transfers.reversals.create(
                transfer,
                {"amount": amount_cents, "metadata": {"payment": payment}},
                {"idempotency_key": key},
            )
        )
        return made.id

    def pay_out(self, order: TransferOrder, reference: str, key: str) -> SeenPayout:
        """Send the sum from the provider's account to its bank, with our reference on the bank's line."""
        made = _asked(
            lambda: self._client.v1.payouts.create(
                {
                    "amount": order.amount_cents,
                    "currency": "eur",
                    "statement_descriptor": reference,
                    "metadata": {"payment": order.payment},
                },
                {"idempotency_key": key, "stripe_account": order.account},
            )
        )
        return payout_of(_plain(made))

    def available_cents(self, account: str) -> int:
        """Return the euros of the account that can be paid out now, in cents; below zero: it owes Stripe."""
        at: Any = {"stripe_account": account}
        found = _plain(_asked(lambda: self._client.v1.balance.retrieve(None, at)))
        return available_in(found)

    def pay_out_cards(self, account: str, cents: int, key: str) -> SeenPayout:
        """Send what clients paid by card to the provider's bank."""
        made = _asked(
            lambda: self._client.v1.payouts.create(
                {"amount": cents, "currency": "eur", "statement_descriptor": CARDS_TEXT},
                {"idempotency_key": key, "stripe_account": account},
            )
        )
        return payout_of(_plain(made))

    def make_checkout(self, order: CheckoutOrder, key: str) -> SeenCheckout:
        """Make a session at which somebody pays; a direct charge: the money is the provider's at once."""
        marks = {"invoice": str(order.invoice_id), "county": order.county_code}
        price: Any = {
            "currency": "eur",
            "unit_amount": order.cents,
            "product_data": {"name": order.text},
        }
        locale: Any = order.locale
        made = _asked(
            lambda: self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "submit_type": "pay",
                    "line_items": [{"price_data": price, "quantity": 1}],
                    "metadata": marks,
                    "payment_intent_data": {"description": order.text, "metadata": marks},
                    "locale": locale,
                    "success_url": order.paid,
                    "cancel_url": order.back,
                },
                {"idempotency_key": key, "stripe_account": order.account},
            )
        )
        return checkout_of(_plain(made))

    def checkout(self, session: str, account: str) -> SeenCheckout:
        """Return a session as it is now."""
        at: Any = {"stripe_account": account}
        return checkout_of(
            _plain(_asked(lambda: self._client.v1.checkout.sessions.retrieve(session, None, at)))
        )

    def expire_checkout(self, session: str, account: str) -> SeenCheckout:
        """Close a session that is open: nobody can pay there any more."""
        at: Any = {"stripe_account": account}
        return checkout_of(
            _plain(_asked(lambda: self._client.v1.checkout.sessions.expire(session, None, at)))
        )

    def _account(self, made: Any, now: datetime) -> AccountState:
        return account_of(_plain(made), live=self.keys.is_live, seen_at=now)


def _plain(answer: Any) -> Mapping[str, Any]:
    plain: Mapping[str, Any] = answer.to_dict()
    return plain


def _each(rows: Iterator[Result]) -> Iterator[Result]:
    """Yield the rows; the next page is a call of its own."""
    while True:
        try:
            row = _asked(lambda: next(rows))
        except StopIteration:
            return
        yield row


def _asked(call: Callable[[], Result]) -> Result:
    """Return what the call returns; raise what Stripe refuses as StripeCallError."""
    try:
        return call()
    except stripe.IdempotencyError as error:
        raise _failed(Failure.KEY_REUSED, error) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise _failed(Failure.SETUP, error) from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise _failed(_kind_of(error), error) from error
    except stripe.StripeError as error:
        raise _failed(Failure.LATER, error) from error


def _kind_of(error: stripe.StripeError) -> Failure:
    if error.http_status == 409:
        return Failure.LATER
    return Failure.NO_MONEY if error.code == "balance_insufficient" else Failure.REFUSED


def _failed(kind: Failure, error: stripe.StripeError) -> StripeCallError:
    return StripeCallError(kind, error.code or "", error.user_message or type(error).__name__)
