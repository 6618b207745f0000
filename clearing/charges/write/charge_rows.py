"""A decided charge as rows: of the charge, of its reasons, and the postings of an accepted one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any, NamedTuple

from clearing.charges.facts.charge import Arrival, Charge
from clearing.charges.facts.outcomes import Accepted, OnHold, Refused
from clearing.charges.reading.field_texts import FIELDS
from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.reasons import Finding
from foundation.database.copy_text import day_text, plain_cells, text_of

Decided = Accepted | OnHold | Refused
Key = tuple[int, int]
"""The id of a new charge, and the number of its ledger transaction."""


class NewCharge(NamedTuple):
    """A charge as sent and as read, what was decided of it, the county whose funding it is of, and its
    arrival."""

    sent: Mapping[str, object]
    read: Charge
    outcome: Decided
    county_id: int | None
    arrival: Arrival


_CHARGE, _HELD, _FREE, _CHARGED = Event.CHARGE, Account.HELD, Account.FREE, Account.CHARGED


def accepted_postings(
    outcome: Decided, *, charge_id: int | None, county_id: int | None, provider_id: int
) -> list[Posting]:
    """What an accepted charge draws: from its own choice's hold first, then from what is free."""
    if not isinstance(outcome, Accepted) or county_id is None:
        return []
    sources = ((_HELD, outcome.from_held_cents), (_FREE, outcome.from_free_cents))
    return [
        Posting(
            county_id=county_id,
            event=_CHARGE,
            from_account=account,
            to_account=_CHARGED,
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


OUTCOME_COLUMNS = (
    "state", "funding_id", "choice_id", "offering_id", "price_cents", "county_pays_cents", "co_payment_cents",
    "vat_percent_hundredths", "from_held_cents",
)  # fmt: skip
"""The columns of a charge that its decision fills."""

CHARGE_COLUMNS = (
    "id", "county_id", "provider_id", "service_id", "reference", "service_day", "starts_at", "ends_at",
    "quantity_hundredths", "unit_price_cents", "content", "received_at", "received_by", "charge_file_id",
    *OUTCOME_COLUMNS, "worker", "sent",
)  # fmt: skip
"""The columns of a charge; the last two are what the sender wrote freely."""


def _outcome_values(outcome: Decided) -> tuple[str | int | None, ...]:
    """The values of OUTCOME_COLUMNS."""
    if isinstance(outcome, Accepted):
        (price, pays, co_payment, _, rate), held = outcome.split, outcome.from_held_cents
        whose = (outcome.funding_id, outcome.choice_id, outcome.offering_id)
        return ("accepted", *whose, price, pays, co_payment, rate, held)
    if isinstance(outcome, Refused):
        return ("refused", outcome.funding_id, None, None, outcome.price_cents, None, None, None, 0)
    whose = (outcome.funding_id, outcome.choice_id, outcome.offering_id)
    if outcome.split is None:
        return ("on_hold", *whose, outcome.price_cents, None, None, None, 0)
    _, pays, co_payment, _, rate = outcome.split
    return ("on_hold", *whose, outcome.price_cents, pays, co_payment, rate, 0)


def charge_values(key: int, new: NewCharge, services: Mapping[str, int]) -> tuple[str | int | None, ...]:
    """The values of CHARGE_COLUMNS but the last two."""
    _, read, outcome, county_id, (at, by, file_id) = new
    return (
        key,
        county_id,
        read.provider_id,
        services.get(read.service or ""),
        read.reference,
        None if read.service_day is None else day_text(read.service_day),
        None if read.start is None else day_text(read.start),
        None if read.end is None else day_text(read.end),
        read.quantity,
        read.unit_price_cents,
        read.content,
        day_text(at),
        by,
        file_id,
        *_outcome_values(outcome),
    )


def charge_row(key: int, new: NewCharge, services: Mapping[str, int]) -> dict[str, Any]:
    """The row of a charge, by column."""
    values = (*charge_values(key, new, services), new.read.worker, new.sent)
    return dict(zip(CHARGE_COLUMNS, values, strict=True))


def charge_line(key: int, new: NewCharge, services: Mapping[str, int]) -> str:
    """The row of a charge in COPY's text format. Most of it is numbers and texts of known letters, so only
    what the sender wrote freely is looked at for letters that COPY reads otherwise."""
    known = plain_cells(charge_values(key, new, services))
    return f"{known}\t{text_of(new.read.worker)}\t{_sent_cell(new.sent)}\n"


def outcome_values(outcome: Decided) -> dict[str, Any]:
    """The columns of a charge that its decision fills."""
    return dict(zip(OUTCOME_COLUMNS, _outcome_values(outcome), strict=True))


def reason_rows(findings: Iterable[tuple[int, Sequence[Finding]]]) -> list[dict[str, Any]]:
    """The rows of what was told, each of a charge by its key."""
    return [
        {
            "charge_id": key,
            "position": position,
            "code": one.code,
            "field": one.field,
            "words": dict(one.values),
        }
        for key, all_told in findings
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
_ENCODE = json.JSONEncoder(default=str, allow_nan=False, check_circular=False).encode
_QUOTED: Callable[[Any], str] = encode_basestring_ascii
_KEYS = {name: f"{_QUOTED(name)}: " for name in FIELDS}


def json_text(value: Any) -> str:
    """A value as JSON text that PostgreSQL keeps. Few texts need a second look, so most pay for none."""
    try:
        text = _ENCODE(value)
    except ValueError:
        return json.dumps(storable(value), default=str)
    return json.dumps(storable(value), default=str) if _FRAGILE.search(text) else text


def _sent_cell(sent: Mapping[str, object]) -> str:
    """What was sent as JSON in COPY's text format. Mostly it is texts in the fields of a charge, of letters
    that need no second look, which is told quicker."""
    try:
        text = ", ".join([_KEYS[name] + _QUOTED(value) for name, value in sent.items()])
    except (KeyError, TypeError):  # another field, or a value that is no text
        return text_of(json_text(sent))
    return text_of(json_text(sent)) if "\\" in text else f"{{{text}}}"
