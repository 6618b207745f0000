"""What Stripe is asked to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What Stripe is told of a provider when its account is made; it asks the provider for the rest."""

    name: str
    email: str
    business_id: str
    county_code: str


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """A transfer to make. `group` is the run's message id, `payment` our end-to-end id."""

    account: str
    payment: str
    group: str
    amount_cents: int
    text: str


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """A payment to ask for on the provider's own account. It says nothing of the client.

    `locale` is the language of Stripe's page; `back` and `paid` are the addresses to which it leads.
    """

    account: str
    invoice_id: int
    county_code: str
    cents: int
    text: str
    locale: str
    back: str
    paid: str
