"""Decided charges into the book: the charge, its reasons, and the postings of an accepted one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from clearing.facts import Charge
from clearing.outcomes import Accepted, OnHold, Refused
from clearing.reasons import Told
from clearing.rules.fields import content_of
from clearing.rules.postings import Account, Event, Posting
from clearing.write.postings import post, post_numbered
from clearing.write.rows import one_round, reserve_pairs, store_rows
from foundation.database.tables import charges, ledger
from foundation.vocabulary.money import Money

Decided = Accepted | OnHold | Refused


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge as sent and as read, what was decided of it, and the county whose funding it is of."""

    sent: Mapping[str, object]
    read: Charge
    outcome: Decided
    county_id: int | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """When, by whom and in which file charges came."""

    at: datetime
    by: int | None
    file_id: int | None = None


def store_charges(
    session: Session, new: Sequence[NewCharge], arrival: Arrival, *, service_ids: Mapping[str, int]
) -> list[int]:
    """Store the charges with reasons and postings; returns their ids in the same order."""
    keys = reserve_pairs(session, "charge_id_seq", ledger.transaction_numbers.name, len(new))
    pairs = [(key, one) for (key, _), one in zip(keys, new, strict=True)]
    drawn = [
        (number, postings)
        for (key, number), one in zip(keys, new, strict=True)
        if (postings := accepted_postings(key, one))
    ]
    with one_round(session, len(new)):
        store_rows(session, charges.Charge, [_row(key, one, service_ids, arrival) for key, one in pairs])
        store_rows(session, charges.ChargeReason, _reasons((key, one.outcome.told) for key, one in pairs))
        post_numbered(session, drawn, at=arrival.at)
    return [key for key, _ in keys]


def accepted_postings(charge_id: int, new: NewCharge) -> list[Posting]:
    """What an accepted charge draws: from its own choice's hold first, then from what is free."""
    outcome = new.outcome
    if not isinstance(outcome, Accepted) or new.county_id is None:
        return []
    sources = ((Account.HELD, outcome.from_held_cents), (Account.FREE, outcome.from_free_cents))
    return [
        Posting(
            county_id=new.county_id,
            event=Event.CHARGE,
            from_account=account,
            to_account=Account.CHARGED,
            amount_cents=amount,
            funding_id=outcome.funding_id,
            choice_id=outcome.choice_id,
            charge_id=charge_id,
            provider_id=new.read.provider_id,
        )
        for account, amount in sources
        if amount > 0
    ]


def replace_outcome(session: Session, charge_id: int, new: NewCharge, *, at: datetime) -> None:
    """A stored charge that was decided again: its new outcome, its new reasons, and its postings."""
    values = _outcome_values(new.outcome)
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(values))
    replace_reasons(session, charge_id, new.outcome.told)
    post(session, [accepted_postings(charge_id, new)], at=at)


def set_state(session: Session, charge_id: int, state: str) -> None:
    """Put a stored charge into another state."""
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(state=state))


def put_on_hold(session: Session, charge_id: int, told: Iterable[Told]) -> None:
    """A stored charge waits for a person, for these reasons; it draws nothing any more."""
    values = {"state": "on_hold", "from_held_cents": Money(0)}
    session.execute(update(charges.Charge).where(charges.Charge.id == charge_id).values(values))
    replace_reasons(session, charge_id, sorted(told, key=lambda one: one.reason.rule))


def replace_reasons(session: Session, charge_id: int, told: Iterable[Told]) -> None:
    """The reasons told of a charge from now on; those told before stay in the audit log."""
    reason = charges.ChargeReason
    session.execute(delete(reason).where(reason.charge_id == charge_id))
    store_rows(session, reason, _reasons([(charge_id, tuple(told))]))


def _row(key: int, new: NewCharge, services: Mapping[str, int], arrival: Arrival) -> dict[str, Any]:
    read = new.read
    return {
        "id": key,
        "county_id": new.county_id,
        "provider_id": read.provider_id,
        "service_id": services.get(read.service or ""),
        "reference": read.reference,
        "service_day": read.service_day,
        "starts_at": read.start,
        "ends_at": read.end,
        "quantity_hundredths": read.quantity,
        "unit_price_cents": read.unit_price_cents,
        "worker": read.worker,
        "content": content_of(read),
        "sent": storable(new.sent),
        "received_at": arrival.at,
        "received_by": arrival.by,
        "charge_file_id": arrival.file_id,
        **_outcome_values(new.outcome),
    }


def _outcome_values(outcome: Decided) -> dict[str, Any]:
    split = None if isinstance(outcome, Refused) else outcome.split
    return {
        "state": _STATES[type(outcome)],
        "funding_id": outcome.funding_id,
        "choice_id": None if isinstance(outcome, Refused) else outcome.choice_id,
        "offering_id": None if isinstance(outcome, Refused) else outcome.offering_id,
        "price_cents": _price(outcome),
        "county_pays_cents": split and split.county_pays_cents,
        "co_payment_cents": split and split.co_payment_cents,
        "vat_percent_hundredths": split and split.vat_rate_hundredths,
        "from_held_cents": outcome.from_held_cents if isinstance(outcome, Accepted) else Money(0),
    }


_STATES: Mapping[type[Decided], str] = {Accepted: "accepted", OnHold: "on_hold", Refused: "refused"}


def _price(outcome: Decided) -> Money | None:
    return outcome.split.price_cents if isinstance(outcome, Accepted) else outcome.price_cents


def _reasons(told: Iterable[tuple[int, Sequence[Told]]]) -> list[dict[str, Any]]:
    return [
        {
            "charge_id": key,
            "position": position,
            "code": one.code,
            "field": one.field,
            "words": dict(one.values),
        }
        for key, all_told in told
        for position, one in enumerate(all_told)
    ]


def storable(value: Any) -> Any:
    """What was sent, as JSON that PostgreSQL keeps: NUL and lone surrogates become a replacement mark."""
    if isinstance(value, str):
        if value.isprintable():
            return value
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value
