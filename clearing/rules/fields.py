"""Reading a charge: which fields there are, and what is wrong with each (R-01)."""

import hashlib
from datetime import date, datetime
from functools import lru_cache

from clearing.facts import Cancellation, Charge, SentCharge
from clearing.reasons import FIELD_MALFORMED, FIELD_MISSING, FIELD_UNKNOWN, Told, tell
from clearing.rules.field_texts import (
    FIELDS,
    Faults,
    cancellation_fields,
    day_field,
    money_field,
    quantity_field,
    raw_text,
    reference_field,
    text_field,
    unit_field,
)
from clearing.rules.visit_times import elapsed_minutes, read_end, read_start, visit_times
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.money import Money, Quantity

_start = lru_cache(maxsize=4096)(read_start)
_end = lru_cache(maxsize=16384)(read_end)
_received_day = lru_cache(maxsize=1024)(helsinki_day)

Times = tuple[datetime, datetime]
Reading = tuple[Charge, tuple[Told, ...]]
"""A charge as far as it could be read, and its faults."""

Values = tuple[
    str | None, str | None, date | None, datetime | None, datetime | None, Quantity | None, str | None,
    Money | None, Money | None, str | None, str | None, str | None,
]  # fmt: skip


def _times_fields(sent: SentCharge, day: date | None, faults: Faults) -> tuple[Times | None, bool]:
    """Return the times where both can be read, and whether they are impossible.

    One of start and end alone: the other is ``field_missing`` (rulebook, Times).
    """
    start_text, end_text = raw_text(sent, "start", faults), raw_text(sent, "end", faults)
    if start_text is None and end_text is None and not {"start", "end"} & faults.keys():
        return None, False
    start = _start(start_text) if start_text else None
    end = _end(end_text) if end_text else None
    for name, text, read in (("start", start_text, start), ("end", end_text, end)):
        if read is None and name not in faults:
            faults[name] = FIELD_MALFORMED if text else FIELD_MISSING
    if day is None or start is None or end is None:
        return None, False
    times = visit_times(day, start, end)
    return times, times is None


Plain = tuple[str | None, Quantity | None, str | None, Money | None, Money | None, str | None, str | None]
"""Service, quantity, unit, unit price, total, client, worker."""

PLAIN_FIELDS = ("service", "quantity", "unit", "unit_price", "total", "client", "worker")
_AT_ANY_TIME = datetime.min  # noqa: DTZ901  # none of these fields is read by the clock


def _read_plain(values: tuple[object, ...], from_file: bool) -> tuple[Plain, Faults]:
    """Read the fields that many charges of a batch have in common."""
    faults: Faults = {}
    sent = SentCharge(0, dict(zip(PLAIN_FIELDS, values, strict=True)), _AT_ANY_TIME, from_file)
    plain = (
        text_field(sent, "service", faults),
        quantity_field(sent, faults),
        unit_field(sent, faults),
        money_field(sent, "unit_price", faults),
        money_field(sent, "total", faults),
        text_field(sent, "client", faults),
        text_field(sent, "worker", faults),
    )
    return plain, faults


_plain_of_texts = lru_cache(maxsize=8192)(_read_plain)


def _plain(sent: SentCharge, faults: Faults) -> Plain:
    """Read the plain fields; a reading of the same texts before is used again."""
    values = tuple(map(sent.values.get, PLAIN_FIELDS))
    of_texts = all(value is None or type(value) is str for value in values)
    plain, found = (_plain_of_texts if of_texts else _read_plain)(values, sent.from_file)
    if found:
        faults |= found
    return plain


def _values(sent: SentCharge, faults: Faults) -> tuple[Values, bool]:
    """Return the fields after the reference, and whether the times are impossible."""
    day = day_field(sent, faults)
    times, impossible = _times_fields(sent, day, faults)
    voucher = text_field(sent, "voucher", faults)
    service, quantity, unit, unit_price, total, client, worker = _plain(sent, faults)
    note = text_field(sent, "note", faults)
    voucher = None if voucher is None else normalise_voucher(voucher)
    start, end = times or (None, None)
    money = unit_price, total
    return (voucher, service, day, start, end, quantity, unit, *money, client, worker, note), impossible


def _digest(values: Values, cancellation: Cancellation | None) -> str:
    """Digest the values read, so that ``1.0`` and ``1.00`` are the same content."""
    voucher, service, day, start, end, *rest = values
    minutes = (start and start.timestamp(), end and end.timestamp())
    text = repr((voucher, service, day and day.toordinal(), minutes, rest))
    if cancellation:
        text += repr(tuple(cancellation))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def read_charge(sent: SentCharge) -> Reading:
    """A required field is absent or not of its type; more than two decimals; text over its length (R-01).

    Returns what could be read, and the faults. A field with a fault is None and is named in
    ``faulty``, so that the rules that read it are silent.
    """
    faults: Faults = dict.fromkeys(sorted(sent.values.keys() - FIELDS), FIELD_UNKNOWN)
    reference = reference_field(sent, faults)
    values, impossible = _values(sent, faults)
    cancellation = cancellation_fields(sent, faults)
    start, end = values[3], values[4]
    charge = Charge(
        sent.provider_id,
        _received_day(sent.received_at),
        reference,
        *values,
        minutes=elapsed_minutes(start, end) if start and end else None,
        content="" if faults or impossible else _digest(values, cancellation),
        faulty=frozenset(faults),
        impossible_times=impossible,
        waived=sent.waived,
        replaces=sent.replaces,
        cancellation=cancellation,
    )
    return charge, tuple(tell(reason, name, name=name) for name, reason in faults.items()) if faults else ()


def content_of(charge: Charge) -> str:
    """Return the digest of the values read, empty where a field has a fault or the times are impossible."""
    return charge.content
