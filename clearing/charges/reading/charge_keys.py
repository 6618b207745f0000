"""The names in a sent charge, read before the rest: they decide how a batch is cut and what is loaded."""

from datetime import date
from typing import NamedTuple, Protocol

from clearing.charges.facts.charge import SentCharge
from clearing.charges.reading.field_texts import Faults, day_field, reference_field, text_field, voucher_field


class Named(Protocol):
    """The names in a charge; ``start`` is not None when it may have times."""

    @property
    def provider_id(self) -> int: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def voucher(self) -> str | None: ...
    @property
    def worker(self) -> str | None: ...
    @property
    def service_day(self) -> date | None: ...
    @property
    def start(self) -> object: ...


class ChargeKeys(NamedTuple):
    """The names in a charge, each as in ``Charge``; only ``start`` is as it was sent."""

    provider_id: int
    reference: str | None
    voucher: str | None
    worker: str | None
    service_day: date | None
    start: object


def keys_of(sent: SentCharge) -> ChargeKeys:
    """Read what the charge names, as ``read_charge`` does."""
    faults: Faults = {}
    return ChargeKeys(
        sent.provider_id,
        reference_field(sent, faults),
        voucher_field(sent, faults),
        text_field(sent, "worker", faults),
        day_field(sent, faults),
        sent.values.get("start"),
    )
