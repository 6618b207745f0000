"""The county chooses how it pays a provider, by the bank or by Stripe; another person confirms it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.eligibility.load.owners import emails_of_owners
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from clearing.payments.gateways.stripe_texts import RAIL_SUBJECT, RAIL_TEXTS
from clearing.payments.load.rails import lock_known_provider, rail_in_use, waiting_rail
from clearing.payments.load.stripe_accounts import account_in_use
from clearing.payments.rules.rails import RailChoice, RailRefusal
from clearing.payments.rules.settling import SENDERS, why_not_by
from clearing.payments.rules.stripe_payees import Rail
from clearing.payments.write.rails import confirm, store_rail, withdraw_waiting
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def choose_rail(
    session: Session, county_id: int, provider_id: int, rail: Rail, *, why: str, actor: Actor, now: datetime
) -> int | Refusal:
    """Store the choice; the earlier way counts until another person confirms it. Return its id.

    Refused with `role_forbidden`, `provider_unknown`, `why_missing`, `rail_in_use`, and
    `stripe_account_not_ready` if Stripe does not let the provider's account receive and pay out.
    """
    if actor.person_id is None or why_not_by(actor, SENDERS, county_id):
        return Refusal(RailRefusal.ROLE_FORBIDDEN)
    if not lock_known_provider(session, county_id, provider_id):
        return Refusal(RailRefusal.PROVIDER_UNKNOWN)
    if not why.strip():
        return Refusal(RailRefusal.WHY_MISSING, "why")
    account = account_in_use(session, county_id, provider_id) if rail is Rail.STRIPE else None
    if rail is Rail.STRIPE and (account is None or not account.is_ready):
        return Refusal(RailRefusal.NOT_READY, "rail")
    used = rail_in_use(session, county_id, provider_id)
    now_used = (Rail.BANK, None) if used is None else (used.rail, used.account)
    if now_used == (rail, None if account is None else account.account):
        return Refusal(RailRefusal.IN_USE, "rail")
    withdraw_waiting(session, county_id, provider_id, now=now)
    row = {"county_id": county_id, "provider_id": provider_id, "rail": rail.value, "why": why.strip()}
    by = {"chosen_at": now, "chosen_by": actor.person_id}
    key = store_rail(session, {**row, **by, "stripe_account_id": None if account is None else account.id})
    _audit(session, "payment_rail.choose", county_id, provider_id, rail, actor, now, why=why.strip())
    return key


def confirm_rail(
    session: Session, county_id: int, rail_id: int, *, actor: Actor, now: datetime
) -> RailChoice | Refusal:
    """Confirm another person's choice; payments go that way 48 hours after it was made, at the earliest.

    The provider's owners get a mail. Refused with `role_forbidden`, `rail_not_waiting`, `same_person`,
    `stripe_account_not_ready`.
    """
    choice = _waiting(session, county_id, rail_id, actor)
    if isinstance(choice, Refusal):
        return choice
    if choice.chosen_by == actor.person_id:
        return Refusal(RailRefusal.SAME_PERSON)
    account = account_in_use(session, county_id, choice.provider_id)
    is_same = account is not None and account.account == choice.account and account.is_ready
    if choice.rail is Rail.STRIPE and not is_same:
        return Refusal(RailRefusal.NOT_READY)
    confirm(session, rail_id, by=actor.person_id, now=now)
    for email in emails_of_owners(session, choice.provider_id, helsinki_day(now)):
        text = RAIL_TEXTS[choice.rail]
        leave_mail(session, f"rail:{rail_id}:{email}", to=email, subject=RAIL_SUBJECT, text=text, now=now)
    _audit(session, "payment_rail.confirm", county_id, choice.provider_id, choice.rail, actor, now)
    return choice


def withdraw_rail(
    session: Session, county_id: int, rail_id: int, *, actor: Actor, now: datetime
) -> RailChoice | Refusal:
    """Withdraw a choice that nobody has confirmed. Refused with `role_forbidden`, `rail_not_waiting`."""
    choice = _waiting(session, county_id, rail_id, actor)
    if isinstance(choice, Refusal):
        return choice
    withdraw_waiting(session, county_id, choice.provider_id, now=now)
    _audit(session, "payment_rail.withdraw", county_id, choice.provider_id, choice.rail, actor, now)
    return choice


def _waiting(session: Session, county_id: int, rail_id: int, actor: Actor) -> RailChoice | Refusal:
    if actor.person_id is None or why_not_by(actor, SENDERS, county_id):
        return Refusal(RailRefusal.ROLE_FORBIDDEN)
    return waiting_rail(session, county_id, rail_id) or Refusal(RailRefusal.NOT_WAITING)


def _audit(
    session: Session,
    act: str,
    county_id: int,
    provider_id: int,
    rail: Rail,
    actor: Actor,
    now: datetime,
    *,
    why: str = "",
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("provider", provider_id),
        county_id=county_id,
        why=why,
        detail={"rail": rail.value},
    )
