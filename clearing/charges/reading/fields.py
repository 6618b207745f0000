"""Reading a charge: which fields there are, and what is wrong with each (R-01)."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from clearing.charges.facts.charge import Charge, SentCharge
from clearing.charges.reading.field_texts import (
    FIELDS,
    Faults,
    cancellation_fields,
    reference_field,
    text_field,
    visit_field,
    voucher_field,
)
from clearing.charges.reading.shared_fields import hours_of, plain_of, visit_of
from clearing.reasons import FIELD_MISSING, FIELD_UNKNOWN, Finding, report
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.units import HOUR

_received_day = lru_cache(maxsize=1024)(helsinki_day)

MAX_UNKNOWN_FIELDS = 20
"""Unknown fields of a charge that are reported one by one."""
LONGEST_NAME = 100

Reading = tuple[Charge, tuple[Finding, ...]]
"""A charge as far as it could be read, and its faults."""


def _digest(text: str) -> str:
    """Digest the values read, so that ``1.0`` and ``1.00`` are the same content. Digests are stored and
    compared years later: what is digested must never change."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _unknown(values: Mapping[str, object]) -> Faults:
    return dict.fromkeys(sorted(values.keys() - FIELDS), FIELD_UNKNOWN)


def _findings(faults: Faults) -> tuple[Finding, ...]:
    """Return a finding for each fault; of the unknown fields the first ones, the last with the count of the
    rest, because a sender can make up a hundred thousand."""
    unknown = [name for name, reason in faults.items() if reason is FIELD_UNKNOWN]
    rest = len(unknown) - MAX_UNKNOWN_FIELDS
    left_out = frozenset(unknown[MAX_UNKNOWN_FIELDS:])
    names = {name: name[:LONGEST_NAME] for name in faults if name not in left_out}
    if rest > 0:
        names[unknown[MAX_UNKNOWN_FIELDS - 1]] += f" … (+{rest})"
    return tuple(report(faults[name], name[:LONGEST_NAME], name=shown) for name, shown in names.items())


def read_charge(sent: SentCharge) -> Reading:
    """A required field is absent or not of its type; more than two decimals; text over its length (R-01).

    The hours of a visit with times may be left out: they are the elapsed time. Without a unit price the price
    is that of the provider's list.

    Returns what could be read, and the faults. A field with a fault is None and is named in ``faulty``, so
    that the rules that read it are silent.
    """
    provider_id, values, received_at, _, waived, replaces = sent
    faults = Faults() if FIELDS.issuperset(values) else _unknown(values)
    reference = reference_field(sent, faults)
    (day, start, end, minutes, impossible, visit_text), of_visit = visit_of(sent)
    if of_visit:
        faults |= of_visit
    voucher = voucher_field(sent, faults)
    plain, service_text, plain_text, of_plain = plain_of(sent)
    if of_plain:
        faults |= of_plain
        if minutes and plain[2] == HOUR and faults.get("quantity") is FIELD_MISSING:
            del faults["quantity"]
            plain = (plain[0], hours_of(minutes), *plain[2:])
    note = text_field(sent, "note", faults) if "note" in values else None
    cancellation = cancellation_fields(sent, faults)
    visit = visit_field(sent, faults) if "visit" in values else None
    readable = not faults and not impossible
    content = f"({voucher!r}, {service_text}, {visit_text}, [{plain_text}, {note!r}])" if readable else ""
    if content and cancellation:
        content += repr(tuple(cancellation))
    if content and visit:
        content += visit.text
    charge = Charge(
        provider_id, _received_day(received_at), reference, voucher, plain[0], day, start, end, *plain[1:],
        note, minutes, content and _digest(content), frozenset(faults), impossible, waived, replaces,
        cancellation, visit,
    )  # fmt: skip
    return charge, _findings(faults) if faults else ()
