"""An owner agrees that counties make the company's invoices, or ends that."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day, is_plausible
from foundation.vocabulary.identifiers import POSTCODE
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from provider_portal.load.self_billing import agreements_of
from provider_portal.write.self_billing import end_agreement, store_agreement


def agree_self_billing(
    session: Session,
    provider_id: int,
    first: date,
    *,
    street: str,
    postcode: str,
    town: str,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Store the agreement of a provider from a day on, with the address for its invoices.

    Refused with `day_in_future`, `postcode_malformed`, `self_billing_in_force`, and `self_billing_overlaps`
    if an ended agreement was in force on the day or later.
    """
    if first > helsinki_day(now) or not is_plausible(first):
        return Refusal("day_in_future", "first")
    if not POSTCODE.fullmatch(postcode):
        return Refusal("postcode_malformed", "postcode")
    lasts = [agreement.last for agreement in agreements_of(session, provider_id, lock=True)]
    if None in lasts:
        return Refusal("self_billing_in_force")
    if any(last is not None and last >= first for last in lasts):
        return Refusal("self_billing_overlaps", "first")
    address = {"street": street, "postcode": postcode, "town": town}
    store_agreement(session, provider_id, first, **address, actor=actor, now=now)
    _record(session, provider_id, "self_billing.agree", first, actor, now)
    return None


def end_self_billing(session: Session, provider_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """End the agreement in force today. Refused with `self_billing_not_agreed` if there is none."""
    for agreement in agreements_of(session, provider_id, lock=True):
        if agreement.last is None:
            today = helsinki_day(now)
            end_agreement(session, agreement.id, agreement.first, today, actor=actor, now=now)
            _record(session, provider_id, "self_billing.end", today, actor, now)
            return None
    return Refusal("self_billing_not_agreed")


def _record(session: Session, provider_id: int, act: str, day: date, actor: Actor, now: datetime) -> None:
    subject, detail = ("provider", provider_id), {"day": day.isoformat()}
    record(session, actor=actor, now=now, act=act, subject=subject, detail=detail)
