"""Reading one field of a sent charge: its form, and its fault where it has one (R-01)."""

import re
from datetime import date
from functools import lru_cache

from clearing.charges.facts.charge import CANCELLATION_REASONS, Cancellation, SentCharge
from clearing.plans.facts.plan import VisitId
from clearing.reasons import FIELD_MALFORMED, FIELD_MISSING, Reason
from foundation.vocabulary.dates import parse_finnish_day, parse_iso_day
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.money import Money, Quantity, parse_hundredths
from foundation.vocabulary.units import UNITS

REQUIRED_FIELDS = frozenset({"reference", "voucher", "service", "service_day", "quantity", "unit"})
"""`quantity` may be left out of hours with times (`clearing.charges.reading.shared_fields.hours_of`)."""
CANCELLATION_FIELDS = frozenset({"cancel_reason", "notice_hours"})
OPTIONAL_FIELDS = frozenset({"start", "end", "unit_price", "total", "client", "worker", "note", "visit"})
FIELDS = REQUIRED_FIELDS | CANCELLATION_FIELDS | OPTIONAL_FIELDS
_ANY_LENGTH = 1 << 30
LONGEST = {"reference": 64, "worker": 100, "note": 500}

_REFERENCE = re.compile(r"[A-Za-z0-9ÅÄÖåäö\-_/.]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = " \u00a0\u202f"

_number = lru_cache(maxsize=8192)(parse_hundredths)
_iso_day = lru_cache(maxsize=4096)(parse_iso_day)

Faults = dict[str, Reason]
"""What is wrong, by field."""


def _missing(name: str, faults: Faults) -> str | None:
    if name in REQUIRED_FIELDS:
        faults[name] = FIELD_MISSING
    return None


def raw_text(sent: SentCharge, name: str, faults: Faults) -> str | None:
    """Return the text of a field; None when absent, empty or not a text (the faults say which)."""
    value = sent.values.get(name)
    if value is None:
        return _missing(name, faults)
    if not isinstance(value, str):
        faults[name] = FIELD_MALFORMED
        return None
    if sent.from_file:
        value = value.strip(_SPACES)
    return value or _missing(name, faults)


def _number_field(sent: SentCharge, name: str, faults: Faults) -> int | None:
    """Return hundredths; files may write a decimal comma."""
    if (text := raw_text(sent, name, faults)) is None:
        return None
    number = _number(text.replace(",", ".") if sent.from_file else text)
    if number is None:
        faults[name] = FIELD_MALFORMED
    return number


def quantity_field(sent: SentCharge, faults: Faults) -> Quantity | None:
    """Return the quantity in hundredths."""
    hundredths = _number_field(sent, "quantity", faults)
    return None if hundredths is None else Quantity(hundredths)


def money_field(sent: SentCharge, name: str, faults: Faults) -> Money | None:
    """Return euros in cents."""
    cents = _number_field(sent, name, faults)
    return None if cents is None else Money(cents)


def day_field(sent: SentCharge, faults: Faults) -> date | None:
    """Return the service day; files may write ``d.m.yyyy``."""
    if (text := raw_text(sent, "service_day", faults)) is None:
        return None
    day = _iso_day(text)
    if day is None and sent.from_file:
        day = parse_finnish_day(text)
    if day is None:
        faults["service_day"] = FIELD_MALFORMED
    return day


def text_field(sent: SentCharge, name: str, faults: Faults) -> str | None:
    """Return a trimmed text without control characters, no longer than its field allows."""
    if (text := raw_text(sent, name, faults)) is None:
        return None
    if not text.isprintable() and _CONTROL.search(text):
        faults[name] = FIELD_MALFORMED
        return None
    if not (text := text.strip()):
        return _missing(name, faults)
    if len(text) > LONGEST.get(name, _ANY_LENGTH):
        faults[name] = FIELD_MALFORMED
        return None
    return text


def reference_field(sent: SentCharge, faults: Faults) -> str | None:
    """Return the reference: at most 64 letters, digits and ``-_/.``."""
    value = sent.values.get("reference")
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    reference = text_field(sent, "reference", faults)
    if reference is not None and not _REFERENCE.fullmatch(reference):
        faults["reference"] = FIELD_MALFORMED
        return None
    return reference


def voucher_field(sent: SentCharge, faults: Faults) -> str | None:
    """Return the voucher code without regard to case, spaces and hyphens; mostly it has none of these."""
    value = sent.values.get("voucher")
    if isinstance(value, str) and value.isalnum():
        return value.upper()
    voucher = text_field(sent, "voucher", faults)
    return None if voucher is None else normalise_voucher(voucher)


def unit_field(sent: SentCharge, faults: Faults) -> str | None:
    """Return the unit; an unknown word is malformed (rulebook, Order and silence)."""
    unit = text_field(sent, "unit", faults)
    if unit is not None and unit not in UNITS:
        faults["unit"] = FIELD_MALFORMED
        return None
    return unit


def visit_field(sent: SentCharge, faults: Faults) -> VisitId | None:
    """Return the planned visit that the charge names: `choice-day-number`, such as `700-20261203-1`."""
    if (text := text_field(sent, "visit", faults)) is None:
        return None
    visit = VisitId.parse(text)
    if visit is None:
        faults["visit"] = FIELD_MALFORMED
    return visit


def cancellation_fields(sent: SentCharge, faults: Faults) -> Cancellation | None:
    """Return that the visit was cancelled, which either field says; R-35 reports a missing reason."""
    if CANCELLATION_FIELDS.isdisjoint(sent.values):
        return None
    reason = text_field(sent, "cancel_reason", faults)
    notice = _number_field(sent, "notice_hours", faults)
    if reason is not None and reason not in CANCELLATION_REASONS:
        faults["cancel_reason"] = FIELD_MALFORMED
    if notice is not None and notice < 0:
        faults["notice_hours"] = FIELD_MALFORMED
    if reason is not None and notice is None:
        faults.setdefault("notice_hours", FIELD_MISSING)
    if notice is None or not CANCELLATION_FIELDS.isdisjoint(faults):
        return None
    return Cancellation(notice, reason)
