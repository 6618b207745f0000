"""The slips that providers make in their charges, so that the demo county has something to clear up."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from foundation.vocabulary.money import format_hundredths, parse_hundredths
from worlds.visits import Sent

SLIP_SHARE = 0.035


def slipped(sent: Sent, random: Random) -> Sent | None:
    """The charge with a slip in it, or None: this one is written right."""
    if random.random() >= SLIP_SHARE:
        return None
    return random.choice((_dearer, _wrong_total, _wrong_voucher, _wrong_day, _wrong_length, _wrong_client))(
        sent
    )


def _dearer(sent: Sent) -> Sent:
    """Next year's price already."""
    cents = parse_hundredths(sent["unit_price"]) or 0
    return sent | {"unit_price": format_hundredths(cents * 105 // 100 + 1)}


def _wrong_total(sent: Sent) -> Sent:
    cents = parse_hundredths(sent["unit_price"]) or 0
    return sent | {"total": format_hundredths(cents * (parse_hundredths(sent["quantity"]) or 0) // 100 + 150)}


def _wrong_voucher(sent: Sent) -> Sent:
    code = sent["voucher"]
    return sent | {"voucher": code[:-1] + ("2" if code[-1] == "3" else "3")}


def _wrong_day(sent: Sent) -> Sent:
    """A year too early, as in January."""
    day = date.fromisoformat(sent["service_day"])
    return sent | {"service_day": (day - timedelta(days=365)).isoformat()}


def _wrong_length(sent: Sent) -> Sent:
    quantity = parse_hundredths(sent["quantity"]) or 0
    return sent | {"quantity": format_hundredths(quantity + 100)}


def _wrong_client(sent: Sent) -> Sent:
    return sent | {"client": "C-999999"}


def doubled(sent: Sent, random: Random) -> Sent | None:
    """The same visit under another reference, now and then: somebody did not see the first one."""
    if random.random() >= SLIP_SHARE / 5:
        return None
    return sent | {"reference": sent["reference"] + "-B"}
