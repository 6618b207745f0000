"""Charges: as sent, as read, and as already stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from clearing.grants.facts.kinds import ChargeState
from clearing.plans.facts.plan import CancellationFee, VisitId
from foundation.vocabulary.money import Money, Quantity

CANCELLATION_REASONS = frozenset({"client_cancelled", "client_ill", "client_absent", "other"})


class SentCharge(NamedTuple):
    """A charge as sent: JSON values, or strings of a file (`from_file` accepts more formats).

    `waived` are the reason codes that a worker has admitted (holds, `too_late`).
    `replaces` is the id of the stored charge that this decides again: that one is left out of
    every comparison and sum.
    """

    provider_id: int
    values: Mapping[str, object]
    received_at: datetime
    from_file: bool = False
    waived: frozenset[str] = frozenset()
    replaces: int | None = None


class Cancellation(NamedTuple):
    """That the visit was cancelled: how long before its start (hundredths of an hour), and why.

    `fee` is what it may cost, if it was cancelled in its plan: the notice that the charge states is not read.
    """

    notice_hundredths: int
    reason_code: str | None
    fee: CancellationFee | None = None


class Charge(NamedTuple):
    """A charge as read. A field that is absent or has a fault is None; `faulty` names the latter.

    It is a named tuple because one is created for every charge: a frozen dataclass takes eight times as long.

    `start` and `end` are UTC; `impossible_times` is set when they do not exist or order ill.
    `minutes` is the elapsed length of the visit, None without (possible) times.
    `visit` is the planned visit that it is for, if it names one.
    `content` digests the values read, without the reference: equal for the same content only.
    """

    provider_id: int
    received_day: date
    reference: str | None
    voucher: str | None
    service: str | None
    service_day: date | None
    start: datetime | None
    end: datetime | None
    quantity: Quantity | None
    unit: str | None
    unit_price_cents: Money | None
    total_cents: Money | None
    client: str | None
    worker: str | None
    note: str | None
    minutes: int | None = None
    content: str = ""
    faulty: frozenset[str] = frozenset()
    impossible_times: bool = False
    waived: frozenset[str] = frozenset()
    replaces: int | None = None
    cancellation: Cancellation | None = None
    visit: VisitId | None = None

    @property
    def is_priced_by_list(self) -> bool:
        """Whether no unit price was sent: the price is that of the provider's list."""
        return self.unit_price_cents is None and "unit_price" not in self.faulty


@dataclass(frozen=True, slots=True)
class KnownReference:
    """A provider's reference in use: by which charge, with which content (Charge.content)."""

    charge_id: int
    content: str
    state: ChargeState


@dataclass(frozen=True, slots=True)
class ClientVisit:
    """A visit of a client on any funding (accepted, on hold or settled), for R-28."""

    charge_id: int
    provider_id: int
    start: datetime
    end: datetime


class Arrival(NamedTuple):
    """When, by whom and in which file charges came."""

    at: datetime
    by: int | None
    file_id: int | None = None
