"""A provider's owner opens an account at Stripe under a county, and answers there what Stripe asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.take_account import store_read
from clearing.payments.gateways.stripe_orders import NewAccount
from clearing.payments.gateways.stripe_rail import StripeCallError
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.rails import lock_known_provider
from clearing.payments.load.stripe_accounts import KnownAccount, account_in_use, accounts_ever
from clearing.payments.load.stripe_providers import ProviderContact, contact_of
from clearing.payments.rules.rails import RailRefusal
from clearing.payments.write.stripe_accounts import store_account
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Stripe sends the owner back: `back` when done, `again` when the link was too old."""

    back: str
    again: str


def open_at_stripe(
    session: Session,
    rails: StripeRails,
    county: tuple[int, str],
    provider_id: int,
    addresses: Addresses,
    *,
    actor: Actor,
    now: datetime,
) -> str | Refusal:
    """Return the address at Stripe, good for some minutes; the first time an account is made there.

    `county` is its id and code. Stripe is called inside the request: the account with an idempotency key,
    so that a repetition gives the same one. Refused with `stripe_not_offered`, `provider_unknown`, or the
    kind of a failed call.
    """
    county_id, code = county
    rail = rails.by_county.get(code)
    if rail is None:
        return Refusal(RailRefusal.NOT_OFFERED)
    if not lock_known_provider(session, county_id, provider_id):
        return Refusal(RailRefusal.PROVIDER_UNKNOWN)
    known = account_in_use(session, county_id, provider_id)
    try:
        if known is None:
            known = _opened(session, rails, county, contact_of(session, provider_id), actor, now)
        return rail.account_link(
            known.account,
            refresh_url=addresses.again,
            return_url=addresses.back,
            submitted=known.is_submitted,
        )
    except StripeCallError as error:
        return Refusal(error.kind)


def read_from_stripe(
    session: Session, rails: StripeRails, known: KnownAccount, *, now: datetime
) -> KnownAccount | Refusal:
    """Read the account from Stripe now, as when its owner comes back from there; return it as it is."""
    rail = rails.by_county.get(known.county)
    if rail is None:
        return Refusal(RailRefusal.NOT_OFFERED)
    try:
        seen = rail.account(known.account, now)
    except StripeCallError as error:
        return Refusal(error.kind)
    store_read(session, known, seen, now=now)
    return account_in_use(session, known.county_id, known.provider_id) or known


def _opened(
    session: Session,
    rails: StripeRails,
    county: tuple[int, str],
    contact: ProviderContact,
    actor: Actor,
    now: datetime,
) -> KnownAccount:
    county_id, code = county
    number = accounts_ever(session, county_id, contact.id) + 1
    key = f"OMA{code}C{contact.id}A{number}-{contact.business_id}"
    new = NewAccount(contact.name, contact.email, contact.business_id, code)
    state = rails.by_county[code].make_account(new, key, now)
    store_account(session, county_id, contact.id, state, by=actor.person_id, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="stripe_account.open",
        subject=("provider", contact.id),
        county_id=county_id,
        detail={"account": state.account},
    )
    known = account_in_use(session, county_id, contact.id)
    assert known is not None
    return known
