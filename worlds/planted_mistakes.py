"""Mistakes in the providers' charges, so that the demo county has refused and held charges."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from foundation.vocabulary.money import format_hundredths, parse_hundredths
from worlds.visits import ChargeRow

MISTAKE_SHARE = 0.035


def with_mistake(sent: ChargeRow, random: Random) -> ChargeRow | None:
    """Return the charge with a random mistake, or None for most charges, which are sent correctly."""
    if random.random() >= MISTAKE_SHARE:
        return None
    return random.choice((_dearer, _wrong_total, _wrong_voucher, _wrong_day, _wrong_length, _wrong_client))(
        sent
    )


def _dearer(sent: ChargeRow) -> ChargeRow:
    """Return the charge at next year's price."""
    cents = parse_hundredths(sent["unit_price"]) or 0
    return sent | {"unit_price": format_hundredths(cents * 105 // 100 + 1)}


def _wrong_total(sent: ChargeRow) -> ChargeRow:
    cents = parse_hundredths(sent["unit_price"]) or 0
    return sent | {"total": format_hundredths(cents * (parse_hundredths(sent["quantity"]) or 0) // 100 + 150)}


def _wrong_voucher(sent: ChargeRow) -> ChargeRow:
    code = sent["voucher"]
    return sent | {"voucher": code[:-1] + ("2" if code[-1] == "3" else "3")}


def _wrong_day(sent: ChargeRow) -> ChargeRow:
    """Return the charge with the year before, a mistake that is common in January."""
    day = date.fromisoformat(sent["service_day"])
    return sent | {"service_day": (day - timedelta(days=365)).isoformat()}


def _wrong_length(sent: ChargeRow) -> ChargeRow:
    quantity = parse_hundredths(sent["quantity"]) or 0
    return sent | {"quantity": format_hundredths(quantity + 100)}


def _wrong_client(sent: ChargeRow) -> ChargeRow:
    return sent | {"client": "C-999999"}


def repeated(sent: ChargeRow, random: Random) -> ChargeRow | None:
    """Return the same visit under another reference, or None for most charges."""
    if random.random() >= MISTAKE_SHARE / 5:
        return None
    return sent | {"reference": sent["reference"] + "-B"}
