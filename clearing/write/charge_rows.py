"""A decided charge as rows: of the charge, of its reasons, and the postings of an accepted one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from clearing.facts import Charge
from clearing.outcomes import Accepted, OnHold, Refused
from clearing.reasons import Told
from clearing.rules.fields import content_of
from clearing.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import Money

Decided = Accepted | OnHold | Refused
Key = tuple[int, int]
"""The id of a new charge, and the number of its ledger transaction."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When, by whom and in which file charges came."""

    at: datetime
    by: int | None
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge as sent and as read, what was decided of it, the county whose funding it is of, and its
    arrival."""

    sent: Mapping[str, object]
    read: Charge
    outcome: Decided
    county_id: int | None
    arrival: Arrival


def accepted_postings(
    outcome: Decided, *, charge_id: int | None, county_id: int | None, provider_id: int
) -> list[Posting]:
    """What an accepted charge draws: from its own choice's hold first, then from what is free."""
    if not isinstance(outcome, Accepted) or county_id is None:
        return []
    sources = ((Account.HELD, outcome.from_held_cents), (Account.FREE, outcome.from_free_cents))
    return [
        Posting(
            county_id=county_id,
            event=Event.CHARGE,
            from_account=account,
            to_account=Account.CHARGED,
            amount_cents=amount,
            funding_id=outcome.funding_id,
            choice_id=outcome.choice_id,
            charge_id=charge_id,
            provider_id=provider_id,
        )
        for account, amount in sources
        if amount > 0
    ]


def postings_of(charge_id: int, new: NewCharge) -> list[Posting]:
    """What a new charge draws, if it was accepted."""
    return accepted_postings(
        new.outcome, charge_id=charge_id, county_id=new.county_id, provider_id=new.read.provider_id
    )


def charge_row(key: int, new: NewCharge, services: Mapping[str, int]) -> dict[str, Any]:
    """The row of a charge."""
    read, arrival = new.read, new.arrival
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
        "sent": new.sent,
        "received_at": arrival.at,
        "received_by": arrival.by,
        "charge_file_id": arrival.file_id,
        **outcome_values(new.outcome),
    }


def outcome_values(outcome: Decided) -> dict[str, Any]:
    """The columns of a charge that its decision fills."""
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


def reason_rows(told: Iterable[tuple[int, Sequence[Told]]]) -> list[dict[str, Any]]:
    """The rows of what was told, each of a charge by its key."""
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


_FRAGILE = re.compile(r"\\u(?:0000|d[89a-f])")


def json_text(value: Any) -> str:
    """A value as JSON text that PostgreSQL keeps. Few texts need a second look, so most pay for none."""
    try:
        text = json.dumps(value, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(storable(value), default=str)
    return json.dumps(storable(value), default=str) if _FRAGILE.search(text) else text
