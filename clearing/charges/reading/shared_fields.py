"""Reading the fields that many charges of a file have in common: days, times, quantities and prices.

What is read of the same texts is kept, with what of it is digested; a fault is kept with it.
"""

from datetime import date, datetime
from functools import lru_cache

from clearing.charges.facts.charge import SentCharge
from clearing.charges.reading.field_texts import (
    Faults,
    day_field,
    money_field,
    quantity_field,
    raw_text,
    text_field,
    unit_field,
)
from clearing.charges.rules.visit_times import elapsed_minutes, read_end, read_start, visit_times
from clearing.reasons import FIELD_MALFORMED, FIELD_MISSING
from foundation.vocabulary.money import Money, Quantity, half_up_division

_start = lru_cache(maxsize=4096)(read_start)
_end = lru_cache(maxsize=16384)(read_end)

Times = tuple[datetime, datetime]
Visit = tuple[date | None, datetime | None, datetime | None, int | None, bool, str]
"""Service day, start, end, elapsed minutes, whether the times are impossible, and these as digested."""

Plain = tuple[str | None, Quantity | None, str | None, Money | None, Money | None, str | None, str | None]
"""Service, quantity, unit, unit price, total, client, worker."""

VISIT_FIELDS = ("service_day", "start", "end")
PLAIN_FIELDS = ("service", "quantity", "unit", "unit_price", "total", "client", "worker")
_AT_ANY_TIME = datetime.min  # noqa: DTZ901  # none of these fields is read by the clock


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


def _part(names: tuple[str, ...], values: tuple[object, ...], from_file: bool) -> SentCharge:
    return SentCharge(0, dict(zip(names, values, strict=True)), _AT_ANY_TIME, from_file)


def _read_visit(values: tuple[object, ...], from_file: bool) -> tuple[Visit, Faults]:
    """Read the service day and the times."""
    sent, faults = _part(VISIT_FIELDS, values, from_file), Faults()
    day = day_field(sent, faults)
    times, impossible = _times_fields(sent, day, faults)
    start, end = times or (None, None)
    minutes = elapsed_minutes(start, end) if start and end else None
    seconds = (start and start.timestamp(), end and end.timestamp())
    return (day, start, end, minutes, impossible, f"{day and day.toordinal()}, {seconds}"), faults


def _read_plain(values: tuple[object, ...], from_file: bool) -> tuple[Plain, str, str, Faults]:
    """Read the fields that many charges have in common: the service and the others, and both as digested."""
    sent, faults = _part(PLAIN_FIELDS, values, from_file), Faults()
    plain = (
        text_field(sent, "service", faults),
        quantity_field(sent, faults),
        unit_field(sent, faults),
        money_field(sent, "unit_price", faults),
        money_field(sent, "total", faults),
        text_field(sent, "client", faults),
        text_field(sent, "worker", faults),
    )
    return plain, repr(plain[0]), ", ".join(map(repr, plain[1:])), faults


def hours_of(minutes: int) -> Quantity:
    """Return elapsed minutes as hundredths of an hour, half up (rulebook, Times)."""
    return Quantity(half_up_division(minutes * 100, 60))


_visit_of_texts = lru_cache(maxsize=8192)(_read_visit)
_plain_of_texts = lru_cache(maxsize=8192)(_read_plain)


def visit_of(sent: SentCharge) -> tuple[Visit, Faults]:
    """Read day and times; a reading of the same texts before is used again. A list or a map has no hash."""
    get = sent.values.get
    values = get("service_day"), get("start"), get("end")
    try:
        return _visit_of_texts(values, sent.from_file)
    except TypeError:
        return _read_visit(values, sent.from_file)


def plain_of(sent: SentCharge) -> tuple[Plain, str, str, Faults]:
    """Read the plain fields; a reading of the same texts before is used again."""
    values = tuple(map(sent.values.get, PLAIN_FIELDS))
    try:
        return _plain_of_texts(values, sent.from_file)
    except TypeError:
        return _read_plain(values, sent.from_file)
